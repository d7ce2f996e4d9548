"""Wirkung against Gewinnbarkeit: whom to ask first, whom to plan for, and who has signed already. For the team only."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.chart import Chart, Table
from reports.charts.standing import Standing, standing
from reports.wording import Words
from scoring.alliance import Alliance
from scoring.assessment import Assessment
from scoring.domain import Stage

if TYPE_CHECKING:
    from reports.charts.canvas import Canvas

POINTS = 250
"""More actors are not drawn; those with the most impact are. All are in the sheet."""

NEXT = 10
"""So many of the ranking are labelled before all others."""

HALF = 50.0
"""Where the picture is divided into its four fields; the fourth is impact and ease from here on."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One actor in the matrix; `rank` is None for those who are not to be asked."""

    name: str
    ease: float
    impact: float
    stage: Stage
    rank: int | None

    @property
    def standing(self) -> Standing:
        """The group that its mark stands for."""
        return standing(self.stage)


def matrix(alliance: Alliance, assessment: Assessment, words: Words) -> Chart | None:
    """Return the matrix of all actors, None while there are none."""
    points = _points(assessment)
    if not points:
        return None
    return Chart(
        name="matrix",
        alt=_finding(points, words),
        table=_table(points, len(alliance.actors), words),
        paint=lambda width: _draw(points, words, width),
    )


def _points(assessment: Assessment) -> tuple[Point, ...]:
    """Return the actors in the order in which their labels choose a place: the next to ask, then by impact."""
    table = assessment.actors.sort_values(["impact", "key"], ascending=[False, True], kind="stable").head(POINTS)
    table = table.assign(first=table["rank"].where(table["rank"] <= NEXT))
    table = table.sort_values("first", kind="stable")
    columns = table[["name", "ease", "impact", "stage", "rank"]]
    return tuple(
        Point(name=name, ease=float(ease), impact=float(impact), stage=Stage(stage), rank=_whole(rank))
        for name, ease, impact, stage, rank in columns.itertuples(index=False, name=None)
    )


def _whole(rank: float) -> int | None:
    return None if math.isnan(rank) else int(rank)


def _finding(points: tuple[Point, ...], words: Words) -> str:
    first = [point.name for point in points if point.rank is not None and point.ease >= HALF <= point.impact][:3]
    signed = sum(point.standing is Standing.SIGNED for point in points)
    return words.text("chart.matrix.alt", n=len(points), signed=signed, names=words.listed(first))


def _table(points: tuple[Point, ...], actors: int, words: Words) -> Table:
    columns = ("rank", "actor", "impact", "ease", "stage")
    return Table(
        columns=tuple(words.text(f"chart.matrix.column.{column}") for column in columns),
        rows=tuple(_row(point, words) for point in points),
        more=actors - len(points),
    )


def _row(point: Point, words: Words) -> tuple[str, ...]:
    rank = "–" if point.rank is None else f"{point.rank}"
    return rank, point.name, words.number(point.impact), words.number(point.ease), words.label(point.stage)


def _draw(points: tuple[Point, ...], words: Words, width: int) -> "Canvas":
    from reports.charts.draw_matrix import draw  # noqa: PLC0415  reads matplotlib

    return draw(points, words, width)
