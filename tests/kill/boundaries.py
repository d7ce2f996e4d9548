"""Where a run can be killed or stopped: before and after each SQL statement, HTTP call, SMTP stage, file operation.

Nothing of the program is replaced: SQLAlchemy says what it executes; http.client, smtplib and the file system say
through audit events what they are about to do, and a profiler sees them return. All of it is for a process that will
not live on.
"""

import http.client
import os
import re
import signal
import smtplib
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from sqlalchemy import Engine, Pool, event

FILE_OPERATIONS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod", "os.link"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
STAGES = {"send", "getreply"}
"""What smtplib does for every stage; both return when it is over."""

READING = ("BEGIN", "SELECT", "PRAGMA")

Place = tuple[str, int]
"""A boundary's label and how often it had come by then, from 1."""


@dataclass
class Tracer:
    """Counts the boundaries of this process and kills it at one: the `number`-th, or the one at `place`.

    Without either it only counts. When it `sends` SIGSTOP instead, the process stands still there until somebody lets
    it go on; `every` (from 1) does that again and again. `folder` is the one whose files matter; `note` receives each
    label.
    """

    folder: Path
    number: int | None = None
    place: Place | None = None
    every: int | None = None
    sends: signal.Signals = signal.SIGKILL
    note: Callable[[str], None] = lambda _: None
    seen: Counter[str] = field(default_factory=Counter)
    _doing: str = ""
    _changed: str = ""
    _committed: str = ""

    def reach(self, label: str) -> None:
        """Come to a boundary; this may be the end."""
        self.seen[label] += 1
        self.note(label)
        number = self.seen.total()
        again = self.every is not None and number % self.every == 0
        if again or self.number == number or self.place == (label, self.seen[label]):
            os.kill(os.getpid(), self.sends)

    def install(self) -> None:
        """Watch this process until it ends: audit hooks cannot be taken out."""
        event.listen(Engine, "before_cursor_execute", self._before_statement)
        event.listen(Engine, "after_cursor_execute", self._after_statement)
        event.listen(Engine, "commit", self._before_commit)
        event.listen(Pool, "checkin", self._after_transaction)
        sys.addaudithook(self._audit)

    def _before_statement(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self._doing = _short(statement)
        if not self._doing.startswith(READING):
            self._changed = self._doing
        self.reach(f"before {self._doing}")

    def _after_statement(self, *_: object) -> None:
        self.reach(f"after {self._doing}")

    def _before_commit(self, _connection: object) -> None:
        self.reach(f"before COMMIT of {self._changed}")
        self._committed = self._changed

    def _after_transaction(self, *_: object) -> None:
        self.reach(f"after COMMIT of {self._committed}" if self._committed else "after reading")
        self._changed = self._committed = ""

    def _audit(self, name: str, arguments: tuple[object, ...]) -> None:
        if name == "smtplib.connect":
            self._doing = "connect"
            self.reach("before connect")
            sys.setprofile(self._stage)
        elif name == "smtplib.send":
            self._doing = _said(arguments[1])
            self.reach(f"before send {self._doing}")
        elif name == "http.client.send":
            self._doing = _called(arguments[1]) or self._doing
            self.reach(f"before {self._doing}")
            sys.setprofile(self._call)
        elif self._is_file_operation(name, arguments):
            self.reach(f"before {name}")
            sys.setprofile(_once(lambda: self.reach(f"after {name}")))

    def _is_file_operation(self, name: str, arguments: tuple[object, ...]) -> bool:
        if name == "open":
            path, mode, flags = arguments
            writes = not set(str(mode or "r")).isdisjoint("wax+") if mode else bool(int(str(flags)) & WRITING)
            return writes and self._is_ours(path)
        return name in FILE_OPERATIONS and self._is_ours(arguments[0])

    def _is_ours(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and Path(path).is_relative_to(self.folder)

    def _call(self, frame: FrameType, what: str, _argument: object) -> None:
        """Notice when a call is sent and when it is answered."""
        if what != "return" or frame.f_code.co_filename != http.client.__file__:
            return
        if frame.f_code.co_name == "send":
            self.reach(f"after sending {self._doing}")
        elif frame.f_code.co_name == "getresponse":
            sys.setprofile(None)
            self.reach(f"after {self._doing}")

    def _stage(self, frame: FrameType, what: str, _argument: object) -> None:
        """Notice how smtplib's stages end while a connection is open."""
        if what != "return" or frame.f_code.co_filename != smtplib.__file__:
            return
        if frame.f_code.co_name in STAGES:
            self.reach(f"after {frame.f_code.co_name} {self._doing}")
        elif frame.f_code.co_name == "close":
            sys.setprofile(None)


def _once(reach: Callable[[], None]) -> Callable[[FrameType, str, object], None]:
    """Return a profiler that waits for the first thing that happens outside this module, and goes."""

    def profile(frame: FrameType, _what: str, _argument: object) -> None:
        if frame.f_code.co_filename != __file__:
            sys.setprofile(None)
            reach()

    return profile


def _short(statement: str) -> str:
    """Return "INSERT outbox", or "UPDATE outbox.state" by the first column that changes: never a value."""
    words = statement.split()
    match words:
        case ["INSERT", "INTO", table, *_] | ["DELETE", "FROM", table, *_]:
            return f"{words[0]} {table}"
        case ["UPDATE", table, "SET", change, *_]:
            return f"UPDATE {table}.{change.partition('=')[0]}"
        case ["SELECT", *_] if "FROM" in words[:-1]:
            return f"SELECT {words[words.index('FROM') + 1]}"
        case _:
            return words[0]


def _called(sent: object) -> str:
    """Return "HTTP POST …:batchUpdate", without whose sheet it is; "" for what is the body of a call."""
    first = sent.split(b"\r\n", 1)[0].split() if isinstance(sent, bytes) else []
    match first:
        case [method, path, version] if version.startswith(b"HTTP/"):
            return f"HTTP {method.decode()} {re.sub('.*[/:]', '', path.decode().partition('?')[0])}"
        case _:
            return ""


def _said(sent: object) -> str:
    """Return the command that is sent, or that it is text or the final dot."""
    raw = sent if isinstance(sent, bytes) else str(sent).encode()
    if raw == b".\r\n":
        return "the dot"
    command = raw[:4].decode("ascii", errors="replace").strip().upper()
    return command if command in {"EHLO", "HELO", "MAIL", "RCPT", "DATA", "RSET", "QUIT"} else "text"
