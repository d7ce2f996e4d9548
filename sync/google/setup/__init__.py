"""`setup` on a Google Sheet: read what is there, work out what is missing, send it in one batch, read again.

Reading again proves that what was sent stands there, and finds what Google made of the formulas. A second run sends
nothing. What is missing is decided in `sync.google.setup.plan`.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scoring.domain import Language
from sync.errors import OutsideError, SheetChangedError
from sync.google.api_requests import Request
from sync.google.setup.allowed import assert_setup_requests
from sync.google.setup.plan import plan_setup
from sync.google.setup.state import read_state
from sync.layout import SetupReport

if TYPE_CHECKING:
    from sync.google.connection import Connection

CHARTS = frozenset({"addChart", "updateChartSpec"})

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
    without_charts = False
    for attempt in range(ROUNDS + 1):
        state = read_state(connection, known)
        plan = plan_setup(state, language, known, connection.account, retried)
        added += (thing for thing in pending if thing not in plan.added)
        hints = hints or plan.hints
        requests = [request for request in plan.requests if not (without_charts and _is_chart(request))]
        if not requests or attempt == ROUNDS:
            break
        assert_setup_requests(requests, state)
        pending, retried = plan.added, retried | plan.retried
        try:
            without_charts = _send(connection, requests) or without_charts
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


def _send(connection: "Connection", requests: Sequence[Request]) -> bool:
    """Send the requests in one batch, without the charts if Google refuses it; say whether it did.

    Nothing proves that Google takes a chart as it is described, and no chart is worth a sheet without the rest.
    """
    try:
        connection.update(requests, fields="spreadsheetId")
    except OutsideError as error:
        others = [request for request in requests if not _is_chart(request)]
        if not error.permanent or not others or len(others) == len(requests):
            raise
        connection.update(others, fields="spreadsheetId")
        return True
    return False


def _is_chart(request: Request) -> bool:
    return not CHARTS.isdisjoint(request)
