"""What a save must leave alone even where it is not obvious: values of formulas, shared texts, what a tab is called."""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName

from scoring.snapshot import Cell
from sync.ports import RowWrite, WritePlan
from sync.workbook import WorkbookSheet

ACTORS, RESULTS, STRINGS = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"
LINKS, TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def made(path: Path) -> None:
    """A workbook by hand: a people's tab with a grey column Rang, our tab Auswertung, and a text that both share."""
    book = Workbook()
    book.worksheets[0].title = "Akteure"
    for row in (["Name", "Rang", "Notiz"], ["Bäckerei", 1, 0], ["gemeinsam", 2, "gemeinsam"]):
        book.worksheets[0].append(row)
    results = book.create_sheet("Auswertung")
    for row in (["Akteur", "Stand", "seit"], ["gemeinsam", "gemeinsam", None]):
        results.append(row)
    for name, place in (("_KA_tab_results", "Auswertung!$A$1"), ("_KA_col_rank", "Akteure!$B$1")):
        book.defined_names[name] = DefinedName(name, attr_text=place)
    book.save(path)


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def pack(path: Path, parts: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


def share_texts(path: Path) -> None:
    """Let all cells that hold the text refer to one shared string, as Excel and LibreOffice save it."""
    parts = parts_of(path)
    inline, shared = b't="inlineStr"><is><t>gemeinsam</t></is></c>', b't="s"><v>0</v></c>'
    for name in (ACTORS, RESULTS):
        assert inline in parts[name]
        parts[name] = parts[name].replace(inline, shared)
    parts[STRINGS] = f'<sst xmlns="{MAIN}" count="4"><si><t>gemeinsam</t></si></sst>'.encode()
    link = f'<Relationship Id="rIdS" Type="{RELATIONS}/sharedStrings" Target="/{STRINGS}"/></Relationships>'
    kind = f'<Override PartName="/{STRINGS}" ContentType="{WORKSHEET.replace("worksheet", "sharedStrings")}"/></Types>'
    for name, end, new in ((LINKS, b"</Relationships>", link), (TYPES, b"</Types>", kind)):
        parts[name] = parts[name].replace(end, new.encode())
    pack(path, parts)


def save(path: Path, *rows: tuple[str, int, int, Cell], new_tabs: tuple[str, ...] = ()) -> None:
    sheet = WorkbookSheet(path, "de")
    writes = tuple(RowWrite(tab=tab, row=row, column=column, values=(value,)) for tab, row, column, value in rows)
    sheet.write(WritePlan(new_tabs=new_tabs, rows=writes), sheet.read())


def test_save_keeps_the_value_of_a_formula_on_every_tab_it_writes_to(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made(path)
    parts = parts_of(path)
    formula = b'<c r="C2"><f>SUM(B2:B9)</f><v>3</v></c>'
    pack(path, {**parts, ACTORS: re.sub(rb'<c r="C2"[^>]*>.*?</c>', formula, parts[ACTORS])})
    save(path, ("actors", 2, 1, 7), ("actors", 3, 1, 8))
    assert formula in parts_of(path)[ACTORS]
    assert load_workbook(path, data_only=True)["Akteure"]["C2"].value == 3


def test_save_leaves_a_text_that_tabs_share_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made(path)
    share_texts(path)
    before = parts_of(path)[STRINGS]
    save(path, ("results", 2, 0, "unser"), ("results", 2, 1, None))
    book = load_workbook(path)
    assert parts_of(path)[STRINGS] == before
    assert [cell.value for cell in book["Akteure"][3]] == ["gemeinsam", 2, "gemeinsam"]
    assert [cell.value for cell in book["Auswertung"][2]] == ["unser", None, None]


def test_save_leaves_other_parts_as_they_are_packed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made(path)
    parts = parts_of(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as package:  # another program packs in its own way
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, (1999, 12, 31, 23, 58, 0)), content)
    before = entries(path)
    save(path, ("results", 2, 0, "unser"))
    assert {name: entry for name, entry in entries(path).items() if name != RESULTS} == {
        name: entry for name, entry in before.items() if name != RESULTS
    }


def entries(path: Path) -> dict[str, tuple[object, ...]]:
    """How each part lies in the file."""
    with zipfile.ZipFile(path) as package:
        return {
            entry.filename: (entry.compress_type, entry.compress_size, entry.date_time, entry.external_attr, entry.CRC)
            for entry in package.infolist()
        }


def test_new_tab_is_a_worksheet_to_every_program(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made(path)
    save(path, ("notes", 2, 0, "Akteure"), new_tabs=("notes",))
    types = parts_of(path)[TYPES].decode()
    names = [name for name in parts_of(path) if name.startswith("xl/worksheets/sheet")]
    assert len(names) == 3
    for name in names:
        (override,) = re.findall(rf'<Override[^>]*PartName="/{name}"[^>]*>', types)
        assert f'ContentType="{WORKSHEET}"' in override
    assert load_workbook(path)["Hinweise"]["A2"].value == "Akteure"


def test_text_with_white_space_at_its_ends_says_that_it_is_to_be_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made(path)
    save(path, ("results", 2, 0, " Rand "))
    assert b'<t xml:space="preserve"> Rand </t>' in parts_of(path)[RESULTS]
