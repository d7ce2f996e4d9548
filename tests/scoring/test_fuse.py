"""The fuse: exactly where it blows, and what is no loss."""

from dataclasses import replace

import pytest

from scoring.alliance import Alliance
from scoring.fuse import Hold, hold
from scoring.memory import Memory, RememberedActor
from scoring.parsing.identity import remember_actors
from scoring.parsing.parse import parse
from scoring.snapshot import Cell, Snapshot, Tab
from tests.scoring.build import alliance


def remembered(*names: str, gone: tuple[str, ...] = ()) -> Memory:
    """Memory of a run that saw these actors; `gone` are those that had vanished before."""
    actors = [RememberedActor(uid=f"u:{name}", key=name, name=name, present=name not in gone) for name in names]
    return Memory(actors={actor.uid: actor for actor in actors}, is_baseline=False)


def numbered(count: int, first: int = 0) -> tuple[str, ...]:
    return tuple(f"actor {number}" for number in range(first, count))


def sheet(*names: str) -> Alliance:
    return alliance(actors=[{"name": name} for name in names])


def test_fuse_blows_above_five_actors_and_above_a_fifth() -> None:
    """Every size of list up to 60 and every loss; 20 % is reckoned in whole actors, so 20 of 100 % is not a loss."""
    left = [sheet(*numbered(60, first=vanished)) for vanished in range(61)]  # those beyond `before` are new ones
    for before in range(61):
        memory = remembered(*numbered(before))
        for vanished in range(before + 1):
            found = hold(left[vanished], memory)
            expected = vanished > 5 and 5 * vanished > before
            assert (found is not None) == expected, (before, vanished)
            if found:
                assert (found.before, found.vanished) == (before, vanished)


@pytest.mark.parametrize(("before", "vanished", "blows"), [(6, 6, True), (30, 6, False), (29, 6, True), (5, 5, False)])
def test_fuse_at_its_corners(before: int, vanished: int, *, blows: bool) -> None:
    assert bool(hold(sheet(*numbered(before, first=vanished)), remembered(*numbered(before)))) == blows


def test_new_actors_make_up_for_no_loss() -> None:
    assert hold(sheet(*(f"new {number}" for number in range(60))), remembered(*numbered(60)))


def test_empty_sheet_on_a_first_run_is_no_loss() -> None:
    assert hold(sheet(), Memory()) is None
    assert hold(sheet(), replace(remembered(*numbered(60)), is_baseline=True)) is None


def test_actors_that_had_vanished_before_do_not_count() -> None:
    names = numbered(60)
    memory = remembered(*names, gone=names[:40])
    assert hold(sheet(*names[45:]), memory) is None
    found = hold(sheet(*names[46:]), memory)
    assert found is not None
    assert (found.vanished, found.before) == (6, 20)


def test_key_names_this_very_loss() -> None:
    names = numbered(30)
    blown = [hold(sheet(*left), remembered(*names)) for left in (names[10:], names[:9:-1], names[11:], names[:20])]
    same, permuted, more, others = (found.key for found in blown if found)
    assert (same == permuted, len({same, more, others})) == (True, 3)
    assert same.startswith("fuse:")
    assert blown[0] == Hold(key=same, vanished=10, before=30)


def read(memory: Memory, *names: str) -> Alliance:
    rows: list[tuple[Cell, ...]] = [(name, "Verein", 100 + int(name.split()[-1])) for name in names]
    cells = (("Name", "Art", "Beschäftigte vor Ort"), *rows)
    return parse(Snapshot(tabs=(Tab(id="1", title="Akteure", cells=cells),)), memory)[0]


def test_renamed_actor_has_not_vanished() -> None:
    """Six of seven would be a loss; the one that is recognised under a new name is still there."""
    names = [f"Verein {number}" for number in range(7)]
    empty = Memory(is_baseline=False)
    memory = replace(empty, actors=remember_actors(read(empty, *names), empty))
    assert hold(read(memory, *names[:1]), memory) is not None
    renamed = read(memory, *names[:-1], "Klub 6")
    assert set(renamed.actors["uid"]) == set(memory.actors)
    assert hold(renamed, memory) is None
