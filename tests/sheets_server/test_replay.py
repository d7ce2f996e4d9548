"""The server's fidelity: every recorded answer of Google's whose calls it implements, sent and compared again.

A recording is a list of requests with Google's answers. Each is sent over HTTP in its order; status and JSON must be
equal but for what NORMALISED lists. Drive's calls that create, delete or share files become set-up of the server.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials

from tests.sheets_server import SheetsServer

RECORDINGS = Path(__file__).parents[3] / "shared" / "gspread-cassettes"
NAMES = sorted(path.stem for path in RECORDINGS.glob("*.json"))
AT_LEAST = 24
"""What the project promises; the test prints how many there are."""

SCOPES = ["https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive"]

NORMALISED = {
    "spreadsheet ids": "Google draws them at random; recorded and local ones are paired when a file is created",
    "sheetId, namedRangeId, protectedRangeId": "drawn at random unless the client gives one; paired in the answers",
    "createdTime, modifiedTime": "a moment of the recording; only its form is compared",
    "editors.users": "the address of the account that recorded; paired with the local account",
    "width after autoResizeDimensions": "depends on the width of letters in Google's fonts; only that it is wider",
}
DRAWN_IDS = ("sheetId", "namedRangeId", "protectedRangeId")
TIMES = ("createdTime", "modifiedTime")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
DEFAULT_WIDTH = 100
ABSENT = "(absent)"


@dataclass(frozen=True)
class Recorded:
    """One recorded call."""

    method: str
    host: str
    path: str
    query: str
    body: str
    status: int
    answer: str

    @property
    def call(self) -> str:
        """The call without ids and values, for people."""
        return f"{self.method} {self.host}{re.sub(r'/[A-Za-z0-9_-]{30,}', '/…', self.path)}"

    @property
    def makes_file(self) -> bool:
        return (self.method, self.path) == ("POST", "/drive/v3/files")

    @property
    def deletes_file(self) -> bool:
        return self.method == "DELETE" and self.path.startswith("/drive/v3/files/")

    @property
    def implemented(self) -> bool:
        """Whether the server answers it, or the replay turns it into set-up."""
        opens = self.method == "GET" and re.fullmatch(r"/drive/v3/files/[^/]+", self.path) is not None
        return self.host == "sheets.googleapis.com" or self.makes_file or self.deletes_file or opens


@cache
def recording(name: str) -> list[Recorded]:
    calls = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))["interactions"]
    return [
        Recorded(
            method=call["request"]["method"],
            host=(address := urlsplit(call["request"]["uri"])).netloc,
            path=address.path,
            query=address.query,
            body=call["request"]["body"] or "",
            status=call["response"]["status"]["code"],
            answer=call["response"]["body"].get("string", ""),
        )
        for call in calls
    ]


def not_implemented(name: str) -> list[str]:
    return sorted({call.call for call in recording(name) if not call.implemented})


REPLAYED = [name for name in NAMES if not not_implemented(name)]


@dataclass
class Pairs:
    """Recorded ids and addresses with the local ones that stand for them."""

    files: dict[str, str] = field(default_factory=dict)
    drawn: dict[str, str] = field(default_factory=dict)

    def localised(self, text: str) -> str:
        """A recorded path or body with the local ids."""
        for recorded, local in (self.files | self.drawn).items():
            text = re.sub(rf"(?<![\w-]){re.escape(recorded)}(?![\w-])", local, text)
        return text


@dataclass
class Differences:
    """Compares two answers, pairs the ids in them, and lists in words what differs."""

    pairs: Pairs
    found: list[str] = field(default_factory=list)
    met: dict[str, str] = field(default_factory=dict)
    """Drawn ids of this answer, local to recorded: a local id may be drawn again once its bearer was deleted."""

    def compare(self, recorded: Any, local: Any, path: str = "") -> None:
        name = path.rpartition(".")[2]
        if isinstance(recorded, dict) and isinstance(local, dict):
            for key in recorded.keys() | local.keys():
                self.compare(recorded.get(key, ABSENT), local.get(key, ABSENT), f"{path}.{key}")
        elif isinstance(recorded, list) and isinstance(local, list) and len(recorded) == len(local):
            for place, (one, other) in enumerate(zip(recorded, local, strict=True)):
                self.compare(one, other, f"{path}[{place}]")
        elif not self._same(name, path, recorded, local):
            self.found.append(f"{path}: recorded {recorded!r}, answered {local!r}")

    def _same(self, name: str, path: str, recorded: Any, local: Any) -> bool:
        if name in DRAWN_IDS and recorded and type(recorded) is type(local):
            return self._paired(str(recorded), str(local))
        if name in TIMES:
            return all(TIME.fullmatch(time) for time in (recorded, local))
        if name == "pixelSize" and recorded != DEFAULT_WIDTH:
            return bool(recorded > DEFAULT_WIDTH) == bool(local > DEFAULT_WIDTH)
        if ".editors.users[" in path:
            return self._paired(recorded, local)
        if isinstance(recorded, str):
            return self.pairs.localised(recorded) == local
        return type(recorded) is type(local) and recorded == local

    def _paired(self, recorded: str, local: str) -> bool:
        """Whether two drawn ids belong together: as before, or from now on; never two of an answer with one."""
        alone = self.met.setdefault(local, recorded) == recorded
        return alone and self.pairs.drawn.setdefault(recorded, local) == local


@pytest.fixture(scope="module")
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as running:
        yield running


@pytest.fixture(scope="module")
def session(server: SheetsServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthorizedSession]:
    key = server.key_file(tmp_path_factory.mktemp("key"))
    with AuthorizedSession(Credentials.from_service_account_file(str(key), scopes=SCOPES)) as opened:
        yield opened


def add_file(server: SheetsServer, title: str, role: str | None) -> str:
    """A new file as the recordings' account got it: American, one tab, its own."""
    book = server.add_spreadsheet(title=title, locale="en_US", time_zone="Etc/GMT", tabs=("Sheet1",))
    if role == "owner":
        book.roles.clear()
    server.share(book, role)
    return book.id


