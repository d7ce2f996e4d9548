"""What stands between a mistake elsewhere in the program and a team's sheet: the last look right before a call."""

from collections.abc import Iterator

import pytest

from scoring.columns import TabSpec
from scoring.snapshot import Snapshot, Tab
from scoring.tabs import SERVICE_TABS
from sync.google.ids import SERVICE_TAB_IDS
from sync.google.write import carry_out
from sync.ownership import RELEASE_COLUMN, OwnershipError
from sync.ports import RowWrite, WritePlan
from tests.sheets_server import Call, SheetsServer
from tests.sheets_server.errors import Rejected
from tests.sheets_server.model import Sheet, Spreadsheet
from tests.sheets_server.person import Person
from tests.sync.google.build import cells_of, connection_to, shared_book

READ = Snapshot(
    tabs=tuple(
        Tab(id=str(SERVICE_TAB_IDS[name]), title=name, cells=(), service=name)
        for name in ("outbox", "overview", "results")
    )
)


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as running:
        yield running


@pytest.fixture
def book(server: SheetsServer) -> Spreadsheet:
    book = shared_book(server)
    book.sheets += [Sheet(id=int(tab.id), title=tab.title) for tab in READ.tabs]
    return book


def carried_out(server: SheetsServer, book: Spreadsheet, *rows: RowWrite) -> None:
    sizes = {tab.id: (1000, 26) for tab in READ.tabs}
    for _ in carry_out(connection_to(server, book), WritePlan(rows=rows), READ, sizes, "de"):
        pass


@pytest.mark.parametrize(
    "row",
    [
        RowWrite(tab="outbox", row=2, column=RELEASE_COLUMN, values=("ja",)),
        RowWrite(tab="outbox", row=3, column=0, values=(1, *("x",) * RELEASE_COLUMN)),
        RowWrite(tab="overview", row=1, column=0, values=("Titel",)),
    ],
    ids=["a release", "a row with its release", "the title"],
)
def test_plan_that_nobody_looked_at_is_not_sent(server: SheetsServer, book: Spreadsheet, row: RowWrite) -> None:
    with pytest.raises(OwnershipError):
        carried_out(server, book, row)
    assert [call.kind for call in server.log] == []


def test_overview_is_written_last(server: SheetsServer, book: Spreadsheet) -> None:
    """A plan of 3 MB: while its first part is carried out, Übersicht still says what it said."""
    after_each: list[object] = []

    def look(call: Call) -> None:
        if call.kind == "write":
            after_each.append(cells_of(book.sheet("overview")))

    server.after_call = look
    rows = [RowWrite(tab="results", row=number, column=0, values=("x" * 10_000,)) for number in range(1, 301)]
    news = RowWrite(tab="overview", row=4, column=0, values=("Stand", "heute"))
    carried_out(server, book, news, *rows)
    assert after_each == [{}, {(3, 0): "Stand", (3, 1): "heute"}]


@pytest.mark.parametrize("spec", SERVICE_TABS, ids=[spec.name for spec in SERVICE_TABS])
def test_tab_that_a_sync_adds_is_protected(server: SheetsServer, spec: TabSpec) -> None:
    book = shared_book(server)
    list(carry_out(connection_to(server, book), WritePlan(new_tabs=(spec.name,)), Snapshot(tabs=()), {}, "de"))
    with pytest.raises(Rejected, match="protected cell"):
        Person(book).type(book.by_id(SERVICE_TAB_IDS[spec.name]).title, "A3", "von Hand")
