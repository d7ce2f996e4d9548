"""Empfehlung: whom to ask for what next."""

from datetime import date
from typing import Any

import pytest

from scoring.alliance import Settings
from scoring.domain import Factor, MeetingKind
from scoring.memory import Memory
from scoring.messages import Message
from scoring.recommend import RecommendCode, recommendations
from scoring.stages import stages
from tests.scoring.build import Row, alliance

TODAY, TOMORROW = date(2026, 6, 1), date(2026, 6, 2)
JANUARY, MARCH, APRIL, MAY = date(2026, 1, 1), date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
SIGNED: Row = {"status": "signed", "signed_on": MARCH, "authority": "yes"}
KNOWN: Row = {"emissions": 10.0}


def advice(
    *,
    actor: Row | None = None,
    meetings: tuple[Row, ...] = (),
    letters: tuple[Row, ...] = (),
    measures: tuple[Row, ...] = (),
    press: tuple[Row, ...] = (),
    question: str = "",
    key_actor: str = "yes",
    low_hanging: str = "no",
    settings: Settings | None = None,
) -> Message:
    """Return the recommendation for the actor Werk; every row is about it."""
    given = alliance(
        actors=[{"name": "Werk"} | (actor or {})],
        meetings=[{"actors": "Werk"} | row for row in meetings],
        letters=[{"actor": "Werk"} | row for row in letters],
        measures=[{"actor": "Werk"} | row for row in measures],
        press=[{"actor": "Werk"} | row for row in press],
        settings=settings,
    )
    assessed = given.actors[["key", "name"]].join(stages(given, Memory(), TODAY)[0])
    assessed = assessed.assign(next_question=question, key_actor=key_actor, low_hanging=low_hanging)
    return recommendations(assessed, given, TODAY).loc[2]


def message(code: RecommendCode, **args: Any) -> Message:
    return Message(code=code, args={"name": "Werk"} | args)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, message(RecommendCode.FIRST_CONTACT)),
        (
            {"meetings": ({"date": MARCH, "kind": "event", "status": "held"},)},
            message(RecommendCode.ASK_MEETING),
        ),
        (
            {"meetings": ({"date": TOMORROW}, {"date": date(2026, 7, 1), "kind": "follow_up"})},
            message(RecommendCode.HOLD_MEETING, date=TOMORROW, kind=MeetingKind.TALK),
        ),
        (
            {"meetings": ({"date": MARCH, "status": "held"}, {"date": TODAY, "kind": "executive_meeting"})},
            message(RecommendCode.HOLD_MEETING, date=TODAY, kind=MeetingKind.EXECUTIVE_MEETING),
        ),
        ({"actor": {"stage_override": "meeting_planned"}}, message(RecommendCode.ENTER_MEETING)),
        ({"meetings": ({"date": MARCH, "status": "held"},)}, message(RecommendCode.ASK_PLEDGE)),
        ({"meetings": ({"date": MARCH, "result": "pledge"},)}, message(RecommendCode.SEND_LETTER)),
        ({"actor": {"joined_on": MARCH}}, message(RecommendCode.SEND_LETTER)),
        ({"letters": ({"status": "pledged"},)}, message(RecommendCode.COLLECT_SIGNATURE)),
        (
            {"actor": {"joined_on": MARCH}, "letters": ({"status": "requested"},)},
            message(RecommendCode.COLLECT_SIGNATURE),
        ),
        (
            {"actor": {"joined_on": MARCH}, "letters": ({**SIGNED, "authority": "no"},)},
            message(RecommendCode.COLLECT_SIGNATURE),
        ),
        ({"letters": (SIGNED,)}, message(RecommendCode.ASK_MEASURE)),
        (
            {"letters": (SIGNED,), "measures": ({"title": "PV"}, {"title": "Rad"})},
            message(RecommendCode.START_MEASURE, title="PV"),
        ),
        (
            {"letters": (SIGNED,), "measures": ({"title": "PV", "actual_start": MAY},)},
            message(RecommendCode.NEXT_CHECK, date=date(2026, 11, 1)),
        ),
        (
            {"letters": (SIGNED,), "measures": ({"title": "PV", "status": "done"},)},
            message(RecommendCode.KEEP_IN_TOUCH),
        ),
    ],
)
def test_recommendation_asks_for_the_next_stage(given: dict[str, Any], expected: Message) -> None:
    assert advice(**given | {"actor": KNOWN | given.get("actor", {})}) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"meetings": ({"date": MARCH}, {"date": APRIL}, {"date": TOMORROW})},
            message(RecommendCode.RECORD_OUTCOME, date=APRIL),
        ),
        ({"actor": {"stage_override": "signed"}}, message(RecommendCode.PROVE_SIGNATURE)),
        ({"letters": ({"status": "signed"},)}, message(RecommendCode.PROVE_SIGNATURE)),
        ({"letters": ({"status": "signed"}, SIGNED)}, message(RecommendCode.ASK_MEASURE)),
        (
            {
                "letters": (SIGNED,),
                "measures": (
                    {"title": "PV", "actual_start": date(2025, 3, 1)},
                    {"title": "Rad", "actual_start": date(2025, 1, 1)},
                    {"title": "Dach", "actual_start": MAY},
                ),
            },
            message(RecommendCode.CHECK_MEASURE, title="Rad"),
        ),
        (
            {"letters": (SIGNED,), "meetings": ({"date": TOMORROW, "kind": "measures_workshop"},)},
            message(RecommendCode.HOLD_MEETING, date=TOMORROW, kind=MeetingKind.MEASURES_WORKSHOP),
        ),
    ],
)
def test_recommendation_puts_the_records_before_the_next_stage(given: dict[str, Any], expected: Message) -> None:
    assert advice(**given | {"actor": KNOWN | given.get("actor", {})}) == expected


