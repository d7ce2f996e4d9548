"""One edit between any two calls of a sync: nothing of people's changes, and what is shown is right soon after."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sync.errors import OutsideError, SetupError
from sync.run import Outcome
from tests.sheets_server import Fault
from tests.sheets_server.copies import working_copy
from tests.sheets_server.model import Spreadsheet
from tests.sheets_server.server import OWNER
from tests.sync.google import people
from tests.sync.google.laws import aftermath
from tests.sync.google.people import Edit, Kind, Team
from tests.sync.google.side_by_side import fresh_folder, side_by_side
from tests.sync.google.town import LATER, NEXT_DAY, Beginning, Town, beginning, peoples, town_of

SOMETHING = Edit(kind=Kind.TYPE, at="L3", text="2400")
"""What somebody typed before each sync, so that it has something to write."""

EDITS: Mapping[Kind, Sequence[Edit]] = {
    Kind.TYPE: (
        Edit(kind=Kind.TYPE, at="A4", text="Rathaus Musterstadt"),
        Edit(kind=Kind.TYPE, at="C5", text="mitten in der grauen Spalte"),
        Edit(kind=Kind.TYPE, at="A1", text="Wer"),
        Edit(kind=Kind.TYPE, tab=people.RESULTS, at="B2", text="von Hand", who=OWNER),
        Edit(kind=Kind.TYPE, tab=people.OVERVIEW, at="B2", text="WAHR"),
        Edit(kind=Kind.TYPE, tab=people.OUTBOX, at="G3", text="ja"),
        Edit(kind=Kind.TYPE, tab=people.OUTBOX, at="A2", text="17", who=OWNER),
    ),
    Kind.SORT: (
        Edit(kind=Kind.SORT, at="A"),
        Edit(kind=Kind.SORT, at="N", to="descending"),
        Edit(kind=Kind.SORT, tab=people.RESULTS, at="A", to="descending", who=OWNER),
        Edit(kind=Kind.SORT, tab=people.OUTBOX, at="D", who=OWNER),
    ),
    Kind.INSERT_ROW: (
        Edit(kind=Kind.INSERT_ROW, at="3"),
        Edit(kind=Kind.INSERT_ROW, at="1"),
        Edit(kind=Kind.INSERT_ROW, tab=people.OUTBOX, at="2", who=OWNER),
        Edit(kind=Kind.INSERT_ROW, tab=people.RESULTS, at="1", who=OWNER),
    ),
    Kind.DELETE_ROW: (
        Edit(kind=Kind.DELETE_ROW, at="2"),
        Edit(kind=Kind.DELETE_ROW, at="7"),
        Edit(kind=Kind.DELETE_ROW, at="1"),
        Edit(kind=Kind.DELETE_ROW, tab=people.RESULTS, at="1", who=OWNER),
        Edit(kind=Kind.DELETE_ROW, tab=people.OVERVIEW, at="5", who=OWNER),
    ),
    Kind.INSERT_COLUMN: (
        Edit(kind=Kind.INSERT_COLUMN, at="A"),
        Edit(kind=Kind.INSERT_COLUMN, at="D"),
        Edit(kind=Kind.INSERT_COLUMN, tab=people.RESULTS, at="C", who=OWNER),
        Edit(kind=Kind.INSERT_COLUMN, tab=people.OUTBOX, at="B", who=OWNER),
    ),
    Kind.DRAG_COLUMN: (
        Edit(kind=Kind.DRAG_COLUMN, at="A", to="H"),
        Edit(kind=Kind.DRAG_COLUMN, at="C", to="N"),
        Edit(kind=Kind.DRAG_COLUMN, tab=people.MEETINGS, at="A", to="D"),
        Edit(kind=Kind.DRAG_COLUMN, tab=people.RESULTS, at="D", to="F", who=OWNER),
    ),
    Kind.RENAME_HEADER: (
        Edit(kind=Kind.RENAME_HEADER, at="Name", to="Organisation"),
        Edit(kind=Kind.RENAME_HEADER, at="Name", to="Wer"),
        Edit(kind=Kind.RENAME_HEADER, tab=people.MEETINGS, at="Akteur", to="Firma"),
        Edit(kind=Kind.RENAME_HEADER, tab=people.OUTBOX, at="Freigabe", to="Los", who=OWNER),
    ),
    Kind.RENAME_TAB: (
        Edit(kind=Kind.RENAME_TAB, to="Akteure '26"),
        Edit(kind=Kind.RENAME_TAB, tab=people.MEETINGS, to="Unsere Gespräche"),
        Edit(kind=Kind.RENAME_TAB, tab=people.RESULTS, to="Was rauskommt", who=OWNER),
        Edit(kind=Kind.RENAME_TAB, tab=people.IDEAS, to="A1"),
    ),
    Kind.CUT_PASTE: (
        Edit(kind=Kind.CUT_PASTE, at="A3:A3", to="A20"),
        Edit(kind=Kind.CUT_PASTE, at="A2:AJ4", to="A15"),
        Edit(kind=Kind.CUT_PASTE, at="C1:C1", to="AL1"),
        Edit(kind=Kind.CUT_PASTE, tab=people.RESULTS, at="A2:C4", to="A20", who=OWNER),
    ),
    Kind.DELETE_TAB: (
        Edit(kind=Kind.DELETE_TAB, tab=people.MEETINGS),
        Edit(kind=Kind.DELETE_TAB),
        Edit(kind=Kind.DELETE_TAB, tab=people.RESULTS, who=OWNER),
        Edit(kind=Kind.DELETE_TAB, tab=people.OUTBOX, who=OWNER),
        Edit(kind=Kind.DELETE_TAB, tab=people.OVERVIEW, who=OWNER),
    ),
    Kind.DUPLICATE_TAB: (
        Edit(kind=Kind.DUPLICATE_TAB),
        Edit(kind=Kind.DUPLICATE_TAB, tab=people.RESULTS),
        Edit(kind=Kind.DUPLICATE_TAB, tab=people.IDEAS),
        Edit(kind=Kind.DUPLICATE_TAB, tab=people.OUTBOX, who=OWNER),
    ),
    Kind.UNDO: (Edit(kind=Kind.UNDO),),
}
"""The twelve kinds, first at an everyday place, then at the nasty ones."""

UNDONE: Sequence[Edit] = (
    Edit(kind=Kind.DELETE_TAB, tab=people.MEETINGS),
    Edit(kind=Kind.SORT, at="A"),
    Edit(kind=Kind.DRAG_COLUMN, at="C", to="N"),
    Edit(kind=Kind.DELETE_ROW, at="3"),
)
"""What an undo takes back: done before the sync."""


@dataclass(frozen=True, kw_only=True)
class Boundary:
    """Between two calls: the edit comes right before call number `before` (from 0) that Google carries out.

    `is_read` says that the sync still reads afterwards, so that it shows the edit itself.
    """

    name: str
    before: int
    is_read: bool
    now: datetime = LATER
    fault: Fault | None = None

    @property
    def is_written(self) -> bool:
        """Say whether the first write has been carried out before."""
        return "after" in self.name or "arrived" in self.name

    @property
    def is_listed(self) -> bool:
        """Say whether the sync has read the list of tabs, but no cells: a tab that comes now is the next run's."""
        return self.name == "between list and cells"


