"""One run at a time: a second one says who is at work and touches nothing, and a dead holder holds nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sync.config import Config, load_config
from sync.errors import OutsideError, SetupError
from sync.lock import only_run
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
from sync.lock import only_run
with only_run(Path(sys.argv[1]), datetime(2026, 11, 24, 8, 55)):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A workbook with one actor, and a service that mails into a folder."""
    create_workbook(tmp_path / "allianz.xlsx", "de", {"actors": [{"name": "Stadtwerke"}]})
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    return load_config(tmp_path / "config.toml")


def holder(state: Path) -> "subprocess.Popen[str]":
    """Start a process that holds the lock until its standard input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(state)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


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
        with pytest.raises(ZeroDivisionError), only_run(config.state.file, NOW):
            _ = 1 // 0
    with only_run(config.state.file, NOW), only_run(config.state.file.with_name("other.db"), NOW):
        pass


def test_lock_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("", encoding="utf-8")
    with (
        pytest.raises(SetupError, match=r"^The lock .*in the way/state\.db\.lock cannot be opened: "),
        only_run(tmp_path / "in the way" / "state.db", NOW),
    ):
        pass