def replay(call: Recorded, pairs: Pairs, server: SheetsServer, session: AuthorizedSession) -> list[str]:
    """Send one recorded call; return how the answer differs."""
    url = f"{server.url}{pairs.localised(call.path)}?{pairs.localised(call.query)}"
    answer = session.request(
        call.method, url, data=pairs.localised(call.body).encode(), headers={"Content-Type": "application/json"}
    )
    differences = Differences(pairs)
    differences.compare(call.status, answer.status_code, "status")
    differences.compare(json.loads(call.answer), answer.json())
    return [f"{call.call} {call.body[:200]}: {one}" for one in differences.found]


@pytest.mark.skipif(not NAMES, reason=f"no recordings: {RECORDINGS} is missing")
@pytest.mark.parametrize("name", REPLAYED)
def test_recording_is_answered_as_google_did(name: str, server: SheetsServer, session: AuthorizedSession) -> None:
    pairs, differences = Pairs(), []
    for call in recording(name):
        if call.makes_file:
            recorded_id = json.loads(call.answer)["id"]
            pairs.files[recorded_id] = add_file(server, json.loads(call.body)["name"], "owner")
            pairs.drawn.clear()
        elif call.deletes_file:
            del server.spreadsheets[pairs.localised(call.path).rpartition("/")[2]]
        else:
            if call.status == 403:  # a file of somebody else
                pairs.files[call.path.rpartition("/")[2]] = add_file(server, "private", None)
            differences += replay(call, pairs, server, session)
    assert differences == []
    assert server.errors == []


@pytest.mark.skipif(not NAMES, reason=f"no recordings: {RECORDINGS} is missing")
def test_enough_recordings_are_replayed(capsys: pytest.CaptureFixture[str]) -> None:
    others = {name: not_implemented(name) for name in NAMES if name not in REPLAYED}
    with capsys.disabled():
        print(f"\n{len(REPLAYED)} of {len(NAMES)} recordings are replayed. Not replayed, for calls not implemented:")
        for name, calls in others.items():
            print(f"  {name}: {', '.join(calls)}")
        print("Not compared as they stand:")
        for what, reason in NORMALISED.items():
            print(f"  {what}: {reason}")
    assert len(REPLAYED) >= AT_LEAST
