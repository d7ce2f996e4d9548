"""A worker that lives: its real process beside a Sheets server, a mail server and a team, for as long as a test likes.

What belongs here: starting and ending the process, and measuring it. What happens around it is `living_weather` and
`living_team`, what must hold `living_laws`.
"""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from statistics import median
from urllib.parse import unquote

from sync.config import Config, load_config
from sync.lock import Lock, holder
from sync.sample import sample_content
from sync.state import open_store
from tests.mail_server import MailServer, mail_server
from tests.sheets_server import Call, SheetsServer
from tests.sheets_server.demo_sheet import type_in
from tests.sheets_server.model import Spreadsheet
from tests.sync.google.people import Team as Nobody
from tests.sync.google.town import OURS, OUTBOX, RELEASE_COLUMN, Town, peoples
from tests.sync.worlds import GoogleWorld, Worlds
from tests.worker.living_team import ANNA, Team
from tests.worker.living_weather import Weather, mail_fault

ROOT = Path(__file__).parents[2]
CONFIG = """\
[sheet]
source = "google"
spreadsheet = "{world.book.id}"
credentials = "{world.key.name}"
api = "{world.server.url}"

[mail]
enabled = true
transport = "smtp"
host = "127.0.0.1"
port = {mail.port}
security = "none"
from = "Klima-Allianz Musterstadt <klima@allianz-musterstadt.org>"
operator = "technik@example.org"

[schedule]
sync_every_minutes = {minutes}
digest = "Mon 00:00"
reminders = "Mon 00:00"
"""

SECONDS_AT_MOST = 60.0
"""How long a test waits for what a busy machine does in one."""

ONE_CALL = 180.0
"""How long one call may take with all its attempts, and somewhat longer, s."""

TICK_CELL = "!B2"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What the process takes at a moment: seconds since it began, memory in kB, open files and threads."""

    seconds: float
    memory: int
    files: int
    threads: int


@dataclass
class Life:
    """One sheet with its worker. `started` counts processes, `kills` those killed, `inside` those killed in a run."""

    world: GoogleWorld
    mail: MailServer
    team: Team
    weather: Weather
    process: subprocess.Popen[bytes] | None = None
    started: int = 0
    kills: int = 0
    inside: int = 0
    measured: list[Measured] = field(default_factory=list)
    answered: list[tuple[float, Call]] = field(default_factory=list)
    foul: Counter[str] = field(default_factory=Counter)
    """What went wrong with mail, by step and reply."""
    _began: float = 0.0

    @property
    def server(self) -> SheetsServer:
        """The server of the sheet."""
        return self.world.server

    @property
    def town(self) -> Town:
        """The sheet under the eyes of its law."""
        return self.team.town

    @property
    def log(self) -> Path:
        """What the processes said, one after the other."""
        return self.world.folder / "log.txt"

    @cached_property
    def config(self) -> Config:
        """The configuration as the worker reads it."""
        return load_config(self.world.folder / "config.toml")

    @property
    def is_running(self) -> bool:
        """Say whether a run is under way."""
        return holder(Lock.RUN, self.config.state.file) != ""

    def configure(self, minutes: int) -> None:
        """Let the next process make a run so often."""
        text = CONFIG.format(world=self.world, mail=self.mail, minutes=minutes)
        (self.world.folder / "config.toml").write_text(text, encoding="utf-8")

    def is_holding(self) -> bool:
        """Say whether a worker is at work; AssertionError when it ended by itself."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()[-2000:]
        return holder(Lock.WORKER, self.config.state.file) != ""

    def start(self) -> int:
        """Start the worker and return its process id."""
        command = [sys.executable, "-m", "sync.cli", "worker", "--config", str(self.world.folder / "config.toml")]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        self.started, self._began = self.started + 1, time.monotonic()
        return self.process.pid

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the worker and return its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        code = self.process.wait(ONE_CALL)
        self.process = None
        return code

    def kill(self) -> None:
        """Kill the worker, wherever it is."""
        self.inside += self.is_running
        self.kills += 1
        assert self.end(signal.SIGKILL) == -signal.SIGKILL

    def weathers(self) -> None:
        """Let somebody of the team do something, and the mail server think of something else."""
        self.team.acts()
        self.foul.update(mail_fault(self.team.dice, self.mail))

    def calm(self) -> None:
        """From here on nothing goes wrong."""
        self.weather.bad, self.mail.faults = False, []

    def measure(self) -> Measured:
        """Measure the process now."""
        assert self.process is not None
        place = Path(f"/proc/{self.process.pid}")
        status = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines() if ":" in line)
        found = Measured(
            seconds=time.monotonic() - self._began,
            memory=int(status["VmRSS"].split()[0]),
            files=len(list((place / "fd").iterdir())),
            threads=int(status["Threads"]),
        )
        self.measured.append(found)
        return found

    def wait_for(self, what: Callable[[], bool], seconds: float = SECONDS_AT_MOST) -> None:
        """Wait until it is so; AssertionError when it takes too long."""
        assert self.wait_until(what, seconds), f"not within {seconds:.0f} s: {self.log.read_text()[-2000:]}"

    def wait_until(self, what: Callable[[], bool], seconds: float) -> bool:
        """Wait until it is so, or so long; say whether it is."""
        ends_at = time.monotonic() + seconds
        while not (found := what()) and time.monotonic() < ends_at:
            time.sleep(0.02)
        return found

    def looks(self) -> list[float]:
        """Return when the tick box was looked at."""
        return [at for at, call in self.answered if is_look(call)]

    def calls(self) -> dict[str, int]:
        """Return how many calls there were of each kind: "look", "token", "read", "write"."""
        kinds = Counter("look" if is_look(call) else call.kind for _, call in self.answered)
        return {kind: kinds[kind] for kind in sorted({*kinds, "look", "token", "read"})}

    def count_from_here(self) -> None:
        """Forget the calls so far."""
        with self.server.lock:
            self.answered.clear()

    def _before(self, call: Call) -> None:
        self.town.look()
        self.answered.append((time.monotonic(), call))

    def _after(self, _: Call) -> None:
        self.town.look()
        book = self.world.book
        for write in book.writes:
            release = write.sheet_id == OUTBOX and write.column == RELEASE_COLUMN and write.row > 0
            if write.sheet_id not in OURS or release:
                self.town.violations.append(f"wrote {write}")
        shaped = [edit for edit in book.api_structure_edits if edit[1] not in OURS]
        self.town.violations += [f"changed the structure: {edit}" for edit in shaped]
        book.writes.clear()
        book.api_structure_edits.clear()

    def watch(self) -> None:
        """Hold every call of the service against the law of the sheet from here on."""
        self.world.book.writes.clear()
        self.world.book.api_structure_edits.clear()
        self.town.expected = peoples(self.world.book)
        self.server.before_call, self.server.after_call = self._before, self._after


