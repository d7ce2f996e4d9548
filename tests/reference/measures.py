"""Section 9: the light of each measure and the totals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tests.reference.evidence import is_checked, is_started
from tests.reference.rows import Case, Measure, key
from tests.reference.stages import Standing

RED_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class Totals:
    """All measures together."""

    total: int
    green: int
    yellow: int
    red: int
    overdue: int
    pledged_t: float
    pledged_incomplete: bool


def light(measure: Measure, today: date, review_months: int) -> str:
    """Return green, yellow or red."""
    if measure["status"] == "failed":
        return "red"
    if measure["status"] == "done":
        return "green"
    if _end_overdue(measure, today, RED_DAYS):
        return "red"
    if is_overdue(measure, today) or measure["status"] == "delayed":
        return "yellow"
    if is_started(measure, today) and not is_checked(measure, today, review_months):
        return "yellow"
    return "green"


def is_overdue(measure: Measure, today: date) -> bool:
    """Say whether the start or the end of a measure is overdue."""
    if measure["status"] in {"done", "failed"}:
        return False
    start = measure["planned_start"]
    return _end_overdue(measure, today) or (start is not None and start < today and not is_started(measure, today))


def _end_overdue(measure: Measure, today: date, days: int = 0) -> bool:
    """Say whether the planned end passed more than so many days ago and nobody wrote that it came."""
    end = measure["actual_end"]
    if measure["planned_end"] is None or (end is not None and end <= today):
        return False
    return measure["planned_end"] < today - timedelta(days=days)


def totals(case: Case, standings: Mapping[str, Standing], review_months: int) -> Totals:
    """Return the totals; `standings` by actor key. A measure of nobody counts for nobody."""
    counted = [measure for measure in case.measures if key(measure["actor"]) in standings]
    lights = [light(measure, case.today, review_months) for measure in counted]
    pledged = [measure["savings"] for measure in counted if standings[key(measure["actor"])].signatory]
    return Totals(
        total=len(lights),
        green=lights.count("green"),
        yellow=lights.count("yellow"),
        red=lights.count("red"),
        overdue=sum(is_overdue(measure, case.today) for measure in counted),
        pledged_t=sum(savings for savings in pledged if savings is not None),
        pledged_incomplete=any(savings is None for savings in pledged),
    )
