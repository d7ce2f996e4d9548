"""What must be true after a restart, wherever the run before it was killed; the numbers are those of the promises.

What belongs here: looking at what is left, compared with a run that nobody killed. How it is killed is elsewhere.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path

from scoring.snapshot import Grid, Snapshot
from scoring.tabs import OUTBOX, OVERVIEW
from tests.kill.scenario import PEOPLE

Delivery = tuple[str, bytes]
"""To whom, by envelope, and the message."""

RUN_TIMES = {OVERVIEW.name, OUTBOX.name}
"""The tabs that also say when things were done."""


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is there once all runs are over: mails that arrived, events, states of mails, cells by tab in code.

    `peoples` are the cells of people's tabs by title, without the grey columns; `addresses` says how many people's
    addresses stand in the state file, whichever table or page.
    """

    arrived: tuple[Delivery, ...]
    events: tuple[tuple[str, str, str], ...]
    states: Mapping[str, str]
    ours: Mapping[str, Grid]
    peoples: Mapping[str, Grid]
    addresses: int


def left(folder: Path, arrived: Sequence[Delivery], snapshot: Snapshot) -> Left:
    """Look at everything; raises when the state cannot be read."""
    with closing(sqlite3.connect(f"file:{folder / 'state.db'}?mode=ro", uri=True)) as state:
        assert state.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        events = tuple(state.execute("SELECT kind, uid, detail FROM event ORDER BY key"))
        states = dict(state.execute("SELECT key, state FROM outbox ORDER BY number").fetchall())
    kept = b"".join(path.read_bytes() for path in folder.glob("state.db*"))
    tabs = snapshot.tabs
    return Left(
        arrived=tuple(arrived),
        events=events,
        states=states,
        ours={tab.service: tab.cells for tab in tabs if tab.service},
        peoples={tab.title: _typed(tab.cells, set(tab.lookups.values())) for tab in tabs if not tab.service},
        addresses=sum(person["email"].encode() in kept for person in PEOPLE["recipients"]),
    )


def _typed(cells: Grid, grey: set[int]) -> Grid:
    return tuple(tuple(None if at in grey else cell for at, cell in enumerate(row)) for row in cells)


def broken(after: Left, never_killed: Left, kills: int) -> Iterator[str]:
    """Yield which promises do not hold after so many kills.

    1 people's cells, 2 our cells, 3 events once, 4 mails at least once and at most once more for each kill, 6 no
    address where none is needed any more.
    """
    if after.peoples != never_killed.peoples:
        yield "1: a cell of people's changed"
    for tab, cells in never_killed.ours.items():
        if tab not in RUN_TIMES and after.ours.get(tab) != cells:
            yield f"2: {tab} is not what it should be"
    if len(after.ours[OUTBOX.name]) != len(never_killed.ours[OUTBOX.name]):
        yield "2: Postausgang does not list every mail"
    if max(Counter(after.events).values(), default=0) > 1 or after.events != never_killed.events:
        yield "3: not one event per actor and kind"
    if after.states != never_killed.states:
        yield f"4: mails are {dict(Counter(after.states.values()))}"
    if after.addresses:
        yield f"6: {after.addresses} addresses are left in the state file"
    if len(after.arrived) > len(never_killed.arrived) + kills:
        yield "4: a mail came more often than runs were killed"
    yield from _mails(after.arrived, never_killed.arrived)


def _mails(arrived: Sequence[Delivery], wanted: Sequence[Delivery]) -> Iterator[str]:
    got, due = {_identity(mail) for mail in arrived}, {_identity(mail) for mail in wanted}
    if due - got:
        yield f"4: {len(due - got)} mails were lost"
    if got - due:
        yield f"4: {len(got - due)} mails nobody was to get"
    if len(set(arrived)) > len(got):
        yield "4: two mails of one Message-ID differ"


def _identity(mail: Delivery) -> tuple[str, str]:
    """Return to whom and which Message-ID."""
    recipient, message = mail
    return recipient, BytesHeaderParser().parsebytes(message)["Message-ID"]
