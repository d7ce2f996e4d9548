"""What one run needs from the outside: the sheet, the memory, and somebody who hands mails over.

The records that cross these ports are here; what they mean is decided by the pure modules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from reports.mail import Mail, QueuedMail
from scoring.memory import Memory
from scoring.snapshot import Cell, Snapshot


@dataclass(frozen=True, kw_only=True)
class RowWrite:
    """Values for neighbouring cells of one row. `tab` is the tab's name in code (`scoring.tabs`).

    `row` is 1-based, `column` the 0-based index of the first value; None clears a cell. On a people's tab only grey
    lookup columns can be meant.
    """

    tab: str
    row: int
    column: int
    values: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Calls:
    """How often the sheet was asked and written: calls of its interface, repeated ones included."""

    reads: int = 0
    writes: int = 0


@dataclass(frozen=True, kw_only=True)
class KnownTab:
    """A tab as the sheet listed it last: what it is called is needed to ask for its cells."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of `check`: right or not, and the sentence."""

    ok: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class WritePlan:
    """All that one run wants to change in the sheet: service tabs that are missing, then rows that differ."""

    new_tabs: tuple[str, ...] = ()
    rows: tuple[RowWrite, ...] = ()

    @property
    def cells(self) -> int:
        """How many cells the plan writes."""
        return sum(len(row.values) for row in self.rows)

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to do."""
        return not self.new_tabs and not self.rows


class Sheet(Protocol):
    """The team's sheet. `fills_lookups` says that the service fills the grey columns with values (workbook)."""

    fills_lookups: bool

    @property
    def calls(self) -> Calls:
        """How often it was read and written since it was opened."""
        ...

    def read(self) -> Snapshot:
        """Return all tabs in one read; raises `OutsideError` or `SetupError`."""
        ...

    def write(self, plan: WritePlan, snapshot: Snapshot) -> None:
        """Carry out the plan, all or nothing, against the state that was read.

        Raises `SheetChangedError` when the sheet may not be what was read any more (start over), `OutsideError` when
        the outside failed.
        """
        ...


class RunOutcome(StrEnum):
    """How a run ended."""

    OK = "ok"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """One line of the run history; `problem` is one sentence or ""."""

    started_at: datetime
    outcome: RunOutcome
    reads: int = 0
    writes: int = 0
    cells_written: int = 0
    mails_queued: int = 0
    notes: int = 0
    seconds: float = 0.0
    problem: str = ""


class Store(Protocol):
    """What is remembered between runs. Every method is one transaction or one read."""

    def load(self) -> Memory:
        """Return what earlier runs left; an empty memory (baseline) on a first run or after a lost state."""
        ...

    def commit(
        self, before: Memory, after: Memory, mails: Sequence[Mail], now: datetime, *, last_number: int = 0
    ) -> int:
        """Store the new memory, its history rows and the mails together; return how many mails were new.

        New mails get numbers above `last_number`, the highest that the sheet shows.
        """
        ...

    def record(self, run: RunRecord) -> None:
        """Append one run to the history."""
        ...

    def runs(self, limit: int) -> tuple[RunRecord, ...]:
        """Return the newest runs, newest first."""
        ...

    def outbox(self) -> tuple[QueuedMail, ...]:
        """Return every mail, oldest first."""
        ...

    def tab_ids(self) -> Mapping[str, str]:
        """Return the ids by which the last run knew the tabs, by name in code; {} before the first."""
        ...

    def known_tabs(self, today: date) -> tuple[KnownTab, ...]:
        """Return the tabs of the sheet as they were listed today; () when they were not."""
        ...

    def keep_tabs(self, tabs: Sequence[KnownTab], today: date) -> None:
        """Remember the tabs that the sheet lists today, instead of those before."""
        ...

    def mark_sent(self, number: int, now: datetime) -> None:
        """Note that the mail of that number was handed over."""
        ...


class Mailer(Protocol):
    """Whoever hands mails over."""

    def drain(self, store: Store, now: datetime) -> int:
        """Hand over every queued mail, mark each as sent, and return how many there were."""
        ...
