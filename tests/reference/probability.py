"""Section 3: how often an actor is among the top N when weights and unknown cells are drawn; one draw at a time."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b

import numpy as np

from tests.reference.impact import Span

CONCENTRATION = 20.0
TIE = 1e-12
MASK = (1 << 64) - 1


def probability(
    spans: Mapping[str, Sequence[Span]], weights: Sequence[float], top_n: int, *, seed: int, draws: int
) -> dict[str, float]:
    """Return the unrounded probability of each eligible actor, by key."""
    if not spans:
        return {}
    places = min(top_n, len(spans))
    drawn = np.random.default_rng(seed).dirichlet([CONCENTRATION * w for w in weights], draws).tolist()
    cells = {name: _cells(name, of, seed, draws) for name, of in spans.items()}
    won = dict.fromkeys(spans, 0.0)
    for d, w in enumerate(drawn):
        scores = {name: sum(wk * uk[d] for wk, uk in zip(w, u, strict=True)) for name, u in cells.items()}
        for name, share in _shares(scores, places).items():
            won[name] += share
    return {name: total / draws for name, total in won.items()}


def _shares(scores: Mapping[str, float], places: int) -> dict[str, float]:
    """The part of a top place that each actor holds; equals around the last place share what is left."""
    last = sorted(scores.values(), reverse=True)[places - 1]
    above = [name for name, s in scores.items() if s > last + TIE]
    equal = [name for name, s in scores.items() if abs(s - last) <= TIE]
    return dict.fromkeys(above, 1.0) | dict.fromkeys(equal, (places - len(above)) / len(equal))


def _cells(name: str, spans: Sequence[Span], seed: int, draws: int) -> list[list[float]]:
    words = blake2b(f"{seed}|{name}".encode(), digest_size=32).digest()
    return [_factor(span, int.from_bytes(words[8 * k : 8 * k + 8], "little"), draws) for k, span in enumerate(spans)]


def _factor(span: Span, start: int, draws: int) -> list[float]:
    """A blank cell has mean `mid`; an interval is uniform; a known cell is itself."""
    if span.blank:
        exponent = span.mid / (1 - span.mid)
        return [1 - (1 - q) ** exponent for q in _uniform(start, draws)]
    if span.low == span.high:
        return [span.mid] * draws
    return [span.low + q * (span.high - span.low) for q in _uniform(start, draws)]


def _uniform(start: int, draws: int) -> list[float]:
    """SplitMix64 as published (Steele, Lea, Flood 2014), its upper 53 bits as a number in [0, 1)."""
    state, numbers = start, []
    for _ in range(draws):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        numbers.append(((z ^ (z >> 31)) >> 11) / (1 << 53))
    return numbers
