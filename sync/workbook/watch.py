"""Looking at a workbook between runs without opening it: was it saved, does somebody have it open?"""

from pathlib import Path
from typing import Final

from sync.ports import Sign
from sync.workbook.replace import is_open_elsewhere

Stamp = tuple[int, int, int]


class WorkbookWatch:
    """A workbook as a `sync.ports.Watch`. The first look finds it saved: nobody knows what happened before."""

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self._known: Stamp | None = None
        self._seen: Stamp | None = None

    def look(self) -> Sign:
        """Return what is to be seen from outside; a file that is missing or out of reach is none that was saved."""
        self._seen = self._stamp()
        if is_open_elsewhere(self.path):
            return Sign.IN_USE
        return Sign.SAVED if self._seen not in (None, self._known) else Sign.NOTHING

    def settle(self, *, wrote: bool) -> None:
        """Take the file of the last look for known, unless the run wrote another one.

        Then nobody can say from outside whether somebody saved right after it: one more run finds out, and writes none.
        """
        self._known = None if wrote else self._seen

    def _stamp(self) -> Stamp | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_size, found.st_mtime_ns, found.st_ino
