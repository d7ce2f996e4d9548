"""The measures: started, late, due for a check; the light, the totals."""

from datetime import date

import pandas as pd
import pytest

from scoring.alliance import Settings
from scoring.assessment import MeasureTotals
from scoring.measures import measures, progress, started
from tests.scoring.build import Row, alliance, table

TODAY = date(2026, 6, 1)
YESTERDAY, TOMORROW = date(2026, 5, 31), date(2026, 6, 2)
HALF_YEAR_AGO, LONGER_AGO = date(2025, 12, 1), date(2025, 11, 30)  # the review interval is 6 months by default
DAYS_90_AGO, DAYS_91_AGO = date(2026, 3, 3), date(2026, 3, 2)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, False),
        ({"actual_start": TODAY}, True),
        ({"actual_start": TOMORROW}, False),
        ({"status": "in_progress"}, True),
        ({"status": "done"}, True),
        ({"status": "unknown"}, False),
        ({"status": "delayed"}, False),
        ({"status": "failed"}, False),
        ({"status": "failed", "actual_start": YESTERDAY}, True),
        ({"status": "in_progress", "actual_start": TOMORROW}, True),
        ({"planned_start": YESTERDAY}, False),
    ],
)
def test_measure_has_started_by_its_actual_start_or_its_status(row: Row, expected: bool) -> None:
    assert started(table("measures", [row]), TODAY).item() is expected


@pytest.mark.parametrize(
    ("row", "next_check", "check_due"),
    [
        ({}, None, False),
        ({"planned_start": YESTERDAY, "checked_on": YESTERDAY}, None, False),
        ({"actual_start": HALF_YEAR_AGO}, TODAY, False),
        ({"actual_start": LONGER_AGO}, date(2026, 5, 30), True),
        ({"actual_start": LONGER_AGO, "checked_on": YESTERDAY}, date(2026, 11, 30), False),
        ({"actual_start": LONGER_AGO, "checked_on": TOMORROW}, date(2026, 5, 30), True),
        ({"actual_start": YESTERDAY, "checked_on": LONGER_AGO}, date(2026, 11, 30), False),
        ({"status": "in_progress", "checked_on": HALF_YEAR_AGO}, TODAY, False),
        ({"status": "in_progress"}, None, True),
        ({"status": "done", "actual_start": LONGER_AGO}, None, False),
        ({"status": "failed", "actual_start": LONGER_AGO}, date(2026, 5, 30), True),
    ],
)
def test_next_check_follows_the_last_check_or_the_start_by_calendar_months(
    row: Row, next_check: date | None, check_due: bool
) -> None:
    found = progress(table("measures", [row]), 6, TODAY).iloc[0]
    assert (None if pd.isna(found["next_check"]) else found["next_check"].date(), found["check_due"]) == (
        next_check,
        check_due,
    )


def test_next_check_after_the_31st_is_the_last_day_of_a_shorter_month() -> None:
    found = progress(table("measures", [{"actual_start": date(2025, 8, 31)}]), 6, TODAY)
    assert found["next_check"].item() == pd.Timestamp(2026, 2, 28)


