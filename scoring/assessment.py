"""The result of one run: what `assess` computes from the tables, the memory and one day.

What belongs here: the shape of the result. The formulas stand in the modules named after their idea.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from scoring.domain import Sector, StepStatus
from scoring.messages import Message, Note

ACTOR_COLUMNS = (
    "key",
    "uid",
    "name",
    # Wirkung, 0–100; the parts add up to `impact`; completeness 0–1; next_question a Factor code or ""
    "impact_low",
    "impact",
    "impact_high",
    "completeness",
    "part_emissions",
    "part_jobs",
    "part_structural",
    "part_publicity",
    "next_question",
    # Gewinnbarkeit, 0–100; low_hanging a LowHanging code
    "ease_low",
    "ease",
    "ease_high",
    "low_hanging",
    # P(rank ≤ top_n), rounded to 2 decimals, NaN for side states; key_actor a KeyActor code or ""
    "top_n_probability",
    "key_actor",
    # Priorität 0–100; rank 1… or NaN; tier a Tier code, "" without a rank
    "priority",
    "rank",
    "tier",
    # stage (shown) and evidence are Stage codes; stage_since, the evidence's day, datetime64[s]
    "stage",
    "evidence",
    "stage_since",
    "member",
    "signatory",
    "new_member",
    # t CO2e/a that the actor adds when it signs; max is NaN when unknown; share of the inventory total, or NaN
    "figure_min",
    "figure_mid",
    "figure_max",
    "share",
    "estimated",
    # Message objects
    "recommendation",
)
"""The columns of `Assessment.actors`, one row per row of `Alliance.actors`, same index and order."""


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The share of the municipality's emissions that the signatories hold. Shares 0..1, tonnes CO2e a year.

    `minimum`, `mid`, `maximum` and `is_open` are None when method, year or total of the inventory are missing.
    `open` means that a signatory's figure is unknown, so that no upper bound holds. `by_sector` is for the team only.
    `is_counted` is False when the letters could not be read: then nothing may be said, not even how many signed.
    """

    publishable: bool
    minimum: float | None
    mid: float | None
    maximum: float | None
    is_open: bool | None
    signatories: int
    with_data: int
    percent: int | None = None
    is_counted: bool = True
    by_sector: Mapping[Sector, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One of the alliance's steps 0–8: where it stands, what shows it, what comes next, how much was made public.

    `public_done` of `public_total` counts press items; both None for steps without press.
    """

    number: int
    status: StepStatus
    evidence: Message
    next_action: Message
    public_done: int | None = None
    public_total: int | None = None


@dataclass(frozen=True, kw_only=True)
class MeasureTotals:
    """All measures together; `pledged_t` is the sum of the signatories' THG-Einsparung, t CO2e a year.

    `overdue` counts measures whose start or end is overdue, red ones included. `pledged_incomplete` says that a
    signatory's measure has no figure.
    """

    total: int
    green: int
    yellow: int
    red: int
    overdue: int
    pledged_t: float
    pledged_incomplete: bool


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """Everything that one run found out.

    `actors` has `ACTOR_COLUMNS`. `measures` has the columns `actor` (name), `title`, `light`, `overdue_since` and
    `next_check`, one row per measure with the index of `Alliance.measures`. `to_add` says what to enter next.
    """

    today: date
    actors: pd.DataFrame
    coverage: Coverage
    steps: tuple[Step, ...]
    current_step: int
    measures: pd.DataFrame
    measure_totals: MeasureTotals
    to_add: Message
    notes: tuple[Note, ...]
