"""Which sheet the configuration names: the one place that knows that there are two kinds."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from sync.config import Config, is_workbook
from sync.google import GoogleAccess, GoogleSheet, Patience, connect, extend_spreadsheet, watch_spreadsheet
from sync.layout import SetupReport
from sync.ports import Sheet, Store, Watch
from sync.workbook import WorkbookSheet, WorkbookWatch, create_workbook, extend_workbook, workbook_exists

BETWEEN_RUNS = Patience(answer=20, deadline=20)
"""A look between two runs is made again a minute later anyway."""


def open_sheet(config: Config, store: Store, now: datetime, *, looks_only: bool) -> Sheet:
    """Return the sheet, ready to read. `looks_only` keeps the store as it is. `SetupError` for a bad key file."""
    language = config.alliance.language
    if config.sheet.source == "workbook":
        return WorkbookSheet(config.sheet.workbook, language, config.sheet.workbook_mb)
    today = now.date()
    return GoogleSheet(
        connect(google_access(config)),
        language,
        known=store.known_tabs(today),
        tab_ids=store.tab_ids(),
        keep=lambda tabs: None if looks_only else store.keep_tabs(tabs, today),
    )


def open_watch(config: Config) -> Watch:
    """Return what looks at the sheet between two runs. `SetupError` for a bad key file."""
    if config.sheet.source == "workbook":
        return WorkbookWatch(config.sheet.workbook)
    return watch_spreadsheet(connect(replace(google_access(config), patience=BETWEEN_RUNS)))


def open_contacts(config: Config) -> Sheet:
    """Return the second sheet, of contacts alone, ready to read. `SetupError` for a bad key file."""
    language, contacts = config.alliance.language, config.sheet.contacts
    if is_workbook(contacts):
        return WorkbookSheet(Path(contacts), language, config.sheet.workbook_mb)
    access = replace(google_access(config), spreadsheet=contacts)
    return GoogleSheet(connect(access), language, known=(), tab_ids={}, keep=lambda _tabs: None)


def sheet_link(config: Config) -> str:
    """Return the https link that opens the sheet, "" for a workbook."""
    if config.sheet.source == "workbook":
        return ""
    return f"https://docs.google.com/spreadsheets/d/{config.sheet.spreadsheet}/edit"


def google_access(config: Config) -> GoogleAccess:
    """Return where the Google Sheet is and by which key it is reached."""
    sheet = config.sheet
    return GoogleAccess(spreadsheet=sheet.spreadsheet, credentials=sheet.credentials, api=sheet.api)


def set_up(config: Config, store: Store, today: date) -> tuple[str, SetupReport]:
    """Create the sheet or add what is missing; return in a sentence what was done, and the report.

    The list of tabs is forgotten when some were added, so that the next run sees them.
    """
    language, known = config.alliance.language, store.tab_ids()
    path = config.sheet.workbook
    if config.sheet.source == "google":
        done = extend_spreadsheet(connect(google_access(config)), language, known)
        if done.added:
            store.keep_tabs((), today)
        return f"The Google Sheet: {_added(done)}", done
    if workbook_exists(path):
        done = extend_workbook(path, language, known, config.sheet.workbook_mb)
        return f"{path}: {_added(done)}", done
    done = create_workbook(path, language)
    return f"{path}: created with the tabs {', '.join(done.added)}", SetupReport(added=())


def _added(done: SetupReport) -> str:
    return "added" if done.added else "everything is there, nothing changed"
