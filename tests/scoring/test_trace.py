"""The coverage laid open: its lines add up to the share, and what may be said of a sector in public."""

import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.alliance import Alliance, Settings
from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.domain import InventoryMethod, Sector, Severity, Stage
from scoring.memory import Memory
from scoring.messages import Note, NoteCode
from scoring.trace import Bounds, public_sectors, sector_tonnes, trace
from tests.scoring.build import Row, alliance

TODAY = date(2026, 11, 24)
TOWN = Settings(
    municipality="Musterstadt",
    inventory_method=InventoryMethod.BISKO,
    inventory_year=2023,
    inventory_total=100_000.0,
    inventory_by_sector={Sector.INDUSTRY: 60_000.0, Sector.COMMERCE: 40_000.0},
)


def actor(name: str, emissions: float | None, **more: str) -> Row:
    figure = (
        {} if emissions is None else {"emissions": emissions, "emissions_scope": "energy", "emissions_year": 2023.0}
    )
    return {"name": name, "kind": "company", "sector": "industry", "data_quality": "A", **figure, **more}


def letter(name: str) -> Row:
    return {"actor": name, "status": "signed", "signed_on": date(2026, 10, 1), "authority": "yes", "publication": "yes"}


def found(actors: list[Row], signed: str, overlaps: list[Row] | None = None) -> tuple[Alliance, Assessment]:
    town = alliance(actors=actors, letters=map(letter, signed), overlaps=overlaps or [], settings=TOWN)
    return town, assess(town, Memory(), TODAY)


def test_each_signatory_shows_its_figure_what_counts_and_the_cells() -> None:
    town, assessment = found(
        [actor("A", 1_000.0, includes_children="yes"), actor("B", 400.0, parent="a"), actor("C", 50.0)], "ab"
    )
    traced = trace(town, assessment)
    assert traced is not None
    assert [(line.name, line.figure_cell, line.letter_cell) for line in traced.actors] == [
        ("A", "I2", "C2"),
        ("B", "I3", "C3"),
    ]
    assert traced.actors[0].counted == Bounds(minimum=570.0, mid=600.0, maximum=630.0)
    assert traced.actors[1].counted == traced.actors[1].figure == Bounds(minimum=380.0, mid=400.0, maximum=420.0)
    assert traced.total == Bounds(minimum=950.0, mid=1_000.0, maximum=1_050.0)


def test_a_circle_counts_with_its_largest_signatory() -> None:
    town, assessment = found([actor("A", 100.0, parent="b"), actor("B", 900.0, parent="a")], "ab")
    traced = trace(town, assessment)
    assert traced is not None
    assert [(line.name, line.counted.mid, line.inside) for line in traced.actors] == [("A", 0.0, "B"), ("B", 900.0, "")]


def test_without_an_inventory_there_is_nothing_to_trace() -> None:
    town = alliance(actors=[actor("A", 100.0)], letters=[letter("a")])
    assert trace(town, assess(town, Memory(), TODAY)) is None


NAMES = "abcdef"
actors_of_a_family = st.lists(
    st.tuples(
        st.sampled_from([None, 0.0, 10.0, 333.3, 5_000.0]),
        st.sampled_from(["", *NAMES]),
        st.sampled_from(["", "no"]),
        st.sampled_from(["A", "D", ""]),
    ),
    min_size=1,
    max_size=len(NAMES),
)
shared_tonnes = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from([5.0, 400.0, math.nan])), max_size=3
)


@settings(max_examples=15, deadline=None)
@given(people=actors_of_a_family, signed=st.sets(st.sampled_from(NAMES)), pairs=shared_tonnes)
def test_counted_less_shared_is_the_total_and_the_total_is_the_share(
    people: list[tuple[float | None, str, str, str]], signed: set[str], pairs: list[tuple[str, str, float]]
) -> None:
    rows = [
        actor(name, tonnes, parent=parent, includes_children=includes, data_quality=quality)
        for name, (tonnes, parent, includes, quality) in zip(NAMES, people, strict=False)
    ]
    town, assessment = found(
        rows,
        "".join(sorted(signed & {str(row["name"]) for row in rows})),
        [{"actor_a": a, "actor_b": b} | ({} if math.isnan(tonnes) else {"tonnes": tonnes}) for a, b, tonnes in pairs],
    )
    traced = trace(town, assessment)
    assert traced is not None
    low, mid, high = (
        math.fsum(getattr(line.counted, bound) for line in traced.actors)
        - math.fsum(getattr(pair.taken, bound) for pair in traced.shared)
        for bound in ("minimum", "mid", "maximum")
    )
    assert traced.total.minimum == pytest.approx(max(low, 0.0))
    assert traced.total.mid == pytest.approx(max(mid, traced.total.minimum))
    assert traced.total.maximum == pytest.approx(max(high, traced.total.mid))
    covered = assessment.coverage
    shares = [min(getattr(traced.total, bound) / TOWN.inventory_total, 1) for bound in ("minimum", "mid", "maximum")]  # type: ignore[operator]
    assert shares == [covered.minimum, covered.mid, covered.maximum]


def test_sector_tonnes_of_nobody_else_are_those_of_the_coverage() -> None:
    town, assessment = found([actor("A", 600.0), actor("B", 300.0), actor("C", 100.0, sector="commerce")], "ac")
    assert sector_tonnes(town, assessment, ()) == {Sector.INDUSTRY: 600.0, Sector.COMMERCE: 100.0}
    assert sector_tonnes(town, assessment, [Stage.IDENTIFIED])[Sector.INDUSTRY] == 900.0


def test_sector_tonnes_count_a_family_once() -> None:
    town, assessment = found([actor("A", 600.0, includes_children="yes"), actor("B", 300.0, parent="a")], "a")
    assert sector_tonnes(town, assessment, [Stage.IDENTIFIED])[Sector.INDUSTRY] == 600.0


THREE = [actor(name, 10_000.0) for name in "ABC"]


def test_a_sector_of_three_is_public_rounded_down() -> None:
    assert public_sectors(*found(THREE, "abc")) == {Sector.INDUSTRY: 47}


def test_all_shared_tonnes_are_taken_off_a_public_sector() -> None:
    overlap: Row = {"actor_a": "a", "actor_b": "b", "tonnes": 3_000.0}
    assert public_sectors(*found(THREE, "abc", [overlap])) == {Sector.INDUSTRY: 42}


@pytest.mark.parametrize(
    "actors",
    [
        pytest.param(THREE[:2], id="two members"),
        pytest.param([*THREE[:2], actor("C", 10_000.0, data_quality="D")], id="a third that adds nothing certain"),
        pytest.param([*THREE[:2], actor("C", None)], id="a third without a figure"),
        pytest.param([*THREE, actor("D", 5_000.0, sector="commerce")], id="one member outside could be worked out"),
        pytest.param([*THREE, actor("D", 5_000.0, sector="")], id="one member without a sector"),
    ],
)
def test_no_sector_is_public_that_would_give_somebody_away(actors: list[Row]) -> None:
    assert public_sectors(*found(actors, "".join(str(row["name"]).lower() for row in actors))) == {}


def test_no_sector_is_public_while_the_share_is_not() -> None:
    town, _ = found(THREE, "abc")
    blocking = Note(code=NoteCode.SECTORS_EXCEED_TOTAL, severity=Severity.BLOCKING)
    assessment = assess(town, Memory(), TODAY, [blocking])
    assert public_sectors(town, assessment) == {}
    assert (
        public_sectors(replace(town, letters_read=False), assess(replace(town, letters_read=False), Memory(), TODAY))
        == {}
    )
