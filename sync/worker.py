"""The worker: looks at the sheet every minute and at the timetable every 20 seconds, and runs when something is due.

    every TICK seconds, whatever became of the last time
      look   once a minute: did somebody tick the box, save the workbook, open it?
      due?   somebody asks · a slot of the timetable is not done · a failed run is to be tried again
      run    `sync.service.run_once`; one line in the log; a ping when it went well

What belongs here: when a run is made, and what follows from how it went. The process around it is `sync.working`. All
that has to survive the process is in the store. Seconds are those of a clock that nobody sets (`elapsed`).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile

from sync.backoff import BackOff
from sync.config import Config
from sync.errors import OutsideError, SetupError, is_permanent, told
from sync.log import log
from sync.ports import RunOutcome, Sign, Store, Trigger, Watch
from sync.slots import due_slots, offset
from sync.timetable import Job, sync_slot

TICK = 20
"""How often it is looked whether something is due, s."""

LOOK = 60
"""How often the sheet is looked at, s."""

LONGEST_LOOK = 120
"""How long a sheet that cannot be looked at is left alone at most, s: somebody may be waiting."""

COOL_DOWN = 60
"""How long after a run that somebody asked for the next wish waits, s: twice that after each one that failed."""

LONGEST_WAIT = 300
"""How long a wish waits at most whose runs have failed, s."""

LATEST = 20
"""How much longer than the interval no run may have begun, s, whatever slots say: clocks are put forward and back."""

RETRY = 60
"""How soon a run is made again whose failure may pass by itself, s."""

LONGEST_REST = 3600
"""How long at most runs rest after failures, s."""

LONGEST_OPEN = 4 * 3600
"""How long a workbook that somebody has open puts runs off, s; then they are made, and say what they cannot do."""

FAILURES_SEEN = 8
"""So many runs of earlier processes are looked at: as many failures in a row make the longest wait."""

_UNFINISHED = frozenset({RunOutcome.FAILED, RunOutcome.BEGUN})
_WISHES = {Sign.TICKED: Trigger.TICK, Sign.SAVED: Trigger.SAVED}


@dataclass(frozen=True, kw_only=True)
class Ran:
    """How a run went. `permanent` says that a failure needs a person, `wrote` that the sheet is another one now."""

    outcome: RunOutcome
    permanent: bool = False
    wrote: bool = False


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What a worker does to the world, and where it has the time from.

    `watch` opens what looks at the sheet, `run` runs and never raises for what is foreseen, `sign_of_life` pings.
    `clock` is the time of day with a zone, `elapsed` counts seconds from anywhere. `go_on` is `Progress.go_on`.
    """

    watch: Callable[[], Watch]
    run: Callable[[Trigger], Ran]
    sign_of_life: Callable[[], None]
    clock: Callable[[], datetime]
    elapsed: Callable[[], float]
    go_on: Callable[[], None]


