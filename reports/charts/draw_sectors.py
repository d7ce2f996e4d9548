"""How the coverage by sector is drawn."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reports.charts.canvas import SMALL, Canvas, legend, sheet, text_width, write
from reports.charts.palette import EMPTY, GRID, INK, MUTED, ON_COLOUR, PAPER
from reports.charts.sectors import SHOWN, Bar
from reports.charts.standing import MARKS, Standing
from reports.wording import Words

FOOT = 66
BAR_WIDTH = 30.0


def draw(bars: Sequence[Bar], words: Words, width: int) -> Canvas:
    """Return the drawing: on a page the names stand beside the bars, on a phone above them."""
    names = max(text_width(words.label(bar.sector)) for bar in bars)
    beside = width > 500  # noqa: PLR2004
    step, foot = (46, FOOT) if beside else (58, FOOT + 22)
    canvas = sheet(width, round(len(bars) * step + foot))
    left = names + 18 if beside else 2
    axes = canvas.frame(left=left, bottom=foot, right=26, top=2)
    axes.set_xlim(0, 1)
    axes.set_ylim(len(bars) * step, 0)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        axes.axvline(share, color=GRID, linewidth=1, zorder=0)
        write(
            axes,
            share,
            len(bars) * step + 8,
            words.percent(share),
            size=SMALL,
            colour=MUTED,
            ha="left" if not share and not beside else "center",
            va="top",
        )
    plot_width = width - left - 26
    for place, bar in enumerate(bars):
        _draw_bar(axes, bar, words, top=place * step + (4 if beside else 24), beside=beside, plot_width=plot_width)
    _write_legend(canvas, words, left)
    return canvas


def _draw_bar(axes: Axes, bar: Bar, words: Words, *, top: float, beside: bool, plot_width: float) -> None:
    weight = words.text("chart.sectors.weight", weight=words.percent(bar.weight))
    middle = top + BAR_WIDTH / 2
    name = words.label(bar.sector)
    if beside:
        at = -10 / plot_width
        write(axes, at, middle - 8, name, ha="right", va="center_baseline")
        write(axes, at, middle + 9, weight, size=11, colour=MUTED, ha="right", va="center_baseline")
    else:
        write(axes, 0, top - 9, name, va="center_baseline")
        write(axes, 1, top - 9, weight, size=11, colour=MUTED, ha="right", va="center_baseline")
    start = 0.0
    for part, colour, ink in zip(bar.parts, _colours(), (PAPER, ON_COLOUR, ON_COLOUR, INK), strict=True):
        axes.add_patch(
            Rectangle((start, top), part, BAR_WIDTH, facecolor=colour, edgecolor=PAPER, linewidth=1.2, zorder=2)
        )
        figure = f"{words.number(100 * part)}"
        if part * plot_width > text_width(figure) + 10 and part >= 0.005:  # noqa: PLR2004  it rounds to 1
            write(axes, start + part / 2, middle, figure, colour=ink, ha="center", va="center_baseline", zorder=3)
        start += part


def _colours() -> tuple[str, ...]:
    return (*(MARKS[code].colour for code in SHOWN), EMPTY)


def _write_legend(canvas: Canvas, words: Words, left: float) -> None:
    entries = [
        (
            words.text(f"chart.standing.{code}"),
            {"marker": "s", "markersize": 12, "color": colour, "markeredgewidth": 0},
        )
        for code, colour in zip((*SHOWN, Standing.OPEN), _colours(), strict=True)
    ]
    rows = canvas.width < 500  # noqa: PLR2004
    legend(canvas, left if not rows else 4, 36 if rows else 16, entries, right=canvas.width - 4)
