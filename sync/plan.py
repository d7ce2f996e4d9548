"""What to change in the sheet: the difference between what stands there and what should stand there. Pure.

What the service tabs should say is decided in `reports.tabs`; how a row is written in the adapters.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from scoring.addresses import column_index
from scoring.alliance import Alliance
from scoring.columns import TabSpec
from scoring.domain import Language
from scoring.parsing.headers import is_rearranged
from scoring.snapshot import Cell, Grid, Snapshot, Tab
from scoring.tabs import ACTORS, HISTORY, OUTBOX, OVERVIEW, RESULTS, SERVICE_TABS
from scoring.text import storable
from sync.ownership import OVERVIEW_RESERVED_ROWS, RELEASE_COLUMN, TICK_COLUMN, TICK_ROW, is_ticked, lookup_tab
from sync.ports import RowWrite, WritePlan

Row = tuple[Cell, ...]
Tables = Mapping[str, Sequence[Row]]
"""The rows below the header of each service tab, by the tab's name in code."""

LONGEST_TEXT = 32_000
"""Characters of a cell that fit everywhere: a workbook holds 32 767, Google 50 000."""

OVERVIEW_FIRST_ROW = OVERVIEW_RESERVED_ROWS + 1


def plan_writes(
    snapshot: Snapshot,
    alliance: Alliance,
    tables: Tables,
    lookups: Mapping[int, Row],
    language: Language,
    *,
    today: str = "",
    state: str = "",
) -> WritePlan:
    """Return the plan: missing service tabs, then every row of a service tab and every grey cell that differs.

    `lookups` maps the row of an actor to its grey cells in the order of `ACTORS.lookups`; empty where the sheet looks
    them up itself. A sheet that shows all of it already gives an empty plan; the time of the run alone is written once
    a day, when the line on Übersicht does not show `today` (the day as people read it) yet, or another `state` than the
    one it ends with.
    """
    tables = {**tables, RESULTS.name: _with_typed_keys(tables[RESULTS.name], snapshot, alliance)}
    missing = tuple(spec.name for spec in SERVICE_TABS if snapshot.service_tab(spec.name) is None)
    rows = [write for spec in SERVICE_TABS for write in _tab_rows(spec, snapshot, tables[spec.name], language)]
    rows += (*_lookup_rows(snapshot, alliance, lookups), *_tick(snapshot))
    if not missing and all(map(_is_run_time, rows)) and _shows(snapshot, today, state):
        return WritePlan()
    return WritePlan(new_tabs=missing, rows=tuple(rows))


def _with_typed_keys(results: Sequence[Row], snapshot: Snapshot, alliance: Alliance) -> Sequence[Row]:
    """Return the rows of Auswertung with each key exactly as the team typed it, white space and numbers included.

    Formulas of a Google Sheet look it up by that: " Werk" does not find "Werk", and 4711 not the text of it. A key that
    no sheet gives back as it is stays tidied: without its control character it could be the key of another actor.
    """
    place, actors = alliance.place(ACTORS.name), alliance.actors
    tab = next((tab for tab in snapshot.people_tabs if tab.title == place.title), None)
    if tab is None or actors.empty:
        return results
    column = column_index(place.letters[ACTORS.key])
    rows = zip(actors["name"].tolist(), actors.index.tolist(), strict=True)
    typed = {name: tab.cells[row - 1][column] for name, row in rows}
    kept = {name: cell for name, cell in typed.items() if as_kept(cell) == cell}
    return [(kept.get(str(row[0]), row[0]), *row[1:]) for row in results]


