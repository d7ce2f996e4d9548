"""`setup` adopts the workbook that a team has: what is people's stays as it is to the last byte, whatever it is."""

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from scoring.tabs import ACTORS
from sync.errors import SetupError
from sync.workbook import WorkbookSheet, extend_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
OWN_HEADERS = ("Rang", "Mein Feld", "Telefon", "Haltung", "THG", "Gas", "Notizen von Erika", "Stand")


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def adopted(data: bytes) -> bytes:
    """The workbook after `setup`, which changes nothing the second time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        path.write_bytes(data)
        extend_workbook(path, "de")
        once = path.read_bytes()
        assert extend_workbook(path, "de").added == ()
        assert path.read_bytes() == once
    return once


# --- workbooks as teams have them


@st.composite
def team_workbooks(draw: st.DrawFn) -> bytes:
    """A list of actors under title lines, with the team's own columns, looks and tabs, and formulas with values."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = draw(st.sampled_from(["Akteure", "AKTEURE", "Actors"]))
    top = draw(st.integers(1, 10))
    own = draw(st.lists(st.sampled_from(OWN_HEADERS), unique=True, max_size=5))
    headers = draw(st.permutations(["Organisation", "Art", *own]))
    if top > 1:
        sheet["A1"] = "Unsere Liste"
    for column, header in enumerate(headers, 1):
        sheet.cell(top, column, header)
    rows = draw(st.integers(1, 4))
    for row in range(top + 1, top + 1 + rows):
        for column, header in enumerate(headers, 1):
            text = f"Firma {row}" if header == "Organisation" else None
            sheet.cell(row, column, text or draw(st.sampled_from([None, 7, 2.5, "x", "=1+1", date(2026, 3, 1)])))
    for feature in draw(st.sets(st.sampled_from(FEATURES), min_size=3, max_size=8)):
        feature(sheet, top)
    other = book.create_sheet(draw(st.sampled_from(["Auswertung", "privat", "Termine", "Einstellungen"])))
    for row in draw(st.lists(st.sampled_from([("privat", 1), ("=A1", None), ("Datum",), ("Einstellung", "Wert")]))):
        other.append(row)
    return with_values(saved(book))


def with_values(data: bytes) -> bytes:
    """The workbook as a program saves it: every formula with its value."""
    parts = parts_of(data)
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        parts[name] = re.sub(rb"(<f>[^<]*</f>)<v ?/>|(<f>[^<]*</f>)<v></v>", rb"\1\2<v>2</v>", parts[name])
    return packed(parts)


def title_line(sheet: Worksheet, top: int) -> None:
    if top > 1:
        sheet.merge_cells("A1:J1")


def merged_below(sheet: Worksheet, top: int) -> None:
    sheet.merge_cells(f"A{top + 7}:H{top + 8}")
    sheet.cell(top + 7, 1).border = Border(left=Side(style="thick"), bottom=Side(style="double"))


def comments(sheet: Worksheet, top: int) -> None:
    sheet.cell(top, 1).comment = Comment("zuerst\nanrufen", "Erika", width=333, height=222)
    sheet.cell(top + 3, 2).comment = Comment("ohne Wert", "Bob", width=99, height=55)


def colours(sheet: Worksheet, top: int) -> None:
    rule = CellIsRule(operator="greaterThan", formula=["5"], fill=PatternFill("solid", bgColor="FF0000"))
    sheet.conditional_formatting.add(f"B{top + 1}:B999", rule)


def dropdown(sheet: Worksheet, top: int) -> None:
    rule = DataValidation(type="list", formula1='"hoch,tief"', errorStyle="stop")
    rule.add(f"B{top + 1}:B999")
    sheet.add_data_validation(rule)


def filtered(sheet: Worksheet, top: int) -> None:
    sheet.auto_filter.ref = f"A{top}:B{top + 4}"
    sheet.auto_filter.add_filter_column(0, ["Firma 4"])


def frozen(sheet: Worksheet, top: int) -> None:
    sheet.freeze_panes = f"B{top + 1}"
    sheet.sheet_view.zoomScale = 85


def hidden(sheet: Worksheet, top: int) -> None:
    sheet.row_dimensions[top + 1].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[top].height = 44


