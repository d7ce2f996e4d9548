"""The same sync on a Google Sheet: SIGKILL at each HTTP call, too. All of it takes the time of a campaign."""

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.kill.harness import Harness, harness, place_in_memory
from tests.kill.sides import GoogleSide
from tests.kill.test_killed_sync import tried
from tests.sync.worlds import opened_worlds


@contextmanager
def google_town(worlds_in: Path) -> Iterator[Harness]:
    """Give the town on a Google Sheet, whose server runs in this process."""
    with (
        opened_worlds(worlds_in) as worlds,
        tempfile.TemporaryDirectory(dir=place_in_memory(), prefix="killed-") as folder,
        harness(Path(folder), GoogleSide(worlds)) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    """The town just before the sync that is killed."""
    with google_town(tmp_path_factory.mktemp("worlds")) as made:
        yield made


@pytest.mark.campaign
def test_killed_before_and_after_each_http_call_one_restart_puts_it_right(town: Harness) -> None:
    calls = [place for place in town.whole[0].places if "HTTP" in place[0]]
    print(f"\n{[label for label, _ in calls]}")
    assert len(calls) >= 6
    assert tried(town, "HTTP calls", [(place,) for place in calls]) == {}


@pytest.mark.campaign
def test_killed_anywhere_one_restart_puts_it_right(town: Harness, minutes: float, seed: int) -> None:
    points = [(number,) for number in range(1, len(town.whole[0].labels) + 1)]
    random.Random(seed).shuffle(points)
    assert tried(town, "every boundary, Google", points, 60 * minutes) == {}
