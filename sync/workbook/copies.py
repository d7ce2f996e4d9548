"""Copies that a synced folder puts beside a workbook when two people saved it at once: nobody reads what is in them.

Only names are looked at; a copy is never opened, renamed or removed. What the team is told stands in `reports.wording`.
"""

import re
from contextlib import suppress
from pathlib import Path

MOST_COPIES = 20
"""So many are named; a folder with more has one trouble, not more of them."""

_MARKS = (
    r"[ _.-]?[(\[].*(?i:conflict|konflikt).*[)\]]",  # Nextcloud, Dropbox, Seafile, pCloud: a remark in brackets
    r"\.sync-conflict-\d{8}-\d{6}-\w+",  # Syncthing: day, time, device
    r"_conflict-\d{8}-\d{6}",  # ownCloud
    r"-(?=[0-9-]*[A-Z])[A-Z0-9][A-Z0-9-]{1,14}(?:-\d{1,2})?",  # OneDrive: a computer's name, as Windows spells it
)
_ADDRESS = re.compile(r"[^\s()\[\]]+@[^\s()\[\]]+")  # Seafile names the account, which is nobody else's business


def conflict_copies(path: Path) -> tuple[str, ...]:
    """Return the file names beside a workbook that say of themselves that they are copies of it, in their order.

    Mail addresses in them are left out (…). A folder that cannot be listed has none.
    """
    place = path.resolve()
    own = (f"(?i:{re.escape(part)})" for part in (place.stem, place.suffix))
    name = re.compile(f"({'|'.join(_MARKS)})".join(own))
    with suppress(OSError):
        found = sorted(other.name for other in place.parent.iterdir() if name.fullmatch(other.name))
        return tuple(_ADDRESS.sub("…", copy) for copy in found[:MOST_COPIES])
    return ()
