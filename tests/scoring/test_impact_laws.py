"""The laws of Wirkung, for any actors."""

import math
from dataclasses import replace

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.alliance import Settings
from scoring.domain import ActorKind, DataQuality, Factor
from scoring.estimates import estimate
from scoring.impact import impact
from tests.scoring.build import Cell, Row, actors_table
from tests.scoring.build_impact import TOWN

SOME = settings(max_examples=50, deadline=None)
FIGURES = ("emissions", "jobs", "revenue", "structural", "publicity")
BOUNDS = ["impact_low", "impact", "impact_high"]

amounts = st.one_of(st.just(0.0), st.floats(1e-3, 1e7))
scales = st.floats(0, 5)
values = {"emissions": amounts, "jobs": amounts, "revenue": amounts, "structural": scales, "publicity": scales}
cells: dict[str, st.SearchStrategy[Cell]] = {
    **values,
    "fuels": amounts,
    "process": amounts,
    "kind": st.sampled_from([*map(str, ActorKind), ""]),
    "industry": st.sampled_from(["C", "23", "87", "D", "24", ""]),
    "data_quality": st.sampled_from([*map(str, DataQuality), ""]),
}
rows = st.fixed_dictionaries({}, optional=cells)
several = st.lists(rows, min_size=1, max_size=9)
weights = st.tuples(*[st.one_of(st.just(0.0), st.floats(0.01, 1))] * 4).filter(any)


def impact_of(given_rows: list[Row], town: Settings = TOWN) -> pd.DataFrame:
    """Return the impact of these rows, by their place in the list."""
    actors = actors_table({"name": f"Actor {number}", **row} for number, row in enumerate(given_rows))
    return impact(actors, town, estimate(actors)).reset_index(drop=True)


@SOME
@given(several, weights)
def test_bounds_enclose_the_impact(given_rows: list[Row], given_weights: tuple[float, float, float, float]) -> None:
    found = impact_of(given_rows, replace(TOWN, weights=given_weights))
    assert (found["impact_low"] >= 0).all()
    assert (found["impact_low"] <= found["impact"]).all()
    assert (found["impact"] <= found["impact_high"]).all()
    assert (found["impact_high"] <= 100 + 1e-9).all()
    assert found["completeness"].between(0, 1).all()


@SOME
@given(several)
def test_parts_add_up_exactly(given_rows: list[Row]) -> None:
    found = impact_of(given_rows)
    emissions, jobs, structural, publicity = (found[f"part_{factor}"] for factor in Factor)
    assert ((emissions + jobs) + structural + publicity).tolist() == found["impact"].tolist()


@SOME
@given(rows, st.sampled_from(FIGURES), st.data())
def test_a_better_cell_never_lowers_the_impact(row: Row, field: str, data: st.DataObject) -> None:
    worse: Row = {**row, field: data.draw(values[field])}
    better = {**worse, field: data.draw(values[field].filter(lambda value: value >= worse[field]))}
    found = impact_of([worse, better])[BOUNDS]
    assert (found.iloc[1] >= found.iloc[0] - 1e-9).all()


@SOME
@given(rows, st.sampled_from(FIGURES), st.data())
def test_filling_a_blank_never_widens_the_span(row: Row, field: str, data: st.DataObject) -> None:
    blank: Row = {name: cell for name, cell in row.items() if name not in {field, "fuels", "process", "industry"}}
    found = impact_of([blank, {**blank, field: data.draw(values[field])}])
    span = found["impact_high"] - found["impact_low"]
    assert span[1] <= span[0] + 1e-9


@SOME
@given(several, several, st.randoms())
def test_other_rows_change_no_bit(given_rows: list[Row], others: list[Row], random: "st.Random") -> None:
    alone = impact_of(given_rows)
    order = list(range(len(given_rows) + len(others)))
    random.shuffle(order)
    together = impact_of([[*given_rows, *others][number] for number in order]).set_axis(order)
    pd.testing.assert_frame_equal(together.loc[alone.index], alone, check_exact=True, check_index_type=False)


@SOME
@given(several, weights, st.floats(0.01, 100))
def test_scaling_the_weights_changes_nothing(
    given_rows: list[Row], given_weights: tuple[float, float, float, float], factor: float
) -> None:
    first, second, third, fourth = (factor * weight for weight in given_weights)
    found = impact_of(given_rows, replace(TOWN, weights=given_weights))[[*BOUNDS, "completeness"]]
    scaled = impact_of(given_rows, replace(TOWN, weights=(first, second, third, fourth)))[[*BOUNDS, "completeness"]]
    pd.testing.assert_frame_equal(scaled, found, rtol=0, atol=1e-9)


@SOME
@given(rows)
def test_complete_means_that_every_factor_is_known(row: Row) -> None:
    full: Row = {"emissions": 5.0, "jobs": 5.0, "structural": 1.0, "publicity": 1.0, **row}
    assert impact_of([full])["completeness"].tolist() == [1.0]


def slow_utility(amount: float, total: float, low: float, high: float) -> float:
    """Return ulog as it is written."""
    if amount == 0:
        return 0.0
    if amount > total:
        return 1.0
    share = math.log10(amount / total)
    return min(max((share - math.log10(low)) / (math.log10(high) - math.log10(low)), 0.0), 1.0)


@SOME
@given(st.lists(amounts, min_size=1, max_size=40))
def test_utilities_follow_the_formula(tonnes: list[float]) -> None:
    found = impact_of([{"emissions": value, "jobs": value} for value in tonnes])
    assert found["emissions_mid"].round(9).tolist() == [
        round(slow_utility(value, 700_000, 1e-5, 1e-1), 9) for value in tonnes
    ]
    assert found["jobs_mid"].round(9).tolist() == [
        round(slow_utility(value, 50_000, 1e-4, 1e-1), 9) for value in tonnes
    ]
