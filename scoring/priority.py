"""Priorität and rank: whom to approach next, by what the alliance's current step needs.

What belongs here: bringing impact and ease together, the tiers of each step, the order. What does not: how either is
computed, and what to say about it.
"""

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
import pandas as pd

from scoring.domain import LADDER, ActorKind, LowHanging, Stage
from scoring.emissions import entered_tonnes

FOUNDING = 3
KEY_ACTORS = 4
"""Steps of the alliance: before FOUNDING the low-hanging fruits are looked for, from KEY_ACTORS on the key actors."""

INFRASTRUCTURE = (
    ActorKind.TOWN_ADMINISTRATION,
    ActorKind.ENERGY_UTILITY,
    ActorKind.TRANSPORT_OPERATOR,
    ActorKind.WASTE_MANAGEMENT,
)
"""Kinds that come first among the low-hanging fruits: the town's own, on which many others depend."""


class Focus(StrEnum):
    """Whom the alliance looks for first at its current step."""

    EASY = "easy"  # steps 1, 2: whoever is easy to win
    FOUNDERS = "founders"  # step 3: who is easy to win and carries weight
    KEY_ACTORS = "key_actors"  # from step 4 on


class Tier(StrEnum):
    """What puts an actor before or behind others, whatever its priority."""

    EASY_MUNICIPAL = "easy_municipal"  # a low-hanging fruit of the town's own infrastructure
    EASY = "easy"  # a low-hanging fruit
    POSSIBLE = "possible"  # perhaps a low-hanging fruit
    EASY_HEAVY = "easy_heavy"  # a low-hanging fruit of at least median impact
    TOWN = "town"  # the town administration
    KEY_ACTOR = "key_actor"  # at least likely to be a key actor
    MAYBE_KEY = "maybe_key"  # perhaps a key actor
    REST = "rest"  # none of those that the step looks for


ALPHA: Mapping[Focus, float] = {Focus.EASY: 0.3, Focus.FOUNDERS: 0.5, Focus.KEY_ACTORS: 0.7}
"""How much the impact counts in the priority; the ease counts for the rest of 1."""

TIERS: Mapping[Focus, tuple[Tier, ...]] = {
    Focus.EASY: (Tier.EASY_MUNICIPAL, Tier.EASY, Tier.POSSIBLE, Tier.REST),
    Focus.FOUNDERS: (Tier.EASY_HEAVY, Tier.KEY_ACTOR, Tier.REST),
    Focus.KEY_ACTORS: (Tier.TOWN, Tier.KEY_ACTOR, Tier.MAYBE_KEY, Tier.REST),
}
"""The tiers by what the step looks for, best first; an actor belongs to the first one that fits."""

LIKELY = 0.5
POSSIBLE = 0.1
"""Probability of being a key actor from which the tiers of later steps begin."""

TIE_DECIMALS = 9
UNRANKED_FROM = LADDER.index(Stage.SIGNED)


def priority(assessed: pd.DataFrame, actors: pd.DataFrame, current_step: int) -> pd.DataFrame:
    """Return `priority` (1–100) of every actor, and `rank` (1 = approach next) and `tier` of those still to be won.

    The others have the rank NaN and the tier "". Same index as `actors`. `assessed` has the columns `impact_low`,
    `impact`, `completeness`, `ease`, `low_hanging`, `top_n_probability` and `evidence` of `ACTOR_COLUMNS`. Ranked are
    those whose evidence is below signed and no side state: tier by tier, in a tier by priority, then lower bound of the
    impact, emissions, completeness and name.
    """
    value = priority_value(assessed["impact"], assessed["ease"], current_step)
    ranked = assessed["evidence"].isin(LADDER[:UNRANKED_FROM])
    tiers = TIERS[focus(current_step)]
    tier = _tiers(assessed, actors["kind"], ranked, tiers)
    order = pd.DataFrame(
        {
            "tier": tier.map(tiers.index),
            "priority": -value.round(TIE_DECIMALS),
            "impact_low": -assessed["impact_low"].round(TIE_DECIMALS),
            "emissions": -entered_tonnes(actors).round(TIE_DECIMALS),
            "completeness": -assessed["completeness"].round(TIE_DECIMALS),
            "name": actors["key"],
        }
    )[ranked]
    best_first = order.sort_values(order.columns.tolist(), na_position="last").index
    rank = pd.Series(np.arange(1.0, len(best_first) + 1), index=best_first)
    return pd.DataFrame({"priority": value, "rank": rank.reindex(actors.index), "tier": tier.where(ranked, "")})


def focus(current_step: int) -> Focus:
    """Return whom the alliance looks for first at that step."""
    if current_step >= KEY_ACTORS:
        return Focus.KEY_ACTORS
    return Focus.FOUNDERS if current_step == FOUNDING else Focus.EASY


def priority_value(impact: "pd.Series[float]", ease: "pd.Series[float]", current_step: int) -> "pd.Series[float]":
    """Return impact^α · ease^(1 − α), both raised to at least 1; α grows with the step, from ease towards impact."""
    alpha = ALPHA[focus(current_step)]
    return impact.clip(lower=1.0) ** alpha * ease.clip(lower=1.0) ** (1 - alpha)


def _tiers(
    assessed: pd.DataFrame, kind: "pd.Series[str]", ranked: "pd.Series[bool]", tiers: tuple[Tier, ...]
) -> "pd.Series[str]":
    """Return the first of these tiers, the last of which is the rest, that fits each actor."""
    fruit, probability = assessed["low_hanging"], assessed["top_n_probability"]
    easy, impact = fruit == LowHanging.YES, assessed["impact"].round(TIE_DECIMALS)
    fits = {
        Tier.EASY_MUNICIPAL: easy & kind.isin(INFRASTRUCTURE),
        Tier.EASY: easy,
        Tier.POSSIBLE: fruit == LowHanging.POSSIBLE,
        Tier.EASY_HEAVY: easy & (impact >= impact[ranked].median()),
        Tier.TOWN: kind == ActorKind.TOWN_ADMINISTRATION,
        Tier.KEY_ACTOR: probability >= LIKELY,
        Tier.MAYBE_KEY: probability >= POSSIBLE,
    }
    *named, rest = tiers
    places = np.select([fits[tier] for tier in named], list(range(len(named))), default=len(named))
    codes = np.array([*map(str, named), str(rest)], dtype=object)
    return pd.Series(codes[places], index=assessed.index, dtype=object)
