"""How sure it is that an actor belongs to the top N: the weights are opinions and blanks are unknown, so draw both.

What belongs here: the draws and the probability. What does not: the score that is drawn around (`scoring.impact`).

The draws are fixed by their names, not by the order in which they are made, so that a new row redraws nobody else:

- Weights: `numpy.random.default_rng(seed).dirichlet(concentration * w0, draws)`, w0 the team's weights.
- An actor's uniform number for a factor in draw d = 0, 1, … is output d + 1 of SplitMix64 (Steele, Lea, Flood 2014),
  its upper 53 bits taken as a number in [0, 1). The generator's start is the 64-bit little-endian word of the factor
  (words 0–3, in the order of Factor) in the 32-byte BLAKE2b digest of the text "{seed}|{key}" in UTF-8.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.alliance import Settings
from scoring.domain import Factor, KeyActor

Floats = npt.NDArray[np.float64]

DRAWS = 2000
CONCENTRATION = 20.0
"""κ: how closely the drawn weights stay around the team's; 20 lets a weight of 0.4 vary by about ±0.1."""

TIE = 1e-12
"""Drawn scores (0–1) that differ by no more than this share their places."""

CELLS_PER_BLOCK = 1 << 16
"""Draws × actors held at a time: 0.5 MB per array, whatever the size of the alliance."""

KEY_ACTOR_FROM = {KeyActor.YES: 0.9, KeyActor.LIKELY: 0.5, KeyActor.OPEN: 0.1, KeyActor.NO: 0.0}
"""The rounded probability from which on an actor is called that."""


def top_n_probability(
    impact: pd.DataFrame,
    keys: "pd.Series[str]",
    eligible: "pd.Series[bool]",
    settings: Settings,
    *,
    seed: int = 0,
    draws: int = DRAWS,
) -> "pd.Series[float]":
    """Return the probability that each actor is among the `settings.top_n` of the eligible, rounded to 2 decimals.

    `impact` holds `{factor}_low`, `{factor}_mid`, `{factor}_high` (0–1). NaN for those not eligible.
    """
    weights = weight_draws(settings.weights, draws, seed=seed)
    shares = top_n_shares(impact[eligible], keys[eligible].tolist(), weights, settings.top_n, seed=seed)
    return pd.Series(shares.round(2), index=impact.index[eligible], name="top_n_probability").reindex(impact.index)


def key_actor(probability: "pd.Series[float]") -> "pd.Series[str]":
    """Return the KeyActor code of each rounded probability, "" for NaN."""
    codes = np.array([*map(str, KEY_ACTOR_FROM), ""], dtype=object)
    reached = [probability >= bound for bound in KEY_ACTOR_FROM.values()]
    place = np.select(reached, list(range(len(reached))), default=len(reached))
    return pd.Series(codes[place], index=probability.index, dtype=object)


def weight_draws(weights: Sequence[float], draws: int, *, seed: int, concentration: float = CONCENTRATION) -> Floats:
    """Return `draws` × factors weights around the given ones, each row adding up to 1; a weight of 0 stays 0."""
    given = np.array(weights, dtype=np.float64)
    return np.random.default_rng(seed).dirichlet(concentration * given / given.sum(), draws)


