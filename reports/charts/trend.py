"""The coverage over time: a step for every change, with its bounds, the goal, and where today is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from reports.charts.chart import Chart, Table
from reports.charts.shares import certain_percent
from reports.wording import Words
from scoring.memory import HistoryRow
from scoring.messages import Argument

if TYPE_CHECKING:
    from reports.charts.canvas import Canvas

ROWS = 200
"""More changes are not listed in the table; the newest are."""


@dataclass(frozen=True, kw_only=True)
class Story:
    """What is drawn: stretches of known coverage with one inventory each, oldest first, and the goal (0..1)."""

    stretches: tuple[tuple[HistoryRow, ...], ...]
    today: date
    goal: float | None

    @property
    def first(self) -> date:
        """The first known day."""
        return self.stretches[0][0].day

    @property
    def last(self) -> HistoryRow:
        """What holds today."""
        return self.stretches[-1][-1]


def coverage_trend(history: Sequence[HistoryRow], today: date, goal: float | None, words: Words) -> Chart | None:
    """Return the conservative coverage over time, None while it was never known.

    `history` is the memory's, oldest first; rows after `today` are left out. `goal` is a share 0..1 or None.
    """
    known = [row for row in history if row.day <= today and row.coverage_min is not None]
    if not known:
        return None
    story = Story(stretches=tuple(_stretches(known)), today=today, goal=goal)
    return Chart(
        name="trend",
        alt=_finding(story, words),
        table=_table(known, words),
        paint=lambda width: _draw(story, words, width),
    )


def _stretches(rows: Sequence[HistoryRow]) -> Iterator[tuple[HistoryRow, ...]]:
    """Yield the rows between two changes of the inventory, of several on one day only the last."""
    days = {row.day: row for row in rows}
    stretch: list[HistoryRow] = []
    for row in days.values():
        if row.restatement and stretch:
            yield tuple(stretch)
            stretch = []
        stretch.append(row)
    yield tuple(stretch)


def _finding(story: Story, words: Words) -> str:
    first, last = story.stretches[0][0], story.last
    values: Mapping[str, Argument] = {"share": certain_percent(last.coverage_min or 0.0, words), "today": story.today}
    if story.first == story.today:
        said = words.text("chart.trend.alt.today", **values)
    else:
        said = words.text(
            "chart.trend.alt", before=certain_percent(first.coverage_min or 0.0, words), first=first.day, **values
        )
    return (
        said if story.goal is None else f"{said} {words.text('chart.trend.alt.goal', goal=words.percent(story.goal))}"
    )


def _table(rows: Sequence[HistoryRow], words: Words) -> Table:
    columns = ("day", "certain", "likely", "possible", "members")
    newest = list(reversed(rows))
    return Table(
        columns=tuple(words.text(f"chart.trend.column.{column}") for column in columns),
        rows=tuple(_row(row, words) for row in newest[:ROWS]),
        more=max(0, len(newest) - ROWS),
    )


def _row(row: HistoryRow, words: Words) -> tuple[str, ...]:
    shares = (row.coverage_mid, row.coverage_max)
    day = f"{words.day(row.day)} ({words.text('chart.trend.restated')})" if row.restatement else words.day(row.day)
    return (
        day,
        certain_percent(row.coverage_min or 0.0, words),
        *(words.percent(float("nan") if share is None else share, 1) for share in shares),
        words.number(row.members),
    )


def _draw(story: Story, words: Words, width: int) -> "Canvas":
    from reports.charts.draw_trend import draw  # noqa: PLC0415  reads matplotlib

    return draw(story, words, width)
