"""Text → number: what is promised about German and English text numbers, then every style a German writes."""

import random
import time
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.domain import Language
from scoring.messages import NoteCode
from scoring.parsing.numbers import _UNITS, read_number
from scoring.parsing.reading import Reading
from scoring.tabs import SETTINGS_ROWS, TABS
from scoring.text import tidy


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,5", 1234.5),
        ("1 234,5", 1234.5),
        ("1\u00a0234,5", 1234.5),
        ("1\u202f234,5", 1234.5),
        ("1'234,5", 1234.5),
        ("12,5", 12.5),
        ("1234,5", 1234.5),
        ("1.234.567", 1_234_567.0),
        ("1.234.567,89", 1_234_567.89),
        ("0,125", 0.125),
        ("0", 0.0),
        ("ca. 500", 500.0),
        ("ca 500 t", 500.0),
        ("~30", 30.0),
        ("≈ 30", 30.0),
        ("500 t", 500.0),
        ("500t", 500.0),
        ("500 t/a", 500.0),
        ("500 t CO2e", 500.0),
        ("500 t CO₂e/a", 500.0),
        ("+5", 5.0),
        ("-5", -5.0),
        ("−5", -5.0),
    ],
)
def test_german_text_is_read_without_a_note(text: str, value: float) -> None:
    assert read_number(tidy(text), "t", "de") == Reading(value)


@pytest.mark.parametrize(("text", "value"), [("1.234", 1234.0), ("3.000 t", 3000.0), ("ca. 10.000", 10_000.0)])
def test_three_digits_after_one_point_are_thousands_with_a_note(text: str, value: float) -> None:
    assert read_number(text, "t", "de") == Reading(value, NoteCode.NUMBER_POINT_THOUSANDS, {"value": value})


@pytest.mark.parametrize(
    ("text", "value"), [("12.5", 12.5), ("0.125", 0.125), ("1234.5", 1234.5), ("1.2345", 1.2345), ("1 234.5", 1234.5)]
)
def test_other_points_are_decimals_with_a_note(text: str, value: float) -> None:
    assert read_number(text, "t", "de") == Reading(value, NoteCode.NUMBER_POINT_DECIMAL, {"value": value})


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("1,234.5", Reading(1234.5)),
        ("1234.5", Reading(1234.5)),
        ("1.234", Reading(1.234)),
        ("1,234,567", Reading(1_234_567.0)),
        ("1,234", Reading(1234.0, NoteCode.NUMBER_POINT_THOUSANDS, {"value": 1234.0})),
        ("12,5", Reading(12.5, NoteCode.NUMBER_POINT_DECIMAL, {"value": 12.5})),
        ("0,125", Reading(0.125, NoteCode.NUMBER_POINT_DECIMAL, {"value": 0.125})),
        ("1.234,5", Reading(None, NoteCode.NUMBER_UNREADABLE)),
    ],
)
def test_an_english_sheet_mirrors_the_marks(text: str, reading: Reading) -> None:
    assert read_number(text, "t", "en") == reading


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("500 kt", "t"),
        ("3 Tsd", "t"),
        ("3 T", "t"),
        ("5 %", "t"),
        ("5 t", "%"),
        ("5 €", "Mio €"),
        ("5 Mrd €", "Mio €"),
        ("1e5", "t"),
    ],
)
def test_another_unit_is_refused(text: str, unit: str) -> None:
    assert read_number(text, unit, "de") == Reading(None, NoteCode.NUMBER_WRONG_UNIT, {"unit": unit})


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("30 %", "%", 30.0),
        ("~30 %", "%", 30.0),
        ("30 Prozent", "%", 30.0),
        ("5 Mio €", "Mio €", 5.0),
        ("5 Mio. €", "Mio €", 5.0),
        ("5 Mio. Euro", "Mio €", 5.0),
        ("10 h", "h", 10.0),
        ("10 Stunden", "h", 10.0),
    ],
)
def test_the_columns_own_unit_may_follow(text: str, unit: str, value: float) -> None:
    assert read_number(text, unit, "de") == Reading(value)


@pytest.mark.parametrize(
    "text",
    [
        *("1234.567", "1.23.456", "01.234", "1,2,3", "1.234 567", "1 2", "12 34", "1,234.5", "500-600", "500+", ">500"),
        *("10:30", "nan", "inf", "viele", "5,", ",5", "½", "10²", "１２", "1" * 61),
    ],
)
def test_what_is_ambiguous_or_no_number_is_refused(text: str) -> None:
    assert read_number(text, "t", "de") == Reading(None, NoteCode.NUMBER_UNREADABLE)


