"""Looking at a Google Sheet between runs: one call for one cell, the box "Jetzt synchronisieren" on Übersicht."""

from typing import Final

from gspread.utils import rowcol_to_a1

from scoring.tabs import OVERVIEW
from sync.errors import SheetChangedError
from sync.google.connection import Connection
from sync.google.ids import SERVICE_TAB_IDS
from sync.google.read import LISTED, listed
from sync.ownership import TICK_COLUMN, TICK_ROW, is_ticked
from sync.ports import Sign


class GoogleWatch:
    """A Google Sheet as a `sync.ports.Watch`. What Übersicht is called now is asked once, and again when it moved."""

    def __init__(self, connection: Connection) -> None:
        self.connection: Final = connection
        self._title: str | None = None
        self._is_absent = False

    def look(self) -> Sign:
        """Say whether somebody ticked the box; raises `OutsideError`. A sheet without Übersicht waits for its run."""
        try:
            return self._look()
        except SheetChangedError:  # somebody renamed the tab
            self._title = None
            return self._look()

    def _look(self) -> Sign:
        if self._title is None and not self._is_absent:
            self._find()
        if self._title is None:
            return Sign.NOTHING
        cell = self.connection.cell(self._title, rowcol_to_a1(TICK_ROW, TICK_COLUMN + 1))
        return Sign.TICKED if is_ticked(cell) else Sign.NOTHING

    def settle(self, *, wrote: bool) -> None:
        """Look for Übersicht again after a run that may have added it."""
        self._is_absent = self._is_absent and not wrote

    def _find(self) -> None:
        tabs = listed(self.connection.metadata(f"sheets.{LISTED}"))
        ours = str(SERVICE_TAB_IDS[OVERVIEW.name])
        self._title = next((tab.title for tab in tabs if tab.id == ours), None)
        self._is_absent = self._title is None
