"""Section 7, end: the estimate when emissions are unknown, t per job by WZ 2008 industry."""

import csv
from importlib.resources import files

from tests.reference.rows import Actor

SPLIT = ("fuels", "electricity", "heat", "process", "sold_energy")
NO_AVERAGE = ("D", "E", "L")


def _table() -> dict[str, tuple[float, float]]:
    """Fuels and electricity, t per job, by section letter and by two-digit division; ranges are written out."""
    lines = files("scoring").joinpath("emission_intensities.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {
        code: (float(row["fuels_t"]), float(row["electricity_t"])) for row in rows for code in _codes(row["wz2008"])
    }


def _codes(span: str) -> list[str]:
    first, _, last = span.partition("-")
    last = last or first
    if first.isalpha():
        return [chr(c) for c in range(ord(first), ord(last) + 1) if chr(c) not in NO_AVERAGE]
    return [f"{n:02}" for n in range(int(first), int(last) + 1)]


INTENSITIES = _table()


def split_given(actor: Actor) -> bool:
    """Say whether any part of the split is typed; then it replaces THG."""
    return any(actor[part] is not None for part in SPLIT)  # type: ignore[literal-required]


def typed_emissions(actor: Actor) -> float | None:
    """Return all components together as typed, t a year; a blank part of a split is 0."""
    if split_given(actor):
        return sum(actor[part] or 0.0 for part in SPLIT)  # type: ignore[literal-required,misc]
    return actor["emissions"]


def estimate(actor: Actor, *, electricity: bool = True) -> float | None:
    """Return jobs × intensity, t a year; None where a figure is typed, or jobs or an average are missing."""
    if typed_emissions(actor) is not None or actor["jobs"] is None or actor["industry"] not in INTENSITIES:
        return None
    fuels, power = INTENSITIES[actor["industry"]]
    return actor["jobs"] * fuels + (actor["jobs"] * power if electricity else 0.0)
