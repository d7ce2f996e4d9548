"""A process that runs the scenario in children, which may be killed; everything is imported once, before they fork.

Reads one request a line from standard input, `{"folder", "now", "number", "place"}`, and answers each with one line.
With `"stops": true` the child is stopped there instead, which is answered at once; `{"go_on": pid}` wakes it. `"busy"`
is how long, s, it waits for a state file that another program holds.
Started as a program of its own: a suite with threads must not fork.
"""

import json
import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Engine, event

from sync.errors import OutsideError, SetupError
from tests.kill import scenario
from tests.kill.boundaries import Tracer


def main() -> None:
    """Answer requests until standard input ends: what nobody kills is done here, the rest in children."""
    for line in sys.stdin:
        answer: Mapping[str, object] = {}
        match json.loads(line):
            case {"prepare": folder, "port": port}:
                scenario.prepare(Path(folder), port)
            case {"sync": folder, "at": at}:
                scenario.sync(Path(folder), _moment(at))
            case {"go_on": int(child)}:
                os.kill(child, signal.SIGCONT)
                answer = _stopped_or_ended(child)
            case {"stops": True} as request:
                answer = _stopped_or_ended(_forked(request))
            case request:
                answer = _ended(_forked(request))
        print(json.dumps(answer), flush=True)
    for child in _answers:  # of a test that failed before it woke them
        os.kill(child, signal.SIGKILL)


_answers: dict[int, IO[str]] = {}
"""What children that have not ended say, by their process number."""


def _forked(request: Mapping[str, object]) -> int:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(request, os.fdopen(writing, "w", encoding="utf-8"))
    os.close(writing)
    _answers[child] = os.fdopen(reading, encoding="utf-8")
    return child


def _stopped_or_ended(child: int) -> Mapping[str, object]:
    """Wait until the child stops or ends; what it says until then is less than a pipe holds."""
    status = os.waitid(os.P_PID, child, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    if status is None or status.si_code != os.CLD_STOPPED:
        return _ended(child)
    os.waitid(os.P_PID, child, os.WSTOPPED)
    return {"pid": child, "code": None}


def _ended(child: int) -> Mapping[str, object]:
    with _answers.pop(child) as answers:
        said = [json.loads(line) for line in answers if line.endswith("\n")]
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    labels = [label for label in said if isinstance(label, str)]
    ran = next((one for one in said if isinstance(one, dict)), None)
    return {"pid": child, "code": code, "labels": labels, "ran": ran}


def _run(request: Mapping[str, object], answers: IO[str]) -> None:
    """Run in the child and end it, whatever happens."""
    code = 1
    try:
        folder, place = Path(str(request["folder"])), request.get("place")

        def note(label: str) -> None:
            print(json.dumps(label), file=answers, flush=True)

        tracer = Tracer(
            folder=folder,
            number=request.get("number"),
            place=place and tuple(place),
            every=request.get("every"),
            sends=signal.SIGSTOP if request.get("stops") else signal.SIGKILL,
            note=note,
        )
        tracer.install()
        if "busy" in request:
            _be_impatient(float(str(request["busy"])))
        ran = scenario.sync(folder, _moment(request["now"]))
        tracer.reach("the end")
        print(json.dumps(asdict(ran)), file=answers, flush=True)
        code = 0
    except (OutsideError, SetupError) as error:
        print(json.dumps({"problem": str(error)}), file=answers, flush=True)
    except Exception:  # noqa: BLE001  # the child must end here, not in the loop of its parent
        traceback.print_exc()
    finally:
        os._exit(code)


def _be_impatient(seconds: float) -> None:
    """Let each connection of this process wait no longer than that for a lock."""

    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA busy_timeout = {int(1000 * seconds)}")

    event.listen(Engine, "connect", set_up)


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text)).astimezone(scenario.NOW.tzinfo)


if __name__ == "__main__":
    main()
