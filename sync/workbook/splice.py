"""New values for some cells of a worksheet part; every other element stays as it is, byte for byte.

Which cells may be written is checked elsewhere (`sync.ownership`); here is only how a cell is written.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from xml.sax.saxutils import escape

from scoring.addresses import column_index, column_letter
from scoring.snapshot import Cell
from sync.workbook.cells import Formats, decoded, encoded
from sync.workbook.package import DamagedError
from sync.workbook.spans import CellSpan, Edit, Layout, Row, apply, layout

LONGEST_TEXT = 32_767  # characters of a cell; Excel calls a file with more damaged

Values = Mapping[int, Mapping[int, Cell]]
"""What to write, by 1-based row and 0-based column; None clears."""

_RowCells = Sequence[tuple[int, Cell]]
"""What to write into one row as it reads afterwards (`as_read`), by 0-based column in their order."""

_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s>/])([^<>]*)>")
_FILLED_RANGE = re.compile(rb'\bref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
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
    others: Callable[[Layout], Sequence[Edit]] = lambda _: (),
) -> Spliced:
    """Return the part with these cells written; a cell keeps its style unless `styles` has one for it.

    `first_row` is the first row below the header: a new cell there takes no style from the row above. `heights` are the
    heights of rows in points. `others` returns what else is to change around the rows, so that a part, which may be
    large, is looked through once. Raises `FilledRangeError`.
    """
    sheet = layout(part, frozenset(values) | frozenset(number - 1 for number in values))
    writer = _Writer(part, sheet, formats, first_row, heights, styles)
    overwritten = [part[cell.start : cell.end] for cell in _existing(sheet, values)]
    formulas = [match[1] for cell in overwritten if (match := _FORMULA.search(cell))]
    for formula in formulas:
        _refuse_filled_range(formula, values)
    rows = writer.rows(values)
    edits = [*rows, *_dimension(part, sheet, writer.written_rows, writer.written_columns), *others(sheet)]
    return Spliced(part=apply(part, edits), lost_formula=bool(formulas))


def _existing(sheet: Layout, values: Values) -> Iterator[CellSpan]:
    for number, cells in values.items():
        row = sheet.rows.get(number)
        if row is not None:
            yield from (row.cells[column] for column in cells if column in row.cells)


def _refuse_filled_range(formula: bytes, values: Values) -> None:
    match = _FILLED_RANGE.search(formula)
    if match is None:
        return
    left, top, right, bottom = (part.decode() for part in match.groups())
    columns = range(column_index(left), column_index(right) + 1)
    rows = range(int(top), int(bottom) + 1)
    if len(rows) > len(values) or not all(column in values.get(row, ()) for row in rows for column in columns):
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
        self.written_rows: list[int] = []
        self.written_columns: set[int] = set()
        data = sheet.first("sheetData")
        if data is None:
            raise DamagedError("a worksheet has no cells")
        self._data = data

    def rows(self, values: Values) -> list[Edit]:
        """Return the edits, and note which rows and columns get a value by them."""
        edits: list[Edit] = []
        fresh: list[tuple[int, bytes]] = []
        for number in sorted(values):
            cells = [(column, as_read(value)) for column, value in sorted(values[number].items())]
            if written := [column for column, value in cells if value is not None]:
                self.written_rows.append(number)
                self.written_columns.update(written)
            row = self._sheet.rows.get(number)
            if row is None:
                fresh += self._fresh_row(number, cells)
            elif row.closing is None:
                edits += self._opened_row(row, cells)
            else:
                edits += self._row(row, cells)
        return [*edits, *self._inserted(fresh)]

    def _fresh_row(self, number: int, cells: _RowCells) -> Iterator[tuple[int, bytes]]:
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

    def _opened_row(self, row: Row, cells: _RowCells) -> list[Edit]:
        """Return the edit that fills a row which has no cells yet (`<row r="3"/>`)."""
        content = self._fresh_cells(row.number, cells)
        if not content:
            return []
        opening = self._opening(row, self._part[row.start : row.end].removesuffix(b"/>") + b">", widened=True)
        return [(row.start, row.end, opening + content + f"</{self._sheet.prefix}row>".encode())]

    def _row(self, row: Row, cells: _RowCells) -> list[Edit]:
        """Return one edit for all that changes in a row: there may be millions of cells."""
        edits: list[Edit] = []
        there = sorted(row.cells)
        for column, value in cells:
            existing = row.cells.get(column)
            if existing is not None:
                style = self._styles.get((row.number, column), existing.style)
                edits.append((existing.start, existing.end, self._cell(row.number, column, value, style)))
            elif content := self._fresh_cells(row.number, [(column, value)]):
                following = next((row.cells[other].start for other in there if other > column), row.closing or 0)
                edits.append((following, following, content))
        opening = self._part[row.start : row.body]
        new = self._opening(row, opening, widened=any(start == end for start, end, _ in edits))
        if new != opening:
            edits.append((row.start, row.body, new))
        return [(row.start, row.end, apply(self._part, edits, row.start, row.end))] if edits else []

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

    def _fresh_cells(self, number: int, cells: _RowCells) -> bytes:
        """Return new cells; one that is to be cleared is not there anyway, unless it is to have a style."""
        return b"".join(
            self._cell(number, column, value, self._style(number, column))
            for column, value in cells
            if value is not None or (number, column) in self._styles
        )

    def _style(self, number: int, column: int) -> str:
        """Return the style of a new cell: its own, else that of its row, of its column, or of the cell above.

        A new header looks like the one on its left: columns have the style of what stands below.
        """
        if (number, column) in self._styles:
            return self._styles[number, column]
        row = self._sheet.rows.get(number)
        if row is not None and row.style is not None:
            return row.style
        left = [other for other in row.cells if other < column] if row and number < self._first_row else []
        if row and left:
            return row.cells[max(left)].style
        if self._column_style(column):
            return self._column_style(column)
        above = self._sheet.rows.get(number - 1) if number > self._first_row else None
        return above.cells[column].style if above is not None and column in above.cells else ""

    def _column_style(self, column: int) -> str:
        """Return the style of a column, "" without one; looked up once: a file may define thousands of columns."""
        if column not in self._column_styles:
            stated = (definition.get("style", "0") for definition in self._sheet.definitions(column + 1))
            self._column_styles[column] = next((style for style in stated if style != "0"), "")
        return self._column_styles[column]

    def _cell(self, number: int, column: int, value: Cell, style: str) -> bytes:
        if style in self._formats.dates and isinstance(value, int | float):
            style = ""  # a number that somebody has shown as a date would be read back as one
        prefix = self._sheet.prefix
        opening = f'<{prefix}c r="{column_letter(column)}{number}"' + (f' s="{style}"' if style else "")
        if isinstance(value, str):
            return f'{opening} t="inlineStr">'.encode() + inline_string(value, prefix) + f"</{prefix}c>".encode()
        if isinstance(value, bool):
            return f'{opening} t="b"><{prefix}v>{value:d}</{prefix}v></{prefix}c>'.encode()
        if value is not None:
            return f"{opening}><{prefix}v>{_number(value)}</{prefix}v></{prefix}c>".encode()
        return f"{opening}/>".encode()

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
    if isinstance(value, str):
        return decoded(encoded(value[:LONGEST_TEXT])) or None
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _number(value: float) -> str:
    if isinstance(value, float):
        return repr(int(value) if value.is_integer() and abs(value) < 2**53 else float(value))
    return str(int(value))


def _dimension(part: bytes, sheet: Layout, written_rows: list[int], written_columns: set[int]) -> list[Edit]:
    """Return the edit that makes the stated range of used cells hold the new ones, if it does not yet."""
    stated = sheet.first("dimension")
    if stated is None or not written_rows:
        return []
    corners = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?", stated.attributes.get("ref", ""))
    if corners is None:
        return []
    left, top, right, bottom = corners.groups()
    rows = [int(top), int(bottom or top), *written_rows]
    columns = [column_index(left), column_index(right or left), *written_columns]
    reference = f"{column_letter(min(columns))}{min(rows)}:{column_letter(max(columns))}{max(rows)}"
    element = part[stated.start : stated.end]
    new = re.sub(rb'\bref=(["\'])[^"\']*["\']', f'ref="{reference}"'.encode(), element)
    return (
        [] if reference in {stated.attributes["ref"], f"{left}{top}:{left}{top}"} else [(stated.start, stated.end, new)]
    )
