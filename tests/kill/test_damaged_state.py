"""A state file on a full disk, locked by another program, or damaged: a run stops before anything leaves, and says why.

What belongs here: whole runs with real files and a real mail server. Opening such a file is `tests/sync/state`.
"""

import random
import resource
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from scoring.snapshot import Grid
from tests.kill.boundaries import Place
from tests.kill.harness import Ended, Harness
from tests.kill.laws import RUN_TIMES, Left, broken
from tests.kill.scenario import NOW, QUARTER

WORST: Place = ("before UPDATE outbox.dot_at", 2)
"""One mail is out, and the next one's final dot is about to be sent."""

FULL: tuple[Place, ...] = (
    ("before INSERT meta", 1),
    ("before INSERT event", 1),
    ("before INSERT outbox", 3),
    ("before UPDATE outbox.state", 1),
    WORST,
    ("before UPDATE outbox.attempts", 3),
    ("before os.rename", 1),
    ("before INSERT run", 1),
)
LOCKED: tuple[Place, ...] = (("after COMMIT of INSERT outbox", 1), ("before send the dot", 2), ("before os.rename", 1))

BUSY = 0.2
"""How long a run that is spoilt waits for a state file that another program holds, s."""

Wrong = dict[object, Sequence[str]]


def fill_disk(child: int) -> Callable[[], None]:
    """Let that process make no file longer from now on, as on a full disk."""
    resource.prlimit(child, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    return lambda: None


def lock(folder: Path) -> Callable[[], None]:
    """Hold the state file as another program does; return what lets go of it."""
    connection = sqlite3.connect(folder / "state.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection.close


def stopped_at(town: Harness, folder: Path, place: Place, spoil: Callable[[int], Callable[[], None]]) -> Ended:
    """Run once; as it comes to that place, spoil something for the rest of the run."""
    answer = town.ask(folder=str(folder), now=NOW.isoformat(), place=place, stops=True, busy=BUSY)
    assert answer["code"] is None, f"it never came to {place}"
    put_right = spoil(answer["pid"])
    ended = Ended.of(town.ask(go_on=answer["pid"]))
    put_right()
    return ended


def problems(town: Harness, place: Place, spoil: Callable[[int, Path], Callable[[], None]]) -> Iterator[str]:
    """Yield what is wrong after a run that was spoilt there, and after the next one."""
    _, whole = town.whole
    folder = town.fresh()
    before = results(town, folder)
    ended = stopped_at(town, folder, place, lambda child: spoil(child, folder))
    if ended.code != 0 and not ended.problem:
        yield "no sentence"
    stored, sent = mails_stored(folder), len(town.arrived)
    if sent > stored:
        yield f"{sent} mails left, {stored} were stored"
    shown = {name: cells for name, cells in whole.ours.items() if name not in RUN_TIMES}
    if results(town, folder) not in (before, shown):
        yield "the sheet is half written"
    if town.run(folder, NOW + QUARTER).code != 0:
        yield "the next run failed"
    yield from broken(town.look(folder), whole, 1)
    shutil.rmtree(folder)


def results(town: Harness, folder: Path) -> dict[str, Grid]:
    """Return the cells of our tabs that say nothing of times."""
    tabs = town.side.read(folder).tabs
    return {tab.service: tab.cells for tab in tabs if tab.service and tab.service not in RUN_TIMES}


def mails_stored(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "state.db")) as state:
        return int(state.execute("SELECT count(*) FROM outbox").fetchone()[0])


def tried(
    town: Harness,
    name: str,
    places: Sequence[Place],
    spoil: Callable[[int, Path], Callable[[], None]],
    seconds: float = 3600,
) -> Wrong:
    """Spoil a run at each of the places as long as there is time; return those after which something was wrong."""
    ends_at, count, wrong = time.monotonic() + seconds, 0, Wrong()
    for place in places:
        count += 1
        if found := list(problems(town, place, spoil)):
            wrong[place] = found
        if time.monotonic() > ends_at:
            break
    print(f"\n{name}: {count} of {len(places)} tried, {len(wrong)} wrong")
    return wrong


def writing(town: Harness) -> list[Place]:
    return [place for place in town.whole[0].places if place[0].startswith("before ")]


def test_full_disk_lets_nothing_leave_that_is_not_stored_and_the_next_run_finishes(town: Harness) -> None:
    assert tried(town, "full disk", [WORST], lambda child, _: fill_disk(child)) == {}


@pytest.mark.campaign
def test_disk_full_from_one_statement_of_each_kind_on(town: Harness) -> None:
    assert tried(town, "full disk", FULL, lambda child, _: fill_disk(child)) == {}


@pytest.mark.campaign
def test_disk_full_from_any_statement_on(town: Harness, minutes: float, seed: int) -> None:
    places = writing(town)
    random.Random(seed).shuffle(places)
    assert tried(town, "full disk", places, lambda child, _: fill_disk(child), 60 * minutes) == {}


def test_locked_state_stops_a_run_before_anything_leaves(town: Harness) -> None:
    assert tried(town, "locked", LOCKED[:1], lambda _, folder: lock(folder)) == {}


@pytest.mark.campaign
def test_state_locked_later_lets_the_next_run_finish(town: Harness) -> None:
    assert tried(town, "locked", LOCKED, lambda _, folder: lock(folder)) == {}


# Damage


def flipped(path: Path, chance: random.Random) -> str:
    """Change one byte of the file; return where and what it was."""
    content = bytearray(path.read_bytes())
    place, change = chance.randrange(len(content)), chance.randrange(1, 256)
    content[place] ^= change
    path.write_bytes(content)
    return f"byte {place} ^ {change}"


def after_damage(town: Harness, folder: Path) -> tuple[str, list[str]]:
    """Run on a damaged state; return "refused" or "harmless", and what is wrong."""
    _, whole = town.whole
    sheet, state = town.side.content(folder), (folder / "state.db").read_bytes()
    ended = town.run(folder, NOW)
    if ended.code != 0:
        unchanged = (town.side.content(folder), town.arrived) == (sheet, ())
        same = (folder / "state.db").read_bytes() == state
        wrong = [
            *([] if "state file" in ended.problem and "\n" not in ended.problem else [f"says {ended.problem!r}"]),
            *([] if unchanged else ["something left"]),
            *([] if same or "is damaged" in ended.problem else ["the file changed"]),
        ]
        return "refused", wrong
    again = town.run(folder, NOW + QUARTER)
    found = town.look(folder)
    copies = Counter((to, header(text, b"Message-ID:")) for to, text in found.arrived)
    return "harmless", [
        *([] if again.code == 0 else [f"the next run failed: {again.problem}"]),
        *([] if found.peoples == whole.peoples else ["a cell of people's changed"]),
        *([] if max(copies.values(), default=0) <= 1 else ["a mail came twice"]),
        *([] if signed(found) == signed(whole) else ["a signature is not one event"]),
        *([] if reports(found) == reports(whole) else ["not one weekly report for each"]),
        *([] if len(found.arrived) >= len(whole.arrived) else ["a mail was lost"]),
    ]


def signed(found: Left) -> int:
    return [kind for kind, _, _ in found.events].count("loi_signed")


def reports(found: Left) -> int:
    return sum(key.startswith("digest:") for key in found.states)


def header(message: bytes, name: bytes) -> bytes:
    return next(line for line in message.splitlines() if line.startswith(name))


def flips(town: Harness, count: int, seed: int, seconds: float = 3600) -> tuple[Counter[str], Wrong]:
    """Damage the state of so many towns; return how often a run was refused or harmless, and what went wrong."""
    chance, kinds, wrong, ends_at = random.Random(seed), Counter[str](), Wrong(), time.monotonic() + seconds
    assert town.whole[0].code == 0  # its mails must not be among those of the first try
    for _ in range(count):
        folder = town.fresh()
        flip = flipped(folder / "state.db", chance)
        kind, found = after_damage(town, folder)
        kinds[kind] += 1
        if found:
            wrong[flip] = found
        shutil.rmtree(folder)
        if time.monotonic() > ends_at:
            break
    print(f"\nflips: {dict(kinds)}, {len(wrong)} wrong")
    return kinds, wrong


def test_flipped_byte_is_refused_in_a_sentence_or_does_no_harm(town: Harness) -> None:
    assert flips(town, 3, seed=1)[1] == {}


@pytest.mark.campaign
def test_two_hundred_flipped_bytes_are_refused_or_do_no_harm(town: Harness, minutes: float, seed: int) -> None:
    kinds, wrong = flips(town, 200, seed, 60 * minutes)
    assert wrong == {}
    assert min(kinds["refused"], kinds["harmless"]) > 0
