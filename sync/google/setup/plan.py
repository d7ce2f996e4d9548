"""Everything that `setup` would change in a spreadsheet as it was read. Pure: the same state gives the same requests.

Tabs that are missing are made here; what existing ones miss is found in `setup.columns` (people's) and `setup.service`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scoring.addresses import column_letter
from scoring.columns import Kind, Owner, TabSpec
from scoring.domain import Language
from scoring.parsing.headers import find_header, tab_name
from scoring.parsing.tab_search import find_people_tabs
from scoring.snapshot import Tab
from scoring.tabs import ACTORS, OVERVIEW, RECIPIENTS, RESULTS, SERVICE_TABS, SETTINGS, SETTINGS_ROWS
from sync.google.api_requests import Json, Request, tabs_first
from sync.google.ids import PEOPLE_TAB_IDS, SERVICE_TAB_IDS
from sync.google.look import Names
from sync.google.new_tab import NAME_KINDS, name_range, peoples_tab_requests, service_tab_requests
from sync.google.setup.columns import LookupSource, gap_part, grey_parts, put_warning, setting_row
from sync.google.setup.part import Part
from sync.google.setup.service import chart_parts, service_parts
from sync.google.setup.state import GoogleState
from sync.layout import ORDER, arranged
from sync.layout.gaps import Gap, gaps, has_actors, missing_tabs, unread
from sync.layout.lookup_formula import separator_of
from sync.layout.titles import free_title

DEFAULT_TITLE = re.compile(r"(?:Tabellenblatt|Tabelle|Sheet)\d+")
"""What Google calls the tab of a new spreadsheet."""

OTHER_ID = 10_000
"""Added to the id of a new tab whose usual id people's own doing has taken."""


@dataclass(frozen=True, kw_only=True)
class SetupPlan:
    """What to send, what it is called in the report, and what only a person can do.

    `hints` are said once, when tabs are added.
    """

    parts: tuple[Part, ...]
    unread: tuple[str, ...]
    hints: tuple[str, ...]
    has_actors: bool

    @property
    def requests(self) -> list[Request]:
        """All requests in an order in which each finds what it refers to."""
        return tabs_first([request for part in self.parts for request in part.requests])

    @property
    def added(self) -> tuple[str, ...]:
        """What the requests add, in the words of the report."""
        return tuple(part.added for part in self.parts if part.requests and part.added)

    @property
    def todo(self) -> tuple[str, ...]:
        """What is left to people."""
        return tuple(part.todo for part in self.parts if part.todo)

    @property
    def retried(self) -> frozenset[str]:
        """The grey columns, by field, that are tried with the other separator."""
        return frozenset(part.retried for part in self.parts if part.retried)


@dataclass(frozen=True, kw_only=True)
class _NewTab:
    spec: TabSpec
    id: int
    title: str
    index: int | None


def plan_setup(
    state: GoogleState, language: Language, known: Mapping[str, str], account: str, retried: frozenset[str]
) -> SetupPlan:
    """Return what the spreadsheet misses. `known` are the remembered ids of people's tabs by name in code.

    `account` is the service's own mail address; `retried` are grey columns whose separator was changed already.
    """
    peoples = _peoples_tabs(state, known)
    new = _new_tabs(state, peoples, language)
    missing = tuple(gaps(peoples, language))
    names, source = _names(peoples, missing, new, state), _source(peoples, missing, new, state)
    tabs = {str(tab.id): tab for tab in state.tabs}
    parts = [
        *(_new_part(tab, state, language, account, names, source) for tab in new),
        *(gap_part(tabs[gap.tab.id], gap, language, names, source, state) for gap in missing),
    ]
    if ACTORS.name in peoples:
        parts += grey_parts(tabs[peoples[ACTORS.name].id], source, state, retried)
    for spec in SERVICE_TABS:
        there = state.by_id(SERVICE_TAB_IDS[spec.name])
        if there is not None:
            parts += service_parts(there, spec, language, account)
    overview = state.by_id(SERVICE_TAB_IDS[OVERVIEW.name]) or next(tab for tab in new if tab.spec is OVERVIEW)
    parts += chart_parts(state, overview.title, language)
    return SetupPlan(
        parts=(*parts, *_settings_of_sheet(state, language)),
        unread=tuple(unread(peoples, language)),
        hints=tuple(_hints(state)) if new else (),
        has_actors=has_actors(peoples.get(ACTORS.name)),
    )


def _peoples_tabs(state: GoogleState, known: Mapping[str, str]) -> dict[str, Tab]:
    """Find people's tabs by title, by remembered id, or by the id that `setup` gave them: none is added twice."""
    there = {str(number) for number in state.ids}
    remembered = {
        name: known[name] if known.get(name) in there else str(PEOPLE_TAB_IDS[name]) for name in PEOPLE_TAB_IDS
    }
    found = dict(find_people_tabs(state.snapshot, remembered).tabs)
    for name, number in PEOPLE_TAB_IDS.items():
        tab = state.by_id(number)
        if name not in found and tab is not None and not tab_name(tab.title):
            found[name] = tab.tab
    return {name: tab for name, tab in found.items() if name in PEOPLE_TAB_IDS}