def widths(sheet: Worksheet, _top: int) -> None:
    sheet.column_dimensions["A"].width = 41
    sheet.column_dimensions["C"].width = 9
    sheet.column_dimensions["C"].min, sheet.column_dimensions["C"].max = 3, 16_384


def grouped(sheet: Worksheet, _top: int) -> None:
    sheet.column_dimensions.group("B", "B", outline_level=2, hidden=False)


def looks(sheet: Worksheet, top: int) -> None:
    for number, cell in enumerate(sheet[top + 1], 1):
        cell.font = Font(name="Comic Sans MS", size=8 + number, color="FF00FF", bold=True)
        cell.fill = PatternFill("solid", start_color=f"FF{number:04d}")
        cell.number_format = f'0.{"0" * number}" t"'
        cell.alignment = Alignment(horizontal="center", text_rotation=45)


def named(sheet: Worksheet, top: int) -> None:
    book = sheet.parent
    assert isinstance(book, Workbook)
    quoted = sheet.title.replace("'", "''")
    book.defined_names["Unsere_Firmen"] = DefinedName("Unsere_Firmen", attr_text=f"'{quoted}'!$A$4:$A$99")
    sheet.print_title_rows = f"1:{top}"


def chart(sheet: Worksheet, top: int) -> None:
    drawn = BarChart()
    drawn.add_data(Reference(sheet, min_col=2, min_row=top, max_row=top + 3))
    sheet.add_chart(drawn, "B20")


def protected(sheet: Worksheet, _top: int) -> None:
    sheet.protection.sheet = True
    sheet.protection.password = "geheim"  # noqa: S105


FEATURES = (
    *(title_line, merged_below, comments, colours, dropdown, filtered, frozen, hidden, widths, grouped, looks, named),
    *(chart, protected),
)


@settings(max_examples=8)
@given(original=team_workbooks())
def test_setup_keeps_what_people_have(original: bytes) -> None:
    new = adopted(original)
    assert_cells_same(original, new)
    assert_other_parts_same(original, new)
    assert_styles_same(original, new)
    assert_seen_same(load_workbook(io.BytesIO(original)), load_workbook(io.BytesIO(new)))


def cells(part: bytes) -> Iterator[tuple[str, bytes]]:
    for match in re.finditer(rb'<c r="([A-Z]+[0-9]+)"(?:[^>]*/>|.*?</c>)', part, re.DOTALL):
        yield match[1].decode(), match[0]


def assert_cells_same(original: bytes, new: bytes) -> None:
    """Every cell with a value or formula has its exact bytes: formula, value, type and number of its style."""
    before, after = parts_of(original), parts_of(new)
    for name in [name for name in before if name.startswith("xl/worksheets/sheet")]:
        filled = {at: cell for at, cell in cells(before[name]) if not cell.endswith(b"/>") or b"<v" in cell}
        there = dict(cells(after[name]))
        assert filled == {at: there[at] for at in filled}


OUR_AUTHOR = f'<author xmlns="{MAIN}">Klima-Allianz</author>'.encode()
LISTS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


def assert_other_parts_same(original: bytes, new: bytes) -> None:
    before, after = parts_of(original), parts_of(new)
    touched = re.compile(
        r"xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?|xl/comments/.*|xl/drawings/commentsDrawing\d+\.vml"
    )
    kept = {name for name in before if name not in LISTS and not touched.fullmatch(name)}
    assert {name: before[name] for name in kept} == {name: after[name] for name in kept}
    for name, end in (("xl/comments/comment1.xml", b"</commentList>"), ("xl/drawings/commentsDrawing1.vml", b"</xml>")):
        if name in before:
            old, now = (parts[name].replace(b"</authors>", b"").partition(end)[0] for parts in (before, after))
            assert now.replace(OUR_AUTHOR, b"").startswith(old), "texts, sizes and places of people's notes"


