"""A look at the spreadsheet without any key: what a stranger with its link gets, and what time it is at Google.

The service's scope cannot read whom a file is shared with, but a stranger's look can be tried. Only status, `Location`
and `Date` of the answer are used; no cell is downloaded.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import requests

from sync.google import GoogleAccess

SHEETS_API, PAGES = "https://sheets.googleapis.com", "https://docs.google.com"
"""Google's own addresses: a test server or a gateway answers for both."""

SIGN_IN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, kw_only=True)
class StrangersLook:
    """`may_read` is None when the answer does not tell; `clock` is Google's time, None without an answer."""

    may_read: bool | None = None
    clock: datetime | None = None


def strangers_look(access: GoogleAccess) -> StrangersLook:
    """Ask for the public export of the spreadsheet without credentials; never raises for trouble on the way."""
    base = PAGES if access.api == SHEETS_API else access.api
    try:
        with requests.get(
            f"{base}/spreadsheets/d/{access.spreadsheet}/export",
            params={"format": "csv"},
            auth=lambda request: request,  # else requests takes credentials from a .netrc file
            timeout=(access.patience.connect, access.patience.answer),
            allow_redirects=False,
            stream=True,
        ) as answer:
            return StrangersLook(
                may_read=_may_read(answer.status_code, answer.headers.get("Location", "")),
                clock=_clock(answer.headers.get("Date", "")),
            )
    except requests.RequestException:
        return StrangersLook()


def _may_read(status: int, location: str) -> bool | None:
    """Google answers with the cells, or sends to where they lie or to the page on which one signs in."""
    if status == HTTPStatus.OK:
        return True
    if status in SIGN_IN:
        return False
    host = urlsplit(location).hostname or ""
    if host == "accounts.google.com":
        return False
    return True if host.endswith(".googleusercontent.com") else None


def _clock(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).replace(tzinfo=UTC)  # HTTP knows no other zone
    except ValueError:
        return None
