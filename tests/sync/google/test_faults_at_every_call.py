"""Every fault at every call of a whole sync: it ends well or with one sentence, and the next quiet one is right."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sync.errors import OutsideError
from sync.google import Patience
from tests.sheets_server import Fault
from tests.sheets_server.model import Spreadsheet
from tests.sync.google.laws import mails_in, mails_twice
from tests.sync.google.people import MEETINGS, Edit, Kind
from tests.sync.google.side_by_side import fresh_folder, side_by_side
from tests.sync.google.town import LATER, START, Beginning, beginning, town_of

NEXT_WEEK = START + timedelta(days=7)
"""A day whose list of tabs is not known yet, and whose reports are due."""

PATIENT = Patience(connect=5, answer=5, deadline=2, first_wait=0.001, longest_wait=0.01)
HASTY = replace(PATIENT, answer=0.3)
"""For silence alone: a busy machine may answer late."""

LONGEST = 15.0
"""Seconds that no case takes on the busiest machine: all its attempts end long before."""

PARTS = 6
"""So many tests share the single faults, that several processes have something to do."""

PAIRS = 2_000

PASSING: Mapping[str, Fault] = {
    "429": Fault(status=429),
    "502, html": Fault(status=502, body="html"),
    "503": Fault(status=503),
    "silence": Fault(hang=30),
    "reset": Fault(reset=True),
    "cut off at once": Fault(cut_at=0),
    "cut off": Fault(cut_at=20),
    "html with 200": Fault(status=200, body="html"),
    "html with 302": Fault(status=302, body="html"),
    "html with 403": Fault(status=403, body="html"),
}
"""Faults that pass: a sync that meets one of them once ends well."""

ALIKE: Mapping[str, Fault] = {
    "429, at once": Fault(status=429, retry_after=0),
    "429, html": Fault(status=429, body="html"),
    "500": Fault(status=500),
    "500, empty": Fault(status=500, body="empty"),
    "503, at once": Fault(status=503, retry_after=0),
    "504": Fault(status=504),
    "nothing with 200": Fault(status=200, body="empty"),
}
"""Faults that a call answers to as to one of the others (`test_connection` shows it): for the campaign alone."""

LASTING: Mapping[str, Fault] = {
    "401": Fault(status=401),
    "401, again": Fault(status=401, times=2),
    "403": Fault(status=403),
    "404": Fault(status=404),
    "400": Fault(status=400),
}
"""Faults that people have to mend, but for a single 401, after which the token is renewed."""

TELLING = {**PASSING, **LASTING}
FAULTS = {**TELLING, **ALIKE}


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A fault at the `nth` call of its kind; `effect` says whether Google carries the call out all the same."""

    call: str
    nth: int
    fault: str
    effect: bool

    @property
    def as_fault(self) -> Fault:
        return replace(FAULTS[self.fault], call=self.call, nth=self.nth, effect=self.effect)


Case = tuple[datetime, tuple[Trouble, ...]]

CALLS: Mapping[datetime, Sequence[tuple[str, int]]] = {
    NEXT_WEEK: (("token", 1), ("read", 1), ("read", 2), ("write", 1)),
    LATER: (("token", 1), ("read", 1), ("write", 1)),
}
"""The calls of a day's first sync (token, list of tabs, cells, write) and of a later one."""


def singles(faults: Mapping[str, Fault]) -> list[Case]:
    """Return each fault at every call, with and without effect; a pause (429) is asked for before any effect."""
    return [
        (now, (Trouble(call=call, nth=nth, fault=name, effect=effect),))
        for now, calls in CALLS.items()
        for call, nth in calls
        for name, fault in faults.items()
        for effect in (False, True)
        if not (effect and fault.status == 429)
    ]


def pairs(dice: random.Random) -> list[Case]:
    """Return pairs of faults in one sync, at random."""
    by_day = {now: [one for day, (one,) in singles(FAULTS) if day == now] for now in CALLS}
    every = [(now, pair) for now, troubles in by_day.items() for pair in combinations(troubles, 2)]
    return dice.sample(every, PAIRS)


