"""The steps 0–8: when each is done or running, what it says, what was made public, and which one is current."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from scoring.alliance import Alliance, Settings
from scoring.assessment import Step
from scoring.domain import MeetingKind, Severity, StepStatus
from scoring.measures import measures
from scoring.memory import Memory
from scoring.messages import Message, Note, NoteCode
from scoring.stages import stages
from scoring.steps import StepCode, current_step, steps
from tests.scoring.build import Row, alliance

TODAY = date(2026, 6, 1)
JANUARY, MARCH, APRIL, MAY = date(2026, 1, 1), date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
YESTERDAY, TOMORROW = date(2026, 5, 31), date(2026, 6, 2)
LINK = "https://example.org"


def run(
    given: Alliance, memory: Memory | None = None, impact: Iterable[float] | None = None, fruits: Iterable[str] = ()
) -> tuple[tuple[Step, ...], int, tuple[Note, ...]]:
    """Return the steps; actors have the given impacts (else 100, 99, …), those in `fruits` are low-hanging."""
    memory = memory or Memory()
    table = given.actors[["key", "name"]].join(stages(given, memory, TODAY)[0])
    table["impact"] = pd.Series(impact or range(100, 100 - len(table), -1), index=table.index, dtype="float64")
    table["low_hanging"] = table["name"].isin(list(fruits)).map({True: "yes", False: "no"}).astype(object)
    return steps(given, memory, TODAY, table, measures(given, table, TODAY)[0])


def step(number: int, *, impact: Iterable[float] | None = None, fruits: Iterable[str] = (), **tabs: Any) -> Step:
    return run(alliance(**tabs), impact=impact, fruits=fruits)[0][number]


def is_step(
    found: Step,
    status: StepStatus,
    evidence: tuple[StepCode, dict[str, Any]],
    next_action: tuple[StepCode, dict[str, Any]],
    public: tuple[int | None, int | None] = (None, None),
) -> bool:
    """Compare with a whole step, so that a difference shows both."""
    expected = Step(
        number=found.number,
        status=status,
        evidence=Message(code=evidence[0], args=evidence[1]),
        next_action=Message(code=next_action[0], args=next_action[1]),
        public_done=public[0],
        public_total=public[1],
    )
    assert found == expected
    return True


OPEN, RUNNING, DONE = StepStatus.OPEN, StepStatus.RUNNING, StepStatus.DONE
NOTHING: tuple[StepCode, dict[str, Any]] = (StepCode.NEXT_NOTHING, {})


def signed(name: str, day: date = MARCH) -> Row:
    return {"actor": name, "status": "signed", "signed_on": day, "authority": "yes"}


def members(*names: str) -> list[Row]:
    return [{"name": name, "joined_on": JANUARY} for name in names]


# 0 Voraussetzungen


TEAM: list[Row] = [
    {"name": "Kim", "role": "networker"},
    {"name": "Jo", "role": "team"},
    {"name": "Ada", "role": "networker"},
]


@pytest.mark.parametrize(
    ("resolution_date", "recipients", "status", "evidence", "next_action"),
    [
        (TODAY, TEAM, DONE, (StepCode.PREREQUISITES_MET, {"date": TODAY, "count": 2, "names": "Kim, Ada"}), NOTHING),
        (
            MARCH,
            TEAM[1:2],
            RUNNING,
            (StepCode.PREREQUISITES_RESOLUTION, {"date": MARCH}),
            (StepCode.NEXT_NETWORKER, {}),
        ),
        (
            None,
            TEAM,
            RUNNING,
            (StepCode.PREREQUISITES_NETWORKERS, {"count": 2, "names": "Kim, Ada"}),
            (StepCode.NEXT_RESOLUTION, {}),
        ),
        (TOMORROW, [], OPEN, (StepCode.PREREQUISITES_OPEN, {}), (StepCode.NEXT_RESOLUTION_ON, {"date": TOMORROW})),
        (None, [], OPEN, (StepCode.PREREQUISITES_OPEN, {}), (StepCode.NEXT_RESOLUTION, {})),
    ],
)
def test_prerequisites_are_the_resolution_and_a_networker(
    resolution_date: date | None, recipients: list[Row], status: StepStatus, evidence: Any, next_action: Any
) -> None:
    found = step(0, recipients=recipients, settings=Settings(resolution_date=resolution_date))
    assert is_step(found, status, evidence, next_action)


# 1 Kickoff


@pytest.mark.parametrize(
    ("meetings", "status", "evidence", "next_action"),
    [
        ([], OPEN, (StepCode.KICKOFF_OPEN, {}), (StepCode.NEXT_PLAN_KICKOFF, {})),
        (
            [{"date": TOMORROW, "kind": "kickoff"}],
            RUNNING,
            (StepCode.KICKOFF_PLANNED, {"date": TOMORROW}),
            (StepCode.NEXT_HOLD_KICKOFF, {"date": TOMORROW}),
        ),
        (
            [{"date": MAY, "kind": "kickoff", "status": "held"}, {"date": MARCH, "kind": "kickoff", "status": "held"}],
            DONE,
            (StepCode.KICKOFF_HELD, {"date": MARCH}),
            NOTHING,
        ),
        (
            [{"date": MAY, "kind": "kickoff"}],
            OPEN,
            (StepCode.KICKOFF_OPEN, {}),
            (StepCode.NEXT_RECORD_OUTCOME, {"date": MAY, "kind": MeetingKind.KICKOFF}),
        ),
        (
            [{"date": MAY, "kind": "kickoff", "status": "moved"}],
            OPEN,
            (StepCode.KICKOFF_OPEN, {}),
            (StepCode.NEXT_PLAN_KICKOFF, {}),
        ),
        (
            [{"date": MAY, "kind": "event", "status": "held"}],
            OPEN,
            (StepCode.KICKOFF_OPEN, {}),
            (StepCode.NEXT_PLAN_KICKOFF, {}),
        ),
    ],
)
def test_kickoff_is_done_when_one_took_place(
    meetings: list[Row], status: StepStatus, evidence: Any, next_action: Any
) -> None:
    assert is_step(step(1, meetings=meetings), status, evidence, next_action)


# 2 Low-hanging Fruits


@pytest.mark.parametrize(
    ("actors", "fruits", "needed", "status", "evidence", "next_action"),
    [
        (
            members("A", "B"),
            "AB",
            2,
            DONE,
            (StepCode.FRUITS_WON, {"convinced": 2, "needed": 2, "names": "A, B"}),
            NOTHING,
        ),
        (
            [*members("A"), {"name": "B"}, {"name": "C"}],
            "AC",
            2,
            RUNNING,
            (StepCode.FRUITS_WON, {"convinced": 1, "needed": 2, "names": "A"}),
            (StepCode.NEXT_WIN_FRUITS, {"missing": 1, "names": "C"}),
        ),
        (
            [{"name": name} for name in "ABCDE"],
            "ABCDE",
            3,
            OPEN,
            (StepCode.FRUITS_OPEN, {"candidates": 5, "needed": 3}),
            (StepCode.NEXT_WIN_FRUITS, {"missing": 3, "names": "A, B, C, …"}),
        ),
        (
            members("A"),
            "",
            1,
            OPEN,
            (StepCode.FRUITS_OPEN, {"candidates": 0, "needed": 1}),
            (StepCode.NEXT_FIND_FRUITS, {"missing": 1}),
        ),
        (
            [{"name": "A", "stage_override": "declined", "joined_on": JANUARY}],
            "A",
            1,
            RUNNING,
            (StepCode.FRUITS_CONTACTED, {"contacted": 1, "needed": 1}),
            (StepCode.NEXT_FIND_FRUITS, {"missing": 1}),
        ),
    ],
)
def test_low_hanging_fruits_are_done_when_enough_are_convinced(
    actors: list[Row], fruits: str, needed: int, status: StepStatus, evidence: Any, next_action: Any
) -> None:
    found = step(2, actors=actors, fruits=fruits, settings=Settings(step2_pledges=needed))
    assert is_step(found, status, evidence, next_action)


def test_low_hanging_fruits_run_once_one_is_contacted() -> None:
    found = step(
        2,
        actors=[{"name": "A"}],
        fruits="A",
        meetings=[{"date": MAY, "actors": "A", "kind": "event", "status": "held"}],
    )
    assert is_step(
        found,
        RUNNING,
        (StepCode.FRUITS_CONTACTED, {"contacted": 1, "needed": 3}),
        (StepCode.NEXT_WIN_FRUITS, {"missing": 3, "names": "A"}),
    )


# 3 Allianz gründen

HELD_FOUNDING: Row = {"date": APRIL, "kind": "founding", "status": "held"}
PLEDGED: list[Row] = [{"actor": "A", "status": "pledged"}, {"actor": "B", "status": "pledged"}]


@pytest.mark.parametrize(
    ("founded_on", "meetings", "actors", "status", "evidence", "next_action", "public"),
    [
        (
            MAY,
            [HELD_FOUNDING],
            members("A", "B"),
            DONE,
            (StepCode.FOUNDED, {"date": APRIL, "members": 2}),
            (StepCode.NEXT_ANNOUNCE_FOUNDING, {}),
            (0, 1),
        ),
        (
            TODAY,
            [],
            members("A", "B"),
            DONE,
            (StepCode.FOUNDED, {"date": TODAY, "members": 2}),
            (StepCode.NEXT_ANNOUNCE_FOUNDING, {}),
            (0, 1),
        ),
        (
            None,
            [HELD_FOUNDING],
            members("A", "B", "C"),
            DONE,
            (StepCode.FOUNDED, {"date": APRIL, "members": 3}),
            (StepCode.NEXT_ANNOUNCE_FOUNDING, {}),
            (0, 1),
        ),
        (
            MAY,
            [],
            members("A"),
            RUNNING,
            (StepCode.FOUNDED_TOO_SMALL, {"date": MAY, "members": 1, "needed": 2}),
            (StepCode.NEXT_WIN_MEMBERS, {"missing": 1}),
            (0, 1),
        ),
        (
            TOMORROW,
            [],
            [],
            RUNNING,
            (StepCode.FOUNDING_PLANNED, {"date": TOMORROW}),
            (StepCode.NEXT_HOLD_FOUNDING, {"date": TOMORROW}),
            (0, 0),
        ),
        (
            None,
            [{"date": TOMORROW, "kind": "founding"}],
            members("A", "B"),
            RUNNING,
            (StepCode.FOUNDING_PLANNED, {"date": TOMORROW}),
            (StepCode.NEXT_HOLD_FOUNDING, {"date": TOMORROW}),
            (0, 0),
        ),
        (
            None,
            [],
            members("A", "B"),
            RUNNING,
            (StepCode.FOUNDING_READY, {"convinced": 2}),
            (StepCode.NEXT_PLAN_FOUNDING, {"convinced": 2}),
            (0, 0),
        ),
        (
            None,
            [],
            members("A"),
            OPEN,
            (StepCode.FOUNDING_OPEN, {"convinced": 1}),
            (StepCode.NEXT_WIN_FOUNDERS, {"missing": 1}),
            (0, 0),
        ),
        (
            None,
            [{"date": MAY, "kind": "founding"}],
            members("A", "B"),
            RUNNING,
            (StepCode.FOUNDING_READY, {"convinced": 2}),
            (StepCode.NEXT_RECORD_OUTCOME, {"date": MAY, "kind": MeetingKind.FOUNDING}),
            (0, 0),
        ),
    ],
)
def test_founding_needs_its_day_and_two_members(
    founded_on: date | None,
    meetings: list[Row],
    actors: list[Row],
    status: StepStatus,
    evidence: Any,
    next_action: Any,
    public: tuple[int, int],
) -> None:
    found = step(3, meetings=meetings, actors=actors, settings=Settings(founded_on=founded_on))
    assert is_step(found, status, evidence, next_action, public)


def test_founding_runs_with_two_convinced_who_are_not_members() -> None:
    found = step(3, actors=[{"name": "A"}, {"name": "B"}], letters=PLEDGED)
    assert (found.status, found.evidence.args) == (RUNNING, {"convinced": 2})


def test_founding_is_public_once_the_press_has_it() -> None:
    press = [{"date": TODAY, "occasion": "founding"}, {"date": TODAY, "occasion": "founding"}]
    found = step(3, actors=members("A", "B"), press=press, settings=Settings(founded_on=MAY))
    assert is_step(found, DONE, (StepCode.FOUNDED, {"date": MAY, "members": 2}), NOTHING, (1, 1))


# 4 Schlüsselakteure


def test_key_actors_are_done_when_the_town_hall_and_the_top_n_are_convinced() -> None:
    actors = [*members("A", "B"), {"name": "C"}, {"name": "Rathaus", "kind": "town_administration", "joined_on": MAY}]
    found = step(4, actors=actors, settings=Settings(top_n=2))
    assert is_step(found, DONE, (StepCode.KEY_ACTORS, {"convinced": 3, "total": 3}), NOTHING)


def test_every_town_hall_has_to_be_convinced_whatever_its_impact() -> None:
    actors = [*members("A", "B"), {"name": "C"}, {"name": "Rathaus", "kind": "town_administration"}]
    found = step(4, actors=actors, settings=Settings(top_n=2))
    assert is_step(
        found,
        RUNNING,
        (StepCode.KEY_ACTORS, {"convinced": 2, "total": 3}),
        (StepCode.NEXT_CONVINCE, {"missing": 1, "names": "Rathaus"}),
    )


def test_ties_at_place_n_all_have_to_be_convinced() -> None:
    found = step(4, actors=[*members("A", "B"), {"name": "C"}], impact=[9, 5, 5], settings=Settings(top_n=2))
    assert is_step(
        found,
        RUNNING,
        (StepCode.KEY_ACTORS, {"convinced": 2, "total": 3}),
        (StepCode.NEXT_CONVINCE, {"missing": 1, "names": "C"}),
    )


def test_key_actors_are_never_done_with_fewer_than_n_actors_that_are_not_side_states() -> None:
    actors = [*members("A", "B"), {"name": "C", "stage_override": "postponed"}, {"name": "D", "left_on": MAY}]
    found = step(4, actors=actors, settings=Settings(top_n=3))
    assert is_step(
        found,
        RUNNING,
        (StepCode.KEY_ACTORS_TOO_FEW, {"convinced": 2, "total": 2, "eligible": 2, "needed": 3}),
        (StepCode.NEXT_LIST_ACTORS, {"missing": 1}),
    )


def test_refusals_are_left_out_and_those_that_matter_are_named() -> None:
    actors = [
        {"name": "A", "stage_override": "declined"},
        *members("B", "C"),
        {"name": "D", "stage_override": "declined"},
        {"name": "Rathaus", "kind": "town_administration", "stage_override": "declined"},
    ]
    found = step(4, actors=actors, settings=Settings(top_n=2))
    assert is_step(
        found, DONE, (StepCode.KEY_ACTORS_REFUSED, {"convinced": 2, "total": 2, "names": "A, Rathaus"}), NOTHING
    )


def test_refusals_are_named_beside_a_list_that_is_too_short() -> None:
    found = step(4, actors=[{"name": "A", "stage_override": "declined"}, {"name": "B"}], settings=Settings(top_n=2))
    assert is_step(
        found,
        OPEN,
        (StepCode.KEY_ACTORS_TOO_FEW_REFUSED, {"convinced": 0, "total": 1, "eligible": 1, "needed": 2, "names": "A"}),
        (StepCode.NEXT_LIST_ACTORS, {"missing": 1}),
    )


@pytest.mark.parametrize(
    ("meeting", "status"),
    [
        ({"actors": "A", "date": MAY, "status": "held"}, RUNNING),
        ({"actors": "A", "date": TOMORROW}, OPEN),
        ({"actors": "B", "date": MAY, "status": "held"}, OPEN),
    ],
)
def test_key_actors_run_once_one_of_them_was_talked_to(meeting: Row, status: StepStatus) -> None:
    found = step(4, actors=[{"name": "A"}, {"name": "B"}], meetings=[meeting], settings=Settings(top_n=1))
    assert found.status == status


def test_typed_stage_wins_no_key_actor() -> None:
    found = step(4, actors=[{"name": "A", "stage_override": "signed"}], settings=Settings(top_n=1))
    assert found.evidence == Message(code=StepCode.KEY_ACTORS, args={"convinced": 0, "total": 1})


# 5 Letter of Intent

PUBLISHED = Settings(loi_published_on=APRIL)


def test_letter_is_open_without_any_row() -> None:
    found = step(5, actors=members("A"), letters=[signed("Niemand")])
    assert is_step(found, OPEN, (StepCode.LETTER_OPEN, {}), (StepCode.NEXT_ASK_FOR_LETTER, {"members": 1}), (0, 0))


@pytest.mark.parametrize(
    ("actors", "letters", "published_on", "signatories", "next_action"),
    [
        ([{"name": "A"}], [{"actor": "A", "status": "requested"}], None, 0, (StepCode.NEXT_FIRST_SIGNATURE, {})),
        (members("A", "B"), [signed("A")], None, 1, (StepCode.NEXT_COLLECT_SIGNATURES, {"missing": 1, "names": "B"})),
        (members("A"), [signed("A")], None, 1, (StepCode.NEXT_PUBLISH_LETTER, {"signatories": 1})),
        (
            members("A"),
            [signed("A")],
            TOMORROW,
            1,
            (StepCode.NEXT_PUBLISH_LETTER_ON, {"date": TOMORROW, "signatories": 1}),
        ),
    ],
)
def test_letter_runs_with_any_row_until_it_is_published(
    actors: list[Row], letters: list[Row], published_on: date | None, signatories: int, next_action: Any
) -> None:
    found = step(5, actors=actors, letters=letters, settings=Settings(loi_published_on=published_on))
    assert is_step(
        found, RUNNING, (StepCode.LETTER_COLLECTING, {"rows": 1, "signatories": signatories}), next_action, (0, 0)
    )


@pytest.mark.parametrize(
    "other",
    [
        {"name": "B"},
        {"name": "B", "joined_on": MAY, "left_on": TODAY},
        {"name": "B", "joined_on": JANUARY, "left_on": MAY},
    ],
)
def test_letter_is_done_when_every_member_of_that_day_who_has_not_left_has_signed(other: Row) -> None:
    found = step(5, actors=[*members("A"), other], letters=[signed("A")], settings=PUBLISHED)
    assert is_step(
        found,
        DONE,
        (StepCode.LETTER_SIGNED, {"date": APRIL, "signatories": 1}),
        (StepCode.NEXT_ANNOUNCE_LETTER, {}),
        (0, 1),
    )


def test_letter_needs_the_signature_of_whoever_joined_by_that_day() -> None:
    actors = [*members("A"), {"name": "B", "joined_on": APRIL}, {"name": "C", "joined_on": MAY}]
    found = step(5, actors=actors, letters=[signed("A")], settings=PUBLISHED)
    assert is_step(
        found,
        RUNNING,
        (StepCode.LETTER_UNSIGNED, {"date": APRIL, "signatories": 1, "names": "B"}),
        (StepCode.NEXT_COLLECT_SIGNATURES, {"missing": 1, "names": "B"}),
        (0, 2),
    )


def test_letter_may_be_signed_after_it_was_published() -> None:
    found = step(5, actors=members("A"), letters=[signed("A", MAY)], settings=PUBLISHED)
    assert found.status == DONE


def test_letter_that_nobody_signed_is_not_done() -> None:
    found = step(5, actors=[{"name": "A"}], letters=[{"actor": "A", "status": "requested"}], settings=PUBLISHED)
    assert is_step(
        found, RUNNING, (StepCode.LETTER_NOBODY, {"date": APRIL}), (StepCode.NEXT_FIRST_SIGNATURE, {}), (0, 1)
    )


@pytest.mark.parametrize(
    ("press", "celebrated", "public", "next_action"),
    [
        ([], 0, (0, 3), (StepCode.NEXT_ANNOUNCE_LETTER, {})),
        ([{"date": APRIL, "occasion": "letter"}], 0, (1, 3), (StepCode.NEXT_CELEBRATE, {"count": 2, "names": "B, C"})),
        (
            [{"date": APRIL, "occasion": "letter"}, {"date": MAY, "occasion": "new_member", "actor": "B"}],
            1,
            (2, 3),
            (StepCode.NEXT_CELEBRATE, {"count": 1, "names": "C"}),
        ),
        (
            [
                {"date": APRIL, "occasion": "letter"},
                {"date": MAY, "occasion": "new_member", "actor": "B"},
                {"date": MAY, "occasion": "new_member", "actor": "C"},
            ],
            2,
            (3, 3),
            NOTHING,
        ),
    ],
)
def test_new_members_are_celebrated_one_by_one(
    press: list[Row], celebrated: int, public: tuple[int, int], next_action: Any
) -> None:
    actors = [*members("A"), {"name": "B", "joined_on": MAY}, {"name": "C"}]
    found = step(5, actors=actors, letters=[signed("A"), signed("C", MAY)], press=press, settings=PUBLISHED)
    evidence = {"date": APRIL, "signatories": 2, "new_members": 2, "celebrated": celebrated}
    assert is_step(found, DONE, (StepCode.LETTER_GROWING, evidence), next_action, public)


# 6 Maßnahmen


def measure(actor: str, **cells: Any) -> Row:
    return {"actor": actor, "title": "PV"} | cells


@pytest.mark.parametrize(
    ("started", "signatories", "share", "status"),
    [
        (4, 5, 80.0, DONE),
        (3, 5, 80.0, RUNNING),
        (7, 10, 70.0, DONE),
        (29, 100, 29.0, DONE),
        (1, 3, 33.4, RUNNING),
        (1, 3, 33.3, DONE),
        (1, 5, 0.0, DONE),
        (0, 5, 0.0, OPEN),
        (0, 0, 80.0, OPEN),
    ],
)
def test_measures_are_done_at_exactly_the_share_with_at_least_one(
    started: int, signatories: int, share: float, status: StepStatus
) -> None:
    names = [f"A{number:03}" for number in range(signatories)]
    found = step(
        6,
        actors=[{"name": name} for name in names],
        letters=[signed(name) for name in names],
        measures=[measure(name, status="in_progress") for name in names[:started]],
        settings=Settings(step6_share=share),
    )
    assert found.status == status


def test_measures_tell_how_many_started_and_were_promoted() -> None:
    found = step(
        6,
        actors=[{"name": "A"}, {"name": "B"}, {"name": "C"}],
        letters=[signed("A"), signed("B")],
        measures=[
            measure("A", actual_start=MAY, promoted_link=LINK),
            measure("A", actual_start=MAY),
            measure("B", promoted_link=LINK),
            measure("C", actual_start=MAY, promoted_link=LINK),
        ],
        press=[
            {"date": MAY, "occasion": "measure", "actor": "A"},
            {"date": MAY, "occasion": "measure", "actor": "A"},
            {"date": MAY, "occasion": "measure", "actor": "C"},
        ],
    )
    assert is_step(
        found,
        RUNNING,
        (
            StepCode.MEASURES_STARTED,
            {"started": 1, "signatories": 2, "share": 80.0, "promoted": 1, "measures": 2},
        ),
        (StepCode.NEXT_START_MEASURES, {"missing": 1, "names": "B"}),
        (1, 1),
    )


@pytest.mark.parametrize(
    ("letters", "measures", "status", "next_action"),
    [
        ([], [measure("A", status="done")], OPEN, (StepCode.NEXT_SIGN_FIRST, {})),
        ([signed("A"), signed("B")], [], OPEN, (StepCode.NEXT_PLAN_MEASURES, {"missing": 2, "names": "A, B"})),
        (
            [signed("A"), signed("B")],
            [measure("A")],
            RUNNING,
            (StepCode.NEXT_PLAN_MEASURES, {"missing": 1, "names": "B"}),
        ),
        ([signed("A")], [measure("A")], RUNNING, (StepCode.NEXT_START_MEASURES, {"missing": 1, "names": "A"})),
        ([signed("A")], [measure("A", status="done")], DONE, (StepCode.NEXT_PROMOTE_MEASURES, {"count": 1})),
        ([signed("A")], [measure("A", status="done", promoted_link=LINK)], DONE, NOTHING),
    ],
)
def test_measures_ask_for_a_plan_then_for_the_start_then_for_promotion(
    letters: list[Row], measures: list[Row], status: StepStatus, next_action: tuple[StepCode, dict[str, Any]]
) -> None:
    found = step(6, actors=[{"name": "A"}, {"name": "B"}], letters=letters, measures=measures)
    assert (found.status, found.next_action) == (status, Message(code=next_action[0], args=next_action[1]))


def test_measures_are_open_without_any() -> None:
    found = step(6, actors=[{"name": "A"}], letters=[signed("A")])
    assert found.evidence == Message(code=StepCode.MEASURES_OPEN, args={"signatories": 1, "share": 80.0})


# 7 Party und Erfolgsmeldung

HELD_PARTY: Row = {"date": MAY, "kind": "party", "status": "held"}
PLANNED_PARTY: Row = {"date": TOMORROW, "kind": "party"}


@pytest.mark.parametrize(
    ("meetings", "reported_on", "status", "evidence", "next_action"),
    [
        ([HELD_PARTY], TODAY, DONE, (StepCode.PARTY_AND_REPORT, {"party": MAY, "reported": TODAY}), NOTHING),
        ([HELD_PARTY], None, RUNNING, (StepCode.PARTY_HELD, {"party": MAY}), (StepCode.NEXT_REPORT_SUCCESS, {})),
        ([HELD_PARTY], TOMORROW, RUNNING, (StepCode.PARTY_HELD, {"party": MAY}), (StepCode.NEXT_REPORT_SUCCESS, {})),
        ([], MAY, RUNNING, (StepCode.SUCCESS_REPORTED, {"reported": MAY}), (StepCode.NEXT_PLAN_PARTY, {})),
        (
            [PLANNED_PARTY],
            MAY,
            RUNNING,
            (StepCode.SUCCESS_REPORTED_PARTY_PLANNED, {"party": TOMORROW, "reported": MAY}),
            (StepCode.NEXT_HOLD_PARTY, {"date": TOMORROW}),
        ),
        (
            [PLANNED_PARTY],
            None,
            RUNNING,
            (StepCode.PARTY_PLANNED, {"party": TOMORROW}),
            (StepCode.NEXT_HOLD_PARTY, {"date": TOMORROW}),
        ),
        ([], None, OPEN, (StepCode.PARTY_OPEN, {}), (StepCode.NEXT_PLAN_PARTY, {})),
        (
            [{"date": MAY, "kind": "party", "status": "planned"}],
            None,
            OPEN,
            (StepCode.PARTY_OPEN, {}),
            (StepCode.NEXT_RECORD_OUTCOME, {"date": MAY, "kind": MeetingKind.PARTY}),
        ),
    ],
)
def test_party_is_done_when_it_took_place_and_the_success_is_reported(
    meetings: list[Row], reported_on: date | None, status: StepStatus, evidence: Any, next_action: Any
) -> None:
    found = step(7, meetings=meetings, settings=Settings(success_reported_on=reported_on))
    assert is_step(found, status, evidence, next_action)


# 8 Monitoring


@pytest.mark.parametrize(
    ("measures", "status", "evidence", "next_action"),
    [
        ([], OPEN, (StepCode.MONITORING_OPEN, {}), (StepCode.NEXT_WAIT_FOR_MEASURES, {})),
        ([measure("A")], OPEN, (StepCode.MONITORING_OPEN, {}), (StepCode.NEXT_WAIT_FOR_MEASURES, {})),
        ([measure("B", status="done")], OPEN, (StepCode.MONITORING_OPEN, {}), (StepCode.NEXT_WAIT_FOR_MEASURES, {})),
        (
            [measure("A", actual_start=MAY), measure("A", actual_start=APRIL)],
            RUNNING,
            (StepCode.MONITORING_CURRENT, {"measures": 2}),
            (StepCode.NEXT_CHECK_ON, {"date": date(2026, 10, 1)}),
        ),
        ([measure("A", status="done")], RUNNING, (StepCode.MONITORING_CURRENT, {"measures": 1}), NOTHING),
        (
            [measure("A", actual_start=date(2025, 11, 30)), measure("A", actual_start=MAY)],
            RUNNING,
            (StepCode.MONITORING_OVERDUE, {"measures": 2, "overdue": 1}),
            (StepCode.NEXT_CHECK_MEASURES, {"count": 1, "names": "A"}),
        ),
    ],
)
def test_monitoring_runs_for_ever_and_says_when_a_check_is_overdue(
    measures: list[Row], status: StepStatus, evidence: Any, next_action: Any
) -> None:
    found = step(8, actors=[{"name": "A"}, {"name": "B"}], letters=[signed("A")], measures=measures)
    assert is_step(found, status, evidence, next_action)


# Status, memory and the current step


def test_step_that_was_done_and_is_not_any_more_has_regressed() -> None:
    given = alliance(actors=members("A"), settings=Settings(founded_on=MAY))
    found = run(given, Memory(steps_done=frozenset({1, 3})))[0]
    assert [step.status for step in found[:4]] == [OPEN, StepStatus.REGRESSED, OPEN, StepStatus.REGRESSED]


def test_step_that_is_done_has_not_regressed() -> None:
    given = alliance(meetings=[{"date": MAY, "kind": "kickoff", "status": "held"}])
    assert run(given, Memory(steps_done=frozenset({1})))[0][1].status == DONE


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ((), 1),
        ((0,), 1),
        ((1,), 2),
        ((2,), 1),
        ((0, 1, 2), 3),
        ((3,), 4),
        ((3, 4), 5),
        ((1, 4), 2),
        ((5,), 6),
        ((1, 2, 3, 5, 6, 7), 8),
        ((6, 7), 1),
        ((5, 7), 6),
        ((0, 1, 2, 3, 4, 5, 6, 7), 8),
    ],
)
def test_current_step_is_the_lowest_open_one_above_the_highest_landmark(done: tuple[int, ...], expected: int) -> None:
    assert current_step(done) == expected


def test_forgotten_steps_below_the_current_one_are_noted() -> None:
    _, current, notes = run(alliance(actors=members("A", "B"), settings=Settings(founded_on=MAY)))
    assert current == 4
    assert notes == tuple(
        Note(code=NoteCode.STEP_SKIPPED, severity=Severity.HINT, args={"step": number}) for number in (1, 2)
    )


def test_new_alliance_is_at_step_one_with_nine_open_steps() -> None:
    found, current, notes = run(alliance())
    assert [(step.number, step.status) for step in found] == [(number, OPEN) for number in range(9)]
    assert (current, notes) == (1, ())


def test_status_follows_the_memory_only_when_not_done() -> None:
    given = alliance(actors=members("A", "B"), settings=Settings(founded_on=MAY))
    before, after = run(given)[0][3], run(given, Memory(steps_done=frozenset({3})))[0][3]
    assert before == after == replace(before, status=DONE)
