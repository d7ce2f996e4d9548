"""Budget: the impact of 1 M actors ≤ 4 × the memory-bandwidth bound of its arrays, ≥ 1 000 × pymcdm's weighted sum.

The bound is one numpy copy of each array that goes in or comes out: each is read and written once. pymcdm only adds up
a finished matrix of utilities, so the sum is compared with its sum; what `impact` does besides (logarithms, bounds,
parts, the next question) is compared with the bound.
"""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from scoring.alliance import Settings
from scoring.domain import ActorKind, DataQuality, Factor
from scoring.emissions import SPLIT
from scoring.estimates import estimate
from scoring.impact import impact

ACTORS = 1_000_000
TOWN = Settings(inventory_total=700_000, jobs_total=50_000, revenue_total=10_000)
INPUTS = (*SPLIT, "emissions", "data_quality", "kind", "jobs", "revenue", "structural", "publicity")


def a_million_actors() -> pd.DataFrame:
    """Actors as teams enter them: mostly THG instead of a split, many blanks."""
    rng = np.random.default_rng(1)

    def numbers(blank: float, values: np.ndarray) -> np.ndarray:
        return np.where(rng.random(ACTORS) < blank, np.nan, values)

    def codes(*choices: str) -> pd.Series:
        return pd.Series(np.array(choices, dtype=object)[rng.integers(0, len(choices), ACTORS)], dtype=object)

    def decades(top: float) -> np.ndarray:
        return 10 ** rng.uniform(0, top, ACTORS)

    return pd.DataFrame(
        {
            **{part: numbers(0.95, decades(4)) for part in SPLIT},
            "emissions": numbers(0.4, decades(5)),
            "jobs": numbers(0.3, decades(4)),
            "revenue": numbers(0.6, decades(3)),
            "structural": numbers(0.5, rng.integers(0, 6, ACTORS)),
            "publicity": numbers(0.3, rng.integers(0, 6, ACTORS)),
            "data_quality": codes(*map(str, DataQuality), ""),
            "kind": codes(*map(str, ActorKind), ""),
            "industry": codes("C", "23", "47", "84", ""),
        }
    )


def fastest(*works: Callable[[], object], rounds: int) -> list[float]:
    """Return the shortest time of each, in seconds; they take turns, so that a busy machine is busy for all."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for number, work in enumerate(works):
            started = time.perf_counter()
            work()
            best[number] = min(best[number], time.perf_counter() - started)
    return best


@pytest.mark.benchmark
def test_impact_of_a_million_actors_against_memory_bandwidth() -> None:
    actors = a_million_actors()
    estimates = estimate(actors)
    found = impact(actors, TOWN, estimates)
    tables = (actors[list(INPUTS)], estimates, found)
    arrays = [table[column].to_numpy() for table in tables for column in table]
    ours, bound = fastest(lambda: impact(actors, TOWN, estimates), lambda: [array.copy() for array in arrays], rounds=7)
    print(f"\nimpact of {ACTORS:,} actors: {ours * 1e3:.0f} ms = {ours / bound:.1f} × copying its {len(arrays)} arrays")
    assert len(found) == ACTORS


@pytest.mark.benchmark
@pytest.mark.filterwarnings("ignore:Alternatives with indices")  # what pymcdm's check says of actors with all ones
def test_weighted_sum_against_pymcdm() -> None:
    methods = pytest.importorskip("pymcdm.methods")
    actors = a_million_actors()
    found = impact(actors, TOWN, estimate(actors))
    columns = [found[f"{factor}_mid"].to_numpy() for factor in Factor]
    matrix, weights, types = np.column_stack(columns), np.array(TOWN.weights), np.ones(len(Factor))
    theirs = methods.WSM(lambda values, **_: values)  # utilities need no normalisation

    def our_sum() -> np.ndarray:
        emissions, jobs, structural, publicity = (w * c for w, c in zip(TOWN.weights, columns, strict=True))
        return emissions + jobs + structural + publicity

    ours, unchecked = fastest(our_sum, lambda: theirs(matrix, weights, types, validation=False), rounds=7)
    (as_called,) = fastest(lambda: theirs(matrix, weights, types), rounds=1)
    (whole,) = fastest(lambda: impact(actors, TOWN, estimate(actors)), rounds=3)
    print(f"\nWSM of {ACTORS:,} actors: pymcdm {as_called:.2f} s as documented, {unchecked * 1e3:.0f} ms unchecked")
    print(f"our weighted sum {ours * 1e3:.1f} ms: {as_called / ours:,.0f} ×, {unchecked / ours:.0f} × faster")
    print(
        f"whole impact with estimates {whole * 1e3:.0f} ms: {as_called / whole:.0f} ×, {unchecked / whole:.1f} × faster"
    )
    np.testing.assert_allclose(100 * theirs(matrix, weights, types, validation=False), found["impact"])
