"""HTTP on one connection: reads a request, lets the server answer it, and sends the answer, whole or broken.

What is answered is decided in `server`; this module knows only bytes, compression and ways to break off.
"""

import gzip
import json
import socket
import struct
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol

from tests.sheets_server.faults import Fault
from tests.sheets_server.log import Call

SMALLEST_COMPRESSED = 256
"""Bytes of a body from which on compression is worth it."""


@dataclass(kw_only=True)
class Answer:
    """A reply before it is sent. `fault` says how to break it, `json` None sends `text` as it is."""

    status: int
    json: Any = None
    text: str = ""
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)
    fault: Fault | None = None


class Answers(Protocol):
    """What the handler needs of the server."""

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[Call, Answer | None]:
        """Return the call and what to send; None for a connection that ends without an answer."""
        ...

    def now_http(self) -> Any:
        """Return the server's clock."""
        ...


class Handler(BaseHTTPRequestHandler):
    """One client's connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    answers: Answers

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        call, answer = self.answers.answer(self.command, self.path, self.headers, body)
        if answer is None:
            self._drop(reset=call.fault == "reset")
            return
        self._send(call, answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _handle  # noqa: N815 - names of the base class

    def _send(self, call: Call, answer: Answer) -> None:
        text = answer.text if answer.json is None else json.dumps(answer.json, ensure_ascii=False)
        body = text.encode()
        headers = {"Content-Type": answer.content_type, "Vary": "Origin", "Server": "ESF"} | answer.headers
        if self._compresses(answer, body):
            body, headers["Content-Encoding"] = gzip.compress(body, compresslevel=5, mtime=0), "gzip"
        cut = answer.fault.cut_at if answer.fault else None
        sent = body if cut is None else body[:cut]
        call.status, call.bytes_sent = answer.status, len(sent)
        self.wfile.write(self._head(answer.status, headers, len(body)) + sent)
        if cut is not None:
            self._drop(reset=False)

    def _compresses(self, answer: Answer, body: bytes) -> bool:
        wanted = "gzip" in self.headers.get("Accept-Encoding", "")
        return wanted and len(body) >= SMALLEST_COMPRESSED and not (answer.fault and answer.fault.identity)

    def _head(self, status: int, headers: dict[str, str], length: int) -> bytes:
        phrase = self.responses[status][0] if status in self.responses else ""
        lines = [f"{self.protocol_version} {status} {phrase}"]
        fields = headers | {
            "Date": format_datetime(self.answers.now_http(), usegmt=True),
            "Content-Length": str(length),
        }
        lines += [f"{name}: {value}" for name, value in fields.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _drop(self, *, reset: bool) -> None:
        """End the connection here and now: politely, or with a TCP reset."""
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            socket.close(self.connection.detach())
        else:
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: Any) -> None:
        """Keep quiet: the server's own log says more."""
