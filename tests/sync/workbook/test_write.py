"""Saving into a workbook: the plan's cells and nothing else, all or nothing, and never over somebody else's work."""

import io
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from scoring.snapshot import Cell, Snapshot
from scoring.tabs import SECTORS, SERVICE_TABS
from sync.errors import OutsideError, SetupError, SheetChangedError
from sync.ownership import OwnershipError
from sync.ports import RowWrite, Sheet, WritePlan
from sync.workbook import WorkbookSheet, create_workbook
from sync.workbook.book import read_book
from sync.workbook.cells import Formats
from sync.workbook.package import Package
from sync.workbook.replace import replace_file
from sync.workbook.splice import splice

ALL_SERVICE = tuple(spec.name for spec in SERVICE_TABS)


def row(tab: str, number: int, column: int, *values: Cell) -> RowWrite:
    return RowWrite(tab=tab, row=number, column=column, values=values)


def saved(path: Path, *rows: RowWrite, new_tabs: tuple[str, ...] = ()) -> Snapshot:
    """Write a plan and return what stands in the workbook then."""
    sheet: Sheet = WorkbookSheet(path, "de")
    sheet.write(WritePlan(new_tabs=new_tabs, rows=rows), sheet.read())
    return sheet.read()


def cells(snapshot: Snapshot, service: str) -> tuple[tuple[Cell, ...], ...]:
    tab = snapshot.service_tab(service)
    assert tab is not None
    return tab.cells


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A new workbook with two actors."""
    create_workbook(tmp_path / "allianz.xlsx", "de", {"actors": [{"name": "Bäckerei"}, {"name": "Klinikum"}]})
    return tmp_path / "allianz.xlsx"


def test_write_puts_every_kind_of_value_where_the_plan_says(path: Path) -> None:
    values = (
        "Bürger*innen & <Energie> \"'",
        "=1+1",
        None,
        3,
        2.5,
        True,
        False,
        " Rand ",
        "zwei\nZeilen",
        "a\rb",
        "_x000D_",
    )
    snapshot = saved(path, row("results", 2, 0, *values), row("results", 5, 3, 1e-9, -0.0, 10**15, 1e300))
    expected = (values, (), (), (None, None, None, 1e-9, 0, 10**15, 1e300))
    assert repr(cells(snapshot, "results")[1:]) == repr(expected), "True is not 1"


def test_write_drops_characters_that_no_workbook_can_hold(path: Path) -> None:
    snapshot = saved(path, row("results", 2, 0, "a\x00b\x0bc\ud800d\uffffe", "\x01", float("nan"), float("inf"), "z"))
    assert cells(snapshot, "results")[1:] == (("abcde", None, None, None, "z"),)


def test_write_cuts_a_text_at_what_a_cell_can_hold(path: Path) -> None:
    assert cells(saved(path, row("notes", 2, 0, "x" * 50_000)), "notes")[1] == ("x" * 32_767,)


def test_write_clears_cells_and_rows(path: Path) -> None:
    saved(path, row("results", 2, 0, "a", "b", "c"), row("results", 3, 0, "d"))
    assert cells(saved(path, row("results", 2, 1, None), row("results", 3, 0, None)), "results")[1:] == (
        ("a", None, "c"),
    )


def test_write_fills_grey_cells_beside_each_actor(path: Path) -> None:
    before = WorkbookSheet(path, "de").read()
    after = saved(path, row("actors", 2, 1, "überzeugt", 1), row("actors", 3, 5, "THG fehlt"))
    actors = next(tab for tab in after.tabs if tab.lookups)
    assert actors.cells[1:] == (("Bäckerei", "überzeugt", 1), ("Klinikum", None, None, None, None, "THG fehlt"))
    assert [tab for tab in after.tabs if not tab.lookups] == [tab for tab in before.tabs if not tab.lookups]


def test_write_of_nothing_leaves_the_file_alone(path: Path) -> None:
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    saved(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_write_twice_reads_the_same(path: Path) -> None:
    first = saved(path, row("results", 2, 0, "a", 1.5), row("actors", 2, 1, "überzeugt"))
    second = saved(path, row("results", 2, 0, "a", 1.5), row("actors", 2, 1, "überzeugt"))
    assert second == first


def test_write_refuses_a_plan_for_cells_of_people(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(OwnershipError):
        saved(path, row("actors", 2, 0, "x"))
    assert path.read_bytes() == before


def test_write_keeps_the_style_of_a_cell_or_takes_that_of_its_column(path: Path) -> None:
    saved(path, row("actors", 2, 1, "überzeugt"), row("results", 2, 3, 1.0))
    saved(path, row("actors", 2, 1, None))
    with zipfile.ZipFile(path) as package:
        actors, results = (package.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (2, 10))
    columns = {name: re.search(r'<col [^>]*style="(\d+)" min="2"', text) for name, text in (("actors", actors),)}
    assert columns["actors"] is not None
    assert re.findall(r'<c r="B2"[^>]*>', actors) == [f'<c r="B2" s="{columns["actors"][1]}"/>']
    rank = re.search(r'<col [^>]*style="(\d+)" min="4"', results)
    assert rank is not None
    assert re.findall(r'<c r="D2"[^>]*>', results) == [f'<c r="D2" s="{rank[1]}">']


def test_write_dresses_headers_of_later_columns_like_those_beside_them(path: Path) -> None:
    headers = [column.de for column in SECTORS.columns]
    book = load_workbook(path)
    book["Sektoren"].delete_cols(len(headers) - 1, 2)  # as it was made before there were the last two
    book.save(path)
    saved(path, row("sectors", 1, 0, *headers))
    written = load_workbook(path)["Sektoren"][1]
    assert [cell.value for cell in written] == headers
    assert {cell.style_id for cell in written[-2:]} == {written[-3].style_id} != {0}


def test_write_keeps_a_number_a_number_where_somebody_chose_a_date_format(tmp_path: Path) -> None:
    book = service_book()
    book["Auswertung"]["D2"] = date(2026, 3, 1)
    book.save(tmp_path / "a.xlsx")
    assert cells(saved(tmp_path / "a.xlsx", row("results", 2, 3, 7)), "results")[1] == (None, None, None, 7)


def test_write_adds_service_tabs_to_a_workbook_that_setup_never_saw(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = Workbook()
    book.worksheets[0].title = "Akteure"
    book.worksheets[0].append(["Name", "=1+1"])
    book.create_sheet("Auswertung").append(["privat"])
    book.save(path)
    snapshot = saved(path, row("results", 1, 0, "Akteur"), row("results", 2, 0, "A", "überzeugt"), new_tabs=ALL_SERVICE)
    assert {tab.title: tab.service for tab in snapshot.tabs} == {
        "Akteure": "",
        "Auswertung": "",
        "Übersicht": "overview",
        "Auswertung (Klima-Allianz)": "results",
        "Schritte": "steps",
        "Monitoring": "monitoring",
        "Hinweise": "notes",
        "Verlauf": "history",
        "Sektoren": "sectors",
        "Postausgang": "outbox",
    }
    for spec in SERVICE_TABS[1:]:
        assert cells(snapshot, spec.name)[0] == tuple(column.de for column in spec.columns)
    assert cells(snapshot, "results")[1:] == (("A", "überzeugt"),)
    assert cells(snapshot, "overview") == (("Klima-Allianz",), ("Jetzt synchronisieren",))


def heights(path: Path, title: str, *rows: int) -> list[float | None]:
    sheet = load_workbook(path)[title]
    return [sheet.row_dimensions[number].height for number in rows]


def test_write_gives_service_rows_the_height_of_their_text_whatever_they_had(path: Path) -> None:
    saved(path, row("notes", 2, 0, "Akteure", "H17", "A", "kurz"), row("notes", 3, 0, "Akteure", "H18", "B", "kurz"))
    assert heights(path, "Hinweise", 2, 3) == [16.5, 16.5]
    load_workbook(path).save(path)  # which fixes the height of every row that has one
    saved(path, row("notes", 2, 0, "Akteure", "H17", "A", "x" * 200))
    assert heights(path, "Hinweise", 2, 3) == [57.0, 16.5]


def test_write_makes_room_for_the_larger_lines_of_the_overview(path: Path) -> None:
    text = "x" * 90  # one line of the usual size
    rows = (4, 5, 6, 7, 8)
    saved(path, *(row("overview", number, 0, "Mitglieder", text) for number in rows))
    sheet = load_workbook(path)["Übersicht"]
    assert [sheet.cell(number, 2).font.size for number in rows] == [14, 14, 14, 14, 10]
    assert heights(path, "Übersicht", *rows) == pytest.approx([40.8, 40.8, 40.8, 40.8, 16.5])


def test_write_replaces_the_broken_mark_of_a_deleted_tab(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = Workbook()
    book.defined_names["_KA_tab_steps"] = DefinedName("_KA_tab_steps", attr_text="#REF!$A$1")
    book.save(path)
    snapshot = saved(path, new_tabs=("steps",))
    assert [tab.service for tab in snapshot.tabs] == ["", "steps"]
    with zipfile.ZipFile(path) as package:
        assert package.read("xl/workbook.xml").count(b"_KA_tab_steps") == 1


def test_write_asks_for_calculation_only_where_there_are_formulas(tmp_path: Path) -> None:
    def wish(file: Path) -> bool:
        with zipfile.ZipFile(file) as package:
            return b'fullCalcOnLoad="1"' in package.read("xl/workbook.xml")

    plain, formulas = tmp_path / "plain.xlsx", tmp_path / "formulas.xlsx"
    for file in (plain, formulas):
        book = service_book()
        book.calculation.fullCalcOnLoad = False
        book.worksheets[0]["B2"] = "=1+1" if file == formulas else 2
        book.save(file)
        saved(file, row("results", 2, 0, "a"))
    assert (wish(plain), wish(formulas)) == (False, True)


def test_write_over_a_formula_drops_the_calculation_chain(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = service_book()
    book["Auswertung"]["A2"] = "=1+1"
    book.save(path)
    chain = (
        b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A2" i="2"/></calcChain>'
    )
    add_part(path, "xl/calcChain.xml", chain, "calcChain", "spreadsheetml.calcChain+xml")
    saved(path, row("results", 2, 0, "a"))
    with zipfile.ZipFile(path) as package:
        assert "xl/calcChain.xml" not in package.namelist()
        assert b"calcChain" not in package.read("xl/_rels/workbook.xml.rels") + package.read("[Content_Types].xml")


def test_write_refuses_to_break_a_formula_that_fills_cells_of_people(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    service_book().save(path)
    formula = b'<c r="A2"><f t="shared" ref="A2:B9" si="0">1+1</f><v>2</v></c>'
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"].replace(
        b"</sheetData>", b'<row r="2">' + formula + b"</row></sheetData>"
    )
    pack(path, parts)
    with pytest.raises(SetupError) as caught:
        saved(path, row("results", 2, 0, "a"))
    assert caught.value.problems == (
        "In the tab Auswertung a formula fills A2:B9, where the service writes; clear that range.",
    )


@pytest.mark.parametrize(
    "data",
    [
        "<sheetData/>",
        "<sheetData></sheetData>",
        '<sheetData><row r="2"/></sheetData>',
        '<sheetData><row r="2" spans="1:1" ht="20" customHeight="1"/></sheetData>',
        '<sheetData>HEAD\n <row r="2" spans="1:1">\n  <c r="A2" s="0"><v>1</v></c>\n </row >\n</sheetData>',
        "<sheetData>HEAD<row><c><v>9</v></c><c/></row></sheetData>",
        '<sheetData>HEAD<row r="9"><c r="C9"><v>1</v></c></row></sheetData>',
        '<x:sheetData>HEAD<x:row r="2"><x:c r="B2" t="str"><x:v>alt</x:v></x:c></x:row></x:sheetData>',
        '<sheetData>HEAD<row r="2"><!--x--><c r="A2"><v>1</v></c><!-- <c r="B2"/> --></row><!--y--></sheetData>',
        '<sheetData>HEAD<row r="2" ht="9"><!-- ht="9" > --></row><!-- <row r="3"/> --></sheetData>',
        "<sheetData>HEAD<row a=\"'>'\" b='\">\"' r='2'><?x y>?><c r='A2'><v>1</v></c></row></sheetData>",
    ],
)
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_write_fits_into_every_form_of_xml(tmp_path: Path, data: str, start: str) -> None:
    path = tmp_path / "a.xlsx"
    service_book().save(path)
    prefix = "x:" if "x:row" in data else ""
    space = f'xmlns{prefix[:1] and ":x"}="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    texts = (f"<c t='inlineStr'><is><t>{header}</t></is></c>" for header in RESULT_HEADERS)
    head = (
        f"<row>{''.join(texts)}</row>".replace("</", "<//")
        .replace("<", f"<{prefix}")
        .replace(f"<{prefix}//", f"</{prefix}")
    )
    data = data.replace("HEAD", head)
    parts["xl/worksheets/sheet2.xml"] = f"{start}<{prefix}worksheet {space}>{data}</{prefix}worksheet>".encode()
    pack(path, parts)
    there = cells(WorkbookSheet(path, "de").read(), "results")
    writes = (row("results", 2, 0, "ü", None, 3), row("results", 4, 1, 4), row("results", 3, 0, 0))
    found = cells(saved(path, row("results", 1, 0, *RESULT_HEADERS), *writes), "results")
    assert found == (RESULT_HEADERS, ("ü", None, 3), (0,), (None, 4), *there[4:])


def test_write_keeps_the_stated_range_and_spans_true(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    service_book().save(path)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    texts = (f'<c t="inlineStr"><is><t>{header}</t></is></c>' for header in RESULT_HEADERS)
    head = f'<row r="1">{"".join(texts)}</row>'.encode()
    opening = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    parts["xl/worksheets/sheet2.xml"] = opening + (
        b'<dimension ref="B2"/><sheetData>' + head + b'<row r="2" spans="2:2"><c r="B2"><v>1</v></c></row>'
        b'<row r="3" spans="2:2"><c r="B3"/></row></sheetData></worksheet>'
    )
    pack(path, parts)
    saved(path, row("results", 2, 3, 7), row("results", 3, 1, 8), row("results", 9, 0, None))
    with zipfile.ZipFile(path) as package:
        assert package.read("xl/worksheets/sheet2.xml") == opening + (
            b'<dimension ref="B2:D3"/><sheetData>'
            + head
            + b'<row r="2"><c r="B2"><v>1</v></c><c r="D2"><v>7</v></c></row>'
            b'<row r="3" spans="2:2"><c r="B3"><v>8</v></c></row></sheetData></worksheet>'
        )


@pytest.mark.parametrize(
    ("row_before", "row_after"),
    [
        (
            '<row r="2" spans="1:1"><!-- ht="9" --><c r="A2"><v>1</v></c></row>',
            '<row r="2" ht="30"><!-- ht="9" --><c r="A2"><v>1</v></c><c r="B2"><v>7</v></c></row>',
        ),
        (
            '<row r="2" ht="9" ><?x y>?><!--z--></row>',
            '<row r="2" ht="30"><?x y>?><!--z--><c r="B2"><v>7</v></c></row>',
        ),
        (
            """<row r="2" a=">"  b='"'><c r="B2"/></row>""",
            """<row r="2" a=">"  b='"' ht="30"><c r="B2"><v>7</v></c></row>""",
        ),
    ],
)
def test_splice_changes_a_row_behind_its_start_tag_and_nowhere_else(row_before: str, row_after: str) -> None:
    buffer = io.BytesIO()
    service_book().save(buffer)
    formats = Formats(read_book(Package(data=buffer.getvalue())))
    part = "<worksheet><sheetData>{}</sheetData></worksheet>"
    found = splice(part.format(row_before).encode(), {2: {1: 7}}, formats, 2, {2: 30})
    assert found.part.decode() == part.format(row_after)


class Stream(io.RawIOBase):
    """A file that can only be written on, for which zip states sizes behind the content."""

    def __init__(self) -> None:
        self.content = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        assert isinstance(data, bytes | bytearray | memoryview)
        self.content += data
        return len(data)


def test_write_copies_parts_whose_sizes_stand_behind_them(tmp_path: Path) -> None:
    path, stream = tmp_path / "a.xlsx", Stream()
    service_book().save(path)
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name in package.namelist():
            out.writestr(name, package.read(name))
    path.write_bytes(stream.content)
    assert cells(saved(path, row("results", 2, 0, "a")), "results")[1] == ("a",)
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        assert {entry.flag_bits & 0x08 for entry in package.infolist()} == {0}
    load_workbook(path)


# --- nothing else changes


RESULT_HEADERS = ("Akteur", "Stand", "seit")


def service_book() -> Workbook:
    """A workbook made by hand in which "Auswertung" is the service's tab."""
    book = Workbook()
    book.worksheets[0].title = "Akteure"
    book.worksheets[0].append(["Name", "Rang", "Notiz"])
    book.create_sheet("Auswertung").append(RESULT_HEADERS)
    for name, place in (("_KA_tab_results", "Auswertung!$A$1"), ("_KA_col_rank", "Akteure!$B$1")):
        book.defined_names[name] = DefinedName(name, attr_text=place)
    return book