def state_of(book: Spreadsheet) -> dict[int, dict[tuple[int, int], object]]:
    """Return what was entered in every tab."""
    return {
        sheet.id: {place: cell.entered for place, cell in sheet.cells.items() if cell.entered is not None}
        for sheet in book.sheets
    }


def undisturbed(begun: Beginning, folder: Path) -> dict[datetime, dict[int, dict[tuple[int, int], object]]]:
    """Return what the sheet holds after each kind of sync when nothing goes wrong."""
    right = {}
    for now in CALLS:
        with town_of(begun, fresh_folder(folder)) as town:
            town.edit(PLEDGE)
            town.sync(now)
            right[now] = state_of(town.book)
    return right


PLEDGE = Edit(kind=Kind.TYPE, tab=MEETINGS, at="F3", text="Zusage")
"""What somebody typed before each sync: it has something to write, and to report when a report is due."""


def problems_of(
    begun: Beginning, folder: Path, case: Case, right: Mapping[datetime, Mapping[int, Mapping[tuple[int, int], object]]]
) -> Iterator[str]:
    """Play one case and yield what went wrong."""
    now, troubles = case
    patience = HASTY if any(FAULTS[one.fault].hang for one in troubles) else PATIENT
    with town_of(begun, folder) as town:
        town.edit(PLEDGE)
        begun.server.faults.add(*(one.as_fault for one in troubles))
        start = time.monotonic()
        ended_well = _ends_well(partial(town.sync, now, patience=patience))
        if time.monotonic() - start > LONGEST:
            yield "it took too long"
        if ended_well not in _endings(troubles):
            yield f"it ended {'well' if ended_well else 'badly'}"
        begun.server.faults.clear()
        if ended_well is not True:
            town.sync(now)
        if state_of(town.book) != right[now]:
            yield "the sheet is not right"
        yield from town.violations
        yield from mails_twice(town.folder)
        if mails_in(town.folder) != (2 if now == NEXT_WEEK else 0):
            yield "not one mail for each of two people"


def _ends_well(sync: Callable[[], object]) -> bool | str:
    """Say whether the sync ends well (True), or badly with one sentence (False); else what is wrong with that."""
    try:
        sync()
    except OutsideError as error:
        sentence = str(error)
        return False if sentence.endswith(".") and "\n" not in sentence else sentence
    return True


def _endings(troubles: Sequence[Trouble]) -> set[bool | str]:
    """Return how a sync may end: a single fault that passes is waited out, and a new token sought after one 401."""
    if len(troubles) > 1:
        return {True, False}
    (one,) = troubles
    if one.fault not in LASTING:
        return {True}
    mended = {"404"} if one.call == "token" else {"401"}  # the token endpoint never says 404 by itself: a proxy does
    return {one.fault in mended}


def play(cases: Sequence[Case], end: float) -> list[tuple[Case, list[str]]]:
    """Play the cases on a server of their own until the clock says `end`; return what each broke."""
    with TemporaryDirectory() as name, beginning(Path(name)) as begun:
        return played_all(begun, Path(name), cases, end)


def played_all(
    begun: Beginning, folder: Path, cases: Sequence[Case], end: float = float("inf")
) -> list[tuple[Case, list[str]]]:
    """Play the cases until the clock says `end`; return what each broke."""
    played, right = [], undisturbed(begun, folder)
    for case in cases:
        if time.time() > end:
            break
        played.append((case, list(problems_of(begun, fresh_folder(folder), case, right))))
    return played


@pytest.mark.parametrize("part", range(PARTS))
def test_sync_is_right_after_any_fault_of_any_call(begun: Beginning, tmp_path: Path, part: int) -> None:
    every = singles(TELLING)
    assert len(every) >= 200
    cases = every[part::PARTS]
    played = played_all(begun, tmp_path, cases)
    assert [(case, problems) for case, problems in played if problems] == []
    assert len(played) == len(cases)


@pytest.mark.campaign
def test_sync_is_right_after_any_two_faults(minutes: float, seed: int) -> None:
    played = side_by_side(partial(play, end=time.time() + 60 * minutes), pairs(random.Random(seed)))
    print(f"\n{len(played)} pairs of faults in one sync, {sum(bool(problems) for _, problems in played)} went wrong")
    assert [(case, problems) for case, problems in played if problems] == []
