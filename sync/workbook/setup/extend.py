"""`setup` on a workbook that is there: what is missing is added, and no other byte of a person's tab changes.

openpyxl makes what is new, in a workbook of its own: it drops charts, pictures and every formula's value of a workbook
that it saves, so the team's never goes through it. The new tabs, columns and styles then move into the team's package.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as MadeCell
from openpyxl.worksheet.worksheet import Worksheet

from scoring.addresses import column_letter
from scoring.columns import Column, Kind, Owner, TabSpec
from scoring.domain import Language
from scoring.parsing.headers import find_header
from scoring.parsing.tab_search import find_people_tabs
from scoring.snapshot import Cell, Grid, Snapshot, Tab
from scoring.tabs import ACTORS, HISTORY, OVERVIEW, RECIPIENTS
from sync.layout import SetupReport
from sync.layout.charts import CHART_TABS
from sync.layout.gaps import Gap, gaps, has_actors, look_alikes, missing_tabs, unread
from sync.layout.titles import free_header, free_title
from sync.workbook.additions import dialect_of
from sync.workbook.book import COLUMN_MARK, Book, Place, read_book
from sync.workbook.calculation import ask_for_calculation
from sync.workbook.cells import Formats, read_cells
from sync.workbook.package import DamagedError, Draft, Package, open_package
from sync.workbook.read import damaged, snapshot_of
from sync.workbook.replace import refuse_if_open, replace_file
from sync.workbook.room import require_room
from sync.workbook.setup.added_charts import charts_to_draw, draw, font_scale, text_widths
from sync.workbook.setup.added_columns import Addition, add_columns
from sync.workbook.setup.added_styles import add_styles
from sync.workbook.setup.added_tabs import add_made_tabs
from sync.workbook.setup.charts import add_charts
from sync.workbook.setup.columns import fold_columns
from sync.workbook.setup.create import add_tab, mark, name_lists, packed, put_setting
from sync.workbook.setup.exported import exported_lookups
from sync.workbook.setup.look import dress_column
from sync.workbook.setup.todo import to_calculate, to_sort
from sync.workbook.setup.used import Used, used_area
from sync.workbook.splice import Values
from sync.workbook.verify import require_whole, with_values

ROOM = 1.2
"""Widths of a digit that a letter of a header needs: the header's row is people's and may be of one line."""


def extend(path: Path, language: Language, known: Mapping[str, str], most_mb: int) -> SetupReport:
    """Add missing tabs, headers, grey columns and settings, and report it; `known` are the remembered ids of tabs.

    The file does not change when nothing is missing.
    """
    package = open_package(path, most_mb)
    refuse_if_open(path)
    try:
        snapshot = snapshot_of(package)
        require_room(path, package, snapshot, most_mb)
        book = read_book(package)
        peoples, exported = _with_exported(book, find_people_tabs(snapshot, known).tabs)
        tabs, missing = missing_tabs(snapshot, peoples), tuple(gaps(peoples, language))
        report = SetupReport(
            added=(),
            unread=tuple(unread(peoples, language)),
            todo=(*to_calculate(peoples.values()), *to_sort(book, missing), *look_alikes(snapshot, peoples)),
            has_actors=has_actors(peoples.get(ACTORS.name)),
        )
        charts = charts_to_draw(book, snapshot)
        if not tabs and not missing and not charts and not exported:
            return report
        made = _make(book, peoples, tabs, missing, exported, language)
        made = _with_charts(made, tabs, book, snapshot, charts, language)
        draft = Draft(package=package)
        expected = _move(draft, book, made, snapshot)
    except DamagedError as error:
        raise damaged(path, error) from error
    new = draft.packed()
    require_whole(path, Package(data=new), draft.changed, expected, most_mb)
    replace_file(path, package.data, new)
    return replace(report, added=made.added)


@dataclass(frozen=True, kw_only=True)
class _Made:
    """What is new, in a workbook of its own.

    `titles` are those of its new tabs; `columns` are its sheets that hold what is new on a tab of people's, with that
    tab. `added` says it to people. `charts` is the title of the sheet with the charts for an Übersicht that is there.
    """

    book: Workbook
    titles: tuple[str, ...]
    columns: tuple[tuple[Gap, Worksheet, int], ...]
    added: tuple[str, ...]
    charts: str = ""


def _with_exported(book: Book, peoples: Mapping[str, Tab]) -> tuple[dict[str, Tab], dict[str, Place]]:
    """Return the tabs with the grey columns that Google exported, and the header cells of those by field."""
    tab = peoples.get(ACTORS.name)
    header = find_header(ACTORS, tab) if tab else None
    if tab is None or header is None:
        return dict(peoples), {}
    part = book.part_of(tab)
    found = exported_lookups(book.package.part(part), tab, header.row + 1)
    places = {field: Place(title=tab.title, row=header.row + 1, column=column) for field, column in found.items()}
    return {**peoples, ACTORS.name: replace(tab, lookups={**tab.lookups, **found})}, places


def _make(
    book: Book,
    peoples: Mapping[str, Tab],
    tabs: tuple[TabSpec, ...],
    missing: tuple[Gap, ...],
    exported: Mapping[str, Place],
    language: Language,
) -> _Made:
    """Make what is new; the first sheet stays blank, because no workbook is without one."""
    new = Workbook()
    new.worksheets[0].title = "_"
    lists = name_lists(_name_places(peoples, language))
    taken = [sheet.get("name", "") for sheet in book.package.tree(book.part).iter("{*}sheet")]
    titles: list[str] = []
    for spec in tabs:
        title = free_title(spec, [*taken, *titles], language)
        add_tab(new, spec, title, language, lists)
        titles.append(title)
    added, columns = list(titles), []
    for field, place in exported.items():
        mark(new, COLUMN_MARK + field, place.title, place.row, place.column)
        header = ACTORS.column(field).header(language)
        added.append(f"{place.title}: {column_letter(place.column)}{place.row} is known again as our {header}")
    for gap in missing:
        used = used_area(book.package, book.part_of(gap.tab), gap.row)
        sheet = new.create_sheet(f"_{gap.tab.id}")
        headers = _add_columns(new, sheet, gap, used, language, lists)
        names = _add_settings(sheet, gap, used, headers, language)
        added.append(f"{gap.tab.title}: {', '.join([*(str(header.value) for header in headers.values()), *names])}")
        columns.append((gap, sheet, used.columns))
    return _Made(book=new, titles=tuple(titles), columns=tuple(columns), added=tuple(added))


def _with_charts(
    made: _Made,
    tabs: tuple[TabSpec, ...],
    book: Book,
    snapshot: Snapshot,
    charts: tuple[str, ...],
    language: Language,
) -> _Made:
    """Return what was made with all charts on a new Übersicht, or with these for the one that is there."""
    new = dict(zip((spec.name for spec in tabs), made.titles, strict=True))
    titles = {**{tab.service: tab.title for tab in snapshot.tabs if tab.service}, **new}
    overview, history = (snapshot.service_tab(spec.name) for spec in (OVERVIEW, HISTORY))
    rows, scale = len(history.cells) if history else 0, font_scale(book)
    if overview is None:
        add_charts(made.book[new[OVERVIEW.name]], CHART_TABS, titles, language, history_rows=rows, scale=scale)
    if overview is None or not charts:
        return made
    sheet = made.book.create_sheet(_CHARTS)
    widths = text_widths(book, overview)
    add_charts(sheet, charts, titles, language, history_rows=rows, widths=widths, scale=scale)
    return replace(made, charts=_CHARTS, added=(*made.added, f"charts on {overview.title}"))


_CHARTS = "_charts"
"""The title of the sheet that charts are made on; no people's tab is made under it, and it stays behind."""


