"""One run as a whole, on a real workbook and a real store: what it does when somebody saves in between."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from sync.decision import Options
from sync.delivery import FolderMailer
from sync.errors import SheetChangedError
from sync.ports import Drained, Store, Takes
from sync.progress import PlainProgress
from sync.run import ATTEMPTS, Outcome, run
from sync.sample import sample_content
from sync.state import open_store, opened_store
from sync.workbook import WorkbookSheet, create_workbook

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
OPTIONS = Options(language="de", now=NOW, sender="Klima-Allianz <klima@example.org>")


@dataclass
class SomebodySaves:
    """A mailer beside whom somebody types the next number into Akteure and saves, so many times."""

    inner: FolderMailer
    workbook: Path
    times: int

    def drain(self, store: Store, now: datetime, takes: Takes | None = None) -> Drained:
        if self.times:
            self.times -= 1
            book = load_workbook(self.workbook)
            book["Akteure"]["L2"] = self.times + 1000
            book.save(self.workbook)
        return self.inner.drain(store, now, takes)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Musterstadt in a workbook, with a memory that began a week ago."""
    create_workbook(tmp_path / "a.xlsx", "de", sample_content(NOW.date()))
    quiet = replace(OPTIONS, now=NOW.replace(day=17), sender=None)
    with opened_store(tmp_path / "state.db") as store:
        run(WorkbookSheet(tmp_path / "a.xlsx", "de"), store, FolderMailer(tmp_path / "mails"), quiet, PlainProgress())
    return tmp_path


def run_beside(folder: Path, times: int) -> Outcome:
    mailer = SomebodySaves(FolderMailer(folder / "mails"), folder / "a.xlsx", times)
    with opened_store(folder / "state.db") as store:
        return run(WorkbookSheet(folder / "a.xlsx", "de"), store, mailer, OPTIONS, PlainProgress())


def kinds(folder: Path) -> dict[str, int]:
    """How many mails of each kind were handed over."""
    return Counter(path.stem.rpartition("-")[2] for path in (folder / "mails").glob("*.eml"))


def jobs(folder: Path) -> object:
    return load_workbook(folder / "a.xlsx")["Akteure"]["L2"].value


def test_run_starts_over_with_what_somebody_saved_meanwhile(folder: Path) -> None:
    outcome = run_beside(folder, 1)
    assert (outcome.counts.reads, outcome.counts.writes, outcome.counts.mails_queued) == (2, 1, 9)
    assert (jobs(folder), outcome.decision.alliance.actors["jobs"].iloc[0]) == (1000, 1000.0)
    assert kinds(folder) == {"reminder": 4, "digest": 5}
    again = run_beside(folder, 0)
    assert (again.counts.cells_written, again.counts.mails_queued) == (0, 0)


def test_run_gives_up_when_somebody_keeps_saving_and_loses_nothing(folder: Path) -> None:
    with pytest.raises(SheetChangedError):
        run_beside(folder, ATTEMPTS)
    assert jobs(folder) == 1000
    store = open_store(folder / "state.db")
    assert [mail.state for mail in store.outbox()] == ["sent"] * 9
    store.close()
    outcome = run_beside(folder, 0)
    assert (outcome.counts.writes, outcome.counts.mails_queued) == (1, 0)
    assert kinds(folder) == {"reminder": 4, "digest": 5}
