"""What is killed: a sync in which two letters are signed, five mails go out and the workbook is written.

What belongs here: the town, its earlier runs, and one run as the service makes it. What must hold is `tests.kill.laws`.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import load_workbook

from sync.config import load_config
from sync.service import run_once, run_options
from sync.workbook import create_workbook

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""When the two signatures are confirmed; a later run comes every quarter of an hour."""

QUARTER = timedelta(minutes=15)
FIRST_RUN = NOW - timedelta(days=14)

CONFIG = """\
{sheet}
[mail]
enabled = {enabled}
transport = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Klima-Allianz Musterstadt <klima@allianz-neustadt.org>"
"""

ACTORS = ("Stadtwerke", "Bürger*innen-Energie", "Zementwerk Süd")
PEOPLE: Mapping[str, Sequence[Mapping[str, str]]] = {
    "recipients": (
        {"name": "Anna", "email": "anna@example.org", "weekly_report": "yes", "letter_news": "yes"},
        {"name": "Björn", "email": "bjoern@example.org", "weekly_report": "yes", "letter_news": "yes"},
        {"name": "Çiğdem", "email": "cigdem@example.org", "letter_news": "yes"},
    ),
    "actors": tuple({"name": name} for name in ACTORS),
    "letters": tuple({"actor": name, "status": "requested"} for name in ACTORS),
}
"""Without an inventory nothing but the signatures is news."""


class Silent:
    """Progress that nobody looks at."""

    def step(self, text: str) -> None:
        """Say nothing."""

    def go_on(self) -> None:
        """Nobody asks it to end."""


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a run says that it did."""

    cells_written: int
    mails_queued: int


def prepare(folder: Path, port: int) -> None:
    """Put configuration, workbook and memory there as they are just before the run that is killed."""
    create_workbook(folder / "allianz.xlsx", "de", PEOPLE)
    configure(folder, port, enabled=False)
    sync(folder, FIRST_RUN)
    _sign(folder / "allianz.xlsx", ACTORS[:2])
    sync(folder, NOW - QUARTER)
    configure(folder, port, enabled=True)


def sync(folder: Path, now: datetime) -> Ran:
    """Run once with the configuration of that folder."""
    config = load_config(folder / "config.toml")
    counts = run_once(config, run_options(config, now), Silent()).counts
    return Ran(cells_written=counts.cells_written, mails_queued=counts.mails_queued)


def configure(folder: Path, port: int, *, enabled: bool, sheet: str = "") -> None:
    """Write the configuration; `sheet` is its section on where the sheet is kept, "" for the workbook beside it."""
    text = CONFIG.format(sheet=sheet, enabled=str(enabled).lower(), port=port)
    (folder / "config.toml").write_text(text, encoding="utf-8")


def _sign(workbook: Path, names: Sequence[str]) -> None:
    book = load_workbook(workbook)
    letters = book["LoI"]
    columns = {cell.value: cell.column for cell in letters[1]}
    for row in range(2, letters.max_row + 1):
        if letters.cell(row, columns["Akteur"]).value in names:
            letters.cell(row, columns["Status"]).value = "unterzeichnet"
            letters.cell(row, columns["Unterzeichnet am"]).value = NOW.date()
    book.save(workbook)


def copied(prepared: Path, folder: Path) -> Path:
    """Return a folder of its own with everything as prepared."""
    shutil.copytree(prepared, folder)
    return folder
