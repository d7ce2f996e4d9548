"""The laws of the coverage, over random alliances: families, circles, overlaps, grades, methods, scopes, years."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.alliance import Settings
from scoring.assessment import Coverage
from scoring.domain import ActorKind, DataQuality, EmissionsScope, InventoryMethod, Sector, Severity, Stage, YesNo
from scoring.emissions import QUALITY_FACTORS
from tests.scoring.build import Row, alliance, key
from tests.scoring.build_coverage import SIGNED, UNSIGNED, cover_alliance

FEW = settings(max_examples=60, deadline=None)
MANY = settings(max_examples=120, deadline=None)
NAMES = "ABCDEFGH"
TOLERANCE = 1e-9
"""Shares that differ by less differ only in the order of roundings."""


@dataclass(frozen=True, kw_only=True)
class Town:
    """One random alliance: the cells, who stands where, and what the estimates are."""

    rows: tuple[Row, ...]
    stages: Mapping[str, str]
    overlaps: tuple[Row, ...]
    estimates: Mapping[str, tuple[float, float]]
    settings: Settings

    def covered(self) -> Coverage:
        """Return the coverage, without its notes."""
        town = alliance(actors=self.rows, overlaps=self.overlaps, settings=self.settings)
        return cover_alliance(town, [self.stages[str(row["name"])] for row in self.rows], self.estimates)[0]

    def with_stage(self, name: str, stage: str) -> "Town":
        """Return the same town with one actor elsewhere."""
        return replace(self, stages={**self.stages, name: stage})


def shares(covered: Coverage) -> tuple[float, float, float]:
    assert covered.minimum is not None
    assert covered.mid is not None
    assert covered.maximum is not None
    return covered.minimum, covered.mid, covered.maximum


# Random towns

tonnes = st.one_of(st.sampled_from([0.0, 1.0, 100.0]), st.floats(0, 5_000, allow_subnormal=False))
maybe_tonnes = st.none() | tonnes
codes = {
    "kind": st.sampled_from(["", *ActorKind]),
    "sector": st.sampled_from(["", *Sector]),
    "emissions_scope": st.sampled_from(["", *EmissionsScope]),
    "data_quality": st.sampled_from(["", *DataQuality]),
    "includes_children": st.sampled_from(["", *YesNo]),
}
stage_codes = st.sampled_from([SIGNED] * 4 + [UNSIGNED, Stage.DECLINED.value, Stage.LEFT.value])


@st.composite
def inventories(draw: st.DrawFn) -> Settings:
    return Settings(
        inventory_method=draw(st.sampled_from(InventoryMethod)),
        inventory_year=2022,
        inventory_total=draw(st.sampled_from([1_000.0, 20_000.0, 1_000_000.0])),
        inventory_by_sector={Sector.INDUSTRY: 5_000.0, Sector.COMMERCE: 400.0},
    )


def filled(cells: Mapping[str, object]) -> Row:
    """Return a row without its blank cells."""
    return {field: cell for field, cell in cells.items() if cell is not None and cell != ""}  # type: ignore[misc]


@st.composite
def figure_cells(draw: st.DrawFn) -> Row:
    """Return the cells of one actor that say what it emits."""
    split = draw(st.none() | st.fixed_dictionaries(dict.fromkeys(("fuels", "heat", "process"), maybe_tonnes)))
    return filled(
        {
            "emissions": draw(maybe_tonnes),
            **(split or {}),
            "emissions_year": draw(st.sampled_from([None, 2016, 2018, 2019, 2022, 2023, 2027])),
            **{field: draw(strategy) for field, strategy in codes.items()},
        }
    )


@st.composite
def towns(draw: st.DrawFn, *, with_parents: bool = True, with_overlaps: bool = True) -> Town:
    """Return a town of up to eight actors in which anything may be typed."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    anyone = st.sampled_from(["", "Niemand", *names])
    rows = [
        filled({"name": name, "parent": draw(anyone) if with_parents else "", **draw(figure_cells())}) for name in names
    ]
    pair = st.builds(lambda a, b, t: filled({"actor_a": a, "actor_b": b, "tonnes": t}), anyone, anyone, maybe_tonnes)
    return Town(
        rows=tuple(rows),
        stages={name: draw(stage_codes) for name in names},
        overlaps=tuple(draw(st.lists(pair, max_size=8))) if with_overlaps else (),
        estimates=draw(st.dictionaries(st.sampled_from(names), st.tuples(tonnes, tonnes), max_size=3)),
        settings=draw(inventories()),
    )


