"""The last look before a request is sent: what a sync may send, and everything else refused."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scoring.columns import TabSpec
from scoring.tabs import SERVICE_TABS, TABS
from sync.google.allowed import assert_service_requests
from sync.google.api_requests import VALUES_AND_RUNS, append_lines, put_rows, tabs_first
from sync.google.ids import PEOPLE_TAB_IDS, SERVICE_TAB_IDS
from sync.google.links import link_to
from sync.google.new_tab import peoples_tab_requests, service_tab_requests
from sync.ownership import OwnershipError

OVERVIEW, RESULTS, OUTBOX, NOTES = (SERVICE_TAB_IDS[name] for name in ("overview", "results", "outbox", "notes"))
Request = dict[str, Any]


def text(value: str) -> Request:
    return {"userEnteredValue": {"stringValue": value}}


def rows(*cells: Request) -> list[Any]:
    return [{"values": list(cells)}]


def linked(*cells: Request, tab: int = NOTES, column: int = 0) -> list[Request]:
    return [put_rows(tab, 1, column, rows(*cells), fields=VALUES_AND_RUNS)]


def runs(uri: str, **more: Any) -> Request:
    """A cell of Hinweise that says H17 and leads somewhere."""
    return text("H17") | {"textFormatRuns": [{"format": {"link": {"uri": uri}} | more}]}


H17 = text("H17") | link_to("815", "H17")


def new_tabs() -> list[Request]:
    return tabs_first(
        [each for spec in SERVICE_TABS for each in service_tab_requests(spec, spec.de, "de", "a@example.org")]
    )


ALLOWED = {
    "a row of Auswertung": [put_rows(RESULTS, 1, 0, rows(text("Klinikum"), {}))],
    "the header of Postausgang": [put_rows(OUTBOX, 0, 0, rows(*(text("x") for _ in range(9))))],
    "a mail, left of Freigabe": [put_rows(OUTBOX, 1, 0, rows(*(text("x") for _ in range(6))))],
    "a mail, right of Freigabe": [put_rows(OUTBOX, 1, 7, rows(text("x"), text("y")))],
    "Übersicht from row 4 on": [put_rows(OVERVIEW, 3, 0, rows(text("Satz")))],
    "the tick, cleared": [put_rows(OVERVIEW, 1, 1, rows({}))],
    "the tick, unticked": [put_rows(OVERVIEW, 1, 1, rows({"userEnteredValue": {"boolValue": False}}))],
    "rows of Hinweise with links": linked(text("Akteure"), H17, text("x")),
    "a row of Hinweise without a link": linked(text("Akteure"), {}, text("x")),
    "the cell of Hinweise alone, with its link": linked(H17, column=1),
    "a longer grid": [append_lines(RESULTS, "ROWS", 5), append_lines(RESULTS, "COLUMNS", 1)],
    "new tabs and their rows": [*new_tabs(), put_rows(OVERVIEW, 0, 0, rows(text("Übersicht")))],
}

REFUSED = {
    "nothing at all": [{}],
    "two kinds in one": [put_rows(RESULTS, 1, 0, rows({})) | append_lines(RESULTS, "ROWS", 5)],
    "a row of people's": [put_rows(0, 1, 0, rows(text("x")))],
    "a row of people's tab of ours": [put_rows(PEOPLE_TAB_IDS["actors"], 1, 0, rows(text("x")))],
    "a row of no tab": [{"updateCells": {"start": {"rowIndex": 1, "columnIndex": 0}, "rows": [], "fields": "x"}}],
    "a row by A1 range": [{"updateCells": {"range": "Akteure!A2", "rows": rows({}), "fields": "userEnteredValue"}}],
    "a formula": [put_rows(RESULTS, 1, 0, rows({"userEnteredValue": {"formulaValue": "=1"}}))],
    "a look": [put_rows(RESULTS, 1, 0, rows({"userEnteredFormat": {}}))],
    "an id that is a truth": [put_rows(True, 1, 0, rows({}))],
    "an id that is text": [put_rows(str(RESULTS), 1, 0, rows({}))],  # type: ignore[arg-type]
    "a row above the first": [put_rows(RESULTS, -1, 0, rows({}))],
    "more fields than values": [{"updateCells": put_rows(RESULTS, 1, 0, rows({}))["updateCells"] | {"fields": "*"}}],
    "a link with a row of values alone": [put_rows(NOTES, 1, 0, rows(text("Akteure"), H17))],
    "a link on another tab of the service": linked(text("Akteure"), H17, tab=RESULTS),
    "a link on a tab of people": linked(text("Akteure"), H17, tab=0),
    "a link in another column of Hinweise": linked(H17, text("H17")),
    "a link one column too far right": linked(text("Akteure"), H17, column=1),
    "a link out of the spreadsheet": linked({}, runs("https://example.org/#gid=815&range=H17")),
    "a link to another cell than the text says": linked({}, runs("#gid=815&range=H18")),
    "a link to a tab without a cell": linked({}, runs("#gid=815")),
    "a link to a range": linked({}, runs("#gid=815&range=H17:H18")),
    "a link with a look": linked({}, runs("#gid=815&range=H17", bold=True)),
    "a link on half of the text": linked(
        {}, text("H17") | {"textFormatRuns": [H17["textFormatRuns"][0] | {"startIndex": 1}]}
    ),
    "two links in one cell": linked({}, H17 | {"textFormatRuns": H17["textFormatRuns"] * 2}),
    "a link without a text": linked({}, link_to("815", "H17")),
    "a link on a formula": linked({}, {"userEnteredValue": {"formulaValue": "H17"}} | link_to("815", "H17")),
    "a link and a look of the cell": linked({}, H17 | {"userEnteredFormat": {}}),
    "Freigabe": [put_rows(OUTBOX, 1, 6, rows({}))],
    "Freigabe within a row": [put_rows(OUTBOX, 5, 0, rows(*({} for _ in range(9))))],
    "Freigabe below the header": [put_rows(OUTBOX, 0, 0, rows(*({} for _ in range(9))) * 2)],
    "the title of Übersicht": [put_rows(OVERVIEW, 0, 0, rows(text("x")))],
    "the tick, ticked": [put_rows(OVERVIEW, 1, 1, rows({"userEnteredValue": {"boolValue": True}}))],
    "the tick and the cell beside": [put_rows(OVERVIEW, 1, 1, rows({}, {}))],
    "the tick and the row below": [put_rows(OVERVIEW, 1, 1, rows({}) * 2)],
    "a longer grid of people's": [append_lines(0, "ROWS", 5)],
    "a longer grid of no tab": [{"appendDimension": {"dimension": "ROWS", "length": 5}}],
    "a grid in no direction": [append_lines(RESULTS, "", 5)],
    "a tab of people's": [{"addSheet": {"properties": {"sheetId": 5, "title": "x"}}}],
    "a tab without id": [{"addSheet": {"properties": {"title": "x"}}}],
    "a tab deleted": [{"deleteSheet": {"sheetId": RESULTS}}],
    "a dressed people's tab": peoples_tab_requests(TABS["press"], 5, "Presse", "de", {}, {}),
    "a dress for a tab that was there": [request for request in new_tabs() if "addSheet" not in request],
    "find and replace everywhere": [{"findReplace": {"find": "x", "allSheets": True}}],
    "an unknown kind": [{"sortRange": {"range": {"sheetId": RESULTS}}}],
}


@pytest.mark.parametrize("requests", ALLOWED.values(), ids=ALLOWED)
def test_what_a_sync_needs_is_allowed(requests: list[Request]) -> None:
    assert_service_requests(requests)


@pytest.mark.parametrize("requests", REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused(requests: list[Request]) -> None:
    with pytest.raises(OwnershipError):
        assert_service_requests(requests)


def spoiled(requests: list[Request], spoil: Callable[[Request], None]) -> Iterator[list[Request]]:
    """Yield the requests again and again, each time with one sheetId less or another one."""
    count = len(list(places(requests)))
    for number in range(count):
        new = copy.deepcopy(requests)
        spoil(list(places(new))[number])
        yield new


def places(value: object) -> Iterator[Request]:
    if isinstance(value, dict):
        if "sheetId" in value:
            yield value
        for part in value.values():
            yield from places(part)
    elif isinstance(value, list):
        for part in value:
            yield from places(part)


def without_id(place: Request) -> None:
    del place["sheetId"]


def of_people(place: Request) -> None:
    place["sheetId"] = 0


@pytest.mark.parametrize("spec", SERVICE_TABS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("spoil", [without_id, of_people])
def test_no_request_of_a_new_tab_passes_with_another_tab(spoil: Callable[[Request], None], spec: TabSpec) -> None:
    """Google reads a missing sheetId as 0: mostly the first tab that the team made."""
    requests = service_tab_requests(spec, spec.de, "de", "a@example.org")
    assert_service_requests(requests)
    tried = 0
    for wrong in spoiled(requests, spoil):
        tried += 1
        with pytest.raises(OwnershipError):
            assert_service_requests(wrong)
    assert tried >= len(requests)