def top_n_shares(cells: pd.DataFrame, keys: Sequence[str], weights: Floats, n: int, *, seed: int) -> Floats:
    """Return the mean share of the n places that each actor holds over the drawn weights, 0–1; unrounded.

    In one draw an actor holds a place (1) or none (0); those that tie around place n share what is left of it. So the
    shares add up to n, or to the number of actors if that is smaller.
    """
    actors = len(keys)
    if actors <= n:
        return np.ones(actors)
    tops = np.column_stack([cells[f"{factor}_high"] for factor in Factor])
    groups = list(_open_cells(cells, _starts(keys, seed)))
    places = np.zeros(actors)
    block = max(1, CELLS_PER_BLOCK // actors)
    for first in range(0, len(weights), block):
        drawn = weights[first : first + block]
        scores = drawn @ tops.T
        for group in groups:
            scores[:, group.rows] -= drawn[:, [group.factor]] * group.drop(first, len(drawn))
        places += _places(scores, n)
    return places / len(weights)


@dataclass(frozen=True, kw_only=True)
class _OpenCells:
    """Cells of one factor that are drawn alike: u = high − span·(1 − q)^exponent, q uniform in [0, 1).

    An interval has exponent 1: uniform between its bounds. A blank has span 1 and exponent m/(1 − m), so that its mean
    is the prior m.
    """

    factor: int
    rows: npt.NDArray[np.intp]
    starts: npt.NDArray[np.uint64]
    span: Floats
    exponent: float

    def drop(self, first: int, draws: int) -> Floats:
        """Return how far below their upper bound the cells are in these draws; draws × cells."""
        return self.span * (1.0 - uniform(self.starts, first, draws)) ** self.exponent


def _open_cells(cells: pd.DataFrame, starts: npt.NDArray[np.uint64]) -> Iterator[_OpenCells]:
    for number, factor in enumerate(Factor):
        low, mid, high = (cells[f"{factor}_{bound}"].to_numpy() for bound in ("low", "mid", "high"))
        blank = (low == 0) & (high == 1)  # no interval is that wide: four decades of emissions
        exponents = np.ones(len(cells))
        exponents[blank] = mid[blank] / (1 - mid[blank])
        for exponent in np.unique(exponents[high > low]).tolist():
            rows = np.flatnonzero((high > low) & (exponents == exponent))
            span = (high - low)[rows]
            yield _OpenCells(factor=number, rows=rows, starts=starts[rows, number], span=span, exponent=exponent)


def _starts(keys: Sequence[str], seed: int) -> npt.NDArray[np.uint64]:
    """Return where the generator of each actor and factor starts; actors × factors."""
    digests = (blake2b(f"{seed}|{key}".encode(), digest_size=8 * len(Factor)).digest() for key in keys)
    return np.frombuffer(b"".join(digests), dtype="<u8").reshape(-1, len(Factor))


def uniform(starts: npt.NDArray[np.uint64], first: int, draws: int) -> Floats:
    """Return outputs first + 1 … first + draws of the SplitMix64 generators that start there, in [0, 1).

    Draws × starts. Source of the constants: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
    """
    counters = np.arange(first + 1, first + draws + 1, dtype=np.uint64)[:, np.newaxis]
    bits = starts + counters * np.uint64(0x9E3779B97F4A7C15)  # all of this wraps at 2^64, as meant
    bits ^= bits >> np.uint64(30)
    bits *= np.uint64(0xBF58476D1CE4E5B9)
    bits ^= bits >> np.uint64(27)
    bits *= np.uint64(0x94D049BB133111EB)
    bits ^= bits >> np.uint64(31)
    return np.ldexp((bits >> np.uint64(11)).astype(np.float64), -53)


def _places(scores: Floats, n: int) -> Floats:
    """Return how many of the top n places each column holds in all rows together; scores draws × actors, actors > n."""
    actors = scores.shape[1]
    order = np.argpartition(scores, actors - n - 1, axis=1)
    inside, first_out = order[:, actors - n :], order[:, [actors - n - 1]]
    last_in = np.take_along_axis(scores, inside, axis=1).min(axis=1, keepdims=True)
    tied = (last_in - np.take_along_axis(scores, first_out, axis=1) <= TIE)[:, 0]
    clear = np.bincount(inside[~tied].ravel(), minlength=actors)
    return clear + _shared_places(scores[tied], last_in[tied], n)


def _shared_places(scores: Floats, last_in: Floats, n: int) -> Floats:
    """Return the same where others tie with place n, whose score is `last_in`: they share what those above leave."""
    above = scores > last_in + TIE
    equal = np.abs(scores - last_in) <= TIE
    left = (n - above.sum(axis=1)) / equal.sum(axis=1)
    return np.asarray((above + equal * left[:, np.newaxis]).sum(axis=0), dtype=np.float64)
