"""A process that does one thing with a workbook and prints its processor seconds and its growth as one line of JSON.

Whatever a program imports is imported before it is measured.
"""

import json
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

MOST_MB = 1_000  # the largest that can be configured
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

    WorkbookSheet(path, "de", MOST_MB).read()


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
    from sync.collector import collector_paused  # noqa: PLC0415
    from sync.decision import Options  # noqa: PLC0415
    from sync.delivery import FolderMailer  # noqa: PLC0415
    from sync.run import run  # noqa: PLC0415
    from sync.state import open_store  # noqa: PLC0415
    from sync.workbook import WorkbookSheet  # noqa: PLC0415

    store, watch = open_store(path.with_suffix(".db")), Stopwatch()
    mailer = FolderMailer(path.parent / "mails")
    with collector_paused():
        run(WorkbookSheet(path, "de", MOST_MB), store, mailer, Options(language="de", now=NOW), watch)
    watch.step("end")
    store.close()
    return watch.steps


def memory(what: str) -> float:
    """Return the memory of this process as Linux knows it, VmRSS now or VmHWM at its peak, in megabytes.

    The peak that `resource` gives is no less than that of the process which started this one.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(f"{what}:")).split()[1]) / 1024


def measured(work: Callable[[Path], object], path: Path) -> dict[str, object]:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    before, started = memory("VmRSS"), time.process_time()
    steps = work(path)
    seconds = time.process_time() - started
    return {"seconds": seconds, "megabytes": memory("VmHWM") - before, "steps": steps or {}}


WORK: Mapping[str, Callable[[Path], object]] = {
    "lxml": lxml_parse,
    "openpyxl": openpyxl_read,
    "read": our_read,
    "run": our_run,
}

if __name__ == "__main__":
    small, large = map(Path, sys.argv[2:])
    WORK[sys.argv[1]](small)  # imports, and whatever is made once
    print(json.dumps(measured(WORK[sys.argv[1]], large)))
