"""Tables with blank rows in between: each row keeps its number, and blank ones cost nothing."""

import tracemalloc

from scoring.parsing.tables import read_table
from scoring.snapshot import Tab
from scoring.tabs import ACTORS

LAST_ROW = 1_048_576


def test_rows_keep_their_numbers_when_blank_ones_stand_between() -> None:
    tab = Tab(id="1", title="Akteure", cells=((), ("Name",), (), ("A",), (None, "x"), ("",), (), ("B",)))
    assert read_table(ACTORS, tab, "de").frame["name"].to_dict() == {4: "A", 8: "B"}


def test_a_stray_cell_in_the_last_row_costs_little_more_than_its_blank_rows() -> None:
    tab = Tab(id="1", title="Akteure", cells=(("Name",), ("A",), *((),) * (LAST_ROW - 3), ("Z",)))
    tracemalloc.start()
    names = read_table(ACTORS, tab, "de").frame["name"].to_dict()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert names == {2: "A", LAST_ROW: "Z"}
    assert peak < 30_000_000, "bytes: three lists of a million places"
