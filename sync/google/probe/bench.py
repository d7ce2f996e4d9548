"""The two tabs on which `check --probe` tries one fact: a list of actors with a lookup, and the results that it shows.

Only tabs that the probe adds itself are ever named in a request.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scoring.snapshot import Cell, Grid
from scoring.tabs import RESULTS
from sync.google.api_requests import Request, area, put_formula
from sync.google.ids import PROBE_TAB_IDS
from sync.layout.lookup_formula import Lookup, lookup, separator_of
from sync.ownership import OwnershipError

if TYPE_CHECKING:
    from sync.google.connection import Connection

KEY, KIND, GREY = 0, 1, 2
"""The columns of the list: name, something that people typed, and the lookup."""

NAME, TITLE = "Name", "Probe"
"""The headers of the first and the last."""

RANKS: Mapping[Cell, Cell] = {"Bäckerei": 3, "Stadtwerke": 2, "Uni": 1}
"""What the lookup must show beside whom, unless a fact asks for other actors."""

RANK_COLUMN = [column.field for column in RESULTS.columns].index("rank")


@dataclass(frozen=True, kw_only=True)
class ProbeTab:
    """A tab of the probe."""

    id: int
    title: str


class Bench:
    """The tabs of the fact that is being tried, on a connection to the scratch copy.

    `separator` separates the arguments of formulas, "" at first: that of the locale is tried.
    """

    def __init__(self, connection: "Connection", locale: str) -> None:
        self.connection: Final = connection
        self.locale: Final = locale
        self.separator = separator_of(locale)
        self._ids: Final = iter(PROBE_TAB_IDS)
        self._standing: list[int] = []
        self.actors = self.results = ProbeTab(id=0, title="")

    def lay_out(self, names: Sequence[Cell] = tuple(RANKS), ranks: Mapping[Cell, Cell] = RANKS) -> None:
        """Put two new tabs in the place of the last ones: these actors with their lookup, and these results."""
        leavers = tuple(self._standing)
        self.actors, self.results = self.new_tab("Akteure"), self.new_tab("Auswertung")
        between = [None] * (RANK_COLUMN - 1)
        results = [[name, *between, rank] for name, rank in ({NAME: "Rang"} | dict(ranks)).items()]
        self.send(
            *(delete(number) for number in leavers),
            add(self.actors, columns=8),
            add(self.results, columns=RANK_COLUMN + 4),
            put(self.actors, 0, KEY, [[NAME, "Art"], *([name, "Verein"] for name in names)]),
            put(self.results, 0, 0, results),
            put_formula(self.actors.id, 0, GREY, self.lookup().formula),
        )
        self._standing = [self.actors.id, self.results.id]

    def new_tab(self, what: str) -> ProbeTab:
        """Return a tab that does not stand in the sheet yet, with an id of its own."""
        number = next(self._ids)
        return ProbeTab(id=number, title=f"Probe {number - PROBE_TAB_IDS.start + 1} {what}")

    def lookup(self) -> Lookup:
        """Return the formula of the grey column as `setup` would write it."""
        return lookup(
            "rank", header=TITLE, key_column=KEY, header_row=1, title=self.results.title, separator=self.separator
        )

    def send(self, *requests: Request, fields: str = "spreadsheetId") -> Mapping[str, Any]:
        """Send the requests as one batch and return what `fields` names of the answer."""
        for request in requests:
            named = list(_tab_ids(request))
            if not named or not all(number in PROBE_TAB_IDS for number in named):
                raise OwnershipError("a request of the probe names a tab that is not its own, or none")
        return self.connection.update(requests, fields=fields)

    def keep(self, tab: ProbeTab) -> None:
        """Count a tab that a fact added among those that go with the next fact."""
        self._standing.append(tab.id)

    def forget(self, tab: ProbeTab) -> None:
        """Take a tab that a fact deleted out of those that go with the next fact."""
        self._standing.remove(tab.id)

    def cells(self, tab: ProbeTab) -> Grid:
        """Return what a tab shows, as a sync would read it; blank cells are None."""
        (found,) = self.connection.values([tab.title])
        return tuple(tuple(None if cell == "" else cell for cell in row) for row in found.values)

    def column(self, tab: ProbeTab, index: int) -> tuple[Cell, ...]:
        """Return what stands in one column, from row 1 to the last one with anything in any column."""
        return tuple(row[index] if index < len(row) else None for row in self.cells(tab))

    def shown(self, tab: ProbeTab | None = None) -> Mapping[Cell, Cell]:
        """Return name → what the lookup shows, wherever the columns stand now; {} when a header is not there."""
        rows = iter(self.cells(tab or self.actors))
        header = next((row for row in rows if NAME in row), ())
        if TITLE not in header:
            return {}
        name, grey = header.index(NAME), header.index(TITLE)
        filled = [row for row in rows if name < len(row) and row[name] is not None]
        return {row[name]: row[grey] if grey < len(row) else None for row in filled}

    def clear(self) -> None:
        """Take every tab of the probe out of the scratch copy, also those that an earlier probe left."""
        listed = self.connection.metadata("sheets(properties(sheetId))").get("sheets", [])
        there = [tab["properties"].get("sheetId", 0) for tab in listed]
        leavers = [delete(number) for number in there if number in PROBE_TAB_IDS]
        if leavers:
            self.send(*leavers)
        self._standing = []


def add(tab: ProbeTab, *, columns: int, rows: int = 20) -> Request:
    """Add a tab with its id and a grid of that size."""
    grid = {"rowCount": rows, "columnCount": columns}
    return {"addSheet": {"properties": {"sheetId": tab.id, "title": tab.title, "gridProperties": grid}}}


def delete(tab_id: int) -> Request:
    """Delete a tab."""
    return {"deleteSheet": {"sheetId": tab_id}}


def put(tab: ProbeTab, row: int, column: int, cells: Sequence[Sequence[Cell]]) -> Request:
    """Set the values of cells from (row, column) on, 0-based; None clears one."""
    width = max(map(len, cells))
    place = area(tab.id, rows=(row, row + len(cells)), columns=(column, column + width))
    rows = [{"values": [_data(cell) for cell in line]} for line in cells]
    return {"updateCells": {"range": place, "rows": rows, "fields": "userEnteredValue"}}


def _data(cell: Cell) -> Mapping[str, Any]:
    """Return the CellData of a value: text stays text, whatever it begins with."""
    match cell:
        case None:
            return {}
        case bool():
            return {"userEnteredValue": {"boolValue": cell}}
        case str():
            return {"userEnteredValue": {"stringValue": cell}}
        case _:
            return {"userEnteredValue": {"numberValue": cell}}


def _tab_ids(part: Any) -> Iterator[int]:
    """Yield every tab id that a request names, however deep."""
    if isinstance(part, Mapping):
        for name, inner in part.items():
            if name in {"sheetId", "sourceSheetId", "newSheetId"}:
                yield inner
            else:
                yield from _tab_ids(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _tab_ids(inner)
