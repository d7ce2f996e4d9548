"""The cells of one worksheet as values, read in one pass over its XML.

Not through openpyxl: that takes more than twice as long and shows a formula without a value like a blank cell. What
number formats and serial dates mean is still asked of it.
"""

import math
import re
from collections.abc import Callable
from datetime import datetime, time
from functools import cached_property, lru_cache

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from scoring.addresses import column_index
from scoring.snapshot import NOT_CALCULATED, Cell, Grid
from sync.workbook.book import LAST_COLUMN, LAST_ROW, Book, local
from sync.workbook.events import parser, run
from sync.workbook.package import DamagedError, shown, whole_number

MOST_CELLS = 5_000_000  # of one tab, blank ones between filled ones included: 100 000 actors with 50 columns
DEEPEST = 100  # elements within elements; programs nest hardly twenty, and libxml2 takes no more than 256
MINUTES = 24 * 60
_TOO_MANY_LETTERS = 4  # no sheet has a column AAAA; a million letters would take minutes to count
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NEEDS_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Excel's own dates beyond those that openpyxl lists: East Asian formats that a file may use without spelling them out.
_EAST_ASIAN_DATES = frozenset({*range(27, 37), *range(50, 59)})


def decoded(text: str) -> str:
    """Return a string as people see it: `_x000D_` in the file is the character of that number."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def encoded(text: str) -> str:
    """Return a string as the file holds it: without characters that XML forbids, carriage returns spelled out."""
    if text.isprintable() and "_x" not in text:
        return text
    return _NEEDS_ESCAPE.sub("_x005F_", _ILLEGAL.sub("", text)).replace("\r", "_x000D_")


class Formats:
    """What the workbook's styles and strings mean, read once for all its sheets."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._epoch = CALENDAR_MAC_1904 if book.from_1904 else CALENDAR_WINDOWS_1900
        self.shown_date: Callable[[float], str | float] = lru_cache(maxsize=10_000)(self._shown_date)

    def _name(self, kind: str) -> str | None:
        return next(iter(self._book.package.targets(self._book.part, kind)), None)

    @cached_property
    def strings(self) -> tuple[str, ...]:
        """The shared strings, as plain text."""
        name = self._name("sharedStrings")
        return () if name is None else read_strings(self._book.package.part(name))

    @cached_property
    def dates(self) -> frozenset[str]:
        """The numbers (as text) of the cell styles that show a date or a time."""
        name = self._name("styles")
        if name is None:
            return frozenset()
        root = self._book.package.tree(name)
        spelled = {element.get("numFmtId"): element.get("formatCode", "") for element in root.iter("{*}numFmt")}
        styles = (style for child in root if local(child) == "cellXfs" for style in child)
        return frozenset(
            str(number) for number, style in enumerate(styles) if _is_date(style.get("numFmtId", "0"), spelled)
        )

    def _shown_date(self, number: float) -> str | float:
        """Return a serial date as text, to the minute; a number that is no date in Excel stays a number."""
        try:
            moment = from_excel(round(number * MINUTES) / MINUTES, self._epoch)
        except (OverflowError, ValueError):
            return number
        if isinstance(moment, time):
            return moment.strftime("%H:%M")
        if not isinstance(moment, datetime) or number < 0:
            return number
        return moment.isoformat(" ", "minutes").removesuffix(" 00:00")


def _is_date(number: str, spelled: dict[str | None, str]) -> bool:
    code = spelled.get(number) or BUILTIN_FORMATS.get(whole_number(number), "")
    return whole_number(number) in _EAST_ASIAN_DATES or bool(is_date_format(code))


