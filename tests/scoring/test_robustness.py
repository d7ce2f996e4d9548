"""The robust rank: the worked cases, an independent slow reference, and the laws of the draws."""

import math
import tracemalloc
from dataclasses import replace
from hashlib import blake2b

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.alliance import Settings
from scoring.domain import Factor
from scoring.robustness import CELLS_PER_BLOCK, key_actor, top_n_probability, top_n_shares, uniform, weight_draws
from tests.scoring.build_impact import worked_cases

SOME = settings(max_examples=50, deadline=None)

Cells = tuple[tuple[float, float, float], ...]
"""Low, mid and high of each of the four factors of one actor."""

EQUAL = (0.5, 0.5, 0.0, 0.0)
WORD = 2**64


def known(*utilities: float) -> Cells:
    """Return an actor whose first factors are known; the others are 0."""
    return tuple((utility, utility, utility) for utility in (*utilities, 0, 0, 0, 0)[: len(Factor)])


def frame(actors: dict[str, Cells]) -> pd.DataFrame:
    """Return the utilities of these actors as `impact` does, by name."""
    columns = [f"{factor}_{bound}" for factor in Factor for bound in ("low", "mid", "high")]
    table = [[value for cell in cells for value in cell] for cells in actors.values()]
    return pd.DataFrame(table, index=list(actors), columns=columns, dtype="float64")


def probability(actors: dict[str, Cells], settings: Settings, draws: int = 2000, seed: int = 0) -> dict[str, float]:
    """Return the probabilities of these actors, all of them eligible."""
    cells = frame(actors)
    keys, everyone = pd.Series(cells.index, index=cells.index), pd.Series(True, index=cells.index)
    return top_n_probability(cells, keys, everyone, settings, seed=seed, draws=draws).to_dict()


def shares(actors: dict[str, Cells], weights: np.ndarray, n: int, seed: int = 0) -> list[float]:
    """Return the unrounded shares of the n places."""
    return top_n_shares(frame(actors), list(actors), weights, n, seed=seed).tolist()


def test_worked_weights_around_equal_ones() -> None:
    weights = weight_draws(EQUAL, 100_000, seed=1)
    assert shares({"X": known(1, 0), "Y": known(0.4, 0.7)}, weights, n=1)[0] == pytest.approx(0.366836, abs=0.005)


def test_worked_flat_weights() -> None:
    weights = weight_draws(EQUAL, 100_000, seed=1, concentration=2)
    assert shares({"X": known(1, 0), "Y": known(0.4, 0.7)}, weights, n=1)[0] == pytest.approx(0.46154, abs=0.005)


def test_worked_blank_against_a_known_cell() -> None:
    blank = ((0.0, 0.25, 1.0), *known()[1:])
    weights = weight_draws((1, 0, 0, 0), 100_000, seed=1)
    assert shares({"X": blank, "Y": known(0.4)}, weights, n=1)[0] == pytest.approx(0.216, abs=0.004)


def test_worked_table() -> None:
    cells = worked_cases()
    keys, everyone = pd.Series(cells.index, index=cells.index), pd.Series(True, index=cells.index)
    found = top_n_probability(cells, keys, everyone, Settings(top_n=2), draws=50_000)
    assert found[["Stadtwerke", "Klinikum", "Zementwerk"]].tolist() == [1.0, 0.53, 0.47]


def test_weights_are_those_of_numpys_dirichlet() -> None:
    expected = np.random.default_rng(7).dirichlet([8.0, 6.0, 4.0, 2.0], 5)
    assert weight_draws((0.4, 0.3, 0.2, 0.1), 5, seed=7).round(12).tolist() == expected.round(12).tolist()
    assert weight_draws((4, 3, 2, 1), 5, seed=7).round(12).tolist() == expected.round(12).tolist()


def test_a_zero_weight_stays_zero() -> None:
    weights = weight_draws((0.5, 0, 0.5, 0), 100, seed=7)
    assert weights[:, [1, 3]].tolist() == [[0, 0]] * 100
    assert weights.sum(axis=1).round(12).tolist() == [1.0] * 100
    assert weight_draws((0, 0, 0, 1), 2, seed=7).round(12).tolist() == [[0, 0, 0, 1]] * 2


