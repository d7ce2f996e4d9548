"""A run that another one overtook between its mails and its cells writes no cell any more."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sync.decision import Options
from sync.delivery import FolderMailer
from sync.errors import OutsideError
from sync.ports import Drained, Store, Takes
from sync.run import run
from sync.state import opened_store
from sync.workbook import WorkbookSheet, create_workbook
from tests.kill.scenario import NOW, Silent

OPTIONS = Options(language="de", now=NOW, sender="Klima-Allianz <klima@example.org>")


@dataclass
class AnotherRunBegins:
    """A mailer after whom another run begins, so that the one whose mails it took is over."""

    inner: FolderMailer

    def drain(self, store: Store, now: datetime, takes: Takes | None = None) -> Drained:
        drained = self.inner.drain(store, now, takes)
        store.begin()
        return drained


def test_overtaken_run_does_not_write_the_sheet(tmp_path: Path) -> None:
    workbook, mailer = tmp_path / "a.xlsx", FolderMailer(tmp_path / "mails")
    create_workbook(workbook, "de", {"actors": [{"name": "Stadtwerke"}]})
    before = workbook.read_bytes()
    with opened_store(tmp_path / "state.db") as state:
        with pytest.raises(OutsideError, match=r"^Another run began meanwhile; this one has stopped"):
            run(WorkbookSheet(workbook, "de"), state.begin(), AnotherRunBegins(mailer), OPTIONS, Silent())
        assert workbook.read_bytes() == before
        later = replace(OPTIONS, now=NOW + timedelta(hours=1))
        assert run(WorkbookSheet(workbook, "de"), state.begin(), mailer, later, Silent()).counts.writes == 1
