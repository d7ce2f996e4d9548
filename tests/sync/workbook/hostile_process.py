"""A process that opens workbooks in children and says what each cost: everything is imported once, before they fork.

Reads one request a line from standard input, `{"do", "path"}`, and answers each with one line: the sentence that was
said ("" for none), processor seconds, and by how many megabytes the child grew. Started as a program of its own: a
suite with threads must not fork.
"""

import importlib
import io
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from sync.cli import main
from sync.errors import OutsideError, SetupError
from sync.workbook import WorkbookSheet, extend_workbook


def answer_all() -> None:
    """Answer requests until standard input ends."""
    for line in sys.stdin:
        request = json.loads(line)
        for module in IMPORTED[request["do"]]:
            importlib.import_module(module)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _measure(WORK[request["do"]], Path(request["path"]), os.fdopen(writing, "w", encoding="utf-8"))
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as answers:
            answer = answers.read().strip()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(answer or json.dumps({"said": f"ended with {code}", "seconds": 0.0, "megabytes": 0.0}), flush=True)


def _measure(work: Callable[[Path], str], path: Path, answers: io.TextIOWrapper) -> None:
    """Do the work in the child and end it, whatever happens."""
    started, memory = time.process_time(), _megabytes()
    said = f"{work.__name__} did not end"
    try:
        said = work(path)
    except Exception as error:  # noqa: BLE001  # a traceback is what the test looks for
        said = f"TRACEBACK {type(error).__name__}: {error}"
    finally:
        costs = {"seconds": time.process_time() - started, "megabytes": _megabytes() - memory}
        answers.write(json.dumps({"said": said, **costs}) + "\n")
        answers.flush()
        os._exit(0)


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _read(path: Path) -> str:
    return _sentences(lambda: WorkbookSheet(path, "de").read())


def _extend(path: Path) -> str:
    return _sentences(lambda: extend_workbook(path, "de"))


def _sentences(use: Callable[[], object]) -> str:
    try:
        use()
    except SetupError as error:
        return "\n".join(error.problems)
    except OutsideError as error:
        return str(error)
    return ""


def _command(name: str) -> Callable[[Path], str]:
    """Return the complaints of a command on standard error, as somebody starts it in a terminal."""

    def work(path: Path) -> str:
        config = path.with_suffix(".toml")
        config.write_text(f'[alliance]\nlanguage = "de"\n[sheet]\nsource = "workbook"\nworkbook = "{path.name}"\n')
        with redirect_stderr(io.StringIO()) as said, redirect_stdout(io.StringIO()):
            code = main([name, "--config", str(config)])
        return "\n".join(line for line in said.getvalue().splitlines() if line.startswith("✗")) if code else ""

    return work


WORK: Mapping[str, Callable[[Path], str]] = {
    "read": _read,
    "extend": _extend,
    "sync": _command("sync"),
    "setup": _command("setup"),
}

_WORKBOOK = ("sync.workbook.read", "sync.workbook.setup.extend", "sync.workbook.save")
IMPORTED = {
    "read": _WORKBOOK,
    "extend": _WORKBOOK,
    "sync": ("sync.commands", *_WORKBOOK),
    "setup": ("sync.commands", *_WORKBOOK),
}
"""What commands import when they run is no cost of a file."""

if __name__ == "__main__":
    answer_all()
