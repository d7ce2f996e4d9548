"""The shown values of a tab, with the one kind of formula that the server knows: the lookup that spills down.

`=ARRAYFORMULA(IF(ROW(keys)=ROW(cell);"title";IF(keys="";;IFNA(XLOOKUP(keys;tab!column;tab!column)))))`, whatever its
title and references are. Any other formula shows "#NAME?", like one that Google does not know.
"""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field

from tests.sheets_server.model import ERRORS, Formula, Sheet, Spreadsheet, Value
from tests.sheets_server.references import REF_ERROR, Reference, read

Place = tuple[int, int]

_TEXT = r'"(?:[^"]|"")*"'
_RANGE = r"(?:'(?:[^']|'')+'!|[^\W\d]\w*!)?[$\w#!:]+?"
_PIECES = (
    r"=\s*ARRAYFORMULA\(", r"IF\(", r"ROW\(", rf"(?P<rows>{_RANGE})", r"\)", "=",
    r"ROW\(", rf"(?P<header>{_RANGE})", r"\)", "(?P<s1>[;,])", rf"(?P<title>{_TEXT})", "(?P<s2>[;,])",
    r"IF\(", rf"(?P<tested>{_RANGE})", "=", '""', "(?P<s3>[;,])", "(?P<s4>[;,])",
    r"IFNA\(", r"XLOOKUP\(", rf"(?P<keys>{_RANGE})", "(?P<s5>[;,])", rf"(?P<among>{_RANGE})",
    "(?P<s6>[;,])", rf"(?P<result>{_RANGE})", r"\)", r"\)", r"\)", r"\)", r"\)",
)  # fmt: skip
_TEMPLATE = re.compile(r"\s*".join(_PIECES) + r"\s*", re.IGNORECASE)
_SUM = re.compile(r"=[\d\s.,;+*/()^-]+")


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """A parsed template: the key range, the cell whose row gets the title, and where to look up what."""

    title: str
    keys: Reference
    header: Reference
    among: Reference
    result: Reference


def effective(spreadsheet: Spreadsheet, sheet: Sheet) -> dict[Place, Value]:
    """Return every shown value of a tab by (row, column): entered, spilled or an error; blank cells are absent."""
    return _Evaluation(spreadsheet).values(sheet)


def parse(text: str, locale: str) -> Lookup | str:
    """Read a formula; for one that is not the lookup, or not in this locale, return the error value it shows."""
    match = _TEMPLATE.fullmatch(text)
    if match is None:
        # Arithmetic is left alone: nobody's tests depend on its result.
        return "#ERROR!" if _SUM.fullmatch(text) else "#NAME?"
    if any(match[f"s{i}"] == "," for i in range(1, 7)) and not locale.startswith("en"):
        # Elsewhere the comma separates decimals.
        return "#ERROR!"
    references = [match[name] for name in ("rows", "tested", "keys", "header", "among", "result")]
    if any(REF_ERROR in reference for reference in references):
        return REF_ERROR
    try:
        rows, tested, keys, header, among, result = (read(reference) for reference in references)
    except ValueError:
        return "#NAME?"
    if not rows == tested == keys:
        return "#VALUE!"
    title = match["title"][1:-1].replace('""', '"')
    return Lookup(title=title, keys=keys, header=header, among=among, result=result)


