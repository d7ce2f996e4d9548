"""The worked cases of the coverage, and each of its rules on the smallest alliance that shows it."""

import math

import pytest

from scoring.coverage import floor_percent
from scoring.domain import Sector, Severity
from scoring.messages import Note, NoteCode
from tests.scoring.build import Row, alliance
from tests.scoring.build_coverage import SIGNED, UNSIGNED, cover, cover_alliance, inventory

Shares = tuple[float | None, float | None, float | None]


def actor(name: str, tonnes: float | None = None, grade: str = "A", parent: str = "", **more: object) -> Row:
    """Return an actor with one figure for its energy, of the inventory's year."""
    figure = {} if tonnes is None else {"emissions": tonnes}
    year = {"emissions_scope": "energy", "emissions_year": 2022}
    return {"name": name, "data_quality": grade, "parent": parent, **figure, **year, **more}  # type: ignore[dict-item]


def tonnes(*rows: Row, **case: object) -> tuple[float, float, float]:
    """Return the three bounds in tonnes of 100 000, rounded to grams."""
    covered, _ = cover(rows, **case)  # type: ignore[arg-type]
    low, mid, high = (round(100_000 * (share or 0), 6) for share in (covered.minimum, covered.mid, covered.maximum))
    return low, mid, high


def overlap(a: str, b: str, t: float | None) -> Row:
    return {"actor_a": a, "actor_b": b, **({} if t is None else {"tonnes": t})}


def codes(notes: tuple[Note, ...]) -> list[tuple[NoteCode, str, dict]]:
    return [(note.code, note.actor, dict(note.args)) for note in notes]


# Worked cases


def test_bonn_2018_may_say_at_least_3_percent() -> None:
    """Bonn's inventory of 2018 (BISKO): 2 115 kt in all, Kommunale Einrichtungen 72 kt.

    Published figures as collected in https://github.com/codeformuenster/klimawatch, data/bonn.csv.
    """
    sectors = {
        Sector.HOUSEHOLDS: 733_000.0,
        Sector.COMMERCE: 575_000.0,
        Sector.MUNICIPAL: 72_000.0,
        Sector.INDUSTRY: 168_000.0,
        Sector.TRANSPORT: 566_000.0,
    }
    town = {"kind": "town_administration", "sector": "municipal", "emissions_year": 2018}
    covered, notes = cover([actor("Stadt Bonn", 72_000, **town)], inventory(2_115_000, year=2018, by_sector=sectors))
    assert notes == ()
    assert covered.mid == pytest.approx(0.03404, abs=5e-6)
    assert covered.minimum == pytest.approx(0.03234, abs=5e-6)
    assert covered.maximum == pytest.approx(0.03404 * 1.05, abs=5e-6)
    assert (covered.percent, covered.publishable, covered.is_open) == (3, True, False)
    assert (covered.with_data, covered.signatories) == (1, 1)
    assert covered.by_sector == {sector: float(sector is Sector.MUNICIPAL) for sector in sectors}


FOUR = (actor("A", 10_000, "A"), actor("B", 5_000, "C"), actor("C", 4_000, "D"), actor("D"))


def test_four_signatories_of_different_grades_and_one_blank() -> None:
    covered, notes = cover(FOUR)
    assert tonnes(*FOUR) == (13_000, 19_000, 25_000)
    assert (covered.is_open, covered.with_data, covered.signatories, notes) == (True, 3, 4, ())


def test_tonnes_in_two_figures_count_once() -> None:
    assert tonnes(*FOUR, overlaps=[overlap("A", "B", 2_000)]) == (11_000, 17_000, 25_000)


def test_there_is_nothing_to_deduct_from_an_unknown_figure() -> None:
    four = (FOUR[0], actor("B"), FOUR[2], FOUR[3])
    covered, notes = cover(four, overlaps=[overlap("A", "B", 2_000)])
    assert tonnes(*four, overlaps=[overlap("A", "B", 2_000)])[1] == 14_000
    assert (covered.is_open, notes) == (True, ())


PARENT = (actor("parent", 100), actor("K1", 30, parent="parent"), actor("K2", 20, parent="parent"))


def test_a_parents_figure_lacks_the_child_that_has_not_signed() -> None:
    assert tonnes(*PARENT, unsigned=["K2"]) == (75, 100, 105)


def test_a_child_that_declined_is_missing_from_mid_too() -> None:
    assert tonnes(*PARENT, lapsed=["K2"]) == (75, 80, 105)


# Families


def test_signed_children_add_nothing_to_a_parent_that_includes_them() -> None:
    assert tonnes(*PARENT) == (95, 100, 105)