def test_splitmix_gives_its_published_numbers() -> None:
    # First outputs of the reference implementation (prng.di.unimi.it/splitmix64.c) started at 1234567.
    words = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    start = np.array([1234567], dtype=np.uint64)
    assert uniform(start, 0, 4)[:, 0].tolist() == [(word >> 11) / 2**53 for word in words]
    assert uniform(start, 2, 2).tolist() == uniform(start, 0, 4)[2:].tolist()


def test_equal_scores_share_the_places_that_are_left() -> None:
    actors = {"a": known(0.9), "b": known(0.5), "c": known(0.5 + 1e-14), "d": known(0.5), "e": known(0.1)}
    weights = weight_draws((1, 0, 0, 0), 10, seed=0)
    assert shares(actors, weights, n=1) == [1, 0, 0, 0, 0]
    assert shares(actors, weights, n=2) == pytest.approx([1, 1 / 3, 1 / 3, 1 / 3, 0])
    assert shares(actors, weights, n=3) == pytest.approx([1, 2 / 3, 2 / 3, 2 / 3, 0])
    assert shares(actors, weights, n=4) == [1, 1, 1, 1, 0]
    assert shares(actors, weights, n=5) == [1, 1, 1, 1, 1]


def test_as_many_places_as_actors_are_held_by_all() -> None:
    assert probability({"a": known(0.9), "b": known(0)}, Settings(top_n=2)) == {"a": 1, "b": 1}
    assert probability({}, Settings()) == {}


def test_those_not_eligible_have_none_and_take_no_place() -> None:
    cells = frame({"a": known(0.9), "b": known(0.5), "c": known(0.1)})
    eligible = pd.Series([False, True, True], index=cells.index)
    found = top_n_probability(cells, pd.Series(cells.index, index=cells.index), eligible, Settings(top_n=1))
    assert found.fillna(-1).to_dict() == {"a": -1, "b": 1, "c": 0}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "yes"),
        (0.9, "yes"),
        (0.89, "likely"),
        (0.5, "likely"),
        (0.49, "open"),
        (0.1, "open"),
        (0.09, "no"),
        (0.0, "no"),
        (float("nan"), ""),
    ],
)
def test_key_actor_follows_the_rounded_probability(value: float, code: str) -> None:
    found = key_actor(pd.Series([value]))
    assert (found.tolist(), found.dtype) == ([code], object)


utilities = st.floats(0, 1)
intervals = st.tuples(utilities, utilities, utilities).map(lambda bounds: tuple(sorted(bounds)))
blanks = st.sampled_from([(0.0, 0.25, 1.0), (0.0, 0.1, 1.0)])
cell = st.one_of(utilities.map(lambda value: (value, value, value)), intervals, blanks)
alliances = st.dictionaries(st.text(max_size=5), st.tuples(cell, cell, cell, cell), min_size=1, max_size=7)
teams = st.tuples(*[st.one_of(st.just(0.0), st.floats(0.05, 1))] * 4).filter(any)
seeds = st.integers(0, 2**32 - 1)


def slow_uniform(seed: int, key: str, factor: int, draw: int) -> float:
    """Return an actor's number for that factor and draw, bit by bit as the module describes it."""
    digest = blake2b(f"{seed}|{key}".encode(), digest_size=32).digest()
    word = int.from_bytes(digest[8 * factor : 8 * factor + 8], "little")
    word = (word + (draw + 1) * 0x9E3779B97F4A7C15) % WORD
    word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9 % WORD
    word = (word ^ word >> 27) * 0x94D049BB133111EB % WORD
    return ((word ^ word >> 31) >> 11) / 2**53


