"""SIGKILL anywhere in a sync that signs two letters, sends five mails and writes the workbook: a restart puts it right.

By default the places where most can go wrong, by name; the campaigns try every one, and pairs of them.
"""

import random
import time
from collections import Counter
from collections.abc import Sequence
from itertools import product

import pytest

from tests.kill.boundaries import Place
from tests.kill.harness import KILLED, Harness
from tests.kill.scenario import NOW, QUARTER

COMMIT: tuple[Place, ...] = (
    ("before INSERT event", 1),
    ("after INSERT event", 1),
    ("after INSERT outbox", 3),
    ("before COMMIT of INSERT outbox", 1),
    ("after COMMIT of INSERT outbox", 1),
)
DOT: tuple[Place, ...] = (
    ("after COMMIT of UPDATE outbox.state", 1),
    ("after send MAIL", 1),
    ("before send text", 1),
    ("after send text", 1),
    ("before COMMIT of UPDATE outbox.dot_at", 1),
    ("after COMMIT of UPDATE outbox.dot_at", 1),
    ("before send the dot", 1),
    ("after send the dot", 1),
    ("after getreply the dot", 1),
    ("after UPDATE outbox.attempts", 1),
    ("before COMMIT of UPDATE outbox.recipient", 2),  # the first is that of what is too old
    ("after COMMIT of UPDATE outbox.recipient", 2),
    ("before send QUIT", 1),
)
SHEET: tuple[Place, ...] = (
    ("before open", 1),
    ("before os.rename", 1),
    ("after os.rename", 1),
    ("before INSERT run", 1),
    ("after COMMIT of DELETE run", 1),  # that of the new one, which long ago ones leave with
    ("the end", 1),
)
PAIRS = tuple(product(COMMIT + DOT + SHEET, repeat=2))

WORST: tuple[Place, ...] = (
    ("before COMMIT of INSERT outbox", 1),
    ("after COMMIT of INSERT outbox", 1),
    ("after COMMIT of UPDATE outbox.state", 4),
    ("before send the dot", 3),
    ("after getreply the dot", 5),
    ("before os.rename", 1),
    ("after os.rename", 1),
)

Wrong = dict[object, Sequence[str]]


def tried(town: Harness, name: str, points: Sequence[Sequence[int | Place]], seconds: float = 3600) -> Wrong:
    """Kill at each of them as long as there is time, print how many were tried, and return those that went wrong."""
    wrong: Wrong = {}
    ends_at, count = time.monotonic() + seconds, 0
    for kills in points:
        count += 1
        if problems := town.problems(*kills):
            wrong[kills] = problems
        if time.monotonic() > ends_at:
            break
    print(f"\n{name}: {count} of {len(points)} tried, {len(wrong)} wrong")
    print(*(f"  {point}: {'; '.join(problems)}" for point, problems in wrong.items()), sep="\n")
    return wrong


def test_sync_that_is_not_killed_signs_two_letters_and_sends_five_mails(town: Harness) -> None:
    ended, left = town.whole
    assert Counter(kind for kind, _, _ in left.events) == {"loi_signed": 2, "stage": 2}
    assert Counter(key.partition(":")[0] for key in left.states) == {"loi_update": 3, "digest": 2}
    assert Counter(address for address, _ in left.arrived) == {
        "anna@example.org": 2,
        "bjoern@example.org": 2,
        "cigdem@example.org": 1,
    }
    assert (set(left.states.values()), ended.mails_queued, ended.cells_written > 0) == ({"sent"}, 5, True)


def test_boundaries_are_where_something_happens(town: Harness) -> None:
    places = set(town.whole[0].places)
    assert [place for place in {*COMMIT, *DOT, *SHEET, *WORST} if place not in places] == []
    assert len(COMMIT + DOT + SHEET) <= 25
    assert len(places) > 300


def test_killed_where_most_can_go_wrong_one_restart_puts_it_right(town: Harness) -> None:
    assert tried(town, "worst places", [(place,) for place in WORST]) == {}


def test_mail_that_may_have_arrived_is_kept_for_a_person_where_that_is_configured(town: Harness) -> None:
    folder = town.fresh()
    with (folder / "config.toml").open("a", encoding="utf-8") as config:
        config.write('uncertain = "hold"\n')
    assert town.run(folder, NOW, place=("after getreply the dot", 2)).code == KILLED
    assert town.run(folder, NOW + QUARTER).code == 0
    found = town.look(folder)
    assert Counter(found.states.values()) == {"sent": 4, "uncertain": 1}
    assert len(found.arrived) == len(set(found.arrived)) == 5


@pytest.mark.campaign
def test_killed_anywhere_one_restart_puts_it_right(town: Harness, minutes: float, seed: int) -> None:
    points = [(number,) for number in range(1, len(town.whole[0].labels) + 1)]
    random.Random(seed).shuffle(points)
    assert tried(town, "every boundary", points, 60 * minutes) == {}


@pytest.mark.campaign
def test_killed_again_in_the_restart_another_one_puts_it_right(town: Harness, minutes: float, seed: int) -> None:
    points = list(PAIRS)
    random.Random(seed).shuffle(points)
    assert tried(town, "pairs", points, 60 * minutes) == {}
