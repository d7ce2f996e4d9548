"""What runs race for: a small workbook in which one more letter is signed before each round, and a mail about each.

What belongs here: the town, one round's edit, and one run as the service makes it. Who races is `tests.race.runners`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import load_workbook

from sync.config import load_config
from sync.errors import OutsideError
from sync.service import run_once, run_options
from sync.workbook import create_workbook
from tests.kill.scenario import NOW, QUARTER, Silent, configure

ROUNDS = 25
"""How many there are in one town; then comes the next town."""

ACTORS = tuple(f"Betrieb {number:02}" for number in range(1, ROUNDS + 2))
"""One for each round, and one who never signs: that all have signed would be news of its own."""

PEOPLE: Mapping[str, Sequence[Mapping[str, str]]] = {
    "recipients": ({"name": "Anna", "email": "anna@example.org", "letter_news": "yes"},),
    "actors": tuple({"name": name} for name in ACTORS),
    "letters": tuple({"actor": name, "status": "requested"} for name in ACTORS),
}

Said = Mapping[str, object]
"""What a run says: `pid`, then `cells` and `mails`, or the `problem` that kept it from running."""


def prepare(folder: Path, port: int) -> None:
    """Put configuration, workbook and memory there; nothing is news yet."""
    folder.mkdir()
    create_workbook(folder / "allianz.xlsx", "de", PEOPLE)
    configure(folder, port, enabled=True)
    ready(folder, NOW - timedelta(days=1))()


def moment(number: int) -> datetime:
    """Return when that round takes place."""
    return NOW + number * QUARTER


def sign(folder: Path, number: int) -> None:
    """Sign the letter of one actor, as a person does who has the workbook open and saves it."""
    book = load_workbook(folder / "allianz.xlsx")
    letters = book["LoI"]
    row = {header.value: cell for header, cell in zip(letters[1], letters[number + 2], strict=True)}
    assert row["Akteur"].value == ACTORS[number]
    row["Status"].value = "unterzeichnet"
    row["Unterzeichnet am"].value = moment(number).date()
    book.save(folder / "allianz.xlsx")


def ready(folder: Path, now: datetime, patience: float = 0) -> Callable[[], Said]:
    """Return a run that only has to be started; it takes new signatures at a person's word.

    `patience` is how long it waits for another one, s.
    """
    config = load_config(folder / "config.toml")
    options = run_options(config, now, confirm=True)

    def run() -> Said:
        try:
            counts = run_once(config, options, Silent(), patience=patience).counts
        except OutsideError as error:
            return {"problem": str(error)}
        return {"cells": counts.cells_written, "mails": counts.mails_queued}

    return run