@dataclass
class _Evaluation:
    """The values of the tabs seen so far, so that every tab and every pair of columns is read once."""

    spreadsheet: Spreadsheet
    done: dict[int, dict[Place, Value]] = field(default_factory=dict)
    columns: dict[int, dict[int, dict[int, Value]]] = field(default_factory=dict)
    tables: dict[tuple[int, int, int, int], dict[Hashable, int]] = field(default_factory=dict)

    def values(self, sheet: Sheet) -> dict[Place, Value]:
        """Return the shown values of a tab; within a circle, those that do not depend on it."""
        if sheet.id in self.done:
            return self.done[sheet.id]
        shown: dict[Place, Value] = {}
        formulas: list[tuple[Place, Formula]] = []
        for place, cell in sheet.cells.items():
            if isinstance(cell.entered, Formula):
                formulas.append((place, cell.entered))
            elif cell.error:
                shown[place] = cell.error
            elif cell.entered is not None:
                shown[place] = cell.entered
        self.done[sheet.id] = shown
        occupied = shown.keys() | {place for place, _ in formulas}
        filled = _by_column(occupied)
        for place, formula in sorted(formulas, key=lambda item: item[0]):
            self._show(sheet, place, formula, filled)
        return shown

    def _show(self, sheet: Sheet, place: Place, formula: Formula, filled: dict[int, list[int]]) -> None:
        """Put the values of one formula into the tab's shown values."""
        shown = self.done[sheet.id]
        lookup = parse(formula.text, self.spreadsheet.locale)
        if isinstance(lookup, str):
            shown[place] = lookup
            return
        spilled = self._spill(sheet, lookup)
        row, column = place
        if isinstance(spilled, str):
            shown[place] = spilled
        elif row + len(spilled) > sheet.rows or any(row < at < row + len(spilled) for at in filled[column]):
            shown[place] = REF_ERROR
        else:
            shown.update({(row + i, column): value for i, value in enumerate(spilled) if value is not None})
            self.columns.pop(sheet.id, None)

    def _spill(self, sheet: Sheet, lookup: Lookup) -> list[Value] | str:
        """Return the values of a lookup from its first row on, or the error of the whole formula."""
        home = self._tab(lookup.keys, sheet)
        target, result_tab = self._tab(lookup.among, sheet), self._tab(lookup.result, sheet)
        spans = [ref.area.columns for ref in (lookup.keys, lookup.among, lookup.result)]
        header = lookup.header.area.rows
        if home is None or target is None or result_tab is None or header is None:
            return REF_ERROR
        columns = [span[0] for span in spans if span is not None and span[1] == span[0] + 1]
        among_rows, result_rows = lookup.among.area.rows or (0, None), lookup.result.area.rows or (0, None)
        if len(columns) != len(spans) or among_rows != result_rows:
            return "#VALUE!"
        if any(at >= tab.columns for at, tab in zip(columns, (home, target, result_tab), strict=True)):
            return REF_ERROR
        first, last = lookup.keys.area.rows or (0, None)
        keys = self._column(home, columns[0])
        table = self._table(target, columns[1], among_rows)
        results = self._column(result_tab, columns[2])
        spilled: list[Value] = []
        for row in range(first, home.rows if last is None else last):
            key = keys.get(row)
            if row == header[0]:
                spilled.append(lookup.title)
            elif key is None or key in ERRORS:
                spilled.append(key)
            else:
                found = table.get(_key(key))
                spilled.append(None if found is None else _found(results.get(found)))
        return spilled

    def _tab(self, reference: Reference, home: Sheet) -> Sheet | None:
        if not reference.title:
            return home
        try:
            return self.spreadsheet.sheet(reference.title)
        except KeyError:
            return None

    def _column(self, sheet: Sheet, column: int) -> dict[int, Value]:
        """Return the shown values of one column by row."""
        values = self.values(sheet)
        if sheet.id not in self.columns:
            by_column: dict[int, dict[int, Value]] = {}
            for (row, at), value in values.items():
                by_column.setdefault(at, {})[row] = value
            self.columns[sheet.id] = by_column
        return self.columns[sheet.id].get(column, {})

    def _table(self, sheet: Sheet, column: int, rows: tuple[int, int | None]) -> dict[Hashable, int]:
        """Return the first row of every key in a column."""
        end = sheet.rows if rows[1] is None else rows[1]
        name = (sheet.id, column, rows[0], end)
        if name not in self.tables:
            table: dict[Hashable, int] = {}
            for row, value in sorted(self._column(sheet, column).items()):
                if rows[0] <= row < end and value is not None:
                    table.setdefault(_key(value), row)
            self.tables[name] = table
        return self.tables[name]


def _key(value: Value) -> Hashable:
    """Return what two values must have in common to match: type and value, text without regard to case."""
    if isinstance(value, bool):
        return (bool, value)
    if isinstance(value, str):
        return (str, value.lower())
    return (float, float(value or 0))


def _found(value: Value) -> Value:
    """Return a looked-up value; IFNA makes a blank of #N/A and lets other errors through."""
    return None if value == "#N/A" else value


def _by_column(places: set[Place]) -> dict[int, list[int]]:
    filled: dict[int, list[int]] = {}
    for row, column in places:
        filled.setdefault(column, []).append(row)
    return filled
