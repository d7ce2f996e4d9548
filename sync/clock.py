"""The clock: read here, at the start of a command, and nowhere deeper; and how its moments are shown to people."""

from datetime import UTC, date, datetime

from sync.config import Config


def now_of(config: Config, today: date | None = None) -> datetime:
    """Return the current time in the alliance's time zone, moved to `today` when that is given."""
    now = datetime.now(UTC).astimezone(config.alliance.zone)
    return now if today is None else now.replace(year=today.year, month=today.month, day=today.day)


def shown(moment: datetime, config: Config) -> str:
    """Return "2026-11-24 08:45", in the alliance's time zone."""
    return f"{moment.astimezone(config.alliance.zone):%Y-%m-%d %H:%M}"
