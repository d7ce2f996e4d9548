"""A run that is stopped (SIGSTOP) at each of its boundaries and goes on later: as if it had never been stopped.

While it holds the lock a second run says so and touches nothing. Where the lock was lost meanwhile (somebody deleted
its file) and a second run did all the work, the one that wakes up changes nothing more.
"""

import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.kill.boundaries import Place
from tests.kill.harness import Ended, Harness
from tests.kill.laws import broken
from tests.kill.scenario import NOW, QUARTER

LOCK = "state.db.lock"
OVER = "Another run began meanwhile; this one has stopped and changed nothing more."
LOCKED = "The state file cannot be used now: database is locked."

WRITES = {"before os.rename", "before HTTP POST batchUpdate", "after sending HTTP POST batchUpdate"}
"""Where the sheet is about to change; what is sent first of a call is its head only."""

LOST: tuple[Place, ...] = (
    ("after COMMIT of INSERT outbox", 1),
    ("after send text", 3),
    ("before send the dot", 1),
    ("before os.rename", 1),
)
"""Where most can go wrong when the lock is lost: one of each kind."""


@dataclass
class Runner:
    """A run in a process of its own, which stops now and then."""

    town: Harness
    answer: dict[str, object]

    @property
    def ended(self) -> Ended | None:
        return None if self.answer["code"] is None else Ended.of(self.answer)

    def go_on(self) -> None:
        """Wake it, and wait until it stops again or ends."""
        self.answer = self.town.ask(go_on=self.answer["pid"])


def started(town: Harness, folder: Path, **where: object) -> Runner:
    """Start a run and wait until it stops or ends."""
    return Runner(town, town.ask(folder=str(folder), now=NOW.isoformat(), stops=True, **where))


