"""What went wrong with a call, told apart, and the one sentence about it that a person reads.

What belongs here: every sentence about Google's refusals and the network. What does not: repeating a call
(`sync.google.connection`). Never in a sentence: tokens, keys, cells, or the text of an answer, which may quote them.
"""

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from google.auth.exceptions import GoogleAuthError, RefreshError
from requests import ConnectionError as NoConnectionError
from requests import ConnectTimeout, RequestException, Response, Timeout
from requests.exceptions import ProxyError, SSLError
from urllib3.exceptions import NameResolutionError, NewConnectionError

from sync.errors import OutsideError, SheetChangedError

LATER = "the next run tries again."
ENABLE = "https://console.cloud.google.com/apis/library/sheets.googleapis.com"
CONSOLE = ("https://console.developers.google.com/", "https://console.cloud.google.com/")

_PAUSE = frozenset({"RATE_LIMIT_EXCEEDED", "rateLimitExceeded", "userRateLimitExceeded"})
_MOVED = re.compile(
    r"already exists|already has alternating|No [a-z ]+ with id|in grid\[|grid (?:limits|size)|Unable to parse range",
    re.IGNORECASE,
)
_PROTECTED = "protected cell"
_FULL = re.compile(r"above the limit of|number of cells")


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One failed call. `sentence` says what happened and what to do.

    `passing`: the same call may work later. `untouched`: Google certainly carried nothing out. `moved`: the sheet is
    not what the call took it for, read it again. `wait` is how many seconds Google asks to wait; None where it says
    nothing.
    """

    sentence: str
    passing: bool = False
    untouched: bool = True
    moved: bool = False
    wait: float | None = None

    def as_error(self, *, writing: bool) -> OutsideError:
        """Return what is raised when the call is not made again."""
        if writing and not self.untouched:
            return SheetChangedError(
                f"{self.sentence} It is unknown whether the change arrived; the next run will see."
            )
        if self.moved:
            return SheetChangedError(self.sentence)
        if self.passing:
            return OutsideError(f"{self.sentence[:-1]}; {LATER}")
        return OutsideError(self.sentence, permanent=True)


def failure_of(error: OSError | GoogleAuthError, account: str, *, writing: bool) -> Failure:
    """Return what the failure of a call means; `account` is the address with which the sheet is to be shared."""
    if isinstance(error, RefreshError):
        return _of_key(error, account)
    if isinstance(error, GoogleAuthError):  # no token: the call itself was never made
        cause = error.__cause__
        found = _of_network(cause) if isinstance(cause, RequestException) else _strange("an answer")
        return replace(found, untouched=True)
    if not isinstance(error, RequestException):  # requests itself lets this one through
        return Failure(sentence="This machine's certificates are missing: check REQUESTS_CA_BUNDLE and SSL_CERT_FILE.")
    if error.response is not None and not error.response.ok:
        return _of_answer(error.response, account, writing=writing)
    return _of_network(error)


def _of_network(error: RequestException) -> Failure:
    """Return what trouble on the way means: no answer, half an answer, or one that is not Google's."""
    if error.response is not None and not error.response.ok:
        return _of_status(error.response)
    reasons = tuple(_reasons(error))
    if any(isinstance(reason, NameResolutionError | socket.gaierror) for reason in reasons):
        return Failure(sentence="Google's address was not found, this machine seems to be offline.", passing=True)
    if any(isinstance(reason, ssl.SSLCertVerificationError) for reason in reasons):
        check = "check this machine's clock and certificates, and any proxy or firewall between"
        return Failure(sentence=f"The connection is not secure, whoever answers is not Google: {check}.", passing=True)
    if isinstance(error, ConnectTimeout | ProxyError) or any(isinstance(one, NewConnectionError) for one in reasons):
        return Failure(sentence="Google cannot be reached: check the network of this machine.", passing=True)
    if isinstance(error, SSLError):
        return Failure(sentence="The secure connection to Google broke.", passing=True, untouched=False)
    if isinstance(error, Timeout) or "timed out" in str(error):
        return Failure(sentence="Google did not answer in time.", passing=True, untouched=False)
    if isinstance(error, NoConnectionError):
        return Failure(sentence="The connection to Google broke.", passing=True, untouched=False)
    return _strange("an answer")


def _reasons(error: BaseException) -> Iterator[BaseException]:
    """Yield the errors inside an error of requests: urllib3's, and the system's in those."""
    inner = (getattr(error, "reason", None), *error.args[:2])
    for one in inner:
        if isinstance(one, BaseException):
            yield one
            yield from _reasons(one)


