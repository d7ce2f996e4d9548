"""What must hold once people have edited the sheet: every grey cell is right, a second sync is quiet, no mail twice.

That nothing of people's changes meanwhile is watched by `tests.sync.google.town` itself.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

from reports.tabs import lookup_rows, service_rows
from reports.wording import words
from scoring.messages import NoteCode
from scoring.parsing.headers import find_header, positions, tab_name
from scoring.parsing.identity import key
from scoring.snapshot import Cell as Shown
from scoring.snapshot import Tab
from scoring.tabs import ACTORS, RESULTS
from sync.errors import OutsideError, SetupError
from sync.google.ids import SERVICE_TAB_IDS
from sync.layout.lookup_formula import Lookup, lookup, own_lookup
from sync.run import Outcome
from tests.sheets_server.a1 import column_number
from tests.sheets_server.lookup import effective
from tests.sheets_server.model import Formula, Sheet, Spreadsheet, Value
from tests.sync.google.town import OURS, Town, entered

RESULTS_ID = SERVICE_TAB_IDS[RESULTS.name]


def aftermath(town: Town, now: datetime, outcome: Outcome | None = None) -> list[str]:
    """Return what is wrong once nobody edits any more: after one quiet sync all is shown, the second writes nothing.

    With an `outcome` its run was the first quiet one. When the list of actors is gone a run may end with the sentence
    that says so; where people moved a formula of ours, or the columns that it names, `setup` has to put it right.
    """
    try:
        outcome = outcome or town.sync(now)
        if astray(town.book, outcome) or NoteCode.RESULTS_MOVED in _said(outcome):
            town.set_up()
            outcome = town.sync(now)
        problems = wrongly_shown(town, outcome, now)
        if NoteCode.ACTOR_RENAMED in _said(outcome):
            town.sync(now)  # only the run that knows somebody by a new name says so: its note goes with the next
        again = town.sync(now)
        if not again.plan.is_empty or again.counts.writes:
            problems.append(f"a second quiet sync writes {again.plan}")
    except SetupError as error:
        problems = [] if is_unreadable(town) and len(error.problems) == 1 else [f"SetupError: {error}"]
    except OutsideError as error:
        problems = [f"OutsideError: {error}"]
    return [*town.violations, *problems, *mails_twice(town.folder)]


def _said(outcome: Outcome) -> set[NoteCode]:
    return {note.code for note in outcome.decision.assessment.notes}


def is_unreadable(town: Town) -> bool:
    """Say whether no tab is the list of actors by id or title, or it has no heading of the names, or two."""
    remembered = town.store.load().tab_ids.get(ACTORS.name)
    tabs = [sheet for sheet in town.book.sheets if sheet.id not in OURS]
    known = [sheet for sheet in tabs if str(sheet.id) == remembered and not _is_taken(sheet.title)] or [
        sheet for sheet in tabs if tab_name(sheet.title) == ACTORS.name
    ]
    return all(_names(_as_tab(town.book, sheet)) != 1 for sheet in known)


def _is_taken(title: str) -> bool:
    """Say whether it is the title of another tab of ours: by that a list of actors is not known."""
    return tab_name(title) not in {"", ACTORS.name}


def _names(tab: Tab) -> int:
    header = find_header(ACTORS, tab)
    if header and len(header.columns) == 1 and header.unknown and tab_name(tab.title) != ACTORS.name:
        return 0  # of a tab that has another title, the headers have to say more
    return len(positions(tab, header, ACTORS.column(ACTORS.key))) if header else 0


def _as_tab(book: Spreadsheet, sheet: Sheet) -> Tab:
    shown = effective(book, sheet)
    width = max((column for _, column in shown), default=-1) + 1
    rows = (tuple(shown.get((row, column)) for column in range(width)) for row in range(sheet.rows))
    return Tab(id=str(sheet.id), title=sheet.title, cells=tuple(rows))


def astray(book: Spreadsheet, outcome: Outcome) -> list[str]:
    """Return the grey columns of the list whose formula does not stand beside its keys or names other columns.

    Only people can have done that: the laws compare every formula before and after each call.
    """
    place = outcome.decision.alliance.place(ACTORS.name)
    tab, results = book.sheet(place.title), [sheet.title for sheet in book.sheets if sheet.id == RESULTS_ID]
    key_column = column_number(place.letters[ACTORS.key])
    return [
        ACTORS.lookups[index].de
        for row, column, index in _grey(tab)
        if (found := _lookup(tab, row, column)).references
        != lookup(
            found.field,
            header=found.header,
            key_column=key_column,
            header_row=row + 1,
            title=results[0],
            separator=";",
        ).references
        or row + 1 != place.header_row
    ]


def wrongly_shown(town: Town, outcome: Outcome, now: datetime) -> list[str]:
    """Return every grey cell that does not show what the run decided for the actor of its row.

    Compared with the run's decision, not with Auswertung. A grey column whose heading reads "#REF!" shows nothing, nor
    does one that people took away: those are absent, not wrong. A formula that people left outside the header row heads
    nothing, and may be blank; `setup` adds a column that does.
    """
    decision, speak = outcome.decision, words("de")
    place = decision.alliance.place(ACTORS.name)
    tables = service_rows(decision.alliance, decision.assessment, decision.memory, town.store.outbox(), now, speak)
    wanted = lookup_rows(decision.alliance, decision.assessment, tables[RESULTS.name], speak)
    tab = town.book.sheet(place.title)
    shown = effective(town.book, tab)
    names = {row: str(name) for row, name in decision.alliance.actors["name"].items()}
    keys = {key(name): row for row, name in names.items()}
    wrong = []
    for at, header, index in _grey(tab):
        for row in range(at + 1, tab.rows):
            if entered(tab.cells, row, header) is not None:
                continue  # people typed into the grey column
            value = shown.get((row, header))
            allowed = _allowed(row + 1, index, wanted, names, keys, _typed(tab, place.letters["name"], row))
            if shown.get((at, header)) == "#REF!" or at + 1 != place.header_row:
                allowed.add(None)
            if at + 1 != place.header_row and row + 1 == place.header_row:
                allowed.add(_own(tab, at, header))
            allowed.add("#REF!")  # plain to see, and on Hinweise: a formula of ours that people moved among the data
            if (value or None) not in allowed:
                wrong.append(f"row {row + 1}, {ACTORS.lookups[index].de}: {value!r}, not {sorted(map(repr, allowed))}")
    return wrong


def _allowed(
    row: int,
    index: int,
    wanted: Mapping[int, tuple[Shown, ...]],
    names: Mapping[int, str],
    keys: Mapping[str, int],
    typed: Value | Formula,
) -> set[Shown]:
    """Return what a grey cell may show: an actor's own value; beside a doubled name that value or nothing."""
    if row in names:
        return {wanted[row][index] or None}
    first = keys.get(key(str(int(typed) if isinstance(typed, float) and typed.is_integer() else typed)))
    return {None} if first is None else {None, wanted[first][index] or None}


