"""What `setup` puts right on service tabs that are there: protection, banding, colours, charts.

What stands in their cells is the business of a sync; a tab that is missing is made by `sync.google.new_tab`.
"""

from collections.abc import Iterator

from scoring.columns import TabSpec
from scoring.domain import Language
from scoring.parsing.headers import is_rearranged
from scoring.tabs import OVERVIEW, RESULTS
from sync.google.api_requests import Json, Request, area, insert_columns, put_rows
from sync.google.charts import chart_requests, chart_spec, is_stale
from sync.google.ids import CHART_IDS, SERVICE_TAB_IDS
from sync.google.new_tab import banding, colour_rules, dress_column, overview_requests
from sync.google.protection import FIELDS, protects, tab_protection
from sync.google.setup.part import Part
from sync.google.setup.state import GoogleState, GoogleTab
from sync.layout.telltales import has_tick_label


def service_parts(tab: GoogleTab, spec: TabSpec, language: Language, account: str) -> Iterator[Part]:
    """Yield what one service tab misses of its protection and its look."""
    wanted = tab_protection(spec, account)
    there = tab.protection(wanted["protectedRangeId"])
    if there is not None and not there.get("requestingUserCanEdit", False):
        yield Part(todo=_locked_out(tab, account))
        return
    if there is None:
        yield _protected(tab, {"addProtectedRange": {"protectedRange": wanted}})
    elif not protects(there, wanted, account, tab.rows, tab.columns):
        yield _protected(tab, {"updateProtectedRange": {"protectedRange": wanted, "fields": FIELDS}})
    if spec is OVERVIEW and not has_tick_label(tab.cells):  # only the file's owner can have taken it away
        yield Part(requests=tuple(overview_requests(tab.id, language)), added=f"title and tick box of {tab.title}")
    if spec is RESULTS and is_rearranged(spec, tab.cells):
        yield Part(requests=tuple(_emptied(tab, spec, language)), added=f"columns of {tab.title}")
    if spec is not OVERVIEW and (new := tuple(_later_columns(tab, spec, language))):
        yield Part(requests=new, added=f"new columns of {tab.title}")
    if spec is not OVERVIEW and not tab.json.get("bandedRanges"):  # on a grid that has all columns by now
        yield Part(requests=(banding(spec, tab.id),), added=f"banding of {tab.title}")
    rules = tuple(_missing_rules(tab, spec, language))
    if rules:
        yield Part(requests=rules, added=f"colours of {tab.title}")


def _emptied(tab: GoogleTab, spec: TabSpec, language: Language) -> Iterator[Request]:
    """Yield what empties a tab whose columns were moved and writes its headers where formulas look for them."""
    yield {"updateCells": {"range": area(tab.id), "fields": "userEnteredValue"}}
    headers = [{"userEnteredValue": {"stringValue": column.header(language)}} for column in spec.columns]
    yield put_rows(tab.id, 0, 0, [{"values": headers}])


def _later_columns(tab: GoogleTab, spec: TabSpec, language: Language) -> Iterator[Request]:
    """Yield what makes room for the columns that the tab did not have when it was made, and dresses them.

    How wide it was then shows in its grid, or in its banding once a sync has filled them. A chart on Übersicht cannot
    refer to columns that are not there.
    """
    wanted = banding(spec, tab.id)["addBanding"]["bandedRange"]
    banded = next((band for band in tab.json.get("bandedRanges", []) if _id(band) == _id(wanted)), wanted)
    dressed = banded["range"].get("endColumnIndex", len(spec.columns))
    if tab.columns < len(spec.columns):
        yield insert_columns(tab.id, tab.columns, len(spec.columns) - tab.columns, at_end=True)
    for index, column in list(enumerate(spec.columns))[min(dressed, tab.columns) :]:
        header = {"stringValue": column.header(language)}
        requests = dress_column(spec, column, language, tab.id, row=0, index=index, header=header, names={})
        yield from (request for request in requests if "addConditionalFormatRule" not in request)  # `_missing_rules`
    if dressed < len(spec.columns):
        yield {"updateBanding": {"bandedRange": wanted, "fields": "range"}}


def _id(band: Json) -> int:
    return int(band["bandedRangeId"])


def _protected(tab: GoogleTab, request: Request) -> Part:
    return Part(requests=(request,), added=f"protection of {tab.title}")


def _locked_out(tab: GoogleTab, account: str) -> str:
    return (
        f"The protection of {tab.title} does not let {account} write. The owner of the sheet has to delete it "
        "(Data, Protected sheets and ranges / Daten, Geschützte Tabellenblätter und Bereiche); then run setup again."
    )


def _missing_rules(tab: GoogleTab, spec: TabSpec, language: Language) -> Iterator[Request]:
    """Yield the colour rules that the tab does not have; they have no id, so they are known by what they say."""
    there = {_meaning(rule) for rule in tab.json.get("conditionalFormats", [])}
    for index, column in enumerate(spec.columns if spec is not OVERVIEW else ()):
        for request in colour_rules(column, language, tab.id, row=0, index=index):
            if _meaning(request["addConditionalFormatRule"]["rule"]) not in there:
                yield request


def _meaning(rule: Json) -> tuple[int, str, tuple[str, ...]]:
    """Return column, condition and values; a colour that people chose instead of ours is theirs."""
    condition = rule.get("booleanRule", {}).get("condition", {})
    values = tuple(value.get("userEnteredValue", "") for value in condition.get("values", []))
    return rule["ranges"][0].get("startColumnIndex", 0), condition.get("type", ""), values


def chart_parts(state: GoogleState, overview: str, language: Language) -> Iterator[Part]:
    """Yield the charts that Übersicht, of that title, misses, and those that do not show what they should.

    Where people moved a chart it stays.
    """
    added = tuple(
        request
        for request in chart_requests(language, SERVICE_TAB_IDS[OVERVIEW.name])
        if request["addChart"]["chart"]["chartId"] not in state.charts
    )
    repaired: tuple[Request, ...] = tuple(
        {"updateChartSpec": {"chartId": number, "spec": chart_spec(name, language)}}
        for name, number in CHART_IDS.items()
        if number in state.charts and is_stale(name, state.charts[number])
    )
    if added or repaired:
        yield Part(requests=(*added, *repaired), added=f"charts on {overview}")
