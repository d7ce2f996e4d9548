"""Section 2: Gewinnbarkeit (ease), 0–100, and the low-hanging fruits."""

from tests.reference.rows import Actor

ATTITUDE = {"supporter": 1.0, "neutral": 0.5, "sceptic": 0.25, "opponent": 0.0}


def ease(actor: Actor) -> tuple[float, float, float]:
    """Return low, mid and high."""
    relationship = actor["relationship"]
    r = (0.0, 0.1, 1.0) if relationship is None else (relationship / 5,) * 3
    a = (ATTITUDE[actor["attitude"]],) * 3 if actor["attitude"] else (0.0, 0.4, 1.0)
    low, mid, high = (100 * (0.5 * x + 0.5 * y) for x, y in zip(r, a, strict=True))
    return low, mid, high


def low_hanging(actor: Actor) -> str:
    """Return yes, possible or no; a person's entry wins."""
    if actor["low_hanging"]:
        return actor["low_hanging"]
    if actor["attitude"] in {"opponent", "sceptic"}:
        return "no"
    if actor["attitude"] == "supporter" or (actor["relationship"] is not None and actor["relationship"] >= 4):
        return "yes"
    return "possible" if actor["relationship"] is None or not actor["attitude"] else "no"