def _typed(tab: Sheet, letter: str, row: int) -> Value | Formula:
    cell = tab.cells.get((row, column_number(letter)))
    return cell.entered if cell else None


def _grey(tab: Sheet) -> Iterator[tuple[int, int, int]]:
    """Yield row and column (0-based) of each of our formulas, and which of the grey columns it is."""
    fields = [column.field for column in ACTORS.lookups]
    for row, column in sorted(tab.cells):
        found = _lookup(tab, row, column)
        if found:
            yield row, column, fields.index(found.field)


def _own(tab: Sheet, row: int, column: int) -> str:
    found = _lookup(tab, row, column)
    return found.header if found else ""


def _lookup(tab: Sheet, row: int, column: int) -> Lookup | None:
    there = entered(tab.cells, row, column)
    return own_lookup(there.text) if isinstance(there, Formula) else None


def mails_twice(folder: Path) -> list[str]:
    """Return whom more than one mail of a week went to, and every Message-ID that occurs twice."""
    seen: list[str] = []
    for path in sorted((folder / "mails").glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        seen += [str(mail["Message-ID"]), f"{mail['To']}: {mail['Subject']}"]
    return sorted({one for one in seen if seen.count(one) > 1})


def mails_in(folder: Path) -> int:
    """Return how many mails were handed over."""
    return len(list((folder / "mails").glob("*.eml")))
