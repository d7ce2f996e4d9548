"""`setup` on a workbook that is there: what is missing is added, no filled cell changes.

Through openpyxl, because a styled column touches styles, notes and dropdowns alike; so only where it keeps everything.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from scoring.columns import Column, Owner, TabSpec
from scoring.domain import Language
from scoring.headers import find_header, tab_name
from scoring.snapshot import Snapshot, Tab
from scoring.tabs import ACTORS, PEOPLE_TABS, RECIPIENTS, SERVICE_TABS
from sync.errors import SetupError
from sync.workbook.book import COLUMN_MARK, Place, read_book
from sync.workbook.create import add_tab, mark, name_lists, packed
from sync.workbook.look import dress_column
from sync.workbook.losses import losses
from sync.workbook.package import DamagedError, Package, open_package
from sync.workbook.read import damaged, snapshot_of
from sync.workbook.replace import refuse_if_open, replace_file
from sync.workbook.titles import free_header, free_title


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Columns that a people's tab misses; `row` is the 1-based row of its header."""

    tab: Tab
    spec: TabSpec
    row: int
    columns: tuple[Column, ...]


def extend(path: Path, language: Language) -> tuple[str, ...]:
    """Add missing tabs, headers and grey columns and return them; () and no change when nothing is missing."""
    refuse_if_open(path)
    package = open_package(path)
    try:
        snapshot = snapshot_of(package)
        tabs, gaps = missing_tabs(snapshot), tuple(missing_columns(snapshot))
        if not tabs and not gaps:
            return ()
        _refuse_losses(path, losses(read_book(package)))
    except DamagedError as error:
        raise damaged(path, error) from error
    book = load_workbook(io.BytesIO(package.data), rich_text=True)
    added = _fill(book, snapshot, tabs, gaps, language)
    new = packed(book)
    if not _keeps(snapshot, snapshot_of(Package(data=new))):
        raise SetupError(f"{path} cannot be extended without changing a cell in it; {_WAY_OUT}")
    replace_file(path, package.data, new)
    return added


_WAY_OUT = (
    "`klima-allianz sync` works with it as it is and adds its own tabs; for the grey columns beside each actor, let "
    "`klima-allianz setup` make a new workbook and copy your rows into it."
)


def _refuse_losses(path: Path, lost: tuple[str, ...]) -> None:
    if lost:
        raise SetupError(
            f"{path} holds {', '.join(lost)}, which setup could not keep, so nothing was changed: {_WAY_OUT}"
        )


def missing_tabs(snapshot: Snapshot) -> tuple[TabSpec, ...]:
    """Return the tabs that the workbook does not have: people's by title in either language, the service's by mark."""
    there = {tab_name(tab.title) for tab in snapshot.people_tabs}
    return (
        *(spec for spec in PEOPLE_TABS if spec.name not in there),
        *(spec for spec in SERVICE_TABS if snapshot.service_tab(spec.name) is None),
    )


def missing_columns(snapshot: Snapshot) -> Iterator[Gap]:
    """Yield what each people's tab misses: required headers, those in front, and the grey columns.

    An empty tab misses all its columns; one with cells but without a header that names its key is left alone.
    """
    for spec in PEOPLE_TABS:
        tab = _tab(snapshot, spec)
        if tab is None:
            continue
        header = find_header(spec, tab)
        if not any(tab.cells):
            yield Gap(tab=tab, spec=spec, row=1, columns=spec.columns)
        elif header is not None:
            columns = tuple(
                column
                for column in spec.columns
                if (column.required or column.front) and column.field not in {*header.columns, *tab.lookups}
            )
            if columns:
                yield Gap(tab=tab, spec=spec, row=header.row + 1, columns=columns)


def _tab(snapshot: Snapshot, spec: TabSpec) -> Tab | None:
    return next((tab for tab in snapshot.people_tabs if tab_name(tab.title) == spec.name), None)


def _fill(
    book: Workbook, snapshot: Snapshot, tabs: tuple[TabSpec, ...], gaps: tuple[Gap, ...], language: Language
) -> tuple[str, ...]:
    """Change the workbook and return what was added."""
    lists = name_lists(_name_places(snapshot, language))
    added = []
    for spec in tabs:
        title = free_title(spec, book.sheetnames, language)
        add_tab(book, spec, title, language, lists)
        added.append(title)
    for gap in gaps:
        sheet = book[gap.tab.title]
        for column in gap.columns:
            header = _add_column(sheet, gap, column, language)
            dress_column(sheet, gap.spec, column, header, language, lists)
            if column.owner is Owner.SERVICE:
                mark(book, COLUMN_MARK + column.field, gap.tab.title, gap.row, header.column - 1)
            added.append(f"{gap.tab.title}: {header.value}")
    return tuple(added)


def _name_places(snapshot: Snapshot, language: Language) -> dict[str, Place]:
    """Return the first cell below the header of the names that dropdowns offer."""
    places = {}
    for spec in (ACTORS, RECIPIENTS):
        tab = _tab(snapshot, spec)
        header = find_header(spec, tab) if tab else None
        places[spec.name] = Place(
            title=tab.title if tab else spec.title(language),
            row=header.row + 2 if header else 2,
            column=header.columns[spec.key] if header else 0,
        )
    return places


def _add_column(sheet: Worksheet, gap: Gap, column: Column, language: Language) -> Cell:
    """Write a header right of everything that is used and return its cell."""
    headers = [str(cell.value) for cell in sheet[gap.row] if cell.value is not None]
    title = free_header(column, headers, language) if column.owner is Owner.SERVICE else column.header(language)
    return sheet.cell(gap.row, _last_used(sheet) + 1, title)


def _last_used(sheet: Worksheet) -> int:
    """Return the 1-based last column with a value, which a table's last header is too; 0 in an empty tab."""
    return max((cell.column for row in sheet.iter_rows() for cell in row if cell.value is not None), default=0)


def _keeps(before: Snapshot, after: Snapshot) -> bool:
    """Say whether every tab and every filled cell of before stands unchanged in after."""
    for old, new in zip(before.tabs, after.tabs, strict=False):
        if (old.title, old.service) != (new.title, new.service):
            return False
        for number, row in enumerate(old.cells):
            now = new.cells[number] if number < len(new.cells) else ()
            if any(cell is not None and cell != there for cell, there in zip_longest(row, now[: len(row)])):
                return False
    return len(after.tabs) >= len(before.tabs)
