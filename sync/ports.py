"""What one run needs from the outside: the sheet, the memory, and somebody who hands mails over.

The records that cross these ports are here; what they mean is decided by the pure modules.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from reports.mail import Mail, MailState, QueuedMail
from scoring.memory import Memory
from scoring.snapshot import Cell, Snapshot
from sync.timetable import Job


@dataclass(frozen=True, kw_only=True, slots=True)  # a plan may hold hundreds of thousands
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


class Sign(StrEnum):
    """What a look at the sheet between two runs shows."""

    NOTHING = "nothing"
    TICKED = "ticked"  # somebody asks for a run
    SAVED = "saved"  # a workbook is another one than after the last run
    IN_USE = "in use"  # a workbook is open in Excel or LibreOffice: nothing can be written


class Watch(Protocol):
    """A cheap look at the sheet between two runs."""

    def look(self) -> Sign:
        """Return what is to be seen, in at most one call; raises `OutsideError` or `SetupError`."""
        ...

    def settle(self, *, wrote: bool) -> None:
        """Take the sheet, as it was at the last look or as a run wrote it since, for known."""
        ...


class RunOutcome(StrEnum):
    """How a run ended."""

    BEGUN = "begun"  # it is under way, or its process was ended before it was through
    STOPPED = "stopped"  # between two requests, because the program was asked to end
    OK = "ok"
    FAILED = "failed"
    HELD = "held"  # by the fuse


class Trigger(StrEnum):
    """Why a run was made."""

    HAND = "hand"  # somebody typed `sync`
    TIMETABLE = "timetable"
    TICK = "tick"  # "Jetzt synchronisieren" on Übersicht
    SAVED = "saved"  # somebody saved the workbook


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """One line of the run history; `problem` is one sentence or ""."""

    started_at: datetime
    outcome: RunOutcome
    trigger: Trigger = Trigger.HAND
    reads: int = 0
    writes: int = 0
    cells_written: int = 0
    mails_queued: int = 0
    notes: int = 0
    seconds: float = 0.0
    problem: str = ""


class Cause(StrEnum):
    """What can go on failing: the operator hears of each once when it begins and once when it is over."""

    SYNC = "sync"  # the sheet cannot be reached or read
    MAIL = "mail"  # the queue is paused, or more is due than one run sends
    REFUSED = "refused"  # mails were given up
    TEMPLATE = "template"  # a template of the team's own is broken
    CONTACTS = "contacts"  # the tab Kontakte cannot be read where it is kept


class PauseReason(StrEnum):
    """Why no mail at all goes out for now."""

    AUTH = "auth"  # 535, 530: name or password refused
    SENDER = "sender"  # the mail server refuses our own address
    CERTIFICATE = "certificate"  # not the server that it says it is
    QUOTA = "quota"  # the provider's daily limit


@dataclass(frozen=True, kw_only=True)
class Pause:
    """The whole queue waits; `until` is when it is tried again, None at the next run."""

    reason: PauseReason
    since: datetime
    until: datetime | None = None


class Store(Protocol):
    """What is remembered between runs. Every method is one transaction or one read."""

    def load(self) -> Memory:
        """Return what earlier runs left; an empty memory (baseline) on a first run or after a lost state."""
        ...

    def commit(
        self,
        before: Memory,
        after: Memory,
        mails: Sequence[Mail],
        now: datetime,
        *,
        last_number: int = 0,
        releases: Mapping[int, bool] | None = None,
        shown: Collection[int] = (),
    ) -> int:
        """Store the new memory, its history rows, the mails and what people released together; return how many are new.

        New mails get numbers above `last_number`, the highest that the sheet shows. `releases` maps the number of a
        mail to what was decided: True queues one that waits, False cancels one that is open; any other number is
        ignored. `shown` are the numbers of mails that the sheet shows while Freigabe is still blank.
        """
        ...

    def note_shown(self, numbers: Collection[int]) -> None:
        """Remember that the sheet shows these mails while Freigabe is still blank."""
        ...

    def begin(self, run: RunRecord | None = None) -> "Store":
        """Return the store for a run that begins now: whatever an earlier one still wants to store is refused.

        `run` is its line in the history until it has recorded how it went.
        """
        ...

    def require_turn(self) -> None:
        """Raise `OutsideError` when another run began after this one did."""
        ...

    def record(self, run: RunRecord) -> None:
        """Append one run to the history, in place of the line with which it began; forget those of long ago."""
        ...

    def runs(self, limit: int) -> tuple[RunRecord, ...]:
        """Return the newest runs, newest first."""
        ...

    def last_run(self, *outcomes: RunOutcome, until: datetime | None = None) -> RunRecord | None:
        """Return the newest run of these outcomes (none: of any) that began no later than `until`, None without one."""
        ...

    def take_slot(self, job: Job, slot: datetime) -> bool:
        """Note that this slot is done; False when it was."""
        ...

    def newest_slot(self, job: Job) -> datetime | None:
        """Return the newest slot that was done, None before the first."""
        ...

    def is_done(self, job: Job, slot: datetime) -> bool:
        """Say whether this slot was done."""
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

    def claim(self, number: int, now: datetime) -> bool:
        """Take an open, due mail for one try; False when it is not to be sent (any more), or somebody else has it."""
        ...

    def before_dot(self, number: int, now: datetime) -> None:
        """Note that the final dot of this try is about to be sent: from here on the mail may have arrived."""
        ...

    def settle(
        self,
        number: int,
        state: MailState,
        now: datetime,
        *,
        next_at: datetime | None = None,
        problem: str = "",
        counts: bool = True,
    ) -> None:
        """Note how the try ended; `counts` says whether it is one of the attempts.

        An end (not `MailState.is_open`) forgets address and message.
        """
        ...

    def recover(self, now: datetime) -> int:
        """Put mails right that a crash left in sending: queued before the final dot, uncertain after; return how many.

        Also expires what is past its time, and forgets address and message of what is queued for more than 90 days.
        """
        ...

    def pause(self) -> Pause | None:
        """Return why the whole queue waits, None when it does not."""
        ...

    def set_pause(self, pause: Pause | None) -> None:
        """Let the whole queue wait, or go on (None)."""
        ...

    def episodes(self) -> Mapping[Cause, datetime]:
        """Return what is failing now, and since when."""
        ...

    def begin_episode(self, cause: Cause, mails: Sequence[Mail], now: datetime) -> bool:
        """Note that something began to fail and queue what tells the operator; False when it was known."""
        ...

    def end_episode(self, cause: Cause, mails: Sequence[Mail], now: datetime) -> bool:
        """Note that it is over and queue what tells the operator; False when nothing was failing."""
        ...

    def object_to_mail(self, address: str) -> int:
        """Remember that nobody must ever mail this address again, cancel what is open for it, return how many."""
        ...


@dataclass(frozen=True, kw_only=True)
class Drained:
    """What one drain did: `sent` now, `given_up` for good (failed or expired), and whether it stopped at its cap.

    `problem` is one sentence about what kept all of it from going out, "" for nothing.
    """

    sent: int = 0
    given_up: int = 0
    capped: bool = False
    problem: str = ""


Takes = Callable[[QueuedMail], bool]
"""Says of a mail whether it may go out now."""


class Mailer(Protocol):
    """Whoever hands mails over."""

    def drain(self, store: Store, now: datetime, takes: Takes | None = None) -> Drained:
        """Hand over what is due (None: all of it), note how each try ended, never raise for what a mail server does.

        `takes` is asked again right before each mail; whatever it raises ends the drain between two mails.
        """
        ...
