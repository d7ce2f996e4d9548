"""What a run leaves: who objected to mail, for good. Events and pending signatures are tested with `scoring.news`."""

from dataclasses import replace
from datetime import UTC, date, datetime

from scoring.alliance import Alliance
from scoring.assess import assess
from scoring.memory import Event, EventKind, Memory
from scoring.news import News
from scoring.remember import objections, remember
from scoring.snapshot import Snapshot
from tests.scoring.build import Row, alliance, table

TODAY = date(2026, 11, 24)
SIGNED = Event(key="loi_signed:u", kind=EventKind.SIGNED, day=TODAY, uid="u")
MEMORY = Memory(is_baseline=False, address_key=b"secret")
CONTACTS: list[Row] = [
    {"actor": "Werk", "name": "A", "email": "Anna@Example.org", "mails": "objected"},
    {"actor": "Werk", "name": "B", "email": "berta@example.org", "mails": "yes"},
    {"actor": "Bad", "name": "C", "email": "", "mails": "objected"},
    {"actor": "Bad", "name": "D", "email": "dora@example.org", "mails": "no"},
    {"actor": "", "name": "E", "email": "emil@example.org", "mails": "objected"},
]


def left(memory: Memory, tables: Alliance, news: News | None = None) -> Memory:
    return remember(memory, Snapshot(tabs=()), tables, assess(tables, memory, TODAY), news=news)


def test_who_objected_stays_so_when_the_row_is_gone() -> None:
    expected = frozenset({MEMORY.address_id("anna@example.org"), MEMORY.address_id("emil@example.org")})
    memory = left(MEMORY, alliance(contacts=CONTACTS))
    assert memory.objections == expected
    assert left(memory, alliance()).objections == expected
    assert left(memory, alliance(contacts=[{**row, "mails": "yes"} for row in CONTACTS])).objections == expected


def test_objections_of_another_file_are_the_same() -> None:
    assert objections(table("contacts", CONTACTS), MEMORY) == left(MEMORY, alliance(contacts=CONTACTS)).objections
    assert objections(table("contacts"), MEMORY) == frozenset()


def test_news_are_added_and_pending_is_replaced() -> None:
    before = replace(MEMORY, events={SIGNED.key: SIGNED}, pending={"loi_signed:v": datetime(2026, 11, 24, tzinfo=UTC)})
    done = Event(key="step_done:1", kind=EventKind.STEP_DONE, day=TODAY, detail="1")
    after = left(before, alliance(), News(events=(done,)))
    assert (after.events, after.pending) == ({SIGNED.key: SIGNED, done.key: done}, {})


def test_run_without_news_keeps_events_and_pending() -> None:
    before = replace(MEMORY, events={SIGNED.key: SIGNED}, pending={"loi_signed:v": datetime(2026, 11, 24, tzinfo=UTC)})
    after = left(before, alliance())
    assert (after.events, after.pending) == (before.events, before.pending)
