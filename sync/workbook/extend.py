"""`setup` on a workbook that is there: what is missing is added, no filled cell changes.

Through openpyxl, because a styled column touches styles, notes and dropdowns alike; so only where it keeps everything.
"""

import io
from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from scoring.columns import Column, Kind, Owner, TabSpec
from scoring.domain import Language
from scoring.parsing.headers import find_header
from scoring.parsing.tab_search import find_people_tabs
from scoring.snapshot import Snapshot, Tab
from scoring.tabs import ACTORS, RECIPIENTS
from sync.errors import SetupError
from sync.layout import SetupReport
from sync.layout.gaps import Gap, gaps, has_actors, missing_tabs, unread
from sync.layout.titles import free_header, free_title
from sync.workbook.book import COLUMN_MARK, Place, read_book
from sync.workbook.columns import fold_columns, part_columns
from sync.workbook.create import add_tab, mark, name_lists, packed, put_setting
from sync.workbook.look import dress_column
from sync.workbook.losses import losses
from sync.workbook.package import DamagedError, Package, open_package
from sync.workbook.read import damaged, snapshot_of
from sync.workbook.replace import refuse_if_open, replace_file
from sync.workbook.verify import require_whole


def extend(path: Path, language: Language, known: Mapping[str, str]) -> SetupReport:
    """Add missing tabs, headers, grey columns and settings, and report it; `known` are the remembered ids of tabs.

    The file does not change when nothing is missing.
    """
    package = open_package(path)
    refuse_if_open(path)
    try:
        snapshot = snapshot_of(package)
        peoples = find_people_tabs(snapshot, known).tabs
        tabs, missing = missing_tabs(snapshot, peoples), tuple(gaps(peoples, language))
        report = SetupReport(
            added=(), unread=tuple(unread(peoples, language)), has_actors=has_actors(peoples.get(ACTORS.name))
        )
        if not tabs and not missing:
            return report
        _refuse_losses(path, losses(read_book(package)))
    except DamagedError as error:
        raise damaged(path, error) from error
    book = load_workbook(io.BytesIO(package.data), rich_text=True)
    added = _fill(book, peoples, tabs, missing, language)
    new = Package(data=packed(book))
    require_whole(path, new, new.names, {})
    if not _keeps(snapshot, snapshot_of(new)):
        raise SetupError(f"{path} cannot be extended without changing a cell in it; {_WAY_OUT}")
    replace_file(path, package.data, new.data)
    return replace(report, added=added)


_WAY_OUT = (
    "`klima-allianz sync` works with it as it is and adds its own tabs; for the grey columns beside each actor, let "
    "`klima-allianz setup` make a new workbook and copy your rows into it."
)


def _refuse_losses(path: Path, lost: tuple[str, ...]) -> None:
    if lost:
        raise SetupError(
            f"{path} holds {', '.join(lost)}, which setup could not keep, so nothing was changed: {_WAY_OUT}"
        )


def _fill(
    book: Workbook, peoples: Mapping[str, Tab], tabs: tuple[TabSpec, ...], missing: tuple[Gap, ...], language: Language
) -> tuple[str, ...]:
    """Change the workbook and return what was added."""
    lists = name_lists(_name_places(peoples, language))
    added = []
    for spec in tabs:
        title = free_title(spec, book.sheetnames, language)
        add_tab(book, spec, title, language, lists)
        added.append(title)
    for gap in missing:
        headers = _add_columns(book, gap, language, lists)
        names = _add_settings(book[gap.tab.title], gap, headers, language)
        added.append(f"{gap.tab.title}: {', '.join([*(str(header.value) for header in headers.values()), *names])}")
    return tuple(added)


def _add_columns(book: Workbook, gap: Gap, language: Language, lists: Mapping[Kind, str]) -> dict[str, Cell]:
    """Write the headers right of everything that is used and return their cells by field; the minor ones are folded."""
    sheet = book[gap.tab.title]
    first = _last_used(sheet)
    part_columns(sheet, first - 1, first + len(gap.columns) - 1)
    headers = {}
    for column in gap.columns:
        header = headers[column.field] = _add_header(sheet, gap, column, language)
        dress_column(sheet, gap.spec, column, header, language, lists)
        if column.owner is Owner.SERVICE:
            mark(book, COLUMN_MARK + column.field, gap.tab.title, gap.row, header.column - 1)
    minor = sum(not column.front for column in gap.columns)
    if gap.spec is ACTORS and minor:
        fold_columns(sheet, first + len(gap.columns) - minor, first + len(gap.columns) - 1)
    return headers


def _add_settings(sheet: Worksheet, gap: Gap, headers: Mapping[str, Cell], language: Language) -> list[str]:
    """Write the settings below the last row and return their names."""
    places = {**gap.places, **{field: header.column - 1 for field, header in headers.items()}}
    names = [setting.header(language) for setting in gap.settings]
    for number, (setting, name) in enumerate(
        zip(gap.settings, names, strict=True), max(len(gap.tab.cells), gap.row) + 1
    ):
        put_setting(sheet, number, places, setting, {"setting": name}, language)
    return names


def _name_places(peoples: Mapping[str, Tab], language: Language) -> dict[str, Place]:
    """Return the first cell below the header of the names that dropdowns offer."""
    places = {}
    for spec in (ACTORS, RECIPIENTS):
        tab = peoples.get(spec.name)
        header = find_header(spec, tab) if tab else None
        places[spec.name] = Place(
            title=tab.title if tab else spec.title(language),
            row=header.row + 2 if header else 2,
            column=header.columns[spec.key] if header else 0,
        )
    return places


def _add_header(sheet: Worksheet, gap: Gap, column: Column, language: Language) -> Cell:
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
