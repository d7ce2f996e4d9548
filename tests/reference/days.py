"""Calendar arithmetic of the reference."""

import calendar
from datetime import date


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later (or earlier), at most the last day of that month."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
