"""A signature that comes and goes: whatever people do to its row and its actor, each reader hears of it once."""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from scoring.snapshot import Cell
from tests.sync.worlds import NOW, WorkbookWorld, Worlds

SYNCS = 50
OTHERS = ("Brauerei", "Rathaus", "Stadtwerke")
WEEK = timedelta(days=7)


class Team:
    """People who cannot make up their minds: `rows` are the actors in their order, `signed` is how LoI stands."""

    def __init__(self, world: WorkbookWorld, dice: random.Random) -> None:
        self.world, self.dice = world, dice
        self.name, self.renamed = "Speiche", 0
        self.rows, self.signed = ["Speiche", *OTHERS], False

    def toggle(self) -> None:
        """Sign, or blank the signature again."""
        self.signed = not self.signed

    def rename(self) -> None:
        """Give the actor another name; LoI keeps the old one, as it happens."""
        if self.name in self.rows:
            self.renamed += 1
            new = f"Speiche {self.renamed}"
            self.rows[self.rows.index(self.name)] = self.name = new

    def delete_or_add(self) -> None:
        """Delete the actor's row, or add it again below the others."""
        if self.name in self.rows:
            self.rows.remove(self.name)
        else:
            self.rows.append(self.name)

    def sort(self) -> None:
        """Sort the actors somehow."""
        self.dice.shuffle(self.rows)

    def type(self) -> None:
        """Type all of it."""
        kinds: Mapping[str, list[Cell]] = {name: ["Kultureinrichtung"] for name in OTHERS}
        rows: list[list[Cell]] = [
            [name, None, None, None, None, None, *kinds.get(name, ["Unternehmen"]), "Anna"] for name in self.rows
        ]
        signature = ["unterzeichnet", date(2026, 11, 2), None, "ja", None, "ja"]
        with self.world.open_once():
            self.world.fill("Akteure", 2, [*rows, *[[None] * 8] * (4 - len(rows))])
            self.world.fill("LoI", 2, [[self.name, None, *(signature if self.signed else [None] * 6)]])


def told_workbook(worlds: Worlds, folder: Path) -> WorkbookWorld:
    """Return a workbook with two people who want LoI-Meldungen."""
    world = worlds.workbook(folder)
    people = [[name, f"{name}@example.org", "Koordination", "nein", "ja", "nein"] for name in ("anna", "bernd")]
    world.fill("Verteiler", 2, people)
    return world


@pytest.fixture
def world(worlds: Worlds, tmp_path: Path) -> Iterator[WorkbookWorld]:
    """Such a workbook."""
    world = told_workbook(worlds, tmp_path)
    yield world
    world.close()


def announcements(world: WorkbookWorld) -> list[tuple[str, int]]:
    """To whom announcements of a signature went, and how often the text names the actor as new."""
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in _files(world)]
    texts = [(str(mail["To"]), str(mail["Subject"]), mail.get_body(("plain",))) for mail in mails]
    return sorted((to, subject.count("Speiche")) for to, subject, body in texts if body is not None)


def _files(world: WorkbookWorld) -> list[Path]:
    return sorted((world.folder / "mails").glob("*-loi-update.eml"))


def undecided(world: WorkbookWorld, seed: int) -> None:
    """Let the team sign and blank, rename, delete, add and sort, with a sync after each act; end with a signature."""
    dice, now = random.Random(seed), NOW
    team = Team(world, dice)
    team.type()
    world.sync(now)
    acts: list[Callable[[], None]] = [team.toggle, team.toggle, team.rename, team.delete_or_add, team.sort]
    for _ in range(SYNCS):
        dice.choice(acts)()
        team.type()
        now += dice.choice([timedelta(minutes=dice.randint(1, 9)), timedelta(days=dice.randint(1, 4))])
        world.sync(now)
    if team.name not in team.rows:
        team.delete_or_add()
    team.signed = True
    team.type()
    world.sync(now + WEEK)
    world.sync(now + WEEK + timedelta(minutes=5))


def test_signature_that_comes_and_goes_is_announced_once(world: WorkbookWorld) -> None:
    undecided(world, 7)
    assert announcements(world) == [("anna <anna@example.org>", 1), ("bernd <bernd@example.org>", 1)]


@pytest.mark.campaign
def test_signature_is_announced_once_whatever_the_team_does(
    worlds: Worlds, tmp_path: Path, minutes: float, seed: int
) -> None:
    ends, number = time.monotonic() + 60 * minutes, seed
    while time.monotonic() < ends:
        number += 1
        folder = tmp_path / str(number)
        folder.mkdir()
        world = told_workbook(worlds, folder)
        undecided(world, number)
        world.close()
        assert announcements(world) == [("anna <anna@example.org>", 1), ("bernd <bernd@example.org>", 1)], number
