"""A service in a folder of its own, whose commands are typed in a process of their own. Import: `tests.hostile.office`.

What belongs here: the folder and the process. What is typed, and what must not come of it, stands in the tests.
"""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from openpyxl import Workbook

from scoring.tabs import CONTACTS
from sync.workbook import create_workbook
from tests.hostile.town import Town
from tests.mail_server import PASSWORD, USERNAME, MailServer

ROOT = Path(__file__).parents[2]
CONFIG = """\
[sheet]
workbook = "allianz.xlsx"
contacts = "kontakte.xlsx"

[report]
folder = "report"

[mail]
enabled = true
transport = "smtp"
host = "{server.host}"
port = {server.port}
username = "{username}"
password_file = "password"
from = "Klima-Allianz <klima@allianz.test>"
operator = "betrieb@example.org"
templates = "templates"
"""


@dataclass
class Office:
    """The folder, and the process that waits for commands."""

    folder: Path
    process: subprocess.Popen[str]
    answers: IO[str]

    @property
    def workbook(self) -> Path:
        """The team's sheet."""
        return self.folder / "allianz.xlsx"

    @property
    def state(self) -> Path:
        """The memory of the service."""
        return self.folder / "state.db"

    def fill(self, town: Town, *, after: bool = True) -> None:
        """Let the sheet hold what people of the town filled in; the contacts stand in a sheet of their own."""
        self.workbook.unlink(missing_ok=True)
        create_workbook(self.workbook, "de", town.content(after=after))  # type: ignore[arg-type]  # no cell is a boolean
        book = Workbook()
        (contacts,) = [tab for tab in town.snapshot(after=after).tabs if tab.id == CONTACTS.name]
        book.worksheets[0].title = contacts.title
        for row in contacts.cells:
            book.worksheets[0].append(row)
        book.save(self.folder / "kontakte.xlsx")

    def type(self, *arguments: str) -> int:
        """Type a command; return its exit code."""
        assert self.process.stdin is not None
        configured = (
            arguments if "--config" in arguments else (*arguments, "--config", str(self.folder / "config.toml"))
        )
        self.process.stdin.write(json.dumps(configured) + "\n")
        self.process.stdin.flush()
        return int(self.answers.readline())

    def printed(self) -> str:
        """Return everything that the process said so far, logs included."""
        return (self.folder / "printed").read_text(encoding="utf-8", errors="replace")

    def remembered(self, but: str = "") -> str:
        """Return the content of all tables of the memory as statements, without one of them."""
        with closing(sqlite3.connect(self.state)) as connection:
            return "\n".join(line for line in connection.iterdump() if not but or f'INTO "{but}"' not in line)

    def bytes(self) -> bytes:
        """Return the bytes of the memory's file, freed pages and the log of what is to be written included."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("state.db*")))


@contextmanager
def opened_office(folder: Path, server: MailServer) -> Iterator[Office]:
    """Give an office that sends over that server."""
    (folder / "config.toml").write_text(CONFIG.format(server=server, username=USERNAME), encoding="utf-8")
    (folder / "password").touch(mode=0o600)
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    (folder / "templates").mkdir()
    trusted = {"SSL_CERT_FILE": str(server.write_authority(folder / "ca.pem")), "PYTHONPATH": str(ROOT)}
    reading, writing = os.pipe()
    with (folder / "printed").open("wb") as said, os.fdopen(reading) as answers:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.session", str(writing)],
            cwd=ROOT,
            env={**os.environ, **trusted, "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=said,
            pass_fds=(writing,),
            text=True,
        )
        os.close(writing)
        try:
            yield Office(folder, process, answers)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=30)
