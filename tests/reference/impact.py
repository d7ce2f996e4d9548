"""Section 1: Wirkung (impact) S, 0–100, factor by factor."""

import math
from dataclasses import dataclass

from tests.reference.estimate import estimate, typed_emissions
from tests.reference.given import Given
from tests.reference.rows import Actor, Typed

FACTORS = ("emissions", "jobs", "structural", "publicity")
QUALITY = {"A": (0.95, 1.05), "B": (0.85, 1.15), "C": (0.7, 1.3), "D": (0.5, 2.0), "": (0.7, 1.3)}
PRIOR = {"association": 0.10, "culture": 0.10, "public_person": 0.10}
DERIVED = {
    "energy_utility": 5.0,
    "transport_operator": 5.0,
    "waste_management": 5.0,
    "town_administration": 5.0,
    "housing": 4.0,
    "health": 4.0,
}
T_PER_INHABITANT = 9.13


@dataclass(frozen=True, kw_only=True)
class Span:
    """One factor of one actor: low, mid, high in 0..1, and whether it was typed (or derived from Art)."""

    low: float
    mid: float
    high: float
    known: bool
    blank: bool = False


@dataclass(frozen=True, kw_only=True)
class Impact:
    """The score of one actor with its bounds."""

    low: float
    mid: float
    high: float
    completeness: float
    parts: tuple[float, ...]
    next_question: str
    spans: tuple[Span, ...]


def impact(actor: Actor, typed: Typed, given: Given) -> Impact:
    """Return S and everything that belongs to it."""
    spans = (_emissions(actor, typed, given), _jobs(actor, given), _structural(actor), _publicity(actor))
    w = given.weights
    gains = [weight * (span.high - span.low) for weight, span in zip(w, spans, strict=True)]
    return Impact(
        low=100 * math.fsum(weight * span.low for weight, span in zip(w, spans, strict=True)),
        mid=100 * math.fsum(weight * span.mid for weight, span in zip(w, spans, strict=True)),
        high=100 * math.fsum(weight * span.high for weight, span in zip(w, spans, strict=True)),
        completeness=math.fsum(weight for weight, span in zip(w, spans, strict=True) if span.known),
        parts=tuple(100 * weight * span.mid for weight, span in zip(w, spans, strict=True)),
        next_question=FACTORS[gains.index(max(gains))] if max(gains) > 0 else "",
        spans=spans,
    )


def ulog(x: float, total: float, low: float, high: float) -> float:
    """Return x/total on a log scale between the anchors, clipped to 0..1; 0 for 0."""
    if x == 0:
        return 0.0
    if x > total:
        return 1.0
    u = (math.log10(x / total) - math.log10(low)) / (math.log10(high) - math.log10(low))
    return min(1.0, max(0.0, u))


def _blank(actor: Actor) -> Span:
    return Span(low=0.0, mid=PRIOR.get(actor["kind"], 0.25), high=1.0, known=False, blank=True)


def _point(u: float) -> Span:
    return Span(low=u, mid=u, high=u, known=True)


def _emissions(actor: Actor, typed: Typed, given: Given) -> Span:
    total = typed["inventory_total"]
    if total is None:
        total = given.population * T_PER_INHABITANT
    tonnes = typed_emissions(actor)
    guessed = estimate(actor) if tonnes is None else None
    figure = tonnes if guessed is None else guessed
    if figure is None:
        return _blank(actor)
    low, high = QUALITY[actor["data_quality"] if guessed is None else "D"]
    u = [ulog(factor * figure, total, 1e-5, 1e-1) for factor in (low, 1.0, high)]
    return Span(low=u[0], mid=u[1], high=u[2], known=guessed is None)


def _jobs(actor: Actor, given: Given) -> Span:
    known = [
        ulog(value, total, 1e-4, 1e-1)
        for value, total in ((actor["jobs"], given.jobs_total), (actor["revenue"], given.revenue_total))
        if value is not None
    ]
    return _point(sum(known) / len(known)) if known else _blank(actor)


def _structural(actor: Actor) -> Span:
    value = actor["structural"] if actor["structural"] is not None else DERIVED.get(actor["kind"])
    return _blank(actor) if value is None else _point(value / 5)


def _publicity(actor: Actor) -> Span:
    return _blank(actor) if actor["publicity"] is None else _point(actor["publicity"] / 5)