def test_a_parent_that_excludes_its_children_is_added_to_them() -> None:
    rows = (actor("parent", 100, includes_children="no"), *PARENT[1:])
    assert tonnes(*rows) == (142.5, 150, 157.5)
    assert tonnes(*rows, lapsed=["K2"]) == (123.5, 130, 136.5)


def test_children_above_their_parent_count_in_its_place() -> None:
    rows = (actor("parent", 40), *PARENT[1:])
    assert tonnes(*rows) == (47.5, 50, 52.5)


def test_a_grandchild_belongs_to_the_nearest_signed_ancestor() -> None:
    rows = (actor("top", 100), actor("middle", 60, parent="top"), actor("low", 20, parent="middle"))
    assert tonnes(*rows, unsigned=["middle"]) == (35, 100, 105)  # 95 - 60 at min; low's 19 are below that
    assert tonnes(*rows, unsigned=["top"]) == (57, 60, 63)
    assert tonnes(*rows, unsigned=["top", "middle"]) == (19, 20, 21)


def test_what_a_signed_child_lacks_its_parent_lacks_too() -> None:
    rows = (actor("top", 100), actor("middle", 60, parent="top"), actor("low", 20, parent="middle"))
    assert tonnes(*rows, unsigned=["low"]) == (75, 100, 105)
    assert tonnes(*rows, lapsed=["low"]) == (75, 80, 105)


def test_what_a_child_lacks_stays_in_the_parent_when_its_figure_excludes_it() -> None:
    middle = actor("middle", 60, parent="top", includes_children="no")
    rows = (actor("top", 100), middle, actor("low", 20, parent="middle"))
    assert tonnes(*rows, lapsed=["low"]) == (95, 100, 105)


def test_a_parents_figure_never_falls_below_its_signed_children_or_zero() -> None:
    rows = (actor("parent", 10), actor("K1", 3, parent="parent"), actor("K2", 50, parent="parent"))
    assert tonnes(*rows, lapsed=["K2"]) == (2.85, 3, 10.5)
    assert tonnes(*rows, lapsed=["K1", "K2"]) == (0, 0, 10.5)


def test_an_estimated_child_is_not_taken_off_its_parent() -> None:
    rows = (PARENT[0], actor("K2", parent="parent"))
    assert tonnes(*rows, lapsed=["K2"], estimates={"K2": (15.0, 5.0)}) == (95, 100, 105)


def test_a_parent_that_is_nobody_is_no_parent() -> None:
    assert tonnes(actor("A", 100, parent=""), actor("B", 10, parent="")) == (104.5, 110, 115.5)
    assert tonnes(actor("A", 100, parent="Niemand"), actor("B", 10, parent="")) == (104.5, 110, 115.5)


CIRCLE = (actor("A", 100, parent="B"), actor("B", 60, parent="C"), actor("C", 20, parent="A"))


def test_a_circle_of_parents_is_one_group_with_its_largest_figure() -> None:
    covered, notes = cover(CIRCLE)
    assert tonnes(*CIRCLE) == (95, 100, 105)
    assert (covered.signatories, covered.with_data) == (3, 3)
    assert codes(notes) == [(NoteCode.PARENT_CYCLE, "A", {"names": "A, B, C"})]
    assert (notes[0].severity, notes[0].tab) == (Severity.WARNING, "Akteure")
    assert notes[0].cell == alliance().place("actors").cell(2, "parent")


def test_members_of_a_circle_that_have_not_signed_are_taken_off() -> None:
    assert tonnes(*CIRCLE, unsigned=["A"]) == (0, 60, 63)
    assert tonnes(*CIRCLE, unsigned=["B", "C"]) == (15, 100, 105)
    assert tonnes(*CIRCLE, unsigned=["A", "B", "C"]) == (0, 0, 0)


def test_children_below_a_circle_are_in_its_figure_unless_all_members_deny_it() -> None:
    child = actor("child", 30, parent="B")
    assert tonnes(*CIRCLE, child) == (95, 100, 105)
    denying = [{**row, "includes_children": "no"} for row in CIRCLE]
    assert tonnes(*denying, child) == (123.5, 130, 136.5)
    assert tonnes(*denying[:2], CIRCLE[2], child) == (95, 100, 105)


def test_an_actor_that_is_part_of_itself_is_a_circle_of_one() -> None:
    rows = (actor("A", 100, parent="A"), actor("K", 30, parent="A"))
    assert tonnes(*rows, lapsed=["K"]) == (65, 70, 105)
    assert codes(cover(rows)[1]) == [(NoteCode.PARENT_CYCLE, "A", {"names": "A"})]


