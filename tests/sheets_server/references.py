"""References inside the text of a formula: finding them, reading them, and writing them anew after a structural edit.

Knows A1 notation with $ signs, open-ended ranges ($C$1:$C), whole columns and rows, and titles before "!". Knows
nothing of what a formula computes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.sheets_server.a1 import column_name, column_number, quoted
from tests.sheets_server.spans import Rectangle, Span

_TITLE = r"(?:'(?:[^']|'')+'|[^\W\d]\w*)!"
_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9]\d*"
_COLUMN = r"\$?[A-Za-z]{1,3}"
_ROW = r"\$?[1-9]\d*"
_AREA = rf"{_CELL}:{_CELL}|{_CELL}:{_COLUMN}|{_CELL}:{_ROW}|{_COLUMN}:{_COLUMN}|{_ROW}:{_ROW}|{_CELL}"
_TOKEN = re.compile(rf"""(?P<text>"(?:[^"]|"")*")|(?<![\w.$])(?P<title>{_TITLE})?(?P<area>{_AREA})(?![\w.(!:$])""")
_SIDE = re.compile(r"(\$?)([A-Za-z]*)(\$?)(\d*)")

REF_ERROR = "#REF!"


@dataclass(frozen=True)
class Reference:
    """One reference: the title before "!" ("" for the formula's own tab), the area, and where its $ signs stand.

    `dollars` are (start column, start row, end column, end row); `single` is one cell without ":".
    """

    title: str
    area: Rectangle
    dollars: tuple[bool, bool, bool, bool] = (True, True, True, True)
    single: bool = False


def read(text: str) -> Reference:
    """Read one reference; ValueError when it is none."""
    match = _TOKEN.fullmatch(text)
    if match is None or match["area"] is None:
        raise ValueError(text)
    return _reference(match["title"], match["area"])


def rewrite(formula: str, change: Callable[[Reference], Reference | None]) -> str:
    """Return the formula with every reference replaced; None becomes #REF!, an unchanged one keeps its spelling."""

    def replace(match: re.Match[str]) -> str:
        if match["text"] is not None:
            return match[0]
        old = _reference(match["title"], match["area"])
        new = change(old)
        if new == old:
            return match[0]
        return REF_ERROR if new is None else write(new)

    return _TOKEN.sub(replace, formula)


def write(reference: Reference) -> str:
    """Spell a reference as Google does."""
    title = f"{quoted(reference.title)}!" if reference.title else ""
    a, b, c, d = ("$" if dollar else "" for dollar in reference.dollars)
    rows, columns = reference.area.rows, reference.area.columns
    first = (f"{a}{column_name(columns[0])}" if columns else "") + (f"{b}{rows[0] + 1}" if rows else "")
    if reference.single:
        return title + first
    last_column = f"{c}{column_name(columns[1] - 1)}" if columns and columns[1] is not None else ""
    last_row = f"{d}{rows[1]}" if rows and rows[1] is not None else ""
    return f"{title}{first}:{last_column}{last_row}"


def _reference(title: str | None, area: str) -> Reference:
    name = (title or "")[:-1]
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    first, colon, last = area.partition(":")
    one, two = _side(first), _side(last if colon else first)
    dollars = (*_dollars(first, one), *_dollars(last if colon else first, two))
    # Without a letter "$" stands before the row in any case: _dollars sorts that out.
    return Reference(name, Rectangle(_span(one[1], two[1]), _span(one[0], two[0])), dollars, not colon)


def _side(text: str) -> tuple[int | None, int | None]:
    match = _SIDE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return column_number(match[2]) if match[2] else None, int(match[4]) - 1 if match[4] else None


def _dollars(text: str, side: tuple[int | None, int | None]) -> tuple[bool, bool]:
    if side[0] is None:
        return False, text.startswith("$")
    return text.startswith("$"), "$" in text[1:]


def _span(start: int | None, end: int | None) -> Span | None:
    if start is None and end is None:
        return None
    if start is None or end is None:
        return start or 0, None
    return min(start, end), max(start, end) + 1
