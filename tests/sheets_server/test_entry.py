"""What typed text becomes, in a German and in an American sheet."""

from datetime import date

import pytest

from tests.sheets_server.entry import EPOCH, Entry, parse
from tests.sheets_server.model import Formula, Value

TODAY = date(2026, 3, 1)


def serial(year: int, month: int, day: int) -> float:
    return float((date(year, month, day) - EPOCH).days)


def of_day(value: float, pattern: str) -> Entry:
    return Entry(value=value, number_format={"type": "DATE", "pattern": pattern})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,5", 12.5), ("1.234,5", 1234.5), ("1.234", 1234.0), ("1.234.567", 1234567.0), ("-3", -3.0), (",5", 0.5),
        ("1e3", 1000.0), ("30 %", 0.3), ("30%", 0.3), ("0,8 %", 0.008), (" 7 ", 7.0), ("007", 7.0),
        ("TRUE", True), ("wahr", True), ("FALSCH", False), ("12.345,6.7", "12.345,6.7"), ("1,2,3", "1,2,3"),
        ("31.2.2026", "31.2.2026"), ("ca. 500", "ca. 500"), ("k. A.", "k. A."), ("–", "–"), ("", None),
        ("'0171", "0171"), ("'=1+1", "=1+1"), ("=1+1", Formula(text="=1+1")), ("=", "="), (" text ", " text "),
        ("3/4", "3/4"),
    ],
)  # fmt: skip
def test_entry_in_a_german_sheet(text: str, value: Value | Formula) -> None:
    assert parse(text, locale="de_DE", today=TODAY).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5", 12.5), ("1,234.5", 1234.5), ("1,234", 1234.0), ("30%", 0.3), ("TRUE", True), ("WAHR", "WAHR"),
        ("12,5", "12,5"), ("2,000,000.01", 2000000.01), ("01.03.2026", "01.03.2026"),
        ("3_1_0", "3_1_0"), ("0042", 42.0),
    ],
)  # fmt: skip
def test_entry_in_an_american_sheet(text: str, value: Value) -> None:
    assert parse(text, locale="en_US", today=TODAY).value == value


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("12.5", of_day(serial(2026, 5, 12), "dd.mm.yyyy")),
        ("12.5.", of_day(serial(2026, 5, 12), "dd.mm.yyyy")),
        ("1.3.26", of_day(serial(2026, 3, 1), "d.m.yy")),
        ("01.03.2026", of_day(serial(2026, 3, 1), "dd.mm.yyyy")),
        ("2026-03-01", of_day(serial(2026, 3, 1), "yyyy-mm-dd")),
        ("1.3.85", of_day(serial(1985, 3, 1), "d.m.yy")),
    ],
)
def test_entry_of_a_german_day_is_a_number_with_a_date_format(text: str, entry: Entry) -> None:
    assert parse(text, locale="de_DE", today=TODAY) == entry


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("3/14", of_day(serial(2026, 3, 14), "m/d/yyyy")),
        ("3/14/2026", of_day(serial(2026, 3, 14), "m/dd/yyyy")),
        ("2020-01-01", of_day(43831.0, "yyyy-mm-dd")),
    ],
)
def test_entry_of_an_american_day_is_a_number_with_a_date_format(text: str, entry: Entry) -> None:
    assert parse(text, locale="en_US", today=TODAY) == entry


def test_entry_of_a_time_is_a_share_of_a_day() -> None:
    assert parse("18:30", locale="de_DE", today=TODAY) == Entry(
        value=18.5 / 24, number_format={"type": "TIME", "pattern": "hh:mm"}
    )


def test_entry_with_percent_or_groups_brings_its_number_format() -> None:
    formats = [parse(text, locale="de_DE", today=TODAY).number_format for text in ("30 %", "0,8 %", "1.234", "1.234,5")]
    assert formats == [
        {"type": "PERCENT", "pattern": "0%"},
        {"type": "PERCENT", "pattern": "0.00%"},
        {"type": "NUMBER", "pattern": "#,##0"},
        {"type": "NUMBER", "pattern": "#,##0.00"},
    ]
