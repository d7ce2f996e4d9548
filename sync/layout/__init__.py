"""What `setup` makes of a sheet, whatever it is kept in: order of tabs and columns, titles, colours, what is missing.

How it gets into a workbook or a Google Sheet is the business of those two packages.
"""

from dataclasses import dataclass

from scoring.columns import Column, TabSpec
from scoring.tabs import ACTORS, OVERVIEW, PEOPLE_TABS, SERVICE_TABS

ORDER = (OVERVIEW, *PEOPLE_TABS, *(spec for spec in SERVICE_TABS if spec is not OVERVIEW))
"""The tabs from left to right: where the alliance stands, where people write, what was computed."""


@dataclass(frozen=True, kw_only=True)
class SetupReport:
    """What `setup` did: the tabs that it added, or "tab: header, header"; and what it found that nobody reads.

    `todo` are sentences about what only a person can do. `has_actors` says that somebody has entered an actor already.
    """

    added: tuple[str, ...]
    unread: tuple[str, ...] = ()
    todo: tuple[str, ...] = ()
    has_actors: bool = False


def arranged(spec: TabSpec) -> tuple[Column, ...]:
    """Return the columns in the order in which they stand on a new tab: those in front first."""
    return tuple(sorted(spec.columns, key=lambda column: not column.front)) if spec is ACTORS else spec.columns
