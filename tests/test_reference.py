"""The whole assessment against a second, slow statement of the formulas, over random alliances read as a sheet.

The reference (`tests/reference`) shares no code with `scoring`: dicts, loops and exact fractions. It is itself held
against the worked cases of the formulas first.
"""

import time
from datetime import date
from fractions import Fraction
from typing import cast

import pytest

from tests.reference.alliance import generate
from tests.reference.compare import differences
from tests.reference.coverage import Covered, coverage
from tests.reference.ease import ease
from tests.reference.figures import figure
from tests.reference.given import given
from tests.reference.impact import Span, impact
from tests.reference.probability import probability
from tests.reference.rows import Actor, Case, Letter, Overlap, Typed, key
from tests.reference.sentence import sentence
from tests.reference.stages import standing

TODAY = date(2026, 3, 1)
ALLIANCES = 80
BLANK_SETTINGS = Typed(
    municipality="Bonn",
    population=None,
    jobs_total=None,
    revenue_total=None,
    resolution_date=None,
    inventory_method="BISKO",
    inventory_year=2018,
    inventory_total=None,
    inventory_by_sector={},
    weights=(None, None, None, None),
    top_n=None,
    step2_pledges=None,
    step6_share=None,
    founded_on=None,
    loi_published_on=None,
    success_reported_on=None,
    review_months=None,
)
BLANK_ACTOR = Actor(
    name="",
    kind="",
    industry="",
    sector="",
    low_hanging="",
    attitude="",
    relationship=None,
    jobs=None,
    revenue=None,
    structural=None,
    publicity=None,
    emissions=None,
    emissions_scope="",
    fuels=None,
    electricity=None,
    heat=None,
    process=None,
    sold_energy=None,
    emissions_year=None,
    data_quality="",
    parent="",
    includes_children="",
    stage_override="",
    joined_on=None,
    left_on=None,
)


def an_actor(name: str = "A", **cells: object) -> Actor:
    return cast("Actor", BLANK_ACTOR | {"name": name} | cells)


def settings(inventory_total: float) -> Typed:
    return BLANK_SETTINGS | {"inventory_total": inventory_total}


def signs(name: str) -> Letter:
    return Letter(actor=name, status="signed", signed_on=TODAY, authority="yes", publication="yes", withdrawn_on=None)


def cover(total: float, *actors: Actor, unsigned: tuple[str, ...] = (), overlaps: tuple[Overlap, ...] = ()) -> Covered:
    """Return the coverage when all but `unsigned` have signed."""
    typed = settings(total)
    letters = [signs(actor["name"]) for actor in actors if actor["name"] not in unsigned]
    case = Case(seed=0, today=TODAY, settings=typed, actors=actors, letters=letters, overlaps=overlaps)
    keyed = {key(actor["name"]): actor for actor in actors}
    standings = {name: standing(actor, case, 6) for name, actor in keyed.items()}
    return coverage(case, keyed, {name: figure(actor, typed) for name, actor in keyed.items()}, standings)


def bounds(covered: Covered) -> tuple[Fraction | None, ...]:
    return covered.minimum, covered.mid, covered.maximum


@pytest.mark.parametrize(
    ("cells", "low", "mid", "high", "completeness"),
    [
        (
            {"emissions": 35_000.0, "data_quality": "D", "jobs": 120.0, "structural": 2.0, "publicity": 1.0},
            57.7815,
            60.7918,
            63.8021,
            1.0,
        ),
        ({"jobs": 2_500.0, "structural": 4.0, "publicity": 4.0}, 50.9897, 60.9897, 90.9897, 0.6),
        ({"kind": "association", "publicity": 4.0}, 8.0, 17.0, 98.0, 0.1),
    ],
    ids=["Zementwerk", "Klinikum", "Sportverein"],
)
def test_reference_scores_the_worked_actors(
    cells: dict[str, object], low: float, mid: float, high: float, completeness: float
) -> None:
    typed = settings(700_000.0)
    typed |= {"jobs_total": 50_000.0, "revenue_total": 10_000.0}
    score = impact(cast("Actor", BLANK_ACTOR | cells), typed, given(typed))
    assert (round(score.low, 4), round(score.mid, 4), round(score.high, 4)) == (low, mid, high)
    assert round(score.completeness, 9) == completeness


