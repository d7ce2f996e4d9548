"""Two years, minute by minute, by a clock that is put forward and back: the timetable never slips.

What is expected is worked out again here for every minute in which a worker is alive, with a calendar of its own: the
days on which summer time begins and ends and the holidays are written down, and no zone is asked. A slot is expected in
the first minute in which it is the newest of its job, may be done, and was not done before. What the worker notes as
done must be exactly that: none twice, none late, none but those. Nothing else is lost than what was the newest slot in
no minute of a living worker: the clock jumped over it or the machine was off.

Between the starts of two runs of one process no more than the interval and a minute may pass, by the clock that nobody
sets. A new process knows the last run only by the clock on the wall: where that was put back meanwhile by less than the
interval, it may take one interval more.
"""

import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp

import pytest

from sync.slots import offset
from sync.timetable import Job
from sync.worker import Worker
from tests.worker.clock import NotingStore, World, config_of, utc

FIRST, LAST = utc("2025-12-31 23:00"), utc("2027-12-31 23:00")
"""The years 2026 and 2027 in Berlin."""

ALL_MINUTES = 1_051_200

SUMMER = (
    (utc("2026-03-29 01:00"), utc("2026-10-25 01:00")),
    (utc("2027-03-28 01:00"), utc("2027-10-31 01:00")),
)

HOLIDAYS = {
    date(2026, 1, 1), date(2026, 1, 6), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14),
    date(2026, 5, 25), date(2026, 6, 4), date(2026, 12, 25),
    date(2027, 1, 1), date(2027, 1, 6), date(2027, 3, 26), date(2027, 3, 29), date(2027, 5, 6), date(2027, 5, 17),
    date(2027, 5, 27), date(2027, 11, 1),
}  # fmt: skip
"""Those of Baden-Württemberg that are no Saturday or Sunday."""

EVERY = 15
INTERVAL = EVERY * 60.0
MINUTE = timedelta(minutes=1)
EIGHT = timedelta(hours=8)
MEMORY = Path("/dev/shm")  # noqa: S108  # a file system without a disk, where there is one: every slot is made durable


def here(moment: datetime) -> datetime:
    """Return what the wall clock in Berlin shows at a moment of UTC."""
    is_summer = any(begins <= moment < ends for begins, ends in SUMMER)
    return (moment + timedelta(hours=2 if is_summer else 1)).replace(tzinfo=None)


def at_eight(day: date) -> datetime:
    """Return 08:00 in Berlin of that day in UTC; clocks are changed at night."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=FIRST.tzinfo)
    return noon - (here(noon).replace(tzinfo=noon.tzinfo) - noon) - timedelta(hours=4)


def is_quiet(day: date) -> bool:
    return day.weekday() >= 5 or day in HOLIDAYS


def first_loud(monday: date) -> date:
    """Return the first day of the week on which people may be reminded."""
    return next(day for days in range(7) if not is_quiet(day := monday + timedelta(days=days)))


def expected_at(moment: datetime, late: timedelta) -> Iterator[tuple[Job, datetime]]:
    """Give the slots that may be done at a moment."""
    quarters = int((moment - late).timestamp() // INTERVAL)
    yield Job.SYNC, datetime.fromtimestamp(quarters * INTERVAL, FIRST.tzinfo) + late
    wall = here(moment)
    today, monday = wall.date(), wall.date() - timedelta(days=wall.weekday())
    time_of_day = wall - datetime(today.year, today.month, today.day)
    if today > monday or time_of_day >= EIGHT:
        yield Job.DIGEST, at_eight(monday)
    if not is_quiet(today) and time_of_day >= EIGHT:
        yield Job.REMINDERS, at_eight(first_loud(monday))


@dataclass(kw_only=True)
class Life:
    """What a machine goes through: `upset` says how often clocks are set and machines are off, in days; 0 for never."""

    world: World
    store: NotingStore
    dice: random.Random
    upset: float
    minutes: int = 0
    seen: set[tuple[Job, datetime]] = field(default_factory=set)
    expected: list[tuple[Job, datetime, int]] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    offs: list[tuple[float, float]] = field(default_factory=list)
    set_back: list[float] = field(default_factory=list)
    wrong: timedelta = timedelta(0)

    def live(self, until: datetime) -> None:
        """Live until the right time is that, at most."""
        late, worker = offset(self.world.config), self._start()
        while self.world.now - self.wrong < until:
            for slot in expected_at(self.world.now, late):
                if slot not in self.seen:
                    self.seen.add(slot)
                    self.expected.append((*slot, self._minute(self.world.second)))
            ticked_at = self.world.second
            self.world.lasts = self.dice.choice((0.5, 3, 40))
            worker.tick()
            self.minutes += 1
            self.world.pass_by(60 - (self.world.second - ticked_at))
            worker = self._fate(worker)

    def _fate(self, worker: Worker) -> Worker:
        """Let happen what happens between two minutes; returns the worker that lives on."""
        if not self.upset or self.dice.random() >= 1 / (self.upset * 24 * 60):
            return worker
        match self.dice.choice(("set", "set", "set", "restart", "restart", "off")):
            case "set":
                self._set()
                if self.dice.random() < 0.6:
                    return worker
            case "off":
                off = 60 * self.dice.randrange(5, 3000)  # up to two days
                self.offs.append((self.world.second, off))
                self.world.pass_by(off)
        return self._start()

    def _set(self) -> None:
        """Set the clock wrong by up to three hours, or right again."""
        wrong = timedelta(seconds=self.dice.randint(-10_800, 10_800)) if not self.wrong else timedelta(0)
        if wrong < self.wrong:
            self.set_back.append(self.world.second)
        self.world.set_clock(wrong - self.wrong)
        self.wrong = wrong

    def _start(self) -> Worker:
        self.starts.append(self.world.second)
        return self.world.worker(self.store)

    def _minute(self, second: float) -> int:
        return int((second - self.starts[0]) // 60)

    def noted(self) -> list[tuple[Job, datetime, int]]:
        """Return what the worker noted as done, with the minute."""
        return [(taken.job, taken.slot, self._minute(taken.second)) for taken in self.world.taken]

    def longest_waits(self) -> dict[str, float]:
        """Return the longest time between the starts of two runs, s, without that in which the machine was off.

        In one process; with another one begun in between; and with a clock put back in between, too.
        """
        waits = dict.fromkeys(("same", "restarted", "restarted, set back"), 0.0)
        for before, after in pairwise(run.second for run in self.world.begun):
            kind = "same"
            if any(before < start <= after for start in self.starts):
                kind = "restarted, set back" if any(before < at <= after for at in self.set_back) else "restarted"
            off = sum(seconds for at, seconds in self.offs if before < at <= after)
            waits[kind] = max(waits[kind], after - before - off)
        return waits


def born(world: World, store: NotingStore, seed: int, upset: float) -> Life:
    return Life(world=world, store=store, dice=random.Random(seed), upset=upset)


def assert_never_slipped(life: Life) -> None:
    assert sorted(life.noted()) == sorted(life.expected)
    waits = life.longest_waits()
    assert waits["same"] <= INTERVAL + 60
    assert waits["restarted"] <= INTERVAL + 60
    assert waits["restarted, set back"] <= 2 * INTERVAL + 60


def assert_without_a_hole(life: Life, first: datetime, until: datetime) -> None:
    """Every quarter of an hour has its slot, from the one that was the newest at first to that of the last minute."""
    sync, quarter = slots_of(life, Job.SYNC), timedelta(minutes=EVERY)
    assert first - quarter < sync[0] <= first
    assert until - MINUTE - quarter < sync[-1] <= until - MINUTE
    assert {later - earlier for earlier, later in pairwise(sync)} == {quarter}


def slots_of(life: Life, job: Job) -> list[datetime]:
    return sorted(slot for noted, slot, _ in life.noted() if noted is job)


def mondays(first: date, last: date) -> list[date]:
    return [first + timedelta(weeks=week) for week in range((last - first).days // 7 + 1)]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder without a disk below it."""
    path = Path(mkdtemp(prefix="klima-allianz-", dir=MEMORY if MEMORY.is_dir() else None))
    yield path
    shutil.rmtree(path)


