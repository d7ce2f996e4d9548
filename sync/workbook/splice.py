"""New values for some cells of a worksheet part; every other element stays as it is, byte for byte.

Which cells may be written is checked elsewhere (`sync.ownership`); here is only how a cell is written.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from xml.sax.saxutils import escape

from scoring.addresses import column_index, column_letter
from scoring.snapshot import Cell
from sync.workbook.cells import Formats, decoded, encoded
from sync.workbook.package import DamagedError
from sync.workbook.spans import Edit, Element, Layout, Row, apply, layout

LONGEST_TEXT = 32_767  # characters of a cell; Excel calls a file with more damaged

Values = Mapping[tuple[int, int], Cell]
"""What to write, by 1-based row and 0-based column; None clears."""

_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s>/])([^<>]*)>")
_FILLED_RANGE = re.compile(rb'\bref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_SPANS = re.compile(rb'\sspans="[^"]*"')
_HEIGHT = re.compile(rb'\sht="[^"]*"')


@dataclass(frozen=True, kw_only=True)
class Spliced:
    """The new part. `lost_formula` says that a formula was overwritten, which the calculation chain may still name."""

    part: bytes
    lost_formula: bool


class FilledRangeError(Exception):
    """A cell to be written holds a formula that also fills cells which are not: its text is that range."""


def splice(
    part: bytes,
    values: Values,
    formats: Formats,
    first_row: int,
    heights: Mapping[int, float] = MappingProxyType({}),
    styles: Mapping[tuple[int, int], str] = MappingProxyType({}),
) -> Spliced:
    """Return the part with these cells written; a cell keeps its style unless `styles` has one for it.

    `first_row` is the first row below the header: a new cell there takes no style from the row above. `heights` are the
    heights of rows in points. Raises `FilledRangeError`.
    """
    by_row: dict[int, dict[int, Cell]] = defaultdict(dict)
    for (number, column), value in sorted(values.items()):
        by_row[number][column] = value
    sheet = layout(part, frozenset(by_row) | frozenset(number - 1 for number in by_row))
    writer = _Writer(part, sheet, formats, first_row, heights, styles)
    overwritten = [part[cell.start : cell.end] for cell in _existing(sheet, values)]
    formulas = [match[1] for cell in overwritten if (match := _FORMULA.search(cell))]
    for formula in formulas:
        _refuse_filled_range(formula, values)
    return Spliced(
        part=apply(part, [*writer.rows(by_row), *_dimension(part, sheet, values)]), lost_formula=bool(formulas)
    )


def _existing(sheet: Layout, values: Values) -> Iterator[Element]:
    for number, column in values:
        row = sheet.rows.get(number)
        if row is not None and column in row.cells:
            yield row.cells[column]


def _refuse_filled_range(formula: bytes, values: Values) -> None:
    match = _FILLED_RANGE.search(formula)
    if match is None:
        return
    left, top, right, bottom = (part.decode() for part in match.groups())
    columns = range(column_index(left), column_index(right) + 1)
    rows = range(int(top), int(bottom) + 1)
    if len(rows) * len(columns) > len(values) or not all(cell in values for cell in product(rows, columns)):
        raise FilledRangeError(f"{left}{top}:{right}{bottom}")


class _Writer:
    """Turns rows of values into edits of one part."""

    def __init__(
        self,
        part: bytes,
        sheet: Layout,
        formats: Formats,
        first_row: int,
        heights: Mapping[int, float],
        styles: Mapping[tuple[int, int], str],
    ) -> None:
        self._part = part
        self._sheet = sheet
        self._formats = formats
        self._first_row = first_row
        self._heights = heights
        self._styles = styles
        self._column_styles: dict[int, str] = {}
        data = sheet.first("sheetData")
        if data is None:
            raise DamagedError("a worksheet has no cells")
        self._data = data

    def rows(self, by_row: Mapping[int, Mapping[int, Cell]]) -> list[Edit]:
        edits: list[Edit] = []
        fresh: list[tuple[int, bytes]] = []
        for number, cells in sorted(by_row.items()):
            row = self._sheet.rows.get(number)
            if row is None:
                fresh += self._fresh_row(number, cells)
            elif row.closing is None:
                edits += self._opened_row(row, cells)
            else:
                edits += self._row(row, cells)
        return [*edits, *self._inserted(fresh)]

    def _fresh_row(self, number: int, cells: Mapping[int, Cell]) -> Iterator[tuple[int, bytes]]:
        content = self._fresh_cells(number, cells)
        if content:
            height = f' ht="{self._heights[number]:g}"' if number in self._heights else ""
            yield number, self._tag(f'row r="{number}"{height}', content)

    def _inserted(self, fresh: list[tuple[int, bytes]]) -> list[Edit]:
        """Return the edits that put new rows before the next row that is there, or at the end."""
        if not fresh:
            return []
        if self._data.closing is None:
            return [(self._data.start, self._data.end, self._tag("sheetData", b"".join(row for _, row in fresh)))]
        following = sorted((row.number, row.start) for row in self._sheet.rows.values())
        edits: list[Edit] = []
        at = 0
        for number, content in fresh:
            while at < len(following) and following[at][0] < number:
                at += 1
            position = following[at][1] if at < len(following) else self._data.closing
            edits.append((position, position, content))
        return edits

    def _opened_row(self, row: Row, cells: Mapping[int, Cell]) -> list[Edit]:
        """Return the edit that fills a row which has no cells yet (`<row r="3"/>`)."""
        content = self._fresh_cells(row.number, cells)
        if not content:
            return []
        opening = self._opening(row, self._part[row.start : row.end].removesuffix(b"/>") + b">", widened=True)
        return [(row.start, row.end, opening + content + f"</{self._sheet.prefix}row>".encode())]

    def _row(self, row: Row, cells: Mapping[int, Cell]) -> list[Edit]:
        edits: list[Edit] = []
        there = sorted(row.cells)
        for column, value in cells.items():
            existing = row.cells.get(column)
            if existing is not None:
                style = self._styles.get((row.number, column), existing.attributes.get("s", ""))
                edits.append((existing.start, existing.end, self._cell(row.number, column, value, style)))
            elif content := self._fresh_cells(row.number, {column: value}):
                following = next((row.cells[other].start for other in there if other > column), row.closing or 0)
                edits.append((following, following, content))
        opening = self._part[row.start : row.body]
        new = self._opening(row, opening, widened=any(start == end for start, end, _ in edits))
        return edits if new == opening else [*edits, (row.start, row.body, new)]

    def _opening(self, row: Row, opening: bytes, *, widened: bool) -> bytes:
        """Return a row's start tag with its new height, and without the columns it spans when there are new ones."""
        if widened:
            opening = _SPANS.sub(b"", opening)
        if row.number in self._heights:
            height = f' ht="{self._heights[row.number]:g}"'.encode()
            opening = _HEIGHT.sub(b"", opening)
            end = opening.rindex(b">")
            opening = opening[:end].rstrip() + height + opening[end:]
        return opening

    def _fresh_cells(self, number: int, cells: Mapping[int, Cell]) -> bytes:
        """Return new cells; one that is to be cleared is not there anyway, unless it is to have a style."""
        return b"".join(
            self._cell(number, column, value, self._style(number, column))
            for column, value in cells.items()
            if not _is_blank(value) or (number, column) in self._styles
        )

    def _style(self, number: int, column: int) -> str:
        """Return the style of a new cell: its own, else that of its row, of its column, or of the cell above."""
        if (number, column) in self._styles:
            return self._styles[number, column]
        row = self._sheet.rows.get(number)
        if row is not None and row.attributes.get("customFormat") in {"1", "true"}:
            return row.attributes.get("s", "")
        if self._column_style(column):
            return self._column_style(column)
        above = self._sheet.rows.get(number - 1) if number > self._first_row else None
        return above.cells[column].attributes.get("s", "") if above is not None and column in above.cells else ""

    def _column_style(self, column: int) -> str:
        """Return the style of a column, "" without one; looked up once: a file may define thousands of columns."""
        if column not in self._column_styles:
            self._column_styles[column] = next(
                (
                    columns["style"]
                    for columns in self._sheet.columns
                    if int(columns["min"]) <= column + 1 <= int(columns["max"]) and columns.get("style", "0") != "0"
                ),
                "",
            )
        return self._column_styles[column]

    def _cell(self, number: int, column: int, value: Cell, style: str) -> bytes:
        if style in self._formats.dates and isinstance(value, int | float):
            style = ""  # a number that somebody has shown as a date would be read back as one
        opening = f'c r="{column_letter(column)}{number}"' + (f' s="{style}"' if style else "")
        if isinstance(value, str) and not _is_blank(value):
            return self._tag(f'{opening} t="inlineStr"', inline_string(value, self._sheet.prefix))
        if isinstance(value, bool):
            return self._tag(f'{opening} t="b"', self._tag("v", b"1" if value else b"0"))
        if isinstance(value, int | float) and not _is_blank(value):
            return self._tag(opening, self._tag("v", _number(value)))
        return f"<{self._sheet.prefix}{opening}/>".encode()

    def _tag(self, opening: str, content: bytes) -> bytes:
        prefix = self._sheet.prefix
        return f"<{prefix}{opening}>".encode() + content + f"</{prefix}{opening.partition(' ')[0]}>".encode()