def assert_styles_same(original: bytes, new: bytes) -> None:
    """All styles stand where they stood, and new ones only behind them."""
    before, after = (etree.fromstring(parts_of(data)["xl/styles.xml"]) for data in (original, new))
    for old in before:
        if old.tag.endswith("}dxfs") and len(old) == 0:
            continue
        now = after.find(old.tag)
        assert now is not None
        assert [etree.tostring(each) for each in old] == [etree.tostring(each) for each in now][: len(old)]


def assert_seen_same(before: Workbook, after: Workbook) -> None:
    assert after.sheetnames[: len(before.sheetnames)] == before.sheetnames
    for name, defined in before.defined_names.items():
        assert after.defined_names[name].attr_text == defined.attr_text
    assert after.active is not None
    assert before.active is not None
    assert after.active.title == before.active.title
    for old in before.worksheets:
        now = after[old.title]
        assert seen(old, old) == seen(now, old)
        assert {str(cell) for cell in old.merged_cells.ranges} == {str(cell) for cell in now.merged_cells.ranges}
        assert (old.auto_filter.ref, old.freeze_panes, old.sheet_view.zoomScale, old.print_title_rows) == (
            *(now.auto_filter.ref, now.freeze_panes, now.sheet_view.zoomScale, now.print_title_rows),
        )
        assert old.protection == now.protection
        own = {str(area.sqref): [rule.operator for rule in area.rules] for area in old.conditional_formatting}
        there = {str(area.sqref): [rule.operator for rule in area.rules] for area in now.conditional_formatting}
        assert own.items() <= there.items()
        rules = {str(rule.sqref): rule.formula1 for rule in old.data_validations.dataValidation}
        assert rules.items() <= {str(rule.sqref): rule.formula1 for rule in now.data_validations.dataValidation}.items()
        assert width_of(old, old) == width_of(now, old)


def seen(sheet: Worksheet, area: Worksheet) -> list[object]:
    """What a person sees of each filled or dressed cell in the area that the original uses."""
    found: list[object] = []
    for row in sheet.iter_rows(max_row=area.max_row, max_col=area.max_column):
        found += [
            (cell.coordinate, cell.value, cell.comment and (cell.comment.text, cell.comment.author), *look(cell))
            for cell in row
            if area[cell.coordinate].value is not None or area[cell.coordinate].has_style
        ]
    return [*found, {number: (row.height, row.hidden) for number, row in sheet.row_dimensions.items() if row.hidden}]


def look(cell: object) -> tuple[str, ...]:
    traits = ("font", "fill", "border", "number_format", "alignment", "protection")
    return tuple(repr(getattr(cell, trait)) for trait in traits)


def width_of(sheet: Worksheet, area: Worksheet) -> dict[int, tuple[float, bool, int]]:
    """Width, hiding and group of each column that the original fills, by its number."""
    spans = [(each.min or 1, each.max or 1, each) for each in sheet.column_dimensions.values()]
    return {
        number: (each.width, each.hidden, each.outlineLevel)
        for begin, end, each in spans
        for number in range(begin, min(end, filled_columns(area)) + 1)
    }


def filled_columns(sheet: Worksheet) -> int:
    return max((cell.column for row in sheet.iter_rows() for cell in row if cell.value is not None), default=0)


# --- what openpyxl would drop


def team_workbook() -> dict[str, bytes]:
    book = Workbook()
    book.worksheets[0].title = "Akteure"
    book.worksheets[0].append(["Name", "Rang"])
    book.worksheets[0].append(["Klinikum", "hoch"])
    book.worksheets[0].sheet_view.tabSelected = True
    return parts_of(saved(book))


DROPPED_PARTS = (
    *("xl/charts/chart1.xml", "xl/drawings/drawing1.xml", "xl/media/image1.png", "xl/pivotTables/pivotTable1.xml"),
    *("xl/pivotCache/pivotCacheDefinition1.xml", "xl/slicers/slicer1.xml", "xl/vbaProject.bin", "xl/connections.xml"),
    *("xl/externalLinks/externalLink1.xml", "xl/threadedComments/threadedComment1.xml", "xl/persons/person.xml"),
    *("xl/embeddings/oleObject1.bin", "xl/ctrlProps/ctrlProp1.xml", "xl/activeX/activeX1.xml", "xl/unknown/part.xml"),
    *("xl/printerSettings/printerSettings1.bin", "customXml/item1.xml", "xl/queryTables/queryTable1.xml"),
)


