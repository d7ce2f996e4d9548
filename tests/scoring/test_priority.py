"""Priorität: the worked values, the tiers of each step, and how ties are broken."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.domain import ActorKind, LowHanging, Stage
from scoring.priority import TIERS, Focus, Tier, focus, priority, priority_value
from tests.scoring.build import Cell, Row, actors_table

SOME = settings(max_examples=50, deadline=None)

PLAIN: Row = {
    "impact_low": 50.0,
    "impact": 50.0,
    "completeness": 1.0,
    "ease": 50.0,
    "low_hanging": "no",
    "top_n_probability": 0.0,
    "evidence": "identified",
}
"""What an actor is assessed as unless a test says otherwise."""


def ranks(step: int, **actors: Row) -> dict[str, float]:
    """Return the rank of each actor at that step, 0 for none; `sheet_…` cells go to the table of actors."""
    return dict(zip(actors, ranking(step, **actors)["rank"].fillna(0).tolist(), strict=True))


def tiers(step: int, **actors: Row) -> dict[str, str]:
    """Return the tier of each actor at that step, "" for none."""
    return dict(zip(actors, ranking(step, **actors)["tier"].tolist(), strict=True))


def ranking(step: int, **actors: Row) -> pd.DataFrame:
    sheet = actors_table({"name": name, **_cells(row, "sheet_")} for name, row in actors.items())
    return priority(_assessed([_cells(row, "") for row in actors.values()], sheet.index), sheet, step)


def _assessed(rows: list[Row], index: pd.Index) -> pd.DataFrame:
    texts = dict.fromkeys(("low_hanging", "evidence"), object)
    with_plain = pd.DataFrame([PLAIN, *({**PLAIN, **row} for row in rows)]).astype(texts)
    return with_plain.iloc[1:].set_axis(index)  # the plain one gives an empty table its types too


def _cells(row: Row, prefix: str) -> dict[str, Cell]:
    sheet = {name.removeprefix("sheet_"): cell for name, cell in row.items() if name.startswith("sheet_")}
    return sheet if prefix else {name: cell for name, cell in row.items() if not name.startswith("sheet_")}


@pytest.mark.parametrize(
    ("impact", "ease", "values"),
    [
        (90.3856, 60, [67.85, 67.85, 73.64, 79.93, 79.93]),
        (60.7918, 10, [17.19, 17.19, 24.66, 35.37, 35.37]),
        (60.9897, 45, [49.30, 49.30, 52.39, 55.67, 55.67]),
        (20.0206, 60, [43.17, 43.17, 34.66, 27.83, 27.83]),
        (16.0412, 90, [53.65, 53.65, 38.00, 26.91, 26.91]),
        (0, 0, [1, 1, 1, 1, 1]),
    ],
)
def test_worked_values_move_from_ease_to_impact_with_the_step(impact: float, ease: float, values: list[float]) -> None:
    steps = (1, 2, 3, 4, 8)
    found = [priority_value(pd.Series([impact]), pd.Series([ease]), step).round(2)[0] for step in steps]
    assert found == values


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("kind", ["town_administration", "energy_utility", "transport_operator", "waste_management"])
def test_at_first_low_hanging_fruits_come_first_those_of_the_town_before_all(step: int, kind: str) -> None:
    assert ranks(
        step,
        rest={"impact": 90.0, "ease": 90.0, "sheet_kind": kind},
        maybe={"low_hanging": "possible", "impact": 80.0, "sheet_kind": kind},
        fruit={"low_hanging": "yes", "impact": 70.0, "sheet_kind": "company"},
        town={"low_hanging": "yes", "impact": 1.0, "sheet_kind": kind},
    ) == {"town": 1, "fruit": 2, "maybe": 3, "rest": 4}


def test_at_the_founding_fruits_of_at_least_median_impact_come_first() -> None:
    assert ranks(
        3,
        signed={"impact": 99.0, "evidence": "signed"},
        small_fruit={"low_hanging": "yes", "impact": 10.0, "ease": 100.0},
        likely={"top_n_probability": 0.5, "impact": 40.0},
        unlikely={"top_n_probability": 0.49, "impact": 60.0},
        median_fruit={"low_hanging": "yes", "impact": 40.0, "ease": 1.0},
        fruit={"low_hanging": "yes", "impact": 50.0, "ease": 1.0},
    ) == {"fruit": 1, "median_fruit": 2, "likely": 3, "small_fruit": 5, "unlikely": 4, "signed": 0}


@pytest.mark.parametrize("step", [4, 5, 8])
def test_later_the_town_comes_first_then_the_key_actors(step: int) -> None:
    assert ranks(
        step,
        rest={"top_n_probability": 0.09, "impact": 99.0},
        open={"top_n_probability": 0.1, "impact": 90.0},
        likely={"top_n_probability": 0.5, "impact": 80.0},
        town={"impact": 1.0, "sheet_kind": "town_administration"},
    ) == {"town": 1, "likely": 2, "open": 3, "rest": 4}


@pytest.mark.parametrize("stage", list(Stage))
def test_ranked_are_those_still_to_be_won(stage: Stage) -> None:
    still_to_be_won = {"identified", "contacted", "meeting_planned", "talked", "convinced"}
    assert ranks(4, A={"evidence": stage.value}) == {"A": 1 if stage in still_to_be_won else 0}


def test_a_member_without_signature_is_ranked() -> None:
    member: Row = {"evidence": "convinced", "sheet_joined_on": "2026-01-01"}
    assert ranks(4, A=member) == {"A": 1}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"ease": 51.0}, {"ease": 50.0}),
        ({"impact_low": 20.0}, {"impact_low": 10.0}),
        ({"sheet_emissions": 5.0}, {"sheet_emissions": 4.0}),
        ({"sheet_emissions": 0.0}, {}),
        ({"completeness": 0.9}, {"completeness": 0.8}),
        ({"sheet_heat": 5.0}, {"sheet_emissions": 4.0}),
        ({"ease": 51.0, "impact_low": 10.0}, {"ease": 50.0, "impact_low": 20.0}),
        ({"impact_low": 20.0}, {"impact_low": 10.0, "sheet_emissions": 5.0}),
        ({"sheet_emissions": 5.0, "completeness": 0.1}, {"sheet_emissions": 4.0}),
    ],
)
def test_ties_go_by_value_lower_bound_emissions_completeness(better: Row, worse: Row) -> None:
    assert ranks(1, A=worse, B=better) == {"A": 2, "B": 1}


def test_the_last_tie_goes_by_folded_name() -> None:
    assert ranks(1, b={}, A={}, C={}) == {"A": 1, "b": 2, "C": 3}


@pytest.mark.parametrize("field", ["impact", "impact_low", "sheet_emissions", "completeness"])
def test_what_differs_only_after_the_ninth_decimal_is_a_tie(field: str) -> None:
    assert ranks(1, B={field: 50.0}, A={field: 50.0 - 1e-12}) == {"A": 1, "B": 2}


def test_nobody_to_rank() -> None:
    assert ranks(3, A={"evidence": "left"}) == {"A": 0}
    assert ranks(3) == {}


def test_everyone_has_a_priority() -> None:
    actors = actors_table([{"name": "A"}])
    found = priority(_assessed([{"evidence": "signed"}], actors.index), actors, 3)
    assert found.fillna(-1).to_dict("index") == {2: {"priority": pytest.approx(50), "rank": -1, "tier": ""}}


@pytest.mark.parametrize(
    ("step", "actor", "tier"),
    [
        (1, {"low_hanging": "yes", "sheet_kind": "waste_management"}, "easy_municipal"),
        (2, {"low_hanging": "yes", "sheet_kind": "company"}, "easy"),
        (2, {"low_hanging": "possible", "sheet_kind": "town_administration"}, "possible"),
        (2, {"top_n_probability": 1.0}, "rest"),
        (3, {"low_hanging": "yes", "top_n_probability": 1.0}, "easy_heavy"),
        (3, {"low_hanging": "possible", "top_n_probability": 0.5}, "key_actor"),
        (3, {"top_n_probability": 0.49, "sheet_kind": "town_administration"}, "rest"),
        (4, {"top_n_probability": 1.0, "sheet_kind": "town_administration"}, "town"),
        (5, {"top_n_probability": 0.5}, "key_actor"),
        (8, {"top_n_probability": 0.1}, "maybe_key"),
        (8, {"low_hanging": "yes", "top_n_probability": 0.09}, "rest"),
        (4, {"evidence": "declined", "top_n_probability": 1.0}, ""),
        (4, {"evidence": "signed", "top_n_probability": 1.0}, ""),
    ],
)
def test_the_tier_says_what_puts_an_actor_before_others(step: int, actor: Row, tier: str) -> None:
    assert tiers(step, A=actor) == {"A": tier}


@pytest.mark.parametrize(
    ("step", "looks_for"),
    [(1, "easy"), (2, "easy"), (3, "founders"), (4, "key_actors"), (8, "key_actors")],
)
def test_the_focus_follows_the_step(step: int, looks_for: str) -> None:
    assert focus(step) == looks_for


def test_every_tier_is_one_of_some_step_and_the_rest_comes_last() -> None:
    assert {tier for tiers in TIERS.values() for tier in tiers} == set(Tier)
    assert [tiers[-1] for tiers in map(TIERS.__getitem__, Focus)] == [Tier.REST] * len(Focus)


percent = st.sampled_from([0.0, 10.0, 50.0, 100.0])
assessments = st.fixed_dictionaries(
    {
        "impact_low": percent,
        "impact": percent,
        "completeness": st.sampled_from([0.0, 0.5, 1.0]),
        "ease": percent,
        "low_hanging": st.sampled_from([*map(str, LowHanging)]),
        "top_n_probability": st.sampled_from([0.0, 0.1, 0.5, 1.0]),
        "evidence": st.sampled_from([*map(str, Stage)]),
        "sheet_kind": st.sampled_from([*map(str, ActorKind), ""]),
    },
    optional={"sheet_emissions": percent},
)
many = st.dictionaries(st.sampled_from("abcdefgh"), assessments, max_size=8)


@SOME
@given(many, st.integers(1, 8), st.randoms())
def test_ranks_count_up_from_1_whatever_the_order_of_rows(
    actors: dict[str, Row], step: int, random: "st.Random"
) -> None:
    found = ranks(step, **actors)
    ranked = sorted(rank for rank in found.values() if rank)
    shuffled = list(actors.items())
    random.shuffle(shuffled)
    assert ranked == list(range(1, len(ranked) + 1))
    assert ranks(step, **dict(shuffled)) == found


@SOME
@given(many, st.integers(1, 8))
def test_ranks_go_tier_by_tier(actors: dict[str, Row], step: int) -> None:
    found, order = tiers(step, **actors), TIERS[focus(step)]
    by_rank = sorted((rank, name) for name, rank in ranks(step, **actors).items() if rank)
    places = [order.index(Tier(found[name])) for _, name in by_rank]
    assert places == sorted(places)
    assert {name for name, tier in found.items() if tier} == {name for _, name in by_rank}


@SOME
@given(assessments, st.integers(1, 8), percent)
def test_more_impact_never_lowers_the_rank(row: Row, step: int, more: float) -> None:
    row = {**row, "evidence": "identified"}
    better: Row = {**row, "impact": max(float(str(row["impact"])), more)}
    assert ranks(step, b=better, a={**row}, c=row)["b"] <= 2  # the name decides only against an equal