def test_a_child_above_its_parent_is_noted() -> None:
    rows = (actor("parent", 10), actor("K1", 30, parent="parent"), actor("K2", 5, parent="parent"))
    above = (NoteCode.CHILD_ABOVE_PARENT, "K1", {"parent": "parent", "value": 30, "total": 10})
    assert codes(cover(rows)[1]) == [above]
    assert codes(cover([actor("parent", 10, includes_children="no"), *rows[1:]])[1]) == []
    assert codes(cover([actor("parent"), *rows[1:]])[1]) == []


def test_ten_thousand_generations_are_no_recursion() -> None:
    """Every second one has signed: what the others have is missing all the way up, so at min only the lowest has any.

    The lowest signatory has 2 t (1.9 t at min) and a child with 1 t that has not signed.
    """
    chain = [actor(str(n), 10_000 - n, parent=str(n - 1) if n else "") for n in range(10_000)]
    town = alliance(actors=chain, overlaps=[overlap("0", "9998", 1)], settings=inventory())
    covered, notes = cover_alliance(town, [SIGNED, UNSIGNED] * 5_000)
    assert (covered.minimum, covered.mid, covered.maximum) == pytest.approx((0.9 / 100_000, 0.1, 0.105))
    assert (covered.is_open, notes) == (False, ())


# Where a new signature lowers a bound: the parent's figure turns out to hold tonnes of somebody who has not signed


def test_signing_between_parent_and_grandchild_brings_to_light_what_the_parent_lacks() -> None:
    """While the middle one has not signed with a figure, nobody says that the top one's figure holds the low one's."""
    rows = (actor("top", 100), actor("middle", parent="top"), actor("low", 50, parent="middle"))
    assert tonnes(*rows, unsigned=["middle", "low"]) == (95, 100, 105)
    assert tonnes(*rows, unsigned=["low"]) == (45, 100, 105)


def test_signing_above_a_child_that_declined_brings_its_refusal_to_light() -> None:
    rows = (actor("top", 100), actor("middle", 60, parent="top"), actor("low", 50, parent="middle"))
    assert tonnes(*rows, unsigned=["middle"], lapsed=["low"]) == (35, 100, 105)
    assert tonnes(*rows, lapsed=["low"]) == (45, 50, 105)


def test_a_withdrawn_signature_is_missing_from_the_parent_where_an_absent_one_was_not() -> None:
    assert tonnes(*PARENT[:2], unsigned=["K1"]) == (65, 100, 105)
    assert tonnes(*PARENT[:2], lapsed=["K1"]) == (65, 70, 105)


# Overlaps


def test_an_overlap_typed_twice_counts_once_with_the_larger_tonnes() -> None:
    rows = (actor("A", 1_000), actor("B", 1_000))
    assert tonnes(*rows, overlaps=[overlap("A", "B", 100), overlap("B", "A", 300)]) == (1_600, 1_700, 2_100)


def test_an_overlap_takes_no_more_than_what_is_left_of_either_figure() -> None:
    rows = (actor("A", 100), actor("B", 60), actor("C", 100))
    shared = [overlap("C", "B", 50), overlap("A", "B", 40)]
    covered, notes = cover(rows, overlaps=shared)
    assert tonnes(*rows, overlaps=shared) == (247 - 40 - 17, 260 - 40 - 20, 273)
    assert codes(notes) == [(NoteCode.OVERLAP_EXHAUSTED, "B", {"value": 30})]
    assert (notes[0].tab, notes[0].cell) == ("Überschneidungen", alliance().place("overlaps").cell(2, "tonnes"))
    assert covered.publishable


def test_an_overlap_of_one_actor_with_itself_is_noted_and_takes_nothing() -> None:
    covered, notes = cover([actor("A", 100)], overlaps=[overlap("A", "A", 50), overlap("", "", 50)])
    assert covered.mid == 0.001
    assert codes(notes) == [(NoteCode.OVERLAP_SELF, "A", {})]


def test_an_overlap_with_somebody_who_has_not_signed_takes_nothing() -> None:
    rows = (actor("A", 100), actor("B", 60))
    assert tonnes(*rows, unsigned=["B"], overlaps=[overlap("A", "B", 40)]) == (95, 100, 105)
    assert tonnes(*rows, overlaps=[overlap("A", "Niemand", 40)]) == (152, 160, 168)


