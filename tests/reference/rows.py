"""The rows of a random alliance: what people would have typed, as plain dicts, before it becomes cells.

Fields are named as in the column table. "" and None are blank; list values are codes; days are dates. References hold
a name as typed, which may be spelled otherwise or belong to nobody.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypedDict


class Split(TypedDict):
    fuels: float | None
    electricity: float | None
    heat: float | None
    process: float | None
    sold_energy: float | None


class Actor(Split):
    name: str
    kind: str
    industry: str
    sector: str
    low_hanging: str
    attitude: str
    relationship: float | None
    jobs: float | None
    revenue: float | None
    structural: float | None
    publicity: float | None
    emissions: float | None
    emissions_scope: str
    emissions_year: int | None
    data_quality: str
    parent: str
    includes_children: str
    stage_override: str
    joined_on: date | None
    left_on: date | None


class Meeting(TypedDict):
    date: date | None
    actors: list[str]
    kind: str
    status: str
    result: str
    minutes: str


class Letter(TypedDict):
    actor: str
    status: str
    signed_on: date | None
    authority: str
    publication: str
    withdrawn_on: date | None


class Measure(TypedDict):
    actor: str
    title: str
    status: str
    planned_start: date | None
    planned_end: date | None
    actual_start: date | None
    actual_end: date | None
    savings: float | None
    promoted_link: str
    checked_on: date | None


class PressItem(TypedDict):
    date: date | None
    title: str
    occasion: str
    actor: str


class Recipient(TypedDict):
    name: str
    email: str
    role: str


class Overlap(TypedDict):
    actor_a: str
    actor_b: str
    tonnes: float | None


class Typed(TypedDict):
    """Einstellungen as typed; None is blank."""

    municipality: str | None
    population: float | None
    jobs_total: float | None
    revenue_total: float | None
    resolution_date: date | None
    inventory_method: str | None
    inventory_year: int | None
    inventory_total: float | None
    inventory_by_sector: Mapping[str, float]
    weights: tuple[float | None, float | None, float | None, float | None]
    top_n: int | None
    step2_pledges: int | None
    step6_share: float | None
    founded_on: date | None
    loi_published_on: date | None
    success_reported_on: date | None
    review_months: int | None


@dataclass(frozen=True, kw_only=True)
class Case:
    """One alliance on one day. `has_status_column`: whether the tab Termine has the column Status."""

    seed: int
    today: date
    settings: Typed
    actors: Sequence[Actor]
    meetings: Sequence[Meeting] = field(default_factory=list)
    letters: Sequence[Letter] = field(default_factory=list)
    measures: Sequence[Measure] = field(default_factory=list)
    press: Sequence[PressItem] = field(default_factory=list)
    recipients: Sequence[Recipient] = field(default_factory=list)
    overlaps: Sequence[Overlap] = field(default_factory=list)
    has_status_column: bool = True


def key(name: str) -> str:
    """Return the identity of an actor: NFKC, case and white space folded (sheet page, "Identity of an actor")."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