@pytest.mark.parametrize(
    ("row", "light", "overdue_since"),
    [
        ({}, "green", None),
        ({"planned_start": TODAY, "planned_end": TOMORROW}, "green", None),
        ({"planned_start": YESTERDAY}, "yellow", YESTERDAY),
        ({"planned_start": YESTERDAY, "actual_start": YESTERDAY}, "green", None),
        ({"planned_start": YESTERDAY, "actual_start": TOMORROW}, "yellow", YESTERDAY),
        ({"actual_start": YESTERDAY, "planned_end": TODAY}, "green", None),
        ({"actual_start": YESTERDAY, "planned_end": YESTERDAY}, "yellow", YESTERDAY),
        ({"actual_start": YESTERDAY, "planned_end": YESTERDAY, "actual_end": TODAY}, "green", None),
        ({"actual_start": YESTERDAY, "planned_end": DAYS_90_AGO}, "yellow", DAYS_90_AGO),
        ({"actual_start": YESTERDAY, "planned_end": DAYS_91_AGO}, "red", DAYS_91_AGO),
        ({"planned_start": DAYS_91_AGO, "planned_end": YESTERDAY}, "yellow", DAYS_91_AGO),
        ({"status": "done", "planned_end": DAYS_91_AGO}, "green", None),
        ({"status": "done", "actual_start": LONGER_AGO}, "green", None),
        ({"status": "failed"}, "red", None),
        ({"status": "failed", "planned_end": DAYS_91_AGO}, "red", None),
        ({"actual_start": LONGER_AGO}, "yellow", None),
        ({"actual_start": LONGER_AGO, "checked_on": YESTERDAY}, "green", None),
        ({"status": "in_progress"}, "yellow", None),
        ({"status": "delayed"}, "yellow", None),
    ],
)
def test_light_is_red_when_failed_or_long_overdue_and_yellow_when_late_or_unchecked(
    row: Row, light: str, overdue_since: date | None
) -> None:
    found, _ = measures(alliance(measures=[row]), assessed(), TODAY)
    since = found["overdue_since"].item()
    assert (found["light"].item(), None if pd.isna(since) else since.date()) == (light, overdue_since)


def assessed(signatories: tuple[str, ...] = (), others: tuple[str, ...] = ()) -> pd.DataFrame:
    names = (*signatories, *others)
    return pd.DataFrame(
        {
            "key": [name.casefold() for name in names],
            "name": list(names),
            "signatory": [name in signatories for name in names],
        }
    )


def test_measures_has_a_row_for_each_measure_with_the_name_of_its_actor() -> None:
    given = alliance(
        actors=[{"name": "Werk"}],
        measures=[
            {"actor": "Werk", "title": "PV", "promoted_link": "https://example.org", "actual_start": YESTERDAY},
            {"actor": "Niemand", "title": "Rad"},
        ],
    )
    found, _ = measures(given, assessed(("Werk",)), TODAY)
    assert found[["actor", "title", "key", "promoted", "started"]].to_dict("list") == {
        "actor": ["Werk", ""],
        "title": ["PV", "Rad"],
        "key": ["werk", "niemand"],
        "promoted": [True, False],
        "started": [True, False],
    }
    assert list(found.index) == [2, 3]


def test_totals_count_lights_and_overdue_of_everybody_and_pledges_of_signatories() -> None:
    given = alliance(
        actors=[{"name": "Werk"}, {"name": "Bad"}],
        measures=[
            {"actor": "Werk", "title": "PV", "savings": 100.0},
            {"actor": "Werk", "title": "Rad", "savings": 20.5, "planned_start": YESTERDAY},
            {"actor": "Werk", "title": "Wind", "savings": 1.0, "planned_end": DAYS_91_AGO},
            {"actor": "Bad", "title": "Licht", "savings": 1000.0, "status": "failed"},
            {"actor": "Niemand", "title": "Dach", "savings": 5000.0, "planned_start": YESTERDAY},
        ],
    )
    _, totals = measures(given, assessed(("Werk",), ("Bad",)), TODAY)
    assert totals == MeasureTotals(
        total=4, green=1, yellow=1, red=2, overdue=2, pledged_t=121.5, pledged_incomplete=False
    )


@pytest.mark.parametrize(("actor", "incomplete"), [("Werk", True), ("Bad", False)])
def test_pledge_is_incomplete_when_a_signatory_gives_no_figure(actor: str, incomplete: bool) -> None:
    given = alliance(
        actors=[{"name": "Werk"}, {"name": "Bad"}],
        measures=[{"actor": "Werk", "title": "PV", "savings": 0.0}, {"actor": actor, "title": "Rad"}],
    )
    _, totals = measures(given, assessed(("Werk",), ("Bad",)), TODAY)
    assert (totals.pledged_t, totals.pledged_incomplete) == (0.0, incomplete)


def test_review_interval_of_the_settings_decides_when_a_check_is_due() -> None:
    given = alliance(measures=[{"actual_start": HALF_YEAR_AGO}], settings=Settings(review_months=5))
    found, _ = measures(given, assessed(), TODAY)
    assert (found["next_check"].item(), found["light"].item()) == (pd.Timestamp(2026, 5, 1), "yellow")
