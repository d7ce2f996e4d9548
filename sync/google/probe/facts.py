"""What the service relies on about Google and nothing proves: one function per fact, each on tabs of its own.

A fact is tried on a fresh pair of tabs (`probe.bench`), so that none depends on another; `FACTS` is the list.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.snapshot import Cell
from sync.errors import SheetChangedError
from sync.google.api_requests import Request, area, insert_columns, insert_rows, put_formula
from sync.google.probe.bench import GREY, KEY, KIND, RANK_COLUMN, RANKS, TITLE, Bench, ProbeTab, add, delete, put
from sync.google.probe.links import linked, unlinked
from sync.google.probe.seen import Seen, same
from sync.google.write import WRITTEN
from sync.layout.lookup_formula import BROKEN, SYNTAX_ERROR

PROTECTION_ID = 1_203_900_900
DAY, DAY_AS_SHOWN = 46_150, "2026-05-08"
"""8 May 2026 as Google counts days, and as the format of the cell shows it."""

SETUP_AGAIN = "after people do that, run `klima-allianz setup`, which writes the grey columns anew"
SEEN_WRONG = "the grey columns show nothing or the wrong thing; look at the tab Auswertung instead"
NOT_SAFE = "do not run `klima-allianz sync` on this sheet"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One fact: the sentence, what follows if it does not hold, and how it is tried."""

    says: str
    otherwise: str
    tried: Callable[[Bench], Seen]


def _separator(bench: Bench) -> Seen:
    """Write the formula as the locale should want it; if Google cannot read that, go on with the other separator."""
    first = bench.separator
    header = bench.column(bench.actors, GREY)[0]
    if header == SYNTAX_ERROR:
        bench.separator = bench.lookup().with_other_separator().separator
    return Seen(holds=header == TITLE, text=f'with "{first}" in the locale {bench.locale} the header shows {header!r}')


def _spills(bench: Bench) -> Seen:
    return same(bench.shown(), RANKS)


def _after(*changes: Callable[[Bench], Request]) -> Callable[[Bench], Seen]:
    """Return a try: the lookup shows the same beside everyone after these changes."""

    def tried(bench: Bench) -> Seen:
        bench.send(*(change(bench) for change in changes))
        return same(bench.shown(), RANKS)

    return tried


def _sort(bench: Bench) -> Request:
    """Sort the rows below the header by name, the grey cells among them, as people do."""
    rows = area(bench.actors.id, rows=(1, 1 + len(RANKS)), columns=(KEY, GREY + 1))
    return {"sortRange": {"range": rows, "sortSpecs": [{"dimensionIndex": KEY, "sortOrder": "DESCENDING"}]}}


def _row_above(bench: Bench) -> Request:
    return insert_rows(bench.actors.id, 0, 1, at_end=False)


def _row_between(bench: Bench) -> Request:
    return insert_rows(bench.actors.id, 2, 1, at_end=False)


def _column_before(bench: Bench) -> Request:
    return insert_columns(bench.actors.id, 0, 1, at_end=False)


def _column_in_results(bench: Bench) -> Request:
    return insert_columns(bench.results.id, RANK_COLUMN - 1, 1, at_end=False)


def _move(column: int, target: int) -> Callable[[Bench], Request]:
    def change(bench: Bench) -> Request:
        source = {"sheetId": bench.actors.id, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1}
        return {"moveDimension": {"source": source, "destinationIndex": target}}

    return change


def _rename_results(bench: Bench) -> Request:
    properties = {"sheetId": bench.results.id, "title": f"{bench.results.title} 'neu'"}
    return {"updateSheetProperties": {"properties": properties, "fields": "title"}}


