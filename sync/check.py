"""`check`: everything a run depends on, one line each, with what to do. Changes nothing."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scoring.alliance import Alliance
from scoring.domain import Severity
from scoring.memory import Memory
from scoring.snapshot import Snapshot
from scoring.tabs import NOTES, PEOPLE_TABS, SERVICE_TABS
from sync.config import Config
from sync.errors import OutsideError, SetupError
from sync.run import parsed
from sync.state import opened_store
from sync.workbook import WorkbookSheet
from sync.workbook.replace import refuse_if_open


@dataclass(frozen=True, kw_only=True)
class Line:
    """One finding: right or not, and the sentence."""

    ok: bool
    text: str


def checks(config: Config, now: datetime) -> Iterator[Line]:
    """Yield the findings in the order in which a run would meet them."""
    yield Line(ok=True, text=f"configuration read; it is {now:%Y-%m-%d %H:%M} in {config.alliance.timezone}")
    memory, state = _state(config)
    yield from _sheet(config, memory)
    yield state
    yield _mail(config)
    yield _writable("report folder", config.report.folder)


def _sheet(config: Config, memory: Memory) -> Iterator[Line]:
    try:
        snapshot = WorkbookSheet(config.sheet.workbook, config.alliance.language).read()
        alliance, notes = parsed(snapshot, memory, config.alliance.language)
    except (SetupError, OutsideError) as error:
        yield Line(ok=False, text=f"sheet: {error}")
        return
    yield Line(ok=True, text=f"sheet {config.sheet.workbook} read: {len(alliance.actors)} actors")
    yield _free(config.sheet.workbook)
    yield _tabs(config, snapshot, alliance)
    serious = sum(note.severity is not Severity.HINT for note in notes)
    listed = NOTES.title(config.alliance.language)
    yield Line(ok=True, text=f"{serious} things to correct in the sheet (a sync lists them on the tab {listed})")


def _free(workbook: Path) -> Line:
    """Say whether a sync could write the sheet: nobody has it open, and this user may."""
    try:
        refuse_if_open(workbook)
    except OutsideError as error:
        return Line(ok=False, text=f"sheet: {error}")
    return _writable("sheet", workbook)


def _tabs(config: Config, snapshot: Snapshot, alliance: Alliance) -> Line:
    language = config.alliance.language
    there = {spec.name for spec in SERVICE_TABS if snapshot.service_tab(spec.name)} | set(alliance.places)
    missing = [spec.title(language) for spec in (*PEOPLE_TABS, *SERVICE_TABS) if spec.name not in there]
    if missing:
        return Line(ok=False, text=f"tabs missing: {', '.join(missing)}; `klima-allianz setup` adds them")
    return Line(ok=True, text="all tabs are there")


def _state(config: Config) -> tuple[Memory, Line]:
    """Return what is remembered (tabs that were renamed are known by it) and what to say of it."""
    if not config.state.file.exists():
        return Memory(), _writable("state (none yet: the first sync is a silent baseline)", config.state.file)
    try:
        with opened_store(config.state.file) as store:
            memory, runs = store.load(), store.runs(1)
    except (SetupError, OutsideError) as error:
        return Memory(), Line(ok=False, text=f"state: {error}")
    last = f": last run {runs[0].started_at.astimezone(config.alliance.zone):%Y-%m-%d %H:%M}" if runs else ""
    return memory, Line(ok=True, text=f"state {config.state.file}{last}")


def _mail(config: Config) -> Line:
    if not config.mail.enabled:
        return Line(ok=True, text="mail is switched off ([mail] enabled = false)")
    return _writable("mail folder", config.mail.folder)


def _writable(what: str, path: Path) -> Line:
    nearest = next(place for place in (path, *path.parents) if place.exists())
    if os.access(nearest, os.W_OK):
        return Line(ok=True, text=f"{what}: {path} can be written")
    return Line(ok=False, text=f"{what}: {path} cannot be written; give this user the right to write {nearest}")
