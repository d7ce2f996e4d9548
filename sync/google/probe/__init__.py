"""`check --probe`: tries what the service relies on about Google and nothing proves, on a scratch copy of the sheet.

Which facts these are is in `probe.facts`. Here: whether the spreadsheet may be used for it, and leaving it as it was.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sync.errors import OutsideError, SetupError, SheetChangedError
from sync.google import GoogleAccess, connect
from sync.google.ids import PROBE_TAB_IDS
from sync.google.probe.bench import Bench
from sync.google.probe.facts import FACTS, Fact
from sync.google.probe.seen import Seen
from sync.ports import Finding

if TYPE_CHECKING:
    from sync.google.connection import Connection

FIELDS = "properties(title,locale),sheets(properties(sheetId,title,sheetType))"
FOR_TRYING = re.compile(r"kopie|copy|test|probe|versuch", re.IGNORECASE)
"""A word in the title by which a spreadsheet is known as one to try things on."""


def probe_findings(access: GoogleAccess, scratch: str) -> Iterator[Finding]:
    """Yield one finding per fact; whatever happens, the tabs that were added are taken away again.

    Raises `SetupError` when `scratch` names no spreadsheet to try things on, `OutsideError` when it cannot be opened.
    """
    connection = connect(replace(access, spreadsheet=scratch))
    if not scratch:
        way = "make a copy of the sheet (File, Make a copy)"
        share = f"share it with {connection.account} as editor (Bearbeiter)"
        raise SetupError(
            f"--probe needs a sheet to try things on: {way}, {share}, run `klima-allianz check --probe LINK`."
        )
    if scratch == access.spreadsheet:
        raise SetupError("--probe is not for the sheet that the team works on: make a copy of it (File, Make a copy).")
    book = connection.metadata(FIELDS)
    _require_scratch(book, connection)
    return _tried(Bench(connection, str(book["properties"].get("locale", ""))))


def _require_scratch(book: Mapping[str, Any], connection: "Connection") -> None:
    """Raise `SetupError` unless the title says that it is for trying, or nothing stands in the spreadsheet."""
    title = str(book["properties"].get("title", ""))
    tabs = [tab["properties"] for tab in book.get("sheets", ())]
    peoples = [tab for tab in tabs if tab.get("sheetId", 0) not in PROBE_TAB_IDS]
    if FOR_TRYING.search(title) or _is_empty(peoples, connection):
        return
    raise SetupError(
        f'"{title}" may be in use: put the word Kopie, Copy, Test or Probe into its title, or use an empty one.'
    )


def _is_empty(tabs: Sequence[Mapping[str, Any]], connection: "Connection") -> bool:
    if any(tab.get("sheetType", "GRID") != "GRID" for tab in tabs):
        return False
    return not any(found.values for found in connection.values([str(tab["title"]) for tab in tabs]))


def _tried(bench: Bench) -> Iterator[Finding]:
    try:
        bench.clear()
        with suppress(SheetChangedError):
            bench.lay_out()  # who may not write gets one sentence, not one for each fact
        for fact in FACTS:
            yield _finding(fact, _seen(fact, bench))
    finally:
        _leave(bench)
    calls = bench.connection.calls
    asked = f"Google was asked {calls.reads} times and written to {calls.writes} times"
    yield Finding(ok=True, text=f"the tabs of the probe are gone, the copy is as it was; {asked}")


def _leave(bench: Bench) -> None:
    try:
        bench.clear()
    except OutsideError as error:
        left = 'Tabs called "Probe …" may be left in the copy: delete them there.'
        raise OutsideError(f"{error} {left}", permanent=error.permanent) from None


def _seen(fact: Fact, bench: Bench) -> Seen:
    """Try a fact on tabs of its own. A refusal is an answer; trouble on the way ends the probe."""
    try:
        bench.lay_out()
        return fact.tried(bench)
    except OutsideError as error:
        if not error.permanent and not isinstance(error, SheetChangedError):
            raise
        bench.clear()  # what stands there now is not known
        return Seen(holds=False, text=str(error))


def _finding(fact: Fact, seen: Seen) -> Finding:
    text = f"{fact.says}: {seen.text}"
    return Finding(ok=seen.holds, text=text if seen.holds else f"{text}. What follows: {fact.otherwise}")