class _Texts:
    """Collects the plain text of string items: their `t` and those of their runs, without phonetic hints."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._open = False
        self._in_hint = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "si":
                self._pieces = []
            case "rPh":
                self._in_hint = True
            case "t":
                self._open = not self._in_hint

    def text(self, piece: str) -> None:
        if self._open:
            self._pieces.append(piece)

    def end(self, name: str) -> None:
        self._open = False
        match name.rpartition(":")[2]:
            case "si":
                self.found.append(decoded("".join(self._pieces)))
            case "rPh":
                self._in_hint = False


@lru_cache(maxsize=1)
def read_strings(part: bytes) -> tuple[str, ...]:
    """Return the shared strings of a workbook in their order.

    The last ones are kept: a save reads the same part three times, and text that is one object is compared at once.
    """
    texts = _Texts()
    run(parser(), part, texts.start, texts.end, texts.text)
    return tuple(texts.found)


def read_cells(part: bytes, formats: Formats) -> Grid:
    """Return the cells of a worksheet part from row 1 on, blank ends cut off."""
    rows: list[tuple[Cell, ...]] = []
    _read_rows(part, formats, rows.append)
    return tuple(rows)


def holds(part: bytes, formats: Formats, cells: Grid) -> bool:
    """Say whether a worksheet part holds exactly these cells. Its own are not kept: there may be millions."""
    wanted = iter(cells)
    differing: list[object] = []

    def compare(row: tuple[Cell, ...]) -> None:
        if row != next(wanted, None):
            differing.append(row)

    _read_rows(part, formats, compare)
    return not differing and next(wanted, None) is None


def _read_rows(part: bytes, formats: Formats, take: Callable[[tuple[Cell, ...]], None]) -> None:
    sheet = _Cells(formats, take)
    run(parser(), part, sheet.start, sheet.end, sheet.text)


class _Cells:
    """Hands over the rows of a worksheet as its elements come by; rows and cells must come in their order."""

    def __init__(self, formats: Formats, take: Callable[[tuple[Cell, ...]], None]) -> None:
        self._take = take
        self._taken = 0
        self._formats = formats
        self._area = self._definitions = self._depth = 0
        self._row = 0
        self._column = -1
        self._values: list[Cell] = []
        self._kind = self._style = ""
        self._is_formula = self._in_hint = False
        self._text = self._inline = ""
        self._pieces: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name if ":" not in name else name.rpartition(":")[2]:
            case "v" | "t":
                self._pieces = None if self._in_hint else []
            case "c":
                self._start_cell(attributes)
            case "f":
                self._is_formula = True
            case "row":
                self._start_row(attributes)
            case "rPh":
                self._in_hint = True
            case "col":
                self._count_definition()
            case _:
                self._go_deeper()

    def text(self, piece: str) -> None:
        if self._pieces is not None:
            self._pieces.append(piece)

    def end(self, name: str) -> None:
        match name if ":" not in name else name.rpartition(":")[2]:
            case "v":
                self._text, self._pieces = "".join(self._pieces or ()), None
            case "t":
                self._inline, self._pieces = self._inline + "".join(self._pieces or ()), None
            case "c":
                self._end_cell()
            case "row":
                self._end_row()
            case "rPh":
                self._in_hint = False
            case "f" | "col":
                pass
            case _:
                self._depth -= 1

    def _go_deeper(self) -> None:
        """Count elements that hold others and no cell's value."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise DamagedError("the elements of a tab are nested deeper than in any worksheet")

    def _count_definition(self) -> None:
        self._definitions += 1
        if self._definitions > LAST_COLUMN:
            raise DamagedError("a tab defines more columns than a sheet has")

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r") or self._row + 1)
        if not self._row < number <= LAST_ROW:
            raise DamagedError(f"row {shown(str(number))} is out of order or outside every sheet")
        self._row, self._column, self._values = number, -1, []

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        column = column_index(_letters(reference)) if reference else self._column + 1
        if not self._column < column < LAST_COLUMN:
            raise DamagedError(f"a cell in row {self._row} is out of order or outside every sheet")
        self._column = column
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._is_formula, self._text, self._inline = False, "", ""

    def _end_cell(self) -> None:
        if not self._text and self._is_formula and self._kind != "str":
            value: Cell = NOT_CALCULATED
        else:
            value = _typed(self._kind, self._text, decoded(self._inline), self._style, self._formats)
        if value is not None:
            self._values.extend([None] * (self._column - len(self._values)))
            self._values.append(value)

    def _end_row(self) -> None:
        if not self._values:
            return
        self._area += len(self._values)
        if self._area > MOST_CELLS:
            raise DamagedError(f"a tab is wider than {MOST_CELLS:,} cells; delete what stands far right of the table")
        for _ in range(self._row - 1 - self._taken):
            self._take(())
        self._take(tuple(self._values))
        self._taken = self._row


def _letters(reference: str) -> str:
    """Return the letters of an address, no more of them than make it one outside every sheet."""
    return reference.rstrip("0123456789")[:_TOO_MANY_LETTERS]


def _typed(kind: str, text: str, inline: str, style: str, formats: Formats) -> Cell:
    """Return the value of a cell by its type in the file; "" is blank."""
    if kind == "inlineStr":
        return inline or None
    if not text:
        return None
    match kind:
        case "s":
            return formats.strings[int(text)] or None
        case "str":
            return decoded(text)
        case "b":
            return text.strip() in {"1", "true"}
        case "d":
            return text.replace("T", " ")[:16].removesuffix(" 00:00")
        case "e":
            return text
    number = _number(text)
    return formats.shown_date(number) if style in formats.dates and not isinstance(number, str) else number


def _number(text: str) -> int | float | str:
    """Return a number; as it is spelled where no float holds it, so that it becomes a note like other odd text.

    LibreOffice rounds the largest number up to 15 digits, 1.79769313486232E+308, which is one too many.
    """
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text