def test_setup_keeps_parts_that_openpyxl_drops() -> None:
    dropped = {name: b"<a/>" if name.endswith(".xml") else b"\0\1binary" for name in DROPPED_PARTS}
    after = parts_of(adopted(packed({**team_workbook(), **dropped})))
    assert {name: after[name] for name in dropped} == dropped


DROPPED_ELEMENTS = (
    '<protectedRanges><protectedRange name="a" sqref="A1"/></protectedRanges>',
    '<customSheetViews><customSheetView guid="{00000000-0000-0000-0000-000000000000}"/></customSheetViews>',
    '<picture xmlns:r="urn:r" r:id="rId9"/>',
    '<oleObjects><oleObject shapeId="1"/></oleObjects>',
    '<controls><control shapeId="1" name="a"/></controls>',
    '<mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice Requires="x14"/></mc:AlternateContent>',
    '<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><a:sparklineGroups xmlns:a="urn:x14"/></ext></extLst>',
)


def test_setup_keeps_elements_that_openpyxl_drops() -> None:
    parts = team_workbook()
    early, late = "".join(DROPPED_ELEMENTS[:2]).encode(), "".join(DROPPED_ELEMENTS[2:]).encode()
    part = (
        parts[SHEET].replace(b"<pageMargins", early + b"<pageMargins").replace(b"</worksheet>", late + b"</worksheet>")
    )
    after = parts_of(adopted(packed({**parts, SHEET: part})))[SHEET]
    assert [after.count(element.encode()) for element in DROPPED_ELEMENTS] == [1] * len(DROPPED_ELEMENTS)
    assert order_of(after) == sorted(order_of(after), key=ORDER.index)
    assert {"cols", "conditionalFormatting", "dataValidations", "legacyDrawing"} <= set(order_of(after))


ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "protectedRanges"),
    *("customSheetViews", "conditionalFormatting", "dataValidations", "pageMargins", "legacyDrawing", "picture"),
    *("oleObjects", "controls", "AlternateContent", "extLst"),
)
"""The order that the standard demands, of the elements that these tests meet."""


def order_of(part: bytes) -> list[str]:
    return [etree.QName(child).localname for child in etree.fromstring(part)]


# --- other programs' ways of spelling a workbook


def rewritten(part: bytes) -> bytes:
    """The same XML with a prefix on every name, as some programs write it."""
    with_prefix = re.sub(rb"<(/?)([A-Za-z])", rb"<\1x:\2", part.replace(b' xmlns="', b' xmlns:x="'))
    return with_prefix.replace(b"<?x:", b"<?")


def test_setup_fits_into_prefixed_xml() -> None:
    parts = team_workbook()
    for name in (SHEET, "xl/workbook.xml", "xl/styles.xml"):
        parts[name] = rewritten(parts[name])
    actors = read(adopted(packed(parts)))
    assert actors[0][:4] == ("Name", "Rang", "Stand", "Rang (berechnet)")
    assert actors[1] == ("Klinikum", "hoch")


def test_setup_fits_into_a_strict_workbook() -> None:
    usual, strict = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    parts = {
        name: content.replace(usual + b"spreadsheetml/2006/main", strict + b"spreadsheetml/main").replace(
            usual + b"officeDocument/2006/relationships", strict + b"officeDocument/relationships"
        )
        for name, content in team_workbook().items()
    }
    after = parts_of(adopted(packed(parts)))
    assert read(packed(after))[0][:4] == ("Name", "Rang", "Stand", "Rang (berechnet)")
    assert {name for name, content in after.items() if usual + b"spreadsheetml" in content} == set()


def test_setup_needs_neither_styles_nor_strings_nor_properties() -> None:
    parts = team_workbook()
    del parts["xl/styles.xml"]
    parts["xl/_rels/workbook.xml.rels"] = re.sub(
        rb'<Relationship [^>]*styles\.xml"[^>]*/>', b"", parts["xl/_rels/workbook.xml.rels"]
    )
    parts["[Content_Types].xml"] = re.sub(rb'<Override [^>]*styles\.xml"[^>]*/>', b"", parts["[Content_Types].xml"])
    new = adopted(packed(parts))
    assert read(new)[0][:4] == ("Name", "Rang", "Stand", "Rang (berechnet)")
    assert load_workbook(io.BytesIO(new))["Akteure"]["D1"].font.italic