def test_an_overlap_with_the_parent_whose_figure_holds_the_child_takes_nothing() -> None:
    rows = (actor("top", 100), actor("middle", 60, parent="top"), actor("low", 20, parent="middle"))
    assert tonnes(*rows, overlaps=[overlap("low", "top", 10)]) == (95, 100, 105)
    assert tonnes(*rows, overlaps=[overlap("middle", "top", 10)]) == (95, 100, 105)
    apart = (rows[0], {**rows[1], "includes_children": "no"}, rows[2])
    assert tonnes(*apart, overlaps=[overlap("low", "top", 10)]) == (85, 90, 105)


def test_an_overlap_of_two_children_of_one_parent_is_deducted() -> None:
    assert tonnes(*PARENT, overlaps=[overlap("K1", "K2", 10)]) == (85, 90, 105)


def test_an_overlap_inside_a_circle_takes_nothing() -> None:
    assert tonnes(*CIRCLE, overlaps=[overlap("C", "B", 10)]) == (95, 100, 105)


def test_an_overlap_of_unknown_size_may_be_all_of_the_smaller_figure() -> None:
    rows = (actor("A", 100), actor("B", 60))
    assert tonnes(*rows, overlaps=[overlap("A", "B", None)]) == (95, 160, 168)


def test_overlaps_never_make_the_total_negative() -> None:
    """Each pair may take off what a family counted only once."""
    rows = [actor(f"{tree}{n}", 100, parent=f"{tree}{n - 1}" if n else "") for tree in "AB" for n in range(3)]
    assert tonnes(*rows, overlaps=[overlap(f"A{n}", f"B{n}", 100) for n in range(3)]) == (0, 0, 210)


# Open


def test_a_signatory_without_a_figure_leaves_the_share_open_unless_its_parent_holds_it() -> None:
    child = actor("child", parent="parent")
    assert cover([actor("parent", 100), child])[0].is_open is False
    assert cover([actor("parent", 100, includes_children="no"), child])[0].is_open is True
    assert cover([actor("parent"), child])[0].is_open is True
    assert cover([actor("parent", 100), child], unsigned=["parent"])[0].is_open is True
    assert cover([actor("parent", 100), child], unsigned=["child"])[0].is_open is False
    assert cover([child], estimates={"child": (1.0, 1.0)})[0].is_open is False


# By sector


def test_sectors_hold_what_remains_after_families_and_may_exceed_nothing_silently() -> None:
    by_sector = {Sector.INDUSTRY: 200.0, Sector.COMMERCE: 40.0, Sector.TRANSPORT: 0.0, Sector.WASTE: 10.0}
    rows = (
        actor("parent", 100, sector="industry"),
        actor("child", 30, parent="parent", sector="commerce"),
        actor("farm", 7, sector="agriculture"),
    )
    covered, notes = cover(rows, inventory(by_sector=by_sector))
    assert covered.by_sector == {Sector.INDUSTRY: 0.35, Sector.COMMERCE: 0.75, Sector.WASTE: 0.0}
    assert (covered.publishable, notes) == (True, ())


def test_a_circle_counts_in_the_sector_of_its_largest_figure() -> None:
    rows = [actor("A", 10, parent="B", sector="industry"), actor("B", 60, parent="A", sector="commerce")]
    covered, _ = cover(rows, inventory(by_sector={Sector.INDUSTRY: 100.0, Sector.COMMERCE: 100.0}))
    assert covered.by_sector == {Sector.INDUSTRY: 0.0, Sector.COMMERCE: 0.6}


def test_more_than_a_sectors_total_blocks_and_is_not_clipped() -> None:
    town = actor("Stadt", 150, sector="municipal", kind="town_administration")
    covered, notes = cover([town], inventory(by_sector={Sector.MUNICIPAL: 100.0}))
    assert covered.by_sector == {Sector.MUNICIPAL: 1.5}
    assert (covered.publishable, covered.percent) == (False, None)
    assert notes == (
        Note(
            code=NoteCode.SECTOR_EXCEEDED,
            severity=Severity.BLOCKING,
            tab="Einstellungen",
            args={"sector": Sector.MUNICIPAL, "value": 150.0, "total": 100.0},
        ),
    )


def test_more_than_the_total_blocks_and_is_clipped() -> None:
    covered, notes = cover([actor("Stadt", 150, kind="town_administration")], inventory(100))
    assert (covered.minimum, covered.mid, covered.maximum, covered.publishable) == (1, 1, 1, False)
    assert [(note.severity, dict(note.args)) for note in notes] == [
        (Severity.BLOCKING, {"value": 150.0, "total": 100.0})
    ]


