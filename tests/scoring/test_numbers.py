"""Text → number: what SHEET promises about German and English text numbers, then every style a German writes."""

import time
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st

from scoring.domain import Language
from scoring.messages import NoteCode
from scoring.numbers import _UNITS, read_number
from scoring.reading import Reading
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


@st.composite
def german(draw: st.DrawFn) -> Written:
    whole = draw(st.one_of(st.integers(0, 12_000), st.integers(0, 999_999_999)))
    fraction = draw(st.one_of(st.just(""), st.from_regex("[0-9]{1,4}", fullmatch=True)))
    number = grouped(whole, draw(st.sampled_from(GAPS))) + ("," + fraction if fraction else "")
    around = draw(st.sampled_from(("", " ", "\u00a0", "\n")))
    text = around + draw(st.sampled_from(SMALL_TALK)) + number + draw(st.sampled_from(UNITS)) + around
    return Written(text, float(f"{whole}.{fraction or 0}"))


@st.composite
def foreign(draw: st.DrawFn) -> Written:
    """Numbers that need care: a point as decimal mark, English groups with decimals, another unit, exponents."""
    whole = draw(st.one_of(st.integers(0, 12_000), st.integers(0, 999_999_999)))
    fraction = draw(st.from_regex("[0-9]{1,5}", fullmatch=True))
    value = float(f"{whole}.{fraction}")
    return draw(
        st.sampled_from(
            (
                Written(f"{whole}.{fraction}", value),
                Written(f"{whole:,}.{fraction}", value),
                Written(f"{grouped(whole, ' ')}.{fraction}", value),
                *(Written(f"{whole}{unit}", float("nan")) for unit in WRONG_UNITS),
                Written(f"{whole}–{whole + 1}", float("nan")),
                Written(f"{value:e}", value),
            )
        )
    )


def check_german(written: Written) -> None:
    reading = read_number(tidy(written.text), "t", "de")
    assert reading.value == written.value, written


def check_foreign(written: Written) -> None:
    reading = read_number(tidy(written.text), "t", "de")
    assert reading.value == written.value or reading.code is not None, written


@settings(max_examples=2_000, deadline=None)
@given(german())
def test_every_german_style_is_read_as_the_number_meant(written: Written) -> None:
    check_german(written)


@settings(max_examples=2_000, deadline=None)
@given(foreign())
def test_no_other_style_is_silently_read_as_another_number(written: Written) -> None:
    check_foreign(written)


@pytest.mark.parametrize("language", ["de", "en"])
@settings(max_examples=500, deadline=None)
@given(text=st.text(alphabet="0123456789.,' -–~caté%€tkMio", max_size=20))
def test_near_numbers_give_a_finite_number_or_a_reason(language: Language, text: str) -> None:
    reading = read_number(tidy(text), "t", language)
    assert (reading.value is None) <= (reading.code is not None)


@pytest.mark.campaign
def test_100_000_numbers_are_read_or_refused(minutes: float, seed: int) -> None:
    stop, count = time.monotonic() + 60 * minutes, 0

    @with_seed(seed)
    @settings(max_examples=50_000, deadline=None, database=None)
    @given(german(), foreign())
    def search(written: Written, other: Written) -> None:
        nonlocal count
        if time.monotonic() < stop:
            check_german(written)
            check_foreign(other)
            count += 2

    search()
    print(f"\nnumbers: {count:,} texts, 0 silent misreads, seed {seed}")
    assert count > 0
