"""Who may change what: refuses an edit that touches protected cells, for requests and for people alike.

Whether one cell may be edited is `protection.may_edit`; here are the areas, lines and whole tabs.
"""

from typing import Any

from tests.sheets_server.errors import Rejected
from tests.sheets_server.model import Sheet, Spreadsheet
from tests.sheets_server.protection import may_edit, protected_error, role_of
from tests.sheets_server.spans import Axis, Rectangle, rectangle


def refusal(message: str) -> Rejected:
    """Return Google's usual 400 with that sentence."""
    return Rejected(400, "INVALID_ARGUMENT", message)


def check_area(spreadsheet: Spreadsheet, sheet: Sheet, area: Rectangle, who: str) -> None:
    """Refuse when any cell of the area is protected against `who`."""
    for protection in blocking(spreadsheet, sheet, who):
        protected = rectangle(protection.get("range") or {})
        if not protected.meets(area):
            continue
        rows, columns = area.clip(sheet.rows, sheet.columns)
        for row in rows:
            for column in columns:
                if protected.has(row, column) and not may_edit(spreadsheet, sheet, row, column, who):
                    raise protected_error()


def check_insert(spreadsheet: Spreadsheet, sheet: Sheet, axis: Axis, at: int, who: str) -> None:
    """Refuse new lines in the middle of a protected range, or anywhere on a protected tab."""
    around = Rectangle.lines(axis, at - 1, at + 1)
    for protection in blocking(spreadsheet, sheet, who):
        span = rectangle(protection.get("range") or {})
        inside = span.rows if axis is Axis.ROWS else span.columns
        if _whole(protection) or (inside is not None and span.meets(around) and inside[0] < at != inside[1]):
            raise protected_error()


def check_rename(spreadsheet: Spreadsheet, sheet: Sheet, who: str) -> None:
    """Refuse to change a tab that is protected as a whole."""
    if any(_whole(protection) for protection in blocking(spreadsheet, sheet, who)):
        raise protected_error()


def check_delete(spreadsheet: Spreadsheet, sheet: Sheet, who: str) -> None:
    """Refuse to delete a tab on which anything is protected against `who`."""
    if blocking(spreadsheet, sheet, who):
        raise protected_error()


def blocking(spreadsheet: Spreadsheet, sheet: Sheet, who: str) -> list[dict[str, Any]]:
    """Return the protections of a tab that bar `who`; a warning bars nobody."""
    return [protection for protection in sheet.protected_ranges if not admitted(spreadsheet, protection, who)]


def admitted(spreadsheet: Spreadsheet, protection: dict[str, Any], who: str) -> bool:
    """Tell whether a protection lets `who` through: the owner, an editor of it, anyone when it only warns."""
    users = (protection.get("editors") or {}).get("users") or []
    return bool(protection.get("warningOnly")) or who in users or role_of(spreadsheet, who) == "owner"


def _whole(protection: dict[str, Any]) -> bool:
    return rectangle(protection.get("range") or {}) == Rectangle()
