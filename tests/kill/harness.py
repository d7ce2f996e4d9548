"""The driver's process and the mail server beside it, and one killed run with all that follows it.

What belongs here: asking the driver, restarting, and counting. What must hold then is `tests.kill.laws`.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from tests.kill.boundaries import Place
from tests.kill.laws import Delivery, Left, broken, left
from tests.kill.scenario import NOW, QUARTER, copied
from tests.kill.sides import Side
from tests.mail_server import MailServer, mail_server

ROOT = Path(__file__).parents[2]
KILLED = -9
MEMORY = Path("/dev/shm")  # noqa: S108  # a kill leaves what the kernel has, on a disk or not: this is only quicker


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a child ended: its exit code, the boundaries that it came to, and what it says that it did.

    `problem` is the sentence about what failed outside, "" for nothing.
    """

    code: int
    labels: tuple[str, ...]
    cells_written: int = 0
    mails_queued: int = 0
    problem: str = ""

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> "Ended":
        """Read the driver's answer about a child that has ended."""
        return cls(code=answer["code"], labels=tuple(answer["labels"]), **(answer["ran"] or {}))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Its boundaries, each with how often it had come by then."""
        return tuple((label, self.labels[: at + 1].count(label)) for at, label in enumerate(self.labels))


@dataclass
class Harness:
    """Everything that one killed run needs. `prepared` is the folder as it is just before."""

    folder: Path
    server: MailServer
    side: Side
    asking: IO[str]
    answering: IO[str]
    tried: int = field(default=0, init=False)

    @property
    def prepared(self) -> Path:
        """The folder that every try is a copy of."""
        return self.folder / "prepared"

    @property
    def arrived(self) -> tuple[Delivery, ...]:
        """What the mail server took since the last fresh start."""
        return tuple((name, mail.message) for mail in self.server.received for name in mail.recipients)

    def ask(self, **request: object) -> dict[str, Any]:
        """Ask the driver and wait."""
        print(json.dumps(request), file=self.asking, flush=True)
        line = self.answering.readline()
        assert line, "the driver ended"
        return json.loads(line)

    def run(self, folder: Path, now: datetime, *, number: int | None = None, place: Place | None = None) -> Ended:
        """Run once in a child, which is killed at a boundary, or never."""
        return Ended.of(self.ask(folder=str(folder), now=now.isoformat(), number=number, place=place))

    def fresh(self) -> Path:
        """Return a copy of what was prepared, with an empty mail server."""
        self.tried += 1
        self.server.begin()
        self.side.renew()
        return copied(self.prepared, self.folder / str(self.tried))

    def look(self, folder: Path) -> Left:
        """Return what is left there, and in sheet and mailboxes."""
        return left(folder, self.arrived, self.side.read(folder))

    @cached_property
    def whole(self) -> tuple[Ended, Left]:
        """The run that nobody kills, and what it leaves."""
        folder = self.fresh()
        ended = self.run(folder, NOW)
        assert ended.code == 0
        return ended, self.look(folder)

    def problems(self, *kills: int | Place) -> list[str]:
        """Kill one run after the other at these boundaries, restart, look at what is left, and run once more."""
        _, never_killed = self.whole
        folder, now = self.fresh(), NOW
        for kill in kills:
            number, place = (kill, None) if isinstance(kill, int) else (None, kill)
            assert self.run(folder, now, number=number, place=place).code in {KILLED, 0}
            now += QUARTER
        found = list(self._restarted(folder, now, never_killed, len(kills)))
        shutil.rmtree(folder)
        return found

    def _restarted(self, folder: Path, now: datetime, never_killed: Left, kills: int) -> Iterator[str]:
        if self.run(folder, now).code != 0:
            yield "the restart failed"
            return
        after = self.look(folder)
        yield from broken(after, never_killed, kills)
        content, mails = self.side.content(folder), len(after.arrived)
        again = self.run(folder, now + QUARTER)
        said = (again.code, again.cells_written, again.mails_queued, len(self.arrived) - mails)
        if said != (0, 0, 0, 0) or self.side.content(folder) != content:
            yield f"8: the second sync did something: code, cells, mails, deliveries {said}"


def place_in_memory() -> Path | None:
    """Return where temporary folders are quick, None where there is no such place."""
    return MEMORY if os.access(MEMORY, os.W_OK) else None


@contextmanager
def harness(folder: Path, side: Side) -> Iterator[Harness]:
    """Start driver and mail server, prepare the town, and stop both at the end."""
    command = [sys.executable, "-m", "tests.kill.driver"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)}
    with (
        mail_server(security="none", auth=False) as server,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as driver,
    ):
        assert driver.stdin is not None
        assert driver.stdout is not None
        made = Harness(folder, server, side, driver.stdin, driver.stdout)
        made.prepared.mkdir()
        side.prepare(made)
        made.ask(sync=str(made.fresh()), at=NOW.isoformat())  # what is imported lazily is there for all children then
        yield made
        driver.stdin.close()
