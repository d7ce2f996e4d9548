"""One run at a time: a second one says who is at work and touches nothing, and a dead holder holds nothing."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sync.config import Config, load_config
from sync.errors import OutsideError, SetupError
from sync.lock import Lock, only_one
from sync.ports import RunOutcome
from sync.progress import PlainProgress
from sync.service import run_once, run_options
from sync.state import opened_to_look
from sync.workbook import create_workbook
from tests.sync.worlds import NOW

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """\
[sheet]
workbook = "allianz.xlsx"

[mail]
enabled = true
operator = "technik@example.org"
"""
HOLDER = """\
import sys
from datetime import datetime
from pathlib import Path
from sync.lock import Lock, only_one
with only_one(Lock(sys.argv[2]), Path(sys.argv[1]), datetime(2026, 11, 24, 8, 55)):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A workbook with one actor, and a service that mails into a folder."""
    create_workbook(tmp_path / "allianz.xlsx", "de", {"actors": [{"name": "Stadtwerke"}]})
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    return load_config(tmp_path / "config.toml")


def holder(state: Path, lock: Lock = Lock.RUN) -> "subprocess.Popen[str]":
    """Start a process that holds the lock until its standard input is closed."""
    command = [sys.executable, "-c", HOLDER, str(state), lock]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def let_go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.close()


def refusal(state: Path, lock: Lock = Lock.RUN, patience: float = 0) -> str:
    """Return what somebody is told who may not hold the lock."""
    with pytest.raises(OutsideError) as refused, only_one(lock, state, NOW, patience=patience):
        pass
    return str(refused.value)


@dataclass
class Told:
    """Progress that remembers; the first that is said about waiting lets the holder go."""

    process: "subprocess.Popen[str]"
    steps: list[str] = field(default_factory=list)

    def step(self, text: str) -> None:
        self.steps.append(text)
        if text.endswith("waiting"):
            let_go(self.process)

    def go_on(self) -> None:
        pass


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_second_run_says_who_is_at_work_and_since_when_and_touches_nothing(config: Config, tmp_path: Path) -> None:
    with holder(config.state.file) as process:
        before = contents(tmp_path)
        with pytest.raises(OutsideError) as refused:
            run_once(config, run_options(config, NOW), PlainProgress())
        assert (contents(tmp_path), refused.value.permanent) == (before, False)
        assert str(refused.value) == (
            f"A run is under way (process {process.pid}, since 2026-11-24 08:55); try again when it is through."
        )


def test_busy_lock_is_no_failed_run_and_nothing_to_tell_the_operator(config: Config, tmp_path: Path) -> None:
    run_once(config, run_options(config, NOW), PlainProgress())
    with holder(config.state.file):
        for _ in range(4):
            with pytest.raises(OutsideError):
                run_once(config, run_options(config, NOW), PlainProgress())
    run_once(config, run_options(config, NOW), PlainProgress())
    with opened_to_look(config.state.file) as store:
        assert [run.outcome for run in store.runs(9)] == [RunOutcome.OK, RunOutcome.OK]
        assert (store.outbox(), dict(store.episodes())) == ((), {})
    assert list(tmp_path.rglob("*.eml")) == []


def test_run_after_a_killed_holder_works(config: Config) -> None:
    with holder(config.state.file) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert run_once(config, run_options(config, NOW), PlainProgress()).counts.writes == 1


def test_lock_is_free_again_whatever_becomes_of_the_run(config: Config) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), only_one(Lock.RUN, config.state.file, NOW):
            _ = 1 // 0
    with only_one(Lock.RUN, config.state.file, NOW), only_one(Lock.RUN, config.state.file.with_name("other.db"), NOW):
        pass


def test_lock_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("", encoding="utf-8")
    with (
        pytest.raises(SetupError, match=r"^The lock .*in the way/state\.db\.lock cannot be opened: "),
        only_one(Lock.RUN, tmp_path / "in the way" / "state.db", NOW),
    ):
        pass


def test_waiting_one_is_told_once_who_holds_the_lock_and_gets_it_when_it_is_free(tmp_path: Path) -> None:
    state, told = tmp_path / "state.db", list[str]()
    with holder(state) as process:
        threading.Timer(0.3, let_go, [process]).start()
        with only_one(Lock.RUN, state, NOW, patience=60, waiting=told.append):
            process.wait()
            assert told == [f"a run is under way (process {process.pid}, since 2026-11-24 08:55): waiting"]
            assert refusal(state) == (
                f"A run is under way (process {os.getpid()}, since {NOW:%Y-%m-%d %H:%M}); try again when it is through."
            )


def test_run_waits_for_the_one_under_way_and_then_runs(config: Config) -> None:
    with holder(config.state.file) as process:
        told = Told(process)
        outcome = run_once(config, run_options(config, NOW), told, patience=60)
    assert told.steps[:2] == [
        f"a run is under way (process {process.pid}, since 2026-11-24 08:55): waiting",
        "reading the sheet",
    ]
    assert outcome.counts.writes == 1


def test_waiting_one_gives_up_when_its_patience_is_over(tmp_path: Path) -> None:
    state, told = tmp_path / "state.db", list[str]()
    with holder(state) as process:
        begun = time.monotonic()
        with (
            pytest.raises(OutsideError) as refused,
            only_one(Lock.RUN, state, NOW, patience=0.3, waiting=told.append),
        ):
            pass
        waited = time.monotonic() - begun
        who = f"(process {process.pid}, since 2026-11-24 08:55)"
        assert str(refused.value) == f"A run is under way {who}; try again when it is through."
        assert told == [f"a run is under way {who}: waiting"]
        assert waited >= 0.3


def test_impatient_one_is_told_nothing_but_the_sentence(tmp_path: Path) -> None:
    told: list[str] = []
    with (
        holder(tmp_path / "state.db"),
        pytest.raises(OutsideError),
        only_one(Lock.RUN, tmp_path / "state.db", NOW, waiting=told.append),
    ):
        pass
    assert told == []


def test_waiting_one_gets_the_lock_of_a_killed_holder(tmp_path: Path) -> None:
    state, told = tmp_path / "state.db", list[str]()

    def kill(text: str) -> None:
        told.append(text)
        process.send_signal(signal.SIGKILL)

    with holder(state) as process, only_one(Lock.RUN, state, NOW, patience=60, waiting=kill):
        assert (process.wait(), len(told)) == (-signal.SIGKILL, 1)
        assert f"process {os.getpid()}," in refusal(state)


def test_stopped_holder_holds_the_lock_until_it_goes_on(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with holder(state) as process:
        process.send_signal(signal.SIGSTOP)
        try:
            assert f"process {process.pid}," in refusal(state, patience=0.3)
        finally:
            process.send_signal(signal.SIGCONT)
        assert f"process {process.pid}," in refusal(state)


def test_file_says_nothing_once_its_holder_is_through(tmp_path: Path) -> None:
    state, file = tmp_path / "state.db", tmp_path / "state.db.lock"
    with only_one(Lock.RUN, state, NOW):
        assert file.read_text(encoding="utf-8") == f"process {os.getpid()}, since {NOW:%Y-%m-%d %H:%M}"
    assert file.read_bytes() == b""


def test_holder_that_says_nothing_is_another_process(tmp_path: Path) -> None:
    with (tmp_path / "state.db.lock").open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert refusal(tmp_path / "state.db") == "A run is under way (another process); try again when it is through."


@pytest.mark.parametrize("successor", [False, True], ids=["deleted", "replaced"])
def test_lock_without_its_file_is_lost_to_whoever_comes_next(tmp_path: Path, *, successor: bool) -> None:
    state, file = tmp_path / "state.db", tmp_path / "state.db.lock"
    with holder(state) as process:
        if successor:
            (tmp_path / "restored").write_text("process 1, since 2020-01-01 00:00", encoding="utf-8")
            (tmp_path / "restored").replace(file)
        else:
            file.unlink()
        with only_one(Lock.RUN, state, NOW):  # the turn of the state is what stops the first one then
            let_go(process)
            process.wait()
            assert f"process {os.getpid()}," in refusal(state)
        with only_one(Lock.RUN, state, NOW):
            pass


def test_lock_of_a_file_that_is_deleted_in_the_meantime_is_none(tmp_path: Path) -> None:
    state, file = tmp_path / "state.db", tmp_path / "state.db.lock"
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)

    def delete() -> None:
        file.unlink()
        os.close(descriptor)

    threading.Timer(0.2, delete).start()  # while somebody has the file open and asks who holds it
    with only_one(Lock.RUN, state, NOW):
        assert file.exists()
        assert f"process {os.getpid()}," in refusal(state)


def test_run_and_worker_have_locks_of_their_own(config: Config) -> None:
    state = config.state.file
    with holder(state, Lock.WORKER) as worker:
        assert refusal(state, Lock.WORKER) == (
            f"A worker is running (process {worker.pid}, since 2026-11-24 08:55); try again when it is through."
        )
        assert run_once(config, run_options(config, NOW), PlainProgress()).counts.writes == 1
        with holder(state) as run:
            assert f"process {run.pid}," in refusal(state)
            assert f"process {worker.pid}," in refusal(state, Lock.WORKER)
            let_go(run)
        let_go(worker)


def test_lock_holds_on_a_full_disk(tmp_path: Path) -> None:
    (tmp_path / "state.db.lock").symlink_to("/dev/full")
    with only_one(Lock.RUN, tmp_path / "state.db", NOW):
        assert refusal(tmp_path / "state.db").startswith("A run is under way (")
