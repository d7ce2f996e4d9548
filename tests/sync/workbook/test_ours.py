"""The first law where marks go astray: a marked tab that does not read like ours is people's, to the last byte."""

import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName

from scoring.columns import TabSpec
from scoring.domain import Language
from scoring.snapshot import Cell
from scoring.tabs import OVERVIEW, PEOPLE_TABS, SERVICE_TABS, TABS
from sync.errors import SetupError
from sync.ownership import OwnershipError
from sync.ports import RowWrite, WritePlan
from sync.workbook import WorkbookSheet, create_workbook, extend_workbook

PEOPLES = "xl/worksheets/sheet1.xml"
LANGUAGES: tuple[Language, ...] = ("de", "en")
TABLES = tuple(spec for spec in SERVICE_TABS if spec is not OVERVIEW)


def book_of(title: str, rows: list[tuple[Cell, ...]], mark: str) -> Workbook:
    """A workbook of one tab that carries the mark of a service tab."""
    book = Workbook()
    book.worksheets[0].title = title
    for row in rows:
        book.worksheets[0].append(row)
    book.defined_names[f"_KA_tab_{mark}"] = DefinedName(f"_KA_tab_{mark}", attr_text=f"'{title}'!$A$1")
    return book


def service(path: Path) -> dict[str, str]:
    return {tab.title: tab.service for tab in WorkbookSheet(path, "de").read().tabs}


def part(path: Path, name: str = PEOPLES) -> bytes:
    with zipfile.ZipFile(path) as package:
        return package.read(name)


def own_headers(spec: TabSpec, language: Language) -> tuple[str, ...]:
    return tuple(column.header(language) for column in spec.columns)


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_marked_table_is_ours_by_its_headers_whatever_it_is_called(
    tmp_path: Path, spec: TabSpec, language: Language
) -> None:
    headers = own_headers(spec, language)
    for number, row in enumerate([headers, headers[:3], (*headers[:3], None, *headers[4:], "Unser Feld"), ()]):
        path = tmp_path / f"{number}.xlsx"
        book_of("Zahlen", [row, ("a", 1)] if row else [], spec.name).save(path)
        assert service(path) == {"Zahlen": spec.name}


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
def test_a_marked_table_is_peoples_by_any_other_header(tmp_path: Path, spec: TabSpec) -> None:
    headers = own_headers(spec, "de")
    others = [
        (headers[0],),
        headers[:2],
        (headers[1], headers[0], *headers[2:]),
        (*headers[:3], "Unser Feld", *headers[3:]),
        (None, *headers),
    ]
    for number, row in enumerate(others):
        path = tmp_path / f"{number}.xlsx"
        book_of("Zahlen", [row], spec.name).save(path)
        assert service(path) == {"Zahlen": ""}


@pytest.mark.parametrize("mark", [spec.name for spec in SERVICE_TABS])
@pytest.mark.parametrize("peoples", PEOPLE_TABS, ids=lambda spec: spec.name)
def test_no_tab_of_the_column_table_that_is_peoples_is_ever_ours(tmp_path: Path, peoples: TabSpec, mark: str) -> None:
    headers = own_headers(peoples, "de")
    for number, (title, row) in enumerate([("Eigene", headers), (peoples.de, ()), (peoples.en, headers[:2])]):
        path = tmp_path / f"{number}.xlsx"
        book_of(title, [row] if row else [], mark).save(path)
        assert service(path) == {title: ""}


@pytest.mark.parametrize(
    ("rows", "ours"),
    [
        ([], True),
        ([("Klima-Allianz", "Hilfe"), ("Jetzt synchronisieren", "ja"), (), ("Stand", 1)], True),
        ([("Climate alliance",), ("Sync now",)], True),
        ([("Klima-Allianz",)], True),
        ([("Klima-Allianz",), (), ("Unsere Ziele",)], False),
        ([("Klima-Allianz Musterstadt",), ("Jetzt synchronisieren",)], False),
        ([(None, "Klima-Allianz"), ("Jetzt synchronisieren",)], False),
    ],
)
def test_a_marked_overview_is_ours_by_title_and_tick_box(
    tmp_path: Path, rows: list[tuple[Cell, ...]], *, ours: bool
) -> None:
    path = tmp_path / "a.xlsx"
    book_of("Übersicht", rows, "overview").save(path)
    assert service(path) == {"Übersicht": "overview" if ours else ""}


