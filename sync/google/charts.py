"""The native charts on Übersicht, as the API spells them; what they show is decided in `sync.layout.charts`.

Their ids are fixed (`sync.google.ids`), so that each is added once, wherever people drag it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scoring.columns import TabSpec
from scoring.domain import Language, Sector
from scoring.tabs import HISTORY, OVERVIEW, RESULTS, SECTORS
from sync.google.api_requests import Request, area
from sync.google.ids import CHART_IDS, SERVICE_TAB_IDS
from sync.google.look import style, text
from sync.layout.charts import (
    BOUNDS,
    HIGHEST,
    RANKED_ROWS,
    SECTOR_BARS,
    SECTOR_SHARES,
    SHARES,
    TITLES,
    axis_title,
)
from sync.layout.colours import GREEN, GREY, MID_GREY, WHITE

ROWS = 1000
"""How many rows of a tab a chart shows, its header included: as many as a new tab has."""

HEIGHT, WIDTH, ROWS_EACH = 380, 640, 19
"""Pixels of a chart, and rows from one to the next: so many rows of the usual 21 pixels are higher than a chart."""

COLUMN, MARGIN = len(OVERVIEW.columns), 24
"""The charts lie right of the text, one below the other: first column behind it, and pixels between."""


def chart_requests(language: Language, overview_id: int) -> Iterator[Request]:
    """Yield what adds each chart to Übersicht; the tabs that they show must be there by then."""
    for place, name in enumerate(CHART_IDS):
        corner = {"sheetId": overview_id, "rowIndex": place * ROWS_EACH, "columnIndex": COLUMN}
        position = {"anchorCell": corner, "offsetXPixels": MARGIN, "widthPixels": WIDTH, "heightPixels": HEIGHT}
        chart = {
            "chartId": CHART_IDS[name],
            "spec": chart_spec(name, language),
            "position": {"overlayPosition": position},
        }
        yield {"addChart": {"chart": chart}}


def chart_spec(name: str, language: Language) -> dict[str, Any]:
    """Return what a chart shows and how; it goes on showing lines that people hide on the tab of its figures."""
    match name:
        case "sectors":
            basic = _sectors(language)
        case "matrix":
            basic = _matrix(language)
        case _:
            basic = _history(language)
    title, subtitle = TITLES[name][language]
    return {
        "title": title,
        "titleTextFormat": text(size=14, bold=True),
        "subtitle": subtitle,
        "subtitleTextFormat": text(GREY),
        "fontName": "Arial",
        "hiddenDimensionStrategy": "SHOW_ALL",
        "basicChart": {"headerCount": 1, **basic},
    }


def _sectors(language: Language) -> dict[str, Any]:
    """Return stacked shares. Of the figures only those of the first bars are shown, light on dark.

    No label can leave out a 0 here: a light one on the light bars is as good as absent, but a dark one would stand on
    the edge that is the goal.
    """
    rows = len(Sector) + 1
    first, *others = (
        {"series": _source(SECTORS, field, rows), "targetAxis": "BOTTOM_AXIS", "colorStyle": style(colour)}
        for field, (colour, _) in SECTOR_BARS.items()
    )
    figures = {"type": "DATA", "placement": "CENTER", "textFormat": text(WHITE, bold=True)}
    return {
        "chartType": "BAR",
        "stackedType": "STACKED",
        "legendPosition": "BOTTOM_LEGEND",
        "axis": [_axis("BOTTOM_AXIS", SECTOR_SHARES[language], highest=100)],
        "domains": [_domain(SECTORS, "sector", rows)],
        "series": [first | {"dataLabel": figures}, *others],
    }


def _matrix(language: Language) -> dict[str, Any]:
    """Return a scatter of those whose turn is next. Labels never avoid each other, so they are ranks and not names."""
    ranks = {
        "type": "CUSTOM",
        "placement": "RIGHT",
        "customLabelData": _source(RESULTS, "rank", RANKED_ROWS),
        "textFormat": text(size=11, bold=True),
    }
    return {
        "chartType": "SCATTER",
        "legendPosition": "NO_LEGEND",
        "axis": [
            _axis("BOTTOM_AXIS", axis_title("ease", language), highest=HIGHEST),
            _axis("LEFT_AXIS", axis_title("impact", language), highest=HIGHEST),
        ],
        "domains": [_domain(RESULTS, "ease", RANKED_ROWS)],
        "series": [
            {
                "series": _source(RESULTS, "impact", RANKED_ROWS),
                "targetAxis": "LEFT_AXIS",
                "colorStyle": style(GREEN),
                "pointStyle": {"size": 8, "shape": "CIRCLE"},
                "dataLabel": ranks,
            }
        ],
    }


def _history(language: Language) -> dict[str, Any]:
    """Return three lines with their points: before the second change there is nothing to see of a line without."""
    looks = ((GREEN, "SOLID", 4, 8), (GREEN, "MEDIUM_DASHED", 2, 5), (MID_GREY, "DOTTED", 2, 5))
    return {
        "chartType": "LINE",
        "legendPosition": "BOTTOM_LEGEND",
        "axis": [_axis("LEFT_AXIS", SHARES[language])],
        "domains": [_domain(HISTORY, "date")],
        "series": [
            {
                "series": _source(HISTORY, field),
                "targetAxis": "LEFT_AXIS",
                "colorStyle": style(colour),
                "lineStyle": {"type": dashes, "width": width},
                "pointStyle": {"size": size, "shape": "CIRCLE"},
            }
            for field, (colour, dashes, width, size) in zip(BOUNDS, looks, strict=True)
        ],
    }


def _axis(position: str, title: str, *, highest: int | None = None) -> dict[str, Any]:
    """Return an axis of figures that begins at 0; it ends where the figures do when no highest one is given."""
    window: dict[str, Any] = {"viewWindowMode": "EXPLICIT", "viewWindowMin": 0}
    if highest is not None:
        window["viewWindowMax"] = highest
    return {"position": position, "title": title, "format": text(GREY), "viewWindowOptions": window}


def _domain(spec: TabSpec, field: str, rows: int = ROWS) -> dict[str, Any]:
    return {"domain": _source(spec, field, rows)}


def _source(spec: TabSpec, field: str, rows: int = ROWS) -> dict[str, Any]:
    index = [column.field for column in spec.columns].index(field)
    cells = area(SERVICE_TAB_IDS[spec.name], rows=(0, rows), columns=(index, index + 1))
    return {"sourceRange": {"sources": [cells]}}


def is_stale(name: str, spec: Any) -> bool:
    """Say whether our chart of that name shows another tab than its own, or not all the columns that it should."""
    wanted, shown = shown_columns(chart_spec(name, "de")), shown_columns(spec)
    return {tab for tab, _ in shown} != {tab for tab, _ in wanted} or not wanted <= shown


def shown_columns(spec: Any) -> set[tuple[int, int]]:
    """Return the columns (id of the tab, 0-based) that a chart's spec refers to; one of a deleted tab is in none."""
    if isinstance(spec, Sequence) and not isinstance(spec, str):
        return set().union(*map(shown_columns, spec))
    if not isinstance(spec, Mapping):
        return set()
    found = [_columns(part) if name == "sources" else shown_columns(part) for name, part in spec.items()]
    return set().union(*found)


def _columns(sources: Sequence[Mapping[str, int]]) -> set[tuple[int, int]]:
    """Return the columns of ranges; one that Google gives back without its end is taken as one column."""
    return {
        (cells.get("sheetId", 0), index)
        for cells in sources
        for index in _indices(cells.get("startColumnIndex", 0), cells.get("endColumnIndex"))
    }


def _indices(first: int, end: int | None) -> range:
    return range(first, first + 1 if end is None else end)
