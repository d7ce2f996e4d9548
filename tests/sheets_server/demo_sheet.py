"""The sheet of the demonstration: the sample alliance typed into it, and what people then see in it.

What belongs here: putting people's cells into the server's model, and looking. Who does what when is told in `demo`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reports.wording import words
from scoring.columns import TabSpec
from scoring.tabs import NOTES, PEOPLE_TABS, SETTINGS
from sync.google.ids import PEOPLE_TAB_IDS, SERVICE_TAB_IDS
from sync.layout.lookup_formula import own_lookup
from sync.sample import Value
from tests.sheets_server.a1 import cell_name
from tests.sheets_server.lookup import effective
from tests.sheets_server.model import Cell, Formula, Sheet, Spreadsheet

SERVICE_IDS = frozenset(SERVICE_TAB_IDS.values())
DAY_ZERO = date(1899, 12, 30)
DAYS = {"numberFormat": {"type": "DATE", "pattern": "dd.mm.yyyy"}}
SENTENCE = words("de").text("overview.label.sentence")

NOTE_COLUMNS = [[column.field for column in NOTES.columns].index(name) for name in ("tab", "cell", "actor", "message")]

Place = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What the grey columns show in the row of an actor (1-based), by field; absent where they show nothing."""

    row: int
    grey: Mapping[str, object]


def type_in(book: Spreadsheet, content: Mapping[str, Sequence[Mapping[str, Value]]], who: str) -> int:
    """Put the rows of every people's tab below the headers that `setup` made; return how many cells that filled."""
    return sum(_type_rows(book.by_id(PEOPLE_TAB_IDS[spec.name]), spec, content[spec.name], who) for spec in PEOPLE_TABS)


def _type_rows(sheet: Sheet, spec: TabSpec, rows: Sequence[Mapping[str, Value]], who: str) -> int:
    columns = {column.field: _place(sheet, column.de)[1] for column in spec.typed}
    sheet.rows = max(sheet.rows, len(rows) + 1)
    typed = 0
    for number, row in enumerate(rows, 1):
        at = _row_of_setting(sheet, row) if spec is SETTINGS else number
        for field, value in row.items():
            if value is not None:
                place = (at, columns[field])
                sheet.cells[place] = _typed(sheet.cells.get(place, Cell()), value, who)
                typed += 1
    return typed


def _row_of_setting(sheet: Sheet, row: Mapping[str, Value]) -> int:
    """Return the row that names the setting already, or the first one below all."""
    named = {cell.entered: at for (at, column), cell in sheet.cells.items() if column == 0 and cell.entered is not None}
    return named.get(str(row["setting"]), max(named.values()) + 1)


def _typed(old: Cell, value: Value, who: str) -> Cell:
    if isinstance(value, date):
        return replace(old, entered=float((value - DAY_ZERO).days), format=old.format | DAYS, written_by=who)
    return replace(old, entered=float(value) if isinstance(value, int) else value, written_by=who)


def _place(sheet: Sheet, text: str) -> Place:
    """Return where a text stands that somebody entered, the topmost one; LookupError when nobody did."""
    places = [place for place, cell in sheet.cells.items() if cell.entered == text]
    if not places:
        raise LookupError(text)
    return min(places)


def cell_of(sheet: Sheet, header: str, row: int) -> str:
    """Return the A1 name of the cell in a 1-based row under a header that somebody entered."""
    return cell_name(row - 1, _place(sheet, header)[1])


def row_of(sheet: Sheet, text: str) -> int:
    """Return the 1-based row of a text that somebody entered, the topmost one."""
    return _place(sheet, text)[0] + 1


def first_free_row(sheet: Sheet) -> int:
    """Return the 1-based row below all that was entered."""
    return max(row for (row, _), cell in sheet.cells.items() if cell.entered is not None) + 2


def grey_letter(book: Spreadsheet, field: str) -> str:
    """Return the letters of a grey column of the actors' tab."""
    return cell_name(0, _grey_columns(_actors(book))[field])[:-1]


def beside(book: Spreadsheet, name: str) -> Beside:
    """Return what people see beside an actor, looked up by the sheet itself."""
    tab = _actors(book)
    shown = effective(book, tab)
    row = _place(tab, name)[0]
    grey = {field: shown.get((row, column)) for field, column in _grey_columns(tab).items()}
    return Beside(row=row + 1, grey={field: value for field, value in grey.items() if value is not None})


def public_sentence(book: Spreadsheet) -> str:
    """Return the sentence for the public as it stands on Übersicht, "" before the first run."""
    overview = book.by_id(SERVICE_TAB_IDS["overview"])
    try:
        row, column = _place(overview, SENTENCE)
    except LookupError:
        return ""
    return str(overview.cells[row, column + 1].entered)


def notes(book: Spreadsheet) -> Mapping[tuple[str, str], str]:
    """Return where each note on Hinweise points ("Akteure!A3", "" nowhere), by its sentence and its actor."""
    cells = book.by_id(SERVICE_TAB_IDS["notes"]).cells
    tab, cell, actor, sentence = NOTE_COLUMNS
    found: dict[tuple[str, str], str] = {}
    for row, column in sorted(cells):
        if row > 0 and column == sentence:
            text, who, where, name = (_text(cells, row, at) for at in (sentence, actor, tab, cell))
            found[text, who] = f"{where}!{name}" if name else ""
    return found


def of_people(book: Spreadsheet) -> Mapping[int, Mapping[Place, Cell]]:
    """Return all that stands in people's tabs now: values, looks, notes, dropdowns and who wrote them, by tab's id."""
    return {sheet.id: dict(sheet.cells) for sheet in book.sheets if sheet.id not in SERVICE_IDS}


def filled(people: Mapping[int, Mapping[Place, Cell]]) -> int:
    """Return how many of the cells hold something that was entered."""
    return sum(cell.entered is not None for cells in people.values() for cell in cells.values())


def _text(cells: Mapping[Place, Cell], row: int, column: int) -> str:
    return str(cells.get((row, column), Cell()).entered or "")


def _actors(book: Spreadsheet) -> Sheet:
    return book.by_id(PEOPLE_TAB_IDS["actors"])


def _grey_columns(tab: Sheet) -> dict[str, int]:
    """Return the column of each formula of ours by its field."""
    formulas = {place[1]: cell.entered.text for place, cell in tab.cells.items() if isinstance(cell.entered, Formula)}
    found = {column: own_lookup(text) for column, text in formulas.items()}
    return {lookup.field: column for column, lookup in found.items() if lookup}
