"""One atomic save of a workbook: only cell data of the service changes, everything else stays byte for byte.

With the cells of Hinweise go the links on them (`sync.workbook.links`).

Never through openpyxl, which drops charts, pictures and every formula's value. What is written was decided in
`sync.plan` and checked in `sync.ownership`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from reports.wording import words
from scoring.columns import Owner, TabSpec
from scoring.domain import Language
from scoring.snapshot import Cell, Grid, Snapshot
from scoring.tabs import ACTORS, NOTES, OVERVIEW, TABS
from sync.errors import SetupError, SheetChangedError
from sync.layout.titles import TICK_LABEL
from sync.ownership import OVERVIEW_RESERVED_ROWS, TICK_COLUMN, TICK_ROW, header_row, lookup_tab
from sync.ports import RowWrite, WritePlan
from sync.workbook.book import Book, SheetEntry, read_book
from sync.workbook.calculation import ask_for_calculation, drop_calculation_chain
from sync.workbook.cells import Formats, read_cells
from sync.workbook.links import with_links
from sync.workbook.new_tabs import add_tabs
from sync.workbook.package import DamagedError, Draft, Package, open_package
from sync.workbook.read import damaged
from sync.workbook.replace import refuse_if_open, replace_file
from sync.workbook.splice import FilledRangeError, Spliced, Values, splice
from sync.workbook.verify import require_whole, with_values
from sync.workbook.widths import row_height

_LAST_HEADER = {OVERVIEW.name: OVERVIEW_RESERVED_ROWS}  # of the other service tabs it is row 1


def save_plan(path: Path, language: Language, plan: WritePlan, snapshot: Snapshot, most_mb: int) -> None:
    """Carry out a plan against the state that was read; `SheetChangedError` when the file is another one by now."""
    refuse_if_open(path)
    package = open_package(path, most_mb)
    if package.version != snapshot.version:
        raise SheetChangedError
    try:
        draft, expected = _planned(package, language, plan, snapshot)
    except DamagedError as error:
        raise damaged(path, error) from error
    new = draft.packed()
    changed = tuple(draft.changed)
    del draft  # its parts are as large as those that are unpacked now to be checked
    require_whole(path, Package(data=new), changed, expected, most_mb)
    replace_file(path, package.data, new)


def _planned(
    package: Package, language: Language, plan: WritePlan, snapshot: Snapshot
) -> tuple[Draft, dict[str, Grid]]:
    """Return the package with the plan carried out, and by part the cells that its worksheets should hold then."""
    draft = Draft(package=package)
    expected: dict[str, Grid] = {}
    there = {read.id: read.cells for read in snapshot.tabs}
    book = read_book(package)
    new = add_tabs(draft, book, plan.new_tabs, language)
    formats = Formats(book)
    lost_formula = False
    for tab, writes in _by_tab(plan).items():
        sheet = new.get(tab) or _sheet(book, snapshot, tab)
        before = there[sheet.id] if sheet.id in there else read_cells(draft.part(sheet.part), formats)
        values = _values((*writes, *(_reserved(language) if tab == OVERVIEW.name and not any(before) else ())))
        heights = _heights(TABS[tab], values, language)
        expected[sheet.part] = with_values(before, values)
        spliced = _spliced(draft, sheet, values, formats, _first_row(snapshot, tab), heights)
        draft.changed[sheet.part] = spliced.part
        if tab == NOTES.name:
            titles = {entry.title for entry in (*book.sheets, *new.values())}
            draft.changed[sheet.part] = with_links(spliced.part, expected[sheet.part], titles)
        lost_formula |= spliced.lost_formula
    if lost_formula:
        drop_calculation_chain(draft, book)
    ask_for_calculation(draft, book)
    return draft, expected


def _by_tab(plan: WritePlan) -> Mapping[str, Sequence[RowWrite]]:
    """Return the plan's rows by tab, without the header of a tab that the plan adds: it comes with the tab."""
    writes: dict[str, list[RowWrite]] = defaultdict(list)
    for write in plan.rows:
        if write.row > 1 or write.tab not in plan.new_tabs:
            writes[write.tab].append(write)
    return writes


def _values(writes: Iterable[RowWrite]) -> Values:
    values: dict[int, dict[int, Cell]] = defaultdict(dict)
    for write in writes:
        values[write.row].update(enumerate(write.values, write.column))
    return values


def _reserved(language: Language) -> tuple[RowWrite, ...]:
    """Return what stands above the rows of a sync on Übersicht: a tab that people emptied is not ours without it."""
    title, label = OVERVIEW.columns[0].header(language), words(language).text(TICK_LABEL)
    return (
        RowWrite(tab=OVERVIEW.name, row=1, column=0, values=(title,)),
        RowWrite(tab=OVERVIEW.name, row=TICK_ROW, column=TICK_COLUMN - 1, values=(label,)),
    )


def _sheet(book: Book, snapshot: Snapshot, tab: str) -> SheetEntry:
    read = lookup_tab(snapshot) if tab == ACTORS.name else snapshot.service_tab(tab)
    return next(sheet for sheet in book.sheets if read is not None and sheet.id == read.id)


def _first_row(snapshot: Snapshot, tab: str) -> int:
    """Return the first row below the header of a tab."""
    if tab == ACTORS.name:
        actors = lookup_tab(snapshot)
        return 2 if actors is None else max(header_row(actors, field) for field in actors.lookups) + 1
    return _LAST_HEADER.get(tab, 1) + 1


def _heights(spec: TabSpec, values: Values, language: Language) -> dict[int, float]:
    """Return the heights that the rows of a service tab need; those of people's tabs are theirs."""
    if spec.owner is Owner.PEOPLE:
        return {}
    header = _LAST_HEADER.get(spec.name, 1)
    heights = {number: row_height(spec, number, row, language) for number, row in values.items() if number > header}
    return {number: height for number, height in heights.items() if height is not None}


def _spliced(
    draft: Draft, sheet: SheetEntry, values: Values, formats: Formats, first_row: int, heights: Mapping[int, float]
) -> Spliced:
    try:
        return splice(draft.part(sheet.part), values, formats, first_row, heights)
    except FilledRangeError as error:
        raise SetupError(
            f"In the tab {sheet.title} a formula fills {error}, where the service writes; clear that range."
        ) from None
