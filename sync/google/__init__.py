"""The sheet as a Google Sheet: reading it, writing into it, `setup` and `check` for it, over gspread's transport.

This page is the way in; the work is done in the modules beside it, which are imported only when a command needs them.
Facts about Google that nothing proves yet are listed in docs/google.md and tried by `check --probe`.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from scoring.domain import Language
from scoring.messages import Note
from scoring.snapshot import Snapshot
from sync.errors import SheetChangedError
from sync.layout import SetupReport
from sync.ownership import assert_ours
from sync.ports import Calls, Finding, KnownTab, Watch, WritePlan

if TYPE_CHECKING:
    from scoring.alliance import Alliance
    from sync.google.connection import Connection


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long Google may take, in seconds: to connect, to answer one call, and all attempts of one call together.

    Before another attempt it waits at random, at most `first_wait`, then twice that, and so on up to `longest_wait`.
    """

    connect: float = 5
    answer: float = 60
    deadline: float = 90
    first_wait: float = 1
    longest_wait: float = 20


@dataclass(frozen=True, kw_only=True)
class GoogleAccess:
    """Where the sheet is and by which key it is reached. `api` is https://sheets.googleapis.com but for tests."""

    spreadsheet: str
    credentials: Path
    api: str = "https://sheets.googleapis.com"
    patience: Patience = field(default_factory=Patience)


class GoogleSheet:
    """The team's Google Sheet as a `sync.ports.Sheet`: one read of all tabs, one atomic write of what differs.

    `known` are the tabs as they were listed today (() asks for the list first), `tab_ids` the ids by which people's
    tabs are remembered, by name in code; `keep` is told whenever the list turns out to be another one. `language` is
    that of the titles and headers of service tabs that have to be added.
    """

    fills_lookups = False

    def __init__(
        self,
        connection: "Connection",
        language: Language,
        known: Sequence[KnownTab],
        tab_ids: Mapping[str, str],
        keep: Callable[[Sequence[KnownTab]], None],
    ) -> None:
        self.connection: Final = connection
        self.language: Final = language
        self.known = tuple(known)
        self.tab_ids: Final = tab_ids
        self.keep: Final = keep
        self._sizes: Mapping[str, tuple[int, int]] = {}
        self._charts: tuple[str, ...] = ()

    @property
    def calls(self) -> Calls:
        """How often Google was asked and written to, repeated attempts included."""
        return self.connection.calls

    def read(self) -> Snapshot:
        """Return all tabs that matter, in one call when the list of tabs is known. See `sync.google.read`."""
        from sync.google.read import read_sheet  # noqa: PLC0415  # heavy

        reading = read_sheet(self.connection, self.known, self.tab_ids, self._remember)
        self._sizes, self._charts = reading.sizes, reading.charts or self._charts
        return reading.snapshot

    def write(self, plan: WritePlan, snapshot: Snapshot) -> None:
        """Carry out the plan, against what was read last, in one atomic call per 2 MB. See `sync.google.write`."""
        assert_ours(plan, snapshot)
        from sync.google.write import carry_out  # noqa: PLC0415  # heavy

        try:
            sent = carry_out(self.connection, plan, snapshot, self._sizes, self.language, charts=self._charts)
            for tabs in sent:
                self._remember(tabs)
        except SheetChangedError:
            self._remember(())  # tabs may have come or gone
            raise

    def _remember(self, tabs: Sequence[KnownTab]) -> None:
        if tuple(tabs) != self.known:
            self.known = tuple(tabs)
            self.keep(self.known)


def connect(access: GoogleAccess) -> "Connection":
    """Read the key file and return a connection that has not asked anything yet; `SetupError` for a bad key file."""
    from sync.google.connection import Connection  # noqa: PLC0415  # heavy
    from sync.google.key import read_key  # noqa: PLC0415  # heavy

    return Connection(access, read_key(access.credentials))


def watch_spreadsheet(connection: "Connection") -> Watch:
    """Return what looks at the tick box of a spreadsheet between two runs. See `sync.google.watch`."""
    from sync.google.watch import GoogleWatch  # noqa: PLC0415  # heavy

    return GoogleWatch(connection)


def extend_spreadsheet(connection: "Connection", language: Language, known: Mapping[str, str]) -> SetupReport:
    """Add what a spreadsheet misses and report it; no filled cell of people changes. See `sync.google.setup`."""
    from sync.google.setup import set_up  # noqa: PLC0415  # heavy

    return set_up(connection, language, known)


def access_findings(
    access: GoogleAccess, clock: datetime, language: Language, zone: ZoneInfo, tab_ids: Mapping[str, str]
) -> Generator[Finding, None, GoogleSheet | None]:
    """Yield what `check` finds about key, clock, access, sharing, locale and protection; return the sheet to read.

    None when no run could read it. See `sync.google.check`.
    """
    from sync.google import check  # noqa: PLC0415  # heavy

    return check.access_findings(access, clock, language, zone, tab_ids)


def lookup_findings(
    snapshot: Snapshot, alliance: "Alliance", notes: Sequence[Note], language: Language
) -> Iterator[Finding]:
    """Yield what `check` finds about the grey columns of a sheet that was read. See `sync.google.check.tabs`."""
    from sync.google.check import tabs  # noqa: PLC0415  # heavy

    return tabs.lookup_findings(snapshot, alliance, notes, language)


def probe_findings(access: GoogleAccess, scratch: str) -> Iterator[Finding]:
    """Yield one finding per unproved fact about Google, tried on the spreadsheet with the id `scratch`.

    `SetupError` for "" and for a spreadsheet that is not there to try things on. See `sync.google.probe`.
    """
    from sync.google import probe  # noqa: PLC0415  # heavy

    return probe.probe_findings(access, scratch)