@st.composite
def consistent_families(draw: st.DrawFn) -> Town:
    """Return a town of families without contradiction: every figure is known and at least its children's together.

    Nobody below a signature has declined or left.
    """
    names = NAMES[: draw(st.integers(2, len(NAMES)))]
    above = {name: draw(st.sampled_from(["", *names[:place]])) for place, name in enumerate(names)}
    total = {name: draw(tonnes) for name in names}
    for name in reversed(names):
        if above[name]:
            total[above[name]] += total[name]
    rows = [
        filled(
            {
                "name": name,
                "parent": above[name],
                "emissions": total[name],
                "emissions_scope": EmissionsScope.FUELS,
                "data_quality": draw(codes["data_quality"]),
                "includes_children": draw(codes["includes_children"]),
            }
        )
        for name in names
    ]
    stages = {name: draw(st.sampled_from([SIGNED, UNSIGNED])) for name in names}
    return Town(rows=tuple(rows), stages=stages, overlaps=(), estimates={}, settings=draw(inventories()))


# The formulas once more, row by row and by recursion


def reference(town: Town) -> tuple[float, float, float, bool]:
    """Return min, mid, max and "open", following the text of the formulas line by line; for towns without circles."""
    by_key = {key(str(row["name"])): row for row in town.rows}
    signed = {name for name in by_key if town.stages[str(by_key[name]["name"])] == SIGNED}
    lapsed = {name for name in by_key if town.stages[str(by_key[name]["name"])] in (Stage.DECLINED, Stage.LEFT)}
    figure = {name: reference_figure(row, town) for name, row in by_key.items()}
    parent = {name: up if (up := key(str(row.get("parent", "")))) in by_key else None for name, row in by_key.items()}
    ja = {name for name, row in by_key.items() if row.get("includes_children") != YesNo.NO}

    def nearest(name: str) -> str | None:
        up = parent[name]
        return up if up is None or up in signed else nearest(up)

    def excluded(name: str, bound: int) -> float:
        if bound == 2:
            return 0.0
        amount = 0.0
        for child in (other for other in by_key if parent[other] == name):
            if child in signed:
                amount += excluded(child, bound) if child in ja else 0.0
            elif (bound == 0 or child in lapsed) and not figure[child].estimated:
                amount += figure[child].mid
        return amount

    def value(name: str, bound: int) -> float:
        own = (figure[name].low, figure[name].mid, figure[name].high or 0.0)[bound]
        group = sum(value(member, bound) for member in signed if nearest(member) == name)
        return max(own - excluded(name, bound), 0.0, group) if name in ja else own + group

    def below_along_ja(low: str, top: str) -> bool:
        up = parent[low]
        return up is not None and up in ja and (up == top or below_along_ja(up, top))

    shared: dict[tuple[str, str], list[float | None]] = {}
    for row in town.overlaps:
        a, b = sorted((key(str(row.get("actor_a", ""))), key(str(row.get("actor_b", "")))))
        if a != b and {a, b} <= signed and not below_along_ja(a, b) and not below_along_ja(b, a):
            shared.setdefault((a, b), []).append(row.get("tonnes"))  # type: ignore[arg-type]
    totals = [sum(value(name, bound) for name in signed if nearest(name) is None) for bound in range(3)]
    for bound in (0, 1):
        rest = {name: (figure[name].low, figure[name].mid)[bound] for name in by_key}
        for (a, b), said in sorted(shared.items()):
            unknown_size = math.inf if bound == 0 else 0.0
            both = min(max(unknown_size if t is None else t for t in said), rest[a], rest[b])
            rest[a] -= both
            rest[b] -= both
            totals[bound] -= both
    low = max(totals[0], 0.0)
    mid = max(totals[1], low)
    high = max(totals[2], mid)
    total = town.settings.inventory_total or math.nan
    is_open = any(
        figure[name].high is None
        and not ((up := nearest(name)) is not None and up in ja and figure[up].high is not None)
        for name in signed
    )
    return min(low / total, 1), min(mid / total, 1), min(high / total, 1), is_open