def _move(draft: Draft, book: Book, made: _Made, snapshot: Snapshot) -> dict[str, Grid]:
    """Move what was made into the package; return the cells that the touched worksheets should hold then, by part."""
    fresh = Package(data=packed(made.book))
    source, dialect, formats = read_book(fresh), dialect_of(book), Formats(book)
    parts = {sheet.title: sheet.part for sheet in source.sheets}
    offsets = add_styles(draft, book, fresh, dialect)
    new = add_made_tabs(draft, book, source, made.titles, offsets, dialect)
    expected = {part: read_cells(fresh.part(parts[title]), Formats(source)) for title, part in new.items()}
    sheets = {sheet.id: sheet for sheet in book.sheets}
    before = {tab.id: tab.cells for tab in snapshot.tabs}
    for gap, sheet, first in made.columns:
        entry, values = sheets[gap.tab.id], _values(sheet)
        addition = Addition(package=fresh, made=parts[sheet.title], values=values, first=first, header_row=gap.row)
        add_columns(draft, entry, addition, formats, offsets, dialect)
        expected[entry.part] = with_values(before[entry.id], values)
    overview = snapshot.service_tab(OVERVIEW.name)
    if made.charts and overview is not None:
        draw(draft, book, overview, fresh, parts[made.charts], dialect)
    ask_for_calculation(draft, book)
    return expected


def _values(sheet: Worksheet) -> Values:
    """Return the cells of a made sheet that have a value or a look, by 1-based row and 0-based column."""
    values: dict[int, dict[int, Cell]] = defaultdict(dict)
    for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell, MadeCell)):
        if cell.value is not None or cell.has_style:
            values[cell.row][cell.column - 1] = None if cell.value is None else str(cell.value)
    return values


def _add_columns(
    book: Workbook, sheet: Worksheet, gap: Gap, used: Used, language: Language, lists: Mapping[Kind, str]
) -> dict[str, MadeCell]:
    """Write the headers right of everything that is used and return their cells by field; the minor ones are folded."""
    taken = [str(cell) for cell in (gap.tab.cells[gap.row - 1] if any(gap.tab.cells) else ()) if cell is not None]
    headers = {}
    for number, column in enumerate(gap.columns, used.columns + 1):
        header = headers[column.field] = sheet.cell(gap.row, number, _header(column, taken, language))
        dress_column(sheet, gap.spec, column, header, language, lists)
        dimension = sheet.column_dimensions[header.column_letter]
        dimension.width = max(dimension.width, ROOM * len(str(header.value)))
        if column.owner is Owner.SERVICE:
            mark(book, COLUMN_MARK + column.field, gap.tab.title, gap.row, header.column - 1)
    minor = sum(not column.front for column in gap.columns)
    if gap.spec is ACTORS and minor:
        last = used.columns + len(gap.columns)
        fold_columns(sheet, last - minor, last - 1)
    return headers


def _header(column: Column, taken: list[str], language: Language) -> str:
    return free_header(column, taken, language) if column.owner is Owner.SERVICE else column.header(language)


def _add_settings(
    sheet: Worksheet, gap: Gap, used: Used, headers: Mapping[str, MadeCell], language: Language
) -> list[str]:
    """Write the settings below the last row and return their names."""
    places = {**gap.places, **{field: header.column - 1 for field, header in headers.items()}}
    names = [setting.header(language) for setting in gap.settings]
    for number, (setting, name) in enumerate(zip(gap.settings, names, strict=True), max(used.rows, gap.row) + 1):
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