@pytest.mark.parametrize("change", [moment for summer in SUMMER for moment in summer])
def test_night_on_which_clocks_are_changed_has_every_slot_once(folder: Path, change: datetime) -> None:
    world = World(config=config_of(folder), now=change - timedelta(hours=6))
    with world.store() as store:
        life = born(world, store, 0, upset=0)
        life.live(change + timedelta(hours=36))  # past Monday 08:00
    assert_never_slipped(life)
    assert_without_a_hole(life, change - timedelta(hours=6), change + timedelta(hours=36))
    monday = here(change).date() + timedelta(days=1)
    assert slots_of(life, Job.DIGEST) == [at_eight(monday - timedelta(weeks=1)), at_eight(monday)]


@pytest.mark.parametrize("change", [SUMMER[0][0], SUMMER[1][1]])
@pytest.mark.parametrize("seed", range(2))
def test_night_with_clocks_that_are_put_forward_and_back_has_none_twice(
    folder: Path, change: datetime, seed: int
) -> None:
    world = World(config=config_of(folder), now=change - timedelta(hours=6))
    with world.store() as store:
        life = born(world, store, seed, upset=0.1)
        life.live(change + timedelta(hours=36))
    assert life.set_back
    assert_never_slipped(life)


@pytest.mark.campaign
@pytest.mark.parametrize("upset", [0.7, 0])
def test_two_years_lose_no_slot_and_do_none_twice(folder: Path, minutes: float, seed: int, upset: float) -> None:
    """Both years if there is time, else as many months as there is time for; then without anything that happens."""
    world, ends = World(config=config_of(folder), now=FIRST), time.monotonic() + minutes * 60
    with world.store() as store:
        life, until = born(world, store, seed, upset), FIRST
        life.starts.clear()
        while until < LAST and time.monotonic() < ends:
            until = min(until + timedelta(days=30), LAST)
            life.live(until)
    done, begun = Counter(job for job, _, _ in life.noted()), len(world.begun)
    print(
        f"{life.minutes} of {ALL_MINUTES} minutes until {until:%Y-%m-%d}, {begun} runs, {len(life.starts)} processes, "
        f"{len(life.set_back)} times put back, off {len(life.offs)} times; done {dict(done)}; "
        f"longest waits {life.longest_waits()}"
    )
    assert_never_slipped(life)
    weeks = mondays(date(2025, 12, 29), here(until - timedelta(days=7)).date())
    assert slots_of(life, Job.DIGEST)[: len(weeks)] == [at_eight(monday) for monday in weeks]
    assert slots_of(life, Job.REMINDERS)[: len(weeks)] == [at_eight(first_loud(monday)) for monday in weeks]
    if not upset:
        assert life.minutes == (until - FIRST) // MINUTE
        assert_without_a_hole(life, FIRST, until)
