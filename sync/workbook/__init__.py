"""The sheet as a local .xlsx workbook: reading it, saving into it, and `setup` for it.

This page is the way in; the work is done in the modules beside it, which are imported only when a command needs them.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from scoring.domain import Language
from scoring.snapshot import Snapshot
from sync.config import WORKBOOK_MB
from sync.layout import SetupReport
from sync.ownership import assert_ours
from sync.ports import Calls, WritePlan
from sync.workbook.watch import WorkbookWatch

__all__ = ["WorkbookSheet", "WorkbookWatch", "create_workbook", "extend_workbook", "workbook_exists"]

NOTHING_KNOWN: Mapping[str, str] = MappingProxyType({})

Row = Mapping[str, str | float | int | bool | date | None]
"""One row of a people's tab to begin with: field → value; list values as their code."""


class WorkbookSheet:
    """The team's workbook as a `sync.ports.Sheet`: one read of all tabs, one atomic save of what differs.

    `language` is that of the titles and headers of service tabs that have to be added, `most_mb` how many megabytes the
    file may unpack to.
    """

    fills_lookups = True

    def __init__(self, path: Path, language: Language, most_mb: int = WORKBOOK_MB) -> None:
        self.path: Final = path
        self.language: Final = language
        self.most_mb: Final = most_mb
        self.calls = Calls()

    def read(self) -> Snapshot:
        """Return all tabs; the version is the SHA-256 of the file. Raises `SetupError` or `OutsideError`."""
        from sync.workbook.read import read_snapshot  # noqa: PLC0415  # heavy

        self.calls = Calls(reads=self.calls.reads + 1, writes=self.calls.writes)
        return read_snapshot(self.path, self.most_mb)

    def write(self, plan: WritePlan, snapshot: Snapshot) -> None:
        """Carry out the plan in one atomic replacement of the file, or nothing; an empty plan writes nothing.

        Raises `SheetChangedError` when somebody saved in between, `OutsideError` while somebody has the workbook open
        or when it cannot be written, and `OwnershipError` (a bug) for a plan that names a cell of people.
        """
        assert_ours(plan, snapshot)
        if not plan.new_tabs and not plan.rows:
            return
        from sync.workbook.save import save_plan  # noqa: PLC0415  # heavy

        save_plan(self.path, self.language, plan, snapshot, self.most_mb)
        self.calls = Calls(reads=self.calls.reads, writes=self.calls.writes + 1)


def create_workbook(path: Path, language: Language, content: Mapping[str, Sequence[Row]] | None = None) -> SetupReport:
    """Make a new workbook with all tabs and report their titles; `content` fills people's tabs, by name in code.

    Kontakte is not among them: contacts belong in a second file. `SetupError` when the file exists or cannot be made.
    """
    from sync.workbook.setup.create import create  # noqa: PLC0415  # heavy

    return SetupReport(added=create(path, language, content or {}))


def workbook_exists(path: Path) -> bool:
    """Say whether there is a file; `SetupError` for a path that can be none: a folder, or an impossible name."""
    from sync.workbook.package import is_file  # noqa: PLC0415  # heavy

    return is_file(path)


def extend_workbook(
    path: Path, language: Language, known: Mapping[str, str] = NOTHING_KNOWN, most_mb: int = WORKBOOK_MB
) -> SetupReport:
    """Add what a workbook misses and report it; nothing that people have changes, whatever the workbook holds.

    No column comes beside one like it. `known` holds the ids of tabs by name in code as the last run remembers them: a
    tab that people renamed is there. `most_mb` is how many megabytes the file may unpack to. Leaves the file as it is
    when nothing is missing. `OutsideError` while somebody has it open.
    """
    from sync.workbook.setup.extend import extend  # noqa: PLC0415  # heavy

    return extend(path, language, known, most_mb)
