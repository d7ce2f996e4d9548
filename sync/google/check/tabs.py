"""`check` of the service's own tabs and grey columns on a Google Sheet: protection in force, lookups in place."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scoring.alliance import Alliance
from scoring.columns import TabSpec
from scoring.domain import Language
from scoring.messages import Note, NoteCode
from scoring.parsing.headers import grey_titles
from scoring.snapshot import Snapshot
from scoring.tabs import ACTORS, SERVICE_TABS
from scoring.text import squeeze
from sync.google.ids import PROTECTION_OFFSET, SERVICE_TAB_IDS
from sync.google.protection import protects, tab_protection
from sync.ports import Finding

Tab = Mapping[str, Any]
"""A tab of `spreadsheets.get`: properties, with the size of the grid, and protectedRanges."""

DEAD: Mapping[str, str] = {
    NoteCode.LOOKUP_BLOCKED: "blocks the grey column {column}; clear the cell",
    NoteCode.LOOKUP_BROKEN: "is broken, the grey column {column} shows nothing; `klima-allianz setup` mends it",
}
"""What is said of the cell that keeps a grey column from showing anything."""


def may_write(tabs: Sequence[Tab], share: str) -> Finding:
    """Say whether the account may edit, as far as it shows without writing: in the protection of the service tabs."""
    protections = [protection for _, tab in _service(tabs) for protection in _ours(tab)]
    if not protections:
        text = "whether the account may edit the sheet shows once the service tabs are protected"
        return Finding(ok=False, text=f"{text}; run `klima-allianz setup`")
    if any(protection.get("requestingUserCanEdit", False) for protection in protections):
        return Finding(ok=True, text="the account may edit the sheet")
    return Finding(ok=False, text=f"the account may only read the sheet; {share}, not as viewer (Betrachter)")


def protection_findings(tabs: Sequence[Tab], account: str) -> Iterator[Finding]:
    """Yield one finding per service tab that is not protected as it should be, or one that says that all are."""
    wrong = [
        f"{tab['properties']['title']}: {gap}" for spec, tab in _service(tabs) if (gap := _gap(spec, tab, account))
    ]
    if not wrong:
        yield Finding(ok=True, text="the service tabs are protected; the tick box and Freigabe are open to people")
    yield from (Finding(ok=False, text=f"protection of {one}; `klima-allianz setup` puts it right") for one in wrong)


def lookup_findings(
    snapshot: Snapshot, alliance: Alliance, notes: Sequence[Note], language: Language
) -> Iterator[Finding]:
    """Yield a finding per grey column that something blocks, and one for those that are missing; or that all work."""
    dead = [note for note in notes if note.code in DEAD]
    for note in dead:
        yield Finding(ok=False, text=f"{note.tab}!{note.cell} {DEAD[note.code].format(column=note.args['column'])}")
    missing = _missing(snapshot, alliance, language)
    if len(missing) > len(dead):  # a dead column shows an error instead of its title
        names = ", ".join(missing) if not dead else f"{len(missing) - len(dead)} of {', '.join(missing)}"
        yield Finding(ok=False, text=f"grey columns missing: {names}; `klima-allianz setup` adds them")
    elif not dead:
        yield Finding(ok=True, text="the grey columns are in place")


def _missing(snapshot: Snapshot, alliance: Alliance, language: Language) -> list[str]:
    place = alliance.place(ACTORS.name)
    tabs = (tab for tab in snapshot.people_tabs if tab.title == place.title and place.header_row)
    row = next((tab.cells[place.header_row - 1] for tab in tabs), ())
    there = {squeeze(cell) for cell in row if isinstance(cell, str)}
    return [c.header(language) for c in ACTORS.lookups if there.isdisjoint(map(squeeze, grey_titles(c)))]


def _service(tabs: Sequence[Tab]) -> Iterator[tuple[TabSpec, Tab]]:
    specs = {SERVICE_TAB_IDS[spec.name]: spec for spec in SERVICE_TABS}
    for tab in tabs:
        if spec := specs.get(tab["properties"].get("sheetId", 0)):
            yield spec, tab


def _ours(tab: Tab) -> list[Mapping[str, Any]]:
    number = tab["properties"]["sheetId"] + PROTECTION_OFFSET
    return [each for each in tab.get("protectedRanges", ()) if each.get("protectedRangeId") == number]


def _gap(spec: TabSpec, tab: Tab, account: str) -> str:
    """Return what is wrong with the protection of a service tab, "" when nothing is."""
    grid = tab["properties"].get("gridProperties", {})
    rows, columns = grid.get("rowCount", 0), grid.get("columnCount", 0)
    for found in _ours(tab):
        if found.get("warningOnly", False):
            return "it only warns"
        as_it_should = protects(found, tab_protection(spec, account), account, rows, columns)
        return "" if as_it_should else "somebody changed what it covers, what is open or who may edit"
    return "there is none"