@dataclass(frozen=True, kw_only=True)
class Figure:
    low: float
    mid: float
    high: float | None
    estimated: bool = False


def reference_figure(row: Row, town: Town) -> Figure:
    """Return what one actor adds, following the table of components and the rules below it."""
    method = town.settings.inventory_method
    allowed = {
        InventoryMethod.BISKO: "fuels electricity heat",
        InventoryMethod.SOURCE: "fuels process sold_energy",
        InventoryMethod.INFLUENCE: "fuels electricity heat process",
    }[method].split()  # type: ignore[index]
    split = {part: float(row[part]) for part in ("fuels", "heat", "process") if part in row}  # type: ignore[arg-type]
    counts = True
    if split:
        e = sum(t for part, t in split.items() if part in allowed)
    elif "emissions" in row:
        e = float(row["emissions"])  # type: ignore[arg-type]
        held = {
            "energy": "fuels electricity heat",
            "fuels": "fuels",
            "scope_1": "fuels process sold_energy",
            "scope_1_2": "fuels electricity heat process sold_energy",
        }[str(row.get("emissions_scope", "energy"))].split()
        kind, sector = row.get("kind", ""), row.get("sector", "")
        if kind not in ("energy_utility", "waste_management") and (
            sector in ("households", "commerce", "transport", "municipal")
            or (sector == "" and kind not in ("", "company", "other"))
        ):
            held = [part for part in held if part not in ("process", "sold_energy")]
        counts = all(part in allowed for part in held)
    else:
        guess = town.estimates.get(str(row["name"]))
        if guess is None:
            return Figure(low=0, mid=0, high=None)
        e = guess[0] + (guess[1] if "electricity" in allowed else 0)
        return Figure(low=0, mid=e, high=2 * e, estimated=True)
    grade = str(row.get("data_quality", "C"))
    if "emissions_year" in row:
        apart = abs(float(row["emissions_year"]) - 2022)  # type: ignore[arg-type]
        if apart > 5:
            return Figure(low=0, mid=0, high=None)
        if apart > 2:
            grade = {"A": "B", "B": "C", "C": "D", "D": "D"}[grade]
    lo, hi = QUALITY_FACTORS[DataQuality(grade)]
    if not counts:
        return Figure(low=0, mid=0, high=e * hi)
    return Figure(low=0 if grade == "D" else e * lo, mid=e, high=e * hi)


def has_circle(town: Town) -> bool:
    above = {str(row["name"]): str(row.get("parent", "")) for row in town.rows}

    def ancestor(name: str, generations: int) -> str:
        return ancestor(above.get(name, ""), generations - 1) if generations else name

    return any(ancestor(name, n + 1) == name for name in above for n in range(len(above)))


@MANY
@given(towns())
def test_the_coverage_is_what_the_formulas_say(town: Town) -> None:
    if has_circle(town):
        town = replace(town, rows=tuple({**row, "parent": ""} for row in town.rows))
    covered = town.covered()
    low, mid, high, is_open = reference(town)
    assert shares(covered) == pytest.approx((low, mid, high), abs=TOLERANCE)
    assert covered.is_open == is_open


# Laws


@MANY
@given(towns())
def test_the_bounds_are_shares_in_their_order(town: Town) -> None:
    covered = town.covered()
    low, mid, high = shares(covered)
    assert 0 <= low <= mid <= high <= 1
    assert covered.with_data <= covered.signatories
    assert covered.percent is None or covered.percent / 100 <= low + TOLERANCE
    assert all(share >= 0 for share in covered.by_sector.values())


def assert_signing_lowers_nothing(town: Town, name: str) -> None:
    before = shares(town.with_stage(name, UNSIGNED).covered())
    after = shares(town.with_stage(name, SIGNED).covered())
    assert all(new >= old - TOLERANCE for old, new in zip(before, after, strict=True))


@FEW
@given(towns(with_parents=False), st.data())
def test_a_new_signatory_lowers_nothing_among_overlaps(town: Town, data: st.DataObject) -> None:
    assert_signing_lowers_nothing(town, data.draw(st.sampled_from(sorted(town.stages))))


@FEW
@given(consistent_families(), st.data())
def test_a_new_signatory_lowers_nothing_among_families(town: Town, data: st.DataObject) -> None:
    assert_signing_lowers_nothing(town, data.draw(st.sampled_from(sorted(town.stages))))


