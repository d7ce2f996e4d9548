"""A real worker process whose clock on the wall is not the machine's: across the change to summer time, and put back.

The clock that nobody sets, and with it every wait, stays the machine's: the process looks every 20 s of ours.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sync.config import Config, load_config
from sync.ports import RunOutcome, RunRecord, Trigger
from sync.slots import offset
from sync.state import opened_store
from sync.timetable import Job, sync_slot
from sync.workbook import create_workbook
from tests.worker.clock import utc

ROOT = Path(__file__).resolve().parents[2]
SUMMER = utc("2026-03-29 01:00")
"""In Berlin 02:00 is 03:00."""

A_SLOT = timedelta(minutes=15)
LIBRARY = "libfaketime.so.1"
FOUND = next(iter(sorted(Path("/usr/lib").glob(f"**/faketime/{LIBRARY}"))), None) if shutil.which("faketime") else None

pytestmark = [pytest.mark.campaign, pytest.mark.skipif(FOUND is None, reason="faketime is not installed")]


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A folder with a workbook and its service, and a clock on the wall that tests set."""

    folder: Path

    @property
    def config(self) -> Config:
        return load_config(self.folder / "config.toml")

    def set_clock(self, to: datetime, speed: int = 1) -> None:
        """Let the clock show this moment from now on (UTC), and go that many times as fast."""
        new = self.folder / "clock.new"
        new.write_text(f"@{to:%Y-%m-%d %H:%M:%S} x{speed}\n", encoding="utf-8")
        new.replace(self.folder / "clock")

    @contextmanager
    def worker(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Start a worker, and kill it when it is still there at the end."""
        command = [sys.executable, "-m", "sync.cli", "worker", "--config", str(self.folder / "config.toml")]
        clock = {
            "LD_PRELOAD": str(FOUND),
            "FAKETIME_TIMESTAMP_FILE": str(self.folder / "clock"),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": "UTC",  # faketime reads its moment as local time
        }
        with (self.folder / "log").open("ab") as told:
            process = subprocess.Popen(command, cwd=ROOT, env=os.environ | clock, stdout=told, stderr=told)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def runs(self) -> tuple[RunRecord, ...]:
        """Return the run history, oldest first."""
        with opened_store(self.config.state.file) as store:
            return store.runs(100)[::-1]

    def has_runs(self, number: int) -> bool:
        return self.log().count(" run outcome=") >= number

    def slot(self, moment: datetime) -> datetime:
        return sync_slot(moment, 15, offset(self.config))

    def done(self, *slots: datetime) -> list[bool]:
        with opened_store(self.config.state.file) as store:
            return [store.is_done(Job.SYNC, slot) for slot in slots]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    create_workbook(tmp_path / "allianz.xlsx", "de", {"actors": [{"name": "Stadtwerke"}]})
    (tmp_path / "config.toml").write_text("[schedule]\nsync_every_minutes = 15\n", encoding="utf-8")
    return Machine(folder=tmp_path)


def wait_for(what: Callable[[], bool], seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends
        time.sleep(0.05)


def end(process: "subprocess.Popen[bytes]") -> tuple[int, bool]:
    """Ask it to end; returns its exit code, and whether that took less than ten seconds."""
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=60), time.monotonic() - asked < 10


def test_process_before_and_one_after_summer_time_began_do_one_slot_each(machine: Machine) -> None:
    before = machine.slot(SUMMER - timedelta(seconds=1))
    starts = (before + timedelta(seconds=5), before + A_SLOT + timedelta(seconds=5))
    assert starts[0] < SUMMER + A_SLOT
    assert starts[1] >= SUMMER
    for number, start in enumerate(starts, 1):
        machine.set_clock(start)
        with machine.worker() as process:
            wait_for(lambda number=number: machine.has_runs(number), 60)
            assert end(process) == (0, True)
    assert machine.done(before - A_SLOT, before, before + A_SLOT, before + 2 * A_SLOT) == [False, True, True, False]
    runs = machine.runs()
    assert [machine.slot(run.started_at) for run in runs] == [before, before + A_SLOT]
    assert [run.outcome for run in runs] == [RunOutcome.OK] * 2


def test_process_that_lives_across_the_change_does_each_slot_once(machine: Machine) -> None:
    """A quarter of an hour passes in 30 s; each slot lasts for more than one look."""
    before = machine.slot(SUMMER - timedelta(seconds=1))
    machine.set_clock(before - A_SLOT + timedelta(seconds=5), speed=30)
    with machine.worker() as process:
        wait_for(lambda: machine.has_runs(4), 200)
        assert end(process) == (0, True)
    by_slots = [machine.slot(run.started_at) for run in machine.runs()]
    assert by_slots == [before + number * A_SLOT for number in range(-1, 3)]
    assert machine.done(*by_slots) == [True] * 4


def test_process_whose_clock_is_put_back_by_three_hours_goes_on(machine: Machine) -> None:
    """It looks again within 20 s, not three hours later; the run says what is wrong with the clock."""
    back = SUMMER - timedelta(hours=3)
    machine.set_clock(SUMMER)
    with machine.worker() as process:
        wait_for(lambda: machine.has_runs(1), 60)
        machine.set_clock(back)
        wait_for(lambda: machine.has_runs(2), 90)
        assert end(process) == (0, True)
    first, second = machine.runs()
    assert first.outcome is RunOutcome.OK
    assert back <= second.started_at < back + timedelta(minutes=1)
    assert (second.outcome, second.trigger) == (RunOutcome.FAILED, Trigger.TIMETABLE)
    assert "set the clock right" in second.problem
