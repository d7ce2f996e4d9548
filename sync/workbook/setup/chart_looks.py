"""How the native charts look: titles, axes, lines and letters, as openpyxl spells them."""

from typing import Any, Literal

from openpyxl.chart.axis import ChartLines, NumericAxis, TextAxis, _BaseAxis
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.legend import Legend
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)

from sync.layout.colours import GREY, HAIRLINE, INK, MID_GREY

Dash = Literal["solid", "dash", "sysDot"]


def dress_axis(axis: _BaseAxis, title: str | None, *, grid: bool = False, unit: float | None = None) -> None:
    """Give an axis its title, its letters and lines; `unit` is from one grid line to the next, None for any."""
    axis.delete = False  # without this no program shows it
    axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=line(HAIRLINE))) if grid else None
    axis.spPr = GraphicalProperties(ln=line(MID_GREY))
    axis.txPr = rich(GREY)
    axis.tickLblPos = "low"
    axis.title = None if title is None else Title(tx=_words(title, _type(GREY)), overlay=False)
    if isinstance(axis, TextAxis):
        axis.noMultiLvlLbl = True
    elif isinstance(axis, NumericAxis):
        axis.majorUnit = unit


def plotted(left: float, width: float, height: float) -> Layout:
    """Return where in its frame a chart is plotted, as shares of it: by themselves programs leave half of it empty."""
    place = ManualLayout(layoutTarget="inner", xMode="edge", yMode="edge", x=left, y=0.15, w=width, h=height)
    return Layout(manualLayout=place)


def legend() -> Legend:
    """Return a legend below the chart."""
    return Legend(legendPos="b", overlay=False, txPr=rich(GREY))


class _Labels(DataLabelList):
    """Labels whose number format is their own: openpyxl leaves that out, and LibreOffice takes the cells' then."""

    tagname = "dLbls"
    __elements__ = DataLabelList.__elements__
    __nested__ = DataLabelList.__nested__

    def to_tree(self, *args: Any, **kwargs: Any) -> Any:
        """Return the element."""
        tree: Any = super().to_tree(*args, **kwargs)
        for number_format in tree.iter("{*}numFmt"):
            number_format.set("sourceLinked", "0")
        return tree


def label(colour: str, number_format: str = "") -> DataLabelList:
    """Return the labels in the middle of a series' points: its values in that format, or its name without one."""
    return _Labels(
        numFmt=number_format or None,
        dLblPos="ctr",
        showSerName=not number_format,
        showVal=bool(number_format),
        showCatName=False,
        showLegendKey=False,
        showPercent=False,
        showBubbleSize=False,
        spPr=GraphicalProperties(noFill=True, ln=no_line()),
        txPr=rich(colour, size=9, bold=True),
    )


def chart_title(headline: str) -> Title:
    """Return a chart's title, left; LibreOffice shows a whole title in the look of its first letters."""
    corner = ManualLayout(xMode="edge", yMode="edge", x=0.02, y=0.03)
    return Title(tx=_words(headline, _type(INK, size=13, bold=True)), layout=Layout(manualLayout=corner), overlay=False)


def _words(text: str, look: CharacterProperties) -> Text:
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=look), r=[RegularTextRun(rPr=look, t=text)])
    return Text(rich=RichText(p=[paragraph]))


def _type(colour: str, *, size: int = 9, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=100 * size, b=bold, solidFill=colour, latin=Font(typeface="Arial"))


def rich(colour: str, *, size: int = 9, bold: bool = False, degrees: int | None = None) -> RichText:
    """Return the letters of axes, legends and labels, turned clockwise by so many degrees; None leaves it to others."""
    look = _type(colour, size=size, bold=bold)
    turned = None if degrees is None else RichTextProperties(rot=60_000 * degrees)
    return RichText(bodyPr=turned, p=[Paragraph(pPr=ParagraphProperties(defRPr=look), endParaRPr=look)])


def line(colour: str, points: float = 0.75, dashes: Dash = "solid") -> LineProperties:
    """Return a line of a width in points."""
    return LineProperties(solidFill=colour, prstDash=dashes, w=round(12_700 * points))


def no_line() -> LineProperties:
    """Return what keeps programs from drawing a line of their own."""
    return LineProperties(noFill=True)