def _copied_tab(bench: Bench) -> Seen:
    """Duplicate the list and put another name into the copy: its lookup must follow the copy."""
    twin = bench.new_tab("Kopie")
    bench.keep(twin)
    copy = {"sourceSheetId": bench.actors.id, "newSheetId": twin.id, "newSheetName": twin.title, "insertSheetIndex": 0}
    bench.send({"duplicateSheet": copy}, put(twin, 1, KEY, [["Uni"], ["Stadtwerke"], [None]]))
    return same((bench.shown(twin), bench.shown()), ({"Uni": RANKS["Uni"], "Stadtwerke": RANKS["Stadtwerke"]}, RANKS))


def _blocked(bench: Bench) -> Seen:
    """Type below the header of the grey column."""
    bench.send(put(bench.actors, 2, GREY, [["von Hand"]]))
    return same(bench.column(bench.actors, GREY), (BROKEN, None, "von Hand", None))


def _recovers(bench: Bench) -> Seen:
    bench.send(put(bench.actors, 2, GREY, [["von Hand"]]))
    bench.send(put(bench.actors, 2, GREY, [[None]]))
    return same(bench.shown(), RANKS)


def _results_deleted(bench: Bench) -> Seen:
    bench.send(delete(bench.results.id))
    bench.forget(bench.results)
    return same(bench.column(bench.actors, GREY)[0], BROKEN)


def _same_id_again(bench: Bench) -> Seen:
    """Delete the results tab and add one with its id: what happens when people delete a service tab."""
    bench.send(delete(bench.results.id))
    bench.forget(bench.results)
    bench.send(add(bench.results, columns=4))
    bench.keep(bench.results)
    return same(bench.cells(bench.results), ())


def _finds(names: Sequence[Cell], ranks: Mapping[Cell, Cell], wanted: Mapping[Cell, Cell]) -> Callable[[Bench], Seen]:
    """Return a try: with these names in the list and these results, the lookup shows what is wanted."""

    def tried(bench: Bench) -> Seen:
        bench.lay_out(names, ranks)
        return same(bench.shown(), wanted)

    return tried


def _unticked(bench: Bench) -> Seen:
    """Take the tick out of a tick box as a sync does."""
    box = {"userEnteredValue": {"boolValue": False}, "dataValidation": {"condition": {"type": "BOOLEAN"}}}
    place = area(bench.results.id, rows=(9, 10), columns=(0, 1))
    fields = "userEnteredValue,dataValidation"
    bench.send({"updateCells": {"range": place, "rows": [{"values": [box]}], "fields": fields}})
    cell = bench.column(bench.results, 0)[9:]
    return Seen(holds=cell == (False,), text=f"saw {cell!r}")


def _protected(bench: Bench) -> Seen:
    """Protect a tab as `setup` does, write into it, and read the protection back."""
    opened = area(bench.results.id, rows=(1, 2), columns=(1, 2))
    protection = {
        "protectedRangeId": PROTECTION_ID,
        "range": area(bench.results.id),
        "warningOnly": False,
        "unprotectedRanges": [opened],
        "editors": {"users": [bench.connection.account], "domainUsersCanEdit": False},
    }
    bench.send({"addProtectedRange": {"protectedRange": protection}})
    bench.send(put(bench.results, 1, 0, [["Bäckerei"]]))
    found: Mapping[str, Any] = next(iter(_tab(bench, bench.results).get("protectedRanges", ())), {})
    users = found.get("editors", {}).get("users", [])
    seen = {
        "range": found.get("range") == protection["range"],
        "open": found.get("unprotectedRanges") == [opened],
        "warns only": found.get("warningOnly", False),
        "may edit": found.get("requestingUserCanEdit", False),
        "is an editor": bench.connection.account in users,
        "no other editor but the owner": len(users) <= 2,  # noqa: PLR2004  # the account and the owner
    }
    return Seen(holds=seen == {name: name != "warns only" for name in seen}, text=f"saw {seen}")


def _text_stays(bench: Bench) -> Seen:
    bench.send(put(bench.results, 1, 1, [["=1+1"]]))
    return same(bench.cells(bench.results)[1][1], "=1+1")