def pack(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


def add_part(path: Path, name: str, content: bytes, kind: str, content_type: str) -> None:
    """Add a part that the main part refers to."""
    with zipfile.ZipFile(path) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    types, links = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    override = (
        f'<Override PartName="/{name}" ContentType="application/vnd.openxmlformats-officedocument.{content_type}"/>'
    )
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<Relationship Id="rIdX" Type="{namespace}/{kind}" Target="/{name}"/>'
    parts[types] = parts[types].replace(b"</Types>", override.encode() + b"</Types>")
    parts[links] = parts[links].replace(b"</Relationships>", link.encode() + b"</Relationships>")
    pack(path, {**parts, name: content})


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=12) | st.sampled_from(
    ["=1+1", "„Ümläut“ & <tag> 'x'", "zwei\nZeilen", " Rand ", "_x0041_", "Bürger*innen"]
)
NUMBER = st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False, width=32)
VALUE = st.none() | st.booleans() | NUMBER | TEXT.map(lambda text: text or None)


@st.composite
def workbooks(draw: st.DrawFn) -> bytes:
    """A workbook as people make them: formulas, notes, formats, widths, merged cells, names, odd tabs."""
    book = service_book()
    peoples = [
        book["Akteure"],
        *(book.create_sheet(title) for title in draw(st.sampled_from([["Bob's"], ["Ü & x", "T"]]))),
    ]
    for sheet in peoples:
        for _ in range(draw(st.integers(0, 6))):
            cell = sheet.cell(draw(st.integers(2, 8)), draw(st.sampled_from([1, 3, 4, 6])))
            cell.value = draw(VALUE | st.just("=SUM(A1:A9)") | st.just(date(2026, 3, 1)))
            decorate(draw, sheet, cell.coordinate)
    results = book["Auswertung"]
    for number in draw(st.sets(st.integers(2, 9), max_size=4)):
        results.cell(number, draw(st.integers(1, 5)), draw(VALUE)).font = Font(italic=draw(st.booleans()))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def decorate(draw: st.DrawFn, sheet: Worksheet, cell: str) -> None:
    match draw(st.integers(0, 5)):
        case 0:
            sheet[cell].comment = Comment("Notiz & „mehr“", "ich")
        case 1:
            sheet[cell].fill = PatternFill("solid", start_color="FFEE00")
        case 2:
            sheet.column_dimensions["D"].width = 33
        case 3:
            sheet.merge_cells("F20:H21")
        case 4:
            sheet.row_dimensions[3].height = 40


