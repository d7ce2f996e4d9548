"""How the matrix of impact and ease is drawn."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reports.charts.canvas import SMALL, Canvas, drawable, legend, sheet, shortened, text_width, write
from reports.charts.matrix import HALF, Point
from reports.charts.palette import INK, LINE, MUTED, PAPER, WASH
from reports.charts.placing import Box, placed, spread
from reports.charts.standing import MARKS
from reports.wording import Words

LABEL = 11.0
HEIGHT = 14.0
WIDEST = 190.0
ASIDE = 12.0
LABELS_PER_PX = 1 / 14
"""How many labels a picture may have for each px of its width: on a phone fewer than on a page."""


def draw(points: Sequence[Point], words: Words, width: int) -> Canvas:
    """Return the drawing."""
    legend_rows = 1 if width > 620 else 2 if width > 400 else 3  # noqa: PLR2004  a page, a mail, a phone
    foot = 40 + 20 * legend_rows
    canvas = sheet(width, round(0.66 * width if width > 500 else 1.05 * width) + foot)  # noqa: PLR2004
    axes = canvas.frame(left=26, bottom=foot, right=2, top=2)
    axes.set_xlim(-4, 104)
    axes.set_ylim(-4, 104)
    taken = _draw_fields(canvas, axes, words)
    at = spread([_px(_area(canvas, axes), axes, point) for point in points], ASIDE)
    _draw_marks(canvas, points, at)
    _draw_labels(canvas, axes, points, at, taken)
    _name_axes(canvas, axes, words)
    entries = [
        (
            words.text(f"chart.standing.{code}"),
            {"marker": mark.marker, "markersize": mark.size - 1, "color": mark.colour, "markeredgewidth": 0},
        )
        for code, mark in MARKS.items()
        if any(point.standing is code for point in points)
    ]
    legend(canvas, 26, 20 * legend_rows - 6, entries, right=width - 4)
    return canvas


def _draw_fields(canvas: Canvas, axes: Axes, words: Words) -> list[Box]:
    """Draw the four fields with their names in the corners; return the boxes of the names, px."""
    axes.add_patch(Rectangle((HALF, HALF), 54, 54, facecolor=WASH, edgecolor="none", zorder=0))
    for draw_line in (axes.axhline, axes.axvline):
        draw_line(HALF, color=LINE, linewidth=1.5, zorder=1)
    for side in axes.spines.values():
        side.set_visible(True)
        side.set_color(LINE)
        side.set_linewidth(1.5)
    left, bottom, right, top = _area(canvas, axes)
    narrow = canvas.width < 450  # noqa: PLR2004
    size = LABEL if narrow else SMALL
    boxes = []
    for code, x, y in (("plan", 0, 1), ("first", 1, 1), ("later", 0, 0), ("quick", 1, 0)):
        name = words.text(f"chart.matrix.{code}")
        wide = text_width(name, size, bold=True)
        at_x = right - 8 - wide if x else left + 8
        at_y = top - 20 if y else bottom + 7
        write(canvas.plot, at_x, at_y, name, size=size, colour=MUTED, bold=True, va="bottom")
        boxes.append((at_x - 4, at_y - 3, at_x + wide + 4, at_y + 17))
    return boxes


def _draw_marks(canvas: Canvas, points: Sequence[Point], at: Sequence[tuple[float, float]]) -> None:
    """Draw each mark with a rim, the ones to be asked first on top."""
    for standing, mark in reversed(MARKS.items()):
        group = [place for point, place in zip(points, at, strict=True) if point.standing is standing]
        canvas.plot.plot(
            [x for x, _ in group],
            [y for _, y in group],
            linestyle="none",
            marker=mark.marker,
            markersize=mark.size,
            color=mark.colour,
            markeredgecolor=PAPER,
            markeredgewidth=1.2,
            zorder=4,
        )


def _draw_labels(
    canvas: Canvas, axes: Axes, points: Sequence[Point], at: Sequence[tuple[float, float]], taken: Sequence[Box]
) -> None:
    left, bottom, right, top = _area(canvas, axes)
    names = [shortened(point.name, WIDEST, LABEL) for point in points[: int(canvas.width * LABELS_PER_PX)]]
    sizes = [(text_width(name, LABEL) + 2, HEIGHT) for name in names]
    boxes = placed(at, sizes, (left + 3, bottom + 3, right - 3, top - 3), radius=6.5, taken=taken)
    for name, box in zip(names, boxes, strict=True):
        if box is not None:
            middle = (box[1] + box[3]) / 2
            write(canvas.plot, box[0] + 1, middle, name, size=LABEL, colour=INK, va="center_baseline", zorder=6)


def _area(canvas: Canvas, axes: Axes) -> Box:
    """Return the plot's box on the sheet, px."""
    place = axes.get_position()
    return place.x0 * canvas.width, place.y0 * canvas.height, place.x1 * canvas.width, place.y1 * canvas.height


def _px(area: Box, axes: Axes, point: Point) -> tuple[float, float]:
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    return (
        area[0] + (point.ease - left) / (right - left) * (area[2] - area[0]),
        area[1] + (point.impact - bottom) / (top - bottom) * (area[3] - area[1]),
    )


def _name_axes(canvas: Canvas, axes: Axes, words: Words) -> None:
    left, bottom, right, top = _area(canvas, axes)
    across, up = f"{words.text('chart.matrix.ease')} →", f"{words.text('chart.matrix.impact')} →"
    write(
        canvas.plot, (left + right) / 2, bottom - 18, drawable(across), colour=MUTED, ha="center", va="center_baseline"
    )
    write(canvas.plot, 12, (bottom + top) / 2, drawable(up), colour=MUTED, rotation=90, ha="center", va="center")
