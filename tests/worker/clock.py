"""A virtual world for one worker: a clock that people set, one that nobody sets, a sheet, and runs that are noted.

What belongs here: the world. The store is a real one; what must hold is in the tests.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sync.config import Config
from sync.ports import RunOutcome, RunRecord, Sign, Trigger
from sync.state import SqlStore, open_store
from sync.timetable import Job
from sync.worker import TICK, Outside, Ran, Worker

WENT_WELL = Ran(outcome=RunOutcome.OK)
LATER = Ran(outcome=RunOutcome.FAILED)
BROKEN = Ran(outcome=RunOutcome.FAILED, permanent=True)
HELD = Ran(outcome=RunOutcome.HELD)


def config_of(folder: Path, **schedule: object) -> Config:
    """Return a service that syncs a workbook every 15 minutes and mails, if nothing else is said."""
    return Config.model_validate(
        {
            "sheet": {"workbook": str(folder / "allianz.xlsx")},
            "state": {"file": str(folder / "state.db")},
            "mail": {"enabled": True},
            "schedule": schedule,
        }
    )


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A run that began: when by the wall clock, UTC, at which second, and why."""

    at: datetime
    second: float
    trigger: Trigger


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A slot that was noted as done, and the second."""

    job: Job
    slot: datetime
    second: float


@dataclass(frozen=True)
class NotingStore(SqlStore):
    """A real store that also tells which slots were new to it."""

    note: Callable[[Job, datetime], None] = lambda _job, _slot: None

    def take_slot(self, job: Job, slot: datetime) -> bool:
        """Take it, and tell if it was new."""
        is_new = super().take_slot(job, slot)
        if is_new:
            self.note(job, slot)
        return is_new


@dataclass(kw_only=True)
class World:
    """One machine with one sheet. Tests set what is to happen next and read what was noted.

    `sign` is what a look shows until a run has seen to it. `ends` are how the next runs end, WENT_WELL after them;
    an exception is raised. `lasts` is how long a run takes, s, of both clocks.
    """

    config: Config
    now: datetime
    second: float = 1000.0
    sign: Sign = Sign.NOTHING
    trouble: Exception | None = None
    ends: list[Ran | BaseException] = field(default_factory=list)
    lasts: float = 0.0
    begun: list[Begun] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    settled: list[bool] = field(default_factory=list)
    pings: list[float] = field(default_factory=list)
    is_asked_to_end: bool = False

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.second += seconds
        self.now += timedelta(seconds=seconds)

    def set_clock(self, by: timedelta) -> None:
        """Put the clock on the wall forward, or back."""
        self.now += by

    def live(self, worker: Worker, seconds: float, every: float = TICK) -> None:
        """Let the worker tick every so many seconds for that long: first now, last before the end."""
        ends_at = self.second + seconds
        while self.second < ends_at:
            ticked_at = self.second
            worker.tick()
            self.pass_by(max(0.0, ticked_at + every - self.second))

    def minutes(self, since: float) -> tuple[float, ...]:
        """Return after how many minutes from that second on runs began."""
        return tuple((run.second - since) / 60 for run in self.begun if run.second >= since)

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """Why the runs were made, in their order."""
        return tuple(run.trigger for run in self.begun)

    def slots(self, job: Job) -> tuple[datetime, ...]:
        """Return the slots of this job that were noted as done, in the order of that."""
        return tuple(taken.slot for taken in self.taken if taken.job is job)

    @contextmanager
    def store(self) -> Iterator[NotingStore]:
        """Open the state file, as a new process does."""
        engine = open_store(self.config.state.file).engine
        try:
            yield NotingStore(engine=engine, note=self._note)
        finally:
            engine.dispose()

    def worker(self, store: SqlStore) -> Worker:
        """Return the worker of a process that starts now."""
        return Worker(config=self.config, store=store, outside=self._outside(store))

    def _note(self, job: Job, slot: datetime) -> None:
        self.taken.append(Taken(job=job, slot=slot, second=self.second))

    def _outside(self, store: SqlStore) -> Outside:
        return Outside(
            watch=lambda: self,
            run=lambda trigger: self._run(store, trigger),
            sign_of_life=lambda: self.pings.append(self.second),
            clock=lambda: self.now.astimezone(self.config.alliance.zone),
            elapsed=lambda: self.second,
            go_on=self._go_on,
        )

    def _go_on(self) -> None:
        if self.is_asked_to_end:
            raise SystemExit(0)

    def _run(self, store: SqlStore, trigger: Trigger) -> Ran:
        self.begun.append(Begun(at=self.now, second=self.second, trigger=trigger))
        began = self.now
        self.pass_by(self.lasts)
        end = self.ends.pop(0) if self.ends else WENT_WELL
        if isinstance(end, BaseException):
            raise end
        store.record(RunRecord(started_at=began, outcome=end.outcome, trigger=trigger))
        return end

    # The sheet between two runs (`sync.ports.Watch`).

    def look(self) -> Sign:
        """Return the sign that is set, or raise what is set."""
        self.looks.append(self.second)
        if self.trouble is not None:
            raise self.trouble
        return self.sign

    def settle(self, *, wrote: bool) -> None:
        """Take the box or the file for seen to."""
        self.settled.append(wrote)
        if self.sign is not Sign.IN_USE:
            self.sign = Sign.NOTHING


def utc(text: str) -> datetime:
    """Return "2026-11-24 09:00" in UTC."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
