"""Text → day or time: what is promised, then every style a German writes a day in."""

import random
import time
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.messages import NoteCode
from scoring.parsing.dates import read_day, read_time
from scoring.parsing.reading import Reading
from scoring.text import tidy

MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()  # noqa: SIM905
WEEKDAYS = "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split()  # noqa: SIM905


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-01", "01.03.2026", "1.3.26", "1.3.2026", "01. 03. 2026", "2026.03.01", "2026/3/1"),
        *("1. März 2026", "1. Mrz. 2026", "1 march 26", "March 1, 2026", "So, 01.03.2026", "Sonntag, 1. März 2026"),
        *("2026-03-01T00:00:00", "2026-03-01 14:30:00", "01.03.2026 14:30 Uhr", "01.03.2026, 14:30"),
    ],
)
def test_a_day_is_read(text: str) -> None:
    assert read_day(text) == Reading(date(2026, 3, 1))


@pytest.mark.parametrize(
    ("text", "day"),
    [("13/04/2026", date(2026, 4, 13)), ("04/13/2026", date(2026, 4, 13)), ("03/03/2026", date(2026, 3, 3))],
)
def test_slashes_are_read_where_one_order_only_is_possible(text: str, day: date) -> None:
    assert read_day(text) == Reading(day)


@pytest.mark.parametrize("text", ["03/04/26", "03/04/2026", "3-4-2026", "25/12/26", "1.3.99", "1.3.00"])
def test_an_ambiguous_day_is_refused(text: str) -> None:
    assert read_day(text) == Reading(None, NoteCode.DATE_AMBIGUOUS)


@pytest.mark.parametrize(
    "text",
    [
        *("31.02.2026", "29.02.2025", "32.01.2026", "1.13.2026", "gestern", "1.3.", "1.3", "März 2026", "1.3.226"),
        *("01.03.20226", "Mo, 01.03.2026", "Q1 2026", "01.03.2026 und 08.03.2026", "1.3.2026¹", "١.٣.٢٠٢٦"),
    ],
)
def test_an_impossible_or_unknown_day_is_refused(text: str) -> None:
    assert read_day(text) == Reading(None, NoteCode.DATE_UNREADABLE)


@pytest.mark.parametrize("text", ["01.03.1989", "2101-01-01", "30.12.1899"])
def test_a_day_outside_1990_to_2100_is_refused(text: str) -> None:
    assert read_day(text) == Reading(None, NoteCode.DATE_OUT_OF_RANGE)


@pytest.mark.parametrize("text", ["46150", "2026", "7"])
def test_digits_alone_are_a_number(text: str) -> None:
    assert read_day(text) == Reading(None, NoteCode.DATE_IS_NUMBER)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("14:30", "14:30"),
        ("14:30:00", "14:30"),
        ("9.05 Uhr", "09:05"),
        ("9 Uhr", "09:00"),
        ("2:30 PM", "14:30"),
        ("12:00 am", "00:00"),
        ("0:00", "00:00"),
    ],
)
def test_a_time_is_read(text: str, clock: str) -> None:
    assert read_time(text) == Reading(clock)


@pytest.mark.parametrize("text", ["24:00", "12:60", "14", "abends", "14:30–16:00", "13:00 pm", "0 am"])
def test_an_unknown_time_is_refused(text: str) -> None:
    assert read_time(text) == Reading(None, NoteCode.TIME_UNREADABLE)


@dataclass(frozen=True)
class Written:
    """A day, one way in which somebody writes it, and whether it must be read."""

    text: str
    day: date
    plain: bool


def written_day(rng: random.Random) -> Written:
    day = date.fromordinal(rng.randint(date(1990, 1, 1).toordinal(), date(2100, 12, 31).toordinal()))
    d, m, y = day.day, day.month, day.year
    month, weekday = MONTHS[m - 1], WEEKDAYS[day.weekday()]
    plain = (
        *(day.isoformat(), f"{d:02}.{m:02}.{y}", f"{d}.{m}.{y}", f"{d}. {m}. {y}", f"{d}. {month} {y}"),
        *(f"{d}. {month[:3]} {y}", f"{weekday}, {d}. {month} {y}", f"{weekday[:2]} {d:02}.{m:02}.{y}"),
        *(f"{d:02}.{m:02}.{y} 09:00 Uhr", f"{day.isoformat()}T00:00:00", f" {d}.{m}.{y}\n"),
    )
    careful = (
        *(f"{d}.{m}.{y % 100:02}", f"{d:02}.{m:02}.{y % 100:02}", f"{d}/{m}/{y}", f"{m}/{d}/{y}", f"{d}-{m}-{y}"),
        *(f"{d}/{m}/{y % 100:02}", f"{m}/{d}/{y % 100:02}", f"{y % 100:02}-{m:02}-{d:02}", f"{d}.{m}.", f"{month} {y}"),
        *(f"{d}. {month} {y % 100:02}", f"{WEEKDAYS[day.weekday() - 1]}, {d}.{m}.{y}", f"{y}{m:02}{d:02}"),
    )
    index = rng.randrange(len(plain) + len(careful))
    return Written((*plain, *careful)[index], day, plain=index < len(plain))


def check(written: Written) -> None:
    reading = read_day(tidy(written.text))
    assert reading.value == written.day or (reading.code is not None and not written.plain), written


@settings(max_examples=2_000, deadline=None)
@given(st.randoms(use_true_random=False))
def test_every_style_is_read_as_the_day_meant_or_refused(rng: random.Random) -> None:
    check(written_day(rng))


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="0123456789./-: TMärzUhrSo,", max_size=20))
def test_near_days_give_a_day_in_range_or_a_reason(text: str) -> None:
    reading = read_day(tidy(text))
    if isinstance(reading.value, date):
        assert date(1990, 1, 1) <= reading.value <= date(2100, 12, 31)
    else:
        assert reading.code is not None


@pytest.mark.campaign
def test_100_000_days_are_read_or_refused(minutes: float, seed: int) -> None:
    rng, start, count = random.Random(seed), time.monotonic(), 0
    while count < 100_000 and time.monotonic() - start < 60 * minutes:
        check(written_day(rng))
        count += 1
    print(f"\n{count:,} days, 0 silent misreads, seed {seed}, {time.monotonic() - start:.0f} s")
    assert count > 0