def plan_held(
    snapshot: Snapshot, run: Row, outbox: Sequence[Row], language: Language, *, today: str = "", state: str = ""
) -> WritePlan:
    """Return what a run writes that the fuse holds: how it went, and what Postausgang asks. All else stays as it is.

    `run` is the first line of Übersicht, `today` and `state` are as for `plan_writes`: its time alone is written once a
    day. A tick is taken out, because this run answers it.
    """
    there = _cells(snapshot, OVERVIEW)[:OVERVIEW_FIRST_ROW]
    rows = (
        *_differing(OVERVIEW.name, there, (run,), OVERVIEW_FIRST_ROW),
        *_outbox_rows(_cells(snapshot, OUTBOX), outbox, language),
        *_tick(snapshot),
    )
    missing = tuple(spec.name for spec in (OVERVIEW, OUTBOX) if snapshot.service_tab(spec.name) is None)
    if not missing and all(map(_is_run_time, rows)) and _shows(snapshot, today, state):
        return WritePlan()
    return WritePlan(new_tabs=missing, rows=rows)


def is_asked_for(snapshot: Snapshot) -> bool:
    """Say whether somebody ticked "Jetzt synchronisieren"."""
    return any(_tick(snapshot))


def with_answer(plan: WritePlan, run: Row) -> WritePlan:
    """Return the plan with another first line of Übersicht: one that says what the plan does."""
    rows = (write for write in plan.rows if not _is_run_time(write))
    answer = RowWrite(tab=OVERVIEW.name, row=OVERVIEW_FIRST_ROW, column=0, values=run)
    return replace(plan, rows=(*rows, answer))


def changes(plan: WritePlan) -> tuple[int, bool]:
    """Return about how many actors the plan says something new, and whether it changes more than its own line."""
    actors = sum(write.tab == RESULTS.name and write.row > 1 and write.values[0] is not None for write in plan.rows)
    return actors, bool(plan.new_tabs) or any(not (_is_run_time(write) or _is_tick(write)) for write in plan.rows)


def _is_tick(write: RowWrite) -> bool:
    return (write.tab, write.row, write.column) == (OVERVIEW.name, TICK_ROW, TICK_COLUMN)


def _is_run_time(write: RowWrite) -> bool:
    """Say whether this is only how the run went, the first line of Übersicht: its time is no reason to write."""
    return write.tab == OVERVIEW.name and write.row == OVERVIEW_FIRST_ROW


def _shows(snapshot: Snapshot, day: str, state: str) -> bool:
    line = _cells(snapshot, OVERVIEW)[OVERVIEW_FIRST_ROW - 1 : OVERVIEW_FIRST_ROW]
    return any(day in str(cell) and str(cell).endswith(state) for row in line for cell in row)


def _cells(snapshot: Snapshot, spec: TabSpec) -> Grid:
    tab = snapshot.service_tab(spec.name)
    return tab.cells if tab else ()


def highest_number(snapshot: Snapshot) -> int:
    """Return the highest number on Postausgang, 0 when it is empty: no other mail may ever be called like that."""
    numbers = [row[0] for row in _cells(snapshot, OUTBOX) if row]
    return max((int(number) for number in numbers if isinstance(number, int | float)), default=0)


def _tab_rows(spec: TabSpec, snapshot: Snapshot, rows: Sequence[Row], language: Language) -> Iterator[RowWrite]:
    there = _cells(snapshot, spec)
    match spec.name:
        case OVERVIEW.name:
            return _differing(spec.name, there, rows, OVERVIEW_FIRST_ROW)
        case HISTORY.name:
            return _differing(spec.name, there, (_header(spec, language), *_appended(there[1:], rows)), 1)
        case OUTBOX.name:
            return _outbox_rows(there, rows, language)
        case RESULTS.name if is_rearranged(spec, there):
            return iter(())  # formulas beside the actors follow the moved columns: new values would be the wrong ones
        case _:
            return _differing(spec.name, there, (_header(spec, language), *rows), 1)


def _header(spec: TabSpec, language: Language) -> Row:
    return tuple(column.header(language) for column in spec.columns)


def _differing(tab: str, there: Grid, wanted: Sequence[Row], first_row: int) -> Iterator[RowWrite]:
    """Yield the rows, from `first_row` on, whose cells differ; rows too many are cleared."""
    width = max((len(row) for row in wanted), default=0)
    for number, (now, row) in enumerate(zip_longest(there[first_row - 1 :], wanted, fillvalue=()), first_row):
        values = _exactly(row, width)
        if _exactly(now, width) != values:
            yield RowWrite(tab=tab, row=number, column=0, values=values)


