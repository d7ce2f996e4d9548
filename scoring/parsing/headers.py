"""Where a table stands in a tab: the tab's title, its header row, and which column is which.

What belongs here: matching titles and headers. A header matches whole, in German or English or as a listed alias, with
stray spaces, line breaks, case and kind of dash ignored, or without its bracketed unit; never by part. What does not:
reading the cells below (`parsing.tables`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from scoring.addresses import column_letter
from scoring.columns import NUMERIC, Column, TabSpec
from scoring.domain import Language, Severity
from scoring.messages import Note, NoteCode
from scoring.snapshot import Grid, Tab
from scoring.tabs import TABS
from scoring.text import fold, is_misspelt, nearest, squeeze, tidy

HEADER_ROWS = 10
"""The header row is one of the first ten."""

COMPUTED: Mapping[Language, str] = {"de": "(berechnet)", "en": "(computed)"}
"""What follows the name of a grey column when the team already has a column of that name: "Rang (berechnet)"."""

_UNIT = re.compile(r"\s*\([^()]*\)$")
_LONGEST = 200  # characters; no header is longer
_SUGGESTIONS = 50  # unknown headers that are compared with the known ones: enough for people, bounded for a broken tab


@dataclass(frozen=True, kw_only=True)
class Header:
    """A header row: its 0-based index, and per field the 0-based column and the header as it stands in the sheet.

    `doubled` holds (column, field) of headers that name a field again, `unknown` the columns that name none.
    """

    row: int
    columns: Mapping[str, int]
    texts: Mapping[str, str]
    doubled: tuple[tuple[int, str], ...] = ()
    unknown: tuple[int, ...] = ()


@cache
def names(column: Column) -> Mapping[str, bool]:
    """Return a header's squeezed spellings: True for its own names, False for aliases and names without their unit."""
    own = {squeeze(column.de): True, squeeze(column.en): True}
    others = list(column.aliases)
    if column.kind in NUMERIC:  # what stands in brackets is a unit; in `Stand (manuell)` it is part of the name
        others += [_UNIT.sub("", header) for header in (column.de, column.en, *column.aliases)]
    return {**{squeeze(other): False for other in others}, **own}


@cache
def _values(spec: TabSpec) -> frozenset[str]:
    """Return the squeezed list values of a tab's columns: what stands in data."""
    choices = [choice for column in spec.typed if column.choices for choice in column.choices]
    return frozenset(squeeze(label) for choice in choices for label in (choice.de, choice.en))


@cache
def spellings(columns: tuple[Column, ...]) -> Mapping[str, Column]:
    """Return the column that each squeezed spelling of a header means."""
    return {name: column for column in columns for name in names(column)}


def tab_name(title: str) -> str:
    """Return the name in code of the tab that has this title in either language, or ""."""
    return _titles().get(squeeze(title[:_LONGEST]), "")


@cache
def _titles() -> Mapping[str, str]:
    return {squeeze(title): tab.name for tab in TABS.values() for title in (tab.de, tab.en)}


def is_rearranged(spec: TabSpec, cells: Grid) -> bool:
    """Say whether the first row of a service tab holds something else than its headers at their places.

    Blank headers are none, because a newer version may have columns that are still to come; nor are those that a column
    had in an earlier version, which are its aliases.
    """
    row = cells[0] if cells else ()
    pairs = zip(row, spec.columns, strict=False)
    return any(cell not in {None, "", column.de, column.en, *column.aliases} for cell, column in pairs)


def find_header(spec: TabSpec, tab: Tab) -> Header | None:
    """Return the first of rows 1–10 with the tab's key and another known header, else with the key alone, or None."""
    rows = [_Row.of(spec, tab, index) for index in range(min(HEADER_ROWS, len(tab.cells)))]
    best = next((row for row in rows if row.has_key and row.known > 1), None)
    best = best or next((row for row in rows if row.has_key and row.is_named_by_key(spec)), None)
    return best.header(spec) if best else None


