"""Stand: which evidence stands for which stage, which one wins, and since when."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from scoring.alliance import Settings
from scoring.domain import LADDER, MeetingKind, Severity, Stage
from scoring.memory import Memory, RememberedActor
from scoring.messages import Note, NoteCode
from scoring.stages import stages
from tests.scoring.build import Row, alliance

TODAY = date(2026, 6, 1)
JANUARY, MARCH, APRIL, MAY = date(2026, 1, 1), date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
TOMORROW = date(2026, 6, 2)
SIGNED: Row = {"actor": "Werk", "status": "signed", "signed_on": MARCH, "authority": "yes"}


def stand(
    *,
    actor: Row | None = None,
    meetings: list[Row] | None = None,
    letters: list[Row] | None = None,
    measures: list[Row] | None = None,
    memory: Memory | None = None,
    settings: Settings | None = None,
    today: date = TODAY,
) -> pd.Series:
    """Return where the actor Werk stands; meetings, letters and measures are about it unless they say otherwise."""
    given = alliance(
        actors=[{"name": "Werk"} | (actor or {})],
        meetings=[{"actors": "Werk"} | meeting for meeting in meetings or ()],
        letters=[{"actor": "Werk"} | letter for letter in letters or ()],
        measures=[{"actor": "Werk"} | measure for measure in measures or ()],
        settings=settings,
    )
    return stages(given, memory or Memory(), today)[0].loc[2]


def evidence(**given: Any) -> str:
    return stand(**given)["evidence"]


def since(**given: Any) -> date:
    return stand(**given)["stage_since"].date()


def seen(stage: Stage, day: date | None) -> Memory:
    actor = RememberedActor(uid="u:werk", key="werk", name="Werk", evidence=stage, evidence_since=day)
    return Memory(actors={"u:werk": actor})


# The ladder


def test_actor_without_any_evidence_is_identified() -> None:
    assert evidence() == Stage.IDENTIFIED


@pytest.mark.parametrize("kind", [kind for kind in MeetingKind if kind.value in {"first_contact", "event", "party"}])
def test_meeting_that_took_place_is_a_contact(kind: MeetingKind) -> None:
    assert evidence(meetings=[{"date": MARCH, "kind": kind, "status": "held"}]) == Stage.CONTACTED


def test_past_meeting_without_status_and_outcome_is_a_contact_and_asks_how_it_went() -> None:
    given = alliance(actors=[{"name": "Werk"}], meetings=[{"date": MARCH, "actors": "Werk", "kind": "talk"}])
    table, notes = stages(given, Memory(), TODAY)
    assert table["evidence"].item() == Stage.CONTACTED
    assert [note.code for note in notes] == [NoteCode.MEETING_OUTCOME_MISSING]


@pytest.mark.parametrize("status", ["planned", "moved", "cancelled"])
def test_past_meeting_that_did_not_take_place_is_no_contact(status: str) -> None:
    assert evidence(meetings=[{"date": MARCH, "kind": "talk", "status": status}]) == Stage.IDENTIFIED


@pytest.mark.parametrize(
    ("meeting", "expected"),
    [
        ({"date": TOMORROW, "kind": "talk", "status": "planned"}, Stage.MEETING_PLANNED),
        ({"date": TODAY, "kind": "executive_meeting", "status": "planned"}, Stage.MEETING_PLANNED),
        ({"date": TODAY}, Stage.MEETING_PLANNED),
        ({"date": TOMORROW, "kind": "letter_signing"}, Stage.MEETING_PLANNED),
        ({"date": TOMORROW, "kind": "event"}, Stage.IDENTIFIED),
        ({"date": TOMORROW, "kind": "first_contact"}, Stage.IDENTIFIED),
        ({"date": TOMORROW, "kind": "talk", "status": "moved"}, Stage.IDENTIFIED),
        ({"date": TOMORROW, "kind": "talk", "status": "cancelled"}, Stage.IDENTIFIED),
    ],
)
def test_conversation_today_or_later_is_a_planned_meeting(meeting: Row, expected: Stage) -> None:
    assert evidence(meetings=[meeting]) == expected


@pytest.mark.parametrize("kind", ["", "executive_meeting", "talk", "follow_up", "mini_climate_decision"])
def test_conversation_that_took_place_is_a_talk(kind: str) -> None:
    assert evidence(meetings=[{"date": TODAY, "kind": kind, "status": "held"}]) == Stage.TALKED


def test_negative_result_is_not_a_refusal() -> None:
    assert evidence(meetings=[{"date": MARCH, "result": "negative"}]) == Stage.TALKED


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"meetings": [{"date": MARCH, "kind": "event", "status": "held", "result": "pledge"}]}, Stage.CONVINCED),
        ({"meetings": [{"date": TOMORROW, "result": "pledge"}]}, Stage.MEETING_PLANNED),
        ({"letters": [{"status": "pledged"}]}, Stage.CONVINCED),
        ({"letters": [{"status": "requested"}]}, Stage.IDENTIFIED),
        ({"actor": {"joined_on": TODAY}}, Stage.CONVINCED),
        ({"actor": {"joined_on": TOMORROW}}, Stage.IDENTIFIED),
    ],
)
def test_pledge_or_membership_convinces(given: dict[str, list[Row]], expected: Stage) -> None:
    assert evidence(**given) == expected


def test_valid_signature_is_signed_and_an_invalid_one_proves_nothing() -> None:
    assert evidence(letters=[SIGNED]) == Stage.SIGNED
    assert evidence(letters=[{**SIGNED, "authority": "no"}]) == Stage.IDENTIFIED


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ({}, Stage.MEASURES_PLANNED),
        ({"status": "delayed"}, Stage.MEASURES_PLANNED),
        ({"actual_start": TOMORROW}, Stage.MEASURES_PLANNED),
        ({"actual_start": TODAY}, Stage.IMPLEMENTING),
        ({"status": "in_progress"}, Stage.IMPLEMENTING),
        ({"status": "done"}, Stage.IMPLEMENTING),
        ({"actual_start": APRIL, "checked_on": MAY}, Stage.MONITORING),
    ],
)
def test_measure_lifts_a_signatory_by_how_far_it_is(measure: Row, expected: Stage) -> None:
    assert evidence(letters=[SIGNED], measures=[measure]) == expected
    assert evidence(measures=[measure]) == Stage.IDENTIFIED


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        # checked within the 6 months up to today, the last day included
        ([{"actual_start": date(2025, 1, 1), "checked_on": date(2025, 12, 1)}], Stage.MONITORING),
        ([{"actual_start": date(2025, 1, 1), "checked_on": date(2025, 11, 30)}], Stage.IMPLEMENTING),
        # started within them is as good, but one has to be checked
        ([{"actual_start": APRIL}], Stage.IMPLEMENTING),
        ([{"actual_start": APRIL}, {"actual_start": APRIL, "checked_on": MAY}], Stage.MONITORING),
        ([{"actual_start": date(2025, 1, 1)}, {"actual_start": APRIL, "checked_on": MAY}], Stage.IMPLEMENTING),
        # what is done need not be checked again, what has not started not yet
        (
            [{"status": "done", "actual_start": date(2025, 1, 1)}, {"actual_start": APRIL, "checked_on": MAY}],
            Stage.MONITORING,
        ),
        ([{"planned_start": date(2025, 1, 1)}, {"actual_start": APRIL, "checked_on": MAY}], Stage.MONITORING),
        ([{"status": "done", "checked_on": date(2025, 1, 1)}], Stage.MONITORING),
        # a start that nobody wrote down is not known to be recent
        ([{"status": "in_progress"}, {"actual_start": APRIL, "checked_on": MAY}], Stage.IMPLEMENTING),
        ([{"actual_start": APRIL, "checked_on": TOMORROW}], Stage.IMPLEMENTING),
    ],
)
def test_monitoring_needs_every_open_measure_seen_within_the_interval_and_one_checked(
    measures: list[Row], expected: Stage
) -> None:
    assert evidence(letters=[SIGNED], measures=measures) == expected


def test_stage_is_the_highest_with_evidence() -> None:
    meetings = [
        {"date": MARCH, "status": "held"},
        {"date": TOMORROW},
        {"date": JANUARY, "kind": "event", "status": "held"},
    ]
    assert evidence(meetings=meetings) == Stage.TALKED
    assert evidence(meetings=meetings, letters=[SIGNED]) == Stage.SIGNED


def test_meetings_letters_and_measures_of_others_count_for_nobody() -> None:
    assert (
        evidence(
            meetings=[{"date": MARCH, "actors": "Bad", "status": "held"}],
            letters=[{**SIGNED, "actor": "Bad"}, {**SIGNED, "actor": ""}],
            measures=[{"actor": "Bad", "status": "done"}],
        )
        == Stage.IDENTIFIED
    )


# Precedence


LEFT: Row = {"left_on": MAY}


@pytest.mark.parametrize(
    ("actor", "letters", "expected"),
    [
        # left > valid signature
        (LEFT, [SIGNED], Stage.LEFT),
        ({"stage_override": "left"}, [SIGNED], Stage.LEFT),
        ({"left_on": TODAY}, [SIGNED], Stage.LEFT),
        ({"left_on": TOMORROW}, [SIGNED], Stage.SIGNED),
        ({}, [{**SIGNED, "withdrawn_on": MAY}], Stage.LEFT),
        ({}, [{**SIGNED, "status": "withdrawn"}], Stage.LEFT),
        ({}, [{**SIGNED, "withdrawn_on": MAY}, SIGNED], Stage.SIGNED),
        # valid signature > declined, postponed
        ({}, [SIGNED, {"status": "declined"}], Stage.SIGNED),
        ({"stage_override": "declined"}, [SIGNED], Stage.SIGNED),
        ({"stage_override": "postponed"}, [SIGNED], Stage.SIGNED),
        # declined > postponed > evidence
        ({}, [{"status": "declined"}], Stage.DECLINED),
        ({"stage_override": "declined"}, [{"status": "pledged"}], Stage.DECLINED),
        ({"stage_override": "postponed"}, [{"status": "declined"}], Stage.DECLINED),
        ({"stage_override": "postponed"}, [{"status": "pledged"}], Stage.POSTPONED),
        ({"stage_override": "postponed", "joined_on": MARCH}, [], Stage.POSTPONED),
        ({}, [{"status": "declined"}, {"status": "pledged"}], Stage.CONVINCED),
        ({}, [{"status": "pledged"}, {"status": "declined"}], Stage.DECLINED),
    ],
)
def test_precedence_is_left_then_signature_then_declined_then_postponed(
    actor: Row, letters: list[Row], expected: Stage
) -> None:
    found = stand(actor=actor, letters=letters)
    assert (found["evidence"], found["stage"]) == (expected, expected)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("convinced", Stage.CONVINCED),
        ("monitoring", Stage.MONITORING),
        ("talked", Stage.TALKED),
        ("contacted", Stage.TALKED),
        ("identified", Stage.TALKED),
        ("", Stage.TALKED),
    ],
)
def test_typed_stage_is_shown_only_above_the_evidence(typed: str, shown: Stage) -> None:
    found = stand(actor={"stage_override": typed}, meetings=[{"date": MARCH, "status": "held"}])
    assert (found["stage"], found["evidence"]) == (shown, Stage.TALKED)


def test_typed_stage_does_not_hide_a_refusal() -> None:
    assert stand(actor={"stage_override": "convinced"}, letters=[{"status": "declined"}])["stage"] == Stage.DECLINED


def test_typed_stage_above_the_evidence_counts_in_no_total() -> None:
    found = stand(actor={"stage_override": "monitoring"})
    flags = ["contacted", "talked", "convinced", "member", "signatory", "new_member"]
    assert not found[flags].any()


def test_typed_stage_above_the_evidence_is_noted() -> None:
    given = alliance(
        actors=[{"name": "Werk", "stage_override": "signed"}, {"name": "Bad", "stage_override": "identified"}]
    )
    assert stages(given, Memory(), TODAY)[1] == (
        Note(
            code=NoteCode.STAGE_ABOVE_EVIDENCE,
            severity=Severity.WARNING,
            tab="Akteure",
            cell="AA2",
            actor="Werk",
            args={"typed": Stage.SIGNED, "evidence": Stage.IDENTIFIED},
        ),
    )


@pytest.mark.parametrize(
    ("actor", "letter", "noted"),
    [
        ({"stage_override": "left"}, {}, True),
        ({}, {"status": "withdrawn"}, True),
        ({"stage_override": "left", "left_on": MAY}, {}, False),
        ({}, {**SIGNED, "withdrawn_on": MAY}, False),
        ({"left_on": MAY}, {**SIGNED, "status": "withdrawn"}, False),
    ],
)
def test_leaving_without_a_day_is_noted(actor: Row, letter: Row, noted: bool) -> None:
    given = alliance(actors=[{"name": "Werk"} | actor], letters=[{"actor": "Werk"} | letter])
    note = Note(code=NoteCode.LEFT_UNDATED, severity=Severity.WARNING, tab="Akteure", cell="AC2", actor="Werk")
    assert stages(given, Memory(), TODAY)[1] == ((note,) if noted else ())


# Since when


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"meetings": [{"date": APRIL, "kind": "event", "status": "held"}, {"date": MARCH}]}, MARCH),
        (
            {"meetings": [{"date": APRIL, "status": "held"}, {"date": MARCH, "status": "held"}, {"date": JANUARY}]},
            MARCH,
        ),
        ({"meetings": [{"date": APRIL, "result": "pledge"}, {"date": MARCH, "status": "held"}]}, APRIL),
        ({"actor": {"joined_on": MARCH}, "meetings": [{"date": APRIL, "result": "pledge"}]}, MARCH),
        ({"actor": {"joined_on": MARCH}, "letters": [{"status": "pledged"}]}, MARCH),
        ({"letters": [{**SIGNED, "signed_on": APRIL}, SIGNED]}, MARCH),
        ({"letters": [SIGNED], "measures": [{"actual_start": MAY}, {"actual_start": APRIL}]}, APRIL),
        ({"letters": [SIGNED], "measures": [{"actual_start": JANUARY}]}, MARCH),
        ({"letters": [SIGNED], "measures": [{"actual_start": APRIL}, {"status": "done"}]}, APRIL),
        ({"letters": [SIGNED], "measures": [{"actual_start": APRIL, "checked_on": MAY}]}, MAY),
        ({"letters": [SIGNED], "measures": [{"status": "in_progress", "checked_on": APRIL}]}, APRIL),
        ({"letters": [SIGNED], "measures": [{"actual_start": JANUARY, "checked_on": JANUARY}]}, MARCH),
        ({"actor": {"left_on": MAY}}, MAY),
        ({"letters": [{**SIGNED, "withdrawn_on": APRIL}]}, APRIL),
        ({"actor": {"left_on": MAY}, "letters": [{**SIGNED, "withdrawn_on": APRIL}]}, APRIL),
    ],
)
def test_stage_holds_since_the_earliest_day_of_its_evidence(given: dict, expected: date) -> None:
    assert since(**given, memory=seen(Stage.IDENTIFIED, JANUARY)) == expected


UNDATED = [
    ({}, Stage.IDENTIFIED),
    ({"meetings": [{"date": TOMORROW}]}, Stage.MEETING_PLANNED),
    ({"letters": [{"status": "pledged"}]}, Stage.CONVINCED),
    ({"letters": [SIGNED], "measures": [{}]}, Stage.MEASURES_PLANNED),
    ({"letters": [SIGNED], "measures": [{"status": "in_progress"}]}, Stage.IMPLEMENTING),
    ({"letters": [{"status": "declined"}]}, Stage.DECLINED),
    ({"actor": {"stage_override": "postponed"}}, Stage.POSTPONED),
    ({"actor": {"stage_override": "left"}}, Stage.LEFT),
]


@pytest.mark.parametrize(("given", "stage"), UNDATED)
def test_undated_evidence_holds_since_the_day_it_was_first_seen(given: dict, stage: Stage) -> None:
    assert evidence(**given) == stage
    assert since(**given, memory=seen(stage, APRIL)) == APRIL


@pytest.mark.parametrize(("given", "stage"), UNDATED)
def test_undated_evidence_that_is_new_holds_since_today(given: dict, stage: Stage) -> None:
    other = Stage.TALKED
    assert stage != other
    assert [since(**given), since(**given, memory=seen(other, APRIL)), since(**given, memory=seen(stage, None))] == [
        TODAY,
        TODAY,
        TODAY,
    ]


# Members


@pytest.mark.parametrize(
    ("actor", "letters", "member", "signatory"),
    [
        ({}, [], False, False),
        ({"joined_on": TODAY}, [], True, False),
        ({"joined_on": TOMORROW}, [], False, False),
        ({}, [SIGNED], True, True),
        ({}, [{**SIGNED, "authority": "no"}], False, False),
        ({"joined_on": MARCH}, [SIGNED], True, True),
        ({"joined_on": MARCH, "left_on": MAY}, [], False, False),
        ({"joined_on": MARCH, "left_on": MAY}, [SIGNED], False, False),
        ({"joined_on": MARCH}, [{**SIGNED, "withdrawn_on": MAY}], False, False),
        ({"joined_on": MARCH, "stage_override": "declined"}, [], True, False),
    ],
)
def test_member_joined_or_signed_and_has_not_left_and_a_signatory_signed(
    actor: Row, letters: list[Row], member: bool, signatory: bool
) -> None:
    found = stand(actor=actor, letters=letters)
    assert (found["member"], found["signatory"]) == (member, signatory)


@pytest.mark.parametrize(
    ("actor", "letters", "expected"),
    [
        ({"joined_on": MAY}, [], True),
        ({"joined_on": APRIL}, [], False),
        ({}, [{**SIGNED, "signed_on": MAY}], True),
        ({}, [{**SIGNED, "signed_on": APRIL}], False),
        ({"joined_on": MARCH}, [{**SIGNED, "signed_on": MAY}], True),
        ({"joined_on": MAY}, [{**SIGNED, "signed_on": MARCH}], False),
        ({"joined_on": MAY, "left_on": TODAY}, [], False),
        ({}, [], False),
    ],
)
def test_new_member_joined_or_signed_after_the_letter_was_published(
    actor: Row, letters: list[Row], expected: bool
) -> None:
    assert stand(actor=actor, letters=letters, settings=Settings(loi_published_on=APRIL))["new_member"] == expected


def test_nobody_is_a_new_member_before_the_letter_is_published() -> None:
    assert not stand(actor={"joined_on": MAY})["new_member"]
    assert not stand(actor={"joined_on": MAY}, settings=Settings(loi_published_on=TOMORROW))["new_member"]


@pytest.mark.parametrize(
    ("given", "contacted", "talked", "convinced"),
    [
        ({}, False, False, False),
        ({"meetings": [{"date": MARCH}]}, True, False, False),
        ({"meetings": [{"date": TOMORROW}]}, True, False, False),
        ({"meetings": [{"date": MARCH, "status": "held"}]}, True, True, False),
        ({"actor": {"joined_on": MARCH}}, True, True, True),
        ({"letters": [SIGNED]}, True, True, True),
        ({"actor": {"joined_on": MARCH, "left_on": MAY}}, True, True, False),
        ({"meetings": [{"date": MARCH, "result": "pledge"}], "letters": [{"status": "declined"}]}, True, True, False),
        ({"letters": [{"status": "pledged"}], "actor": {"stage_override": "postponed"}}, True, True, False),
    ],
)
def test_side_states_were_talked_to_but_are_not_convinced(
    given: dict, contacted: bool, talked: bool, convinced: bool
) -> None:
    found = stand(**given)
    assert (found["contacted"], found["talked"], found["convinced"]) == (contacted, talked, convinced)


def test_stages_of_nobody_is_an_empty_table_with_all_columns() -> None:
    table, notes = stages(alliance(), Memory(), TODAY)
    assert (len(table), notes) == (0, ())
    assert table.dtypes.astype(str).to_dict() == {
        "stage": "object",
        "evidence": "object",
        "stage_since": "datetime64[s]",
        "contacted": "bool",
        "talked": "bool",
        "convinced": "bool",
        "member": "bool",
        "signatory": "bool",
        "new_member": "bool",
    }


def test_ladder_has_nine_stages_in_the_order_of_the_way() -> None:
    assert [stage.value for stage in LADDER] == [
        "identified",
        "contacted",
        "meeting_planned",
        "talked",
        "convinced",
        "signed",
        "measures_planned",
        "implementing",
        "monitoring",
    ]
