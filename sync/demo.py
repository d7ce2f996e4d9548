"""The demonstration: a folder with the sample alliance, its configuration, and a year of computed history.

A second demonstration into the same folder keeps the workbook as it is, with whatever was tried out in it.
"""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from scoring.domain import Language
from sync.config import Config, load_config
from sync.decision import Options, decide, look
from sync.errors import SetupError
from sync.progress import Progress
from sync.sample import sample_content
from sync.state import opened_store
from sync.workbook import WorkbookSheet, create_workbook

LANGUAGE: Language = "de"
DEMO_ZONE = ZoneInfo("Europe/Berlin")
EVENING = time(20)
CONFIG = """\
# Written by `klima-allianz demo`. All settings: config.example.toml
[alliance]
language = "de"

[sheet]
workbook = "musterstadt.xlsx"

[mail]
enabled = true
folder = "outbox"
from = "Klima-Allianz Musterstadt <klima-allianz@example.org>"
"""


def prepare_demo(folder: Path, today: date, progress: Progress) -> Path:
    """Make the folder ready for a run and return its configuration file; raises `SetupError` when it cannot."""
    config_file = folder / "config.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not config_file.exists():
            config_file.write_text(CONFIG, encoding="utf-8")
    except OSError as error:
        raise SetupError(f"The folder {folder} cannot be written: {error.strerror}. Try another --into.") from None
    config = load_config(config_file)
    if config.sheet.workbook.exists():
        progress.step(f"{config.sheet.workbook} is there already: keeping it")
        return config_file
    progress.step("writing the sample alliance")
    create_workbook(config.sheet.workbook, LANGUAGE, sample_content(today))
    _look_back(config, today, progress)
    return config_file


def _look_back(config: Config, today: date, progress: Progress) -> None:
    """Fill the memory as if the service had run at the end of each of the last twelve months."""
    progress.step("looking back over twelve months")
    snapshot = WorkbookSheet(config.sheet.workbook, LANGUAGE).read()
    with opened_store(config.state.file) as store:
        for day in month_ends(today, 12):
            memory, now = store.load(), datetime.combine(day, EVENING, tzinfo=DEMO_ZONE)
            options = Options(language=LANGUAGE, now=now, confirm=True)
            decision = decide(look(snapshot, memory, options), snapshot, memory, options)
            store.commit(memory, decision.memory, (), now)


def month_ends(today: date, months: int) -> tuple[date, ...]:
    """Return the last days of the `months` months before the one of `today`, oldest first."""
    ends, day = [], today
    for _ in range(months):
        day = day.replace(day=1) - timedelta(days=1)
        ends.append(day)
    return tuple(reversed(ends))