def inline_string(text: str, prefix: str = "", properties: str = "") -> bytes:
    """Return the `<is>` element of a text; `properties` (as XML) makes it one formatted run."""
    plain = f'<{prefix}t xml:space="preserve">{escape(encoded(text[:LONGEST_TEXT]))}</{prefix}t>'
    run = f"<{prefix}r><{prefix}rPr>{properties}</{prefix}rPr>{plain}</{prefix}r>" if properties else plain
    return f"<{prefix}is>{run}</{prefix}is>".encode("ascii", "xmlcharrefreplace")


def as_read(value: Cell) -> Cell:
    """Return what a written value reads as: text without what no cell can hold, None for whatever leaves it blank."""
    if _is_blank(value):
        return None
    return decoded(encoded(value[:LONGEST_TEXT])) if isinstance(value, str) else value


def _is_blank(value: Cell) -> bool:
    """Say whether a value leaves its cell blank: None, text without a character, a number that is none."""
    if isinstance(value, str):
        return not encoded(value)
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _number(value: float) -> bytes:
    if isinstance(value, float):
        return repr(int(value) if value.is_integer() and abs(value) < 2**53 else float(value)).encode()
    return str(int(value)).encode()


def _dimension(part: bytes, sheet: Layout, values: Values) -> list[Edit]:
    """Return the edit that makes the stated range of used cells hold the new ones, if it does not yet."""
    stated = sheet.first("dimension")
    written = [cell for cell, value in values.items() if not _is_blank(value)]
    if stated is None or not written:
        return []
    corners = re.fullmatch(r"([A-Z]+)([0-9]+)(?::([A-Z]+)([0-9]+))?", stated.attributes.get("ref", ""))
    if corners is None:
        return []
    left, top, right, bottom = corners.groups()
    rows = [int(top), int(bottom or top), *(row for row, _ in written)]
    columns = [column_index(left), column_index(right or left), *(column for _, column in written)]
    reference = f"{column_letter(min(columns))}{min(rows)}:{column_letter(max(columns))}{max(rows)}"
    element = part[stated.start : stated.end]
    new = re.sub(rb'\bref=(["\'])[^"\']*["\']', f'ref="{reference}"'.encode(), element)
    return (
        [] if reference in {stated.attributes["ref"], f"{left}{top}:{left}{top}"} else [(stated.start, stated.end, new)]
    )
