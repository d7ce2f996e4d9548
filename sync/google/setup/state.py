"""What `setup` has to know of a spreadsheet: the list of its tabs, and all about those that matter. Decides nothing.

Of tabs that the service does not know no cell is asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gspread.utils import absolute_range_name

from scoring.parsing.headers import HEADER_ROWS, find_header, tab_name
from scoring.snapshot import Cell, Grid, Snapshot, Tab, cell_at
from scoring.tabs import ACTORS
from sync.google.api_requests import Json
from sync.google.ids import PEOPLE_TAB_IDS, SERVICE_TAB_IDS
from sync.layout.lookup_formula import Lookup, own_lookup

if TYPE_CHECKING:
    from sync.google.connection import Connection

LISTED = "properties(locale,timeZone),sheets(properties(sheetId,title,sheetType),charts(chartId,spec))"
"""What is asked of the whole spreadsheet."""

DETAILS = (
    "sheets(properties(sheetId,title,sheetType,gridProperties),protectedRanges,bandedRanges(bandedRangeId,range),"
    "conditionalFormats,merges,tables(range),columnGroups(range),"
    "data(rowData(values(userEnteredValue(formulaValue),effectiveValue))))"
)
"""What is asked of the tabs that matter."""

ERRORS: Mapping[str, str] = {
    "REF": "#REF!",
    "N_A": "#N/A",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "NULL_VALUE": "#NULL!",
    "LOADING": "Loading…",
}
"""What a cell shows for a kind of error; any other kind shows #ERROR!."""

SERVICE_NAMES: Mapping[int, str] = {number: name for name, number in SERVICE_TAB_IDS.items()}


@dataclass(frozen=True, kw_only=True)
class OwnHeader:
    """A cell (0-based) that holds one of our formulas, and what it shows."""

    row: int
    column: int
    lookup: Lookup
    shown: Cell


@dataclass(frozen=True, kw_only=True)
class GoogleTab:
    """One tab: the size of its grid, its cells as shown, its formulas by 0-based (row, column), and the JSON of it."""

    id: int
    title: str
    rows: int
    columns: int
    cells: Grid
    formulas: Mapping[tuple[int, int], str]
    json: Json

    @cached_property
    def own_headers(self) -> Mapping[str, OwnHeader]:
        """Our formulas in the header row, by field; of two for one field the first.

        One that people moved to another row heads nothing. Where no row is a header, all that could stand in one count.
        """
        placed = [
            OwnHeader(row=row, column=column, lookup=lookup, shown=cell_at(self.cells, row + 1, column))
            for (row, column), text in sorted(self.formulas.items())
            if row < HEADER_ROWS and (lookup := own_lookup(text)) is not None
        ]
        header = find_header(ACTORS, self._with_lookups({}))
        found: dict[str, OwnHeader] = {}
        for each in placed:
            if header is None or each.row == header.row:
                found.setdefault(each.lookup.field, each)
        return found

    @property
    def tab(self) -> Tab:
        """The tab as the parser knows it; a grey column is ours whatever its header shows."""
        return self._with_lookups({field: header.column for field, header in self.own_headers.items()})

    def _with_lookups(self, lookups: Mapping[str, int]) -> Tab:
        return Tab(
            id=str(self.id),
            title=self.title,
            cells=self.cells,
            service=SERVICE_NAMES.get(self.id, ""),
            lookups={} if self.id in SERVICE_NAMES else lookups,
        )

    @property
    def used_columns(self) -> int:
        """How many columns from the left hold anything: cells, a table, merged cells or banding."""
        width = max((column for row in self.cells for column, cell in enumerate(row, 1) if cell is not None), default=0)
        formulas = max((column + 1 for _, column in self.formulas), default=0)
        taken = (*self._ranges("merges"), *self._ranges("tables"), *self._ranges("bandedRanges"))
        ends = [int(place.get("endColumnIndex", self.columns)) for place in taken]
        return min(max([width, formulas, *ends]), self.columns)

    @property
    def used_rows(self) -> int:
        """How many rows from the top hold anything: cells, a table or merged cells; banding goes on by itself."""
        height = max((row for row, cells in enumerate(self.cells, 1) if any(c is not None for c in cells)), default=0)
        formulas = max((row + 1 for row, _ in self.formulas), default=0)
        taken = (*self._ranges("merges"), *self._ranges("tables"))
        ends = [int(place.get("endRowIndex", self.rows)) for place in taken]
        return min(max([height, formulas, *ends]), self.rows)

    def _ranges(self, name: str) -> Iterator[Json]:
        for item in self.json.get(name, []):
            yield item.get("range", item)

    def protection(self, number: int) -> Json | None:
        """Return the protected range of that id, None when the tab has none."""
        ranges = self.json.get("protectedRanges", [])
        return next((each for each in ranges if each.get("protectedRangeId", 0) == number), None)


