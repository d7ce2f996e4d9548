"""What a try of `check --probe` showed."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a try showed: whether the fact holds, and what there was to see. No cell of people is ever in it."""

    holds: bool
    text: str


def same(found: object, wanted: object) -> Seen:
    """Return what was seen where exactly one thing is wanted."""
    return Seen(holds=found == wanted, text=f"saw {found!r}" if found == wanted else f"saw {found!r}, not {wanted!r}")
