"""The log: one line for each event, as text or JSON, and nothing of what libraries would say."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.ports import RunOutcome, RunRecord, Trigger

ROOT = Path(__file__).resolve().parents[2]

CANARY = "geheim@example.org"

RECORD = RunRecord(
    started_at=datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
    outcome=RunOutcome.OK,
    trigger=Trigger.TIMETABLE,
    reads=1,
    notes=4,
    seconds=0.4189,
)

FACTS = {"outcome": "ok", "trigger": "timetable", "reads": 1, "writes": 0, "cells": 0, "mails": 0, "notes": 4}

STARTED = """\
import logging, sys, warnings
from datetime import UTC, datetime
from sync.log import log, log_run, start_logging
from sync.ports import RunOutcome, RunRecord, Trigger
start_logging(as_json=sys.argv[1] == "json")
"""


def logged(code: str, form: str = "text") -> list[str]:
    """Return the lines that a process writes to standard error, and see that it writes nothing else."""
    done = subprocess.run(
        [sys.executable, "-c", STARTED + code, form], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def without_time(line: str) -> str:
    at, _, rest = line.partition(" ")
    datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return rest


def record(**changes: object) -> str:
    return f"log_run({replace(RECORD, **changes)!r})".replace("datetime.datetime", "datetime").replace(  # type: ignore[arg-type]
        "datetime.timezone.utc", "UTC"
    )


@pytest.fixture(scope="module")
def run_code() -> str:
    """What logs a run that went well, one that failed with two problems, and one that was held."""
    changes: tuple[dict[str, object], ...] = (
        {},
        {"outcome": RunOutcome.FAILED, "problem": "No key.\nNo sheet."},
        {"outcome": RunOutcome.HELD},
    )
    code = "\n".join(record(**change) for change in changes)
    for kind in (RunOutcome, Trigger):
        for member in kind:
            code = code.replace(repr(member), f"{kind.__name__}.{member.name}")
    return code


def test_run_is_one_line_of_text(run_code: str) -> None:
    counts = "trigger=timetable reads=1 writes=0 cells=0 mails=0 notes=4 seconds=0.42"
    assert [without_time(line) for line in logged(run_code)] == [
        f"info run outcome=ok {counts}",
        f'warning run outcome=failed {counts} problem="No key. No sheet."',
        f"warning run outcome=held {counts}",
    ]


def test_run_is_one_json_object_a_line(run_code: str) -> None:
    well, failed, held = (json.loads(line) for line in logged(run_code, "json"))
    facts = FACTS | {"event": "run", "seconds": 0.42}
    assert well == {"time": well["time"], "level": "info", **facts}
    assert failed == {
        "time": failed["time"],
        "level": "warning",
        **facts,
        "outcome": "failed",
        "problem": "No key. No sheet.",
    }
    assert held == {"time": held["time"], "level": "warning", **facts, "outcome": "held"}


def test_values_stay_on_their_line_and_show_where_they_end() -> None:
    code = 'log("two words", none=None, nothing="", blank="a b", line="a\\n\\x1b[2Jb", quote=\'"\', is_on=True, no=0)'
    code += '\nlog("x", equal="a=b", path=chr(92), long="ä" * 501, things=["a", 1])\nlog("hidden", logging.DEBUG)'
    first, second = (without_time(line) for line in logged(code))
    assert first == 'info "two words" blank="a b" line="a [2Jb" quote="\\"" is_on=true no=0'
    assert second == f"""info x equal="a=b" path="\\\\" long={"ä" * 499}… things="['a', 1]\""""


LIBRARIES = (
    "google.auth",
    "urllib3.connectionpool",
    "sqlalchemy.engine",
    "alembic",
    "matplotlib",
    "weasyprint",
    "stamina",
)


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_a_library_says_is_not_told(form: str) -> None:
    code = f"""\
for name in {LIBRARIES!r}:
    logger = logging.getLogger(name)
    logger.setLevel(logging.DEBUG)
    logger.info("{CANARY}")
    logger.warning("%s", "{CANARY}")
    logger.error("%d {CANARY}", "no number", extra={{"facts": {{"to": "{CANARY}"}}}})
    try:
        raise ValueError("{CANARY}")
    except ValueError:
        logger.exception("{CANARY}", stack_info=True)
warnings.warn("{CANARY}")
"""
    told = [(level, name) for name in LIBRARIES for level in ("warning", "error", "error")]
    told.append(("warning", "py.warnings"))
    lines = logged(code, form)
    assert [CANARY in line for line in lines] == [False] * len(told)
    if form == "text":
        assert [without_time(line) for line in lines] == [f"{level} library name={name}" for level, name in told]
    else:
        assert [{**json.loads(line), "time": ""} for line in lines] == [
            {"time": "", "level": level, "event": "library", "name": name} for level, name in told
        ]


def test_log_that_cannot_be_written_stops_nothing_and_says_nothing() -> None:
    code = f"sys.stderr.close()\nlog('x', to='{CANARY}')\nopen(sys.argv[2], 'w').write('went on')"
    program = [sys.executable, "-c", STARTED + code, "text", "/dev/stdout"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("went on", "")