def slow_shares(actors: dict[str, Cells], weights: np.ndarray, n: int, seed: int) -> list[float]:
    """Return the shares of the places, one draw and one actor after the other."""
    held = dict.fromkeys(actors, 0.0)
    for draw, drawn in enumerate(weights.tolist()):
        scores = {}
        for key, cells in actors.items():
            scores[key] = 0.0
            for factor, (low, mid, high) in enumerate(cells):
                q = slow_uniform(seed, key, factor, draw)
                blank = (low, high) == (0, 1)
                utility = 1 - (1 - q) ** (mid / (1 - mid)) if blank else low + (high - low) * q
                scores[key] += drawn[factor] * utility
        for key, score in scores.items():
            greater = sum(other > score + 1e-12 for other in scores.values())
            equal = sum(abs(other - score) <= 1e-12 for other in scores.values())
            held[key] += min(max((n - greater) / equal, 0), 1)
    return [total / len(weights) for total in held.values()]


@SOME
@given(alliances, teams, st.integers(1, 8), seeds)
def test_shares_are_those_of_the_slow_reference(
    actors: dict[str, Cells], team: tuple[float, ...], n: int, seed: int
) -> None:
    weights = weight_draws(team, 6, seed=seed)
    assert shares(actors, weights, n, seed) == pytest.approx(slow_shares(actors, weights, n, seed))


@SOME
@given(alliances, teams, st.integers(1, 8), seeds)
def test_shares_add_up_to_the_places(actors: dict[str, Cells], team: tuple[float, ...], n: int, seed: int) -> None:
    total = math.fsum(shares(actors, weight_draws(team, 20, seed=seed), n, seed))
    assert total == pytest.approx(min(n, len(actors)), abs=1e-12)


@SOME
@given(alliances, seeds)
def test_the_order_of_rows_does_not_matter(actors: dict[str, Cells], seed: int) -> None:
    settings = Settings(top_n=2)
    backwards = dict(reversed(actors.items()))
    assert probability(backwards, settings, draws=30, seed=seed) == probability(actors, settings, draws=30, seed=seed)


@SOME
@given(alliances, seeds)
def test_a_new_row_that_never_wins_changes_nobody(actors: dict[str, Cells], seed: int) -> None:
    settings = Settings(top_n=1)
    actors = {key: ((1.0, 1.0, 1.0), *cells[1:]) for key, cells in actors.items() if key != "last"}
    with_last = {"last": known(0), **actors}
    before = probability(actors, settings, draws=30, seed=seed)
    assert probability(with_last, settings, draws=30, seed=seed) == {"last": 0 if actors else 1, **before}


def test_draws_go_on_from_block_to_block() -> None:
    actors = {"X": ((0.0, 0.25, 1.0), *known()[1:]), "Y": known(0.4)}
    draws = 40_000  # of two actors: more than one block
    above = [1 - (1 - slow_uniform(3, "X", 0, draw)) ** (1 / 3) > 0.4 for draw in range(draws)]
    assert draws * len(actors) > CELLS_PER_BLOCK
    assert shares(actors, weight_draws((1, 0, 0, 0), draws, seed=3), n=1, seed=3)[0] == sum(above) / draws


def test_the_same_seed_gives_the_same_probabilities_and_another_seed_others() -> None:
    blank = ((0.0, 0.25, 1.0),) * 4
    actors = {f"Actor {number}": blank for number in range(30)}
    first = probability(actors, Settings(), seed=1)
    assert probability(actors, Settings(), seed=1) == first
    assert probability(actors, Settings(), seed=2) != first


def test_memory_is_bounded_by_blocks() -> None:
    actors = 10_000
    rng = np.random.default_rng(0)
    low, high = np.sort(rng.random((2, actors, len(Factor))), axis=0)
    columns = {
        f"{factor}_{bound}": values[:, number]
        for number, factor in enumerate(Factor)
        for bound, values in (("low", low), ("mid", (low + high) / 2), ("high", high))
    }
    cells = pd.DataFrame(columns)
    keys, everyone = cells.index.astype(str).to_series(index=cells.index), pd.Series(True, index=cells.index)
    tracemalloc.start()
    top_n_probability(cells, keys, everyone, replace(Settings(), top_n=10), draws=200)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20e6  # bytes; all draws at once would need 8 × 200 × 10 000 = 16 MB for each array alone