def header_notes(spec: TabSpec, tab: Tab, header: Header, language: Language) -> list[Note]:
    """Return what is to be said about a header row: doubled or nearly known headers, dead lookups."""
    return [
        *_doubled(tab, header),
        *_similar(spec, tab, header, language),
        *_dead_lookups(spec, tab, header, language),
    ]


def positions(tab: Tab, header: Header, column: Column) -> list[int]:
    """Return every place in the header row where the column stands under its own name, not under an alias."""
    return [
        position
        for position, cell in enumerate(tab.cells[header.row])
        if isinstance(cell, str)
        and position not in tab.lookups.values()
        and names(column).get(squeeze(cell[:_LONGEST]))
    ]


def likely_headers(tab: Tab) -> list[str]:
    """Return the texts of what most likely was meant as the header row: the first row with two, else with one.

    It may be a row of data: before a text of it is said elsewhere than in the sheet, ask `is_header`.
    """
    rows = [
        [tidy(cell[:_LONGEST]) for cell in row if isinstance(cell, str) and cell.strip()]
        for row in tab.cells[:HEADER_ROWS]
    ]
    return next((row for row in rows if len(row) > 1), next(filter(None, rows), []))[:_SUGGESTIONS]


def is_header(text: str) -> bool:
    """Say whether the text is a header of some tab, in any of its spellings: then it gives no cell away."""
    return squeeze(text) in _headers()


def is_title(text: str) -> bool:
    """Say whether the text is the title of a tab of this program, or nearly: then it gives nobody's name away."""
    return bool(tab_name(text)) or is_misspelt(text, _titles())


@cache
def _headers() -> frozenset[str]:
    tables = {name for tab in TABS.values() for name in spellings(tab.typed)}
    return frozenset(tables.union(*(_grey(tab) for tab in TABS.values())))


