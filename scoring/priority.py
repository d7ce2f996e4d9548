"""Priorität and rank: whom to approach next, by what the alliance's current step needs.

What belongs here: bringing impact and ease together, the tiers of each step, the order. What does not: how either is
computed, and what to say about it.
"""

import numpy as np
import numpy.typing as npt
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

LIKELY = 0.5
POSSIBLE = 0.1
"""Probability of being a key actor from which the tiers of later steps begin."""

TIE_DECIMALS = 9
UNRANKED_FROM = LADDER.index(Stage.SIGNED)


def priority(assessed: pd.DataFrame, actors: pd.DataFrame, current_step: int) -> pd.DataFrame:
    """Return `priority` (1–100) of every actor and `rank` (1 = approach next) of those still to be won, NaN for others.

    Same index as `actors`. `assessed` has the columns `impact_low`, `impact`, `completeness`, `ease`, `low_hanging`,
    `top_n_probability` and `evidence` of `ACTOR_COLUMNS`. Ranked are those whose evidence is below signed and no side
    state: tier by tier, in a tier by priority, then lower bound of the impact, emissions, completeness and name.
    """
    value = priority_value(assessed["impact"], assessed["ease"], current_step)
    ranked = assessed["evidence"].isin(LADDER[:UNRANKED_FROM])
    order = pd.DataFrame(
        {
            "tier": _tiers(assessed, actors["kind"], ranked, current_step),
            "priority": -value.round(TIE_DECIMALS),
            "impact_low": -assessed["impact_low"].round(TIE_DECIMALS),
            "emissions": -entered_tonnes(actors).round(TIE_DECIMALS),
            "completeness": -assessed["completeness"].round(TIE_DECIMALS),
            "name": actors["key"],
        }
    )[ranked]
    best_first = order.sort_values(order.columns.tolist(), na_position="last").index
    rank = pd.Series(np.arange(1.0, len(best_first) + 1), index=best_first)
    return pd.DataFrame({"priority": value, "rank": rank.reindex(actors.index)})


def priority_value(impact: "pd.Series[float]", ease: "pd.Series[float]", current_step: int) -> "pd.Series[float]":
    """Return impact^α · ease^(1 − α), both raised to at least 1; α grows with the step, from ease towards impact."""
    alpha = _alpha(current_step)
    return impact.clip(lower=1.0) ** alpha * ease.clip(lower=1.0) ** (1 - alpha)


def _alpha(current_step: int) -> float:
    if current_step >= KEY_ACTORS:
        return 0.7
    return 0.5 if current_step == FOUNDING else 0.3


def _tiers(
    assessed: pd.DataFrame, kind: "pd.Series[str]", ranked: "pd.Series[bool]", current_step: int
) -> npt.NDArray[np.intp]:
    """Return the number of the first tier of this step to which each actor belongs, 0 = best."""
    fruit = assessed["low_hanging"]
    is_fruit, likely = fruit == LowHanging.YES, assessed["top_n_probability"] >= LIKELY
    if current_step >= KEY_ACTORS:
        possible = assessed["top_n_probability"] >= POSSIBLE
        tiers = [kind == ActorKind.TOWN_ADMINISTRATION, likely, possible]
    elif current_step == FOUNDING:
        impact = assessed["impact"].round(TIE_DECIMALS)
        tiers = [is_fruit & (impact >= impact[ranked].median()), likely]
    else:
        tiers = [is_fruit & kind.isin(INFRASTRUCTURE), is_fruit, fruit == LowHanging.POSSIBLE]
    return np.select(tiers, list(range(len(tiers))), default=len(tiers))