def test_all_of_the_total_is_no_contradiction_whatever_the_last_bits_say() -> None:
    """0.1 + 0.2 is more than 0.3 in floats."""
    rows = [actor("A", 0.1), actor("B", 0.2)]
    covered, notes = cover(rows, inventory(0.3, by_sector={Sector.INDUSTRY: 0.3}))
    assert (covered.mid, notes) == (1, ())


# Publishable


def town_hall(**more: object) -> Row:
    return actor("Stadt", 5_000, kind="town_administration", **more)


@pytest.mark.parametrize(
    "settings",
    [
        inventory(total=None),
        inventory(total=0),
        inventory(method=None),
        inventory(year=None),
    ],
)
def test_without_method_year_or_total_there_is_no_share_at_all(settings: object) -> None:
    covered, _ = cover([town_hall()], settings)  # type: ignore[arg-type]
    assert (covered.minimum, covered.mid, covered.maximum, covered.is_open) == (None, None, None, None)
    assert (covered.publishable, covered.percent, covered.by_sector) == (False, None, {})
    assert (covered.signatories, covered.with_data) == (1, 1)


def test_without_a_signatory_or_a_figure_nothing_is_publishable() -> None:
    assert cover([])[0].publishable is False
    assert cover([town_hall()], unsigned=["Stadt"])[0].publishable is False
    assert cover([{"name": "Stadt", "kind": "town_administration"}])[0].publishable is False
    assert cover([actor("A")], estimates={"A": (9.0, 9.0)})[0].publishable is False


def test_a_blocking_note_stops_the_public_share_but_not_the_teams() -> None:
    note = Note(code=NoteCode.NUMBER_UNREADABLE, severity=Severity.BLOCKING)
    covered, _ = cover([town_hall()], notes=[note])
    assert (covered.publishable, covered.percent, covered.mid) == (False, None, 0.05)
    assert cover([town_hall()], notes=[Note(code=note.code, severity=Severity.WARNING)])[0].percent == 4


def test_two_companies_are_too_few_and_three_are_enough() -> None:
    rows = [actor(name, 5_000) for name in "ABC"]
    assert cover(rows[:2])[0].publishable is False
    assert cover(rows)[0].publishable is True
    assert cover([*rows[:2], actor("C", 5_000, "D")])[0].publishable is False  # D is not in the minimum
    assert cover([*rows[:2], actor("C", 0)])[0].publishable is False


@pytest.mark.parametrize(
    ("rows", "publishable"),
    [
        ([("signed", "yes")], True),
        ([("signed", "name_only")], False),
        ([("signed", "no")], False),
        ([("signed", "")], False),
        ([("signed", "yes"), ("signed", "yes")], True),
        ([("signed", "yes"), ("signed", "no")], False),
        ([("signed", "yes"), ("signed", "")], False),
        ([("signed", "yes"), ("withdrawn", "no")], True),
        ([("requested", "yes")], False),
        ([], False),
    ],
)
def test_a_single_actors_share_needs_its_consent_in_each_signed_row(
    rows: list[tuple[str, str]], publishable: bool
) -> None:
    letters = [{"actor": "A", "status": status, "publication": said} for status, said in rows]
    assert cover([town_hall(), actor("A", 5_000)], letters=letters)[0].publishable is publishable


def test_somebody_elses_consent_is_none() -> None:
    letters = [{"actor": name, "status": "signed", "publication": "yes"} for name in ("B", "Niemand")]
    rows = [actor("A", 5_000), actor("B", 5_000)]
    assert cover(rows, letters=letters)[0].publishable is False
    assert cover(rows, letters=letters, unsigned=["A"])[0].publishable is True


@pytest.mark.parametrize(
    ("tonnes", "total", "percent"),
    [(29, 100, 29), (57, 100, 57), (1.15 * 100, 1_000, 11), (0.7 * 3, 10, 21), (28.999_999, 100, 28), (0, 7, 0)],
)
def test_percents_are_floored_without_the_noise_of_floats(tonnes: float, total: float, percent: int) -> None:
    assert floor_percent(tonnes, total) == percent


def test_no_more_than_all_can_be_claimed() -> None:
    assert floor_percent(130, 100) == 100


def test_29_percent_are_not_claimed_as_28() -> None:
    """11.4 + 8.5 + 9.1 of 100 t; in floats 0.95 · 12 is 11.399…, and 100 · 0.29 is 28.999…."""
    covered, _ = cover([actor("A", 12, "A"), actor("B", 10, "B"), actor("C", 13, "C")], inventory(100))
    assert math.floor(100 * (covered.minimum or 0)) == 28
    assert covered.percent == 29
