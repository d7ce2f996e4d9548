"""The native charts on Übersicht, as openpyxl spells them; what they show is decided in `sync.layout.charts`.

`setup` draws them. A sync never touches them: they hold no figures of their own, and follow the cells that they show.
Each lies in a frame of a fixed name, by which it is known again (`sync.workbook.setup.added_charts`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl.chart import BarChart, LineChart, ScatterChart
from openpyxl.chart.axis import Scaling
from openpyxl.chart.data_source import AxDataSource, NumDataSource, NumRef, StrRef
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.spreadsheet_drawing import AbsoluteAnchor
from openpyxl.drawing.xdr import XDRPoint2D, XDRPositiveSize2D
from openpyxl.worksheet.worksheet import Worksheet

from scoring.addresses import column_letter
from scoring.columns import TabSpec
from scoring.domain import Language, Sector
from scoring.tabs import HISTORY, OVERVIEW, RESULTS, SECTORS
from sync.layout.charts import (
    BOUNDS,
    CHART_TABS,
    HIGHEST,
    RANKED_ROWS,
    SECTOR_BARS,
    SECTOR_SHARES,
    SHARES,
    TITLES,
    axis_title,
)
from sync.layout.colours import GREEN, GREY, HAIRLINE, INK, LIGHT_GREEN, MID_GREY, WHITE
from sync.layout.widths import characters
from sync.workbook.book import cell_range
from sync.workbook.setup.chart_looks import Dash, chart_title, dress_axis, label, legend, line, no_line, plotted, rich

AnyChart = BarChart | LineChart | ScatterChart

FRAME = "klima-allianz:"
"""What the name of a chart's frame begins with; then follows its name in code."""

WIDTH, HEIGHT, GAP = 700, 310, 12
"""Pixels of a chart, and between two of them."""

TOP, LEFT = 70, 24
"""Pixels above the first chart (title and tick box), and between the text and the charts."""

DIGIT, COLUMN_PADDING = 7.4, 5
"""Pixels of a digit of the usual font in LibreOffice, which draws it widest, and what a column has besides."""

HISTORY_ROWS = 25
"""The first rows of Verlauf that are drawn, the header included; `setup` draws more once more are filled."""

SEEN_FROM = 4
"""Percent of a bar from which on there is room for its figure."""

PERCENT: Mapping[Language, str] = {"de": '0" %"', "en": '0"%"'}
"""How percents are written along an axis."""

PLACES: Mapping[Language, str] = {
    "de": "Die Zahl ist der Platz im Tab Auswertung, dort stehen die Namen.",
    "en": "The number is the place on the tab Results, which has the names.",
}
"""What a number in the matrix is: there is one even where somebody of the first twenty has no rank any more."""

POINTS: Mapping[Language, str] = {
    "de": "Ein Punkt je Änderung. Öffentlich gilt „mindestens“.",
    "en": "One point per change. Public is “at least”.",
}

Titles = Mapping[str, str]
"""The titles of the service tabs in this workbook, by name in code."""


def add_charts(
    sheet: Worksheet,
    names: Iterable[str],
    titles: Titles,
    language: Language,
    *,
    history_rows: int = 0,
    widths: Sequence[float] = (),
    scale: float = 1.0,
) -> None:
    """Draw these charts on Übersicht, right of the text and one below the other.

    `history_rows` is how many rows of Verlauf are filled, `widths` are those of the columns with the text in
    characters, () when they are as `setup` makes them, and `scale` is how much wider these are drawn than by our font.
    A chart's place is fixed in pixels, because the rows beside it grow and shrink with what a sync says in them.
    """
    widths = widths or [characters(OVERVIEW, column, language) for column in OVERVIEW.columns]
    left = LEFT + sum(DIGIT * scale * width + COLUMN_PADDING for width in widths)
    for name in names:
        place = list(CHART_TABS).index(name)
        chart = _chart(name, titles[CHART_TABS[name].name], language, history_rows)
        anchor = _NamedAnchor(name, language, round(left), TOP + place * (HEIGHT + GAP))
        chart.anchor = anchor  # type: ignore[assignment]  # the stubs know only names of cells
        sheet.add_chart(chart)


