"""Section 7: what one actor adds to the coverage if it signs, in exact decimal fractions of the typed cells."""

from dataclasses import dataclass
from fractions import Fraction

from tests.reference.estimate import INTENSITIES, SPLIT, estimate, split_given, typed_emissions
from tests.reference.rows import Actor, Typed

ALLOWED = {
    "BISKO": {"fuels", "electricity", "heat"},
    "source": {"fuels", "process", "sold_energy"},
    "influence": {"fuels", "process", "electricity", "heat"},
}
CONTAINS = {
    "": {"fuels", "electricity", "heat"},
    "energy": {"fuels", "electricity", "heat"},
    "fuels": {"fuels"},
    "scope_1": {"fuels", "process", "sold_energy"},
    "scope_1_2": {"fuels", "electricity", "heat", "process", "sold_energy"},
}
QUALITY = {
    "A": (Fraction("0.95"), Fraction("1.05")),
    "B": (Fraction("0.85"), Fraction("1.15")),
    "C": (Fraction("0.7"), Fraction("1.3")),
    "D": (Fraction("0.5"), Fraction(2)),
}
WORSE = {"A": "B", "B": "C", "C": "D", "D": "D"}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Tonnes a year at the three bounds; `maximum` None = unknown.

    `usable`: a person typed it and its year is not too far off, so that it counts in n of N.
    """

    minimum: Fraction = Fraction(0)
    mid: Fraction = Fraction(0)
    maximum: Fraction | None = None
    estimated: bool = False
    usable: bool = False


def exact(value: float | None) -> Fraction:
    """Return the decimal number that stands in the cell."""
    return Fraction(0) if value is None else Fraction(repr(value))


def figure(actor: Actor, typed: Typed) -> Figure:
    """Return (min, mid, max); without a Bilanzmethode nothing is known to count."""
    if typed_emissions(actor) is None:
        return _estimated(actor, typed)
    grade = _grade(actor, typed)
    if grade is None:
        return Figure()
    if typed["inventory_method"] is None:
        return Figure(usable=True)
    low, high = QUALITY[grade]
    certain, possible = _counted(actor, ALLOWED[typed["inventory_method"]])
    return Figure(
        minimum=Fraction(0) if grade == "D" else certain * low, mid=certain, maximum=possible * high, usable=True
    )


def _grade(actor: Actor, typed: Typed) -> str | None:
    """The grade after the year's distance; None = too far, unknown."""
    grade = actor["data_quality"] or "C"
    year, base = actor["emissions_year"], typed["inventory_year"]
    if year is None or base is None or abs(year - base) <= 2:
        return grade
    return WORSE[grade] if abs(year - base) <= 5 else None


def _counted(actor: Actor, allowed: set[str]) -> tuple[Fraction, Fraction]:
    """What may be counted for certain, and what may at most."""
    if split_given(actor):
        parts = sum((exact(actor[part]) for part in SPLIT if part in allowed), Fraction(0))  # type: ignore[literal-required]
        return parts, parts
    contains = set(CONTAINS[actor["emissions_scope"]])
    if _neither_process_nor_sold(actor):
        contains -= {"process", "sold_energy"}
    tonnes = exact(actor["emissions"])
    return (tonnes if contains <= allowed else Fraction(0)), tonnes


def _neither_process_nor_sold(actor: Actor) -> bool:
    if actor["kind"] in {"energy_utility", "waste_management"}:
        return False
    if actor["sector"]:
        return actor["sector"] in {"households", "commerce", "transport", "municipal"}
    return actor["kind"] not in {"", "company", "other"}


def _estimated(actor: Actor, typed: Typed) -> Figure:
    """Grade D, but never in the minimum; Quellenbilanz counts no bought electricity."""
    if estimate(actor) is None:
        return Figure()
    if typed["inventory_method"] is None:
        return Figure(estimated=True)
    fuels, power = (exact(intensity) for intensity in INTENSITIES[actor["industry"]])
    per_job = fuels if typed["inventory_method"] == "source" else fuels + power
    tonnes = exact(actor["jobs"]) * per_job
    return Figure(minimum=Fraction(0), mid=tonnes, maximum=2 * tonnes, estimated=True)