def is_look(call: Call) -> bool:
    """Say whether this asks for the tick box alone."""
    return call.method == "GET" and unquote(call.path.partition("?")[0]).endswith(TICK_CELL)


@contextmanager
def life(worlds: Worlds, folder: Path, *, seed: int, minutes: int = 1) -> Iterator[Life]:
    """Give the sample alliance in a sheet of its own, before the first start of its worker."""
    world = worlds.google(folder)
    type_in(world.book, sample_content(date.today()), ANNA)
    shorten(world.book)
    store = open_store(folder / "state.db")
    weather = Weather(random.Random(seed + 1))
    usual, world.server.faults = world.server.faults, weather  # type: ignore[assignment]
    with mail_server(security="none", auth=False) as mail:
        town = Town(server=world.server, book=world.book, folder=folder, store=store, team=Nobody(book=world.book))
        team = Team(town=town, dice=random.Random(seed))
        made = Life(world, mail, team, weather)
        made.configure(minutes)
        made.watch()
        assert world.key.exists()
        try:
            yield made
        finally:
            if made.process is not None:
                made.process.kill()
                made.process.wait()
            world.server.before_call = world.server.after_call = None
            world.server.faults = usual
            store.close()


def shorten(book: Spreadsheet) -> None:
    """Leave a hundred rows below what is filled, as a team may: a thousand dressed ones make the server slow."""
    for sheet in book.sheets:
        filled = max((row for (row, _), cell in sheet.cells.items() if cell.entered is not None), default=0)
        sheet.rows = filled + 100
        sheet.cells = {place: cell for place, cell in sheet.cells.items() if place[0] < sheet.rows}


def is_flat(values: list[int]) -> bool:
    """Say whether the last third's median is at most a tenth above that of the first third."""
    third = len(values) // 3
    return median(values[-third:]) <= 1.1 * median(values[:third])
