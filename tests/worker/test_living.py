"""A worker lives for years: faults all around it, a team that edits, kills; afterwards every promise holds."""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.ports import RunOutcome
from tests.sheets_server import Fault
from tests.sync.worlds import Worlds, opened_worlds
from tests.worker.living import Life, is_flat, life
from tests.worker.living_laws import broken
from tests.worker.living_team import meets, signs, sorts, ticks
from tests.worker.living_weather import Once

WARM = 3
"""How many minutes a process takes to be warm: what is imported lazily is there by then."""

ENOUGH = 9
"""So many measurements have three thirds that say something."""

PAUSE = 2.0
"""How often somebody of the team does something, s."""

KILLS = 200
KILLED_WITHIN = 12.0
"""How long the kills may take, minutes."""

ASKED = 0.05
"""Which share of the processes is asked to end instead."""

AIMED = 0.8
"""Which share of them is ended once a run has begun, if one does."""

ALL = 10_000


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    with opened_worlds(tmp_path_factory.mktemp("worlds")) as made:
        yield made


def runs(lived: Life) -> int:
    """Return how many runs came to an end of their own."""
    unfinished = {RunOutcome.BEGUN, RunOutcome.STOPPED}
    return sum(run.outcome not in unfinished for run in lived.town.store.runs(ALL))


def test_worker_asked_to_end_amid_a_request_ends_with_it_and_the_next_one_continues(
    worlds: Worlds, tmp_path: Path
) -> None:
    with life(worlds, tmp_path, seed=1) as lived:
        for deed in (meets, signs, sorts, ticks):
            assert lived.team.does(deed)
        lived.weather.next.append(Once("values:batchGet", Fault(hang=2, effect=True)))
        lived.start()
        lived.wait_for(lambda: lived.weather.hits["hang"] == 1)
        asked_at = time.monotonic()
        assert lived.end() == 0
        assert time.monotonic() - asked_at < 20
        assert [call.path.count("values:batchGet") for call in lived.server.log][-1] == 1, "one more call was made"
        assert [run.outcome for run in lived.town.store.runs(ALL)] == [RunOutcome.STOPPED]

        lived.start()
        lived.wait_for(lambda: runs(lived) == 1 and not lived.is_running)
        assert lived.end(signal.SIGINT) == 0
        ran, _ = lived.town.store.runs(ALL)
        assert (ran.outcome, ran.trigger, ran.writes) == (RunOutcome.OK, "tick", 1)
        assert broken(lived) == []


@pytest.mark.campaign
def test_worker_lives_through_faults_and_a_busy_team(worlds: Worlds, tmp_path: Path, minutes: float, seed: int) -> None:
    with life(worlds, tmp_path, seed=seed) as lived:
        lived.start()
        lived.wait_for(lambda: runs(lived) > 0)
        lived.weather.bad = True
        ends_at, next_look = time.monotonic() + minutes * 60, 0.0
        while time.monotonic() < ends_at:
            lived.weathers()
            if time.monotonic() >= next_look:
                lived.measure()
                next_look = time.monotonic() + 60
            time.sleep(PAUSE)
        lived.calm()
        assert lived.end() == 0
        tell(lived)
        assert broken(lived) == []
        warm = lived.measured[WARM:]
        if len(warm) >= ENOUGH:
            assert is_flat([each.memory for each in warm])
            assert is_flat([each.files for each in warm])
            assert is_flat([each.threads for each in warm])


@pytest.mark.campaign
def test_worker_that_is_killed_again_and_again_keeps_every_promise(
    worlds: Worlds, tmp_path: Path, minutes: float, seed: int
) -> None:
    with life(worlds, tmp_path, seed=seed) as lived:
        lived.start()
        lived.wait_for(lambda: runs(lived) > 0 and not lived.is_running)
        assert lived.end() == 0
        lived.weather.bad = True
        ends_at = time.monotonic() + min(minutes, KILLED_WITHIN) * 60
        while lived.kills < KILLS and time.monotonic() < ends_at:
            lived.start()
            lived.wait_for(lived.is_holding)
            lived.weathers()
            lived.team.does(ticks)
            if lived.team.dice.random() < AIMED:
                lived.wait_until(lambda: lived.is_running, 4)
            time.sleep(lived.team.dice.uniform(0, 1.5))
            if lived.team.dice.random() < ASKED:
                assert lived.end() == 0
            else:
                lived.kill()
        lived.calm()
        lived.start()
        done = runs(lived)
        lived.wait_for(lambda: runs(lived) > done and not lived.is_running, 180)
        assert lived.end() == 0
        tell(lived)
        assert broken(lived) == []


@pytest.mark.campaign
def test_idle_worker_looks_at_one_cell_a_minute_and_calls_for_nothing_else(worlds: Worlds, tmp_path: Path) -> None:
    with life(worlds, tmp_path, seed=1, minutes=15) as lived:
        lived.start()
        lived.wait_for(lambda: runs(lived) == 1 and not lived.is_running)
        lived.wait_for(lambda: len(lived.looks()) >= 2, 200)
        lived.count_from_here()
        before, began = runs(lived), time.monotonic()
        lived.wait_for(lambda: len(lived.looks()) == 3, 300)
        took, synced = time.monotonic() - began, runs(lived) - before
        assert lived.calls() == {"look": 3, "token": synced, "read": synced}
        assert 3 * 60 - 20 <= took <= 3 * 60 + 60
        assert lived.end() == 0
        print(f"\n3 looks in {took:.0f} s, scheduled syncs meanwhile: {synced}")


def tell(lived: Life) -> None:
    records = lived.town.store.runs(ALL)
    print("\nruns:", dict(Counter(f"{record.outcome}, {record.trigger}" for record in records)))
    print("problems:", dict(Counter(record.problem for record in records if record.problem)))
    print("longest run, s:", max(record.seconds for record in records))
    print("team:", dict(lived.team.done), "faults:", dict(lived.weather.hits), "of mail:", dict(lived.foul))
    print("mails:", len(lived.mail.received), "calls:", len(lived.server.log))
    print("processes:", lived.started, "kills:", lived.kills, "inside a run:", lived.inside)
    for each in lived.measured:
        print(f"{each.seconds:6.0f} s {each.memory:8} kB {each.files:3} files {each.threads:3} threads")
