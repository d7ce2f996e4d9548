"""How the coverage over time is drawn."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from matplotlib.axes import Axes

from reports.charts.canvas import SMALL, Canvas, baseline, legend, sheet, text_width, write
from reports.charts.palette import BAND, GOAL, GRID, LINE, MUTED, SIGNED
from reports.charts.shares import certain_percent, nice_step
from reports.charts.trend import Story
from reports.wording import Words
from scoring.memory import HistoryRow

DAYS_ONLY = 70
"""A history of fewer days is dated by its first day, a longer one by months."""


def draw(story: Story, words: Words, width: int) -> Canvas:
    """Return the drawing."""
    canvas = sheet(width, 330 if width > 500 else 290)  # noqa: PLR2004  a page or a phone
    axes = canvas.frame(left=46, bottom=78, right=26, top=22)
    _scale(axes, story, words)
    for stretch, following in pairwise((*story.stretches, ())):
        _draw_stretch(axes, stretch, following[0].day if following else story.today)
    for stretch in story.stretches[1:]:
        axes.axvline(stretch[0].day.toordinal(), color=MUTED, linewidth=1, linestyle=(0, (1, 3)))
    _mark_today(axes, story, words)
    _write_days(canvas, axes, story, words)
    _write_legend(canvas, story, words)
    return canvas


def _scale(axes: Axes, story: Story, words: Words) -> None:
    rows = [row for stretch in story.stretches for row in stretch]
    largest = max([story.goal or 0.0, *(max(row.coverage_min or 0.0, row.coverage_max or 0.0) for row in rows)])
    step = nice_step(max(largest, 0.01), 6)
    top = min(step * (int(largest / step + 1e-9) + 1), 1.0 if largest > 0.5 else 2.0)  # noqa: PLR2004
    start, end = story.first.toordinal(), story.today.toordinal()
    span = max(end - start, 1)
    axes.set_xlim(start - 0.01 * span, end + 0.03 * span)
    axes.set_ylim(0, top)
    for number in range(round(top / step) + 1):
        level = number * step
        axes.axhline(level, color=GRID, linewidth=1, zorder=0)
        label = words.percent(level, 0 if step >= 0.01 else 1)  # noqa: PLR2004
        write(
            axes,
            -0.012,
            level,
            label,
            size=SMALL,
            colour=MUTED,
            ha="right",
            va="center_baseline",
            transform=axes.get_yaxis_transform(),
        )
    baseline(axes)
    if story.goal is not None:
        axes.axhline(story.goal, color=GOAL, linewidth=2, linestyle=(0, (5, 3)), zorder=2)
        label = words.text("chart.goal", goal=words.percent(story.goal))
        write(
            axes,
            0.004,
            story.goal + 0.02 * top,
            label,
            size=SMALL,
            colour=GOAL,
            bold=True,
            va="bottom",
            transform=axes.get_yaxis_transform(),
        )


def _draw_stretch(axes: Axes, stretch: Sequence[HistoryRow], until: date) -> None:
    days = [*(row.day.toordinal() for row in stretch), until.toordinal()]
    low = [row.coverage_min or 0.0 for row in (*stretch, stretch[-1])]
    if all(row.coverage_max is not None for row in stretch):
        high = [row.coverage_max or 0.0 for row in (*stretch, stretch[-1])]
        axes.fill_between(days, low, high, step="post", color=BAND, linewidth=0, zorder=1)
    axes.plot(days, low, drawstyle="steps-post", color=SIGNED, linewidth=3.5, solid_joinstyle="miter", zorder=3)


def _mark_today(axes: Axes, story: Story, words: Words) -> None:
    day, share = story.today.toordinal(), story.last.coverage_min or 0.0
    top = axes.get_ylim()[1]
    axes.axvline(day, color=LINE, linewidth=1.5, zorder=1)
    axes.plot([day], [share], marker="o", markersize=10, color=SIGNED, markeredgewidth=0, zorder=4, clip_on=False)
    edge = max(share, story.last.coverage_max or 0.0)
    free = min(top, story.goal) if story.goal is not None and story.goal > edge else top
    below = free - edge < 0.13 * top < share
    write(
        axes,
        day - 0.02 * (axes.get_xlim()[1] - axes.get_xlim()[0]),
        share - 0.05 * top if below else edge + 0.025 * top,
        certain_percent(share, words),
        size=19,
        colour=SIGNED,
        bold=True,
        ha="right",
        va="top" if below else "bottom",
        zorder=5,
    )


def _write_days(canvas: Canvas, axes: Axes, story: Story, words: Words) -> None:
    start, end = axes.get_xlim()
    plot_width = axes.get_position().width * canvas.width
    today = words.text("chart.today")
    place = story.today.toordinal()
    write(
        axes, place, -0.045, today, size=SMALL, bold=True, ha="center", va="top", transform=axes.get_xaxis_transform()
    )
    taken = (place - start) / (end - start) * plot_width - text_width(today, SMALL, bold=True) / 2 - 10
    for day, label in _ticks(story, words, plot_width):
        at = (day.toordinal() - start) / (end - start) * plot_width
        half = text_width(label.partition("\n")[0], SMALL) / 2
        if at + half < taken:
            axes.plot([day.toordinal()], [0], marker="|", markersize=8, color=LINE, clip_on=False)
            for line, text in enumerate(label.split("\n")):
                write(
                    axes,
                    day.toordinal(),
                    -0.045 - 0.075 * line,
                    text,
                    size=SMALL,
                    colour=MUTED,
                    ha="center",
                    va="top",
                    transform=axes.get_xaxis_transform(),
                )


def _ticks(story: Story, words: Words, plot_width: float) -> Iterator[tuple[date, str]]:
    """Yield the days to name below the plot; a month at the first of the year, or the first named, with its year."""
    span = (story.today - story.first).days
    if span < DAYS_ONLY:
        yield story.first, words.day(story.first)
        return
    room = max(2, int(plot_width / 56))
    months = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if span / 30.4 / step <= room)
    year, month, named = story.first.year, story.first.month, 0
    while (day := date(year, month, 1)) <= story.today:
        if day >= story.first and (month - 1) % months == 0 and (months <= 12 or year % (months // 12) == 0):  # noqa: PLR2004
            name = words.month_short(day)
            yield day, f"{name}\n{year}" if year != named else name
            named = year
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)  # noqa: PLR2004


def _write_legend(canvas: Canvas, story: Story, words: Words) -> None:
    line = {"marker": "s", "markersize": 11, "color": SIGNED, "markeredgewidth": 0}
    entries = [(words.text("chart.trend.certain"), line)]
    if any(row.coverage_max is not None for stretch in story.stretches for row in stretch):
        entries.append((words.text("chart.trend.band"), line | {"color": BAND}))
    if len(story.stretches) > 1:
        entries.append((words.text("chart.trend.restated"), line | {"color": MUTED, "marker": "|"}))
    legend(canvas, 46, 16 if canvas.width > 500 or len(entries) < 2 else 32, entries, right=canvas.width - 8)  # noqa: PLR2004
