"""What the timetable says about a moment: what is due, and what comes next.

What belongs here: the slots of `sync.timetable` for one configuration, and which of them the store says are done. Who
acts on them is `sync.worker`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reports.mail import MailKind
from reports.timetable import Timetable
from sync.config import Config
from sync.lock import Lock, holder
from sync.ports import Store
from sync.quiet_days import quiet_days
from sync.timetable import IsQuiet, Job, has_come, next_weekly, offset_of, sync_slot, weekly_slot


@dataclass(frozen=True, kw_only=True)
class NextSlots:
    """When the worker does what next, in the alliance's time zone; None for what it does not do while mail is off."""

    sync: datetime
    digest: datetime | None
    reminders: datetime | None


def offset(config: Config) -> timedelta:
    """Return by how much the sync slots of this sheet are late."""
    sheet = config.sheet
    name = sheet.spreadsheet if sheet.source == "google" else str(sheet.workbook.resolve())
    return offset_of(name, config.schedule.sync_every_minutes)


def timetable_of(config: Config, store: Store, now: datetime) -> Timetable | None:
    """Return what Übersicht says of the worker, None while none is running on this machine.

    A weekly slot whose mails may go out now is not among it: the run that shows this does it.
    """
    schedule, zone = config.schedule, config.alliance.zone
    if not holder(Lock.WORKER, config.state.file):
        return None
    if not config.mail.enabled:
        return Timetable(every_minutes=schedule.sync_every_minutes)
    return Timetable(
        every_minutes=schedule.sync_every_minutes,
        digest=next_weekly(schedule.digest, now, zone).astimezone(zone),
        reminders=_next_reminders(config, store, now).astimezone(zone),
    )


def due_slots(config: Config, now: datetime) -> tuple[tuple[Job, datetime], ...]:
    """Return this week's slots of the mails that may go out now, done or not, with their jobs; () while mail is off."""
    return tuple(_mail_slots(config, now).items()) if config.mail.enabled else ()


def due_kinds(config: Config, now: datetime) -> frozenset[MailKind]:
    """Return which weekly mails may go out now: those whose slot of this ISO week has come.

    Reminders also wait for a working day and their time of day: what was missed on Monday at 08:00 is made up for
    neither on a holiday nor at night.
    """
    kinds = {Job.DIGEST: MailKind.DIGEST, Job.REMINDERS: MailKind.REMINDER}
    return frozenset(kinds[job] for job in _mail_slots(config, now))


def next_slots(config: Config, store: Store, now: datetime) -> NextSlots:
    """Return what comes next: now, for a slot that has come and is not done."""
    schedule, zone = config.schedule, config.alliance.zone
    newest = sync_slot(now, schedule.sync_every_minutes, offset(config))
    come = ((Job.SYNC, newest), *due_slots(config, now))
    following = {Job.SYNC: newest + timedelta(minutes=schedule.sync_every_minutes)}
    if config.mail.enabled:
        following[Job.DIGEST] = next_weekly(schedule.digest, now, zone)
        following[Job.REMINDERS] = _next_reminders(config, store, now)
    due = {job: now for job, slot in come if not store.is_done(job, slot)}
    told = {job: moment.astimezone(zone) for job, moment in (following | due).items()}
    return NextSlots(sync=told[Job.SYNC], digest=told.get(Job.DIGEST), reminders=told.get(Job.REMINDERS))


def _mail_slots(config: Config, now: datetime) -> dict[Job, datetime]:
    """Return the slots of this week whose mails may go out now, done or not."""
    schedule, zone = config.schedule, config.alliance.zone
    found = {Job.DIGEST: has_come(schedule.digest, now, zone), Job.REMINDERS: _reminders(config, now)}
    return {job: slot for job, slot in found.items() if slot is not None}


def _reminders(config: Config, now: datetime) -> datetime | None:
    """Return this week's slot of the reminders if it has come and today somebody may be reminded by now."""
    weekly, zone = config.schedule.reminders, config.alliance.zone
    if has_come(weekly, now, zone) is None:  # quiet days only make it later: no need to know them
        return None
    is_quiet = quiet_days(config.schedule.holidays)
    today = _from_today(config, now, is_quiet)
    return has_come(weekly, now, zone, is_quiet) if today is not None and today <= now else None


def _next_reminders(config: Config, store: Store, now: datetime) -> datetime:
    weekly, zone, is_quiet = config.schedule.reminders, config.alliance.zone, quiet_days(config.schedule.holidays)
    missed, today = has_come(weekly, now, zone, is_quiet), _from_today(config, now, is_quiet)
    if missed is not None and today is not None and today > now and not store.is_done(Job.REMINDERS, missed):
        return today
    return next_weekly(weekly, now, zone, is_quiet)


def _from_today(config: Config, now: datetime, is_quiet: IsQuiet) -> datetime | None:
    """Return the first moment of today and the days left of the week at which somebody may be reminded, if any."""
    day = now.astimezone(config.alliance.zone).date()
    like_today = replace(config.schedule.reminders, weekday=day.weekday())
    return weekly_slot(like_today, day, config.alliance.zone, is_quiet)
