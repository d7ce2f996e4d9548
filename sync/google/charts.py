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
    SHARES,
    TITLES,
    TONNES,
    axis_title,
)
from sync.layout.colours import GREEN, GREY, MID_GREY

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
    rows = len(Sector) + 1
    return {
        "chartType": "BAR",
        "stackedType": "STACKED",
        "legendPosition": "BOTTOM_LEGEND",
        "axis": [_axis("BOTTOM_AXIS", TONNES[language])],
        "domains": [_domain(SECTORS, "sector", rows)],
        "series": [
            {"series": _source(SECTORS, field, rows), "targetAxis": "BOTTOM_AXIS", "colorStyle": style(colour)}
            for field, colour in SECTOR_BARS.items()
        ],
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


def shown_tabs(spec: Any) -> set[int]:
    """Return the ids of the tabs that a chart's spec refers to; a deleted tab is in none."""
    if isinstance(spec, Sequence) and not isinstance(spec, str):
        return set().union(*map(shown_tabs, spec))
    if not isinstance(spec, Mapping):
        return set()
    found = [
        {cells.get("sheetId", 0) for cells in part} if name == "sources" else shown_tabs(part)
        for name, part in spec.items()
    ]
    return set().union(*found)
