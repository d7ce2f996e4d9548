"""Section 7: the share of the municipality's emissions that the signatories hold, in exact fractions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from tests.reference.evidence import is_valid, is_withdrawn, letters_of
from tests.reference.families import ZERO, Families
from tests.reference.figures import Figure, exact
from tests.reference.rows import Actor, Case, Letter, key
from tests.reference.stages import Standing

BOUNDS = ("minimum", "mid", "maximum")


@dataclass(frozen=True, kw_only=True)
class Covered:
    """The result. Shares 0..1; without method, year or total only the counts are known."""

    signatories: int
    with_data: int
    minimum: Fraction | None = None
    mid: Fraction | None = None
    maximum: Fraction | None = None
    is_open: bool | None = None
    publishable: bool = False
    percent: int | None = None
    by_sector: Mapping[str, Fraction] = field(default_factory=dict)


def coverage(
    case: Case, actors: Mapping[str, Actor], figures: Mapping[str, Figure], standings: Mapping[str, Standing]
) -> Covered:
    """Return the coverage of the case."""
    families = Families(actors, figures, standings)
    settings, signatories = case.settings, families.signatories
    n = sum(figures[name].usable for name in signatories)
    if settings["inventory_method"] is None or settings["inventory_year"] is None or not settings["inventory_total"]:
        return Covered(signatories=len(signatories), with_data=n)
    total = exact(settings["inventory_total"])
    tonnes = _tonnes(case, families)
    sectors = _by_sector(case, families)
    contradiction = tonnes["mid"] > total or any(share > 1 for share in sectors.values())
    publishable = n >= 1 and not contradiction and not _is_doubtful(case) and _may_be_shown(case, families)
    low, mid, high = (min(tonnes[bound] / total, Fraction(1)) for bound in BOUNDS)
    return Covered(
        minimum=low,
        mid=max(low, mid),
        maximum=max(low, mid, high),
        is_open=any(families.is_open(unit) for unit in families.signed),
        signatories=len(signatories),
        with_data=n,
        publishable=publishable,
        percent=floor(100 * low) if publishable else None,
        by_sector=sectors,
    )


def _is_doubtful(case: Case) -> bool:
    """Say whether something typed contradicts itself so that every share could be too large."""
    settings = case.settings
    total, people = exact(settings["inventory_total"] or 0.0), settings["population"]
    sectors = sum(map(exact, settings["inventory_by_sector"].values()), ZERO)
    names = {key(actor["name"]) for actor in case.actors}
    referred = [actor["parent"] for actor in case.actors if actor["parent"]]
    referred += [overlap[side] for overlap in case.overlaps for side in ("actor_a", "actor_b")]
    return (
        any(key(name) not in names for name in referred)
        or any(key(overlap["actor_a"]) == key(overlap["actor_b"]) for overlap in case.overlaps)
        or (people is not None and total < exact(people))
        or sectors > total * Fraction(1005, 1000)
        or any(_is_contradicted(actor, case) for actor in case.actors)
    )


def _is_contradicted(actor: Actor, case: Case) -> bool:
    """Say whether a later row takes back what a valid row of the same actor says was signed."""
    rows = list(enumerate(letters_of(actor, case)))
    return any(
        _is_later(back, there, letter, here)
        for here, letter in rows
        for there, back in rows
        if is_valid(letter, case.today) and is_withdrawn(back, case.today)
    )


def _is_later(back: Letter, there: int, letter: Letter, here: int) -> bool:
    if back["withdrawn_on"] is None:
        return there > here
    return letter["signed_on"] is not None and back["withdrawn_on"] >= letter["signed_on"]


def _tonnes(case: Case, families: Families) -> dict[str, Fraction]:
    heads = [unit for unit in families.signed if families.group[unit] is None]
    totals = {bound: sum((families.value(unit, bound) for unit in heads), ZERO) for bound in BOUNDS}
    for bound in ("minimum", "mid"):
        totals[bound] = max(totals[bound] - _deducted(case, families, bound), ZERO)
    return totals


def _deducted(case: Case, families: Families, bound: str) -> Fraction:
    """The overlaps, pair by pair; both lose what was deducted. Unknown tonnes are all of it at min, nothing at mid."""
    rest = {name: families.figure(name, bound) for name in families.signatories}
    deducted = ZERO
    for (a, b), tonnes in sorted(_pairs(case, families).items()):
        shared = [t for t in tonnes if t is not None]
        largest = max(shared, default=ZERO)
        d = min(rest[a], rest[b]) if bound == "minimum" and None in tonnes else min(largest, rest[a], rest[b])
        rest[a] -= d
        rest[b] -= d
        deducted += d
    return deducted


def _pairs(case: Case, families: Families) -> dict[tuple[str, str], list[Fraction | None]]:
    """The tonnes of each pair of signatories that are not in each other's figure anyway."""
    pairs: dict[tuple[str, str], list[Fraction | None]] = {}
    for overlap in case.overlaps:
        a, b = sorted((key(overlap["actor_a"]), key(overlap["actor_b"])))
        both = a in families.signatories and b in families.signatories
        if a == b or not both or families.holds(a, b) or families.holds(b, a):
            continue
        tonnes = overlap["tonnes"]
        pairs.setdefault((a, b), []).append(None if tonnes is None else exact(tonnes))
    return pairs


def _by_sector(case: Case, families: Families) -> dict[str, Fraction]:
    """Shares of the sectors' totals; a circle belongs to the sector of its largest figure."""
    by_sector = case.settings["inventory_by_sector"]
    tonnes = dict.fromkeys(by_sector, ZERO)
    for unit in families.signed:
        signed = [name for name in unit if name in families.signatories]
        sector = families.actors[max(signed, key=lambda name: families.figures[name].mid)]["sector"]
        if sector in tonnes:
            tonnes[sector] += families.remaining(unit, "mid")
    return {sector: tonnes[sector] / exact(total) for sector, total in by_sector.items()}


def _may_be_shown(case: Case, families: Families) -> bool:
    """Not one actor's figure: three with a minimum, or each of them is public anyway."""
    shown = [name for name in families.signatories if families.figures[name].minimum > 0]
    return len(shown) >= 3 or all(_is_public(case, families.actors[name]) for name in shown)


def _is_public(case: Case, actor: Actor) -> bool:
    """Of several signed rows the strictest holds."""
    if actor["kind"] == "town_administration":
        return True
    return all(letter["publication"] == "yes" for letter in letters_of(actor, case) if letter["status"] == "signed")
