"""The charts on Übersicht: what they show, and from which columns."""

from collections.abc import Iterator
from typing import Any

import pytest

from scoring.domain import Language
from scoring.tabs import HISTORY, RESULTS, SECTORS
from sync.google.charts import chart_requests, chart_spec, is_stale, shown_columns
from sync.google.ids import CHART_IDS, SERVICE_TAB_IDS
from sync.google.look import style
from sync.layout.charts import CHART_TABS
from sync.layout.colours import WHITE


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
    positions = [chart["position"]["overlayPosition"] for chart in charts]
    assert [chart["chartId"] for chart in charts] == list(CHART_IDS.values())
    assert [position["anchorCell"] for position in positions] == [
        {"sheetId": 7, "rowIndex": row, "columnIndex": 2} for row in (0, 19, 38)
    ]


def test_charts_never_overlap_while_every_row_has_its_usual_height() -> None:
    usual = 21  # pixels
    positions = [request["addChart"]["chart"]["position"]["overlayPosition"] for request in chart_requests("de", 7)]
    tops = [position["anchorCell"]["rowIndex"] * usual for position in positions]
    bottoms = [top + position["heightPixels"] for top, position in zip(tops, positions, strict=True)]
    assert all(below > above for below, above in zip(tops[1:], bottoms, strict=False))


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", CHART_IDS)
def test_every_range_of_a_chart_is_as_long_as_the_others_and_begins_with_the_header(
    name: str, language: Language
) -> None:
    ranges = list(sources(chart_spec(name, language)))
    assert {cells.get("startRowIndex", 0) for cells in ranges} == {0}
    assert len({cells["endRowIndex"] for cells in ranges}) == 1
    assert {cells["endColumnIndex"] - cells.get("startColumnIndex", 0) for cells in ranges} == {1}


def sources(part: Any) -> Iterator[dict[str, int]]:
    """Every range of cells that a piece of a spec names."""
    if isinstance(part, list):
        for item in part:
            yield from sources(item)
    elif isinstance(part, dict):
        yield from part.get("sources", [])
        for item in part.values():
            yield from sources(item) if item is not part.get("sources") else ()


def test_sectors_stack_what_is_covered_what_is_missing_to_the_goal_and_the_rest_to_100() -> None:
    spec = chart_spec("sectors", "de")
    chart = spec["basicChart"]
    assert (chart["chartType"], chart["stackedType"]) == ("BAR", "STACKED")
    assert headers(chart["domains"]) == ["Sektor"]
    assert headers(chart["series"]) == ["abgedeckt (%)", "fehlt bis zum Ziel (%)", "Rest (%)"]
    assert [(axis["position"], axis["title"], axis["viewWindowOptions"]) for axis in chart["axis"]] == [
        (
            "BOTTOM_AXIS",
            "Anteil an den Emissionen des Sektors; der größte Sektor steht oben",
            {"viewWindowMode": "EXPLICIT", "viewWindowMin": 0, "viewWindowMax": 100},
        )
    ]
    assert (spec["title"], spec["hiddenDimensionStrategy"]) == ("Abdeckung der Emissionen nach Sektor", "SHOW_ALL")


def test_sectors_say_only_the_share_in_its_bar_light_on_dark() -> None:
    labels = [series.get("dataLabel") for series in chart_spec("sectors", "de")["basicChart"]["series"]]
    assert [label and (label["type"], label["placement"]) for label in labels] == [("DATA", "CENTER"), None, None]
    assert labels[0]["textFormat"]["foregroundColorStyle"] == style(WHITE)


def test_matrix_shows_ease_to_the_right_impact_upwards_and_the_first_ranks() -> None:
    chart = chart_spec("matrix", "en")["basicChart"]
    assert chart["chartType"] == "SCATTER"
    assert headers(chart["domains"]) == ["Gewinnbarkeit"]
    assert headers(chart["series"]) == ["Wirkung", "Rang"]
    assert {cells["endRowIndex"] for cells in sources(chart)} == {21}
    window = {"viewWindowMode": "EXPLICIT", "viewWindowMin": 0, "viewWindowMax": 105}
    assert [(axis["position"], axis["title"], axis["viewWindowOptions"]) for axis in chart["axis"]] == [
        ("BOTTOM_AXIS", "Ease →", window),
        ("LEFT_AXIS", "Impact →", window),
    ]


def test_history_draws_the_three_bounds_over_the_days() -> None:
    chart = chart_spec("history", "de")["basicChart"]
    assert chart["chartType"] == "LINE"
    assert headers(chart["domains"]) == ["Datum"]
    assert headers(chart["series"]) == ["mindestens (%)", "wahrscheinlich (%)", "höchstens (%)"]
    assert [axis["viewWindowOptions"] for axis in chart["axis"]] == [{"viewWindowMode": "EXPLICIT", "viewWindowMin": 0}]


def test_history_shows_a_single_day_as_points() -> None:
    assert [series["pointStyle"]["size"] > 0 for series in chart_spec("history", "de")["basicChart"]["series"]] == [
        True,
        True,
        True,
    ]


def test_shown_columns_are_those_of_a_chart_and_none_once_its_tab_is_gone() -> None:
    assert {name: shown_columns(chart_spec(name, "de")) for name in CHART_TABS} == {
        name: {(SERVICE_TAB_IDS[CHART_TABS[name].name], column) for column in columns}
        for name, columns in {"sectors": (0, 4, 5, 6), "matrix": (3, 8, 10), "history": (0, 1, 2, 3)}.items()
    }
    assert shown_columns({"basicChart": {"domains": [{"domain": {"sourceRange": {"sources": []}}}]}}) == set()
    assert shown_columns({"sources": [{"sheetId": 7, "startColumnIndex": 1, "endColumnIndex": 3}, {}]}) == {
        (7, 1),
        (7, 2),
        (0, 0),
    }


def spec_of(tab: int, *columns: int) -> dict[str, Any]:
    """A chart that shows these columns of a tab."""
    ranges = [{"sheetId": tab, "startColumnIndex": index, "endColumnIndex": index + 1} for index in columns]
    return {"basicChart": {"series": [{"series": {"sourceRange": {"sources": [cells]}}} for cells in ranges]}}


def test_a_chart_is_stale_that_shows_another_tab_or_not_all_its_columns() -> None:
    ours = SERVICE_TAB_IDS["sectors"]
    assert [is_stale(name, chart_spec(name, "en")) for name in CHART_TABS] == [False, False, False]
    stale = {
        "as it was before the goal": spec_of(ours, 0, 2, 3),
        "without the goal": spec_of(ours, 0, 4, 6),
        "of a tab that is gone": spec_of(ours),
        "of another tab": spec_of(7, 0, 4, 5, 6),
        "with a column more": spec_of(ours, 0, 1, 4, 5, 6),
    }
    assert {what: is_stale("sectors", spec) for what, spec in stale.items()} == {
        "as it was before the goal": True,
        "without the goal": True,
        "of a tab that is gone": True,
        "of another tab": True,
        "with a column more": False,
    }
