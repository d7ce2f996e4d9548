"""A1 notation: from text to a block of cells of one tab, and back.

Values are not read here. What Google answers for text that names nothing: 400 "Unable to parse range".
"""

import re
from dataclasses import dataclass

from tests.sheets_server.errors import Rejected
from tests.sheets_server.model import Sheet, Spreadsheet

CORNER = r"\$?([A-Za-z]{0,3})\$?([0-9]{0,7})"
BLOCK = re.compile(rf"{CORNER}(?::{CORNER})?")
PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LOOKS_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*")
QUOTED_TITLE = re.compile(r"'(?:[^']|'')+'")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A rectangle of cells of one tab: 0-based, ends exclusive, never beyond the grid."""

    sheet: Sheet
    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        """The block as Google writes it in its answers, with the title in front."""
        first = cell_name(self.top, self.left)
        last = cell_name(self.bottom - 1, self.right - 1)
        return f"{quoted(self.sheet.title)}!{first}" + ("" if first == last else f":{last}")


def column_name(column: int) -> str:
    """Return the letters of a 0-based column: "A" for 0, "AA" for 26."""
    name = ""
    number = column + 1
    while number:
        number, letter = divmod(number - 1, 26)
        name = chr(65 + letter) + name
    return name


def column_number(letters: str) -> int:
    """Return the 0-based column of its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(row: int, column: int) -> str:
    """Return "C7" for the 0-based cell (6, 2)."""
    return f"{column_name(column)}{row + 1}"


def quoted(title: str) -> str:
    """Return the title as it stands in front of "!": in quotes unless it is a plain word that is no cell's name."""
    if PLAIN_TITLE.fullmatch(title) and not LOOKS_LIKE_A_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def whole(sheet: Sheet) -> Block:
    """Return all cells of a tab."""
    return Block(sheet=sheet, top=0, left=0, bottom=sheet.rows, right=sheet.columns)


def find(spreadsheet: Spreadsheet, text: str) -> Block:
    """Return the block that `text` names: a tab, cells of a tab, cells of the first tab, or a named range."""
    title, mark, cells = text.rpartition("!")
    if not mark or QUOTED_TITLE.fullmatch(text):
        return _without_title(spreadsheet, text)
    sheet = _by_title(spreadsheet, title)
    block = sheet and (_cells(sheet, cells) or _named(spreadsheet, cells))
    if not block:
        raise _unparsable(text)
    return block


def _without_title(spreadsheet: Spreadsheet, text: str) -> Block:
    shown = [sheet for sheet in spreadsheet.sheets if not sheet.hidden]
    block = _cells(shown[0], text) or _named(spreadsheet, text)
    if block:
        return block
    sheet = _by_title(spreadsheet, text)
    if not sheet:
        raise _unparsable(text)
    return whole(sheet)


def _by_title(spreadsheet: Spreadsheet, title: str) -> Sheet | None:
    if len(title) > 1 and title[0] == title[-1] == "'":
        title = title[1:-1].replace("''", "'")
    try:
        return spreadsheet.sheet(title)
    except KeyError:
        return None


def _named(spreadsheet: Spreadsheet, name: str) -> Block | None:
    for named in spreadsheet.named_ranges:
        if named["name"].casefold() == name.casefold():
            return of_grid_range(spreadsheet, named["range"])
    return None


def of_grid_range(spreadsheet: Spreadsheet, grid_range: dict[str, int]) -> Block:
    """Return the cells of a GridRange; what it leaves open reaches to the end of the grid."""
    sheet = spreadsheet.by_id(grid_range.get("sheetId", 0))
    return Block(
        sheet=sheet,
        top=grid_range.get("startRowIndex", 0),
        left=grid_range.get("startColumnIndex", 0),
        bottom=min(grid_range.get("endRowIndex", sheet.rows), sheet.rows),
        right=min(grid_range.get("endColumnIndex", sheet.columns), sheet.columns),
    )


def _cells(sheet: Sheet, cells: str) -> Block | None:
    match = BLOCK.fullmatch(cells)
    if not match or not cells:
        return None
    letters, number, letters_2, number_2 = match.groups()
    if letters_2 is None:
        if not (letters and number):
            return None
        letters_2, number_2 = letters, number
    if not (letters or number) or not (letters_2 or number_2):
        return None
    top, bottom = _span(int(number or 1) - 1, int(number_2) if number_2 else None, sheet.rows)
    left, right = _span(
        column_number(letters) if letters else 0, column_number(letters_2) + 1 if letters_2 else None, sheet.columns
    )
    if top < 0:
        return None
    if top >= sheet.rows or left >= sheet.columns:
        raise beyond(sheet, f"{quoted(sheet.title)}!{cells}")
    return Block(sheet=sheet, top=top, left=left, bottom=min(bottom, sheet.rows), right=min(right, sheet.columns))


def _span(first: int, end: int | None, limit: int) -> tuple[int, int]:
    """Return start and end of a stretch that may be written backwards (D4:A1) or be open at the end (A1:C)."""
    if end is None:
        return first, limit
    return (first, end) if end > first else (end - 1, first + 1)


def _unparsable(text: str) -> Rejected:
    return Rejected(400, "INVALID_ARGUMENT", f"Unable to parse range: {text}")


def beyond(sheet: Sheet, text: str) -> Rejected:
    """Return the refusal of a range that starts outside of the grid (one that only ends there is cut off)."""
    limits = f"Max rows: {sheet.rows}, max columns: {sheet.columns}"
    return Rejected(400, "INVALID_ARGUMENT", f"Range ({text}) exceeds grid limits. {limits}")