@pytest.mark.parametrize(
    ("actor", "letters", "press", "expected"),
    [
        ({"joined_on": MAY}, (), (), RecommendCode.CELEBRATE),
        ({}, ({**SIGNED, "signed_on": MAY},), (), RecommendCode.CELEBRATE),
        ({}, ({**SIGNED, "signed_on": MAY},), ({"date": MAY, "occasion": "new_member"},), RecommendCode.ASK_MEASURE),
        ({}, ({**SIGNED, "signed_on": MAY, "publication": "no"},), (), RecommendCode.ASK_MEASURE),
        ({}, (SIGNED,), (), RecommendCode.ASK_MEASURE),
    ],
)
def test_new_member_without_press_is_still_to_be_celebrated(
    actor: Row, letters: tuple[Row, ...], press: tuple[Row, ...], expected: RecommendCode
) -> None:
    found = advice(actor=KNOWN | actor, letters=letters, press=press, settings=Settings(loi_published_on=APRIL))
    assert found == message(expected)


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        ({"stage_override": "postponed"}, message(RecommendCode.RESUME)),
        ({"stage_override": "postponed", "due_on": TOMORROW}, message(RecommendCode.RESUME_ON, date=TOMORROW)),
        ({"stage_override": "declined"}, message(RecommendCode.RESPECT_REFUSAL)),
        ({"left_on": MAY}, message(RecommendCode.ASK_WHY_LEFT)),
    ],
)
def test_side_state_gets_no_push(actor: Row, expected: Message) -> None:
    assert advice(actor=actor, meetings=({"date": MARCH}, {"date": TOMORROW}), question="emissions") == expected


@pytest.mark.parametrize(
    ("key_actor", "low_hanging", "question", "expected"),
    [
        ("open", "no", "emissions", message(RecommendCode.ASK_FIGURE, factor=Factor.EMISSIONS)),
        ("likely", "possible", "publicity", message(RecommendCode.ASK_FIGURE, factor=Factor.PUBLICITY)),
        ("yes", "no", "emissions", message(RecommendCode.FIRST_CONTACT)),
        ("no", "no", "emissions", message(RecommendCode.FIRST_CONTACT)),
        ("open", "yes", "emissions", message(RecommendCode.FIRST_CONTACT)),
        ("open", "no", "", message(RecommendCode.FIRST_CONTACT)),
    ],
)
def test_blank_comes_first_while_it_decides_who_is_a_key_actor(
    key_actor: str, low_hanging: str, question: str, expected: Message
) -> None:
    assert advice(question=question, key_actor=key_actor, low_hanging=low_hanging) == expected


def test_figure_that_is_given_but_uncertain_is_no_blank() -> None:
    assert advice(actor=KNOWN, question="emissions", key_actor="open") == message(RecommendCode.FIRST_CONTACT)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("jobs", message(RecommendCode.HOLD_MEETING_AND_ASK, date=TOMORROW, kind=MeetingKind.TALK, factor=Factor.JOBS)),
        ("publicity", message(RecommendCode.HOLD_MEETING, date=TOMORROW, kind=MeetingKind.TALK)),
        ("structural", message(RecommendCode.HOLD_MEETING, date=TOMORROW, kind=MeetingKind.TALK)),
    ],
)
def test_planned_meeting_is_the_place_to_ask_for_what_the_actor_knows(question: str, expected: Message) -> None:
    assert advice(meetings=({"date": TOMORROW},), question=question) == expected


@pytest.mark.parametrize("question", ["jobs", "emissions", ""])
def test_signatory_is_asked_for_emissions_because_the_public_share_needs_them(question: str) -> None:
    expected = message(RecommendCode.ASK_FIGURE, factor=Factor.EMISSIONS)
    assert advice(letters=(SIGNED,), question=question) == expected
    assert advice(actor={"fuels": 1.0}, letters=(SIGNED,), question=question) == message(RecommendCode.ASK_MEASURE)


def test_recommendations_have_one_message_per_actor_in_the_order_of_the_table() -> None:
    given = alliance(actors=[{"name": "B"}, {"name": "A", "left_on": MAY}, {"name": "C"}])
    assessed = given.actors[["key", "name"]].join(stages(given, Memory(), TODAY)[0])
    assessed = assessed.assign(next_question="", key_actor="yes", low_hanging="no")
    found = recommendations(assessed, given, TODAY)
    assert list(found.index) == [2, 3, 4]
    assert [message.args["name"] for message in found] == ["B", "A", "C"]


def test_recommendations_of_nobody_are_empty() -> None:
    given = alliance()
    assessed = given.actors[["key", "name"]].join(stages(given, Memory(), TODAY)[0])
    assert recommendations(assessed.assign(next_question="", key_actor="", low_hanging=""), given, TODAY).empty
