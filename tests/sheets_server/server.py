"""The local Sheets server: spreadsheets that tests set up, answered over HTTP as Google would.

Start it as a context manager. What the answers say is decided in `routes`; how they break in `faults`.
"""

import json
import random
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.sheets_server import accounts, replies, routes
from tests.sheets_server.accounts import ACCOUNT, Accounts, TokenRefused
from tests.sheets_server.errors import Rejected
from tests.sheets_server.faults import Fault, Faults
from tests.sheets_server.handler import Answer
from tests.sheets_server.listener import Listener
from tests.sheets_server.log import Call
from tests.sheets_server.model import Sheet, Spreadsheet
from tests.sheets_server.protection import ANYONE, role_of
from tests.sheets_server.quota import Quota

OWNER = "besitz@example.org"
PAGES = "/spreadsheets/d/"
"""Where browsers see files: this server only exports them, as docs.google.com does."""

ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

Hook = Callable[[Call], None]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SheetsServer:
    """A server on a free port of 127.0.0.1, and everything that a test says to it.

    `now` gives quota and the year of a typed day without one; tokens and the Date header follow the real clock
    plus `clock_skew`. `seed` gives the ids of spreadsheets.
    """

    def __init__(self, *, now: Callable[[], datetime] = _utc_now, seed: int = 1) -> None:
        self.now = now
        self.account = ACCOUNT
        self.clock_skew = timedelta(0)
        self.latency = 0.0
        self.quota: Quota | None = None
        self.log: list[Call] = []
        self.errors: list[str] = []
        self.faults = Faults()
        self.before_call: Hook | None = None
        """Called under the lock right before a request is carried out: here a person edits."""
        self.after_call: Hook | None = None
        """Called under the lock after a request was carried out (not when it was refused), before the answer goes."""
        self.spreadsheets: dict[str, Spreadsheet] = {}
        self.lock = threading.RLock()
        self._accounts = Accounts(clock=self.now_http)
        self._random = random.Random(seed)
        self._api_enabled = True
        self._stopping = threading.Event()
        self._listener: Listener | None = None
        self.url = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self.stop()
        except RuntimeError:
            if kind is None:
                raise

    def start(self) -> None:
        """Listen on a free port; `url` is known from here on."""
        self._stopping.clear()
        self._listener = Listener(self)
        self.url = self._listener.url

    def stop(self) -> None:
        """End all connections and waiting faults; RuntimeError when the server itself went wrong in some call."""
        self._stopping.set()
        if self._listener:
            self._listener.close()
            self._listener = None
        if self.errors:
            raise RuntimeError("The Sheets server went wrong:\n" + "\n".join(self.errors))

    # What a test sets up.

    def key_file(self, folder: Path) -> Path:
        """Write the service account's key file (mode 0600), whose token endpoint is this server; return its path."""
        return accounts.key_file(folder, self.url + "/token")

    def add_spreadsheet(
        self,
        *,
        title: str = "Klima-Allianz",
        locale: str = "de_DE",
        time_zone: str = "Europe/Berlin",
        tabs: Sequence[str] = ("Tabellenblatt1",),
    ) -> Spreadsheet:
        """Add a file of besitz@example.org that nobody else may see yet; its first tab has id 0, as Google's do."""
        ids = [0, *self._random.sample(range(1, 2**31), len(tabs) - 1)]
        spreadsheet = Spreadsheet(
            id="1" + "".join(self._random.choices(ID_LETTERS, k=43)),
            title=title,
            locale=locale,
            time_zone=time_zone,
            sheets=[Sheet(id=sheet_id, title=tab) for sheet_id, tab in zip(ids, tabs, strict=True)],
            roles={OWNER: "owner"},
            created=_drive_time(self.now()),
            modified=_drive_time(self.now()),
        )
        self.spreadsheets[spreadsheet.id] = spreadsheet
        return spreadsheet

    def share(self, spreadsheet: Spreadsheet, role: str | None = "writer", *, who: str = ACCOUNT) -> None:
        """Share a file with `who` as "writer" or "reader"; None takes the share away."""
        if role is None:
            spreadsheet.roles.pop(who, None)
        else:
            spreadsheet.roles[who] = role

    def share_with_anyone(self, spreadsheet: Spreadsheet, role: str | None = "writer") -> None:
        """Share a file with everybody who has the link."""
        self.share(spreadsheet, role, who=ANYONE)

    def set_quota(self, *, per_user: int = 60, per_project: int = 300) -> None:
        """Limit reads and writes per minute of the clock `now`; Google's figures by default."""
        self.quota = Quota(per_user=per_user, per_project=per_project, clock=self.now)

    def disable_api(self) -> None:
        """Switch the Sheets API off in the account's project."""
        self._api_enabled = False

    def enable_api(self) -> None:
        """Switch it on again."""
        self._api_enabled = True

    def revoke_key(self) -> None:
        """Delete the account's key: no more tokens; those given out live on until they expire."""
        self._accounts.revoked = True

    def expire_tokens(self) -> None:
        """End all tokens given out so far."""
        self._accounts.expire_tokens()

    @property
    def scopes(self) -> list[str]:
        """The scopes of every token that was given out, in order."""
        return self._accounts.scopes

    # How a request is answered.

    def now_http(self) -> datetime:
        """Return the time that this server believes it is."""
        return _utc_now() + self.clock_skew

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[Call, Answer | None]:
        """Log a request, let faults and hooks have their way, and return its answer (None: end the connection)."""
        kind = _kind(method, path)
        call = Call(method=method, path=path, kind=kind, bytes_received=len(body))
        with self.lock:
            self.log.append(call)
            fault = self.faults.take(call)
            call.fault = fault.name if fault else ""
        time.sleep(self.latency)
        if fault is None:
            return call, self._carry_out(call, headers, body)
        return call, self._faulty(call, fault, headers, body)

    def _faulty(self, call: Call, fault: Fault, headers: Any, body: bytes) -> Answer | None:
        truth = None
        if fault.effect or fault.cut_at is not None:
            truth = self._carry_out(call, headers, body)
            truth.fault = fault
        if fault.hang is not None:
            self._stopping.wait(fault.hang)
            return None if self._stopping.is_set() else truth
        if fault.reset:
            return None
        return truth if fault.cut_at is not None else replies.of_fault(call, fault)

    def _carry_out(self, call: Call, headers: Any, body: bytes) -> Answer:
        """Answer truthfully. A mistake of this server becomes a 400 and is kept for `stop`, so that the test fails."""
        with self.lock:
            try:
                if self.before_call:
                    self.before_call(call)
                match call.kind:
                    case "token":
                        answer = self._token(body)
                    case "page":
                        answer = self._page(call)
                    case _:
                        answer = self._api(call, headers, body)
                if self.after_call:
                    self.after_call(call)
            except TokenRefused as refused:
                answer = Answer(status=400, json=refused.body)
            except Rejected as rejected:
                answer = replies.refusal(rejected)
            except Exception as mistake:  # noqa: BLE001 - whatever it is, the test must hear of it
                self.errors.append(f"{call.method} {call.path}\n{traceback.format_exc()}")
                sentence = f"The server itself went wrong: {type(mistake).__name__}"
                answer = replies.refusal(Rejected(400, "INTERNAL", sentence))
        return answer

    def _token(self, body: bytes) -> Answer:
        return Answer(status=200, json=self._accounts.grant(dict(parse_qsl(body.decode()))))

    def _page(self, call: Call) -> Answer:
        """Answer a browser that is not signed in and asks for the export of a file."""
        spreadsheet = self.spreadsheets.get(call.path.removeprefix(PAGES).partition("/")[0])
        if spreadsheet is None:
            return Answer(status=404, content_type="text/html; charset=utf-8")
        if role_of(spreadsheet, "") is None:
            return Answer(status=302, headers={"Location": "https://accounts.google.com/ServiceLogin?service=wise"})
        return Answer(status=200, content_type="text/csv")

    def _api(self, call: Call, headers: Any, body: bytes) -> Answer:
        self._accounts.check(headers.get("Authorization", ""), call.kind)
        if not self._api_enabled:
            raise accounts.api_disabled()
        if self.quota:
            self.quota.count(call.kind)
        address = urlsplit(call.path)
        request = routes.Request(
            method=call.method,
            path=address.path,
            query=parse_qs(address.query, keep_blank_values=True),
            body=_parsed(body),
            who=self.account,
            today=self.now().date(),
        )
        return Answer(status=200, json=routes.answer(request, self.spreadsheets))


def _drive_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _kind(method: str, path: str) -> str:
    if urlsplit(path).path == "/token":
        return "token"
    if path.startswith(PAGES):
        return "page"
    return "read" if method == "GET" else "write"


def _parsed(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        parsed = json.loads(body)
    except ValueError:
        raise Rejected(400, "INVALID_ARGUMENT", "Invalid JSON payload received. Unexpected token.") from None
    if not isinstance(parsed, dict):
        raise Rejected(400, "INVALID_ARGUMENT", "Invalid JSON payload received. Root element must be a message.")
    return parsed
