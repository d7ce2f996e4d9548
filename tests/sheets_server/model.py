"""What the server keeps: spreadsheets, their tabs, and typed cells, with a record of who wrote each of them.

No HTTP and no JSON here. Requests are carried out in `requests`, A1 notation and values in `values`, what a person
does in `person`, the one formula it knows in `lookup`.
"""

from dataclasses import dataclass, field
from typing import Any

Value = float | bool | str | None
"""What a cell holds: a number (days of Google's calendar are numbers too), a boolean, text, or None for blank."""

ERRORS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#ERROR!", "#NULL!")


@dataclass(frozen=True, kw_only=True)
class Formula:
    """What a person or a program typed behind "="; `text` includes it. Only the lookup template has values."""

    text: str


@dataclass(kw_only=True)
class Cell:
    """One cell. `entered` is what somebody put in; `error` an error value that stands in it (for tests of error cells).

    `format` holds userEnteredFormat as sent, `note` and `validation` likewise. `runs` are textFormatRuns as sent, which
    last until another value is entered. `written_by` is the mail address of whoever wrote `entered` last, "" for
    nobody.
    """

    entered: Value | Formula = None
    error: str = ""
    format: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    validation: dict[str, Any] = field(default_factory=dict)
    runs: list[dict[str, Any]] = field(default_factory=list)
    written_by: str = ""


@dataclass(kw_only=True)
class Sheet:
    """One tab. `cells` by 0-based (row, column), only those that hold anything; the grid ends at `rows`, `columns`.

    The lists hold the resources as sent (protectedRanges, bandedRanges, conditionalFormats, charts, merges …), with
    GridRanges that structural edits keep right. `properties` holds further SheetProperties as sent (tabColorStyle …).
    """

    id: int
    title: str
    rows: int = 1000
    columns: int = 26
    frozen_rows: int = 0
    frozen_columns: int = 0
    hidden: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    protected_ranges: list[dict[str, Any]] = field(default_factory=list)
    banded_ranges: list[dict[str, Any]] = field(default_factory=list)
    conditional_formats: list[dict[str, Any]] = field(default_factory=list)
    charts: list[dict[str, Any]] = field(default_factory=list)
    merges: list[dict[str, Any]] = field(default_factory=list)
    basic_filter: dict[str, Any] | None = None
    row_metadata: dict[int, dict[str, Any]] = field(default_factory=dict)
    column_metadata: dict[int, dict[str, Any]] = field(default_factory=dict)
    row_groups: list[dict[str, Any]] = field(default_factory=list)
    column_groups: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class CellWrite:
    """One cell that a request changed through the API: who, where (0-based), and what stood there before and after."""

    by: str
    sheet_id: int
    row: int
    column: int
    before: Value | Formula
    after: Value | Formula


@dataclass(kw_only=True)
class Spreadsheet:
    """One file. `roles` maps a mail address to "owner", "writer" or "reader"; `kind` "xlsx" is an Office file."""

    id: str
    title: str
    locale: str = "de_DE"
    time_zone: str = "Europe/Berlin"
    sheets: list[Sheet] = field(default_factory=list)
    named_ranges: list[dict[str, Any]] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    kind: str = "sheet"
    created: str = ""
    modified: str = ""
    """When the file was made and last changed, as Drive writes times ("2026-03-01T09:00:00.000Z")."""
    ids_given: int = 0
    """How many ids the server has made up for this file; none is given twice, not even after a deletion."""
    writes: list[CellWrite] = field(default_factory=list)
    api_structure_edits: list[tuple[str, int, str]] = field(default_factory=list)
    """(who, sheet id, kind of request) of every request through the API that moved, added or removed cells or tabs."""

    def sheet(self, title: str) -> Sheet:
        """Return the tab of that title (case matters not); KeyError when there is none."""
        for sheet in self.sheets:
            if sheet.title.casefold() == title.casefold():
                return sheet
        raise KeyError(title)

    def by_id(self, sheet_id: int) -> Sheet:
        """Return the tab of that id; KeyError when there is none."""
        for sheet in self.sheets:
            if sheet.id == sheet_id:
                return sheet
        raise KeyError(sheet_id)
