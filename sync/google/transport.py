"""How a call gets to Google and back: gspread's transport, the token that signs each request, limits of time.

No repetition here, and no meaning: `sync.google.connection` makes a call again, `sync.google.failures` reads errors.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request as TokenRequest
from google.oauth2.service_account import Credentials
from gspread.http_client import FileType, HTTPClient, ParamsType
from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.exceptions import InvalidJSONError, ReadTimeout
from urllib3 import HTTPResponse

from sync.google import Patience

GOOGLE = "https://sheets.googleapis.com"
SHORTEST = 0.001  # seconds; no time left at all would mean no limit
LARGEST = 50_000_000  # bytes of an answer, uncompressed: what does not fit would fill the memory of a small machine

Counted = Callable[[PreparedRequest], None]


class Limit:
    """How long the call that is being made may still take, all its attempts together. `patience` in seconds."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self._deadline = 0.0

    def start(self) -> None:
        """Begin a new call."""
        self._deadline = time.monotonic() + self.patience.deadline

    def is_before_deadline(self, wait: float) -> bool:
        """Say whether an attempt after `wait` seconds would start in time."""
        return time.monotonic() + wait < self._deadline

    def timeouts(self) -> tuple[float, float]:
        """Return the seconds to connect and to answer: what starts at the deadline ends one answer after it."""
        left = max(SHORTEST, self._deadline + self.patience.answer - time.monotonic())
        return min(self.patience.connect, left), min(self.patience.answer, left)


class Transport(HTTPClient):
    """gspread's transport to a host of choice; a request is signed anew once when Google refuses the token (401).

    Raises the errors of requests, and google-auth's where there is no token; gspread's own break on error bodies that
    are not Google's. `count` is told of each request to the API that is sent.
    """

    def __init__(self, api: str, credentials: Credentials, limit: Limit, count: Counted) -> None:
        session = _session(_Adapter(limit, count))
        super().__init__(None, session)  # type: ignore[arg-type]  # the session signs
        self._api = api
        self._bearer = session.auth = _Bearer(credentials, TokenRequest(_session(_TokenAdapter(limit))))

    def request(
        self,
        method: str,
        endpoint: str,
        params: ParamsType | None = None,
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: FileType = None,
        headers: Any = None,
    ) -> Response:
        """Send the request and return the answer; `requests.HTTPError` for one of 400 or more."""
        address = self._api + endpoint.removeprefix(GOOGLE)
        content: dict[str, Any] = {"params": params, "data": data, "json": json, "files": files, "headers": headers}
        response = self.session.request(method, address, **content)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            self._bearer.refresh()
            response = self.session.request(method, address, **content)
        response.raise_for_status()
        return response


def as_object(parse: Callable[[], Any]) -> dict[str, Any]:
    """Return the answer that is parsed if it is a JSON object, as all of Google's; else raise `InvalidJSONError`."""
    try:
        answer = parse()
    except (RequestException, GoogleAuthError):
        raise
    except (ValueError, RecursionError):  # numbers and nesting without end
        raise InvalidJSONError from None
    if not isinstance(answer, dict):
        raise InvalidJSONError
    return answer


def _session(adapter: HTTPAdapter) -> Session:
    session = Session()
    session.max_redirects = 0  # the API never redirects; the sign-in page of a hotel's network does
    session.auth = lambda request: request  # else requests takes credentials from a .netrc file
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class _Adapter(HTTPAdapter):
    """Sends each request once, within the time that is left, and tells `count` of it."""

    def __init__(self, limit: Limit, count: Counted | None = None) -> None:
        super().__init__(max_retries=0)
        self._limit = limit
        self._count = count

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - as the base class has it
        timeout: Any = None,  # noqa: ARG002 - of one request; ours is of the whole call
        verify: bool | str = True,  # noqa: FBT001, FBT002
        cert: Any = None,
        proxies: Any = None,
    ) -> Response:
        if self._count:
            self._count(request)
        timeouts = self._limit.timeouts()
        latest = time.monotonic() + timeouts[1]
        response = super().send(request, stream, timeouts, verify, cert, proxies)
        response.raw = _Body(response.raw, latest)
        return response


class _Body:
    """The rest of an answer as requests reads it: `latest` ends it, because the other limits are of one packet each.

    Raises `ReadTimeout` for one that takes longer (time.monotonic()), `InvalidJSONError` for one that is too large.
    """

    def __init__(self, raw: HTTPResponse, latest: float) -> None:
        self._raw = raw
        self._latest = latest
        self.close = raw.close
        self.release_conn = raw.release_conn

    def stream(self, amount: int, *, decode_content: bool) -> Iterator[bytes]:
        """Yield the bytes as they come, at most so many at once."""
        size = 0
        while chunk := self._raw.read1(amount, decode_content=decode_content):
            size += len(chunk)
            if time.monotonic() > self._latest or size > LARGEST:
                self._raw.close()
                raise InvalidJSONError if size > LARGEST else ReadTimeout
            yield chunk


class _TokenAdapter(_Adapter):
    """Fails at once where google-auth would sleep and repeat by itself, or stumble over an answer that is no JSON."""

    def send(self, *args: Any, **kwargs: Any) -> Response:
        response = super().send(*args, **kwargs)
        _ = response.content  # read to its end, or the socket stays open
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status_code in _TOO_EARLY:
            response.raise_for_status()
        as_object(response.json)
        return response


_TOO_EARLY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


class _Bearer(AuthBase):
    """Adds the account's token to a request.

    Not google-auth's AuthorizedSession: that one also asks iamcredentials.googleapis.com, in a thread of its own.
    """

    def __init__(self, credentials: Credentials, token_request: TokenRequest) -> None:
        self._credentials = credentials
        self._token_request = token_request

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if not self._credentials.valid:
            self.refresh()
        self._credentials.apply(request.headers)  # type: ignore[no-untyped-call]
        return request

    def refresh(self) -> None:
        """Sign in anew."""
        self._credentials.refresh(self._token_request)  # type: ignore[no-untyped-call]
