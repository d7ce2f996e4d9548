"""Who may edit which cell: roles of the file and protected ranges. No request is carried out here."""

from typing import Any

from tests.sheets_server.errors import Rejected
from tests.sheets_server.model import Sheet, Spreadsheet

ANYONE = "anyone"
"""The key of `Spreadsheet.roles` for everybody who has the link."""


def role_of(spreadsheet: Spreadsheet, who: str) -> str | None:
    """Return the strongest role that `who` has in the file, by name or by link; None for a stranger."""
    roles = {spreadsheet.roles.get(who), spreadsheet.roles.get(ANYONE)}
    return next((role for role in ("owner", "writer", "reader") if role in roles), None)


def may_edit(spreadsheet: Spreadsheet, sheet: Sheet, row: int, column: int, who: str) -> bool:
    """Whether `who` may change the cell (0-based). The owner always may; a reader never; a warning keeps nobody out."""
    role = role_of(spreadsheet, who)
    if role == "owner":
        return True
    return role == "writer" and all(
        _is_editor(protected, who) or not _covers(spreadsheet, sheet, protected, row, column)
        for protected in sheet.protected_ranges
    )


def protected_error(prefix: str = "") -> Rejected:
    """Return the refusal of an edit of a protected cell; `prefix` names the request within a batch."""
    return Rejected(
        400,
        "INVALID_ARGUMENT",
        f"{prefix}You are trying to edit a protected cell or object. "
        "Please contact the spreadsheet owner to remove protection if you need to edit.",
    )


def _is_editor(protected: dict[str, Any], who: str) -> bool:
    return bool(protected.get("warningOnly")) or who.casefold() in {
        user.casefold() for user in (protected.get("editors") or {}).get("users", [])
    }


def _covers(spreadsheet: Spreadsheet, sheet: Sheet, protected: dict[str, Any], row: int, column: int) -> bool:
    ranges = [named["range"] for named in spreadsheet.named_ranges
              if named["namedRangeId"] == protected.get("namedRangeId")]  # fmt: skip
    block = protected.get("range") or (ranges[0] if ranges else {})
    inside = block.get("sheetId", 0) == sheet.id and _holds(block, row, column)
    return inside and not any(_holds(free, row, column) for free in protected.get("unprotectedRanges", []))


def _holds(block: dict[str, int], row: int, column: int) -> bool:
    return block.get("startRowIndex", 0) <= row < block.get("endRowIndex", row + 1) and block.get(
        "startColumnIndex", 0
    ) <= column < block.get("endColumnIndex", column + 1)
