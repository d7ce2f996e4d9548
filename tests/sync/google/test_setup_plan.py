"""What `setup` would do to a spreadsheet, without one: titles that are taken, and tabs that cannot be read."""

from dataclasses import replace

from scoring.columns import Owner
from scoring.tabs import ACTORS, PEOPLE_TABS
from sync.google.ids import PEOPLE_TAB_IDS, SERVICE_TAB_IDS
from sync.google.setup.allowed import assert_setup_requests
from sync.google.setup.plan import SetupPlan, plan_setup
from sync.google.setup.state import GoogleState, GoogleTab
from sync.layout import ORDER
from sync.layout.lookup_formula import lookup

ACCOUNT = "dienst@example.org"
EMPTY = GoogleState(locale="de_DE", time_zone="Europe/Berlin", tabs=(), titles=(), ids=frozenset(), charts={})


def tab(number: int, title: str, *rows: tuple[str, ...]) -> GoogleTab:
    return GoogleTab(id=number, title=title, rows=1000, columns=26, cells=rows, formulas={}, json={})


def state(*tabs: GoogleTab, others: tuple[str, ...] = ()) -> GoogleState:
    """A spreadsheet with these tabs, and others of which only the title is known."""
    ids = {*(each.id for each in tabs), *range(100, 100 + len(others))}
    titles = (*(each.title for each in tabs), *others)
    return replace(EMPTY, tabs=tabs, titles=titles, ids=frozenset(ids))


def plan(there: GoogleState) -> SetupPlan:
    found = plan_setup(there, "de", {}, ACCOUNT, frozenset())
    assert_setup_requests(found.requests, there)
    return found


def formulas(found: SetupPlan) -> list[str]:
    cells = [request["updateCells"] for request in found.requests if "updateCells" in request]
    values = [cell["rows"][0]["values"][0].get("userEnteredValue", {}) for cell in cells]
    return [value["formulaValue"] for value in values if "formulaValue" in value]


def test_plan_of_nothing_adds_all_tabs_before_anything_else() -> None:
    requests = plan(EMPTY).requests
    assert ["addSheet" in request for request in requests].index(False) == len(ORDER)
    assert sum("addSheet" in request for request in requests) == len(ORDER)


def test_plan_gives_way_to_a_team_s_own_tab_of_that_title() -> None:
    found = plan(state(others=("Auswertung", "sektoren")))
    assert {"Auswertung (Klima-Allianz)", "Sektoren (Klima-Allianz)"} <= set(found.added)
    assert all("XLOOKUP($A$1:$A;'Auswertung (Klima-Allianz)'!$A:$A;" in formula for formula in formulas(found))


def test_plan_leaves_a_list_without_names_alone_and_says_that_it_is_not_read() -> None:
    found = plan(state(tab(7, "Akteure", ("Farbe", "Form"), ("rot", "rund"))))
    assert formulas(found) == []
    assert found.added == (*(spec.de for spec in ORDER if spec is not ACTORS), "charts on Übersicht")
    assert found.unread == ("Akteure (it has no column „Name“)",)


def test_plan_fills_an_empty_tab_of_the_right_title() -> None:
    found = plan(state(tab(7, "Akteure")))
    first = next(request["insertDimension"] for request in found.requests if "insertDimension" in request)
    assert first["range"] == {
        "sheetId": 7,
        "dimension": "COLUMNS",
        "startIndex": 0,
        "endIndex": len(ACTORS.columns),
    }
    assert found.added[-2].startswith("Akteure: Name, Stand, Rang, Schlüsselakteur, Empfehlung, Hinweise, Art, ")
    assert len(formulas(found)) == len(ACTORS.lookups)
    assert all("ROW($A$1:$A)" in formula for formula in formulas(found))


def test_plan_keeps_right_of_tables_merged_cells_and_banding() -> None:
    names = tab(7, "Akteure", ("Name",), ("Stadtwerke",))
    for part, place in (
        ("tables", {"range": {"sheetId": 7, "endColumnIndex": 9}}),
        ("bandedRanges", {"bandedRangeId": 1, "range": {"sheetId": 7, "endColumnIndex": 9}}),
        ("merges", {"sheetId": 7, "startColumnIndex": 7, "endColumnIndex": 9, "startRowIndex": 0, "endRowIndex": 1}),
    ):
        found = plan(state(replace(names, json={part: [place]})))
        inserted = next(request["insertDimension"] for request in found.requests if "insertDimension" in request)
        assert inserted["range"]["startIndex"] == 9


