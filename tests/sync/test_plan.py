"""What to write: only what differs, only on the service's own tabs and grey columns."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scoring.memory import Memory
from scoring.parsing.parse import parse
from scoring.snapshot import Cell, Snapshot, Tab
from scoring.tabs import ACTORS, HISTORY, OUTBOX, OVERVIEW, RESULTS, SERVICE_TABS
from sync.plan import OVERVIEW_FIRST_ROW, Row, Tables, highest_number, plan_held, plan_writes
from sync.ports import RowWrite, WritePlan

GREY = {"stage": 1, "rank": 2, "key_actor": 3, "recommendation": 4, "notes": 5}
TITLE = ("Übersicht", None)
ACTORS_TAB = Tab(
    id="1",
    title="Akteure",
    cells=(
        ("Name", "Stand", "Rang", "Schlüsselakteur", "Empfehlung", "Hinweise", "Art"),
        ("Stadtwerke", None, None, None, None, None, "Energieversorger"),
        (None, None, None, None, None, None, None),
        ("Bäckerei", None, None, None, None, None, None),
    ),
    lookups=GREY,
)


def tables(**given: tuple[Row, ...]) -> Tables:
    return {spec.name: given.get(spec.name, ()) for spec in SERVICE_TABS}


def headers(name: str) -> Row:
    spec = next(spec for spec in SERVICE_TABS if spec.name == name)
    return tuple(column.de for column in spec.columns)


def written(snapshot: Snapshot, plan: WritePlan) -> Snapshot:
    """Carry out a plan on a snapshot, as an honest sheet would."""
    tabs = {tab.service or "actors": tab for tab in snapshot.tabs}
    tabs |= {name: Tab(id=name, title=name, cells=(), service=name) for name in plan.new_tabs}
    for write in plan.rows:
        tabs[write.tab] = replace(tabs[write.tab], cells=with_row(tabs[write.tab], write))
    return replace(snapshot, tabs=tuple(tabs.values()))


def with_row(tab: Tab, write: RowWrite) -> tuple[tuple[Cell, ...], ...]:
    rows = [list(row) for row in tab.cells] + [[] for _ in range(write.row - len(tab.cells))]
    row = rows[write.row - 1]
    row += [None] * (write.column + len(write.values) - len(row))
    row[write.column : write.column + len(write.values)] = write.values
    return tuple(tuple(row) for row in rows)


def plan(snapshot: Snapshot, wanted: Tables, lookups: dict[int, Row] | None = None, today: str = "") -> WritePlan:
    alliance, _ = parse(snapshot, Memory())
    return plan_writes(snapshot, alliance, wanted, lookups or {}, "de", today=today)


def test_missing_service_tabs_are_asked_for() -> None:
    found = plan(Snapshot(tabs=(ACTORS_TAB,)), tables())
    assert found.new_tabs == ("overview", "results", "steps", "monitoring", "notes", "history", "sectors", "outbox")


def test_second_plan_is_empty() -> None:
    wanted = tables(overview=(("Satz", "mindestens 3 %"),), results=(("Stadtwerke", "überzeugt"),))
    lookups: dict[int, Row] = {2: ("überzeugt", 1.0, "ja", "Anrufen.", "")}
    once = written(Snapshot(tabs=(ACTORS_TAB,)), plan(Snapshot(tabs=(ACTORS_TAB,)), wanted, lookups))
    assert plan(once, wanted, lookups) == WritePlan()


def test_the_key_of_a_result_is_what_the_team_typed() -> None:
    typed = Tab(id="1", title="Akteure", cells=(("Art", "Name"), ("", " Wer?  Wir! "), ("", 4711.0), ("", "~")))
    found = plan(Snapshot(tabs=(typed,)), tables(results=(("Wer? Wir!", "a"), ("4711", "b"), ("~", "c"))))
    assert [row.values[:2] for row in found.rows if row.tab == "results"][1:] == [
        (" Wer?  Wir! ", "a"),
        (4711.0, "b"),
        ("~", "c"),
    ]


def test_a_key_that_no_sheet_keeps_is_not_written_as_the_key_of_another_actor() -> None:
    typed = Tab(id="1", title="Akteure", cells=(("Name", "Art"), ("Bau\x01Hof", ""), ("BauHof", "")))
    found = plan(Snapshot(tabs=(typed,)), tables(results=(("Bau Hof", "a"), ("BauHof", "b"))))
    assert [row.values[0] for row in found.rows if row.tab == "results" and row.row > 1] == ["Bau Hof", "BauHof"]


def test_text_is_planned_as_every_sheet_keeps_it() -> None:
    wanted = tables(results=(("A", "x\x00\r\ny\ud83d" + "z" * 40_000),))
    once = written(Snapshot(tabs=(ACTORS_TAB,)), plan(Snapshot(tabs=(ACTORS_TAB,)), wanted))
    results = once.service_tab("results")
    assert results is not None
    assert results.cells[1][1] == "x\ny" + "z" * 31_997
    assert plan(once, wanted) == WritePlan()


def test_results_whose_columns_were_moved_are_left_as_they_are() -> None:
    cells: tuple[tuple[Cell, ...], ...] = (headers("results")[1:], ("überzeugt", None, 1.0))
    moved = Tab(id="2", title="Auswertung", cells=cells, service="results")
    found = plan(Snapshot(tabs=(ACTORS_TAB, moved)), tables(results=(("Stadtwerke", "überzeugt"),)))
    assert [row for row in found.rows if row.tab == "results"] == []


def test_only_the_row_that_differs_is_written() -> None:
    there = Tab(id="2", title="Auswertung", cells=(headers("results"), ("A", "x"), ("B", "y")), service="results")
    snapshot = Snapshot(tabs=(ACTORS_TAB, there))
    rows = [row for row in plan(snapshot, tables(results=(("A", "x"), ("B", "z")))).rows if row.tab == RESULTS.name]
    assert rows == [RowWrite(tab="results", row=3, column=0, values=("B", "z", *(None,) * 15))]


def test_rows_too_many_are_cleared() -> None:
    there = Tab(id="2", title="Auswertung", cells=(headers("results"), ("A", "x"), ("B", "y")), service="results")
    rows = plan(Snapshot(tabs=(ACTORS_TAB, there)), tables(results=(("A", "x"),))).rows
    width = len(RESULTS.columns)
    assert [row for row in rows if row.tab == RESULTS.name] == [
        RowWrite(tab="results", row=3, column=0, values=(None,) * width)
    ]


def test_what_people_put_right_of_our_columns_is_left_alone() -> None:
    wide = (*headers("results"), "meine Spalte")
    there = Tab(id="2", title="Auswertung", cells=(wide, ("A", *(None,) * 16, "meins")), service="results")
    rows = plan(Snapshot(tabs=(ACTORS_TAB, there)), tables(results=(("A",),))).rows
    assert [row for row in rows if row.tab == RESULTS.name] == []


def test_overview_leaves_title_and_tick_box_alone() -> None:
    there = Tab(id="2", title="Übersicht", cells=(TITLE, ("Jetzt synchronisieren", None)), service="overview")
    rows = plan(Snapshot(tabs=(ACTORS_TAB, there)), tables(overview=(("Satz", "x"),))).rows
    assert min(row.row for row in rows if row.tab == OVERVIEW.name) == OVERVIEW_FIRST_ROW


def test_time_of_the_run_alone_is_no_reason_to_write() -> None:
    wanted = tables(overview=(("Letzter Lauf", "10:00"), ("Satz", "x")))
    once = written(Snapshot(tabs=(ACTORS_TAB,)), plan(Snapshot(tabs=(ACTORS_TAB,)), wanted))
    later, changed = (("Letzter Lauf", "10:15"), ("Satz", "x")), (("Letzter Lauf", "10:15"), ("Satz", "y"))
    assert plan(once, tables(overview=later)) == WritePlan()
    assert [row.row for row in plan(once, tables(overview=changed)).rows] == [3, 4]


def test_time_of_the_run_is_written_once_a_day() -> None:
    first, later = (("Letzter Lauf", "24.11.2026, 10:00"),), (("Letzter Lauf", "24.11.2026, 18:00"),)
    once = written(Snapshot(tabs=(ACTORS_TAB,)), plan(Snapshot(tabs=(ACTORS_TAB,)), tables(overview=first)))
    assert [len(plan(once, tables(overview=later), today=day).rows) for day in ("24.11.2026", "25.11.2026")] == [0, 1]


def test_time_of_the_run_is_written_when_it_went_otherwise_than_the_last() -> None:
    alliance, _ = parse(Snapshot(tabs=(ACTORS_TAB,)), Memory())
    fine, paused = (("Letzter Lauf", f"10:00 Uhr: {state}") for state in ("alles in Ordnung", "Mails warten"))
    snapshot = Snapshot(tabs=(ACTORS_TAB,))
    once = written(snapshot, plan(snapshot, tables(overview=(fine,))))
    same = plan_writes(once, alliance, tables(overview=(fine,)), {}, "de", state="alles in Ordnung")
    other = plan_writes(once, alliance, tables(overview=(paused,)), {}, "de", state="Mails warten")
    assert (same, other) == (WritePlan(), WritePlan(rows=(RowWrite(tab="overview", row=3, column=0, values=paused),)))


HELD: Row = ("Letzter Lauf", "am 24.11.2026 um 10:00 Uhr: angehalten")
QUESTION: Row = (7, "24.11.2026, 10:00", "Sicherung", None, "Angehalten", "War das gewollt?", None, "wartet", None)


def held(snapshot: Snapshot, run: Row = HELD, *outbox: Row, today: str = "24.11.2026") -> WritePlan:
    return plan_held(snapshot, run, outbox, "de", today=today, state="angehalten")


def full() -> Snapshot:
    """A sheet after a run: every service tab has its rows."""
    wanted = tables(overview=(("Letzter Lauf", "09:00"), ("Satz", "x")), results=(("Stadtwerke", "identifiziert"),))
    snapshot = Snapshot(tabs=(ACTORS_TAB,))
    return written(snapshot, plan(snapshot, wanted))


def test_held_run_writes_its_line_and_its_question_and_leaves_the_rest() -> None:
    assert [(row.tab, row.row, row.column, row.values) for row in held(full(), HELD, QUESTION).rows] == [
        ("overview", 3, 0, HELD),
        ("outbox", 2, 0, QUESTION[:6]),
        ("outbox", 2, 7, QUESTION[7:]),
    ]


def test_second_held_run_of_a_day_has_nothing_to_write() -> None:
    once = written(full(), held(full(), HELD, QUESTION))
    later: Row = (HELD[0], "am 24.11.2026 um 18:00 Uhr: angehalten")
    assert held(once, later, QUESTION) == WritePlan()
    assert [row.row for row in held(once, later, QUESTION, today="25.11.2026").rows] == [3]


def test_held_run_answers_a_tick() -> None:
    once = written(full(), held(full(), HELD, QUESTION))
    ticked = written(once, WritePlan(rows=(RowWrite(tab="overview", row=2, column=1, values=("ja",)),)))
    assert held(ticked, HELD, QUESTION).rows == (RowWrite(tab="overview", row=2, column=1, values=(None,)),)


def test_held_run_on_a_sheet_without_our_tabs_makes_the_two_it_needs() -> None:
    assert held(Snapshot(tabs=(ACTORS_TAB,)), HELD, QUESTION).new_tabs == ("overview", "outbox")


def test_tick_is_taken_out_by_the_run_that_answers_it() -> None:
    wanted = tables(overview=(("Satz", "x"),))
    once = written(Snapshot(tabs=(ACTORS_TAB,)), plan(Snapshot(tabs=(ACTORS_TAB,)), wanted))
    ticked = written(once, WritePlan(rows=(RowWrite(tab="overview", row=2, column=1, values=("ja",)),)))
    assert plan(ticked, wanted).rows == (RowWrite(tab="overview", row=2, column=1, values=(None,)),)


def test_history_keeps_every_row_that_stands_there() -> None:
    old: Row = ("01.01.2026", 3.0, 3.1, 3.2, 2, 1, None)
    new: Row = ("01.02.2026", 4.0, 4.1, 4.2, 3, 1, "")
    there = Tab(id="2", title="Verlauf", cells=(headers("history"), old), service="history")
    rows = plan(Snapshot(tabs=(ACTORS_TAB, there)), tables(history=(new,))).rows
    assert [row for row in rows if row.tab == HISTORY.name] == [
        RowWrite(tab="history", row=3, column=0, values=("01.02.2026", 4.0, 4.1, 4.2, 3, 1, None))
    ]


def test_outbox_never_writes_freigabe_and_appends_below_a_stray_ja() -> None:
    stray = (None, None, None, None, None, None, "ja")
    sent: Row = (1, "gestern", "Wochenbericht", "Ayşe", "Betreff", "Vorschau", None, "gesendet", "gestern")
    queued: Row = (2, "heute", "Wochenbericht", "Jörg", "Betreff", "Vorschau", None, "wartet", None)
    there = Tab(id="2", title="Postausgang", cells=(headers("outbox"), sent, stray), service="outbox")
    rows = plan(Snapshot(tabs=(ACTORS_TAB, there)), tables(outbox=(sent, queued))).rows
    assert [row for row in rows if row.tab == OUTBOX.name] == [
        RowWrite(tab="outbox", row=4, column=0, values=queued[:6]),
        RowWrite(tab="outbox", row=4, column=7, values=("wartet", None)),
    ]


def test_outbox_finds_a_mail_by_its_number_wherever_it_stands() -> None:
    first: Row = (1, "a", "k", "r", "s", "p", None, "wartet", None)
    second: Row = (2, "b", "k", "r", "s", "p", None, "wartet", None)
    there = Tab(id="2", title="Postausgang", cells=(headers("outbox"), second, first), service="outbox")
    sent: Row = (*first[:7], "gesendet", "heute")
    rows = plan(Snapshot(tabs=(ACTORS_TAB, there)), tables(outbox=(sent, second))).rows
    assert [row for row in rows if row.tab == OUTBOX.name] == [
        RowWrite(tab="outbox", row=3, column=7, values=("gesendet", "heute"))
    ]


def test_grey_cells_follow_the_name_and_blank_rows_stay_blank() -> None:
    lookups: dict[int, Row] = {4: ("identifiziert", 2.0, "nein", "Anrufen.", "")}
    rows = plan(Snapshot(tabs=(ACTORS_TAB,)), tables(), lookups).rows
    assert [row for row in rows if row.tab == ACTORS.name] == [
        RowWrite(tab="actors", row=4, column=1, values=("identifiziert",)),
        RowWrite(tab="actors", row=4, column=2, values=(2.0,)),
        RowWrite(tab="actors", row=4, column=3, values=("nein",)),
        RowWrite(tab="actors", row=4, column=4, values=("Anrufen.",)),
    ]


def test_grey_cells_of_a_row_without_name_are_cleared() -> None:
    cells = (*ACTORS_TAB.cells[:2], (None, "überzeugt", 1.0, None, None, None, "Verein"))
    rows = plan(Snapshot(tabs=(replace(ACTORS_TAB, cells=cells),)), tables()).rows
    assert [row for row in rows if row.tab == ACTORS.name] == [
        RowWrite(tab="actors", row=3, column=1, values=(None,)),
        RowWrite(tab="actors", row=3, column=2, values=(None,)),
    ]


def test_what_stands_only_in_grey_columns_below_the_table_is_left_alone() -> None:
    cells = (*ACTORS_TAB.cells, (None, "Legende", None, "x", None, None, None))
    rows = plan(Snapshot(tabs=(replace(ACTORS_TAB, cells=cells),)), tables()).rows
    assert [row for row in rows if row.tab == ACTORS.name] == []


def test_highest_number_is_what_the_sheet_shows() -> None:
    there = Tab(id="2", title="Postausgang", cells=(headers("outbox"), (1,), (7.0,), (None, "x")), service="outbox")
    found = [highest_number(Snapshot(tabs=tabs)) for tabs in ((ACTORS_TAB, there), (ACTORS_TAB,))]
    assert found == [7, 0]


CELLS = st.one_of(st.none(), st.text(max_size=5), st.integers(0, 99), st.floats(0, 99), st.booleans())
ROWS = st.lists(st.lists(CELLS, max_size=17).map(tuple), max_size=6).map(tuple)
WANTED = st.lists(st.lists(CELLS, min_size=1, max_size=17).map(tuple), max_size=6).map(tuple)


@given(there=ROWS, wanted=WANTED)
def test_plan_carried_out_leaves_nothing_to_do(there: tuple[Row, ...], wanted: tuple[Row, ...]) -> None:
    tab = Tab(id="2", title="Auswertung", cells=there, service="results")
    snapshot = Snapshot(tabs=(ACTORS_TAB, tab))
    once = written(snapshot, plan(snapshot, tables(results=wanted)))
    assert plan(once, tables(results=wanted)) == WritePlan()
