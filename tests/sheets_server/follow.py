"""What follows when cells move: everything in a spreadsheet that refers to cells, rewritten by one rule.

Formulas in cells, validations and conditional formats; protected, banded, merged, filtered and named ranges; the
source ranges and places of charts. Moves no cells itself: that is `structure`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.sheets_server.model import Cell, Formula, Sheet, Spreadsheet
from tests.sheets_server.references import Reference, rewrite
from tests.sheets_server.spans import Rectangle, Span, grid_range, rectangle

Change = Callable[[int, Rectangle], tuple[int, Rectangle] | None]
"""Where a range (tab id, area) is afterwards; None when it is gone."""


@dataclass
class Rewriter:
    """Carries one change through everything that refers to cells.

    `before` finds tabs by the titles that formulas still have; the spreadsheet gives the titles afterwards.
    """

    before: dict[str, int]
    spreadsheet: Spreadsheet
    change: Change

    def __post_init__(self) -> None:
        self._after = {sheet.id: sheet.title for sheet in self.spreadsheet.sheets}
        self._validations: dict[tuple[int, int], dict[str, Any]] = {}

    def everything(self) -> None:
        """Rewrite all tabs and named ranges in place."""
        for sheet in self.spreadsheet.sheets:
            for place, cell in sheet.cells.items():
                if isinstance(cell.entered, Formula) or cell.validation:
                    sheet.cells[place] = self.cell(cell, sheet.id, sheet.id)
            self.resources(sheet)
        self.spreadsheet.named_ranges = self._ranged(self.spreadsheet.named_ranges)

    def cell(self, cell: Cell, home: int, new_home: int) -> Cell:
        """Return the cell with its formula and the formulas of its validation rewritten."""
        entered = cell.entered
        if isinstance(entered, Formula):
            text = self.text(entered.text, home, new_home)
            entered = entered if text == entered.text else Formula(text=text)
        validation = cell.validation
        if validation:
            key = (id(validation), home)
            if key not in self._validations:
                self._validations[key] = self._condition(validation, home, new_home)
            validation = self._validations[key]
        if entered is cell.entered and validation is cell.validation:
            return cell
        return replace(cell, entered=entered, validation=validation)

    def text(self, formula: str, home: int, new_home: int) -> str:
        """Return the text of a formula that stood on tab `home` and stands on `new_home` afterwards."""

        def change(reference: Reference) -> Reference | None:
            sheet_id = self.before.get(reference.title.casefold()) if reference.title else home
            if sheet_id is None:
                return reference
            new = self.change(sheet_id, reference.area)
            if new is None or new[0] not in self._after:
                return None
            bare = not reference.title and new[0] == new_home
            return replace(reference, title="" if bare else self._after[new[0]], area=new[1])

        return rewrite(formula, change)

    def range(self, range_: dict[str, Any], home: int = 0) -> dict[str, Any] | None:
        """Return a GridRange after the change; one that names no tab is on `home`."""
        new = self.change(range_.get("sheetId", home), rectangle(range_))
        return None if new is None else grid_range(*new)

    def resources(self, sheet: Sheet) -> None:
        """Rewrite what lies over the cells of one tab, in place."""
        sheet.protected_ranges = self._ranged(sheet.protected_ranges, sheet.id)
        for protection in sheet.protected_ranges:
            if "unprotectedRanges" in protection:
                protection["unprotectedRanges"] = self._ranges(protection["unprotectedRanges"], sheet.id)
        sheet.banded_ranges = self._ranged(sheet.banded_ranges, sheet.id)
        rules = [self._condition(r, sheet.id, sheet.id) for r in sheet.conditional_formats]
        sheet.conditional_formats = [
            rule | {"ranges": ranges} for rule in rules if (ranges := self._ranges(rule.get("ranges", []), sheet.id))
        ]
        sheet.merges = [m for m in self._ranges(sheet.merges, sheet.id) if _cells_of(m) > 1]
        filters = self._ranged([sheet.basic_filter] if sheet.basic_filter else [], sheet.id)
        sheet.basic_filter = filters[0] if filters else None
        sheet.charts = [self._chart(chart) for chart in sheet.charts]

    def _ranged(self, resources: list[dict[str, Any]], home: int = 0) -> list[dict[str, Any]]:
        """Return the resources with their `range` changed, without those whose range is gone."""
        changed = [(resource, self.range(resource.get("range", {}), home)) for resource in resources]
        return [resource | {"range": new} for resource, new in changed if new is not None]

    def _ranges(self, ranges: list[dict[str, Any]], home: int = 0) -> list[dict[str, Any]]:
        return [new for range_ in ranges if (new := self.range(range_, home)) is not None]

    def _condition(self, part: Any, home: int, new_home: int) -> Any:
        """Return any piece of a rule with the formulas in it ("userEnteredValue": "=…") rewritten; same if none."""
        if isinstance(part, list):
            new_list = [self._condition(item, home, new_home) for item in part]
            return part if all(a is b for a, b in zip(part, new_list, strict=True)) else new_list
        if not isinstance(part, dict):
            return part
        new = {key: self._condition(value, home, new_home) for key, value in part.items()}
        value = part.get("userEnteredValue")
        if isinstance(value, str) and value.startswith("="):
            text = self.text(value, home, new_home)
            new["userEnteredValue"] = value if text == value else text
        return part if all(new[key] is part[key] for key in part) else new

    def _chart(self, chart: dict[str, Any]) -> dict[str, Any]:
        new = chart | {"spec": self._sources(chart.get("spec", {}))}
        overlay = chart.get("position", {}).get("overlayPosition")
        if overlay and "anchorCell" in overlay:
            anchor = self._anchor(overlay["anchorCell"])
            new["position"] = chart["position"] | {"overlayPosition": overlay | {"anchorCell": anchor}}
        return new

    def _sources(self, part: Any) -> Any:
        if isinstance(part, list):
            return [self._sources(item) for item in part]
        if not isinstance(part, dict):
            return part
        return {k: self._ranges(v) if k == "sources" else self._sources(v) for k, v in part.items()}

    def _anchor(self, anchor: dict[str, Any]) -> dict[str, Any]:
        """A chart whose cell was deleted stays at the last row or column before it."""
        sheet_id, row, column = (anchor.get(key, 0) for key in ("sheetId", "rowIndex", "columnIndex"))
        while (new := self.change(sheet_id, Rectangle((row, row + 1), (column, column + 1)))) is None and row + column:
            row, column = max(row - 1, 0), max(column - 1, 0)
        area = new[1] if new else Rectangle()
        place = {"rowIndex": (area.rows or (0,))[0], "columnIndex": (area.columns or (0,))[0]}
        return {"sheetId": new[0] if new else sheet_id} | place


def titles(spreadsheet: Spreadsheet) -> dict[str, int]:
    """Return the tab ids by folded title, as references find them."""
    return {sheet.title.casefold(): sheet.id for sheet in spreadsheet.sheets}


def copied(formula: Formula, rows: int, columns: int) -> Formula:
    """Return a formula as it reads after copying so many rows and columns away: parts without $ follow."""

    def change(reference: Reference) -> Reference | None:
        a, b, c, d = reference.dollars
        new_rows = _moved_ends(reference.area.rows, 0 if b else rows, 0 if d else rows)
        new_columns = _moved_ends(reference.area.columns, 0 if a else columns, 0 if c else columns)
        if (new_rows and new_rows[0] < 0) or (new_columns and new_columns[0] < 0):
            return None
        return replace(reference, area=Rectangle(new_rows, new_columns))

    return Formula(text=rewrite(formula.text, change))


def _moved_ends(span: Span | None, first: int, last: int) -> Span | None:
    if span is None:
        return None
    start, end = span
    if end is None:
        return start + first, None
    low, high = start + first, end - 1 + last
    return min(low, high), max(low, high) + 1


def _cells_of(range_: dict[str, Any]) -> int:
    area = rectangle(range_)
    sizes = [(s[1] - s[0]) if s and s[1] is not None else 2 for s in (area.rows, area.columns)]
    return sizes[0] * sizes[1]
