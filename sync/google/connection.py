"""The calls to one Google Sheet: what can be asked and written, and when a call is made again.

How a call is signed and sent is `sync.google.transport`, what a failure means `sync.google.failures`; what is asked and
written is decided by the modules that use a connection.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import stamina
from google.auth.exceptions import GoogleAuthError
from gspread.exceptions import IncorrectCellLabel
from gspread.http_client import ParamsType
from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL
from gspread.utils import a1_to_rowcol, absolute_range_name
from requests import PreparedRequest
from requests.exceptions import InvalidJSONError
from stamina.instrumentation import set_on_retry_hooks

from scoring.snapshot import Cell
from sync.google import GoogleAccess
from sync.google.failures import Failure, failure_of
from sync.google.key import KeyFile
from sync.google.transport import Limit, Transport, as_object
from sync.ports import Calls

DOUBLINGS = 30  # more would be longer than any wait

Answer = TypeVar("Answer")

set_on_retry_hooks(())  # by default stamina logs each failure with its address, which names the sheet and its tabs


@dataclass(frozen=True, kw_only=True)
class ValueRange:
    """The cells of one tab. `rows` and `columns` are the size of its grid; trailing blanks are absent from `values`."""

    title: str
    rows: int
    columns: int
    values: Sequence[Sequence[Cell]]


class Connection:
    """One sheet at Google, by the account's key. One thread at a time.

    `jitter` gives a share of the longest wait before a call is repeated, at random from 0 to 1.
    """

    def __init__(self, access: GoogleAccess, key: KeyFile, jitter: Callable[[], float] = random.random) -> None:
        self.spreadsheet = access.spreadsheet
        self.account = key.account
        self.calls = Calls()
        self._limit = Limit(access.patience)
        self._jitter = jitter
        self._client = Transport(access.api, key.credentials, self._limit, self._count)

    def metadata(self, fields: str, ranges: Sequence[str] = ()) -> dict[str, Any]:
        """Return what `fields` names of the spreadsheet, of `ranges` alone if there are any (A1, titles quoted)."""
        params: ParamsType = {"fields": fields} | ({"ranges": list(ranges)} if ranges else {})
        return self._carry_out(lambda: as_object(lambda: self._client.spreadsheets_get(self.spreadsheet, params)))

    def values(self, titles: Sequence[str]) -> list[ValueRange]:
        """Return the cells of the tabs in the same order: numbers, booleans, dates as people see them.

        Raises `SheetChangedError` when there is no tab of one of the titles.
        """
        params: ParamsType = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "FORMATTED_STRING"}
        ranges = [absolute_range_name(title) for title in titles]

        def ask() -> list[ValueRange]:
            answer = as_object(lambda: self._client.values_batch_get(self.spreadsheet, ranges, params))
            blocks = answer.get("valueRanges")
            if not isinstance(blocks, list) or len(blocks) != len(ranges):
                raise InvalidJSONError
            return [_value_range(title, block) for title, block in zip(titles, blocks, strict=True)]

        return self._carry_out(ask)

    def cell(self, title: str, name: str) -> Cell:
        """Return one cell ("B2") of the tab, None when it is blank; raises `SheetChangedError` when there is no tab."""
        params: ParamsType = {"valueRenderOption": "UNFORMATTED_VALUE"}
        place = absolute_range_name(title, name)

        def ask() -> Cell:
            answer = as_object(lambda: self._client.values_get(self.spreadsheet, place, params))
            values = answer.get("values", [[None]])
            if not _is_grid(values) or not values or not values[0]:
                raise InvalidJSONError
            cell: Cell = values[0][0]
            return cell

        return self._carry_out(ask)

    def update(self, requests: Sequence[Mapping[str, Any]], *, fields: str) -> dict[str, Any]:
        """Carry out the requests in one atomic call; return what `fields` names of the answer and the sheet then.

        Raises `SheetChangedError` when it is unknown whether they were carried out: such a call is never repeated.
        """
        body = {"requests": list(requests), "includeSpreadsheetInResponse": True}
        address = SPREADSHEET_BATCH_UPDATE_URL % self.spreadsheet

        def send() -> Any:
            return self._client.request("post", address, params={"fields": fields}, json=body).json()

        return self._carry_out(lambda: as_object(send), writing=True)

    def _carry_out(self, call: Callable[[], Answer], *, writing: bool = False) -> Answer:
        """Make the call, again and again while that is harmless and may help, until the deadline."""
        self._limit.start()
        attempts = 0

        def again(error: Exception) -> bool | float:
            nonlocal attempts
            attempts += 1
            if not isinstance(error, OSError | GoogleAuthError):
                return False
            failure = failure_of(error, self.account, writing=writing)
            if not failure.passing or (writing and not failure.untouched):
                return False
            wait = self._wait(failure, attempts)
            return wait if self._limit.is_before_deadline(wait) else False

        try:
            return stamina.RetryingCaller(attempts=None, timeout=None)(again, call)
        except (OSError, GoogleAuthError) as error:  # holds address and answer: not passed on
            raise failure_of(error, self.account, writing=writing).as_error(writing=writing) from None

    def _wait(self, failure: Failure, attempts: int) -> float:
        """Return the seconds to wait: at random up to a limit that doubles ("full jitter"), or what Google asks for."""
        patience = self._limit.patience
        longest = min(patience.longest_wait, patience.first_wait * 2.0 ** min(attempts - 1, DOUBLINGS))
        return max(failure.wait or 0.0, self._jitter() * longest)

    def _count(self, request: PreparedRequest) -> None:
        is_read = request.method == "GET"
        self.calls = Calls(reads=self.calls.reads + is_read, writes=self.calls.writes + (not is_read))


def _value_range(title: str, block: Any) -> ValueRange:
    """Return the cells of a tab; its grid ends where the range of the answer ends ('Akteure'!A1:Z1000).

    `InvalidJSONError` when it has another shape than Google's answers.
    """
    try:
        rows, columns = a1_to_rowcol(block["range"].rpartition("!")[2].rpartition(":")[2])
        values = block.get("values", [])
    except (AttributeError, LookupError, TypeError, IncorrectCellLabel):
        raise InvalidJSONError from None
    if not _is_grid(values):
        raise InvalidJSONError
    return ValueRange(title=title, rows=rows, columns=columns, values=values)


def _is_grid(values: object) -> bool:
    """Say whether these are rows of plain values."""
    return isinstance(values, list) and all(
        isinstance(row, list) and not any(isinstance(cell, dict | list) for cell in row) for row in values
    )