@st.composite
def plans(draw: st.DrawFn) -> WritePlan:
    """A plan for the results tab and the grey column Rang, each cell at most once."""
    places = draw(st.sets(st.tuples(st.integers(2, 12), st.integers(0, 6)), max_size=12))
    ranks = draw(st.sets(st.integers(2, 10), max_size=4))
    return WritePlan(
        new_tabs=draw(st.sampled_from([(), ("steps",), ("overview", "outbox")])),
        rows=(
            *(row("results", number, column, draw(VALUE)) for number, column in sorted(places)),
            *(row("actors", number, 1, draw(VALUE)) for number in sorted(ranks)),
        ),
    )


def elements(part: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the reference and the exact bytes of every cell."""
    for match in re.finditer(rb'<c r="([A-Z]+[0-9]+)"(?:[^>]*/>|.*?</c>)', part, re.DOTALL):
        yield match[1].decode(), match[0]


def test_write_leaves_the_cells_beside_its_own_byte_for_byte(path: Path) -> None:
    def actors() -> dict[str, bytes]:
        with zipfile.ZipFile(path) as package:
            return dict(elements(package.read("xl/worksheets/sheet2.xml")))

    before = actors()
    saved(path, row("actors", 2, 1, "überzeugt"))
    after = actors()
    assert (before.pop("B2", b"") != after.pop("B2"), after) == (True, before)
    assert before.keys() >= {"A1", "A2", "A3"}


@settings(max_examples=60)
@given(original=workbooks(), plan=plans())
def test_write_changes_the_cells_of_the_plan_and_not_one_other_byte(original: bytes, plan: WritePlan) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        path.write_bytes(original)
        sheet = WorkbookSheet(path, "de")
        before = sheet.read()
        sheet.write(plan, before)
        after = sheet.read()
        changed = path.read_bytes()
        sheet.write(WritePlan(rows=plan.rows), after)
        assert sheet.read() == after
    assert read_back(after, plan) == {(write.tab, write.row, write.column): write.values[0] for write in plan.rows}
    assert_other_parts_same(original, changed, plan)
    assert_other_cells_same(original, changed, plan)


def read_back(snapshot: Snapshot, plan: WritePlan) -> dict[tuple[str, int, int], Cell]:
    found: dict[tuple[str, int, int], Cell] = {}
    for write in plan.rows:
        tab = next(tab for tab in snapshot.tabs if (tab.service or "actors") == write.tab)
        line = tab.cells[write.row - 1] if write.row <= len(tab.cells) else ()
        found[write.tab, write.row, write.column] = line[write.column] if write.column < len(line) else None
    return found


def assert_other_parts_same(original: bytes, changed: bytes, plan: WritePlan) -> None:
    """Every part that need not change has the same packed bytes, metadata and place."""
    before, after = (zipfile.ZipFile(io.BytesIO(data)) for data in (original, changed))
    assert after.testzip() is None
    lists = {"xl/_rels/workbook.xml.rels", "[Content_Types].xml"} if plan.new_tabs else set()
    touched = {"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", *lists}
    assert [entry.filename for entry in after.infolist()][: len(before.infolist())] == before.namelist()
    for entry in before.infolist():
        if entry.filename not in touched:
            same = after.getinfo(entry.filename)
            assert packed(original, entry) == packed(changed, same)
            assert (entry.date_time, entry.external_attr, entry.extra) == (
                same.date_time,
                same.external_attr,
                same.extra,
            )
    if not plan.new_tabs:
        calculate = rb' fullCalcOnLoad="1"'
        assert before.read("xl/workbook.xml").replace(calculate, b"") == after.read("xl/workbook.xml").replace(
            calculate, b""
        )


def packed(data: bytes, entry: zipfile.ZipInfo) -> bytes:
    start = entry.header_offset + 30
    start += sum(
        int.from_bytes(data[entry.header_offset + at : entry.header_offset + at + 2], "little") for at in (26, 28)
    )
    return data[start : start + entry.compress_size]


def assert_other_cells_same(original: bytes, changed: bytes, plan: WritePlan) -> None:
    before, after = (zipfile.ZipFile(io.BytesIO(data)) for data in (original, changed))
    for number, tab in ((1, "actors"), (2, "results")):
        name = f"xl/worksheets/sheet{number}.xml"
        old, new = dict(elements(before.read(name))), dict(elements(after.read(name)))
        ours = {f"{'ABCDEFG'[write.column]}{write.row}" for write in plan.rows if write.tab == tab}
        assert {at: cell for at, cell in old.items() if at not in ours} == {
            at: cell for at, cell in new.items() if at not in ours
        }
        etree.fromstring(after.read(name))


# --- somebody else's work


def test_write_starts_over_when_the_file_changed_since_it_was_read(path: Path) -> None:
    sheet = WorkbookSheet(path, "de")
    snapshot = sheet.read()
    saved(path, row("results", 2, 0, "jemand anders"))
    theirs = path.read_bytes()
    with pytest.raises(SheetChangedError):
        sheet.write(WritePlan(rows=(row("results", 2, 0, "wir"),)), snapshot)
    assert path.read_bytes() == theirs
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("theirs", [b"longer than before", b"BEFORE"])
def test_replace_looks_once_more_before_the_last_step(tmp_path: Path, theirs: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(theirs)
    with pytest.raises(SheetChangedError):
        replace_file(path, b"before", b"after")
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (theirs, [path])


@pytest.mark.parametrize(("lock", "program"), [("~$allianz.xlsx", "Excel"), (".~lock.allianz.xlsx#", "LibreOffice")])
def test_write_refuses_while_somebody_has_the_workbook_open(path: Path, lock: str, program: str) -> None:
    (path.parent / lock).write_text("Erika Mustermann,erika,laptop")
    before = path.read_bytes()
    with pytest.raises(OutsideError) as caught:
        saved(path, row("results", 2, 0, "a"))
    assert str(caught.value) == (f"{path} is open in {program} (lock file {lock}); close it there and run this again.")
    assert not caught.value.permanent
    assert path.read_bytes() == before


@pytest.mark.parametrize("marked", ["file", "folder"])
def test_write_respects_what_is_marked_read_only(path: Path, marked: str) -> None:
    thing = path if marked == "file" else path.parent
    mode = thing.stat().st_mode
    before = path.read_bytes()
    thing.chmod(0o555)
    try:
        with pytest.raises(OutsideError, match=f"cannot be written: {thing.name} is read-only; nothing was changed"):
            saved(path, row("results", 2, 0, "a"))
        assert (path.read_bytes(), list(path.parent.iterdir())) == (before, [path])
    finally:
        thing.chmod(mode)


def test_write_keeps_mode_and_link_of_the_file(path: Path, tmp_path: Path) -> None:
    path.chmod(0o640)
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    saved(link, row("results", 2, 0, "a"))
    assert (link.is_symlink(), path.stat().st_mode & 0o777) == (True, 0o640)
    assert cells(WorkbookSheet(path, "de").read(), "results")[1] == ("a",)


def test_write_removes_old_drafts_of_killed_runs_and_leaves_those_of_others(path: Path) -> None:
    names = (".allianz.xlsx.old.draft", ".allianz.xlsx.new.draft", ".other.xlsx.old.draft", "allianz.draft")
    for name in names:
        (path.parent / name).write_bytes(b"half")
        if "new" not in name:
            os.utime(path.parent / name, (0, 0))
    saved(path, row("results", 2, 0, "a"))
    assert {file.name for file in path.parent.iterdir()} == {path.name, *names[1:]}


def test_write_refuses_what_would_not_read_as_planned(path: Path) -> None:
    name = "xl/worksheets/sheet10.xml"
    with zipfile.ZipFile(path) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    hidden = b'<extLst><ext><row r="4"><c r="A4"><v>1</v></c></row></ext></extLst></worksheet>'
    pack(path, {**parts, name: parts[name].replace(b"</worksheet>", hidden)})
    before = path.read_bytes()
    with pytest.raises(OutsideError, match="could not be saved safely; nothing was changed") as caught:
        saved(path, row("results", 4, 0, "a"))
    assert caught.value.permanent
    assert (path.read_bytes(), list(path.parent.iterdir())) == (before, [path])
