"""The charts on Übersicht: what they show, and from which columns."""

from typing import Any

from scoring.tabs import HISTORY, RESULTS, SECTORS
from sync.google.charts import CHART_TABS, chart_requests, chart_spec, shown_tabs
from sync.google.ids import CHART_IDS, SERVICE_TAB_IDS


def headers(part: Any) -> list[str]:
    """The German headers of the columns that a piece of a spec names, in its order."""
    specs = {SERVICE_TAB_IDS[spec.name]: spec for spec in (SECTORS, RESULTS, HISTORY)}
    if isinstance(part, list):
        return [name for item in part for name in headers(item)]
    if not isinstance(part, dict):
        return []
    if "sources" in part:
        return [specs[s["sheetId"]].columns[s.get("startColumnIndex", 0)].de for s in part["sources"]]
    return [name for item in part.values() for name in headers(item)]


def test_chart_requests_add_three_charts_with_fixed_ids_below_each_other() -> None:
    charts = [request["addChart"]["chart"] for request in chart_requests("de", 7)]
    corners = [chart["position"]["overlayPosition"]["anchorCell"] for chart in charts]
    assert [chart["chartId"] for chart in charts] == list(CHART_IDS.values())
    assert {corner["sheetId"] for corner in corners} == {7}
    assert [corner["rowIndex"] for corner in corners] == [0, 18, 36]


def test_sectors_stack_what_is_counted_on_what_is_not_yet() -> None:
    chart = chart_spec("sectors", "de")["basicChart"]
    assert (chart["chartType"], chart["stackedType"]) == ("BAR", "STACKED")
    assert headers(chart["domains"]) == ["Sektor"]
    assert headers(chart["series"]) == ["davon angerechnet (t)", "noch nicht (t)"]


def test_matrix_shows_ease_to_the_right_impact_upwards_and_the_names() -> None:
    chart = chart_spec("matrix", "en")["basicChart"]
    assert chart["chartType"] == "SCATTER"
    assert headers(chart["domains"]) == ["Gewinnbarkeit"]
    assert headers(chart["series"]) == ["Wirkung", "Akteur"]
    assert [(axis["position"], axis["title"]) for axis in chart["axis"]] == [
        ("BOTTOM_AXIS", "Ease"),
        ("LEFT_AXIS", "Impact"),
    ]


def test_history_draws_the_three_bounds_over_the_days() -> None:
    chart = chart_spec("history", "de")["basicChart"]
    assert chart["chartType"] == "LINE"
    assert headers(chart["domains"]) == ["Datum"]
    assert headers(chart["series"]) == ["mindestens (%)", "wahrscheinlich (%)", "höchstens (%)"]


def test_shown_tabs_are_those_of_a_chart_and_none_once_its_tab_is_gone() -> None:
    assert {name: shown_tabs(chart_spec(name, "de")) for name in CHART_TABS} == {
        name: {SERVICE_TAB_IDS[spec.name]} for name, spec in CHART_TABS.items()
    }
    assert shown_tabs({"basicChart": {"domains": [{"domain": {"sourceRange": {"sources": []}}}]}}) == set()