@pytest.mark.parametrize(
    ("relationship", "attitude", "expected"),
    [
        (3.0, "neutral", (55.0, 55.0, 55.0)),
        (0.0, "sceptic", (12.5, 12.5, 12.5)),
        (None, "supporter", (50.0, 55.0, 100.0)),
        (4.0, "", (40.0, 60.0, 90.0)),
    ],
)
def test_reference_eases_the_worked_actors(
    relationship: float | None, attitude: str, expected: tuple[float, float, float]
) -> None:
    assert ease(an_actor(relationship=relationship, attitude=attitude)) == pytest.approx(expected)


def test_reference_draws_a_blank_below_a_known_cell_as_often_as_worked() -> None:
    blank, known = Span(low=0, mid=0.25, high=1, known=False, blank=True), Span(low=0.4, mid=0.4, high=0.4, known=True)
    nothing = Span(low=0, mid=0, high=0, known=True)
    spans = {"x": (blank, nothing, nothing, nothing), "y": (known, nothing, nothing, nothing)}
    drawn = probability(spans, (1.0, 0.0, 0.0, 0.0), 1, seed=1, draws=20_000)
    assert drawn["x"] == pytest.approx(0.216, abs=0.01)
    assert drawn["x"] + drawn["y"] == pytest.approx(1.0)


def test_reference_covers_bonn_by_its_town_administration() -> None:
    covered = cover(2_115_000.0, an_actor(kind="town_administration", emissions=72_000.0, data_quality="A"))
    assert bounds(covered) == (Fraction(684, 21_150), Fraction(72, 2_115), Fraction(756, 21_150))
    assert sentence(covered, BLANK_SETTINGS) == (
        "Die Allianz umfasst mindestens 3 % der Treibhausgasemissionen von Bonn (BISKO, Bilanzjahr 2018; "
        "1 von 1 Unterzeichnenden mit Angaben)."
    )


def test_reference_covers_four_grades_and_their_overlap() -> None:
    actors = (
        an_actor("A", emissions=10_000.0, data_quality="A"),
        an_actor("B", emissions=5_000.0, data_quality="C"),
        an_actor("C", emissions=4_000.0, data_quality="D"),
        an_actor("D"),
    )
    covered = cover(100_000.0, *actors)
    assert bounds(covered) == (Fraction("0.13"), Fraction("0.19"), Fraction("0.25"))
    assert (covered.is_open, covered.with_data, covered.signatories) == (True, 3, 4)
    shared = Overlap(actor_a="B", actor_b="A", tonnes=2_000.0)
    deducted = cover(100_000.0, *actors, overlaps=(shared,))
    assert bounds(deducted) == (Fraction("0.11"), Fraction("0.17"), Fraction("0.25"))


def test_reference_covers_a_parent_whose_daughter_has_not_signed() -> None:
    family = [
        an_actor("M", emissions=100.0, data_quality="A"),
        an_actor("K1", emissions=30.0, data_quality="A", parent="M"),
        an_actor("K2", emissions=20.0, data_quality="A", parent="M"),
    ]
    assert bounds(cover(1_000.0, *family, unsigned=("K2",))) == (Fraction("0.075"), Fraction("0.1"), Fraction("0.105"))
    family[2]["stage_override"] = "declined"
    assert cover(1_000.0, *family, unsigned=("K2",)).mid == Fraction("0.08")


@pytest.mark.parametrize("seed", range(ALLIANCES))
def test_assessment_agrees_with_the_reference(seed: int) -> None:
    assert differences(generate(seed)) == []


@pytest.mark.campaign
def test_assessment_agrees_with_the_reference_for_minutes(minutes: float, seed: int) -> None:
    end, compared, actors = time.monotonic() + 60 * minutes, 0, 0
    while time.monotonic() < end:
        case = generate(seed * 1_000_000 + compared)
        found = differences(case)
        assert not found, "\n".join(found)
        compared, actors = compared + 1, actors + len(case.actors)
    print(f"\n{compared} alliances with {actors} actors compared, no difference")
