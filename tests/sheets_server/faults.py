"""Faults on demand: which call goes wrong, how, and whether the request is carried out all the same."""

from dataclasses import dataclass, field

from tests.sheets_server.log import Call

CODES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
"""Google's canonical code of each status; others say UNKNOWN."""

TOKEN_CODES = {400: "invalid_grant", 401: "invalid_client", 403: "access_denied"}
"""OAuth's code of each status of the token endpoint; others say internal_failure, which google-auth tries again."""

SENTENCES = {
    401: "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
    "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    403: "The caller does not have permission",
    404: "Requested entity was not found.",
    429: "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user' of service "
    "'sheets.googleapis.com' for consumer 'project_number:584301927654'.",
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
    504: "Deadline expired before operation could complete.",
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault: it strikes the `nth` call of its kind from now on, `times` calls in a row.

    Without more it answers `status` with a body of Google's ("json"), of a proxy ("html") or none ("empty").
    `cut_at` carries the request out and sends that many bytes of the body of the true answer, then closes.
    `hang` waits that many seconds, or until the server stops; then the true answer follows if `effect`, else none.
    `reset` breaks the connection without an answer. `effect` says whether the request is carried out before
    the fault shows. `identity` keeps the true answer uncompressed.
    """

    call: str = "any"
    nth: int = 1
    times: int = 1
    status: int = 503
    retry_after: str | int | None = None
    body: str = "json"
    message: str | None = None
    cut_at: int | None = None
    hang: float | None = None
    reset: bool = False
    effect: bool = False
    identity: bool = False

    @property
    def name(self) -> str:
        """What the log calls it: "reset", "hang", "cut" or the status."""
        if self.reset:
            return "reset"
        if self.hang is not None:
            return "hang"
        return "cut" if self.cut_at is not None else str(self.status)

    def strikes(self, call: Call) -> bool:
        """Whether this kind of call is meant."""
        return self.call in ("any", call.kind)


@dataclass
class Faults:
    """The faults that wait for their call."""

    _waiting: list[tuple[Fault, list[int]]] = field(default_factory=list)

    def add(self, *faults: Fault) -> None:
        """Let faults happen from the next call on; each counts the calls of its kind by itself."""
        self._waiting.extend((fault, [0]) for fault in faults)

    def clear(self) -> None:
        """Forget all that have not happened."""
        self._waiting.clear()

    def take(self, call: Call) -> Fault | None:
        """Count the call and return the fault that strikes it: the one added first."""
        struck = None
        for fault, seen in self._waiting:
            if fault.strikes(call):
                seen[0] += 1
                if struck is None and fault.nth <= seen[0] < fault.nth + fault.times:
                    struck = fault
        self._waiting = [one for one in self._waiting if one[1][0] < one[0].nth + one[0].times - 1]
        return struck