def _exactly(row: Row, width: int) -> Row:
    """Return so many cells of the row, as a sheet keeps them; what people put further right is not ours to compare."""
    cells = tuple(map(as_kept, row[:width]))
    return cells + (None,) * (width - len(cells))


def as_kept(cell: Cell) -> Cell:
    """Return what every sheet gives back of a cell: text that is not too long, without control characters, or None."""
    if isinstance(cell, str) and not (cell.isprintable() and len(cell) <= LONGEST_TEXT):
        cell = storable(cell)[:LONGEST_TEXT]
    return None if cell == "" else cell


def _appended(there: Grid, wanted: Sequence[Row]) -> Sequence[Row]:
    """Return the rows that stand there and behind them those of `wanted` that do not: Verlauf never loses a row."""
    width = len(HISTORY.columns)
    kept = [_exactly(row, width) for row in there]
    while kept and not any(cell is not None for cell in kept[-1]):
        kept.pop()
    return (*kept, *(row for row in wanted if _exactly(row, width) not in kept))


def _outbox_rows(there: Grid, wanted: Sequence[Row], language: Language) -> Iterator[RowWrite]:
    """Yield the writes for Postausgang: a mail keeps its row, a new one goes below all, Freigabe is left alone."""
    places: dict[Cell, int] = {row[0]: number for number, row in enumerate(there, 1) if number > 1 and row}
    places.pop(None, None)
    following = (
        max((number for number, row in enumerate(there, 1) if any(cell not in {None, ""} for cell in row)), default=1)
        + 1
    )
    for row in (_header(OUTBOX, language), *wanted):
        number = 1 if row[0] == OUTBOX.columns[0].header(language) else places.get(row[0])
        if number is None:
            number, following = following, following + 1
        now = _exactly(there[number - 1] if number <= len(there) else (), len(row))
        for start, end in ((0, RELEASE_COLUMN), (RELEASE_COLUMN + 1, len(row))) if number > 1 else ((0, len(row)),):
            values = _exactly(row, len(row))[start:end]
            if now[start:end] != values:
                yield RowWrite(tab=OUTBOX.name, row=number, column=start, values=values)


def _lookup_rows(snapshot: Snapshot, alliance: Alliance, lookups: Mapping[int, Row]) -> Iterator[RowWrite]:
    """Yield the grey cells beside each actor that differ.

    A row of nobody has none, and is left as it is where only the grey columns hold something: a legend below the table.
    """
    tab, place = lookup_tab(snapshot), alliance.place(ACTORS.name)
    if tab is None or tab.title != place.title:
        return
    grey = frozenset(tab.lookups.values())
    for number, row in enumerate(tab.cells[place.header_row :], place.header_row + 1):
        if row and (
            number in lookups or any(cell not in {None, ""} for index, cell in enumerate(row) if index not in grey)
        ):
            yield from _differing_lookups(tab, number, row, lookups.get(number, ()))


def _tick(snapshot: Snapshot) -> Iterator[RowWrite]:
    """Yield what takes the tick out of "Jetzt synchronisieren": this run answers it."""
    overview = snapshot.service_tab(OVERVIEW.name)
    row = overview.cells[TICK_ROW - 1] if overview and len(overview.cells) >= TICK_ROW else ()
    if len(row) > TICK_COLUMN and is_ticked(row[TICK_COLUMN]):
        yield RowWrite(tab=OVERVIEW.name, row=TICK_ROW, column=TICK_COLUMN, values=(None,))


def _differing_lookups(tab: Tab, number: int, row: Row, wanted: Row) -> Iterator[RowWrite]:
    values = dict(zip_longest((column.field for column in ACTORS.lookups), wanted))
    for field, index in sorted(tab.lookups.items(), key=lambda item: item[1]):
        now = row[index] if index < len(row) else None
        value = values.get(field)
        if (now or None) != (value or None):
            yield RowWrite(tab=ACTORS.name, row=number, column=index, values=(value,))
