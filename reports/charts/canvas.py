"""Drawing with matplotlib: a sheet measured in CSS px, safe text on it, and its bytes as SVG or PNG.

What belongs here: everything that knows matplotlib's or Pillow's habits. What is drawn stands in the chart's module.

One CSS px is one point of matplotlib's, so that sizes read the same everywhere. Fonts are the bundled DejaVu Sans, and
settings of the machine's own matplotlib are not read, so that every machine draws the same.
"""

import re
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import escape
from io import BytesIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.text import Text
from PIL import Image

from reports.charts.palette import INK, LINE, MUTED, NAMES, PAPER
from reports.one_line import one_line

POINTS_PER_INCH = 72
SHARP = 2
COLOURS = 64
TEXT_LIMIT = 60
SMALL, NORMAL = 12.0, 13.0

SETTINGS = {"svg.hashsalt": "klima-allianz", "svg.fonttype": "path", "path.simplify": True, "axes.unicode_minus": False}


@dataclass(frozen=True, kw_only=True)
class Canvas:
    """A drawing sheet of `width` × `height` CSS px. `plot` covers it whole: its data are px from the lower left."""

    figure: Figure
    width: int
    height: int
    plot: Axes

    def frame(self, left: float, bottom: float, right: float, top: float) -> Axes:
        """Return a plain plot that keeps so many px free at each side; the names of its axes are written by hand."""
        axes = self.figure.add_axes(
            (
                left / self.width,
                bottom / self.height,
                (self.width - left - right) / self.width,
                (self.height - bottom - top) / self.height,
            )
        )
        axes.patch.set_alpha(0.0)
        axes.set_xticks([])
        axes.set_yticks([])
        for side in axes.spines.values():
            side.set_visible(False)
        return axes


def sheet(width: int, height: int) -> Canvas:
    """Return an empty sheet."""
    figure = Figure(figsize=(width / POINTS_PER_INCH, height / POINTS_PER_INCH), dpi=POINTS_PER_INCH, facecolor=PAPER)
    FigureCanvasAgg(figure)
    plot = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    plot.set_axis_off()
    plot.set_zorder(10)  # what is written on the sheet stands above all plots
    plot.set_xlim(0, width)
    plot.set_ylim(0, height)
    return Canvas(figure=figure, width=width, height=height, plot=plot)


def write(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    *,
    size: float = NORMAL,
    colour: str = INK,
    bold: bool = False,
    **more: Any,
) -> Text:
    """Write one line at a place in the plot's data; text is data, never a formula. `more` goes to matplotlib."""
    drawn = axes.text(x, y, drawable(text), color=colour, fontproperties=_font(bold=bold), parse_math=False, **more)
    drawn.set_fontsize(size)
    return drawn


def text_width(text: str, size: float = NORMAL, *, bold: bool = False) -> float:
    """Return how many px a line takes."""
    font = get_font(_file(bold=bold))
    font.set_size(size, POINTS_PER_INCH)
    font.set_text(drawable(text), 0.0, flags=LoadFlags.NO_HINTING)
    width, _ = font.get_width_height()
    return float(width) / 64  # FreeType measures in 64ths of a px


def drawable(text: str) -> str:
    """Return the text on one line with □ for every character that the font cannot draw."""
    known = _characters()
    return "".join(letter if ord(letter) in known else "□" for letter in one_line(text, TEXT_LIMIT))


def shortened(text: str, width: float, size: float = NORMAL) -> str:
    """Return the text, cut to what fits into so many px."""
    line = drawable(text)
    while text_width(line, size) > width and len(line) > 2:  # noqa: PLR2004  one letter and the dots
        line = line[:-2].rstrip() + "…"
    return line


def legend(canvas: Canvas, x: float, y: float, entries: list[tuple[str, dict[str, Any]]], *, right: float) -> None:
    """Write a legend in rows from the left: each entry is its text and how its mark is drawn (a line's settings)."""
    start = x
    for text, mark in entries:
        needed = 22 + text_width(text, SMALL)
        if x > start and x + needed > right:
            x, y = start, y - 20
        canvas.plot.plot([x + 7], [y], clip_on=False, **mark)
        write(canvas.plot, x + 20, y, text, size=SMALL, colour=MUTED, va="center_baseline")
        x += needed + 16


def baseline(axes: Axes) -> None:
    """Draw the lower edge of a plot."""
    axes.spines["bottom"].set_visible(True)
    axes.spines["bottom"].set_color(LINE)


def svg(paint: Callable[[int], Canvas], width: int, *, name: str, alt: str) -> str:
    """Return the drawing as an <svg> element; its ids begin with `name`, its colours are CSS variables."""
    with _settings():
        canvas, out = paint(width), BytesIO()
        canvas.figure.patch.set_alpha(0.0)
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        canvas.figure.savefig(out, format="svg", metadata=nothing)
    drawing = out.getvalue().decode("utf-8")
    body = drawing[drawing.index(">", drawing.index("<svg")) + 1 :]
    body = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", body)
    body = re.sub(r"#[0-9a-f]{6}\b", lambda colour: _variable(colour.group()), body)
    head = f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" role="img" viewBox="0 0 {canvas.width} {canvas.height}"'
    return f'{head} aria-label="{escape(one_line(alt, 600))}">{_packed(body)}'


def png(paint: Callable[[int], Canvas], width: int) -> bytes:
    """Return the drawing as a PNG."""
    with _settings():
        canvas, raw, out = paint(width), BytesIO(), BytesIO()
        canvas.figure.savefig(raw, format="png", dpi=SHARP * POINTS_PER_INCH, metadata={"Software": None})
    with Image.open(raw) as picture:
        few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(out, "PNG", optimize=True)
    return out.getvalue()


@contextmanager
def _settings() -> Iterator[None]:
    with mpl.rc_context():
        mpl.rcdefaults()
        settings: MutableMapping[Any, Any] = mpl.rcParams
        settings.update(SETTINGS)
        yield


def _variable(colour: str) -> str:
    name = NAMES.get(colour)
    return f"var(--chart-{name}, {colour})" if name else colour


def _packed(body: str) -> str:
    """Leave out what the page does not need: indents, and in the paths decimals that nobody sees."""
    body = re.sub(r'\bd="[^"]+"', lambda path: re.sub(r"(\d\.\d\d)\d+", r"\1", path.group()), body)
    return re.sub(r"\s*\n\s*", "\n", body).strip()


def _file(*, bold: bool) -> str:
    return f"{mpl.get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf"


@cache
def _font(*, bold: bool) -> FontProperties:
    return FontProperties(fname=_file(bold=bold))


@cache
def _characters() -> frozenset[int]:
    return frozenset(get_font(_file(bold=False)).get_charmap()) & frozenset(get_font(_file(bold=True)).get_charmap())
