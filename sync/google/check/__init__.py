"""`check` for a Google Sheet: each stumbling block on the way to a run, with its way out. Writes nothing.

What is checked for every kind of sheet is in `sync.check`; protection and grey columns are in `check.tabs`.
"""

from collections.abc import Generator, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scoring.domain import Language
from sync.errors import OutsideError, SetupError
from sync.google import GoogleAccess, GoogleSheet, connect
from sync.google.check.stranger import strangers_look
from sync.google.check.tabs import may_write, protection_findings
from sync.google.read import LISTED, listed
from sync.ports import Finding

TAB = LISTED.removesuffix(")") + ",gridProperties)"
FIELDS = f"properties(title,locale,timeZone),sheets({TAB},protectedRanges)"
"""What one call asks for: no cell."""

CLOCK_TOLERANCE = timedelta(minutes=5)
"""Google refuses a signature that is further from its own time; so much is asked of a clock, not known of Google."""

LOCALES: Mapping[Language, tuple[str, str]] = {"de": ("German", "Germany"), "en": ("English", "United Kingdom")}
"""What a locale must be for a language, and a country to choose for it."""


def access_findings(
    access: GoogleAccess, clock: datetime, language: Language, zone: ZoneInfo, tab_ids: Mapping[str, str]
) -> Generator[Finding, None, GoogleSheet | None]:
    """Yield the findings as a run meets them; return the sheet, ready to be read in one call, or None if it cannot be.

    `clock` is what this machine holds for the time, `zone` the alliance's, `tab_ids` where people's tabs were last.
    """
    try:
        connection = connect(access)
    except SetupError as error:
        yield from _wrong("key file", error)
        return None
    share = f"share the sheet with {connection.account} as editor (Bearbeiter)"
    yield Finding(ok=True, text=f"key file {access.credentials} read; {share}")
    look = strangers_look(access)
    yield from _clock(clock, look.clock)
    try:
        book = connection.metadata(FIELDS)
    except (SetupError, OutsideError) as error:
        yield from _wrong("Google", error)
        return None
    properties, tabs = book["properties"], book.get("sheets", [])
    yield Finding(ok=True, text=f'Google opens the sheet "{properties.get("title", "")}" for the account')
    writes = may_write(tabs, share)
    yield writes
    yield _privacy(may_read=look.may_read)
    yield from (_locale(str(properties.get("locale", "")), language), _time_zone(properties, zone, clock))
    if writes.ok:
        yield from protection_findings(tabs, connection.account)
    return GoogleSheet(connection, language, known=listed(book), tab_ids=tab_ids, keep=lambda _: None)


def _wrong(where: str, error: SetupError | OutsideError) -> Iterator[Finding]:
    problems = error.problems if isinstance(error, SetupError) else (str(error),)
    return (Finding(ok=False, text=f"{where}: {problem}") for problem in problems)


def _clock(clock: datetime, googles: datetime | None) -> Iterator[Finding]:
    if googles is None:  # nothing answered: what follows says so
        return
    ahead = clock - googles
    if abs(ahead) <= CLOCK_TOLERANCE:
        yield Finding(ok=True, text="this machine's clock agrees with Google's")
        return
    minutes = round(abs(ahead) / timedelta(minutes=1))
    way = "ahead of" if ahead > timedelta() else "behind"
    text = (
        f"this machine's clock is {minutes} minutes {way} Google's, which then refuses every key; set the clock right"
    )
    yield Finding(ok=False, text=f"{text} (timedatectl set-ntp true)")


def _privacy(*, may_read: bool | None) -> Finding:
    restrict = "Share (Freigeben), General access (Allgemeiner Zugriff): Restricted (Eingeschränkt)"
    match may_read:
        case True:
            return Finding(ok=False, text=f"everyone who has the link can read the sheet; in the sheet, {restrict}")
        case False:
            return Finding(ok=True, text="the link alone does not open the sheet to strangers")
        case None:
            text = (
                "whether strangers can read the sheet by its link is not known, Google's pages gave no clear answer; "
            )
            way = "open the link in a private browser window: it must ask to sign in"
            return Finding(ok=False, text=f"{text}{way}. If not: {restrict}")


def _locale(locale: str, language: Language) -> Finding:
    name, country = LOCALES[language]
    if locale.startswith(language):
        return Finding(ok=True, text=f"the sheet's locale is {name} ({locale})")
    text = f'the sheet\'s locale is "{locale}", but language = "{language}": numbers and dates would be misread'
    way = f"File (Datei), Settings (Einstellungen), Locale (Gebietsschema): {country}"
    return Finding(ok=False, text=f"{text}; {way}")


def _time_zone(properties: Mapping[str, Any], zone: ZoneInfo, clock: datetime) -> Finding:
    """Compare what the clocks show in winter and in summer: Vienna is as good as Berlin."""
    name = str(properties.get("timeZone", ""))
    days = (clock.replace(month=1, day=1), clock.replace(month=7, day=1))
    try:
        same = all(day.astimezone(ZoneInfo(name)).utcoffset() == day.astimezone(zone).utcoffset() for day in days)
    except (KeyError, ValueError):  # a zone of Google's own, or none
        same = False
    if same:
        return Finding(ok=True, text=f"the sheet's time zone is {name}")
    text = f'the sheet\'s time zone is "{name}", the configuration says "{zone.key}"'
    way = "File (Datei), Settings (Einstellungen), Time zone (Zeitzone), or [alliance] timezone"
    return Finding(ok=False, text=f"{text}; make them agree: {way}")
