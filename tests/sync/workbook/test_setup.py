"""`setup` on workbooks: a new one with everything in it, and an old one to which only what is missing is added."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from scoring.addresses import column_letter
from scoring.columns import Owner, TabSpec
from scoring.domain import DataQuality, Language
from scoring.snapshot import Snapshot
from scoring.tabs import ACTORS, PEOPLE_TABS, SERVICE_TABS, SETTINGS_ROWS, TABS
from sync.errors import OutsideError, SetupError
from sync.layout import SetupReport
from sync.ports import RowWrite, WritePlan
from sync.workbook import WorkbookSheet, create_workbook, extend_workbook

LANGUAGES: tuple[Language, ...] = ("de", "en")
FRONT = (
    *("Name", "Stand", "Rang", "Schlüsselakteur", "Empfehlung", "Hinweise", "Art", "Betreuung", "Low-hanging Fruit"),
    *("Haltung", "Beziehung (0–5)", "Beschäftigte vor Ort", "Öffentlichkeit (0–5)", "THG (t CO2e/a)"),
    *("Nächster Schritt", "Fällig am"),
)


def opened(path: Path) -> Workbook:
    return load_workbook(path)


def read(path: Path) -> Snapshot:
    return WorkbookSheet(path, "de").read()


@pytest.mark.parametrize("language", LANGUAGES)
def test_create_makes_every_tab_with_its_headers(tmp_path: Path, language: Language) -> None:
    titles = create_workbook(tmp_path / "a.xlsx", language).added
    snapshot = WorkbookSheet(tmp_path / "a.xlsx", language).read()
    specs: tuple[TabSpec, ...] = (SERVICE_TABS[0], *PEOPLE_TABS, *SERVICE_TABS[1:])
    assert titles == tuple(tab.title for tab in snapshot.tabs) == tuple(spec.title(language) for spec in specs)
    assert [tab.service for tab in snapshot.tabs] == [
        spec.name if spec.owner is Owner.SERVICE else "" for spec in specs
    ]
    for tab, spec in zip(snapshot.tabs[1:], specs[1:], strict=True):
        assert set(tab.cells[0]) == {column.header(language) for column in spec.columns}


def test_create_puts_the_columns_that_matter_in_front_and_folds_the_rest(tmp_path: Path) -> None:
    create_workbook(tmp_path / "a.xlsx", "de")
    actors = opened(tmp_path / "a.xlsx")["Akteure"]
    headers = [cell.value for cell in actors[1]]
    assert tuple(headers[: len(FRONT)]) == FRONT
    folded = [actors.column_dimensions[cell.column_letter] for cell in actors[1][len(FRONT) :]]
    assert {(dimension.outlineLevel, dimension.hidden) for dimension in folded} == {(1, True)}
    assert (actors.freeze_panes, actors.print_title_rows) == ("B2", "$1:$1")
    assert read(tmp_path / "a.xlsx").tabs[1].lookups == {
        "stage": 1,
        "rank": 2,
        "key_actor": 3,
        "recommendation": 4,
        "notes": 5,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_create_offers_lists_that_warn_and_never_block(tmp_path: Path, language: Language) -> None:
    create_workbook(tmp_path / "a.xlsx", language)
    book = opened(tmp_path / "a.xlsx")
    for spec in PEOPLE_TABS:
        sheet = book[spec.title(language)]
        for column in spec.typed:
            if column.choices:
                labels = ",".join(choice.label(language) for choice in column.choices)
                assert rule_at(sheet, column.header(language)) == (f'"{labels}"', "warning")
                assert len(labels) <= 255, "Excel calls a longer list damaged"
    name, team = (book[TABS[tab].title(language)].title for tab in ("actors", "recipients"))
    actors = book[name]
    assert rule_at(actors, ACTORS.column("owner").header(language)) == (f"'{team}'!$A$2:$A$2000", "warning")
    assert rule_at(actors, ACTORS.column("parent").header(language)) == (f"'{name}'!$A$2:$A$2000", "warning")


def rule_at(sheet: Worksheet, header: str) -> tuple[str | None, str | None]:
    letter = next(cell.column_letter for cell in sheet[1] if cell.value == header)
    return next(
        (rule.formula1, rule.errorStyle)
        for rule in sheet.data_validations.dataValidation
        if f"{letter}2:{letter}1048576" in str(rule.sqref)
    )


def test_create_protects_service_tabs_and_leaves_the_two_signals_open(tmp_path: Path) -> None:
    create_workbook(tmp_path / "a.xlsx", "de")
    book = opened(tmp_path / "a.xlsx")
    locked = {sheet.title for sheet in book.worksheets if sheet.protection.sheet}
    assert locked == {spec.de for spec in SERVICE_TABS}
    assert {sheet.protection.password for sheet in book.worksheets} == {None}
    assert not book["Postausgang"].column_dimensions["G"].protection.locked
    assert book["Postausgang"].column_dimensions["F"].protection.locked
    assert [book["Übersicht"][cell].protection.locked for cell in ("A1", "A2", "B1", "B2")] == [True, True, True, False]
    assert (book["Übersicht"]["A2"].value, book["Übersicht"]["B2"].value) == ("Jetzt synchronisieren", None)


def test_create_explains_each_header_in_a_note_with_room_for_its_text(tmp_path: Path) -> None:
    create_workbook(tmp_path / "a.xlsx", "de")
    actors = opened(tmp_path / "a.xlsx")["Akteure"]
    notes = {cell.value: cell.comment.text for cell in actors[1] if cell.comment}
    assert notes == {column.de: column.help_de for column in ACTORS.columns if column.help_de}


def test_create_lists_every_setting_once_and_keeps_what_was_given(tmp_path: Path) -> None:
    given = [{"setting": "Kommune", "value": "Musterstadt"}, {"setting": "Einwohnerzahlen", "value": 85_000}]
    create_workbook(tmp_path / "a.xlsx", "de", {"settings": given})
    rows = next(tab for tab in read(tmp_path / "a.xlsx").tabs if tab.title == "Einstellungen").cells[1:]
    assert [row[:2] for row in rows[:2]] == [("Kommune", "Musterstadt"), ("Einwohnerzahlen", 85_000)]
    assert [row[0] for row in rows[2:]] == [setting.de for setting in SETTINGS_ROWS if setting.de != "Kommune"]
    assert {row[1] for row in rows[2:] if len(row) > 1} <= {None}


def test_create_types_cells_as_a_person_would(tmp_path: Path) -> None:
    row = {
        "name": "=1+1",
        "jobs": 12,
        "revenue": date(2026, 5, 12),
        "due_on": date(2026, 3, 1),
        "id": "007",
        "note": "",
    }
    create_workbook(tmp_path / "a.xlsx", "de", {"actors": [row]})
    tab = read(tmp_path / "a.xlsx").tabs[1]
    typed = dict(zip(tab.cells[0], tab.cells[1], strict=False))
    assert {header: value for header, value in typed.items() if value is not None} == {
        "Name": "=1+1",
        "Beschäftigte vor Ort": 12,
        "Fällig am": "2026-03-01",
        "ID": "007",
        "Umsatz (Mio €)": "2026-05-12",
    }


def test_create_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("mine")
    with pytest.raises(SetupError) as caught:
        create_workbook(path, "de")
    assert caught.value.problems == (f"{path} exists already; nothing was changed.",)
    assert (path.read_text(), list(tmp_path.iterdir())) == ("mine", [path])


def test_create_says_when_the_folder_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "a.xlsx"
    with pytest.raises(SetupError) as caught:
        create_workbook(path, "de")
    assert caught.value.problems == (f"{path} cannot be created: No such file or directory.",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_extend_has_nothing_to_add_to_a_new_workbook(tmp_path: Path, language: Language) -> None:
    path = tmp_path / "a.xlsx"
    create_workbook(path, language)
    before = path.read_bytes()
    assert extend_workbook(path, "de").added == ()
    assert path.read_bytes() == before


def team_workbook(path: Path) -> None:
    """A workbook as a team might have it: own title row, own columns, one of them called Rang, own "Auswertung"."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Akteure"
    sheet.append(["Unsere Liste"])
    sheet.append([])
    sheet.append(["Organisation", "Rang", "Mein Feld"])
    sheet.append(["Klinikum", "hoch", "=1+1"])
    sheet["A4"].comment = Comment("unsere Notiz", "wir")
    sheet["B4"].font = Font(bold=True)
    book.create_sheet("Auswertung").append(["privat"])
    book.create_sheet("Termine")
    book.create_sheet("Presse").append(["Artikel", "Quelle"])
    book.save(path)


