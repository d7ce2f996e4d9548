"""How much of each sector's emissions has signed, is pledged, is being talked about, and is open. For the team only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.charts.chart import Chart, Table
from reports.charts.standing import Standing, standing
from reports.wording import Words
from scoring.alliance import Alliance
from scoring.assessment import Assessment
from scoring.domain import Sector, Stage
from scoring.messages import Argument
from scoring.trace import sector_tonnes

if TYPE_CHECKING:
    from reports.charts.canvas import Canvas

SHOWN = (Standing.SIGNED, Standing.PLEDGED, Standing.TALKING)
"""What a bar is made of; the rest of it is open."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One sector: its total (t CO2e a year), its share of all sectors, and its parts as shares 0..1 of its total.

    The parts are those of `SHOWN` and the open rest; together they are 1.
    """

    sector: Sector
    total: float
    weight: float
    parts: tuple[float, float, float, float]


def sectors(alliance: Alliance, assessment: Assessment, words: Words) -> Chart | None:
    """Return the coverage by sector, the largest emitter first; None while it cannot be computed."""
    if assessment.coverage.minimum is None or not any(alliance.settings.inventory_by_sector.values()):
        return None
    bars = _bars(alliance, assessment)
    return Chart(
        name="sectors",
        alt=_finding(bars, words),
        table=_table(bars, words),
        paint=lambda width: _draw(bars, words, width),
    )


def _bars(alliance: Alliance, assessment: Assessment) -> tuple[Bar, ...]:
    totals = {sector: total for sector, total in alliance.settings.inventory_by_sector.items() if total > 0}
    order = sorted(totals, key=lambda sector: (-totals[sector], sector))
    reached = [sector_tonnes(alliance, assessment, _stages(step)) for step in SHOWN]
    whole = sum(totals.values())
    return tuple(
        Bar(sector=sector, total=totals[sector], weight=totals[sector] / whole, parts=_parts(reached, sector, totals))
        for sector in order
    )


def _stages(furthest: Standing) -> tuple[Stage, ...]:
    """Return the stages that count up to that group, besides the signatures themselves."""
    counted = SHOWN[1 : SHOWN.index(furthest) + 1]
    return tuple(stage for stage in Stage if standing(stage) in counted)


def _parts(
    reached: list[Mapping[Sector, float]], sector: Sector, totals: Mapping[Sector, float]
) -> tuple[float, float, float, float]:
    """Return the parts of a bar: what contradicts the sector's total is cut off at it."""
    signed, pledged, talking = (min(tonnes[sector] / totals[sector], 1.0) for tonnes in reached)
    pledged = max(pledged, signed)
    talking = max(talking, pledged)
    return signed, pledged - signed, talking - pledged, 1.0 - talking


def _finding(bars: tuple[Bar, ...], words: Words) -> str:
    most, least = max(bars, key=lambda bar: bar.parts[0]), min(bars, key=lambda bar: bar.parts[0])
    values: Mapping[str, Argument] = {"most": most.sector, "share": most.parts[0]}
    if len(bars) == 1:
        return words.text("chart.sectors.alt.one", **values)
    return words.text("chart.sectors.alt", least=least.sector, other=least.parts[0], **values)


def _table(bars: tuple[Bar, ...], words: Words) -> Table:
    columns = ("sector", "total", "signed", "pledged", "talking", "open")
    return Table(
        columns=tuple(words.text(f"chart.sectors.column.{column}") for column in columns),
        rows=tuple(
            (words.label(bar.sector), words.tonnes(bar.total), *(words.percent(part, 1) for part in bar.parts))
            for bar in bars
        ),
    )


def _draw(bars: tuple[Bar, ...], words: Words, width: int) -> "Canvas":
    from reports.charts.draw_sectors import draw  # noqa: PLC0415  reads matplotlib

    return draw(bars, words, width)