@dataclass(frozen=True, kw_only=True)
class GoogleState:
    """The spreadsheet as it was read. `titles` and `ids` are those of all tabs, `tabs` are those that matter."""

    locale: str
    time_zone: str
    tabs: tuple[GoogleTab, ...]
    titles: tuple[str, ...]
    ids: frozenset[int]
    charts: Mapping[int, Any]
    """What each chart of the file shows, by its id."""

    @property
    def snapshot(self) -> Snapshot:
        """The tabs as the parser knows them."""
        return Snapshot(tabs=tuple(tab.tab for tab in self.tabs))

    def by_id(self, number: int) -> GoogleTab | None:
        """Return the tab of that id, None when there is none."""
        return next((tab for tab in self.tabs if tab.id == number), None)


def read_state(connection: "Connection", known: Mapping[str, str]) -> GoogleState:
    """Ask for the list of tabs, then for those that matter; `known` are the remembered ids of people's tabs.

    Raises `SheetChangedError` when somebody renames one of them between the two calls, else as the connection does.
    """
    book = connection.metadata(LISTED)
    properties = [sheet["properties"] for sheet in book.get("sheets", [])]
    titles = [each["title"] for each in properties if _matters(each, known)]
    details = connection.metadata(DETAILS, [absolute_range_name(title) for title in titles]) if titles else {}
    return GoogleState(
        locale=book["properties"].get("locale", ""),
        time_zone=book["properties"].get("timeZone", ""),
        tabs=tuple(_tab(sheet) for sheet in details.get("sheets", [])),
        titles=tuple(each["title"] for each in properties),
        ids=frozenset(each.get("sheetId", 0) for each in properties),
        charts={
            chart.get("chartId", 0): chart.get("spec", {})
            for sheet in book.get("sheets", [])
            for chart in sheet.get("charts", [])
        },
    )


def _matters(properties: Json, known: Mapping[str, str]) -> bool:
    number = properties.get("sheetId", 0)
    ours = number in SERVICE_NAMES or number in PEOPLE_TAB_IDS.values() or str(number) in known.values()
    named = tab_name(properties["title"]) in PEOPLE_TAB_IDS
    return properties.get("sheetType", "GRID") == "GRID" and (ours or named)


def _tab(sheet: Json) -> GoogleTab:
    properties = sheet["properties"]
    grid = properties.get("gridProperties", {})
    cells: list[tuple[Cell, ...]] = []
    formulas = {}
    for number, row in enumerate(sheet.get("data", [{}])[0].get("rowData", [])):
        values = row.get("values", [])
        cells.append(tuple(_shown(value.get("effectiveValue", {})) for value in values))
        for column, value in enumerate(values):
            if formula := value.get("userEnteredValue", {}).get("formulaValue"):
                formulas[number, column] = formula
    return GoogleTab(
        id=properties.get("sheetId", 0),
        title=properties["title"],
        rows=grid.get("rowCount", 0),
        columns=grid.get("columnCount", 0),
        cells=_trimmed(cells),
        formulas=formulas,
        json=sheet,
    )


def _shown(value: Json) -> Cell:
    if "errorValue" in value:
        return ERRORS.get(value["errorValue"].get("type", ""), "#ERROR!")
    cell: Cell = next(iter(value.values()), None)
    return None if cell == "" else cell


def _trimmed(rows: list[tuple[Cell, ...]]) -> Grid:
    """Return the rows without what is blank at their end: formatted cells are sent, too."""
    trimmed = [row[: max((place for place, cell in enumerate(row, 1) if cell is not None), default=0)] for row in rows]
    return tuple(trimmed[: max((number for number, row in enumerate(trimmed, 1) if row), default=0)])
