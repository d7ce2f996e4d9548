"""Section 5: where an actor stands, from evidence, by going through its rows one after the other."""

from dataclasses import dataclass
from datetime import date

from tests.reference.evidence import (
    CONVERSATIONS,
    is_checked,
    is_forgotten,
    is_planned,
    is_started,
    is_valid,
    is_withdrawn,
    letters_of,
    measures_of,
    meetings_of,
    took_place,
)
from tests.reference.rows import Actor, Case, Letter

LADDER = (
    "identified",
    "contacted",
    "meeting_planned",
    "talked",
    "convinced",
    "signed",
    "measures_planned",
    "implementing",
    "monitoring",
)
SIDE = ("postponed", "declined", "left")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where one actor stands. `ladder`: how far its meetings, letters and measures reach, whatever the side state."""

    shown: str
    evidence: str
    ladder: str
    since: date
    member: bool
    signatory: bool
    new_member: bool


def at_least(stage: str, bound: str) -> bool:
    """Say whether a stage is on the ladder, at the bound or above; side states are not."""
    return stage in LADDER and LADDER.index(stage) >= LADDER.index(bound)


def standing(actor: Actor, case: Case, review_months: int) -> Standing:
    """Return where the actor stands on `case.today`."""
    evidence, since = _evidence(actor, case, review_months)
    left = evidence == "left"
    joined = actor["joined_on"]
    signed = [letter["signed_on"] for letter in letters_of(actor, case) if is_valid(letter, case.today)]
    is_joined = joined is not None and joined <= case.today
    member = (is_joined or bool(signed)) and not left
    became = min((day for day in signed if day), default=joined if is_joined else None)
    published = case.settings["loi_published_on"]
    return Standing(
        shown=_shown(actor, evidence),
        evidence=evidence,
        ladder=_reached(actor, case, review_months)[0],
        since=since or case.today,
        member=member,
        signatory=bool(signed) and not left,
        new_member=member and became is not None and published is not None and became > published,
    )


def _shown(actor: Actor, evidence: str) -> str:
    typed = actor["stage_override"]
    if typed in LADDER and evidence in LADDER and LADDER.index(typed) > LADDER.index(evidence):
        return typed
    return evidence


def _evidence(actor: Actor, case: Case, review_months: int) -> tuple[str, date | None]:
    """The stage by evidence, side states included, with its day (None: undated)."""
    today, letters, typed = case.today, letters_of(actor, case), actor["stage_override"]
    left, left_on = _left(actor, letters, today)
    if left:
        return "left", left_on
    if any(is_valid(letter, today) for letter in letters):
        return _reached(actor, case, review_months)
    if _declined(letters) or typed == "declined":
        return "declined", None
    if typed == "postponed":
        return "postponed", None
    return _reached(actor, case, review_months)


def _reached(actor: Actor, case: Case, review_months: int) -> tuple[str, date | None]:
    if any(is_valid(letter, case.today) for letter in letters_of(actor, case)):
        return _signed(actor, case, review_months)
    return _talks(actor, case)


def _left(actor: Actor, letters: list[Letter], today: date) -> tuple[bool, date | None]:
    """Ausgetreten, all signed rows withdrawn (a row zurückgezogen was signed once), or typed; its first day."""
    days = [actor["left_on"]] if actor["left_on"] is not None and actor["left_on"] <= today else []
    signed = [letter for letter in letters if letter["status"] in {"signed", "withdrawn"}]
    withdrawn = bool(signed) and all(is_withdrawn(letter, today) for letter in signed)
    if withdrawn:
        past = [day for letter in signed if (day := letter["withdrawn_on"]) is not None and day <= today]
        days += [max(past)] if len(past) == len(signed) else []
    return bool(days) or withdrawn or actor["stage_override"] == "left", min(days, default=None)


def _declined(letters: list[Letter]) -> bool:
    """Abgelehnt with no zugesagt or unterzeichnet further down."""
    for letter in reversed(letters):
        if letter["status"] in {"pledged", "signed"}:
            return False
        if letter["status"] == "declined":
            return True
    return False


def _talks(actor: Actor, case: Case) -> tuple[str, date | None]:
    meetings = meetings_of(actor, case)
    held = [m for m in meetings if took_place(m, case)]
    pledged = [m["date"] for m in held if m["result"] == "pledge" and m["date"]]
    joined = [actor["joined_on"]] if actor["joined_on"] and actor["joined_on"] <= case.today else []
    if pledged or joined or any(letter["status"] == "pledged" for letter in letters_of(actor, case)):
        return "convinced", min(pledged + joined, default=None)
    talks = [m["date"] for m in held if m["kind"] in CONVERSATIONS and m["date"]]
    if talks:
        return "talked", min(talks)
    if any(is_planned(m, case) and m["kind"] in CONVERSATIONS for m in meetings):
        return "meeting_planned", None
    contacts = [m["date"] for m in meetings if m["date"] and (took_place(m, case) or is_forgotten(m, case))]
    return ("contacted", min(contacts)) if contacts else ("identified", None)


def _signed(actor: Actor, case: Case, review_months: int) -> tuple[str, date | None]:
    """Signed and beyond; what needs several things holds since the last of them."""
    signed = min(
        letter["signed_on"]
        for letter in letters_of(actor, case)
        if is_valid(letter, case.today) and letter["signed_on"]
    )
    measures = measures_of(actor, case)
    started = [measure for measure in measures if is_started(measure, case.today)]
    starts = [m["actual_start"] for m in started if m["actual_start"] and m["actual_start"] <= case.today]
    checks = [m["checked_on"] for m in started if m["checked_on"] and m["checked_on"] <= case.today]
    if checks and all(is_checked(m, case.today, review_months) for m in started if m["status"] != "done"):
        return "monitoring", max([signed, min(checks), *([min(starts)] if starts else [])])
    if started:
        return "implementing", max(signed, min(starts)) if starts else None
    return ("measures_planned", None) if measures else ("signed", signed)
