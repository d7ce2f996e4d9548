"""Einstellungen with the defaults of the sheet page filled in."""

from dataclasses import dataclass

from tests.reference.rows import Typed

WEIGHTS = (0.4, 0.3, 0.2, 0.1)


@dataclass(frozen=True, kw_only=True)
class Given:
    """The settings that always have a value."""

    population: float
    jobs_total: float
    revenue_total: float
    weights: tuple[float, ...]
    top_n: int
    step2_pledges: int
    step6_share: float
    review_months: int


def given(typed: Typed) -> Given:
    """Return the defaults where nothing is typed; weights add up to 1."""
    population = _or(typed["population"], 50_000.0)
    jobs = _or(typed["jobs_total"], 0.40 * population)
    return Given(
        population=population,
        jobs_total=jobs,
        revenue_total=_or(typed["revenue_total"], 0.2 * jobs),
        weights=_weights(typed["weights"]),
        top_n=int(_or(typed["top_n"], 10)),
        step2_pledges=int(_or(typed["step2_pledges"], 3)),
        step6_share=_or(typed["step6_share"], 80.0),
        review_months=int(_or(typed["review_months"], 6)),
    )


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


def _weights(typed: tuple[float | None, ...]) -> tuple[float, ...]:
    """A blank or negative weight is its default; a zero sum means all four defaults."""
    weights = [
        default if weight is None or weight < 0 else weight for weight, default in zip(typed, WEIGHTS, strict=True)
    ]
    if sum(weights) == 0:
        return WEIGHTS
    return tuple(weight / sum(weights) for weight in weights)