def _of_status(response: Response) -> Failure:
    """Return what an answer means by its status alone."""
    wait = _seconds(response.headers)
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return Failure(sentence="Google asks for a pause, too many calls this minute.", passing=True, wait=wait)
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        sentence = f"Google has a disturbance of its own ({response.status_code})."
        return Failure(sentence=sentence, passing=True, untouched=False, wait=wait)
    return _strange(f"an answer ({response.status_code})")


def _strange(answer: str) -> Failure:
    sentence = f"There was {answer} that was cut off or is not Google's: if it stays so, check the network or proxy."
    return Failure(sentence=sentence, passing=True, untouched=False)


def _of_answer(response: Response, account: str, *, writing: bool) -> Failure:
    error = _googles(response)
    if error is None:
        return _of_status(response)
    share = f"share the sheet with {account} as editor (Teilen, Bearbeiter)"
    match response.status_code:
        case HTTPStatus.BAD_REQUEST:
            return _of_refusal(error, account)
        case HTTPStatus.UNAUTHORIZED:
            return Failure(sentence=f"Google does not accept the sign-in of {account}: create a new key for it.")
        case HTTPStatus.FORBIDDEN if "SERVICE_DISABLED" in _details(error, "reason"):
            link = next((url for url in _details(error, "url") if url.startswith(CONSOLE)), ENABLE)
            return Failure(
                sentence=f"The Google Sheets API is switched off: enable it at {link} and wait a few minutes."
            )
        case HTTPStatus.FORBIDDEN if _PAUSE & set(_details(error, "reason")):
            return Failure(sentence="Google asks for a pause, too many calls this minute.", passing=True)
        case HTTPStatus.FORBIDDEN if writing:
            return Failure(sentence=f"{account} may read the sheet but not write into it: {share}.")
        case HTTPStatus.FORBIDDEN:
            return Failure(sentence=f"{account} may not open the sheet: {share}.")
        case HTTPStatus.NOT_FOUND:
            return Failure(sentence="There is no such Google Sheet: copy its link into [sheet] spreadsheet again.")
        case _:
            return _of_status(response)


def _of_refusal(error: Mapping[str, Any], account: str) -> Failure:
    """Return what a 400 means; its message tells, and is not repeated because it can quote a cell."""
    message = str(error.get("message", ""))
    if error.get("status") == "FAILED_PRECONDITION":
        way = "open it in Google Sheets, choose File, Save as Google Sheets, and use the link of that one"
        return Failure(sentence=f"The file is an Excel file in Drive, not a Google Sheet: {way}.")
    if _MOVED.search(message):
        return Failure(
            sentence="Somebody renamed, added or deleted a tab or its rows meanwhile; run again.", moved=True
        )
    if _PROTECTED in message:
        way = f"under Data, Protect sheets and ranges, let {account} edit, or delete the protection and run setup"
        return Failure(sentence=f"A tab is protected against the service: {way}.")
    if _FULL.search(message):
        return Failure(sentence="The sheet is full (Google allows 10 million cells): delete empty rows and old tabs.")
    return Failure(sentence="Google refused a call as malformed (400): a mistake in this program, please report it.")


def _of_key(error: RefreshError, account: str) -> Failure:
    """Return what the token endpoint's refusal means; its description tells, and is not repeated."""
    if "reasonable timeframe" in str(error):
        return Failure(sentence="This machine's clock is wrong, so Google refuses the key: set date and time right.")
    return Failure(sentence=f"Google refuses the key of {account}, it was deleted or switched off: create a new one.")


def _googles(response: Response) -> Mapping[str, Any] | None:
    """Return the error in an answer of Google's; None for anything else."""
    try:
        body = response.json()
    except (ValueError, RecursionError):  # no JSON, or nested without end
        return None
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else None


def _details(error: Mapping[str, Any], name: str) -> list[str]:
    """Return the texts of that name in the details of an error, and in the links there."""
    details = _objects(error.get("details"))
    links = [link for each in details for link in _objects(each.get("links"))]
    return [str(each[name]) for each in (*details, *links) if name in each]


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Return what Retry-After asks for: seconds, or a time, held against the answer's own clock."""
    asked = headers.get("Retry-After", "")
    try:
        return float(asked)
    except ValueError:
        pass
    try:
        return (parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("Date", ""))).total_seconds()
    except (TypeError, ValueError):
        return None