def nearest_header(text: str, columns: Iterable[Column], language: Language) -> str:
    """Return the header that the text most likely means, or ""."""
    candidates = {
        name: column.header(language)
        for column in columns
        for name in (*map(fold, (column.de, column.en, *column.aliases)), *names(column))
    }
    return nearest(text, candidates)


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One row as a possible header row: (column, text, field, whether by its own name) of each known header.

    `first` is the column of its first cell that holds anything; `is_top` says that nothing stands above it.
    """

    index: int
    first: int
    is_top: bool
    found: tuple[tuple[int, str, str, bool], ...]
    known: int
    has_key: bool
    unknown: tuple[int, ...]

    @classmethod
    def of(cls, spec: TabSpec, tab: Tab, index: int) -> "_Row":
        typed, grey = spellings(spec.typed), _grey(spec)
        found, unknown, seen = [], [], set[str]()
        for position, cell in enumerate(tab.cells[index]):
            if not isinstance(cell, str) or not cell.strip():
                continue
            name = squeeze(cell[:_LONGEST])
            column = typed.get(name)
            if position in tab.lookups.values() or (column is None and name in grey):
                seen |= {name} & grey.keys()
            elif column is None:
                unknown.append(position)
            else:
                found.append((position, tidy(cell[:_LONGEST]), column.field, names(column)[name]))
                seen.add(column.field)
        return cls(
            index=index,
            first=next((at for at, cell in enumerate(tab.cells[index]) if cell not in (None, "")), 0),
            is_top=not any(cell not in (None, "") for row in tab.cells[:index] for cell in row),
            found=tuple(found),
            known=len(seen),
            has_key=spec.key in seen and any(field == spec.key for _, _, field, _ in found),
            unknown=tuple(unknown),
        )

    def is_named_by_key(self, spec: TabSpec) -> bool:
        """Say whether the key alone makes this a header row: by its own name, or an alias where the row begins.

        An alias further right may be data. "Unternehmen" is also a kind of actor: it is a header in the top row alone.
        """
        return any(
            field == spec.key
            and (own or (position == self.first and (self.is_top or squeeze(text) not in _values(spec))))
            for position, text, field, own in self.found
        )

    def header(self, spec: TabSpec) -> Header:
        """Choose one column per field: the first by its own name, else the first by an alias."""
        chosen: dict[str, tuple[int, str, bool]] = {}
        for position, text, field, own in self.found:
            if field not in chosen or (own and not chosen[field][2]):
                chosen[field] = (position, text, own)
        ordered = {column.field: chosen[column.field] for column in spec.typed if column.field in chosen}
        taken = {position for position, _, _ in ordered.values()}
        return Header(
            row=self.index,
            columns={field: position for field, (position, _, _) in ordered.items()},
            texts={field: text for field, (_, text, _) in ordered.items()},
            doubled=tuple((position, field) for position, _, field, _ in self.found if position not in taken),
            unknown=self.unknown,
        )


def grey_titles(column: Column) -> tuple[str, ...]:
    """Return what the header of a grey column can read: either language, bare or marked because the title was taken."""
    names = {language: column.header(language) for language in COMPUTED}
    return (*names.values(), *(f"{name} {COMPUTED[language]}" for language, name in names.items()))


@cache
def _grey(spec: TabSpec) -> Mapping[str, Column]:
    return {squeeze(title): column for column in spec.lookups for title in grey_titles(column)}


def _doubled(tab: Tab, header: Header) -> list[Note]:
    return [
        Note(
            code=NoteCode.HEADER_DOUBLED,
            severity=Severity.WARNING,
            tab=tab.title,
            cell=_address(header.row, position),
            args={"column": header.texts[field], "first": _address(header.row, header.columns[field])},
        )
        for position, field in header.doubled
    ]


def _similar(spec: TabSpec, tab: Tab, header: Header, language: Language) -> list[Note]:
    missing = [column for column in spec.typed if column.field not in header.columns]
    notes = []
    for position in header.unknown[:_SUGGESTIONS]:
        text = tidy(str(tab.cells[header.row][position])[:_LONGEST])
        if not text.startswith("#") and (suggestion := nearest_header(text, missing, language)):
            args = {"found": text, "suggestion": suggestion}
            cell = _address(header.row, position)
            notes.append(
                Note(code=NoteCode.HEADER_SIMILAR, severity=Severity.WARNING, tab=tab.title, cell=cell, args=args)
            )
    return notes


def _dead_lookups(spec: TabSpec, tab: Tab, header: Header, language: Language) -> list[Note]:
    """Name what keeps a spilling lookup from showing anything: the first filled cell below its `#REF!`, else itself."""
    row = tab.cells[header.row]
    dead = [position for position in header.unknown if spec.lookups and row[position] in ("#REF!", "#BEZUG!")]
    present = {squeeze(cell[:_LONGEST]) for cell in row if isinstance(cell, str)}
    absent = [column for column in spec.lookups if present.isdisjoint(map(squeeze, grey_titles(column)))]
    # All that are missing are dead, in the order in which they were set up; else nobody can tell which one it is.
    titles = [column.header(language) for column in absent] if len(absent) == len(dead) else map(column_letter, dead)
    return [_dead_lookup(tab, header.row, position, title) for position, title in zip(dead, titles, strict=True)]


def _dead_lookup(tab: Tab, header_row: int, position: int, title: str) -> Note:
    below = range(header_row + 1, len(tab.cells))
    filled = (row for row in below if position < len(tab.cells[row]) and tab.cells[row][position] not in (None, ""))
    obstacle = next(filled, None)
    return Note(
        code=NoteCode.LOOKUP_BROKEN if obstacle is None else NoteCode.LOOKUP_BLOCKED,
        severity=Severity.WARNING,
        tab=tab.title,
        cell=_address(header_row if obstacle is None else obstacle, position),
        args={"column": title},
    )


def _address(row: int, column: int) -> str:
    return f"{column_letter(column)}{row + 1}"
