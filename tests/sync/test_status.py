"""How the service says how it is: `status` for people and programs, `status --health` for whatever watches it."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sync.cli import DONE, SETUP_WRONG, main
from sync.config import Config
from sync.health import health
from sync.lock import Lock, holder, only_one
from sync.ports import Cause, Finding, Pause, PauseReason, RunOutcome, RunRecord, Trigger
from sync.slots import next_slots
from sync.state import NothingRemembered, SqlStore, opened_store
from sync.timetable import Job

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
WORKER = """\
import sys
from datetime import datetime
from pathlib import Path
from sync.lock import Lock, only_one
with only_one(Lock.WORKER, Path(sys.argv[1]), datetime(2026, 11, 24, 8, 55)):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """The store of the service of `configured`, empty."""
    with opened_store(tmp_path / "state.db") as store:
        yield store


def configured(folder: Path, text: str = "") -> str:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return str(folder / "config.toml")


@contextmanager
def worker(state: Path) -> Iterator[int]:
    """A process that holds the lock of a worker; gives its number."""
    command = [sys.executable, "-c", WORKER, str(state)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process.pid


def ran(minutes: float, outcome: RunOutcome = RunOutcome.OK, problem: str = "", now: datetime = NOW) -> RunRecord:
    """Return a run that many minutes before `now`."""
    started = now - timedelta(minutes=minutes)
    return RunRecord(started_at=started, outcome=outcome, trigger=Trigger.TIMETABLE, problem=problem)


# Who holds a lock.


def test_holder_is_told_while_it_holds_and_not_after(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    assert (holder(Lock.WORKER, state), list(tmp_path.iterdir())) == ("", [])
    with worker(state) as process:
        assert holder(Lock.WORKER, state) == f"process {process}, since 2026-11-24 08:55"
        assert holder(Lock.RUN, state) == ""
    assert holder(Lock.WORKER, state) == ""


def test_killed_holder_is_none(tmp_path: Path) -> None:
    with worker(tmp_path / "state.db") as process:
        os.kill(process, 9)
    assert (tmp_path / "state.db.worker.lock").read_text(encoding="utf-8").startswith("process ")
    assert holder(Lock.WORKER, tmp_path / "state.db") == ""


def test_asking_who_holds_a_lock_keeps_nobody_from_taking_it(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with only_one(Lock.WORKER, state, NOW):
        pass
    asking = "import sys\nfrom sync.lock import *\nprint('asks', flush=True)\n"
    asking += "while True: holder(Lock.WORKER, Path(sys.argv[1]))"
    command = [sys.executable, "-c", asking, str(state)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "asks\n"
            for _ in range(200):
                with only_one(Lock.WORKER, state, NOW):
                    pass
        finally:
            process.kill()


def test_two_who_ask_at_once_do_not_take_each_other_for_a_holder(tmp_path: Path) -> None:
    with only_one(Lock.WORKER, tmp_path / "state.db", NOW):
        pass
    with (tmp_path / "state.db.worker.lock").open() as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert holder(Lock.WORKER, tmp_path / "state.db") == ""


# For people.


def test_status_lists_runs_with_why_and_says_that_no_worker_is_running(
    store: SqlStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store.record(ran(30))
    store.record(ran(15, RunOutcome.FAILED, "The sheet [bold] cannot be reached."))
    store.set_pause(Pause(reason=PauseReason.AUTH, since=NOW))
    store.begin_episode(Cause.SYNC, [], NOW)
    assert main(["status", "--config", configured(tmp_path)]) == DONE
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "run               outcome  why        cells  mails  notes  seconds  problem",
        "2026-11-24 08:45  failed   timetable      0      0      0      0.0  The sheet [bold] cannot be reached.",
        "2026-11-24 08:30  ok       timetable      0      0      0      0.0",
        "last success: 2026-11-24 08:30",
        "no worker is running: nothing happens by itself until one is started",
        "outbox: empty",
        "the whole queue is paused (auth)",
        "failing since 2026-11-24 09:00: sync",
    ]


def test_status_without_any_run_says_how_to_begin_and_creates_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path)
    assert main(["status", "--config", config]) == DONE
    assert capsys.readouterr().out.splitlines() == [
        "No run yet: `klima-allianz sync` makes the first.",
        "no worker is running: nothing happens by itself until one is started",
        "outbox: empty",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


@pytest.mark.parametrize("mail", [False, True])
def test_status_says_who_works_and_what_comes_next(
    store: SqlStore, tmp_path: Path, capsys: pytest.CaptureFixture[str], mail: bool
) -> None:
    store.record(ran(15, RunOutcome.HELD))
    config = configured(tmp_path, "[mail]\nenabled = true\n" if mail else "")
    with worker(tmp_path / "state.db") as process:
        assert main(["status", "--config", config]) == DONE
    _, _, success, running, following, _ = capsys.readouterr().out.splitlines()
    assert success == "last success: none yet"
    assert running == f"a worker is running (process {process}, since 2026-11-24 08:55)"
    names = ["next: sync", "weekly report", "reminders"] if mail else ["next: sync"]
    assert [part[:-17] for part in following.split(", ")] == names


# For programs.


def test_status_as_json_says_all_of_it(store: SqlStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.record(ran(30))
    store.record(ran(15, RunOutcome.FAILED, "Later."))
    config = configured(tmp_path, '[mail]\nenabled = true\n[schedule]\nping_url = "https://hc-ping.com/geheim"\n')
    run = {"cells_written": 0, "mails_queued": 0, "notes": 0, "seconds": 0.0, "trigger": "timetable"}
    with worker(tmp_path / "state.db") as process:
        assert main(["status", "--json", "--config", config]) == DONE
        printed = capsys.readouterr().out
        document = json.loads(printed)
        following = document.pop("next")
        told = next_slots(Config.model_validate({"mail": {"enabled": True}}), store, datetime.now(UTC))
    assert "geheim" not in printed
    assert document == {
        "worker": f"process {process}, since 2026-11-24 08:55",
        "last_success": "2026-11-24T07:30:00+00:00",
        "runs": [
            {"started_at": "2026-11-24T07:45:00+00:00", "outcome": "failed", "problem": "Later.", **run},
            {"started_at": "2026-11-24T07:30:00+00:00", "outcome": "ok", "problem": "", **run},
        ],
        "outbox": dict.fromkeys(
            ("queued", "waiting", "sending", "sent", "failed", "uncertain", "expired", "cancelled"), 0
        ),
        "paused": None,
        "failing": {},
    }
    assert told.digest is not None
    for name, slot in (("sync", told.sync), ("digest", told.digest), ("reminders", told.reminders or told.digest)):
        assert abs(datetime.fromisoformat(following[name]) - slot) < timedelta(minutes=1)


def test_status_as_json_without_a_worker_has_no_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--json", "--config", configured(tmp_path)]) == DONE
    document = json.loads(capsys.readouterr().out)
    assert [document[name] for name in ("worker", "next", "last_success", "runs")] == [None, None, None, []]


# For whatever watches the service.

BEGUN, FAILED, HELD = RunOutcome.BEGUN, RunOutcome.FAILED, RunOutcome.HELD


@pytest.mark.parametrize(
    ("runs", "slot", "found"),
    [
        ([ran(55)], None, Finding(ok=True, text="the last run (2026-11-24 08:05): ok")),
        ([ran(55.1)], None, Finding(ok=False, text="no run since 2026-11-24 08:04")),
        ([ran(180)], 20, Finding(ok=True, text="the last run (2026-11-24 06:00): ok")),  # a workbook is open
        ([ran(180)], 60, Finding(ok=False, text="no run since 2026-11-24 08:00")),
        ([ran(20, HELD)], None, Finding(ok=True, text="the last run (2026-11-24 08:40): held")),
        ([ran(50), ran(5, FAILED, "Later.")], 5, Finding(ok=True, text="the last run (2026-11-24 08:55): failed")),
        (
            [ran(180), ran(120, FAILED, "x"), ran(5, FAILED, "No key.\nNo sheet.")],
            5,
            Finding(ok=False, text="no run went well since 2026-11-24 06:00: No key. No sheet"),
        ),
        ([ran(5, FAILED, "Later.")], 5, Finding(ok=False, text="no run went well yet: Later")),
        ([ran(20), ran(1, BEGUN)], 1, Finding(ok=True, text="the last run (2026-11-24 08:40): ok")),
        ([ran(1, BEGUN)], 1, Finding(ok=True, text="the first run is under way or waits until the workbook is closed")),
        (
            [ran(180), ran(20, BEGUN), ran(1, BEGUN)],
            1,
            Finding(ok=False, text="no run went well since 2026-11-24 06:00: its process ended amid the run"),
        ),
        ([], 5, Finding(ok=True, text="the first run is under way or waits until the workbook is closed")),
        ([], None, Finding(ok=False, text="no run yet; the first one begins right after the worker has started")),
        ([ran(90)], -600, Finding(ok=False, text="no run since 2026-11-24 07:30")),  # the clock was put back
    ],
)
def test_health_is_runs_that_come_and_go_well(
    store: SqlStore, runs: list[RunRecord], slot: float | None, found: Finding
) -> None:
    for run in runs:
        store.record(run)
    if slot is not None:
        store.take_slot(Job.SYNC, NOW - timedelta(minutes=slot))
    assert health(Config(), store, NOW) == found


@pytest.mark.parametrize(("every", "minutes"), [(1, 30), (6, 30), (7, 31), (15, 55), (1440, 4330)])
def test_health_waits_three_intervals_and_ten_minutes_and_half_an_hour_at_least(
    store: SqlStore, every: int, minutes: int
) -> None:
    store.record(ran(minutes))
    config = Config.model_validate({"schedule": {"sync_every_minutes": every}})
    assert [health(config, store, NOW + timedelta(seconds=late)).ok for late in (0, 1)] == [True, False]


def test_health_of_nothing_says_that_the_first_run_is_to_come() -> None:
    assert not health(Config(), NothingRemembered(), NOW).ok


def test_health_command_is_one_line_and_an_exit_code(
    store: SqlStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, now = configured(tmp_path), datetime.now(UTC).astimezone(NOW.tzinfo)
    assert main(["status", "--health", "--config", config]) == 1
    assert capsys.readouterr().out == (
        "unhealthy: no run yet; the first one begins right after the worker has started; no worker is running\n"
    )
    store.record(ran(1, now=now))
    with worker(tmp_path / "state.db") as process:
        assert main(["status", "--health", "--config", config]) == 0
    assert capsys.readouterr().out == (
        f"healthy: the last run ({now - timedelta(minutes=1):%Y-%m-%d %H:%M}): ok; "
        f"a worker is running (process {process}, since 2026-11-24 08:55)\n"
    )


def test_health_of_a_damaged_state_is_a_sentence_and_another_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state.db").write_bytes(b"no database")
    assert main(["status", "--health", "--config", configured(tmp_path)]) == SETUP_WRONG
    assert capsys.readouterr().err.startswith("✗ ")