def test_extend_adds_tabs_headers_and_grey_columns_and_changes_no_filled_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    team_workbook(path)
    before = read(path)
    report = extend_workbook(path, "de")
    after = read(path)
    assert report.added[:8] == (
        "LoI",
        "Maßnahmen",
        "Verteiler",
        "Überschneidungen",
        "Einstellungen",
        "Übersicht",
        "Auswertung (Klima-Allianz)",
        "Schritte",
    )
    actors = after.tabs[0]
    assert actors.cells[2][:8] == (
        *("Organisation", "Rang", "Mein Feld"),
        *("Stand", "Rang (berechnet)", "Schlüsselakteur", "Empfehlung", "Hinweise"),
    )
    assert report.added[-2].startswith("Akteure: Stand, Rang (berechnet), Schlüsselakteur, Empfehlung, Hinweise, Art, ")
    assert report.unread == ("Akteure!C3 „Mein Feld“", "Presse (it has no column „Datum“)")
    assert actors.lookups == {"stage": 3, "rank": 4, "key_actor": 5, "recommendation": 6, "notes": 7}
    assert [row[:3] for row in actors.cells] == [row[:3] for row in before.tabs[0].cells]
    assert (after.tabs[1].cells, after.tabs[1].service) == ((("privat",),), "")
    assert set(actors.cells[2][3:]) - {"Rang (berechnet)"} == {
        column.de for column in ACTORS.columns if column.field not in {"name", "rank"}
    }
    assert after.tabs[2].cells == (tuple(column.de for column in TABS["meetings"].columns),)
    assert after.tabs[3] == before.tabs[3], "a tab without a known header is left alone"
    sheet = opened(path)["Akteure"]
    assert (sheet["A4"].comment.text, sheet["B4"].font.bold, sheet["C4"].value) == ("unsere Notiz", True, "=1+1")