def read(data: bytes) -> tuple[tuple[object, ...], ...]:
    """The cells of the first tab."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        path.write_bytes(data)
        return WorkbookSheet(path, "de").read().tabs[0].cells


def test_setup_adds_its_columns_right_of_what_is_used_without_a_value() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Akteure"
    sheet["A2"], sheet["B2"] = "Name", "Art"
    sheet["F5"] = '=IF(A5>0,1,"")'
    sheet.merge_cells("A9:H9")
    sheet.merge_cells("A1:Z1")
    sheet["H9"].border = Border(right=Side(style="thick"))
    headers = [cell.value for cell in load_workbook(io.BytesIO(adopted(saved(book))))["Akteure"][2]]
    assert headers[:9] == ["Name", "Art", *[None] * 6, "Stand"]


def test_setup_ranks_its_colours_behind_those_of_people() -> None:
    book = Workbook()
    book.worksheets[0].title = "Akteure"
    book.worksheets[0].append(["Name"])
    for limit in ("5", "9"):
        rule = CellIsRule(operator="greaterThan", formula=[limit], fill=PatternFill("solid", bgColor="FF0000"))
        book.worksheets[0].conditional_formatting.add("A1:A9", rule)
    after = load_workbook(io.BytesIO(adopted(saved(book))))["Akteure"]
    rules = [(str(area.sqref), rule.priority) for area in after.conditional_formatting for rule in area.rules]
    assert rules[:2] == [("A1:A9", 1), ("A1:A9", 2)]
    assert len({priority for _, priority in rules}) == len(rules) > 2


def test_setup_leaves_one_tab_chosen() -> None:
    after = parts_of(adopted(packed(team_workbook())))
    chosen = [name for name, part in after.items() if re.search(rb'tabSelected="(1|true)"', part)]
    assert chosen == [SHEET]


def test_setup_explains_each_new_header_beside_the_notes_of_people() -> None:
    book = Workbook()
    book.worksheets[0].title = "Akteure"
    book.worksheets[0].append(["Name"])
    book.worksheets[0]["A1"].comment = Comment("unser Name", "Erika", width=333, height=222)
    new = adopted(saved(book))
    sheet = load_workbook(io.BytesIO(new))["Akteure"]
    notes = {cell.value: (cell.comment.text, cell.comment.author) for cell in sheet[1] if cell.comment}
    ours = {column.de: (column.help_de, "Klima-Allianz") for column in ACTORS.columns if column.help_de}
    assert notes == {**ours, "Name": ("unser Name", "Erika")}
    boxes = next(part for name, part in parts_of(new).items() if name.endswith("commentsDrawing1.vml"))
    assert b"width:333px" in boxes
    identities = re.findall(rb'id="(_x0000_s\d+)"', boxes)
    assert len(identities) == len(set(identities)) == len(notes)


def a_comment(part: bytes) -> bytes:
    return part.replace(b"<xml>", b"<xml><!--</xml>-->")


def spaced_end(part: bytes) -> bytes:
    return part.replace(b"</xml>", b"</xml\n>")


def another_name(part: bytes) -> bytes:
    return part.replace(b"<xml>", b"<root>").replace(b"</xml>", b"</root>")


def as_excel_writes_captions(part: bytes) -> bytes:
    return part.replace(b"</v:textbox>", b"a<br>b</v:textbox>") + b"\n"


@pytest.mark.parametrize("written", [a_comment, spaced_end, another_name, as_excel_writes_captions])
def test_setup_adds_its_notes_to_a_drawing_however_it_is_written(written: Callable[[bytes], bytes]) -> None:
    before = with_a_note()
    (boxes,) = (name for name in before if name.endswith(".vml"))
    drawing = written(before[boxes])
    assert drawing != before[boxes]
    after = parts_of(adopted(packed({**before, boxes: drawing})))
    start, end = drawing[: drawing.rindex(b"</")], drawing[drawing.rindex(b"</") :]
    assert after[boxes].startswith(start)
    assert after[boxes].endswith(end)
    added = after[boxes][len(start) : -len(end)]
    explained = [column for column in ACTORS.columns if column.help_de and column.field != ACTORS.key]
    assert len(re.findall(rb"<(?:\w+:)?shape\s", added)) == len(explained)
    assert [after[name].count(b"</comment>") for name in before if "comments/comment" in name] == [1 + len(explained)]


def test_setup_adds_columns_without_notes_where_nobody_can_tell_where_a_drawing_ends() -> None:
    before = with_a_note()
    (boxes,) = (name for name in before if name.endswith(".vml"))
    before[boxes] = before[boxes].replace(b"</xml>", b"")
    after = parts_of(adopted(packed(before)))
    assert after[boxes] == before[boxes]
    assert all(after[name] == part for name, part in before.items() if "comments/comment" in name)
    assert order_of(after[SHEET]).count("cols") == 1


@pytest.mark.parametrize(
    ("part", "right", "wrong"),
    [
        (SHEET, b' min="1"', b""),
        (SHEET, b' min="1"', b' min="one"'),
        (SHEET, b'<dataValidations count="1"', b'<dataValidations count=""'),
        ("xl/styles.xml", b'<numFmt numFmtId="164"', b'<numFmt numFmtId="-"'),
        ("xl/workbook.xml", b'sheetId="1"', b'sheetId="' + b"1" * 5_000 + b'"'),
        ("xl/workbook.xml", b'sheetId="1"', b'sheetId="a/b"'),
    ],
)
def test_setup_says_that_a_file_is_damaged_when_a_number_of_it_is_none(part: str, right: bytes, wrong: bytes) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Akteure"
    sheet.append(["Name", "seit"])
    sheet["B2"].number_format = "dd.mm.yy hh"
    sheet.column_dimensions["A"].width = 20
    dropdown(sheet, 1)
    parts = parts_of(saved(book))
    assert right in parts[part]
    with pytest.raises(SetupError) as caught:
        adopted(packed({**parts, part: parts[part].replace(right, wrong)}))
    (problem,) = caught.value.problems
    assert problem.partition("a.xlsx ")[2] == (
        "cannot be read: something else stands where a number belongs. Open it in LibreOffice or Excel and save it "
        "again as .xlsx."
    )


def with_a_note() -> dict[str, bytes]:
    """The parts of a list of actors with a note on its one header."""
    book = Workbook()
    book.worksheets[0].title = "Akteure"
    book.worksheets[0].append(["Name"])
    book.worksheets[0]["A1"].comment = Comment("unser Name", "Erika")
    return parts_of(saved(book))


def team_list(path: Path, title: str, *, filtered: bool) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in (("Name", "Art", "Haltung"), ("Klinikum", "Gesundheit", "neutral"), ("Bahn", "Verkehrsbetrieb", None)):
        sheet.append(row)
    if filtered:
        sheet.auto_filter.ref = "A1:C3"
    book.save(path)
    return path


def test_setup_says_once_that_a_filter_ends_before_the_new_columns(tmp_path: Path) -> None:
    path = team_list(tmp_path / "a.xlsx", "Akteure", filtered=True)
    said = (
        "the filter or table on Akteure ends before the new columns: make it as wide as the list before you sort by "
        "it, or what you enter in them stays behind."
    )
    assert [extend_workbook(path, "de").todo, extend_workbook(path, "de").todo] == [(said,), ()]
    assert extend_workbook(team_list(tmp_path / "b.xlsx", "Akteure", filtered=False), "de").todo == ()


def test_setup_asks_about_a_list_of_actors_under_another_title(tmp_path: Path) -> None:
    path = team_list(tmp_path / "a.xlsx", "Akteursliste 2026", filtered=False)
    said = (
        "the tab Akteursliste 2026 looks like your list of actors. Is it? Then delete the empty tab Akteure or Actors, "
        "give its name to the list, and run setup again."
    )
    assert [extend_workbook(path, "de").todo, extend_workbook(path, "de").todo] == [(said,), (said,)]