def _answers_with_tabs(bench: Bench) -> Seen:
    """Ask for the list of tabs in the answer to a write, and for nothing else."""
    answer = bench.send(put(bench.results, 1, 1, [["x"]]), fields=WRITTEN)
    sheets = answer.get("updatedSpreadsheet", {}).get("sheets", [])
    listed = {tab["properties"].get("sheetId", 0) for tab in sheets}
    holds = {bench.actors.id, bench.results.id} <= listed and set(answer) == {"updatedSpreadsheet"}
    return Seen(holds=holds, text=f"the answer has {sorted(answer)} and {len(listed)} tabs")


def _missing_tab(bench: Bench) -> Seen:
    gone = bench.new_tab("gibt es nicht")
    try:
        bench.cells(gone)
    except SheetChangedError:
        return Seen(holds=True, text="refused, and known again as what it is")
    return Seen(holds=False, text="not refused")


def _longer(bench: Bench) -> Seen:
    before = _rows(bench)
    bench.send({"appendDimension": {"sheetId": bench.results.id, "dimension": "ROWS", "length": 5}})
    return same(_rows(bench) - before, 5)


def _rows(bench: Bench) -> int:
    return int(_tab(bench, bench.results)["properties"]["gridProperties"]["rowCount"])


def _date_as_text(bench: Bench) -> Seen:
    day = {
        "userEnteredValue": {"numberValue": DAY},
        "userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}},
    }
    place = area(bench.actors.id, rows=(1, 2), columns=(KIND, KIND + 1))
    fields = "userEnteredValue,userEnteredFormat.numberFormat"
    bench.send({"updateCells": {"range": place, "rows": [{"values": [day]}], "fields": fields}})
    return same(bench.cells(bench.actors)[1][KIND], DAY_AS_SHOWN)


def _rewritten(bench: Bench) -> Seen:
    """Write the formula over itself while it spills: `setup` does that to mend it."""
    bench.send(put_formula(bench.actors.id, 0, GREY, bench.lookup().formula))
    return same(bench.shown(), RANKS)


def _tab(bench: Bench, tab: ProbeTab) -> Mapping[str, Any]:
    """Return the description of a tab from `spreadsheets.get`."""
    listed = bench.connection.metadata("sheets(properties(sheetId,gridProperties),protectedRanges)")["sheets"]
    return next(each for each in listed if each["properties"].get("sheetId", 0) == tab.id)