BOUNDARIES = (
    Boundary(name="before the token", before=0, is_read=True),
    Boundary(name="between token and read", before=1, is_read=True),
    Boundary(name="between read and write", before=2, is_read=False),
    Boundary(name="after the write", before=3, is_read=False),
    Boundary(name="before the first call of a day", before=0, is_read=True, now=NEXT_DAY),
    Boundary(name="between list and cells", before=2, is_read=True, now=NEXT_DAY),
    Boundary(name="between a day's first read and write", before=3, is_read=False, now=NEXT_DAY),
    Boundary(name="after a day's first write", before=4, is_read=False, now=NEXT_DAY),
    Boundary(name="read lost, again", before=2, is_read=True, fault=Fault(call="read", reset=True, effect=True)),
    Boundary(name="write lost, read again", before=2, is_read=True, fault=Fault(call="write", reset=True)),
    Boundary(name="write lost, read, write again", before=3, is_read=False, fault=Fault(call="write", reset=True)),
    Boundary(
        name="write arrived, read again", before=3, is_read=True, fault=Fault(call="write", reset=True, effect=True)
    ),
)

MIDST = BOUNDARIES[2]

PARTS = 4
"""So many tests share the edits, that several processes have something to do."""

ALIKE = (
    Boundary(name="between token and list", before=1, is_read=True, now=NEXT_DAY),
    Boundary(name="token refused, again", before=0, is_read=True, fault=Fault(call="token", status=503)),
    Boundary(name="read failed, again", before=1, is_read=True, fault=Fault(call="read", status=503)),
    Boundary(name="write paused, again", before=2, is_read=False, fault=Fault(call="write", status=429)),
)
"""Edit, reads and writes come in the same order as at one of the others: for the campaign alone."""

