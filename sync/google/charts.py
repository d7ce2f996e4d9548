"""The native charts on Übersicht: coverage by sector, the matrix of whom to ask next, coverage over time.

They show what stands on other service tabs; nothing is computed for them. Their ids are fixed (`sync.google.ids`), so
that each is added once, wherever people drag it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scoring.columns import TabSpec
from scoring.domain import Language, Sector
from scoring.tabs import HISTORY, RESULTS, SECTORS
from sync.google.api_requests import Request, area
from sync.google.ids import CHART_IDS, SERVICE_TAB_IDS
from sync.google.look import style
from sync.layout.colours import GREEN, GREY, GREY_HEADER

CHART_TABS: Mapping[str, TabSpec] = {"sectors": SECTORS, "matrix": RESULTS, "history": HISTORY}
"""The tab whose figures each chart shows, by the chart's name in code."""

TITLES: Mapping[str, Mapping[Language, str]] = {
    "sectors": {
        "de": "Abdeckung nach Sektor: was schon angerechnet ist (t CO2e/a)",
        "en": "Coverage by sector: what is counted already (t CO2e/a)",
    },
    "matrix": {
        "de": "Wen als Nächstes fragen: oben rechts ist viel Wirkung leicht zu gewinnen",
        "en": "Whom to ask next: top right is much impact that is easy to win",
    },
    "history": {
        "de": "Anteil der Unterzeichnenden an den Emissionen der Kommune (%)",
        "en": "The signatories' share of the municipality's emissions (%)",
    },
}

ROWS = 1000
"""How many rows of a tab a chart shows, its header included: as many as a new tab has."""

COLUMN, HEIGHT, WIDTH, ROWS_EACH = 3, 360, 640, 18
"""The charts lie right of the text, one below the other: first column, pixels, and rows from one to the next."""


def chart_requests(language: Language, overview_id: int) -> Iterator[Request]:
    """Yield what adds each chart to Übersicht; the tabs that they show must be there by then."""
    for place, name in enumerate(CHART_IDS):
        corner = {"sheetId": overview_id, "rowIndex": place * ROWS_EACH, "columnIndex": COLUMN}
        position = {"anchorCell": corner, "widthPixels": WIDTH, "heightPixels": HEIGHT}
        chart = {
            "chartId": CHART_IDS[name],
            "spec": chart_spec(name, language),
            "position": {"overlayPosition": position},
        }
        yield {"addChart": {"chart": chart}}


def chart_spec(name: str, language: Language) -> dict[str, Any]:
    """Return what a chart shows and how."""
    match name:
        case "sectors":
            basic = _sectors()
        case "matrix":
            basic = _matrix(language)
        case _:
            basic = _history()
    return {
        "title": TITLES[name][language],
        "titleTextFormat": {"fontSize": 12, "bold": True},
        "fontName": "Arial",
        "basicChart": {"headerCount": 1, **basic},
    }


def _sectors() -> dict[str, Any]:
    rows = len(Sector) + 1
    colours = {"covered": GREEN, "not_covered": GREY_HEADER}
    return {
        "chartType": "BAR",
        "stackedType": "STACKED",
        "legendPosition": "BOTTOM_LEGEND",
        "domains": [_domain(SECTORS, "sector", rows)],
        "series": [
            {"series": _source(SECTORS, field, rows), "targetAxis": "BOTTOM_AXIS", "colorStyle": style(colour)}
            for field, colour in colours.items()
        ],
    }


def _matrix(language: Language) -> dict[str, Any]:
    """Each actor is a point with its name."""
    names = {"type": "CUSTOM", "placement": "RIGHT", "customLabelData": _source(RESULTS, RESULTS.key)}
    return {
        "chartType": "SCATTER",
        "legendPosition": "NO_LEGEND",
        "axis": [
            _axis("BOTTOM_AXIS", RESULTS.column("ease").header(language)),
            _axis("LEFT_AXIS", RESULTS.column("impact").header(language)),
        ],
        "domains": [_domain(RESULTS, "ease")],
        "series": [
            {
                "series": _source(RESULTS, "impact"),
                "targetAxis": "LEFT_AXIS",
                "colorStyle": style(GREEN),
                "dataLabel": names,
            }
        ],
    }


def _history() -> dict[str, Any]:
    colours = {"coverage_min": GREEN, "coverage_mid": GREY, "coverage_max": GREY_HEADER}
    return {
        "chartType": "LINE",
        "legendPosition": "BOTTOM_LEGEND",
        "domains": [_domain(HISTORY, "date")],
        "series": [
            {"series": _source(HISTORY, field), "targetAxis": "LEFT_AXIS", "colorStyle": style(colour)}
            for field, colour in colours.items()
        ],
    }


def _axis(position: str, title: str) -> dict[str, Any]:
    """Return an axis of figures from 0 to 100."""
    return {
        "position": position,
        "title": title,
        "viewWindowOptions": {"viewWindowMode": "EXPLICIT", "viewWindowMin": 0, "viewWindowMax": 100},
    }


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
