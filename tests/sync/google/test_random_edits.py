"""Random edits at random moments of several syncs: the laws hold after every one of them."""

import random
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sync.errors import OutsideError, SetupError
from tests.sync.google.laws import aftermath
from tests.sync.google.people import Edit, Kind, random_edits
from tests.sync.google.side_by_side import fresh_folder, side_by_side
from tests.sync.google.town import LATER, Beginning, beginning, town_of

SEEDS = 200
PARTS = 8
"""So many tests share the seeds, that several processes have something to do."""

CAMPAIGN = 2_000
BOUNDARIES = 6
"""An edit comes before one of so many calls of its sync; where there are fewer calls, after the last."""

REPLAYS = 60
"""So often a list of edits that fails is played again to find a shorter one."""

Moment = tuple[int, int, Edit]
"""In which sync, before which of its calls, which edit."""


@dataclass(frozen=True, kw_only=True)
class Story:
    """What happens to one sheet: the days of its syncs, and the edits in their order."""

    seed: int
    days: tuple[datetime, ...]
    moments: tuple[Moment, ...]


@dataclass(frozen=True, kw_only=True)
class Played:
    """What came of stories: what they broke, which edits were possible, how many syncs ran."""

    problems: tuple[str, ...] = ()
    stories: int = 1
    syncs: int = 0
    touched: int = 0
    edits: tuple[Kind, ...] = ()


def story_of(seed: int) -> Story:
    """Return 10 to 30 edits over one to three syncs; two quiet ones come on top."""
    dice = random.Random(seed)
    days = [LATER]
    for _ in range(dice.choices([0, 1, 2], weights=[6, 3, 1])[0]):
        days.append(days[-1] + timedelta(days=dice.choice([0, 0, 1, 7])))
    edits = random_edits(dice, dice.randint(10, 30))
    syncs = sorted(dice.randrange(len(days)) for _ in edits)
    moments = [(sync, dice.randrange(BOUNDARIES), edit) for sync, edit in zip(syncs, edits, strict=True)]
    return Story(seed=seed, days=tuple(days), moments=tuple(sorted(moments, key=lambda moment: moment[:2])))


def played(begun: Beginning, folder: Path, story: Story) -> Played:
    """Play a story on a copy of the alliance."""
    with town_of(begun, folder) as town:
        for number, now in enumerate(story.days):
            at: dict[int, list[Edit]] = {}
            for sync, boundary, edit in story.moments:
                if sync == number:
                    at.setdefault(boundary, []).append(edit)
            with suppress(OutsideError, SetupError):  # people may have taken what it needs: the quiet syncs tell
                town.sync(now, at)
        problems = aftermath(town, story.days[-1])
        edits = Counter(town.team.done).elements()
        return Played(problems=tuple(problems), syncs=town.syncs, touched=town.touched, edits=tuple(edits))


def shrunk(begun: Beginning, folder: Path, story: Story) -> Story:
    """Return the story with fewer edits that still breaks something."""
    replays, place = 0, len(story.moments) - 1
    while place >= 0 and replays < REPLAYS:
        shorter = replace(story, moments=story.moments[:place] + story.moments[place + 1 :])
        if played(begun, fresh_folder(folder), shorter).problems:
            story = shorter
        replays, place = replays + 1, place - 1
    return story


def play(seeds: Sequence[int], end: float) -> list[Played]:
    """Play the stories of the seeds on a server of their own until the clock says `end`."""
    with TemporaryDirectory() as name, beginning(Path(name)) as begun:
        return played_all(begun, Path(name), seeds, end)


def played_all(begun: Beginning, folder: Path, seeds: Sequence[int], end: float = float("inf")) -> list[Played]:
    """Play the stories of the seeds until the clock says `end`; of the first that breaks something, a shorter one."""
    results: list[Played] = []
    for seed in seeds:
        if time.time() > end:
            break
        story = story_of(seed)
        result = played(begun, fresh_folder(folder), story)
        if result.problems:
            short = shrunk(begun, folder, story)
            told = [f"seed {seed}", *result.problems, *map(str, short.moments)]
            return [*results, replace(result, problems=("\n".join(told),))]
        results.append(result)
    return results


def _told(results: Iterable[Played]) -> tuple[Mapping[str, int], str]:
    """Return how many edits of each kind were possible, and all of it in a line."""
    results = list(results)
    kinds = Counter(str(kind) for result in results for kind in result.edits)
    return kinds, (
        f"{len(results)} sequences, {sum(kinds.values())} edits ({dict(sorted(kinds.items()))}), "
        f"{sum(result.syncs for result in results)} syncs, cells of people touched: "
        f"{sum(result.touched for result in results)}"
    )


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_of_people_changes_whatever_they_do(begun: Beginning, tmp_path: Path, part: int) -> None:
    seeds = range(SEEDS)[part::PARTS]
    results = played_all(begun, tmp_path, seeds)
    assert [problem for result in results for problem in result.problems] == []
    assert len(results) == len(seeds)
    kinds, line = _told(results)
    assert kinds.keys() == set(Kind), line


@pytest.mark.campaign
def test_nothing_of_people_changes_whatever_they_do_for_minutes(minutes: float, seed: int) -> None:
    seeds = range(seed * 1_000_000, seed * 1_000_000 + CAMPAIGN)
    results = side_by_side(partial(play, end=time.time() + 60 * minutes), seeds)
    problems = [problem for result in results for problem in result.problems]
    print("\n" + _told(results)[1])
    assert not problems, "\n".join(problems)
