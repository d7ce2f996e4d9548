"""Which meetings took place, which are to come, and of which nobody wrote how they went."""

from datetime import date

import pytest

from scoring.domain import MeetingKind, Severity
from scoring.meetings import by_actor, classify, outcome_notes
from scoring.messages import Note, NoteCode
from tests.scoring.build import Row, alliance

TODAY = date(2026, 6, 1)
YESTERDAY, TOMORROW = date(2026, 5, 31), date(2026, 6, 2)
STATES = ("held", "planned", "silent", "unanswered")


def states(row: Row, *, has_status_column: bool = True) -> set[str]:
    found = classify(alliance(meetings=[row], has_status_column=has_status_column), TODAY)
    return {state for state in STATES if found[state].item()}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"date": YESTERDAY, "status": "held"}, {"held"}),
        ({"date": TODAY, "status": "held"}, {"held"}),
        ({"date": TOMORROW, "status": "held"}, set()),
        ({"date": YESTERDAY, "result": "positive"}, {"held"}),
        ({"date": YESTERDAY, "result": "negative"}, {"held"}),
        ({"date": YESTERDAY, "minutes": "https://example.org/minutes"}, {"held"}),
        ({"date": TODAY, "result": "neutral"}, {"held"}),
        ({"date": YESTERDAY, "result": "open"}, {"silent", "unanswered"}),
        ({"date": YESTERDAY}, {"silent", "unanswered"}),
        ({"date": TODAY}, {"planned"}),
        ({"date": TODAY, "result": "open"}, {"planned"}),
        ({"date": TOMORROW}, {"planned"}),
        ({"date": TOMORROW, "result": "pledge"}, {"planned"}),
        ({"date": TOMORROW, "status": "planned"}, {"planned"}),
        ({"date": TODAY, "status": "planned"}, {"planned"}),
        ({"date": YESTERDAY, "status": "planned"}, {"unanswered"}),
        ({"date": YESTERDAY, "status": "planned", "result": "pledge"}, {"unanswered"}),
        ({"date": YESTERDAY, "status": "cancelled", "result": "positive"}, set()),
        ({"date": YESTERDAY, "status": "moved"}, set()),
        ({"date": TOMORROW, "status": "moved"}, set()),
        ({"date": TOMORROW, "status": "cancelled"}, set()),
        ({"status": "held"}, set()),
        ({}, set()),
    ],
)
def test_meeting_took_place_or_is_planned_by_day_status_and_outcome(row: Row, expected: set[str]) -> None:
    assert states(row) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [({"date": YESTERDAY}, {"held"}), ({"date": TODAY}, {"held"}), ({"date": TOMORROW}, {"planned"}), ({}, set())],
)
def test_meeting_up_to_today_took_place_when_the_tab_has_no_status_column(row: Row, expected: set[str]) -> None:
    assert states(row, has_status_column=False) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("", True),
        ("first_contact", False),
        ("executive_meeting", True),
        ("talk", True),
        ("follow_up", True),
        ("mini_climate_decision", True),
        ("event", False),
        ("kickoff", False),
        ("founding", False),
        ("letter_signing", True),
        ("measures_workshop", True),
        ("monitoring", False),
        ("party", False),
        ("team_meeting", False),
    ],
)
def test_conversation_is_one_of_six_kinds_or_a_blank_one(kind: str, expected: bool) -> None:
    found = classify(alliance(meetings=[{"date": TODAY, "kind": kind}]), TODAY)
    assert found["conversation"].item() is expected


def test_every_kind_of_meeting_is_tried_above() -> None:
    mark = test_conversation_is_one_of_six_kinds_or_a_blank_one.pytestmark[0]
    assert {kind for kind, _ in mark.args[1]} == {"", *MeetingKind}


@pytest.mark.parametrize(("status", "expected"), [("held", True), ("", True), ("planned", False), ("moved", False)])
def test_pledge_needs_a_meeting_that_took_place(status: str, expected: bool) -> None:
    found = classify(alliance(meetings=[{"date": TODAY, "status": status, "result": "pledge"}]), TODAY)
    assert found["pledge"].item() is expected


def test_by_actor_has_a_row_for_each_actor_of_a_meeting_and_none_for_a_meeting_of_nobody() -> None:
    found = by_actor(alliance(meetings=[{"date": TODAY, "actors": "Werk; Bad"}, {"date": TODAY}]), TODAY)
    assert list(found["actor"]) == ["werk", "bad"]
    assert list(found.index) == [2, 2]


def test_outcome_note_asks_for_the_result_of_each_unanswered_meeting() -> None:
    given = alliance(
        actors=[{"name": "Werk"}, {"name": "Bad"}],
        meetings=[
            {"date": YESTERDAY, "actors": "Werk; Bad"},
            {"date": YESTERDAY, "actors": "Werk", "status": "held"},
            {"date": YESTERDAY, "kind": "kickoff", "status": "planned"},
            {"date": YESTERDAY, "kind": "team_meeting"},
            {"date": TOMORROW, "actors": "Werk"},
        ],
    )
    common = {
        "code": NoteCode.MEETING_OUTCOME_MISSING,
        "severity": Severity.WARNING,
        "tab": "Termine",
        "args": {"date": YESTERDAY},
    }
    assert outcome_notes(given, TODAY) == (
        Note(cell="F2", actor="Werk; Bad", **common),
        Note(cell="F4", actor="", **common),
    )
