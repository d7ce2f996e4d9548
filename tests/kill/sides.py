"""Where the sheet of the killed runs is kept: a workbook, or a Google Sheet on the local server.

What belongs here: making it, having it anew for every try, and looking at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from scoring.columns import TabSpec
from scoring.snapshot import Snapshot
from scoring.tabs import ACTORS, LETTERS, RECIPIENTS
from sync.google import GoogleSheet, connect
from sync.layout import arranged
from sync.workbook import WorkbookSheet
from tests.kill.scenario import ACTORS as NAMES
from tests.kill.scenario import FIRST_RUN, NOW, PEOPLE, QUARTER, configure
from tests.sheets_server.a1 import cell_name
from tests.sheets_server.copies import working_copy
from tests.sheets_server.model import Spreadsheet
from tests.sync.worlds import GoogleWorld, Worlds

if TYPE_CHECKING:
    from tests.kill.harness import Harness

GOOGLE = """\
[sheet]
source = "google"
spreadsheet = "{world.book.id}"
credentials = "{world.key.name}"
api = "{world.server.url}"
"""

GERMAN = {"yes": "ja", "requested": "angefragt"}


class Side(Protocol):
    """A place for the sheet."""

    def prepare(self, town: "Harness") -> None:
        """Make sheet and memory as they are just before the run that is killed."""
        ...

    def renew(self) -> None:
        """Have the sheet as it was prepared."""
        ...

    def read(self, folder: Path) -> Snapshot:
        """Return what a fresh read says."""
        ...

    def content(self, folder: Path) -> object:
        """Return all of the sheet, to be compared."""
        ...


class WorkbookSide:
    """The workbook beside the configuration."""

    def prepare(self, town: "Harness") -> None:
        """Let the driver do it, which is warm then."""
        town.ask(prepare=str(town.prepared), port=town.server.port)

    def renew(self) -> None:
        """Nothing to do: it is in the folder that is copied."""

    def read(self, folder: Path) -> Snapshot:
        """Read the file."""
        return WorkbookSheet(folder / "allianz.xlsx", "de").read()

    def content(self, folder: Path) -> object:
        """Return the file's bytes."""
        return (folder / "allianz.xlsx").read_bytes()


@dataclass
class GoogleSide:
    """A Google Sheet; the server is in this process, the runs are not."""

    worlds: Worlds
    world: GoogleWorld = field(init=False)
    prepared: Spreadsheet = field(init=False)

    def prepare(self, town: "Harness") -> None:
        """Type what the workbook is made with, and let two runs see it, the second with two signatures."""
        self.world = world = self.worlds.google(town.prepared)
        section = GOOGLE.format(world=world)
        for spec in (RECIPIENTS, ACTORS, LETTERS):
            world.fill(spec.title("de"), 2, [_row(spec, values) for values in PEOPLE[spec.name]])
        configure(town.prepared, town.server.port, enabled=False, sheet=section)
        town.ask(sync=str(town.prepared), at=FIRST_RUN.isoformat())
        for row in range(2, 2 + len(NAMES[:2])):
            world.type(LETTERS.title("de"), {_cell(LETTERS, "status", row): "unterzeichnet"})
            world.type(LETTERS.title("de"), {_cell(LETTERS, "signed_on", row): NOW.date()})
        town.ask(sync=str(town.prepared), at=(NOW - QUARTER).isoformat())
        configure(town.prepared, town.server.port, enabled=True, sheet=section)
        self.prepared = working_copy(world.book)

    def renew(self) -> None:
        """Give the server a copy under the same id."""
        book = self.world.book = working_copy(self.prepared)
        self.world.server.spreadsheets[book.id] = book

    def read(self, folder: Path) -> Snapshot:  # noqa: ARG002  # the server has it
        """Read it as a run does that knows nothing."""
        return GoogleSheet(connect(self.world.access), "de", known=(), tab_ids={}, keep=lambda _: None).read()

    def content(self, folder: Path) -> object:  # noqa: ARG002
        """Return every filled cell with its looks."""
        return dict(self.world.cells())


def _row(spec: TabSpec, values: Mapping[str, str]) -> list[str | None]:
    typed = {name: GERMAN.get(value, value) for name, value in values.items()}
    return [typed.get(column.field) for column in arranged(spec)]


def _cell(spec: TabSpec, name: str, row: int) -> str:
    return cell_name(row - 1, [column.field for column in arranged(spec)].index(name))
