"""Section 4: Priorität and the order of approach. P is given."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from tests.reference.estimate import typed_emissions
from tests.reference.impact import Impact
from tests.reference.rows import Actor
from tests.reference.stages import SIDE, Standing, at_least

DIGITS = 9
TOWN_OWNED = {"town_administration", "energy_utility", "transport_operator", "waste_management"}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """All that the order of one actor depends on."""

    actor: Actor
    impact: Impact
    ease: float
    low_hanging: str
    standing: Standing
    likely: float | None


def priority(candidate: Candidate, step: int) -> float:
    """Return V."""
    alpha = 0.3 if step <= 2 else 0.5 if step == 3 else 0.7
    return math.pow(max(candidate.impact.mid, 1.0), alpha) * math.pow(max(candidate.ease, 1.0), 1 - alpha)


def ranks(candidates: Mapping[str, Candidate], step: int) -> dict[str, int | None]:
    """Return the rank by key, None for those who have none."""
    ranked = [name for name, c in candidates.items() if _is_ranked(c.standing.evidence)]
    middle = median([candidates[name].impact.mid for name in ranked]) if ranked else 0.0

    def order(name: str) -> tuple[float, float, float, float, float, str]:
        c = candidates[name]
        emissions = typed_emissions(c.actor)
        return (
            _tier(c, step, middle),
            -round(priority(c, step), DIGITS),
            -round(c.impact.low, DIGITS),
            -round(emissions, DIGITS) if emissions is not None else float("inf"),
            -round(c.impact.completeness, DIGITS),
            name,
        )

    places = {name: place for place, name in enumerate(sorted(ranked, key=order), start=1)}
    return {name: places.get(name) for name in candidates}


def _is_ranked(evidence: str) -> bool:
    return evidence not in SIDE and not at_least(evidence, "signed")


def _tier(c: Candidate, step: int, middle: float) -> int:
    likely = c.likely or 0.0
    if step <= 2:
        tests = (
            c.low_hanging == "yes" and c.actor["kind"] in TOWN_OWNED,
            c.low_hanging == "yes",
            c.low_hanging == "possible",
        )
    elif step == 3:
        tests = (c.low_hanging == "yes" and round(c.impact.mid, DIGITS) >= round(middle, DIGITS), likely >= 0.5, False)
    else:
        tests = (c.actor["kind"] == "town_administration", likely >= 0.5, likely >= 0.1)
    return next((tier for tier, holds in enumerate(tests) if holds), 3)