def test_extend_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    team_workbook(path)
    extend_workbook(path, "de")
    before = path.read_bytes()
    assert extend_workbook(path, "de").added == ()
    assert path.read_bytes() == before


def test_extend_rebuilds_a_deleted_tab_and_a_deleted_grey_column(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    create_workbook(path, "de")
    book = opened(path)
    del book["Schritte"]
    book["Akteure"]["C1"] = None
    del book.defined_names["_KA_col_rank"]
    book.save(path)
    added = ("Schritte", "Akteure: Rang", "charts on Übersicht")  # openpyxl forgot the names of the charts above
    assert extend_workbook(path, "de") == SetupReport(added=added)
    assert read(path).tabs[1].lookups["rank"] == len(ACTORS.columns)


def test_extend_puts_grey_columns_right_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Akteure"
    sheet.append(["Name", "Art", "a", "b"])
    sheet.append(["Klinikum"])
    sheet.add_table(Table(displayName="Liste", ref="A1:D2"))
    book.save(path)
    extend_workbook(path, "de")
    assert read(path).tabs[0].lookups["stage"] == 4


def list_of(path: Path, *headers: str, settings: tuple[tuple[str | int | None, ...], ...] = ()) -> None:
    """A workbook with all tabs, but with the team's own list of actors and, if given, its own settings."""
    create_workbook(path, "de")
    book = opened(path)
    for title, rows in (("Akteure", (headers, ("Klinikum",))), ("Einstellungen", settings)):
        if rows:
            place = book.sheetnames.index(title)
            del book[title]
            sheet = book.create_sheet(title, place)
            for row in rows:
                sheet.append(row)
    book.save(path)


def added_to(path: Path, title: str) -> list[str]:
    """Extend a workbook and return what was added to a tab."""
    start = f"{title}: "
    return [
        name
        for line in extend_workbook(path, "de").added
        if line.startswith(start)
        for name in line[len(start) :].split(", ")
    ]


def test_extend_folds_the_minor_columns_right_of_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    list_of(path, "Name", "Sektor", "Haltung")
    there = {"Name", "Sektor", "Haltung"}
    front = [header for header in FRONT if header not in there]
    minor = [column.de for column in ACTORS.columns if not column.front and column.de not in there]
    assert added_to(path, "Akteure") == [*front, *minor]
    actors = opened(path)["Akteure"]
    folded = [cell.value for cell in actors[1] if actors.column_dimensions[cell.column_letter].hidden]
    assert (folded, [cell.value for cell in actors[1]][:3]) == (minor, ["Name", "Sektor", "Haltung"])
    labels = ",".join(choice.de for choice in DataQuality)
    assert rule_at(actors, "Datengüte") == (f'"{labels}"', "warning")


def test_extend_adds_no_column_beside_one_that_may_mean_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    list_of(path, "Name", "Mitarbeiter", "CO2 (Tonnen)", "Beziehungen", "Ort", "Kommentar", "Bemerkung")
    report = extend_workbook(path, "de")
    headers = {str(cell.value) for cell in opened(path)["Akteure"][1]}
    assert headers & {"Beschäftigte vor Ort", "THG (t CO2e/a)", "Beziehung (0–5)", "Notiz"} == set()
    assert {"Betreuung", "Fällig am"} <= headers, "Ort is part of Verantwortlich, and means something else"
    assert report.unread == ("Akteure!D1 „Beziehungen“", "Akteure!E1 „Ort“", "Akteure!G1 „Bemerkung“")
    assert extend_workbook(path, "de") == SetupReport(added=(), unread=report.unread, has_actors=True)


def test_extend_appends_the_settings_that_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = (("Wert", "Setting"), ("Musterstadt", "Gemeinde"), (None, "Unsere Bilanz"), (50_000, "Einwohnerzahlen"))
    list_of(path, "Name", settings=rows)
    there = {"municipality", "population"}
    missing = [setting.de for setting in SETTINGS_ROWS if setting.field not in there]
    assert added_to(path, "Einstellungen") == missing
    cells = next(tab.cells for tab in read(path).tabs if tab.title == "Einstellungen")
    assert cells == (*rows, *((None, name) for name in missing))
    assert extend_workbook(path, "de").unread == ("Einstellungen!B4 „Einwohnerzahlen“",)


def test_extend_fills_an_empty_tab_of_settings(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    list_of(path, "Name", settings=((None,),))
    extend_workbook(path, "de")
    cells = next(tab.cells for tab in read(path).tabs if tab.title == "Einstellungen")
    assert [row[0] for row in cells] == ["Einstellung", *(setting.de for setting in SETTINGS_ROWS)]


@pytest.mark.parametrize(("first", "last"), [(1, 16_384), (2, 16_384), (1, 3), (3, 40), (4, 5)])
def test_extend_defines_no_column_twice(tmp_path: Path, first: int, last: int) -> None:
    path = tmp_path / "a.xlsx"
    list_of(path, "Name", "Art", "Haltung")
    book = opened(path)
    shared = book["Akteure"].column_dimensions[column_letter(first - 1)]
    shared.min, shared.max, shared.width = first, last, 33
    book.save(path)
    extend_workbook(path, "de")
    spans = sorted((column.min, column.max) for column in opened(path)["Akteure"].column_dimensions.values())
    covered = [number for begin, end in spans for number in range(begin, end + 1)]
    assert len(covered) == len(set(covered))
    assert set(range(first, last + 1)) <= set(covered)


def test_extended_workbook_takes_a_sync(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    team_workbook(path)
    extend_workbook(path, "de")
    sheet = WorkbookSheet(path, "de")
    plan = WritePlan(rows=(RowWrite(tab="actors", row=4, column=4, values=(1,)),))
    sheet.write(plan, sheet.read())
    assert sheet.read().tabs[0].cells[3] == ("Klinikum", "hoch", "#NICHT BERECHNET!", None, 1)


def test_extend_refuses_while_somebody_has_the_workbook_open(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    team_workbook(path)
    (tmp_path / ".~lock.a.xlsx#").write_text("")
    with pytest.raises(OutsideError, match=r"is open in LibreOffice \(lock file \.~lock\.a\.xlsx#\)"):
        extend_workbook(path, "de")
