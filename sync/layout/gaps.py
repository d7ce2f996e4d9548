"""What a sheet misses of the tabs, headers and settings of the column table, and which of its headers are not read.

Nothing is added where a header of the team's may mean the same: two columns for one thing would split the list.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from scoring.addresses import column_letter
from scoring.columns import Column, Owner, TabSpec
from scoring.domain import Language
from scoring.parsing.headers import Header, find_header, names, nearest_header, spellings
from scoring.snapshot import Cell, Snapshot, Tab
from scoring.tabs import ACTORS, PEOPLE_TABS, SERVICE_TABS, SETTINGS, SETTINGS_ROWS
from scoring.text import squeeze, tidy
from sync.layout import arranged

ENOUGH = 3  # known headers, the name among them, by which a tab looks like a list of actors
LONGEST = 60  # characters of a header that are repeated to people
SHORT = 3  # letters; so short a name is part of too many others ("Ort" of "Verantwortlich") to be near one


@dataclass(frozen=True, kw_only=True)
class Gap:
    """What a people's tab misses: `columns` in the order in which they are added, `settings` as rows of Einstellungen.

    `row` is the 1-based row of its header; `places` are the 0-based columns by field that are there.
    """

    tab: Tab
    spec: TabSpec
    row: int
    places: Mapping[str, int]
    columns: tuple[Column, ...]
    settings: tuple[Column, ...] = ()


def missing_tabs(snapshot: Snapshot, peoples: Mapping[str, Tab]) -> tuple[TabSpec, ...]:
    """Return the tabs that the sheet does not have; `peoples` are those of people that it has, by name in code."""
    return (
        *(spec for spec in PEOPLE_TABS if spec.name not in peoples),
        *(spec for spec in SERVICE_TABS if snapshot.service_tab(spec.name) is None),
    )


def look_alikes(snapshot: Snapshot, peoples: Mapping[str, Tab]) -> Iterator[str]:
    """Yield, while nobody stands in a list of actors, that another tab looks like it: only its title may be missing."""
    if has_actors(peoples.get(ACTORS.name)):
        return
    known = {tab.id for tab in peoples.values()}
    for tab in snapshot.people_tabs:
        header = None if tab.id in known else find_header(ACTORS, tab)
        if header is not None and len(header.columns) >= ENOUGH and has_actors(tab):
            yield (
                f"the tab {tidy(tab.title)[:LONGEST]} looks like your list of actors. Is it? Then delete the empty "
                f"tab {ACTORS.de} or {ACTORS.en}, give its name to the list, and run setup again."
            )


def gaps(peoples: Mapping[str, Tab], language: Language) -> Iterator[Gap]:
    """Yield what each people's tab misses; one with cells but without a header that names its key is left alone."""
    for spec in PEOPLE_TABS:
        tab = peoples.get(spec.name)
        header = find_header(spec, tab) if tab else None
        if tab is not None and not any(tab.cells):
            settings = SETTINGS_ROWS if spec is SETTINGS else ()
            yield Gap(tab=tab, spec=spec, row=1, places={}, columns=arranged(spec), settings=settings)
        elif tab is not None and header is not None:
            gap = Gap(
                tab=tab,
                spec=spec,
                row=header.row + 1,
                places=header.columns,
                columns=_missing_columns(spec, tab, header, language),
                settings=_missing_settings(tab, header, language) if spec is SETTINGS else (),
            )
            if gap.columns or gap.settings:
                yield gap


def _missing_columns(spec: TabSpec, tab: Tab, header: Header, language: Language) -> tuple[Column, ...]:
    """Return all columns of the list of actors that are not there; of another tab only those it cannot do without."""
    missing = [
        column
        for column in arranged(spec)
        if (spec is ACTORS or column.required) and column.field not in {*header.columns, *tab.lookups}
    ]
    meant = _meant([_text(tab.cells[header.row][position]) for position in header.unknown], missing, language)
    return tuple(column for column in missing if column.owner is Owner.SERVICE or column.header(language) not in meant)


def _missing_settings(tab: Tab, header: Header, language: Language) -> tuple[Column, ...]:
    squeezed = {squeeze(_text(_cell(row, header.columns["setting"]))) for row in tab.cells[header.row + 1 :]}
    there = {column.field for name, column in spellings(SETTINGS_ROWS).items() if name in squeezed}
    missing = [column for column in SETTINGS_ROWS if column.field not in there]
    meant = _meant([name for _, name in _unread_settings(tab, header)], missing, language)
    return tuple(column for column in missing if column.header(language) not in meant)


def _meant(texts: list[str], columns: list[Column], language: Language) -> set[str]:
    """Return the headers that these texts, which name none, may be meant for."""
    spelled = [
        replace(column, aliases=tuple(name for name in (*column.aliases, *names(column)) if len(name) > SHORT))
        for column in columns
        if column.owner is Owner.PEOPLE and len(column.header(language)) > SHORT
    ]
    return {nearest_header(text, spelled, language) for text in texts if len(text) > SHORT}


def has_actors(tab: Tab | None) -> bool:
    """Say whether somebody has entered a name in the list of actors; None is no list."""
    header = find_header(ACTORS, tab) if tab else None
    if tab is None or header is None:
        return False
    place = header.columns[ACTORS.key]
    return any(_cell(row, place) not in {None, ""} for row in tab.cells[header.row + 1 :])


def unread(peoples: Mapping[str, Tab], language: Language) -> Iterator[str]:
    """Yield what of people's tabs is not read, as people find it: a header, a setting, or a tab without its key."""
    for spec in PEOPLE_TABS:
        tab = peoples.get(spec.name)
        header = find_header(spec, tab) if tab else None
        if tab is None or not any(tab.cells):
            continue
        if header is None:
            yield f"{tab.title} (it has no column „{spec.column(spec.key).header(language)}“)"
            continue
        for position in sorted({*header.unknown, *(position for position, _ in header.doubled)}):
            text = _text(tab.cells[header.row][position])
            if not text.startswith("#"):  # the error value of a formula
                yield f"{tab.title}!{column_letter(position)}{header.row + 1} „{text}“"
        if spec is SETTINGS:
            letter = column_letter(header.columns["setting"])
            yield from (f"{tab.title}!{letter}{row} „{name}“" for row, name in _unread_settings(tab, header))


def _unread_settings(tab: Tab, header: Header) -> Iterator[tuple[int, str]]:
    """Yield row and name of what has a value but is no setting; a name without one is a heading of the team's own."""
    for number, row in enumerate(tab.cells[header.row + 1 :], header.row + 2):
        name, value = (_cell(row, header.columns.get(field, len(row))) for field in ("setting", "value"))
        if value is not None and _text(name) and squeeze(_text(name)) not in spellings(SETTINGS_ROWS):
            yield number, _text(name)


def _cell(row: tuple[Cell, ...], column: int) -> Cell:
    return row[column] if column < len(row) else None


def _text(cell: Cell) -> str:
    return tidy(cell[:LONGEST]) if isinstance(cell, str) else ""