Case = tuple[Edit, Boundary, Edit | None]
"""An edit, where it comes, and what was done before it (for an undo)."""


def everyday() -> list[Case]:
    """Return each kind at each boundary of a sync that nothing disturbs, its places in turn."""
    return [
        (_in_turn(EDITS[kind], place), boundary, _in_turn(UNDONE, place) if kind is Kind.UNDO else None)
        for kind in Kind
        for place, boundary in enumerate(BOUNDARIES)
        if boundary.fault is None
    ]


def every_one() -> list[Case]:
    """Return each place of each kind at each boundary.

    But for copies of Auswertung after it was written: they hold what was written, and the twin's do not.
    """
    return [
        (edit, boundary, undone)
        for boundary in (*BOUNDARIES, *ALIKE)
        for kind in Kind
        for edit in EDITS[kind]
        for undone in (UNDONE if kind is Kind.UNDO else (None,))
        if not (kind is Kind.DUPLICATE_TAB and edit.tab == people.RESULTS and boundary.is_written)
    ]


def _in_turn(edits: Sequence[Edit], place: int) -> Edit:
    return edits[place % len(edits)]


def problems_of(begun: Beginning, folder: Path, case: Case) -> list[str]:
    """Play one case and return what it broke."""
    edit, boundary, undone = case
    with town_of(begun, folder) as town:
        twin = Team(book=working_copy(town.book))
        twin.book.roles = dict(town.book.roles)
        played = [*((undone, edit) if undone else (SOMETHING, edit))]
        town.edit(played[0])
        if boundary.fault:
            begun.server.faults.add(boundary.fault)
        outcome = _synced(town, edit, boundary)
        alone = [twin.does(one) for one in played]
        problems = [] if alone == [True, True] and same(twin.book, town.book) else ["people's cells are not theirs"]
        came_back = boundary.is_listed and undone is not None and undone.kind is Kind.DELETE_TAB
        problems += aftermath(town, boundary.now, outcome if boundary.is_read and not came_back else None)
        return [f"{edit}, {boundary.name}: {problem}" for problem in problems]


def same(left: Spreadsheet, right: Spreadsheet) -> bool:
    """Say whether all that belongs to people is the same in both."""
    return {**peoples(left), "Freigabe": None} == {**peoples(right), "Freigabe": None}


def _synced(town: Town, edit: Edit, boundary: Boundary) -> Outcome | None:
    """Return what the sync found; None where it ended early, which `aftermath` then judges."""
    try:
        return town.sync(boundary.now, {boundary.before: [edit]})
    except (OutsideError, SetupError):
        return None


def play(cases: Sequence[Case], end: float) -> list[list[str]]:
    """Play the cases on a server of their own until the clock says `end`; return what each broke."""
    with TemporaryDirectory() as name, beginning(Path(name)) as begun:
        return [problems_of(begun, fresh_folder(Path(name)), case) for case in cases if time.time() < end]


def test_edit_while_a_sync_is_under_way(begun: Beginning, tmp_path: Path) -> None:
    cases = [(EDITS[kind][0], MIDST, UNDONE[0] if kind is Kind.UNDO else None) for kind in Kind]
    assert [problem for case in cases for problem in problems_of(begun, fresh_folder(tmp_path), case)] == []


@pytest.mark.parametrize("part", range(PARTS))
def test_one_edit_between_any_two_calls(begun: Beginning, tmp_path: Path, part: int) -> None:
    cases = [case for case in everyday() if case[1] is not MIDST][part::PARTS]
    assert [problem for case in cases for problem in problems_of(begun, fresh_folder(tmp_path), case)] == []


@pytest.mark.campaign
def test_every_edit_between_any_two_calls(minutes: float, seed: int) -> None:
    cases = random.Random(seed).sample(every := every_one(), len(every))
    played = side_by_side(partial(play, end=time.time() + 60 * minutes), cases)
    assert [problem for problems in played for problem in problems] == []
    boundaries = len(BOUNDARIES) + len(ALIKE)
    print(f"\n{len(played)} of {len(every)} edits at {boundaries} boundaries, cells of people touched: 0")
