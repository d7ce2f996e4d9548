"""Reading a workbook: every kind of cell as the parser expects it, and which tabs and columns are the service's."""

import io
import re
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from scoring.snapshot import NOT_CALCULATED, Grid, Tab
from sync.errors import SetupError
from sync.workbook import WorkbookSheet, create_workbook
from sync.workbook.package import Package


def first_tab(path: Path, fill: Callable[[Worksheet], None]) -> Grid:
    book = Workbook()
    fill(book.worksheets[0])
    book.save(path)
    return WorkbookSheet(path, "de").read().tabs[0].cells


def with_sheet(path: Path, data: str) -> Grid:
    """The cells of a workbook whose one sheet has this XML for its data."""
    buffer = io.BytesIO()
    Workbook().save(buffer)
    package = Package(data=buffer.getvalue())
    name = "xl/worksheets/sheet1.xml"
    part, found = re.subn(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>", lambda _: data.encode(), package.part(name))
    assert found == 1
    path.write_bytes(package.with_parts({name: part}))
    return WorkbookSheet(path, "de").read().tabs[0].cells


def test_read_gives_numbers_text_booleans_and_blanks(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["Bürger*innen & „Energie“\nzweite Zeile", 3, 2.5, True, False, None, "00123"])
        sheet["B4"] = -7
        sheet["H4"].number_format = "0.00"

    assert first_tab(tmp_path / "a.xlsx", fill) == (
        ("Bürger*innen & „Energie“\nzweite Zeile", 3, 2.5, True, False, None, "00123"),
        (),
        (),
        (None, -7),
    )


def test_read_gives_dates_by_number_format_as_iso_text(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append([date(2026, 3, 1), datetime(2026, 3, 1, 14, 30), time(9, 5), datetime(2026, 3, 1, 23, 59, 45)])
        sheet.append([46082, 46082, 0.5])
        sheet["A2"].number_format = "DD.MM.YYYY"
        sheet["C2"].number_format = '[$-407]hh:mm" Uhr"'

    assert first_tab(tmp_path / "a.xlsx", fill) == (
        ("2026-03-01", "2026-03-01 14:30", "09:05", "2026-03-02"),
        ("2026-03-01", 46082, "12:00"),
    )


def test_read_knows_workbooks_that_count_from_1904(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = datetime(1904, 1, 1)
    book.worksheets[0].append([date(2026, 3, 1)])
    book.save(tmp_path / "mac.xlsx")
    assert WorkbookSheet(tmp_path / "mac.xlsx", "de").read().tabs[0].cells == (("2026-03-01",),)


def test_read_tells_a_formula_without_a_value_from_a_blank_cell(tmp_path: Path) -> None:
    data = (
        '<sheetData><row r="1"><c r="A1"><f>SUM(1)</f><v></v></c><c r="B1"><f>SUM(1)</f><v>1</v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="E1" t="b"><f>TRUE()</f><v>1</v></c><c r="F1" t="str"><f>"a"</f><v>a</v></c></row></sheetData>'
    )
    assert with_sheet(tmp_path / "a.xlsx", data) == ((NOT_CALCULATED, 1, None, "#DIV/0!", True, "a"),)


def test_read_gives_rich_text_plain_and_merged_cells_once(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = CellRichText("Klinikum ", TextBlock(InlineFont(b=True), "Nord"))
        sheet.append(["links", "rechts"])
        sheet.merge_cells("A2:B2")

    assert first_tab(tmp_path / "a.xlsx", fill) == (("Klinikum Nord",), ("links",))


def test_read_decodes_escaped_characters_and_leaves_phonetic_hints_out(tmp_path: Path) -> None:
    data = (
        '<sheetData><row><c t="inlineStr"><is><t>a_x000D_b</t></is></c>'
        '<c t="inlineStr"><is><t>東</t><rPh sb="0" eb="1"><t>ひ</t></rPh></is></c></row></sheetData>'
    )
    assert with_sheet(tmp_path / "a.xlsx", data) == (("a\rb", "東"),)


def test_read_gives_a_number_that_no_cell_holds_as_it_is_spelled(tmp_path: Path) -> None:
    largest, rounded, endless = "1.7976931348623157E+308", "1.79769313486232E+308", "9" * 5_000
    row = "".join(f"<c><v>{number}</v></c>" for number in (largest, rounded, "-1e999", "nan", "abc", endless, "7"))
    assert with_sheet(tmp_path / "a.xlsx", f"<sheetData><row>{row}</row></sheetData>") == (
        (1.7976931348623157e308, rounded, "-1e999", "nan", "abc", endless, 7),
    )


def test_read_places_cells_without_references(tmp_path: Path) -> None:
    row = '<row><c><v>1</v></c><c/><c><v>3</v></c><c r="F2"><v>6</v></c><c><v>7</v></c></row>'
    assert with_sheet(tmp_path / "a.xlsx", f"<sheetData><row/>{row}</sheetData>") == (
        (),
        (1, None, 3, None, None, 6, 7),
    )


def marked(book: Workbook, name: str, place: str) -> None:
    book.defined_names[name] = DefinedName(name, attr_text=place)


def test_read_follows_marks_when_tabs_are_renamed_and_columns_moved(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].title = "Akteure"
    book.worksheets[0].append(["Notiz", "Rang", "Name"])
    book.create_sheet("Bob's „Übersicht“").append(["Akteur", "Stage", "seit"])
    book.create_sheet("Auswertung").append(["privat"])
    marked(book, "_KA_tab_results", "'Bob''s „Übersicht“'!$A$1")
    marked(book, "_KA_col_rank", "Akteure!$B$1")
    book.save(tmp_path / "a.xlsx")
    tabs = WorkbookSheet(tmp_path / "a.xlsx", "de").read().tabs
    assert tabs == (
        Tab(id="1", title="Akteure", cells=(("Notiz", "Rang", "Name"),), lookups={"rank": 1}),
        Tab(id="2", title="Bob's „Übersicht“", cells=(("Akteur", "Stage", "seit"),), service="results"),
        Tab(id="3", title="Auswertung", cells=(("privat",),)),
    )


@pytest.mark.parametrize(
    ("place", "header"),
    [
        ("#REF!", "Rang"),
        ("Akteure!#REF!", "Rang"),
        ("Termine!$B$1", "Rang"),
        ("Akteure!$B$1", "Platz"),
        ("Akteure!$B$1", "rang"),
        ("Akteure!$B$1:$B$9", "Rang"),
        ("Akteure!$C$1", "Rang"),
        ("SUM(Akteure!$B$1)", "Rang"),
    ],
)
def test_read_takes_a_grey_column_for_ours_only_by_mark_and_header(tmp_path: Path, place: str, header: str) -> None:
    book = Workbook()
    book.worksheets[0].title = "Akteure"
    book.worksheets[0].append(["Name", header])
    book.create_sheet("Termine").append(["Datum", "Rang"])
    marked(book, "_KA_col_rank", place)
    book.save(tmp_path / "a.xlsx")
    assert [tab.lookups for tab in WorkbookSheet(tmp_path / "a.xlsx", "de").read().tabs] == [{}, {}]


@pytest.mark.parametrize("header", ["Rang", "Rank", "Rang (berechnet)", "Rank (computed)"])
def test_read_knows_the_headers_that_setup_may_have_written(tmp_path: Path, header: str) -> None:
    book = Workbook()
    book.worksheets[0].title = "Actors"
    book.worksheets[0].append(["Name", header])
    marked(book, "_KA_col_rank", "Actors!$B$1")
    book.save(tmp_path / "a.xlsx")
    assert WorkbookSheet(tmp_path / "a.xlsx", "de").read().tabs[0].lookups == {"rank": 1}


def test_read_ignores_marks_that_hold_only_on_one_tab_such_as_those_of_a_copied_one(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].title = "Auswertung (2)"
    name = "_KA_tab_results"
    book.worksheets[0].defined_names[name] = DefinedName(name, attr_text="'Auswertung (2)'!$A$1")
    book.save(tmp_path / "a.xlsx")
    assert WorkbookSheet(tmp_path / "a.xlsx", "de").read().tabs[0].service == ""


def test_read_agrees_with_openpyxl_on_a_new_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    create_workbook(path, "de", {"actors": [{"name": "A", "jobs": 12, "due_on": date(2026, 3, 1)}]})
    book = load_workbook(path)
    theirs = {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}
    for tab in WorkbookSheet(path, "de").read().tabs:
        ours = [[*row, *[None] * (len(theirs[tab.title][0]) - len(row))] for row in tab.cells]
        shown = [
            [f"{value:%Y-%m-%d}" if isinstance(value, datetime) else value for value in row]
            for row in theirs[tab.title]
        ]
        assert ours == shown[: len(ours)]
        assert not any(any(value is not None for value in row) for row in shown[len(ours) :])


@pytest.mark.parametrize(("depth", "is_read"), [(90, True), (200, False)])
def test_elements_deeper_than_in_any_worksheet_are_refused(tmp_path: Path, depth: int, *, is_read: bool) -> None:
    data = f'<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>{"<a>" * depth}{"</a>" * depth}'
    if is_read:
        assert with_sheet(tmp_path / "a.xlsx", data) == ((1,),)
        return
    with pytest.raises(SetupError, match=r"the elements of a tab are nested deeper than in any worksheet\."):
        with_sheet(tmp_path / "a.xlsx", data)
