"""Who may change what the service adds: protected tabs with the two signals open, and the grey columns' warning.

What should be is here, and whether it is in force.
"""

from typing import Any

from scoring.columns import TabSpec
from scoring.tabs import OUTBOX, OVERVIEW
from sync.google.api_requests import Json, area, column_range
from sync.google.ids import LOOKUP_PROTECTION_IDS, PROTECTION_OFFSET, SERVICE_TAB_IDS
from sync.ownership import RELEASE_COLUMN, TICK_COLUMN, TICK_ROW

FIELDS = "range,description,warningOnly,unprotectedRanges,editors"
"""What is put back when somebody changed a protection."""

WARNING_FIELDS = "range,description,warningOnly"

OTHERS = 1
"""How many editors besides the account are let pass: the file's owner can always edit, and Google may list that."""


def signal(spec: TabSpec, sheet_id: int) -> dict[str, int] | None:
    """Return the cells of a service tab that people fill: the tick box, or Freigabe; None without any."""
    if spec is OVERVIEW:
        return area(sheet_id, rows=(TICK_ROW - 1, TICK_ROW), columns=(TICK_COLUMN, TICK_COLUMN + 1))
    return column_range(sheet_id, RELEASE_COLUMN, first_row=1) if spec is OUTBOX else None


def tab_protection(spec: TabSpec, account: str) -> dict[str, Any]:
    """Return the protection of a service tab: nobody but the service changes it, except for the signal."""
    sheet_id = SERVICE_TAB_IDS[spec.name]
    opened = signal(spec, sheet_id)
    return {
        "protectedRangeId": sheet_id + PROTECTION_OFFSET,
        "range": area(sheet_id),
        "description": "Klima-Allianz: wird vom Dienst geschrieben / written by the service",
        "warningOnly": False,
        "unprotectedRanges": [opened] if opened else [],
        "editors": {"users": [account], "domainUsersCanEdit": False},
    }


def lookup_warning(field: str, sheet_id: int, header_row: int, column: int) -> dict[str, Any]:
    """Return the warning on a grey column from its header (0-based) on: whoever types there is asked first."""
    return {
        "protectedRangeId": LOOKUP_PROTECTION_IDS[field],
        "range": column_range(sheet_id, column, first_row=header_row),
        "description": "Klima-Allianz: wird berechnet / computed",
        "warningOnly": True,
    }


def protects(found: Json, wanted: Json, account: str, rows: int, columns: int) -> bool:
    """Say whether a protection that stands in the sheet protects what it should, on a tab of that size."""

    def cells(place: Json) -> tuple[int, ...]:
        return (
            place.get("sheetId", 0),
            place.get("startRowIndex", 0),
            min(place.get("endRowIndex", rows), rows),
            place.get("startColumnIndex", 0),
            min(place.get("endColumnIndex", columns), columns),
        )

    return (
        cells(found.get("range", {})) == cells(wanted["range"])
        and not found.get("warningOnly", False)
        and list(map(cells, found.get("unprotectedRanges", []))) == list(map(cells, wanted["unprotectedRanges"]))
        and _only(found.get("editors", {}), account)
    )


def _only(editors: Json, account: str) -> bool:
    users = {user.casefold() for user in editors.get("users", [])}
    others = users - {account.casefold()}
    shared = editors.get("groups") or editors.get("domainUsersCanEdit")
    return others != users and len(others) <= OTHERS and not shared


def warns(found: Json, wanted: Json) -> bool:
    """Say whether a warning covers the whole grey column (above it, it may begin anywhere) and nothing beside it."""
    there, place = found.get("range", {}), wanted["range"]
    return (
        found.get("warningOnly", False)
        and all(there.get(key, 0) == place.get(key, 0) for key in ("sheetId", "startColumnIndex", "endColumnIndex"))
        and there.get("startRowIndex", 0) <= place.get("startRowIndex", 0)
    )
