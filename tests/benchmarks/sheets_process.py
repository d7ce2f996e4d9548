"""A Sheets server in a process of its own: benchmarks measure the client, not the server.

It answers a read that it has answered before from its memory, packed, until something is written or edited. What is
measured against it stands in `test_google`; the server itself is `tests.sheets_server`.
"""

import contextlib
import gzip
import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scoring.tabs import ACTORS, MEETINGS, SETTINGS
from sync.google import GoogleAccess, connect, extend_spreadsheet
from tests.sheets_server.model import Cell, Sheet, Spreadsheet
from tests.sheets_server.server import SheetsServer

KINDS = ("Unternehmen", "Verein", "Energieversorger", "Gesundheit", "Bildung")
ATTITUDES = ("Befürworter", "neutral", "skeptisch", "Gegner")
RESULTS = ("positiv", "neutral", "offen", "Zusage", "negativ")
TOWN: dict[str, float | str] = {
    "Kommune": "Musterstadt",
    "Einwohner": 85_000.0,
    "Bilanzmethode": "BISKO",
    "Bilanzjahr": 2023.0,
    "Gesamtemissionen (t CO2e/a)": 900_000_000.0,
}
Rows = list[dict[str, float | str]]


# What a benchmark uses.


class ServerProcess:
    """A running server with one sheet: a number of actors, five meetings for each, on three tabs or fully set up.

    `free_column` is the first of two blank ones on Akteure, right of all others (0-based).
    """

    def __init__(self, folder: Path, *, actors: int, set_up: bool) -> None:
        self._folder = folder
        self._size = [str(actors), "set-up" if set_up else "three tabs"]

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", __name__, str(self._folder), *self._size]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started = self._answer()
        self.url, self.spreadsheet = str(started["url"]), str(started["spreadsheet"])
        self.free_column = int(started["free_column"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()  # its input ends, and so does it

    def key_file(self, folder: Path) -> Path:  # noqa: ARG002  # as SheetsServer has it
        """Return the account's key file, whose key lives in the server's process."""
        return self._folder / "service-account.json"

    def set_latency(self, seconds: float) -> None:
        """Let every call take that much longer from now on."""
        self._ask("latency", seconds)

    def edit(self) -> None:
        """Let somebody change one actor's figures, other ones each time."""
        self._ask("edit")

    def take_calls(self) -> list[dict[str, Any]]:
        """Return the calls since this was asked last: kind, path, bytes on the wire, seconds the server worked."""
        calls: list[dict[str, Any]] = self._ask("calls")
        return calls

    def _ask(self, *question: object) -> Any:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())


# The process itself.


@dataclass
class Memory:
    """What the handlers share."""

    server: SheetsServer
    answers: dict[str, tuple[int, bytes, bool]] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)
    latency: float = 0.0


