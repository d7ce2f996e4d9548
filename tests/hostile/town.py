"""A small town in which every cell that people fill can be chosen, and in which everything happens that makes mails.

Import it as `tests.hostile.town`. Six actors: the first four have signed since the last run, each with another consent;
the fifth has declined, the sixth has taken its signature back. On every tab a last row holds the chosen text in every
column, whatever the column is for. A tab, column or setting that is added is filled like the others.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from scoring.columns import Column, Kind, TabSpec
from scoring.snapshot import Cell, Snapshot, Tab
from scoring.tabs import CONTACTS, PEOPLE_TABS, SETTINGS, SETTINGS_ROWS

Fill = Callable[[str, str, int], str]
"""From tab, field and number of the row (0-based) to what stands there."""

Row = dict[str, Cell]

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))
BEFORE = NOW - timedelta(weeks=5)
SIGNED_ON = "2026-10-26"  # between the two
ACTORS = 6
JUNK = ACTORS
"""The number of the row in which every column holds the chosen text."""

TABS = tuple({tab.name: tab for tab in (*PEOPLE_TABS, CONTACTS)}.values())

NEEDED: Mapping[str, Cell] = {
    "target_year": 2034,
    "inventory_method": "BISKO",
    "inventory_year": 2023,
    "inventory_total": 500_000,
    "inventory_industry": 300_000,
    "founded_on": "2026-03-21",
    "loi_published_on": "2026-06-19",
    "success_reported_on": "",
    "success_report_to": "erfolge@example.org",
}
"""Settings without which less happens."""

FREE = frozenset({Kind.TEXT, Kind.LINK, Kind.PERSON})
"""Kinds of columns in which any text may stand."""

_LETTERS: Sequence[Row] = (
    {"status": "unterzeichnet", "publication": "ja"},
    {"status": "unterzeichnet", "publication": "nur Name"},
    {"status": "unterzeichnet", "publication": "nein"},
    {"status": "unterzeichnet", "publication": ""},
    {"status": "abgelehnt", "publication": "ja", "signed_on": ""},
    {"status": "zurückgezogen", "publication": "ja", "signed_on": "2026-07-01", "withdrawn_on": "2026-10-20"},
)
_WISHES = ("weekly_report", "letter_news", "reminders")
_READERS = 2  # more would get the same mails
_ATTITUDES = ("Befürworter", "neutral", "skeptisch", "Gegner", "Gegner", "skeptisch")

FIXED: Mapping[str, Callable[[int], Row]] = {
    "actors": lambda n: {
        "kind": "Unternehmen",
        "sector": "Industrie",
        "emissions": 30_107 + n,  # no figure stands anywhere else
        "emissions_scope": "Energie",
        "emissions_year": 2023,
        "data_quality": "A",
        "attitude": _ATTITUDES[n],
        "relationship": n % 6,
        "jobs": 5_203 + n,
        "publicity": 3,
        "low_hanging": "ja" if n == 0 else "",
        "due_on": "2026-11-02",
    },
    "meetings": lambda n: {
        "date": f"2026-0{n + 1}-12",
        "kind": "Kickoff" if n == 0 else "Gespräch",
        "status": "stattgefunden",
        "result": "offen",
        "due_on": "2026-11-03",
        "time": "18:00",
    },
    "letters": lambda n: {"signed_on": SIGNED_ON, "authority": "ja", "target_year": 2034, **_LETTERS[n]},
    "measures": lambda n: {
        "status": "in Arbeit",
        "completion": 20,
        "actual_start": "2026-08-01",
        "planned_end": "2026-11-01",
        "savings": 1_307 + n,
    },
    "press": lambda n: {"date": f"2026-0{n + 1}-13", "occasion": "LoI"},
    "recipients": lambda n: {
        "email": f"leser{n}@example.org",
        "role": "Technik" if n == 1 else "Koordination",
        **dict.fromkeys(_WISHES, "ja" if n < _READERS else "nein"),
    },
    "contacts": lambda n: {
        "email": f"kontakt{n}@example.org",
        "legal_basis": "Einwilligung",
        "consent_on": "2026-09-01",
        "mails": "widersprochen" if n == JUNK - 1 else "ja",
        "salutation": "Frau" if n == 0 else None,
    },
    "overlaps": lambda n: {"tonnes": 1_409 + n},
}


@dataclass(frozen=True, kw_only=True)
class Town:
    """What people filled in. `broken` are settings of `NEEDED` that hold the chosen text instead.

    With `junk` every tab has the last row; some of its cells stop the public figure. `titles` are titles of tabs by
    their name in code, where they are not the usual ones; `stray` those of tabs and headers that nobody knows.
    """

    fill: Fill
    broken: frozenset[str] = frozenset()
    junk: bool = True
    titles: Mapping[str, str] = field(default_factory=dict)
    stray: Sequence[str] = ()

    def content(self, *, after: bool = True) -> dict[str, list[Row]]:
        """Return the rows of each tab, before or after the four signatures and the withdrawal."""
        content = {tab.name: list(self._rows(tab)) for tab in TABS if tab is not SETTINGS}
        content[SETTINGS.name] = list(self._settings())
        if not after:
            late = content["letters"][ACTORS - 1]
            content["letters"] = [{**late, "status": "unterzeichnet", "withdrawn_on": ""}]
            content["measures"] = []
        return content

    def snapshot(self, *, after: bool = True) -> Snapshot:
        """Return the sheet as a read gives it."""
        content = self.content(after=after)
        tabs = [Tab(id=tab.name, title=self._title(tab, after=after), cells=self._grid(tab, content)) for tab in TABS]
        strays = [
            Tab(id=f"stray{n}", title=title, cells=((title, title), (title, 1))) for n, title in enumerate(self.stray)
        ]
        return Snapshot(tabs=(*tabs, *strays))

    def _title(self, tab: TabSpec, *, after: bool) -> str:
        return self.titles.get(tab.name, tab.de) if after else tab.de  # a title of their own is known by the tab's id

    def _grid(self, tab: TabSpec, content: Mapping[str, Sequence[Row]]) -> tuple[tuple[Cell, ...], ...]:
        header: tuple[Cell, ...] = (*(column.de for column in tab.typed), *self.stray)
        return (
            header,
            *((*(row.get(column.field) for column in tab.typed), *self.stray) for row in content[tab.name]),
        )

    def _rows(self, tab: TabSpec) -> Iterator[Row]:
        for number in range(ACTORS):
            fixed = FIXED[tab.name](number) if tab.name in FIXED else {}
            cells = {column.field: self._cell(tab, column, number) for column in tab.typed}
            yield {**cells, **{name: cell for name, cell in fixed.items() if cell is not None}}
        if self.junk:
            yield {column.field: self.fill(tab.name, column.field, JUNK) for column in tab.typed}

    def _cell(self, tab: TabSpec, column: Column, number: int) -> Cell:
        match column.kind:
            case Kind.ACTOR if tab.name == "actors":
                return None  # nobody is part of anybody
            case Kind.ACTOR | Kind.ACTORS:
                return self.fill("actors", "name", (number + (column.field == "actor_b")) % ACTORS)
            case Kind.PERSON:
                return self.fill("recipients", "name", number % 2)
            case kind if kind in FREE:
                return self.fill(tab.name, column.field, number)
            case _:
                return None

    def _settings(self) -> Iterator[Row]:
        for number, setting in enumerate(SETTINGS_ROWS):
            chosen = self.fill("settings", setting.field, number)
            value = chosen if setting.field in self.broken else NEEDED.get(setting.field, chosen)
            yield {"setting": setting.de, "value": value, "remark": self.fill("settings", "remark", number)}
        yield {column.field: self.fill("settings", column.field, len(SETTINGS_ROWS)) for column in SETTINGS.columns}