class _NamedAnchor(AbsoluteAnchor):
    """A place for a chart whose frame has our name and says what it shows; openpyxl calls them all "Chart 1"."""

    tagname = "absoluteAnchor"
    __elements__ = AbsoluteAnchor.__elements__

    def __init__(self, name: str, language: Language, left: int, top: int) -> None:
        super().__init__(
            pos=XDRPoint2D(EMU * left, EMU * top),
            ext=XDRPositiveSize2D(EMU * WIDTH, EMU * HEIGHT),
        )
        self._name = FRAME + name
        self._said = TITLES[name][language][0]

    def to_tree(self, *args: Any, **kwargs: Any) -> Any:
        """Return the element, with the frame that the drawing has given by now."""
        frame: Any = self.graphicFrame
        said = frame.nvGraphicFramePr.cNvPr
        said.name, said.descr = self._name, self._said
        return super().to_tree(*args, **kwargs)


EMU = 9525
"""The unit of drawings, per pixel."""


def _chart(name: str, title: str, language: Language, history_rows: int) -> AnyChart:
    chart: AnyChart
    match name:
        case "sectors":
            chart = _sectors(title, language)
        case "matrix":
            chart = _matrix(title, language)
        case _:
            chart = _history(title, language, rows_drawn(history_rows))
    chart.title = chart_title(TITLES[name][language][0])
    chart.roundedCorners = False
    chart.visible_cells_only = False  # it goes on showing lines that people hide on the tab of its figures
    chart.graphical_properties = GraphicalProperties(solidFill=WHITE, ln=line(HAIRLINE))
    return chart


def shown_columns(name: str) -> frozenset[str]:
    """Return the letters of the columns that a chart shows."""
    fields = {"sectors": ("sector", *SECTOR_BARS), "matrix": ("ease", "impact"), "history": ("date", *BOUNDS)}
    return frozenset(_letters(CHART_TABS[name], field) for field in fields[name])


def rows_drawn(filled: int) -> int:
    """Return the last row of Verlauf that is drawn when so many rows are filled: there is room for more."""
    return HISTORY_ROWS if filled <= HISTORY_ROWS else filled + HISTORY_ROWS


def _sectors(title: str, language: Language) -> BarChart:
    rows = len(Sector) + 1
    chart = BarChart(gapWidth=30, overlap=100)
    chart.type, chart.grouping = "bar", "stacked"
    for field, (colour, figure) in SECTOR_BARS.items():
        series = _series(chart, len(chart.series), SECTORS, title, field, rows)
        series.cat = AxDataSource(strRef=StrRef(f=_cells(SECTORS, title, "sector", rows)))
        series.spPr = GraphicalProperties(solidFill=colour, ln=line(WHITE, 1.5))
        if figure:
            series.dLbls = label(figure, f'[>={SEEN_FROM}]0;""')
    dress_axis(chart.x_axis, None)
    chart.x_axis.scaling = Scaling(orientation="maxMin")  # the first row, which is the largest sector, stands above
    dress_axis(chart.y_axis, SECTOR_SHARES[language], grid=True, unit=20)
    chart.y_axis.scaling = Scaling(orientation="minMax", min=0, max=100)
    chart.y_axis.number_format, chart.y_axis.crosses, chart.y_axis.tickLblPos = PERCENT[language], "max", "nextTo"
    chart.layout = plotted(0.23, 0.72, 0.6)
    chart.legend = legend()
    return chart


