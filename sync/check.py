"""`check`: everything a run depends on, one line each, with what to do. Changes nothing.

What only a Google Sheet can get wrong is in `sync.google.check`.
"""

import os
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reports.own_templates import template_problems
from scoring.alliance import Alliance
from scoring.domain import Severity
from scoring.memory import Memory
from scoring.messages import Note
from scoring.snapshot import Snapshot
from scoring.tabs import NOTES, PEOPLE_TABS, SERVICE_TABS
from sync.clock import shown
from sync.config import Config, spreadsheet_id
from sync.contacts import contact_findings
from sync.decision import parsed
from sync.delivery.attempt import try_connection
from sync.errors import OutsideError, SetupError
from sync.google import access_findings, lookup_findings, probe_findings
from sync.own_templates import read_own_templates
from sync.ports import Finding, Sheet
from sync.source import google_access
from sync.state import opened_to_look
from sync.workbook import WorkbookSheet
from sync.workbook.replace import refuse_if_open


@dataclass(frozen=True, kw_only=True)
class Content:
    """What one read of the sheet says."""

    snapshot: Snapshot
    alliance: Alliance
    notes: Sequence[Note]


def checks(config: Config, now: datetime, clock: datetime) -> Iterator[Finding]:
    """Yield the findings in the order in which a run would meet them.

    `now` is the time that the run would take it to be, `clock` what this machine's clock shows.
    """
    yield Finding(ok=True, text=f"configuration read; it is {now:%Y-%m-%d %H:%M} in {config.alliance.timezone}")
    memory, state = _state(config)
    yield from _google(config, memory, clock) if config.sheet.source == "google" else _workbook(config, memory)
    yield state
    yield _mail(config)
    yield _templates(config)
    yield _writable("report folder", config.report.folder)


def probe(config: Config, link: str) -> Iterator[Finding]:
    """Yield one finding per unproved fact about Google, tried on the scratch copy that `link` names.

    Raises `SetupError` for a sheet that is no Google Sheet, and when the link is none or names no scratch copy.
    """
    if config.sheet.source != "google":
        raise SetupError('--probe tries facts about Google; the configuration has [sheet] source = "workbook".')
    try:
        scratch = spreadsheet_id(link)
    except ValueError as error:
        raise SetupError(f"--probe {link}: {error}.") from None
    return probe_findings(google_access(config), scratch)


def _workbook(config: Config, memory: Memory) -> Iterator[Finding]:
    path = config.sheet.workbook
    sheet = WorkbookSheet(path, config.alliance.language, config.sheet.workbook_mb)
    content = yield from _content(sheet, f"sheet {path}", config, memory)
    if content is None:
        return
    yield _free(path)
    yield _tabs(config, content)
    yield from contact_findings(config, content.alliance, memory, config.alliance.language)
    yield _to_correct(config, content)


def _google(config: Config, memory: Memory, clock: datetime) -> Iterator[Finding]:
    language, zone = config.alliance.language, config.alliance.zone
    sheet = yield from access_findings(google_access(config), clock, language, zone, memory.tab_ids)
    if sheet is None:
        return
    content = yield from _content(sheet, "sheet", config, memory)
    if content is not None:
        yield _tabs(config, content)
        yield from contact_findings(config, content.alliance, memory, language)
        yield from lookup_findings(content.snapshot, content.alliance, content.notes, language)
        yield _to_correct(config, content)
    yield Finding(ok=True, text=f"Google was asked {sheet.calls.reads} times for this; nothing was written")


def _content(sheet: Sheet, name: str, config: Config, memory: Memory) -> Generator[Finding, None, Content | None]:
    """Read the sheet and say whether it could be understood; None when not."""
    try:
        snapshot = sheet.read()
        alliance, notes = parsed(snapshot, memory, config.alliance.language)
    except (SetupError, OutsideError) as error:
        yield Finding(ok=False, text=f"sheet: {error}")
        return None
    yield Finding(ok=True, text=f"{name} read: {len(alliance.actors)} actors")
    return Content(snapshot=snapshot, alliance=alliance, notes=notes)


def _free(workbook: Path) -> Finding:
    """Say whether a sync could write the sheet: nobody has it open, and this user may."""
    try:
        refuse_if_open(workbook)
    except OutsideError as error:
        return Finding(ok=False, text=f"sheet: {error}")
    return _writable("sheet", workbook)


def _tabs(config: Config, content: Content) -> Finding:
    language, snapshot = config.alliance.language, content.snapshot
    there = {spec.name for spec in SERVICE_TABS if snapshot.service_tab(spec.name)} | set(content.alliance.places)
    missing = [spec.title(language) for spec in (*PEOPLE_TABS, *SERVICE_TABS) if spec.name not in there]
    if missing:
        return Finding(ok=False, text=f"tabs missing: {', '.join(missing)}; `klima-allianz setup` adds them")
    return Finding(ok=True, text="all tabs are there")


def _to_correct(config: Config, content: Content) -> Finding:
    serious = sum(note.severity is not Severity.HINT for note in content.notes)
    listed = NOTES.title(config.alliance.language)
    return Finding(ok=True, text=f"{serious} things to correct in the sheet (a sync lists them on the tab {listed})")


def _state(config: Config) -> tuple[Memory, Finding]:
    """Return what is remembered (tabs that were renamed are known by it) and what to say of it."""
    if not config.state.file.exists():
        return Memory(), _writable("state (none yet: the first sync is a silent baseline)", config.state.file)
    try:
        with opened_to_look(config.state.file) as store:
            memory, run = store.load(), store.last_run()
    except (SetupError, OutsideError) as error:
        return Memory(), Finding(ok=False, text=f"state: {error}")
    last = f": last run {shown(run.started_at, config)}" if run else ""
    return memory, Finding(ok=True, text=f"state {config.state.file}{last}")


def _mail(config: Config) -> Finding:
    if not config.mail.enabled:
        return Finding(ok=True, text="mail is switched off ([mail] enabled = false)")
    if config.mail.transport == "folder":
        return _writable("mail folder", config.mail.folder)
    try:
        problem = try_connection(config.mail)
    except SetupError as error:
        problem = str(error)
    if not config.mail.operator:
        problem = problem or "nobody hears when runs fail: write an address as [mail] operator."
    server = f"mail server {config.mail.host}:{config.mail.port}"
    return Finding(ok=not problem, text=f"mail: {problem}" if problem else f"{server} lets us in")


def _templates(config: Config) -> Finding:
    """Say whether the team's own templates can be read and compiled; `mail check-templates` fills them."""
    own = read_own_templates(config.mail.templates)
    if own is None:
        return Finding(ok=True, text="templates: the built-in ones")
    problems = (*own.unread, *template_problems(own, config.alliance.language))
    if problems:
        return Finding(ok=False, text=f"templates: {' '.join(problems)}")
    return Finding(ok=True, text=f"templates: {len(own.sources)} of your own")


def _writable(what: str, path: Path) -> Finding:
    nearest = next(place for place in (path, *path.parents) if place.exists())
    if os.access(nearest, os.W_OK):
        return Finding(ok=True, text=f"{what}: {path} can be written")
    return Finding(ok=False, text=f"{what}: {path} cannot be written; give this user the right to write {nearest}")