@FEW
@given(towns(with_overlaps=False), st.data())
def test_a_new_signatory_never_lowers_the_upper_bound_in_any_family(town: Town, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(town.stages)))
    high_before = shares(town.with_stage(name, UNSIGNED).covered())[2]
    assert shares(town.with_stage(name, SIGNED).covered())[2] >= high_before - TOLERANCE


@FEW
@given(
    towns(with_overlaps=False),
    st.lists(tonnes, min_size=1, max_size=4),
    st.sampled_from(DataQuality),
    st.sampled_from(YesNo),
)
def test_splitting_an_actor_into_parent_and_signed_children_changes_nothing(
    town: Town, parts: list[float], grade: DataQuality, includes: YesNo
) -> None:
    cells: Row = {"emissions_scope": EmissionsScope.FUELS, "data_quality": grade, "sector": Sector.INDUSTRY}
    whole: Row = {"name": "whole", **cells, "emissions": sum(parts)}
    children = [{"name": f"part {n}", "parent": "whole", **cells, "emissions": t} for n, t in enumerate(parts)]
    own = sum(parts) if includes is YesNo.YES else 0.0
    split_parent: Row = {**whole, "emissions": own, "includes_children": includes}
    stages = {**town.stages, "whole": SIGNED, **{str(child["name"]): SIGNED for child in children}}
    one = replace(town, rows=(*town.rows, whole), stages=stages).covered()
    many = replace(town, rows=(*town.rows, split_parent, *children), stages=stages).covered()
    assert shares(many) == pytest.approx(shares(one), abs=TOLERANCE)
    assert many.by_sector == pytest.approx(one.by_sector, abs=TOLERANCE)
    assert many.is_open == one.is_open


@FEW
@given(towns(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant_to_the_last_bit(town: Town, random: object) -> None:
    rows, overlaps = list(town.rows), list(town.overlaps)
    random.shuffle(rows)  # type: ignore[attr-defined]
    random.shuffle(overlaps)  # type: ignore[attr-defined]
    assert replace(town, rows=tuple(rows), overlaps=tuple(overlaps)).covered() == town.covered()


@FEW
@given(towns(), st.data())
def test_a_withdrawn_signature_restores_the_former_value(town: Town, data: st.DataObject) -> None:
    """At mid only without a parent: a child that left is missing from a parent's figure, one that never came is not."""
    name = data.draw(st.sampled_from(sorted(town.stages)))
    never, left = (town.with_stage(name, stage).covered() for stage in (UNSIGNED, Stage.LEFT.value))
    assert (left.minimum, left.maximum, left.is_open) == (never.minimum, never.maximum, never.is_open)
    assert shares(left)[1] <= shares(never)[1]
    row = next(row for row in town.rows if row["name"] == name)
    if not row.get("parent"):
        assert left == never


@FEW
@given(towns(), st.data())
def test_a_blank_and_a_zero_differ_only_in_open_and_n(town: Town, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(town.stages)))
    estimates = {other: guess for other, guess in town.estimates.items() if other != name}
    figure = ("emissions", "fuels", "heat", "process", "emissions_year")

    def typed(value: Row) -> Coverage:
        rows = [
            {**{field: cell for field, cell in row.items() if field not in figure}, **value}
            if row["name"] == name
            else row
            for row in town.rows
        ]
        return replace(town, rows=tuple(rows), estimates=estimates).covered()

    blank, zero = typed({}), typed({"emissions": 0.0})
    same = {"is_open": None, "with_data": 0, "publishable": False, "percent": None}
    assert replace(blank, **same) == replace(zero, **same)
    assert zero.with_data - blank.with_data == (1 if town.stages[name] == SIGNED else 0)
    assert blank.publishable <= zero.publishable
    assert blank.is_open or not zero.is_open


@FEW
@given(towns())
def test_what_contradicts_the_inventory_is_never_published(town: Town) -> None:
    built = alliance(actors=town.rows, overlaps=town.overlaps, settings=town.settings)
    covered, notes = cover_alliance(built, [town.stages[str(row["name"])] for row in town.rows], town.estimates)
    blocked = any(note.severity is Severity.BLOCKING for note in notes)
    assert not (blocked and covered.publishable)
    assert blocked or all(share <= 1 + TOLERANCE for share in covered.by_sector.values())
