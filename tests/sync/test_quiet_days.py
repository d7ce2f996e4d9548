"""Days on which nobody is reminded, by Land; the configuration knows the Länder that `holidays` knows."""

from datetime import date, timedelta

import holidays
import pytest

from sync.config import LAENDER
from sync.quiet_days import quiet_days

WORKING_WEEK = [date(2026, 11, 23) + timedelta(days=day) for day in range(5)]


def test_laender_are_those_with_holidays_of_their_own() -> None:
    known = set(holidays.country_holidays("DE").subdivisions) - {"Augsburg"}  # a town in Bavaria
    assert set(LAENDER) == known
    assert len(LAENDER) == 16


@pytest.mark.parametrize("land", ["", "DE", *(f"DE-{land}" for land in LAENDER)])
def test_weekend_is_quiet_everywhere_and_a_plain_week_is_not(land: str) -> None:
    is_quiet = quiet_days(land)
    assert [is_quiet(date(2026, 11, 28)), is_quiet(date(2026, 11, 29))] == [True, True]
    assert [is_quiet(day) for day in WORKING_WEEK if day != date(2026, 11, 25)] == [False] * 4


@pytest.mark.parametrize(
    ("day", "quiet_in"),
    [
        (date(2027, 3, 29), {"DE", "DE-BW", "DE-NI", "DE-SN"}),  # Easter Monday
        (date(2027, 5, 27), {"DE-BW"}),  # Corpus Christi
        (date(2027, 1, 6), {"DE-BW"}),  # Epiphany
        (date(2029, 10, 31), {"DE-NI", "DE-SN"}),  # Reformation Day
        (date(2026, 11, 18), {"DE-SN"}),  # Day of Prayer and Repentance
        (date(2027, 12, 24), set()),  # Christmas Eve is a working day
        (date(2027, 11, 1), {"DE-BW"}),  # All Saints' Day
    ],
)
def test_holiday_is_quiet_in_its_laender_only(day: date, quiet_in: set[str]) -> None:
    assert day.weekday() < 5
    assert {land for land in ("", "DE", "DE-BW", "DE-NI", "DE-SN") if quiet_days(land)(day)} == quiet_in


def test_years_far_ahead_have_their_holidays() -> None:
    assert quiet_days("DE-BW")(date(2040, 4, 2))  # Easter Monday
