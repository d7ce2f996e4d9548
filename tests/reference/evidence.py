"""Section 5: what one row of Termine, LoI or Maßnahmen shows on a day."""

from datetime import date

from tests.reference.days import add_months
from tests.reference.rows import Actor, Case, Letter, Measure, Meeting, key

CONVERSATIONS = {
    "",
    "executive_meeting",
    "talk",
    "follow_up",
    "mini_climate_decision",
    "measures_workshop",
    "letter_signing",
}
"""A blank Art is a Gespräch."""


def took_place(meeting: Meeting, case: Case) -> bool:
    """Say whether a meeting took place."""
    if meeting["date"] is None or meeting["date"] > case.today:
        return False
    if not case.has_status_column or meeting["status"] == "held":
        return True
    return not meeting["status"] and has_outcome(meeting)


def has_outcome(meeting: Meeting) -> bool:
    """Say whether somebody wrote down what came of it."""
    return meeting["result"] not in {"", "open"} or bool(meeting["minutes"])


def is_planned(meeting: Meeting, case: Case) -> bool:
    """Say whether a meeting is planned for today or later."""
    if meeting["date"] is None or meeting["date"] < case.today or took_place(meeting, case):
        return False
    return meeting["status"] in {"", "planned"}


def is_forgotten(meeting: Meeting, case: Case) -> bool:
    """Say whether a meeting lies in the past with a blank Status and no outcome ("Wie war's?")."""
    if meeting["date"] is None or meeting["date"] >= case.today or not case.has_status_column:
        return False
    return not meeting["status"] and not has_outcome(meeting)


def meetings_of(actor: Actor, case: Case) -> list[Meeting]:
    """Return the meetings that name the actor."""
    me = key(actor["name"])
    return [meeting for meeting in case.meetings if me in {key(name) for name in meeting["actors"]}]


def letters_of(actor: Actor, case: Case) -> list[Letter]:
    """Return the actor's rows in LoI, top to bottom."""
    return [letter for letter in case.letters if key(letter["actor"]) == key(actor["name"])]


def measures_of(actor: Actor, case: Case) -> list[Measure]:
    """Return the actor's measures."""
    return [measure for measure in case.measures if key(measure["actor"]) == key(actor["name"])]


def is_valid(letter: Letter, today: date) -> bool:
    """Say whether a row is a valid signature today."""
    return (
        letter["status"] == "signed"
        and letter["signed_on"] is not None
        and letter["signed_on"] <= today
        and letter["authority"] != "no"
        and not is_withdrawn(letter, today)
    )


def is_withdrawn(letter: Letter, today: date) -> bool:
    """Say whether a row was withdrawn: by its Status, or by its day."""
    if letter["status"] == "withdrawn":
        return True
    return letter["withdrawn_on"] is not None and letter["withdrawn_on"] <= today


def is_started(measure: Measure, today: date) -> bool:
    """Say whether a measure was started."""
    if measure["actual_start"] is not None and measure["actual_start"] <= today:
        return True
    return measure["status"] in {"in_progress", "done"}


def is_checked(measure: Measure, today: date, review_months: int) -> bool:
    """Say whether a measure was checked, or started, within the review interval."""
    days = [day for day in (measure["checked_on"], measure["actual_start"]) if day and day <= today]
    return bool(days) and add_months(max(days), review_months) >= today