def _new_tabs(state: GoogleState, peoples: Mapping[str, Tab], language: Language) -> list[_NewTab]:
    """Return the tabs to add: in front of all others in a new spreadsheet, else behind them."""
    missing = missing_tabs(state.snapshot, peoples)
    fresh = len(missing) == len(ORDER)
    titles, new = list(state.titles), []
    for index, spec in enumerate(each for each in ORDER if each in missing):
        number = {**SERVICE_TAB_IDS, **PEOPLE_TAB_IDS}[spec.name]
        while number in state.ids:
            number += OTHER_ID
        title = free_title(spec, titles, language)
        titles.append(title)
        new.append(_NewTab(spec=spec, id=number, title=title, index=index if fresh else None))
    return new


def _new_part(
    tab: _NewTab, state: GoogleState, language: Language, account: str, names: Names, source: LookupSource | None
) -> Part:
    if tab.spec.owner is Owner.SERVICE:
        requests = service_tab_requests(tab.spec, tab.title, language, account)
    else:
        requests = _peoples_requests(tab, state, language, names, source)
    first, *others = requests
    if tab.index is not None:
        first = {"addSheet": {"properties": first["addSheet"]["properties"] | {"index": tab.index}}}
    return Part(requests=(first, *others), added=tab.title)


def _peoples_requests(
    tab: _NewTab, state: GoogleState, language: Language, names: Names, source: LookupSource | None
) -> list[Request]:
    spec, columns = tab.spec, arranged(tab.spec)
    headers: dict[str, Json] = {}
    if spec is ACTORS and source:
        headers = {
            column.field: {"formulaValue": source.lookup(column.field, column.header(language)).formula}
            for column in ACTORS.lookups
        }
    requests = peoples_tab_requests(spec, tab.id, tab.title, language, headers, names)
    if spec is ACTORS:
        fields = [column.field for column in columns]
        requests += [put_warning(column.field, tab.id, 0, fields.index(column.field), state) for column in spec.lookups]
    if spec is SETTINGS:
        places = {column.field: index for index, column in enumerate(columns)}
        for row, setting in enumerate(SETTINGS_ROWS, 1):
            requests += setting_row(tab.id, row, places, setting, language)
    return requests


@dataclass(frozen=True, kw_only=True)
class _Key:
    """Where the names of a people's tab stand: title, 1-based header row, 0-based column."""

    title: str
    row: int
    column: int


def _key(
    spec: TabSpec, peoples: Mapping[str, Tab], missing: tuple[Gap, ...], new: list[_NewTab], state: GoogleState
) -> _Key | None:
    """Return where the key of a tab stands once everything is added; None when the tab has no header that names it."""
    tab = peoples.get(spec.name)
    if tab is None:
        return next((_Key(title=each.title, row=1, column=0) for each in new if each.spec is spec), None)
    header = find_header(spec, tab)
    if header is not None:
        return _Key(title=tab.title, row=header.row + 1, column=header.columns[spec.key])
    for gap in missing:
        if gap.spec is spec:
            first = next(each for each in state.tabs if str(each.id) == tab.id).used_columns
            return _Key(title=tab.title, row=gap.row, column=first)
    return None


def _names(
    peoples: Mapping[str, Tab], missing: tuple[Gap, ...], new: list[_NewTab], state: GoogleState
) -> dict[Kind, str]:
    """Return the cells whose names dropdowns offer."""
    keys = {spec.name: _key(spec, peoples, missing, new, state) for spec in (ACTORS, RECIPIENTS)}
    return {
        NAME_KINDS[name]: name_range(key.title, key.row, column_letter(key.column)) for name, key in keys.items() if key
    }


def _source(
    peoples: Mapping[str, Tab], missing: tuple[Gap, ...], new: list[_NewTab], state: GoogleState
) -> LookupSource | None:
    """Return where grey columns look; None when there is no list of actors that can be read."""
    results = state.by_id(SERVICE_TAB_IDS[RESULTS.name])
    added = next((tab.title for tab in new if tab.spec is RESULTS), "")
    key = _key(ACTORS, peoples, missing, new, state)
    if key is None:
        return None
    return LookupSource(
        title=results.title if results else added,
        key_column=key.column,
        header_row=key.row,
        separator=separator_of(state.locale),
        is_new=results is None,
    )


def _settings_of_sheet(state: GoogleState, language: Language) -> Iterator[Part]:
    """Yield what people have to choose for the whole spreadsheet; the service does not change it under their hands."""
    settings = "File, Settings (Datei, Einstellungen)"
    if not state.locale.startswith(language):
        country = "Germany (Deutschland)" if language == "de" else "one whose language is English"
        sentence = f"The sheet's locale is {state.locale}: numbers and dates are misread. {settings}: choose {country}."
        yield Part(todo=sentence)
    if language == "de" and not state.time_zone.startswith("Europe/"):
        yield Part(todo=f"The sheet's time zone is {state.time_zone}. {settings}: choose Berlin.")


def _hints(state: GoogleState) -> Iterator[str]:
    for title in state.titles:
        if DEFAULT_TITLE.fullmatch(title):
            yield f"The tab {title} can be deleted if nothing stands in it."
    yield "docs/google.md says what people may do in the sheet, and what to do when something is missing."