def test_plan_does_not_join_a_group_of_people_s() -> None:
    columns = tuple(column.de for column in ACTORS.columns if column.front and column.owner is Owner.PEOPLE)
    grey = tuple(column.de for column in ACTORS.columns if column.owner is Owner.SERVICE)
    group = {"range": {"sheetId": 7, "dimension": "COLUMNS", "startIndex": 3, "endIndex": len(columns) + len(grey)}}
    names = tab(7, "Akteure", (*columns, *grey))
    there = replace(names, formulas={}, json={"columnGroups": [group]})
    alone = [request for request in plan(state(names)).requests if "addDimensionGroup" in request]
    beside = [request for request in plan(state(there)).requests if "addDimensionGroup" in request]
    assert (len(alone), len(beside)) == (1, 1)
    closer = replace(names, json={"columnGroups": [{"range": group["range"] | {"endIndex": 26}}]})
    assert [request for request in plan(state(closer)).requests if "addDimensionGroup" in request] == []


def test_plan_takes_another_id_when_the_usual_one_is_taken() -> None:
    press = tab(PEOPLE_TAB_IDS["press"], "Termine", ("Datum", "Akteur"))
    added = [request["addSheet"]["properties"] for request in plan(state(press)).requests if "addSheet" in request]
    ids = {each["title"]: each["sheetId"] for each in added}
    assert ids["Presse"] == PEOPLE_TAB_IDS["press"] + 10_000
    assert "Termine" not in ids
    assert len(ids) == len(ORDER) - 1
    assert {spec.de for spec in PEOPLE_TABS} - {"Termine"} <= ids.keys()


def test_plan_inherits_from_before_only_behind_the_last_column_of_the_grid() -> None:
    """Google takes new columns there in no other way, and in front of the first one not in this way."""
    names = tab(7, "Akteure", ("Name",))
    inherits = [
        next(
            request["insertDimension"]["inheritFromBefore"]
            for request in found.requests
            if "insertDimension" in request
        )
        for found in (plan(state(tab(7, "Akteure"))), plan(state(names)), plan(state(replace(names, columns=1))))
    ]
    assert inherits == [False, False, True]


def with_rank(shown: str, separator: str = ";") -> GoogleState:
    rank = lookup("rank", header="Rang", key_column=0, header_row=1, title="Auswertung", separator=separator)
    actors = replace(tab(7, "Akteure", ("Name", shown)), formulas={(0, 1): rank.formula})
    return state(actors, tab(SERVICE_TAB_IDS["results"], "Auswertung"))


def test_plan_tries_the_other_separator_once_and_then_asks_people() -> None:
    there = with_rank("#ERROR!")
    first = plan_setup(there, "de", {}, ACCOUNT, frozenset())
    again = plan_setup(with_rank("#ERROR!", ","), "de", {}, ACCOUNT, first.retried)
    assert (first.retried, again.retried) == ({"rank"}, frozenset())
    assert [text for text in formulas(first) if '"Rang"' in text and "," in text] == [
        '=ARRAYFORMULA(IF(ROW($A$1:$A)=ROW($A$1),"Rang",IF($A$1:$A="",,'
        "IFNA(XLOOKUP($A$1:$A,Auswertung!$A:$A,Auswertung!$D:$D)))))"
    ]
    assert [text for text in formulas(again) if '"Rang"' in text] == []
    assert again.todo == ("Akteure!B1: Google reads the formula of Rang in neither spelling.",)


def test_plan_says_that_nothing_may_stand_below_when_no_obstacle_is_seen() -> None:
    assert plan(with_rank("#REF!")).todo == (
        "Akteure!B1: the grey column Rang cannot spill; nothing may stand below it.",
    )


def test_plan_writes_grey_headers_anew_with_the_tab_that_they_name() -> None:
    """A formula that names a tab which comes later need not notice that it is there."""
    there = with_rank("#REF!")
    alone = replace(there, tabs=there.tabs[:1], titles=there.titles[:1], ids=frozenset({7}))
    assert "Akteure: Rang (repaired)" in plan(alone).added
    assert "Akteure: Rang (repaired)" not in plan(with_rank("Rang")).added