def _matrix(title: str, language: Language) -> ScatterChart:
    """Return a scatter of those whose turn is next; each point is a series of its own, named by its place in the list.

    A label can show a series' name in every program, but a cell's value only in Excel.
    """
    chart = ScatterChart(scatterStyle="lineMarker")
    for place, row in enumerate(range(2, RANKED_ROWS + 1), 1):
        series = _series(chart, place - 1, RESULTS, title, "impact", row, first=row)
        series.tx = SeriesLabel(v=str(place))
        series.xVal = AxDataSource(numRef=NumRef(f=_cells(RESULTS, title, "ease", row, first=row)))
        first = place <= FIRST_ASKED
        _dress_point(series, GREEN if first else LIGHT_GREEN, WHITE if first else INK)
    for axis, field in ((chart.x_axis, "ease"), (chart.y_axis, "impact")):
        dress_axis(axis, _matrix_title(field, language), grid=True, unit=25)
        axis.scaling = Scaling(orientation="minMax", min=0, max=HIGHEST)
        axis.number_format = "0"
    chart.legend = None
    chart.layout = plotted(0.09, 0.88, 0.65)
    return chart


def _matrix_title(field: str, language: Language) -> str:
    title = axis_title(field, language)
    return f"{title}     {PLACES[language]}" if field == "ease" else title


FIRST_ASKED = 3
"""The points that are filled darker: those whom Übersicht names beside the chart."""


def _dress_point(series: Series, colour: str, figure: str) -> None:
    series.spPr = GraphicalProperties(ln=no_line())
    series.marker = Marker(symbol="circle", size=17, spPr=GraphicalProperties(solidFill=colour, ln=line(GREEN)))
    series.dLbls = label(figure)


def _history(title: str, language: Language, rows: int) -> LineChart:
    """Return three lines with their points: before the second change there is nothing to see of a line without."""
    chart = LineChart(marker=True)
    looks: tuple[tuple[str, Dash, float, int], ...] = (
        (GREEN, "solid", 3, 7),
        (GREEN, "dash", 1.5, 5),
        (MID_GREY, "sysDot", 1.5, 5),
    )
    for order, (field, (colour, dashes, width, size)) in enumerate(zip(BOUNDS, looks, strict=True)):
        series = _series(chart, order, HISTORY, title, field, rows)
        series.cat = AxDataSource(strRef=StrRef(f=_cells(HISTORY, title, "date", rows)))
        series.spPr = GraphicalProperties(ln=line(colour, width, dashes))
        point = GraphicalProperties(solidFill=colour, ln=line(colour))
        series.marker = Marker(symbol="circle", size=size, spPr=point)
        series.smooth = False
    dress_axis(chart.x_axis, POINTS[language])
    chart.x_axis.txPr = rich(GREY, degrees=-45)
    dress_axis(chart.y_axis, SHARES[language], grid=True)
    chart.y_axis.scaling = Scaling(orientation="minMax", min=0)
    chart.y_axis.number_format = "General"
    chart.layout = plotted(0.09, 0.88, 0.5)
    chart.legend = legend()
    return chart


def _series(
    chart: AnyChart,
    order: int,
    spec: TabSpec,
    title: str,
    field: str,
    last: int,
    *,
    first: int = 2,
) -> Series:
    """Append a series named by its header and return it."""
    series = Series(idx=order, order=order)
    series.tx = SeriesLabel(strRef=StrRef(f=_cells(spec, title, field, 1, first=1)))
    figures = NumDataSource(numRef=NumRef(f=_cells(spec, title, field, last, first=first)))
    if isinstance(chart, ScatterChart):
        series.yVal = figures
    else:
        series.val = figures
    chart.series.append(series)
    return series


def _cells(spec: TabSpec, title: str, field: str, last: int, *, first: int = 2) -> str:
    """Return the reference to a column's cells from the first to the last row."""
    return cell_range(title, _letters(spec, field), first, last)


def _letters(spec: TabSpec, field: str) -> str:
    return column_letter([column.field for column in spec.columns].index(field))
