"""The sign of life to a service such as healthchecks.io: it tells somebody when the signs stop.

Whoever knows the address can hide a failure, so no sentence repeats any of it.
"""

import os
import ssl
from http.client import HTTPException, HTTPMessage
from socket import gaierror
from threading import Thread
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from sync import VERSION

NO_ANSWER = "there was no answer in time"


def ping(url: str, timeout: float = 10) -> str:
    """Ask for that address and return "" when it answered well, else one sentence; raises for nothing.

    After `timeout` s it is given up, whoever keeps us waiting: a name server, or an answer that comes in crumbs. A
    redirect to another scheme is not followed.
    """
    told: list[str] = []
    asking = Thread(target=lambda: told.append(_asked(url, timeout)), daemon=True)
    asking.start()
    asking.join(timeout)
    return told[0] if told else _failed(NO_ANSWER)


def _asked(url: str, timeout: float) -> str:
    try:
        request = Request(url, headers={"User-Agent": f"klima-allianz/{VERSION}"})  # noqa: S310  https, says the config
        with build_opener(_SameScheme).open(request, timeout=timeout):
            return ""
    except HTTPError as error:
        error.close()
        return _failed(f"it was answered with {error.code}")
    except URLError as error:
        return _failed(_reason(error.reason))
    except (OSError, HTTPException, ValueError) as error:
        return _failed(_reason(error))


class _SameScheme(HTTPRedirectHandler):
    """Follows redirects, but none from https to http."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """Return the next request, None to leave it at the answer that is there."""
        if urlsplit(newurl).scheme != urlsplit(req.full_url).scheme:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _reason(error: object) -> str:
    """Return what went wrong without the error's own text, which may name the server."""
    match error:
        case TimeoutError():
            return NO_ANSWER
        case ssl.SSLError():
            return "the server does not prove who it is"
        case OSError(errno=int(number)) if number > 0:
            return os.strerror(number)
        case gaierror():
            return "nobody knows the server's name"
        case OSError():
            return "the connection was cut"
        case _:
            return "the answer makes no sense"


def _failed(reason: str) -> str:
    return f"The ping failed: {reason}."
