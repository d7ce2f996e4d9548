"""Processes race for one sheet: in each round one does the work, the others say who, or find it done.

One of them is patient in every round: it waits until the lock is free, or gets it first.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from itertools import cycle
from pathlib import Path
from typing import IO, Any

import pytest

from scoring.tabs import LETTERS, OUTBOX
from sync.workbook import WorkbookSheet
from tests.kill.harness import place_in_memory
from tests.mail_server import MailServer, mail_server
from tests.race.town import ROUNDS, moment

ROOT = Path(__file__).parents[2]
UNDER_WAY = re.compile(r"A run is under way \(process (\d+), since (\d{4}-\d\d-\d\d \d\d:\d\d)\); try again [\w ]+\.")

Said = Mapping[str, Any]


@dataclass
class Race:
    """The runners, the mail server beside them, and what was counted so far."""

    folder: Path
    runners: int
    server: MailServer
    asking: IO[str]
    answering: IO[str]
    rounds: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0

    def ask(self, **request: object) -> Any:
        """Ask the runners' parent and wait."""
        print(json.dumps(request), file=self.asking, flush=True)
        line = self.answering.readline()
        assert line, "the runners ended"
        return json.loads(line)

    def run(self, least: int, most: int, seconds: float) -> list[str]:
        """Race round after round, and return what went wrong."""
        wrong: list[str] = []
        begun, town = time.monotonic(), self.folder / "0"
        for number in cycle(range(ROUNDS)):
            if number == 0 and self.rounds:
                town = self.folder / str(self.rounds)
                self.ask(prepare=str(town), port=self.server.port)
            wrong += [f"round {self.rounds}: {problem}" for problem in self._round(town, number)]
            self.rounds += 1
            self.seconds = time.monotonic() - begun
            if self.rounds >= most or (self.rounds >= least and self.seconds > seconds):
                return wrong + list(self._at_the_end(town, number))
            if number == ROUNDS - 1:
                wrong += self._at_the_end(town, number)
        raise AssertionError

    def _round(self, town: Path, number: int) -> Iterator[str]:
        self.ask(sign=str(town), number=number)
        mails = len(self.server.received)
        said: Sequence[Said] = self.ask(race=str(town), number=number, patient=self.rounds % self.runners)
        ran = [one for one in said if "problem" not in one]
        worked = [one for one in ran if one["cells"] or one["mails"]]
        self.counts += Counter(worked=len(worked), idle=len(ran) - len(worked), refused=len(said) - len(ran))
        if len({one["pid"] for one in said}) != self.runners:
            yield "not every process ran once"
        if "problem" in said[self.rounds % self.runners]:
            yield "the patient one did not wait"
        if [(one["cells"] > 0, one["mails"]) for one in worked] != [(True, 1)]:
            yield f"these did the work: {worked}"
        if len(self.server.received) != mails + 1:
            yield f"{len(self.server.received) - mails} mails came"
        since = f"{moment(number):%Y-%m-%d %H:%M}"
        for one in said:
            named = UNDER_WAY.fullmatch(one.get("problem", ""))
            if "problem" in one and (
                named is None or (int(named[1]), named[2]) not in {(r["pid"], since) for r in ran}
            ):
                yield f"refused with {one['problem']!r}, but these ran: {[r['pid'] for r in ran]}"

    def _at_the_end(self, town: Path, number: int) -> Iterator[str]:
        """Look at the sheet: people's cells are theirs, and Postausgang has one mail for each round."""
        tabs = {tab.service or tab.title: tab.cells for tab in WorkbookSheet(town / "allianz.xlsx", "de").read().tabs}
        signed = Counter(cell for row in tabs[LETTERS.title("de")] for cell in row if cell == "unterzeichnet")
        mails = len(tabs[OUTBOX.name]) - 1
        if (signed["unterzeichnet"], mails) != (number + 1, number + 1):
            yield f"{number + 1} rounds, but {signed['unterzeichnet']} letters and {mails} mails in the sheet"

    @property
    def doubled(self) -> int:
        """How many mails came twice."""
        ids = [BytesHeaderParser().parsebytes(mail.message)["Message-ID"] for mail in self.server.received]
        assert None not in ids
        return len(ids) - len(set(ids))


@contextmanager
def racing(folder: Path, number: int) -> Iterator[Race]:
    """Start the runners and the mail server, and stop both at the end."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.race.runners"]
    with (
        mail_server(security="none", auth=False) as server,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as runners,
    ):
        assert runners.stdin is not None
        assert runners.stdout is not None
        race = Race(folder, number, server, runners.stdin, runners.stdout)
        race.ask(prepare=str(folder / "0"), port=server.port, runners=number)
        yield race
        runners.stdin.close()


@pytest.fixture
def race(request: pytest.FixtureRequest) -> Iterator[Race]:
    """As many runners as the test asks for."""
    with (
        tempfile.TemporaryDirectory(dir=place_in_memory(), prefix="race-") as folder,
        racing(Path(folder), request.param) as race,
    ):
        yield race


def report(race: Race) -> None:
    counts = ", ".join(f"{race.counts[name]} {name}" for name in ("worked", "refused", "idle"))
    print(
        f"\n{race.rounds} rounds, {race.runners} processes: {race.counts.total()} runs, {counts}, {race.seconds:.0f} s"
    )


@pytest.mark.parametrize("race", [4], indirect=True)
def test_one_of_four_does_the_work_and_the_others_say_who(race: Race) -> None:
    wrong = race.run(least=5, most=10, seconds=2)
    report(race)
    assert wrong == []
    assert (race.counts["worked"], race.doubled) == (race.rounds, 0)
    assert race.counts["idle"] > 0
    assert race.counts["refused"] > race.rounds


@pytest.mark.campaign
@pytest.mark.parametrize("race", [16], indirect=True)
def test_one_of_sixteen_does_the_work_in_a_thousand_rounds(race: Race, minutes: float) -> None:
    wrong = race.run(least=100, most=1000, seconds=60 * minutes)
    report(race)
    assert wrong == []
    assert (race.counts["worked"], race.doubled) == (race.rounds, 0)
    assert race.counts["idle"] > 0
    assert race.counts["refused"] > race.rounds