class Front(BaseHTTPRequestHandler):
    """One connection: hands a request to the server, or its answer out of the memory."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    memory: Memory

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        time.sleep(self.memory.latency)
        started = time.perf_counter()
        status, content, packed = self._content(body)
        seconds = time.perf_counter() - started
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(content)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        kind = "token" if self.path == "/token" else "read" if self.command == "GET" else "write"
        call = {"kind": kind, "path": self.path, "bytes": len(body) + len(content), "seconds": seconds}
        self.memory.calls.append(call)
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = _handle  # noqa: N815  # names of the base class

    def _content(self, body: bytes) -> tuple[int, bytes, bool]:
        answers = self.memory.answers
        if self.command == "GET" and self.path in answers:
            return answers[self.path]
        _, answer = self.memory.server.answer(self.command, self.path, self.headers, body)
        assert answer is not None
        plain = json.dumps(answer.json, ensure_ascii=False).encode()
        packed = "gzip" in self.headers.get("Accept-Encoding", "")
        content = (answer.status, gzip.compress(plain, compresslevel=5) if packed else plain, packed)
        if self.command == "GET" and answer.status == HTTPStatus.OK:
            answers[self.path] = content
        elif self.path != "/token":
            answers.clear()
        return content

    def log_message(self, *_: Any) -> None:
        """Keep quiet: standard output carries answers to the benchmark."""


def serve(folder: Path, actors: int, *, set_up: bool) -> None:
    """Serve until standard input ends; each line there is a question, each line of standard output an answer."""
    server = SheetsServer()
    memory = Memory(server)
    http = ThreadingHTTPServer(("127.0.0.1", 0), type("BoundFront", (Front,), {"memory": memory}))
    http.daemon_threads = True
    threading.Thread(target=http.serve_forever, daemon=True).start()
    server.url = f"http://127.0.0.1:{http.server_port}"
    key = server.key_file(folder)
    book = server.add_spreadsheet(tabs=("Tabellenblatt1",) if set_up else ("Akteure", "Termine", "Einstellungen"))
    server.share(book)
    if set_up:
        access = GoogleAccess(spreadsheet=book.id, credentials=key, api=server.url)
        extend_spreadsheet(connect(access), "de", {})
    fill(book, actors)
    actors_tab = book.sheet("Akteure")
    free = 1 + max(column for row, column in actors_tab.cells if row == 0)
    actors_tab.columns = max(actors_tab.columns, free + 2)
    _say({"url": server.url, "spreadsheet": book.id, "free_column": free})
    for number, line in enumerate(sys.stdin):
        _say(_answer(json.loads(line), memory, book, number))
    http.shutdown()


def _answer(question: list[Any], memory: Memory, book: Spreadsheet, number: int) -> object:
    match question:
        case ["latency", seconds]:
            memory.latency = seconds
        case ["edit"]:
            with memory.server.lock:
                actors = book.sheet("Akteure")
                column = _columns(actors, ACTORS.column("jobs").de)
                actors.cells[1 + number % 50, column] = Cell(entered=float(1000 + number))
                memory.answers.clear()
        case ["calls"]:
            calls, memory.calls = memory.calls, []
            return calls
    return None


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


def fill(book: Spreadsheet, actors: int) -> None:
    """Put actors, five meetings for each and the town into the sheet."""
    people: Rows = [
        {
            "name": f"Akteur {number:05}",
            "kind": KINDS[number % len(KINDS)],
            "owner": "Anna",
            "attitude": ATTITUDES[number % len(ATTITUDES)],
            "relationship": float(number % 6),
            "jobs": float(10 + 37 * number % 900),
            "publicity": float(number % 6),
            "structural": float(number % 6),
            "emissions": float(100 + 7919 * number % 40_000),
            "emissions_scope": "Energie",
            "emissions_year": 2023.0,
            "data_quality": "B",
        }
        for number in range(actors)
    ]
    meetings: Rows = [
        {
            "date": f"{1 + number % 28:02}.{1 + number % 9:02}.2026",
            "actors": f"Akteur {number % actors:05}",
            "kind": "Gespräch",
            "status": "stattgefunden",
            "result": RESULTS[number % len(RESULTS)],
            "team": "Anna",
        }
        for number in range(5 * actors)
    ]
    _put(book.sheet("Akteure"), {column.field: column.de for column in ACTORS.columns}, people)
    _put(book.sheet("Termine"), {column.field: column.de for column in MEETINGS.columns}, meetings)
    settings: Rows = [{"setting": name, "value": value} for name, value in TOWN.items()]
    _put(book.sheet("Einstellungen"), {column.field: column.de for column in SETTINGS.columns}, settings)


def _put(sheet: Sheet, headers: dict[str, str], rows: Rows) -> None:
    """Put rows below their headers, which are added where `setup` has not made them."""
    places = {}
    for name in rows[0]:
        with contextlib.suppress(StopIteration):
            places[name] = _columns(sheet, headers[name])
        if name not in places:
            places[name] = len(places)
            sheet.cells[0, places[name]] = Cell(entered=headers[name])
    sheet.rows = max(sheet.rows, len(rows) + 1)
    for number, row in enumerate(rows, 1):
        for name, value in row.items():
            sheet.cells[number, places[name]] = Cell(entered=value)


def _columns(sheet: Sheet, header: str) -> int:
    return next(column for (row, column), cell in sheet.cells.items() if row == 0 and cell.entered == header)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), set_up=sys.argv[3] == "set-up")
