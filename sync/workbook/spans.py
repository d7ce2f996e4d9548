"""Where the elements of an XML part begin and end, in bytes, so that one of them can be replaced and no other touched.

expat tells positions, lxml does not. What is put there instead is decided in `sync.workbook.splice`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from scoring.addresses import column_index
from sync.workbook.events import parser, run
from sync.workbook.package import whole_number

_TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")

Edit = tuple[int, int, bytes]
"""Replace the bytes from the first position up to the second."""


class CellSpan(NamedTuple):
    """One cell of a worksheet: its first byte, the byte behind it, and its style as written, "" without one."""

    start: int
    end: int
    style: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """One element: its name without prefix, its attributes as written, its first byte and the byte behind it.

    `depth` is 0 for the root. `closing` is where its end tag begins, or None for an empty element (`<sheets/>`).
    """

    name: str
    attributes: Mapping[str, str]
    depth: int
    start: int
    end: int
    closing: int | None


@dataclass(kw_only=True, slots=True)
class Row:
    """One row of a worksheet; `cells` (by 0-based column) and `body` are filled only for the rows that were asked for.

    `style` is that of its new cells, None when it has none for them. `body` is where its start tag ends; a comment may
    stand between it and the first cell.
    """

    number: int
    style: str | None
    start: int
    body: int = 0
    end: int = 0
    closing: int | None = None
    cells: dict[int, CellSpan] = field(default_factory=dict)


@dataclass(kw_only=True)
class Layout:
    """What a worksheet part holds besides values: `rows` by number in their order, and `top`, the root's children.

    `columns` are the `<col>` elements; `prefix` is what stands before every name ("" or "x:").
    """

    prefix: str
    rows: dict[int, Row]
    columns: list[Mapping[str, str]]
    top: list[Element]

    def first(self, name: str) -> Element | None:
        """Return the first child of the root of that name."""
        return next((element for element in self.top if element.name == name), None)

    def definitions(self, number: int) -> Iterator[Mapping[str, str]]:
        """Yield the definitions of a column (1-based)."""
        return (column for column in self.columns if int(column["min"]) <= number <= int(column["max"]))


def apply(part: bytes, edits: list[Edit], begin: int = 0, stop: int | None = None) -> bytes:
    """Return the part, or its bytes from `begin` to `stop`, with the edits carried out.

    Those at one position keep their order.
    """
    pieces, position = [], begin
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [part[position:start], replacement]
        position = end
    return b"".join([*pieces, part[position:stop]])


def inside(part: bytes, element: Element, content: bytes) -> Edit:
    """Return the edit that adds content at the end of an element, which may be empty (`<sheets/>`)."""
    if element.closing is not None:
        return (element.closing, element.closing, content)
    opening = part[element.start : element.end].removesuffix(b"/>").rstrip()
    name = re.split(rb"\s", opening[1:], maxsplit=1)[0]
    return (element.start, element.end, opening + b">" + content + b"</" + name + b">")


def elements(part: bytes, deepest: int = 2) -> list[Element]:
    """Return the elements of a part down to a depth, in the order of their end; the root comes last."""
    found: list[Element] = []
    open_: list[tuple[str, Mapping[str, str], int]] = []
    reader = parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        open_.append((name, attributes, reader.CurrentByteIndex))

    def end(name: str) -> None:
        _, attributes, begin = open_.pop()
        if len(open_) <= deepest:
            found.append(_element(part, name, attributes, len(open_), begin, reader.CurrentByteIndex))

    run(reader, part, start, end)
    return found


def layout(part: bytes, wanted: frozenset[int]) -> Layout:
    """Return the layout of a worksheet part, with the cells of the wanted rows (1-based numbers)."""
    scan = _Scan(part, wanted)
    run(scan.reader, part, scan.start, scan.end)
    return scan.layout


class _Scan:
    """Collects a layout: depth 1 are the parts of the sheet, 2 its rows and column definitions, 3 its cells."""

    def __init__(self, part: bytes, wanted: frozenset[int]) -> None:
        self.reader = parser()
        self.layout = Layout(prefix="", rows={}, columns=[], top=[])
        self._part = part
        self._wanted = wanted
        self._open: list[tuple[str, Mapping[str, str], int]] = []
        self._row: Row | None = None
        self._last_row = 0
        self._last_column = -1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        depth, here = len(self._open), self.reader.CurrentByteIndex
        self._open.append((name, attributes, here))
        if depth == 0:
            self.layout.prefix = name[: name.rfind(":") + 1]
        elif depth == 2 and name == f"{self.layout.prefix}row":  # noqa: PLR2004  # see the class
            number = self._last_row = int(attributes.get("r") or self._last_row + 1)
            style = attributes.get("s", "") if attributes.get("customFormat") in {"1", "true"} else None
            self._row = Row(number=number, style=style, start=here)
            if number in self._wanted:
                self._row.body = _end_of_tag(self._part, here)
            self._last_column = -1
        elif depth == 2 and name == f"{self.layout.prefix}col":  # noqa: PLR2004
            self.layout.columns.append(_checked(attributes))

    def end(self, name: str) -> None:
        _, attributes, begin = self._open.pop()
        depth, row = len(self._open), self._row
        if depth == 1:
            self.layout.top.append(_element(self._part, name, attributes, 1, begin, self.reader.CurrentByteIndex))
        elif depth == 2 and row is not None:  # noqa: PLR2004
            row.closing, row.end = _ends(self._part, name, self.reader.CurrentByteIndex)
            self.layout.rows[row.number] = row
            self._row = None
        elif depth == 3 and row is not None and row.number in self._wanted:  # noqa: PLR2004
            _, behind = _ends(self._part, name, self.reader.CurrentByteIndex)
            reference = attributes.get("r")
            self._last_column = column_index(reference.rstrip("0123456789")) if reference else self._last_column + 1
            row.cells[self._last_column] = CellSpan(begin, behind, attributes.get("s", ""))


def _checked(column: Mapping[str, str]) -> Mapping[str, str]:
    """Return the definition of a range of columns; `DamagedError` unless it says which."""
    for name in ("min", "max"):
        whole_number(column.get(name, ""))
    return column


def _end_of_tag(part: bytes, start: int) -> int:
    """Return the byte behind the tag that starts there; a `>` in an attribute's value does not end it."""
    match = _TAG.match(part, start)
    return match.end() if match else start


def _element(part: bytes, name: str, attributes: Mapping[str, str], depth: int, start: int, here: int) -> Element:
    """Return the element whose end expat reports at `here`."""
    closing, end = _ends(part, name, here)
    return Element(
        name=name.rpartition(":")[2], attributes=attributes, depth=depth, start=start, end=end, closing=closing
    )


def _ends(part: bytes, name: str, here: int) -> tuple[int | None, int]:
    """Return where the end tag begins and ends; expat reports an end tag's first byte, or that behind an empty element.

    The first is None for an empty element.
    """
    if part.startswith(b"</" + name.encode() + b">", here) or _spaced_end(part, name, here):
        return here, part.index(b">", here) + 1
    return None, here


def _spaced_end(part: bytes, name: str, here: int) -> bool:
    """Say whether an end tag with white space (`</row  >`) stands there."""
    return part.startswith(b"</" + name.encode(), here) and part[here + 2 + len(name) : here + 3 + len(name)].isspace()
