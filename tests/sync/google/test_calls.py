"""How often Google is asked and written to: counted by the server, and said the same in the result."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.ports import Calls
from tests.sync.worlds import NOW, GoogleWorld, Typed, Worlds, column_of

PRIVATE = ("Teamkalender", "Kasse", "Ideen")
TWO_MEGABYTES = 2_000_000
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def small(worlds: Worlds, tmp_path: Path) -> Iterator[GoogleWorld]:
    """Three tabs of a team's that `setup` never saw: 60 actors, a meeting with each, a letter."""
    world = worlds.empty(tmp_path)
    world.book.sheets[0].title = "Akteure"
    names = [f"Betrieb {number:02}" for number in range(1, 61)]
    world.fill("Akteure", 1, [["Name", "Art", "THG"], *((name, "Unternehmen", 100) for name in names)])
    meetings: Sequence[Sequence[Typed]] = [[date(2026, 11, 2), name, "positiv"] for name in names]
    world.add_tab("Termine", [["Datum", "Akteur", "Ergebnis"], *meetings])
    world.add_tab("LoI", [["Akteur", "Status"], [names[0], "zugesagt"]])
    yield world
    world.close()


@pytest.fixture
def large(worlds: Worlds, tmp_path: Path) -> Iterator[GoogleWorld]:
    """All tabs of `setup`, some of the team's own, and 2 000 actors."""
    world = worlds.google(tmp_path)
    for title in PRIVATE:
        world.add_tab(title, [["geht den Dienst nichts an"]])
    world.fill("Akteure", 2, [[f"Betrieb {number:04}"] for number in range(1, 2001)])
    assert len(world.titles) >= 12
    yield world
    world.close()


def calls_of_sync(world: GoogleWorld, **options: Any) -> Calls:
    """Run once and return the calls that the server answered, which must be what the run says."""
    world.server.log.clear()
    outcome = world.sync(**options)
    assert Calls(reads=outcome.counts.reads, writes=outcome.counts.writes) == world.requests
    return world.requests


def test_a_small_sheet_idle_is_one_read_and_changed_one_read_and_one_write(small: GoogleWorld) -> None:
    assert calls_of_sync(small) == Calls(reads=2, writes=1)
    assert calls_of_sync(small) == Calls(reads=1, writes=0)
    small.type("Akteure", {"B7": "Verein", "A62": "Klinikum"})
    small.type("LoI", {"B2": "unterzeichnet"})
    assert calls_of_sync(small) == Calls(reads=1, writes=1)
    assert calls_of_sync(small) == Calls(reads=1, writes=0)


def test_the_answer_to_a_write_lists_the_tabs_that_were_added_meanwhile(small: GoogleWorld) -> None:
    calls_of_sync(small)
    small.add_tab("Presse", [["Datum", "Titel"], [date(2026, 11, 20), "Betrieb 01 macht mit"]])
    small.type("Akteure", {"A62": "Klinikum"})
    assert calls_of_sync(small) == Calls(reads=1, writes=1)
    assert small.sync().decision.alliance.press["title"].tolist() == ["Betrieb 01 macht mit"]


def test_a_large_sheet_idle_is_one_read_and_changed_one_read_and_one_write(large: GoogleWorld) -> None:
    assert calls_of_sync(large).reads == 2
    sizes = [call.bytes_received for call in large.server.log if call.kind == "write"]
    assert max(sizes) <= TWO_MEGABYTES
    assert len(sizes) == -(-sum(sizes) // TWO_MEGABYTES)
    assert calls_of_sync(large) == Calls(reads=1, writes=0)
    large.type("Akteure", {f"{column_of('low_hanging')}1002": "ja"})
    assert calls_of_sync(large) == Calls(reads=1, writes=1)
    asked = next(call.path for call in large.server.log if call.kind == "read")
    assert [title for title in PRIVATE if title in asked] == []


def test_the_first_run_of_a_day_asks_for_the_list_of_tabs_once(small: GoogleWorld) -> None:
    calls_of_sync(small)
    small.add_tab("Presse", [["Datum", "Titel"], [date(2026, 11, 20), "Betrieb 01 macht mit"]])
    tomorrow = NOW + timedelta(days=1)
    assert calls_of_sync(small, now=tomorrow) == Calls(reads=2, writes=1)
    assert small.store.load().tab_ids.keys() >= {"press"}
    assert calls_of_sync(small, now=tomorrow) == Calls(reads=1, writes=0)


def test_a_tick_asks_for_the_list_of_tabs_and_is_taken_away(small: GoogleWorld) -> None:
    calls_of_sync(small)
    small.tick()
    assert calls_of_sync(small) == Calls(reads=3, writes=1)
    assert calls_of_sync(small) == Calls(reads=1, writes=0)


def test_a_dry_run_writes_nothing_and_a_read_of_an_unknown_sheet_is_two(small: GoogleWorld) -> None:
    assert calls_of_sync(small, dry_run=True) == Calls(reads=2, writes=0)


def test_every_process_signs_in_once_and_asks_once(small: GoogleWorld) -> None:
    small.type("Akteure", {f"A{row}": None for row in range(5, 62)})
    config = small.configured()
    counted = []
    for _ in range(2):
        small.server.log.clear()
        document = json.loads(klima_allianz("sync", "--json", "--config", str(config), "--today", "2026-11-24"))
        run = document["run"]
        counted.append([call.kind for call in small.server.log])
        assert Calls(reads=run["reads"], writes=run["writes"]) == small.requests
    assert counted == [["token", "read", "read", "write"], ["token", "read"]]
    assert [actor["name"] for actor in document["actors"]] == [f"Betrieb 0{number}" for number in (1, 2, 3)]


def klima_allianz(*arguments: str) -> str:
    """Run the command in a process of its own and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "sync.cli", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout
