"""A process that does one thing with a workbook and prints its processor seconds and peak memory as one line of JSON.

`run` prints a second line for a run without edits. Whatever a program imports is imported before it is measured.
"""

import json
import resource
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def lxml_parse(path: Path) -> None:
    """Unzip every part of XML and build its tree, as any program at least does."""
    from lxml import etree  # noqa: PLC0415  # each is measured without the others

    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name), etree.XMLParser(huge_tree=True))


def openpyxl_read(path: Path) -> None:
    """Read every cell as openpyxl does it fastest."""
    from openpyxl import load_workbook  # noqa: PLC0415

    book = load_workbook(path, read_only=True, data_only=True)
    for sheet in book.worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass


def our_read(path: Path) -> None:
    """Read as a sync does, with all its refusals."""
    from sync.workbook import WorkbookSheet  # noqa: PLC0415

    WorkbookSheet(path, "de").read()


class Stopwatch:
    """A `sync.progress.Progress` that notes how long each step took, in processor seconds."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self._since, self._name = time.process_time(), ""

    def step(self, text: str) -> None:
        now = time.process_time()
        if self._name:
            self.steps[self._name] = now - self._since
        self._since, self._name = now, text.split(maxsplit=1)[0].strip(",")

    def go_on(self) -> None:
        """Nothing shows it."""


def our_run(path: Path) -> Mapping[str, float]:
    """Read, assess and save, as `sync` does, and return the seconds of each step."""
    from sync.decision import Options  # noqa: PLC0415
    from sync.delivery import FolderMailer  # noqa: PLC0415
    from sync.run import run  # noqa: PLC0415
    from sync.state import open_store  # noqa: PLC0415
    from sync.workbook import WorkbookSheet  # noqa: PLC0415

    store, watch = open_store(path.with_suffix(".db")), Stopwatch()
    mailer = FolderMailer(path.parent / "mails")
    run(WorkbookSheet(path, "de"), store, mailer, Options(language="de", now=NOW), watch)
    watch.step("end")
    store.close()
    return watch.steps


def measured(work: Callable[[Path], object], path: Path) -> dict[str, object]:
    started = time.process_time()
    steps = work(path)
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "megabytes": peak, "steps": steps or {}}


WORK: Mapping[str, Callable[[Path], object]] = {
    "lxml": lxml_parse,
    "openpyxl": openpyxl_read,
    "read": our_read,
    "run": our_run,
}

if __name__ == "__main__":
    small, large = map(Path, sys.argv[2:])
    WORK[sys.argv[1]](small)  # imports, and whatever is made once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for _ in range(2 if sys.argv[1] == "run" else 1):
        print(json.dumps({**measured(WORK[sys.argv[1]], large), "before": before}))