def test_an_emptied_overview_is_still_ours_after_the_next_sync(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book_of("Übersicht", [], "overview").save(path)
    sheet = WorkbookSheet(path, "de")
    plan = WritePlan(rows=(RowWrite(tab="overview", row=4, column=0, values=("Mitglieder", 8)),))
    sheet.write(plan, sheet.read())
    tab = sheet.read().service_tab("overview")
    assert tab is not None
    assert tab.cells == (("Klima-Allianz",), ("Jetzt synchronisieren",), (), ("Mitglieder", 8))


def test_of_two_marks_on_one_tab_the_one_that_fits_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = book_of("Zahlen", [own_headers(TABS["history"], "de")], "history")
    book.defined_names["_KA_tab_results"] = DefinedName("_KA_tab_results", attr_text="'Zahlen'!$A$1")
    book.save(path)
    assert service(path) == {"Zahlen": "history"}


def moved_mark(path: Path, name: str, title: str) -> None:
    book = load_workbook(path)
    book.defined_names[f"_KA_tab_{name}"] = DefinedName(f"_KA_tab_{name}", attr_text=f"'{title}'!$A$1")
    book.save(path)


@pytest.mark.parametrize("by_setup", [False, True])
def test_a_mark_that_was_pasted_onto_a_tab_of_people_gets_a_new_tab_and_theirs_stays(
    tmp_path: Path, *, by_setup: bool
) -> None:
    path = tmp_path / "a.xlsx"
    create_workbook(path, "de", {"press": [{"title": "Gründung", "medium": "Tagblatt"}]})
    moved_mark(path, "notes", "Presse")
    sheet = WorkbookSheet(path, "de")
    before = sheet.read()
    press = next(tab for tab in before.tabs if tab.title == "Presse")
    assert (press.service, before.service_tab("notes")) == ("", None)
    write = RowWrite(tab="notes", row=2, column=0, values=("Akteure", "H17"))
    with pytest.raises(OwnershipError):
        sheet.write(WritePlan(rows=(write,)), before)
    if by_setup:
        # openpyxl, which moved the mark above, forgets the names of the charts
        assert extend_workbook(path, "de").added == ("Hinweise (Klima-Allianz)", "charts on Übersicht")
        sheet.write(WritePlan(rows=(write,)), sheet.read())
    else:
        sheet.write(WritePlan(new_tabs=("notes",), rows=(write,)), before)
    after = sheet.read()
    notes = after.service_tab("notes")
    assert notes is not None
    assert (notes.title, notes.cells[1]) == ("Hinweise (Klima-Allianz)", ("Akteure", "H17"))
    assert after.tabs[: len(before.tabs)] == before.tabs
    assert part(path, "xl/workbook.xml").count(b"_KA_tab_notes") == 1


CELL = st.sampled_from(["Akteur", "Titel", "Stand", "Datum", "Unsere Klima-Allianz", "x", "=1+1", None, 3, True])


@settings(max_examples=40)
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=5),
    mark=st.sampled_from([spec.name for spec in SERVICE_TABS]),
    title=st.sampled_from(["Presse", "Auswertung", "Übersicht", "Bob's & mehr"]),
)
def test_a_sync_leaves_every_byte_of_a_marked_tab_of_people(
    rows: list[tuple[Cell, ...]], mark: str, title: str
) -> None:
    book, buffer = book_of(title, rows, mark), io.BytesIO()
    book.save(buffer)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        path.write_bytes(buffer.getvalue())
        before, theirs = service(path), part(path)
        missing = tuple(spec.name for spec in SERVICE_TABS if spec.name not in before.values())
        writes = tuple(
            RowWrite(tab=name, row=number, column=0, values=("neu",)) for name in missing for number in (5, 6)
        )
        sheet = WorkbookSheet(path, "de")
        sheet.write(WritePlan(new_tabs=missing, rows=writes), sheet.read())
        after = service(path)
        assert (before, part(path) == theirs) == ({title: ""}, True) or not any(map(any, rows))
    assert sorted(after.values()) == sorted(["", *(spec.name for spec in SERVICE_TABS)]) or not any(map(any, rows))


def grey(path: Path, title: str) -> dict[str, int]:
    return dict(next(tab for tab in WorkbookSheet(path, "de").read().tabs if tab.title == title).lookups)


def test_a_renamed_list_of_actors_keeps_its_grey_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    create_workbook(path, "de")
    before = grey(path, "Akteure")
    text = part(path, "xl/workbook.xml").replace(b"Akteure", b"Akteure 2026")
    repack(path, {"xl/workbook.xml": text})
    assert len(before) == 5
    assert grey(path, "Akteure 2026") == before


def test_one_grey_header_pasted_elsewhere_does_not_take_the_others_away(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    create_workbook(path, "de")
    book = load_workbook(path)
    book.create_sheet("Ranking", 0).append(["Name", "Rang"])
    book.defined_names["_KA_col_rank"] = DefinedName("_KA_col_rank", attr_text="Ranking!$B$1")
    book.save(path)
    assert (grey(path, "Ranking"), grey(path, "Akteure")) == (
        {},
        {"stage": 1, "key_actor": 3, "recommendation": 4, "notes": 5},
    )


def repack(path: Path, new: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**parts, **new}.items():
            package.writestr(name, content)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'sheetId="2"', b'sheetId="1"', "two of its tabs share a number or a title"),
        (b'name="Termine"', b'name="akteure"', "two of its tabs share a number or a title"),
        (b'r:id="rId2"', b'r:id="rId1"', "two of its tabs share their cells"),
    ],
)
def test_tabs_that_cannot_be_told_apart_are_refused(tmp_path: Path, old: bytes, new: bytes, reason: str) -> None:
    path = tmp_path / "a.xlsx"
    create_workbook(path, "de")
    text = part(path, "xl/workbook.xml")
    assert old in text
    repack(path, {"xl/workbook.xml": text.replace(old, new)})
    with pytest.raises(SetupError, match=reason):
        WorkbookSheet(path, "de").read()
