"""How far an actor has come, in the five groups that a picture can tell apart by colour and by mark."""

from dataclasses import dataclass
from enum import StrEnum

from reports.charts.palette import OPEN, PLEDGED, REFUSED, SIGNED, TALKING
from scoring.domain import Stage


class Standing(StrEnum):
    """The group of an actor, from the furthest on; its name in the wording is `chart.standing.<code>`."""

    SIGNED = "signed"
    PLEDGED = "pledged"
    TALKING = "talking"
    OPEN = "open"
    REFUSED = "refused"


@dataclass(frozen=True)
class Mark:
    """How a group looks: a marker of matplotlib's, its size (px) and its colour."""

    marker: str
    size: float
    colour: str


MARKS = {
    Standing.SIGNED: Mark("o", 13, SIGNED),
    Standing.PLEDGED: Mark("s", 12, PLEDGED),
    Standing.TALKING: Mark("D", 11, TALKING),
    Standing.OPEN: Mark("^", 12, OPEN),
    Standing.REFUSED: Mark("X", 12, REFUSED),
}


def standing(stage: Stage) -> Standing:
    """Return the group of a stage; who is postponed counts as open."""
    match stage:
        case Stage.SIGNED | Stage.MEASURES_PLANNED | Stage.IMPLEMENTING | Stage.MONITORING:
            return Standing.SIGNED
        case Stage.CONVINCED:
            return Standing.PLEDGED
        case Stage.CONTACTED | Stage.MEETING_PLANNED | Stage.TALKED:
            return Standing.TALKING
        case Stage.IDENTIFIED | Stage.POSTPONED:
            return Standing.OPEN
        case Stage.DECLINED | Stage.LEFT:
            return Standing.REFUSED