@pytest.mark.parametrize("text", ["12.05.2026", "12.5.26", "2026-05-12", "2026-05-12 00:00:00", "12. Mai", "12.05."])
def test_a_date_in_a_number_column_is_refused_with_what_was_probably_typed(text: str) -> None:
    assert read_number(text, "t", "de") == Reading(None, NoteCode.NUMBER_IS_DATE, {"suggestion": "12,5"})


def test_every_unit_of_the_column_table_can_be_read() -> None:
    units = {column.unit for tab in TABS.values() for column in tab.columns} | {column.unit for column in SETTINGS_ROWS}
    assert units == set(_UNITS)


@dataclass(frozen=True)
class Written:
    """A number, and one way in which somebody writes it."""

    text: str
    value: float


GAPS = ("", ".", " ", "\u00a0", "\u202f", "\u2009", "'")
SMALL_TALK = ("", "ca. ", "ca ", "~", "~ ", "etwa ", "rund ")
UNITS = ("", " t", "t", " t/a", " t CO2e", " t CO2e/a", "\u00a0t")
WRONG_UNITS = (" kt", " Tsd", " Tsd t", " Mio t", " kg", " T", " Tonnen pro Kopf", " %")


def grouped(whole: int, gap: str) -> str:
    return f"{whole:,}".replace(",", gap)


def german(rng: random.Random) -> Written:
    whole, fraction = some_number(rng, rng.randint(0, 4))
    number = grouped(whole, rng.choice(GAPS)) + ("," + fraction if fraction else "")
    around = rng.choice(("", " ", "\u00a0", "\n"))
    text = around + rng.choice(SMALL_TALK) + number + rng.choice(UNITS) + around
    return Written(text, float(f"{whole}.{fraction or 0}"))


def foreign(rng: random.Random) -> Written:
    """Numbers that need care: a point as decimal mark, English groups with decimals, another unit, exponents."""
    whole, fraction = some_number(rng, rng.randint(1, 5))
    value = float(f"{whole}.{fraction}")
    return rng.choice(
        (
            Written(f"{whole}.{fraction}", value),
            Written(f"{whole:,}.{fraction}", value),
            Written(f"{grouped(whole, ' ')}.{fraction}", value),
            *(Written(f"{whole}{unit}", float("nan")) for unit in WRONG_UNITS),
            Written(f"{whole}–{whole + 1}", float("nan")),
            Written(f"{value:e}", value),
        )
    )


def some_number(rng: random.Random, decimals: int) -> tuple[int, str]:
    """A whole number, often a small one, and that many digits behind the decimal mark."""
    return rng.randint(0, rng.choice((12_000, 999_999_999))), "".join(rng.choices("0123456789", k=decimals))


def check_german(written: Written) -> None:
    reading = read_number(tidy(written.text), "t", "de")
    assert reading.value == written.value, written


def check_foreign(written: Written) -> None:
    reading = read_number(tidy(written.text), "t", "de")
    assert reading.value == written.value or reading.code is not None, written


@settings(max_examples=2_000, deadline=None)
@given(st.randoms(use_true_random=False))
def test_every_german_style_is_read_as_the_number_meant(rng: random.Random) -> None:
    check_german(german(rng))


@settings(max_examples=2_000, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_other_style_is_silently_read_as_another_number(rng: random.Random) -> None:
    check_foreign(foreign(rng))


@pytest.mark.parametrize("language", ["de", "en"])
@settings(max_examples=500, deadline=None)
@given(text=st.text(alphabet="0123456789.,' -–~caté%€tkMio", max_size=20))
def test_near_numbers_give_a_finite_number_or_a_reason(language: Language, text: str) -> None:
    reading = read_number(tidy(text), "t", language)
    assert (reading.value is None) <= (reading.code is not None)


@pytest.mark.campaign
def test_100_000_numbers_are_read_or_refused(minutes: float, seed: int) -> None:
    rng, start, count = random.Random(seed), time.monotonic(), 0
    while count < 100_000 and time.monotonic() - start < 60 * minutes:
        check_german(german(rng))
        check_foreign(foreign(rng))
        count += 2
    print(f"\n{count:,} numbers, 0 silent misreads, seed {seed}, {time.monotonic() - start:.0f} s")
    assert count > 0
