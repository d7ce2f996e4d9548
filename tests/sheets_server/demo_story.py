"""One demonstration as it is told: the chapters, the commands that are run, and what followed from each run.

What people do is told in `demo`; how to look into the sheet in `demo_sheet`.
"""

import io
import textwrap
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from scoring.tabs import ACTORS, TABS
from sync.cli import main as klima_allianz
from sync.google.ids import SERVICE_TAB_IDS
from tests.sheets_server import SheetsServer
from tests.sheets_server.demo_sheet import beside, filled, notes, of_people, public_sentence
from tests.sheets_server.model import Spreadsheet
from tests.sheets_server.person import Person
from tests.sheets_server.server import OWNER

WIDTH = 110
TOLD = 5  # notes of one sync that are told in full
SERVICE_TITLES = {number: TABS[name].de for name, number in SERVICE_TAB_IDS.items()}


@dataclass
class Story:
    """The sheet, its people, the folder of the service, and what was told so far about the public sentence."""

    server: SheetsServer
    book: Spreadsheet
    folder: Path
    today: date
    sentence: str = ""
    failures: list[str] = field(default_factory=list)
    chapters: int = 0

    def __post_init__(self) -> None:
        self.anna = Person(self.book, "anna@example.org", today=self.today)
        self.owner = Person(self.book, OWNER, today=self.today)

    def chapter(self, text: str) -> None:
        """Begin a chapter with what a person does."""
        self.chapters += 1
        print(f"\n{textwrap.fill(f'{self.chapters}. {text}', WIDTH)}")

    def command(self, name: str, *, expected: int = 0) -> list[str]:
        """Run one command as typed; return the lines that it prints."""
        print(f"   $ klima-allianz {name}")
        day = ["--today", self.today.isoformat()] if name == "sync" else []
        printed, progress = io.StringIO(), io.StringIO()
        with redirect_stdout(printed), redirect_stderr(progress):
            code = klima_allianz([name, "--config", str(self.folder / "config.toml"), *day])
        if code != expected:
            self.failures.append(f"`{name}` ended with {code} instead of {expected}: {progress.getvalue()}")
        return (printed if code == 0 else progress).getvalue().splitlines()

    def setup(self, *, expected: int = 0) -> None:
        """Set the sheet up and show what the command says."""
        for line in self.command("setup", expected=expected):
            print(textwrap.fill(line, WIDTH, initial_indent="   ", subsequent_indent="     "))

    def sync(self, *names: str) -> None:
        """Run once, and tell what followed beside these actors, in public, and in the server's record."""
        people, known = of_people(self.book), notes(self.book)
        written, calls = len(self.book.writes), len(self.server.log)
        self.command("sync")
        for name in names:
            self._tell_beside(name)
        self._tell_notes(known)
        self._tell_sentence()
        self._tell_writes(written, calls)
        self._tell_people(people, written)

    def _tell_beside(self, name: str) -> None:
        seen = beside(self.book, name)
        columns = (ACTORS.column(each) for each in ("stage", "rank", "recommendation") if each in seen.grey)
        values = " · ".join(f"{column.de} {_shown(seen.grey[column.field])}" for column in columns)
        tell(f"beside {name} (row {seen.row}): {values or 'nothing'}")

    def _tell_notes(self, known: Mapping[tuple[str, str], str]) -> None:
        """Tell what is new on Hinweise, and what is gone; of many only the first and how many more."""
        now = notes(self.book)
        new = sorted((now[note], note[0]) for note in now.keys() - known.keys())
        for where, sentence in new[:TOLD]:
            tell(f"new on Hinweise{', ' if where else ''}{where}: {sentence}")
        if len(new) > TOLD:
            tell(f"… and {len(new) - TOLD} more on Hinweise: what could not be read, and what to ask")
        if gone := len(known.keys() - now.keys()):
            tell(f"gone from Hinweise: {counted(gone, 'note')}")

    def _tell_sentence(self) -> None:
        sentence = public_sentence(self.book)
        tell("public sentence: as before" if sentence == self.sentence else f"public sentence: „{sentence}“")
        self.sentence = sentence

    def _tell_writes(self, written: int, calls: int) -> None:
        kinds = [call.kind for call in self.server.log[calls:]]
        changed = {SERVICE_TITLES.get(each.sheet_id, "a tab of people's") for each in self.book.writes[written:]}
        cells = len(self.book.writes) - written
        where = f" on {', '.join(sorted(changed))}" if changed else ""
        reads, writes = counted(kinds.count("read"), "read"), counted(kinds.count("write"), "write")
        tell(f"written: {counted(cells, 'cell')}{where}; API calls: {reads}, {writes}")

    def _tell_people(self, before: object, written: int) -> None:
        """Say whether people's cells are what they were; a demonstration in which they are not fails."""
        now = of_people(self.book)
        untouched = now == before and all(each.sheet_id in SERVICE_TITLES for each in self.book.writes[written:])
        if not untouched:
            self.failures.append("a sync changed a cell of people's")
        tell(f"people's cells: {filled(now)}, {'untouched' if untouched else 'NOT as they were'}")


def tell(text: str) -> None:
    """Print one thing that followed."""
    print(textwrap.fill(text, WIDTH, initial_indent="   → ", subsequent_indent="     "))


def _shown(value: object) -> str:
    return f"{value:.0f}" if isinstance(value, float) else f"„{value}“"


def counted(count: int, thing: str) -> str:
    """Return "1 cell" or "2 cells"."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
