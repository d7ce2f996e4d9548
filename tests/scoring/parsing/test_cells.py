"""Cells of one column → typed values and findings, rule by rule."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from scoring.columns import NUMERIC, Column, Kind
from scoring.domain import (
    ActorKind,
    Attitude,
    Authority,
    Choice,
    MailConsent,
    MeetingKind,
    Publication,
    Severity,
    Stage,
    YesNo,
)
from scoring.messages import Argument, NoteCode
from scoring.parsing.cells import Finding, blank_column, is_filled, read_cell, read_cells
from scoring.snapshot import NOT_CALCULATED, Cell
from scoring.tabs import PEOPLE_TABS, SETTINGS_ROWS
from scoring.text import squeeze

NUMBER = Column(field="emissions", de="THG", en="GHG", kind=Kind.NUMBER, unit="t")
PERCENT = Column(field="share", de="Anteil", en="Share", kind=Kind.PERCENT, unit="%")
SCALE = Column(field="scale", de="Stufe", en="Scale", kind=Kind.SCALE)
COUNT = Column(field="count", de="Anzahl", en="Count", kind=Kind.COUNT)
YEAR = Column(field="year", de="Jahr", en="Year", kind=Kind.YEAR)
DATE = Column(field="date", de="Datum", en="Date", kind=Kind.DATE)
TEXT = Column(field="text", de="Text", en="Text")
EVERY_COLUMN = [*SETTINGS_ROWS, *(column for tab in PEOPLE_TABS for column in tab.typed)]
ERRORS = ["#REF!", "#N/A", "#NV", "#DIV/0!", "#VALUE!", "#WERT!", "#NAME?", "#NUM!", "#ZAHL!", "#NULL!", "#ERROR!"]


def read(column: Column, *cells: Cell) -> tuple[list[object], list[Finding]]:
    """Values as a list, None for unknown."""
    values, findings = read_cells(column, cells, "de", header=column.de)
    return [None if pd.isna(value) or value == "" else value for value in values.tolist()], findings


def choice(choices: type[Choice]) -> Column:
    return Column(field="choice", de="Liste", en="List", kind=Kind.CHOICE, choices=choices)


def warning(position: int, code: NoteCode, **args: Argument) -> Finding:
    return Finding(position, code, Severity.WARNING, args)


def hint(position: int, code: NoteCode, **args: Argument) -> Finding:
    return Finding(position, code, Severity.HINT, args)


ALL_SORTS: list[Cell] = [
    *(
        None,
        "",
        "–",
        True,
        False,
        0,
        1,
        -1,
        -0.0,
        0.5,
        0.85,
        3.0,
        2.5,
        2023,
        2023.0,
        4711,
        58_000.0,
        1e15,
        float("nan"),
    ),
    *(10**400, "0", "-0", "12", "1.234,5", "1,234.5", "58.000 t", "5 %", "0,5", "85 %", "ca. 12", "01.02.2026"),
    *("2026-02-01", "31.02.2026", "1/2/26", "03:00", "25:00", "ja", "nein", "vielleicht", "Befürworter", "BISKO"),
    *("befuerworter", "anna@example.org", "anna@", "35.30", "C", "05314000", "5314000", "https://example.org", "Werk"),
    *("Werk; Bad", "#REF!", NOT_CALCULATED, "x" * 300, "x" * 6000),
]


@pytest.mark.parametrize("column", EVERY_COLUMN, ids=lambda column: column.field)
def test_a_single_cell_is_read_as_in_its_column(column: Column) -> None:
    for cell in ALL_SORTS:
        (value,), findings = read(column, cell)
        day = value.date() if isinstance(value, pd.Timestamp) else value
        single, finding = read_cell(column, cell, "de", header=column.de)
        assert repr(None if single == "" else single) == repr(day), cell
        assert findings == ([finding] if finding else []), cell


def test_blanks_and_marks_for_unknown_are_unknown_without_a_note() -> None:
    blanks: list[Cell] = [None, "", "  ", "\n", "–", "-", "—", "?", "k. A.", "k.A.", "K.A."]
    for column in (NUMBER, PERCENT, SCALE, DATE, TEXT, choice(Attitude)):
        assert read(column, *blanks) == ([None] * len(blanks), [])


def test_unknown_is_never_zero() -> None:
    assert read(NUMBER, 0, None, "0", "-0", -0.0) == ([0.0, None, 0.0, 0.0, 0.0], [])


@pytest.mark.parametrize("column", EVERY_COLUMN, ids=lambda column: column.field)
def test_an_error_cell_is_unknown_with_a_note_in_every_column(column: Column) -> None:
    errors = [*ERRORS, "Loading…", "Loading...", "Wird geladen…", "#ref!", " #REF! "]
    severity = Severity.BLOCKING if column.blocks else Severity.WARNING
    values, findings = read(column, *errors)
    assert values == [column.unreadable_as or None] * len(errors)
    assert findings == [
        Finding(
            position,
            NoteCode.ERROR_CELL,
            severity,
            {"column": column.de, "found": "" if column.private else error.strip()},
        )
        for position, error in enumerate(errors)
    ]


@pytest.mark.parametrize("column", [NUMBER, DATE, TEXT, choice(YesNo)], ids=lambda column: column.kind)
def test_a_formula_that_was_never_calculated_is_unknown(column: Column) -> None:
    assert read(column, NOT_CALCULATED) == (
        [None],
        [warning(0, NoteCode.FORMULA_NOT_CALCULATED, column=column.de)],
    )


@pytest.mark.parametrize("column", [NUMBER, SCALE, DATE, TEXT, choice(YesNo)], ids=lambda column: column.kind)
def test_a_number_that_is_none_is_an_error_cell(column: Column) -> None:
    cells: list[Cell] = [float("nan"), float("inf"), float("-inf"), 10**400]
    values, findings = read(column, *cells)
    assert values == [None] * 4
    assert findings == [warning(i, NoteCode.ERROR_CELL, column=column.de, found="∞") for i in range(4)]


def test_numbers_out_of_range_are_refused_by_kind() -> None:
    def refusal(found: Cell, high: float | str, low: float = 0.0) -> list[Finding]:
        assert found is not None
        return [warning(0, NoteCode.NUMBER_OUT_OF_RANGE, column=column.de, found=found, low=low, high=high)]

    column = NUMBER
    assert read(column, -1) == ([None], refusal(-1, ""))
    assert read(column, "-1,5 t") == ([None], refusal("-1,5 t", ""))
    assert read(column, 1e13) == ([None], refusal(1e13, 1e12))
    column = PERCENT
    assert read(column, 101) == ([None], refusal(101, 100.0))
    column = SCALE
    assert read(column, 5.5) == ([None], refusal(5.5, 5.0))
    column = COUNT
    assert read(column, 0) == ([None], refusal(0, 1000.0, low=1.0))
    assert read(column, 2.5) == ([None], refusal(2.5, 1000.0, low=1.0))
    column = YEAR
    assert read(column, 1989) == ([None], refusal(1989, 2100.0, low=1990.0))
    assert read(column, 2101) == ([None], refusal(2101, 2100.0, low=1990.0))


def test_a_unit_in_a_column_without_one_says_that_none_is_meant() -> None:
    jobs = Column(field="jobs", de="Beschäftigte", en="Jobs", kind=Kind.NUMBER)
    assert read(jobs, "3 Tsd", "500 VZÄ") == (
        [None, None],
        [
            warning(0, NoteCode.NUMBER_WRONG_UNIT, column="Beschäftigte", found="3 Tsd", unit=""),
            warning(1, NoteCode.NUMBER_WRONG_UNIT, column="Beschäftigte", found="500 VZÄ", unit=""),
        ],
    )


def test_the_ends_of_every_range_are_read() -> None:
    assert read(NUMBER, 0, 1e12) == ([0.0, 1e12], [])
    assert read(PERCENT, 0, 100, 1.5) == ([0.0, 100.0, 1.5], [])
    assert read(SCALE, 0, 2.5, 5) == ([0.0, 2.5, 5.0], [])
    assert read(COUNT, 1, 10.0) == ([1.0, 10.0], [])
    assert read(YEAR, 1990, "2035", 2100) == ([1990.0, 2035.0, 2100.0], [])


def test_a_bare_number_up_to_one_in_a_percent_column_is_a_share_with_a_note() -> None:
    def share(position: int, found: Cell, value: float) -> Finding:
        assert found is not None
        return hint(position, NoteCode.PERCENT_AS_SHARE, column="Anteil", found=found, value=value)

    cells: list[Cell] = [0.8, "0,8", "0,8 %", 1, 0.07, 0, "80", "1 %"]
    assert read(PERCENT, *cells) == (
        [80.0, 80.0, 0.8, 100.0, 7.0, 0.0, 80.0, 1.0],
        [share(0, 0.8, 80.0), share(1, "0,8", 80.0), share(3, 1, 100.0), share(4, 0.07, 7.0)],
    )


def test_a_boolean_is_no_number_and_no_day_and_differs_from_one_and_zero() -> None:
    assert read(NUMBER, 1, True, 0, False) == (
        [1.0, None, 0.0, None],
        [
            warning(1, NoteCode.NUMBER_UNREADABLE, column="THG", found="WAHR"),
            warning(3, NoteCode.NUMBER_UNREADABLE, column="THG", found="FALSCH"),
        ],
    )
    assert read(DATE, True) == ([None], [warning(0, NoteCode.DATE_UNREADABLE, column="Datum", found="WAHR")])


def test_a_date_in_a_number_column_says_what_to_write() -> None:
    assert read(NUMBER, "12.05.2026") == (
        [None],
        [warning(0, NoteCode.NUMBER_IS_DATE, column="THG", found="12.05.2026", suggestion="12,5")],
    )
    assert read(YEAR, "2035-01-01", "1.1.") == (
        [None, None],
        [
            warning(0, NoteCode.NUMBER_IS_DATE, column="Jahr", found="2035-01-01", suggestion="2035"),
            warning(1, NoteCode.NUMBER_IS_DATE, column="Jahr", found="1.1.", suggestion=""),
        ],
    )


def test_a_number_in_a_date_column_is_refused() -> None:
    assert read(DATE, 46150, 12.5, "2026-05-12") == (
        [None, None, pd.Timestamp(date(2026, 5, 12))],
        [
            warning(0, NoteCode.DATE_IS_NUMBER, column="Datum", found=46150),
            warning(1, NoteCode.DATE_IS_NUMBER, column="Datum", found=12.5),
        ],
    )


@pytest.mark.parametrize("choices", [YesNo, Authority, Publication, MailConsent], ids=lambda choices: choices.__name__)
def test_tick_boxes_and_ja_nein_are_alike(choices: type[Choice]) -> None:
    cells: list[Cell] = [True, False, "ja", "Nein", " JA ", "yes", "no"]
    assert read(choice(choices), *cells) == (["yes", "no", "yes", "no", "yes", "yes", "no"], [])


def test_tick_boxes_and_numbers_in_one_list_column_are_not_mixed_up() -> None:
    values, findings = read(choice(YesNo), 1, True, 0, False, 1.0, True)
    assert values == [None, "yes", None, "no", None, "yes"]
    assert [(finding.position, finding.args["found"]) for finding in findings] == [(0, 1), (2, 0), (4, 1)]


@pytest.mark.parametrize("cell", ["x", "✓", "wahr", "ok", 1, 0])
def test_nothing_else_is_a_yes(cell: Cell) -> None:
    values, findings = read(choice(YesNo), cell)
    assert (values, [finding.code for finding in findings]) == ([None], [NoteCode.CHOICE_UNKNOWN])


def test_list_values_fold_case_and_spaces_in_both_languages() -> None:
    assert read(choice(MeetingKind), "mini - klimaentscheid", "LoI–Unterzeichnung", "GESPRÄCH", "talk") == (
        ["mini_climate_decision", "letter_signing", "talk", "talk"],
        [],
    )
    assert read(choice(Stage), "überzeugt", "zurückgestellt", "LoI signed") == (
        ["convinced", "postponed", "signed"],
        [],
    )


def test_an_unknown_list_value_is_noted_with_the_nearest() -> None:
    allowed = "Befürworter, neutral, skeptisch, Gegner"
    assert read(choice(Attitude), "Befürworterin", "xyz") == (
        [None, None],
        [
            warning(
                0,
                NoteCode.CHOICE_UNKNOWN,
                column="Liste",
                found="Befürworterin",
                suggestion="Befürworter",
                allowed=allowed,
            ),
            warning(1, NoteCode.CHOICE_UNKNOWN, column="Liste", found="xyz", suggestion="", allowed=allowed),
        ],
    )


@pytest.mark.parametrize(
    "choices",
    dict.fromkeys(column.choices for column in EVERY_COLUMN if column.choices),
    ids=lambda choices: choices.__name__,
)
def test_no_two_list_values_are_spelled_alike(choices: type[Choice]) -> None:
    spelled = {squeeze(label): member for member in choices for label in (member.de, member.en)}
    assert all(spelled[squeeze(label)] is member for member in choices for label in (member.de, member.en))
    assert read(choice(choices), *[member.de for member in choices]) == ([member.value for member in choices], [])


def test_an_unreadable_cell_gets_the_code_that_its_column_names() -> None:
    kind = Column(field="kind", de="Art", en="Kind", kind=Kind.CHOICE, choices=MeetingKind, unreadable_as="event")
    values, findings = read(kind, "Zoom", None, "#REF!", "Party")
    assert values == ["event", None, "event", "party"]
    assert [finding.position for finding in findings] == [0, 2]


def test_an_unreadable_cell_of_a_blocking_column_blocks_and_advice_does_not() -> None:
    tonnes = Column(field="tonnes", de="t", en="t", kind=Kind.NUMBER, unit="t", blocks=True)
    assert [finding.severity for finding in read(tonnes, "viel", "1.234", 5)[1]] == [Severity.BLOCKING, Severity.HINT]


def test_private_cells_are_never_quoted() -> None:
    note = Column(field="note", de="Notiz", en="Note", private=True)
    email = Column(field="email", de="E-Mail", en="E-mail", kind=Kind.EMAIL, private=True)
    assert read(note, "#REF!")[1] == [warning(0, NoteCode.ERROR_CELL, column="Notiz", found="")]
    assert read(email, "geheim")[1] == [warning(0, NoteCode.EMAIL_UNREADABLE, column="E-Mail")]
    _, findings = read_cells(NUMBER, ["geheim"], "de", header="THG", private=True)
    assert findings == [warning(0, NoteCode.NUMBER_UNREADABLE, column="THG", found="")]


def test_a_very_long_cell_is_capped_and_a_long_quote_shortened() -> None:
    values, findings = read(TEXT, "a" * 50_000)
    assert values == ["a" * 5_000]
    assert findings == [hint(0, NoteCode.TEXT_TOO_LONG, column="Text", length=50_000, limit=5_000)]
    assert read(NUMBER, "viele " * 9_000) == (
        [None],
        [warning(0, NoteCode.NUMBER_UNREADABLE, column="THG", found=("viele " * 10)[:59] + "…")],
    )


def test_a_text_above_its_columns_limit_is_noted_and_kept_whole() -> None:
    title = Column(field="title", de="Titel", en="Title", limit=50)
    cells: list[Cell] = ["x" * 50, "x" * 51, f"  {'x' * 49}  ", "ä" * 51, 10**50, "x" * 5_001]
    assert read(title, *cells) == (
        ["x" * 50, "x" * 51, "x" * 49, "ä" * 51, f"1{'0' * 50}", "x" * 5_000],
        [
            hint(1, NoteCode.TEXT_TOO_LONG, column="Titel", length=51, limit=50),
            hint(3, NoteCode.TEXT_TOO_LONG, column="Titel", length=51, limit=50),
            hint(5, NoteCode.TEXT_TOO_LONG, column="Titel", length=5_001, limit=50),
        ],
    )


def test_titles_and_summaries_of_measures_have_the_limits_of_localzero_monitoring() -> None:
    limited = {(tab.name, column.field): column.limit for tab in PEOPLE_TABS for column in tab.typed if column.limit}
    assert limited == {("measures", "title"): 50, ("measures", "summary"): 200}


def test_text_is_tidied_and_numbers_in_text_columns_keep_their_look() -> None:
    cells: list[Cell] = ["  Stadtwerke\n Bonn ", "a\x00b", "ab\u200bc", "\ud800", 1892, 4711.0, 1.5, True, "007"]
    expected = ["Stadtwerke Bonn", "a b", "abc", "\ufffd", "1892", "4711", "1,5", "WAHR", "007"]
    assert read(TEXT, *cells) == (expected, [])


def test_an_industry_is_a_section_or_a_division_with_its_zero() -> None:
    industry = Column(field="industry", de="Branche", en="Industry", kind=Kind.INDUSTRY)
    values, findings = read(industry, "C", "c", "23", 23, 1, "01", "V", "34", 23.5, "23.51", "Bäckerei", True)
    assert values == ["C", "C", "23", "23", "01", "01", *[None] * 6]
    assert [(finding.position, finding.code) for finding in findings] == [
        (position, NoteCode.INDUSTRY_UNKNOWN) for position in range(6, 12)
    ]


def test_a_municipality_key_stays_text_and_gets_back_the_zero_that_a_number_lost() -> None:
    ags = Column(field="ags", de="AGS", en="AGS", kind=Kind.MUNICIPALITY_KEY)
    values, findings = read(ags, "05314000", 5314000, "05 314 000", 11000000, "5314000", "99999999", 531.5)
    assert values == ["05314000", "05314000", "05314000", "11000000", None, None, None]
    assert [finding.code for finding in findings] == [NoteCode.MUNICIPALITY_KEY_UNREADABLE] * 3


@pytest.mark.parametrize("address", ["a@b.de", "vorname.nachname+x@mail.beispiel.org", "buero@grün.de"])
def test_an_address_is_read(address: str) -> None:
    email = Column(field="email", de="E-Mail", en="E-mail", kind=Kind.EMAIL)
    assert read(email, f" {address}\n") == ([address], [])


@pytest.mark.parametrize(
    "address",
    [
        "a@b",
        "a b@c.de",
        "A <a@b.de>",
        "a@b.de, c@d.de",
        "a@b..de",
        "a..b@c.de",
        ".a@b.de",
        f"a@{'b' * 64}.de",
        "a@b.de\nBcc: c@d.de",
    ],
)
def test_anything_but_one_bare_address_is_refused(address: str) -> None:
    email = Column(field="email", de="E-Mail", en="E-mail", kind=Kind.EMAIL)
    assert read(email, address) == ([None], [warning(0, NoteCode.EMAIL_UNREADABLE, column="E-Mail")])


@pytest.mark.parametrize(
    "address", ["jörg@beispiel.de", "jo\u0308rg@beispiel.de", "vorname.größe@beispiel.de", "йо@b.de"]
)
def test_an_address_that_only_some_servers_can_send_to_is_refused_and_not_quoted(address: str) -> None:
    email = Column(field="email", de="E-Mail", en="E-mail", kind=Kind.EMAIL)
    assert read(email, address) == ([None], [warning(0, NoteCode.EMAIL_UNREADABLE, column="E-Mail")])


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_its_dtype_even_without_rows(kind: Kind) -> None:
    expected = "float64" if kind in NUMERIC else "datetime64[s]" if kind is Kind.DATE else "object"
    column = Column(field="f", de="f", en="f", kind=kind, choices=ActorKind if kind is Kind.CHOICE else None)
    assert blank_column(kind, 0).dtype == expected
    assert blank_column(kind, 2).dtype == expected
    assert read_cells(column, [], "de", header="f")[0].dtype == expected
    assert read_cells(column, [None, "–"], "de", header="f")[0].dtype == expected


def test_a_tick_box_that_is_off_is_not_filled() -> None:
    assert np.array_equal(
        is_filled([None, "", " ", False, True, 0, "x"]), [False, False, False, False, True, True, True]
    )