FACTS: Sequence[Fact] = (
    Fact(
        says="the lookup formula is read with the separator of the locale",
        otherwise="nothing to do: `klima-allianz setup` then takes the other separator",
        tried=_separator,
    ),
    Fact(says="the lookup formula spills down from the header", otherwise=SEEN_WRONG, tried=_spills),
    Fact(says="writing the formula anew keeps it right", otherwise=SEEN_WRONG, tried=_rewritten),
    Fact(says="the lookup follows when people sort the list", otherwise=SETUP_AGAIN, tried=_after(_sort)),
    Fact(
        says="the lookup follows when people insert a row above the header",
        otherwise=SETUP_AGAIN,
        tried=_after(_row_above),
    ),
    Fact(
        says="the lookup follows when people insert a row in the list",
        otherwise=SETUP_AGAIN,
        tried=_after(_row_between),
    ),
    Fact(
        says="the lookup follows when people insert a column before the names",
        otherwise=SETUP_AGAIN,
        tried=_after(_column_before),
    ),
    Fact(
        says="the lookup follows when people move the column of names",
        otherwise=SETUP_AGAIN,
        tried=_after(_move(KEY, GREY)),
    ),
    Fact(
        says="the lookup follows when people move the grey column",
        otherwise=SETUP_AGAIN,
        tried=_after(_move(GREY, KEY)),
    ),
    Fact(
        says="the lookup follows when people rename the results tab",
        otherwise=SETUP_AGAIN,
        tried=_after(_rename_results),
    ),
    Fact(
        says="the lookup follows when people insert a column on the results tab",
        otherwise=SETUP_AGAIN,
        tried=_after(_column_in_results),
    ),
    Fact(says="a copied tab has a lookup of its own", otherwise="delete the copy's grey columns", tried=_copied_tab),
    Fact(
        says="a filled cell below the header blocks the lookup, which then shows #REF!",
        otherwise="`check` and the tab Hinweise cannot name the blocking cell; look below the header yourselves",
        tried=_blocked,
    ),
    Fact(says="a blocked lookup recovers when the cell is cleared", otherwise=SETUP_AGAIN, tried=_recovers),
    Fact(
        says="the lookup shows #REF! when the results tab is deleted",
        otherwise="a deleted tab Auswertung shows in other ways; run `klima-allianz setup`",
        tried=_results_deleted,
    ),
    Fact(
        says="a tab can be added again with the id of a deleted one",
        otherwise="a deleted service tab does not come back by itself; undo the deletion (File, Version history)",
        tried=_same_id_again,
    ),
    Fact(
        says="the lookup takes * ? ~ in a name for what they are",
        otherwise="actors with such a character may show another's figures; spell their names without it",
        tried=_finds(
            ("a*c", "a?c", "a~c"),
            {"abbc": 1, "abc": 2, "ac": 3, "a*c": 4, "a?c": 5, "a~c": 6},
            {"a*c": 4, "a?c": 5, "a~c": 6},
        ),
    ),
    Fact(
        says="the lookup ignores upper and lower case",
        otherwise="spell an actor the same everywhere",
        tried=_finds(("STADTWERKE",), {"Stadtwerke": 1}, {"STADTWERKE": 1}),
    ),
    Fact(
        says="the lookup tells a name with a space behind it apart",
        otherwise="nothing to do: it finds even more than it must",
        tried=_finds(("Uni ", "Uni"), {"Uni": 1}, {"Uni ": None, "Uni": 1}),
    ),
    Fact(
        says="the lookup finds a name that is a number",
        otherwise="put a word before such a name",
        tried=_finds((4711,), {4711: 1}, {4711: 1}),
    ),
    Fact(
        says="a tick box without its tick reads as false",
        otherwise="a run may be asked for again and again; take the tick box out of Übersicht",
        tried=_unticked,
    ),
    Fact(
        says="the protection of a tab lets the service write and is read back as it was set",
        otherwise="`check` cannot tell whether protection is in force; look under Data, Protect sheets and ranges",
        tried=_protected,
    ),
    Fact(says="text that begins with = stays text", otherwise=NOT_SAFE, tried=_text_stays),
    Fact(
        says="the answer to a write lists the tabs",
        otherwise="a renamed tab is noticed one run later",
        tried=_answers_with_tabs,
    ),
    Fact(
        says="asking for a tab that is gone is refused, and known as that",
        otherwise="a renamed or deleted tab ends a run with an error; run it again",
        tried=_missing_tab,
    ),
    Fact(
        says="rows can be added at the end of a tab",
        otherwise="a sync stops when a service tab is full; add rows at its end by hand",
        tried=_longer,
    ),
    Fact(
        says="a date arrives as people see it",
        otherwise="a date that slipped into a column of numbers would count as a number; " + NOT_SAFE,
        tried=_date_as_text,
    ),
    Fact(
        says="a text can carry a link to a cell of another tab",
        otherwise="what stands under Zelle on the tab Hinweise leads nowhere; go to that cell yourselves",
        tried=linked,
    ),
    Fact(
        says="another text takes the link of the last one away",
        otherwise="on the tab Hinweise go by the cell that stands there, a link may be that of an earlier note",
        tried=unlinked,
    ),
)
"""In the order in which they are tried: the first decides how formulas are written for the others."""
