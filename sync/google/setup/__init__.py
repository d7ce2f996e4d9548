"""`setup` on a Google Sheet: read what is there, work out what is missing, send it in one batch, read again.

Reading again proves that what was sent stands there, and finds what Google made of the formulas. A second run sends
nothing. What is missing is decided in `sync.google.setup.plan`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from scoring.domain import Language
from sync.errors import SheetChangedError
from sync.google.setup.allowed import assert_setup_requests
from sync.google.setup.plan import plan_setup
from sync.google.setup.state import read_state
from sync.layout import SetupReport

if TYPE_CHECKING:
    from sync.google.connection import Connection

ROUNDS = 3
"""How often at most something is sent: once for everything, and again after an unknown outcome or a refused formula."""


def set_up(connection: "Connection", language: Language, known: Mapping[str, str]) -> SetupReport:
    """Add what the spreadsheet misses and report it; raises `OutsideError` or `SetupError` as the connection does.

    `known` are the remembered ids of people's tabs by name in code. What still differs after `ROUNDS` is in `todo`.
    """
    added: list[str] = []
    hints: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    retried: frozenset[str] = frozenset()
    for attempt in range(ROUNDS + 1):
        state = read_state(connection, known)
        plan = plan_setup(state, language, known, connection.account, retried)
        added += (thing for thing in pending if thing not in plan.added)
        hints = hints or plan.hints
        if not plan.requests or attempt == ROUNDS:
            break
        assert_setup_requests(plan.requests, state)
        pending, retried = plan.added, retried | plan.retried
        try:
            connection.update(plan.requests, fields="spreadsheetId")
        except SheetChangedError:  # it may have arrived: the next look tells
            if attempt == ROUNDS - 1:
                raise
    left = (f"Google did not take this, run setup again: {thing}" for thing in plan.added)
    return SetupReport(
        added=tuple(dict.fromkeys(added)),
        unread=plan.unread,
        todo=(*left, *plan.todo, *hints),
        has_actors=plan.has_actors,
    )
