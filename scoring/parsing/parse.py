"""The sheet's cells → the team's alliance, typed, and a note for everything a person should look at.

Read first. What belongs here: which tab is which, and the order in which tables depend on each other. No cell ever
raises; only a sheet without a list of actors does.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from scoring.addresses import column_letter
from scoring.alliance import Alliance
from scoring.columns import Column, TabSpec
from scoring.domain import LADDER, Language, LetterStatus, Severity, Stage
from scoring.memory import Memory
from scoring.messages import Argument, Message, Note, NoteCode
from scoring.parsing.headers import (
    find_header,
    is_header,
    is_rearranged,
    is_title,
    likely_headers,
    names,
    nearest_header,
    positions,
)
from scoring.parsing.references import check_owners, identify_actors, names_by_row, refer
from scoring.parsing.settings import read_settings
from scoring.parsing.tab_search import find_people_tabs
from scoring.parsing.tables import Table, empty_table, is_blank, notes_of, read_table
from scoring.snapshot import Snapshot, Tab
from scoring.tabs import ACTORS, CONTACTS, LETTERS, MEASURES, MEETINGS, OVERLAPS, PRESS, RECIPIENTS, RESULTS, SETTINGS
from scoring.text import fold, is_misspelt, nearest

_ABOUT_ACTORS = (MEETINGS, LETTERS, MEASURES, PRESS, CONTACTS, OVERLAPS)
_TABLES = (ACTORS, *_ABOUT_ACTORS, RECIPIENTS)
_EXPECTED = (SETTINGS, MEETINGS)
SIGNED_AND_BEYOND = LADDER[LADDER.index(Stage.SIGNED) :]


class Problem(StrEnum):
    """Why there is no list of actors. The comment above a code names its arguments."""

    # title: as expected; found: those of the titles there that are known or nearly; count: how many titles there are;
    # suggestion: the nearest of those found or ""
    ACTORS_TAB_MISSING = "problem.actors_tab_missing"
    # tab; column: as expected; found: those of the texts in the header row that are headers, or nearly this one; count:
    # how many texts there are; suggestion: the nearest of those found or ""
    NAME_COLUMN_MISSING = "problem.name_column_missing"
    # tab; column; first, second: the two cells
    NAME_COLUMN_DOUBLED = "problem.name_column_doubled"


class UnreadableSheetError(ValueError):
    """The sheet has no list of actors to read; `problems` say why, with codes of `Problem`.

    They go into logs and mails, and the row that is taken for the headers may be one of data: they quote only what is a
    header or title, or nearly one.
    """

    def __init__(self, *problems: Message) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


def parse(snapshot: Snapshot, memory: Memory, language: Language = "de") -> tuple[Alliance, tuple[Note, ...]]:
    """Return everything the team wrote, typed, and the notes. Raises `UnreadableSheetError` without a list of actors.

    Unreadable cells are unknown and noted. The memory gives actors their lasting ids and former names, and finds a tab
    that was renamed. `language` decides how ambiguous text numbers are read and how missing headers are called.
    """
    tabs, notes = _find_tabs(snapshot, memory, language)
    _require_names(snapshot, tabs.get(ACTORS.name), language)
    settings, settings_place, said = read_settings(tabs.get(SETTINGS.name), language)
    read = {spec.name: _read(spec, tabs, language) for spec in _TABLES}
    actors, directory = identify_actors(read[ACTORS.name], memory, language)
    read[ACTORS.name] = check_owners(actors, read[RECIPIENTS.name], language)
    read |= {spec.name: refer(read[spec.name], directory, language) for spec in _ABOUT_ACTORS}
    letters_read, unreadable = _letters(tabs, read[LETTERS.name], memory, language)
    alliance = Alliance(
        settings=settings,
        actors=read["actors"].frame,
        meetings=read["meetings"].frame,
        letters=read["letters"].frame,
        measures=read["measures"].frame,
        press=read["press"].frame,
        recipients=read["recipients"].frame,
        contacts=read["contacts"].frame,
        overlaps=read["overlaps"].frame,
        letters_read=letters_read,
        has_status_column="status" in read["meetings"].headers or "meetings" not in tabs,
        places={name: settings_place if name == SETTINGS.name else read[name].place for name in tabs},
    )
    of_tables = [note for table in read.values() for note in notes_of(table, names_by_row(table, directory))]
    unreadable += _overlaps(tabs, read[OVERLAPS.name], memory, language)
    return alliance, (*notes, *unreadable, *said, *of_tables)


def _find_tabs(snapshot: Snapshot, memory: Memory, language: Language) -> tuple[Mapping[str, Tab], list[Note]]:
    """Return the people's tabs by their name in code, and what is to be said about them and the file."""
    found = find_people_tabs(snapshot, memory.tab_ids)
    notes = [
        Note(code=NoteCode.COPY_UNREAD, severity=Severity.WARNING, args={"found": name}) for name in snapshot.copies
    ]
    for tab, read in found.unread:
        args = {"first": read.title}
        notes.append(Note(code=NoteCode.TAB_DOUBLED, severity=Severity.WARNING, tab=tab.title, args=args))
    for spec in (spec for spec in _EXPECTED if spec.name not in found.tabs):
        args = {"tab": spec.title(language)}
        notes.append(Note(code=NoteCode.TAB_MISSING, severity=Severity.HINT, args=args))
    results = snapshot.service_tab(RESULTS.name)
    if results is not None and is_rearranged(RESULTS, results.cells):
        args = {"tab": results.title}
        notes.append(Note(code=NoteCode.RESULTS_MOVED, severity=Severity.WARNING, tab=results.title, args=args))
    return found.tabs, notes