@dataclass(kw_only=True)
class Worker:
    """One worker: `tick` is all that it does."""

    config: Config
    store: Store
    outside: Outside
    _watch: Watch | None = None
    _sign: Sign = Sign.NOTHING
    _opened: float = 0.0
    _began: float | None = None
    _looks: BackOff = field(default_factory=BackOff)
    _runs: BackOff = field(default_factory=BackOff)
    _wishes: BackOff = field(default_factory=BackOff)
    _tried: frozenset[tuple[Job, datetime]] = frozenset()

    def tick(self) -> None:
        """Do what is due now; raises nothing but `SystemExit`, when the worker was asked to end."""
        self.outside.go_on()
        try:
            self._tick()
        except Exception as error:  # noqa: BLE001  # the store fails, or a bug: neither ends the worker
            is_foreseen = isinstance(error, OutsideError | SetupError)
            log("tick", logging.WARNING if is_foreseen else logging.ERROR, problem=told(error))
            self._rest(permanent=is_permanent(error))

    def _tick(self) -> None:
        now, elapsed = self.outside.clock(), self.outside.elapsed()
        if self._began is None:
            self._take_over(now, elapsed)
        if self._looks.is_over(elapsed):
            self._look(elapsed)
        trigger = self._due(now, elapsed)
        if trigger is not None:
            self._run(trigger, now, elapsed)

    def _look(self, elapsed: float) -> None:
        """Look at the sheet; while that fails nobody can ask for a run, and the timetable goes on."""
        try:
            self._watch = self._watch or self.outside.watch()
            sign = self._watch.look()
        except Exception as error:  # noqa: BLE001  # also after a bug: the timetable needs no look
            self._cannot_look(elapsed, told(error))
            return
        if self._looks.failures:
            log("look", outcome=RunOutcome.OK)
        if sign is Sign.IN_USE and self._sign is not Sign.IN_USE:
            self._opened = elapsed
        self._sign, self._looks = sign, BackOff(not_before=elapsed + LOOK - TICK / 2)

    def _cannot_look(self, elapsed: float, problem: str) -> None:
        self._watch, self._sign = None, Sign.NOTHING
        if self._looks.failures == 0:
            log("look", logging.WARNING, outcome=RunOutcome.FAILED, problem=problem)
        self._looks = self._looks.failed(elapsed, first=LOOK, longest=LONGEST_LOOK)

    def _due(self, now: datetime, elapsed: float) -> Trigger | None:
        """Return why a run is to be made now, None when none is."""
        wish = _WISHES.get(self._sign)
        if wish is not None and self._wishes.is_over(elapsed):
            return wish
        if not (self._runs.is_over(elapsed) and self._is_time(now, elapsed)):
            return None
        if self._sign is Sign.IN_USE and elapsed - self._opened < LONGEST_OPEN:
            self._put_off(now, elapsed)
            return None
        return Trigger.TIMETABLE

    def _is_time(self, now: datetime, elapsed: float) -> bool:
        began = elapsed if self._began is None else self._began
        return self._runs.failures > 0 or elapsed - began > self._interval + LATEST or self._has_new_slot(now)

    def _has_new_slot(self, now: datetime) -> bool:
        slots = self._slots(now)
        if any(slot not in self._tried and not self.store.is_done(*slot) for slot in slots):
            return True
        self._tried = slots  # the store is asked once about each
        return False

    def _take_over(self, now: datetime, elapsed: float) -> None:
        """Go on where an earlier process ended: a run that ended it is not made again at once, nor are failed ones."""
        history = self.store.runs(FAILURES_SEEN)
        since = (now - history[0].started_at).total_seconds() if history else 0.0
        self._began = elapsed - (since if since >= 0 else self._interval)  # or the clock was put back
        failed = [record.outcome for record in takewhile(lambda record: record.outcome in _UNFINISHED, history)]
        for _ in failed:
            self._runs = self._runs.failed(self._began, first=RETRY, longest=self._longest_retry)
        if RunOutcome.BEGUN in failed:
            self._wishes = self._runs

    def _put_off(self, now: datetime, elapsed: float) -> None:
        """Let a slot pass while somebody works in the workbook: the run follows when it is closed."""
        slot = self._slot(now)
        if not self.store.is_done(Job.SYNC, slot) and self.store.take_slot(Job.SYNC, slot):
            self._began = elapsed
            log("put off", reason="the workbook is open")
            self.outside.sign_of_life()

    def _run(self, trigger: Trigger, now: datetime, elapsed: float) -> None:
        weekly = due_slots(self.config, now)
        # Taken before: a run that ends the process must not be made again whenever it starts.
        self.store.take_slot(Job.SYNC, self._slot(now))
        self._began = elapsed
        ran = self.outside.run(trigger)
        self._tried = self._slots(now)
        elapsed = self.outside.elapsed()
        if ran.outcome is RunOutcome.FAILED:
            self._rest(permanent=ran.permanent)
            if trigger in _WISHES.values():
                self._wishes = self._wishes.failed(elapsed, first=COOL_DOWN, longest=LONGEST_WAIT)
            return
        self._runs = BackOff()
        self._wishes = BackOff(not_before=elapsed + COOL_DOWN) if trigger in _WISHES.values() else BackOff()
        self._sign = self._sign if self._sign is Sign.IN_USE else Sign.NOTHING
        if self._watch is not None:
            self._watch.settle(wrote=ran.wrote)
        if ran.outcome is RunOutcome.OK:
            for job, slot in weekly:
                self.store.take_slot(job, slot)
        self.outside.sign_of_life()

    def _rest(self, *, permanent: bool) -> None:
        """Leave it alone for a while after a failure: nothing is half done, the next run continues."""
        first = min(self._interval, LONGEST_REST) if permanent else RETRY
        longest = LONGEST_REST if permanent else self._longest_retry
        self._runs = self._runs.failed(self.outside.elapsed(), first=first, longest=longest)

    def _slot(self, now: datetime) -> datetime:
        return sync_slot(now, self.config.schedule.sync_every_minutes, offset(self.config))

    def _slots(self, now: datetime) -> frozenset[tuple[Job, datetime]]:
        return frozenset({(Job.SYNC, self._slot(now)), *due_slots(self.config, now)})

    @property
    def _interval(self) -> float:
        return self.config.schedule.sync_every_minutes * 60.0

    @property
    def _longest_retry(self) -> float:
        return min(self._interval, LONGEST_REST)
