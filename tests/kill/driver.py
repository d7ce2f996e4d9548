"""A process that runs the scenario in children, which may be killed; everything is imported once, before they fork.

Reads one request a line from standard input, `{"folder", "now", "number", "place"}`, and answers each with one line.
Started as a program of its own: a suite with threads must not fork.
"""

import json
import os
import sys
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO

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
            case request:
                answer = _forked(request)
        print(json.dumps(answer), flush=True)


def _forked(request: Mapping[str, object]) -> Mapping[str, object]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(request, os.fdopen(writing, "w", encoding="utf-8"))
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as answers:
        said = [json.loads(line) for line in answers if line.endswith("\n")]
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    labels = [label for label in said if isinstance(label, str)]
    return {"code": code, "labels": labels, "ran": next((one for one in said if isinstance(one, dict)), None)}


def _run(request: Mapping[str, object], answers: IO[str]) -> None:
    """Run in the child and end it, whatever happens."""
    code = 1
    try:
        folder, place = Path(str(request["folder"])), request.get("place")

        def note(label: str) -> None:
            print(json.dumps(label), file=answers, flush=True)

        tracer = Tracer(folder=folder, number=request.get("number"), place=place and tuple(place), note=note)
        tracer.install()
        ran = scenario.sync(folder, _moment(request["now"]))
        tracer.reach("the end")
        print(json.dumps(asdict(ran)), file=answers, flush=True)
        code = 0
    except Exception:  # noqa: BLE001  # the child must end here, not in the loop of its parent
        traceback.print_exc()
    finally:
        os._exit(code)


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text)).astimezone(scenario.NOW.tzinfo)


if __name__ == "__main__":
    main()