def _require_names(snapshot: Snapshot, tab: Tab | None, language: Language) -> None:
    """Raise when there is nothing to read actors from; an Akteure tab that is still blank is a fresh one."""
    name = ACTORS.column(ACTORS.key)
    if tab is None:
        raise UnreadableSheetError(_no_actors_tab(snapshot, language))
    header = find_header(ACTORS, tab)
    if header is None and not is_blank(tab):
        raise UnreadableSheetError(_no_name_column(tab, name, language))
    exact = [] if header is None else positions(tab, header, name)
    if len(exact) > 1 and header is not None:
        first, second = (f"{column_letter(position)}{header.row + 1}" for position in exact[:2])
        args = {"tab": _title_of(tab, language), "column": name.header(language), "first": first, "second": second}
        raise UnreadableSheetError(Message(code=Problem.NAME_COLUMN_DOUBLED, args=args))


def _no_actors_tab(snapshot: Snapshot, language: Language) -> Message:
    expected, tabs = ACTORS.title(language), snapshot.people_tabs
    titles = [tab.title for tab in tabs if is_title(tab.title)]
    suggestion = nearest(expected, {fold(title): title for title in titles})
    args: dict[str, Argument] = {
        "title": expected,
        "found": ", ".join(titles),
        "count": len(tabs),
        "suggestion": suggestion,
    }
    return Message(code=Problem.ACTORS_TAB_MISSING, args=args)


def _no_name_column(tab: Tab, name: Column, language: Language) -> Message:
    there = likely_headers(tab)
    meant = [text for text in there if is_misspelt(text, names(name)) and nearest_header(text, [name], language)]
    args: dict[str, Argument] = {
        "tab": _title_of(tab, language),
        "column": name.header(language),
        "found": ", ".join(text for text in there if text in meant or is_header(text)),
        "count": len(there),
        "suggestion": next(iter(meant), ""),
    }
    return Message(code=Problem.NAME_COLUMN_MISSING, args=args)


def _title_of(tab: Tab, language: Language) -> str:
    """Return what the list of actors may be called in a log: its title if that is a known one, else the usual one."""
    return tab.title if is_title(tab.title) else ACTORS.title(language)


def _read(spec: TabSpec, tabs: Mapping[str, Tab], language: Language) -> Table:
    return read_table(spec, tabs[spec.name], language) if spec.name in tabs else empty_table(spec)


def _letters(tabs: Mapping[str, Tab], table: Table, memory: Memory, language: Language) -> tuple[bool, list[Note]]:
    """Say whether all signatures could be read, and what is in the way; a sheet that never had any is read.

    Those of erased actors are meant to go.
    """
    title = tabs[LETTERS.name].title if LETTERS.name in tabs else LETTERS.title(language)
    signed = {uid for uid, actor in memory.actors.items() if actor.evidence in SIGNED_AND_BEYOND}
    had_signatures = not signed.issubset(memory.erased.values())
    if LETTERS.name not in tabs or is_blank(tabs[LETTERS.name]) or (table.headers and table.frame.empty):
        return not had_signatures, [_unreadable(NoteCode.LETTERS_UNREADABLE, title, "")] if had_signatures else []
    has_signatures = (table.frame["status"] == LetterStatus.SIGNED).any()
    missing = _absent(table, ("actor", "status", *(("signed_on",) if has_signatures else ())), language)
    return not missing, [_unreadable(NoteCode.LETTERS_UNREADABLE, title, missing)] if missing else []


def _overlaps(tabs: Mapping[str, Tab], table: Table, memory: Memory, language: Language) -> list[Note]:
    """Note overlaps that were there or are there and cannot be read: without them tonnes would count twice."""
    tab = tabs.get(OVERLAPS.name)
    if tab is None:
        known = OVERLAPS.name in memory.tab_ids
        return [_unreadable(NoteCode.OVERLAPS_UNREADABLE, OVERLAPS.title(language), "")] if known else []
    missing = "" if is_blank(tab) else _absent(table, ("actor_a", "actor_b", "tonnes"), language)
    return [_unreadable(NoteCode.OVERLAPS_UNREADABLE, tab.title, missing)] if missing else []


def _absent(table: Table, fields: Sequence[str], language: Language) -> str:
    columns = (table.spec.column(field) for field in fields)
    return ", ".join(column.header(language) for column in columns if column.field not in table.headers)


def _unreadable(code: NoteCode, title: str, columns: str) -> Note:
    return Note(code=code, severity=Severity.BLOCKING, tab=title, args={"column": columns})