def contents(folder: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def stored(folder: Path) -> Mapping[str, Sequence[object]]:
    with closing(sqlite3.connect(f"file:{folder / 'state.db'}?mode=ro", uri=True)) as state:
        names = [name for (name,) in state.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: state.execute(f"SELECT * FROM {name}").fetchall() for name in names}  # noqa: S608


@dataclass(frozen=True)
class Course:
    """What a run does at which of its boundaries, by their numbers from 1."""

    labels: Sequence[str]

    def first(self, label: str) -> int:
        return self.labels.index(label) + 1

    @property
    def locked(self) -> range:
        """Where the run holds the lock: after its file was opened, which it begins with, and until all is done."""
        return range(self.first("after open") + 1, self.first("the end"))

    @property
    def begun(self) -> int:
        """From here on the run has its turn."""
        return self.first("after COMMIT of INSERT run")

    @property
    def recorded(self) -> int:
        """From here on it stores nothing more."""
        return self.first("after COMMIT of DELETE run")

    @property
    def writing(self) -> set[int]:
        """Where the sheet is about to change, and nothing can be looked at any more before it does.

        A run that wakes up here puts its own cells over the equal ones of the other run: only the time differs.
        """
        return {number for number, label in enumerate(self.labels, 1) if label in WRITES}

    @property
    def storing(self) -> set[int]:
        """Where a transaction is open that nobody else can store beside."""
        inside, begun = set[int](), 0
        for number, label in enumerate(self.labels, 1):
            if label == "after BEGIN":
                begun = number
            elif label.startswith("before COMMIT"):
                inside |= set(range(begun, number + 1))
        return inside

    @property
    def unknown(self) -> set[int]:
        """Where the state says that the final dot may have been sent, and nobody knows how it went."""
        found, is_unknown = set[int](), False
        for number, label in enumerate(self.labels, 1):
            is_unknown = (is_unknown or label == "after COMMIT of UPDATE outbox.dot_at") and label != "after BEGIN"
            found |= {number} if is_unknown else set()
        return found

    @property
    def undotted(self) -> set[int]:
        """Where the state says so, and the dot is still to be sent."""
        labels = {"after COMMIT of UPDATE outbox.dot_at", "before send the dot"}
        return {number for number, label in enumerate(self.labels, 1) if label in labels}


def course(town: Harness) -> Course:
    return Course(town.whole[0].labels)


def in_the_end(town: Harness, folder: Path, copies: int) -> Iterator[str]:
    """Yield what is not as a run leaves it that was never stopped; `copies` of mails may have come twice."""
    after = town.look(folder)
    yield from broken(after, town.whole[1], copies)
    content, mails = town.side.content(folder), len(after.arrived)
    again = town.run(folder, NOW + 2 * QUARTER)
    said = (again.code, again.cells_written, again.mails_queued, len(town.arrived) - mails)
    if said != (0, 0, 0, 0) or town.side.content(folder) != content:
        yield f"8: the next sync did something: code, cells, mails, deliveries {said}"


def refused(town: Harness, folder: Path, holder: object) -> Iterator[str]:
    """Try a second run, and yield what it did but say who holds the lock and since when."""
    before = contents(folder)
    second = town.run(folder, NOW + QUARTER)
    wanted = f"A run is under way (process {holder}, since {NOW:%Y-%m-%d %H:%M}); try again when it is through."
    if second.problem != wanted:
        yield f"the second run said {second.problem!r}"
    if contents(folder) != before:
        yield "the second run touched something"


def stopped_again_and_again(town: Harness, every: int) -> dict[object, Sequence[str]]:
    """Stop one run at every so many of its boundaries, try a second one each time, and return what went wrong."""
    at, folder, stops = course(town), town.fresh(), 0
    wrong: dict[object, Sequence[str]] = {}
    runner, begun = started(town, folder, every=every), time.monotonic()
    while runner.ended is None:
        stops += 1
        number = stops * every
        if number in at.locked and (problems := [*refused(town, folder, runner.answer["pid"])]):
            wrong[f"{number} {at.labels[number - 1]}"] = problems
        runner.go_on()
    seconds = time.monotonic() - begun
    print(f"\nstopped {stops} times at {len(at.labels)} boundaries, {len(wrong)} wrong, {seconds:.0f} s")
    if (runner.ended.code, runner.ended.labels) != (0, tuple(at.labels)):
        wrong["the run"] = [f"ended with {runner.ended.code}, {runner.ended.problem}"]
    if problems := [*in_the_end(town, folder, 0)]:
        wrong["in the end"] = problems
    return wrong


def lost_the_lock(town: Harness, number: int) -> list[str]:
    """Stop a run there, take its lock away, let a second run do all of it, wake the first; return what went wrong."""
    at, folder = course(town), town.fresh()
    runner = started(town, folder, number=number)
    (folder / LOCK).unlink(missing_ok=True)
    second = town.run(folder, NOW + QUARTER)
    state, sheet, mails = stored(folder), town.side.content(folder), len(town.arrived)
    runner.go_on()
    assert runner.ended is not None
    first, wrong = runner.ended, list[str]()
    if number in at.storing:
        wrong += [] if (second.problem, first.code) == (LOCKED, 0) else [f"{second.problem!r}, then {first.problem!r}"]
        return wrong + list(in_the_end(town, folder, 0))
    is_over = at.begun <= number < at.recorded
    if (second.code, first.problem) != (0, OVER if is_over else ""):
        wrong.append(f"the second ended with {second.code}, the first said {first.problem!r}")
    if number >= at.begun and stored(folder) != state:
        wrong.append("the woken run stored something")
    if town.side.content(folder) != sheet and number not in at.writing:
        wrong.append("the woken run wrote the sheet")
    if len(town.arrived) - mails > (number in at.undotted):
        wrong.append(f"the woken run sent {len(town.arrived) - mails} mails")
    return wrong + list(in_the_end(town, folder, int(number in at.unknown)))


def tried(town: Harness, name: str, numbers: Sequence[int], seconds: float = 3600) -> dict[object, Sequence[str]]:
    """Take the lock away at each of them as long as there is time, and return those where something went wrong."""
    wrong: dict[object, Sequence[str]] = {}
    ends_at, count, mails = time.monotonic() + seconds, 0, Counter[int]()
    for number in numbers:
        count += 1
        if problems := lost_the_lock(town, number):
            wrong[f"{number} {course(town).labels[number - 1]}"] = problems
        mails[len(town.arrived) - len(town.whole[1].arrived)] += 1
        if time.monotonic() > ends_at:
            break
    print(f"\n{name}: lock lost at {count} of {len(numbers)}, {len(wrong)} wrong, extra copies: {dict(mails)}")
    print(*(f"  {point}: {'; '.join(problems)}" for point, problems in wrong.items()), sep="\n")
    return wrong


def test_run_that_stands_still_now_and_then_is_as_if_it_had_not(town: Harness) -> None:
    assert stopped_again_and_again(town, every=17) == {}


def test_run_that_has_not_got_the_lock_yet_finds_nothing_to_do_later(town: Harness) -> None:
    _, folder = town.whole, town.fresh()
    runner = started(town, folder, place=("after open", 1))
    second = town.run(folder, NOW + QUARTER)
    mails = len(town.arrived)
    runner.go_on()
    assert runner.ended is not None
    assert (second.code, second.mails_queued, second.cells_written > 0) == (0, 5, True)
    assert (runner.ended.code, runner.ended.mails_queued, runner.ended.cells_written) == (0, 0, 0)
    assert (len(town.arrived), list(in_the_end(town, folder, 0))) == (mails, [])


def test_woken_run_that_lost_its_lock_changes_nothing_more(town: Harness) -> None:
    places = town.whole[0].places
    assert tried(town, "worst places", [places.index(place) + 1 for place in LOST]) == {}


@pytest.mark.campaign
def test_run_that_stands_still_everywhere_is_as_if_it_had_not(town: Harness) -> None:
    assert stopped_again_and_again(town, every=1) == {}


@pytest.mark.campaign
def test_woken_run_that_lost_its_lock_anywhere_changes_nothing_more(town: Harness, minutes: float, seed: int) -> None:
    storing = course(town).storing
    points = [number for number in range(1, len(course(town).labels) + 1) if number not in storing]
    random.Random(seed).shuffle(points)
    assert tried(town, "every boundary between transactions", points, 60 * minutes) == {}


@pytest.mark.campaign
def test_second_run_waits_in_vain_for_a_transaction_that_stands_still(town: Harness, minutes: float, seed: int) -> None:
    points = sorted(course(town).storing)
    random.Random(seed).shuffle(points)
    assert tried(town, "every boundary within transactions", points, 60 * minutes) == {}
