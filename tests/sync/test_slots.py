"""What is due and what comes next for one configuration, by the wall clock of the alliance and what the store knows."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reports.mail import MailKind
from sync.config import Config
from sync.slots import NextSlots, due_kinds, due_slots, next_slots, offset
from sync.state import NothingRemembered, SqlStore, opened_store
from sync.timetable import Job, has_come, offset_of, sync_slot, weekly

BERLIN = ZoneInfo("Europe/Berlin")


def config(*, mail: bool = True, **schedule: object) -> Config:
    """A service that syncs every 15 minutes and mails on Mondays at 08:00, if nothing else is said."""
    return Config.model_validate(
        {"mail": {"enabled": mail}, "schedule": schedule, "sheet": {"workbook": "/srv/allianz.xlsx"}}
    )


def here(text: str) -> datetime:
    """Return "2026-11-24 09:00" by the clock in Berlin; in November it is an hour later there than in UTC."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=BERLIN)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """An empty store."""
    with opened_store(tmp_path / "state.db") as store:
        yield store


def kinds(now: str, **schedule: object) -> set[MailKind]:
    return set(due_kinds(config(**schedule), here(now)))


BOTH = {MailKind.DIGEST, MailKind.REMINDER}


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-23 07:59", set()),  # a Monday
        ("2026-11-23 08:00", BOTH),
        ("2026-11-24 07:59", {MailKind.DIGEST}),  # nobody is reminded before 08:00
        ("2026-11-24 08:00", BOTH),
        ("2026-11-28 12:00", {MailKind.DIGEST}),  # a Saturday
        ("2026-11-29 23:59", {MailKind.DIGEST}),
        ("2026-11-30 00:00", set()),  # the next week
    ],
)
def test_weekly_mail_is_due_in_its_week_and_reminders_on_working_days_only(now: str, due: set[MailKind]) -> None:
    assert kinds(now) == due


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-04-06 12:00", {MailKind.DIGEST}),  # Easter Monday
        ("2026-04-07 07:59", {MailKind.DIGEST}),
        ("2026-04-07 08:00", BOTH),
        ("2026-06-03 12:00", BOTH),  # a Wednesday
        ("2026-06-04 12:00", {MailKind.DIGEST}),  # Corpus Christi, a holiday in Baden-Württemberg
        ("2026-06-05 12:00", BOTH),
    ],
)
def test_reminders_wait_for_the_end_of_a_holiday(now: str, due: set[MailKind]) -> None:
    assert kinds(now) == due


def test_holidays_are_those_of_the_land() -> None:
    assert [kinds("2026-06-04 12:00", holidays=land) for land in ("DE-BE", "DE", "")] == [BOTH] * 3


def test_weekend_before_a_reminder_on_friday_that_is_a_holiday_sends_none() -> None:
    assert [kinds(f"2026-05-0{day} 12:00", reminders="Fri 08:00") for day in (1, 2, 3)] == [{MailKind.DIGEST}] * 3


def test_nothing_is_due_by_the_clock_of_another_zone() -> None:
    at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday 00:30 in Berlin
    assert due_kinds(config(digest="Mon 00:15"), at) == {MailKind.DIGEST}
    assert due_kinds(config(digest="Sun 23:15"), at) == frozenset()


def test_due_slots_are_those_of_this_week_done_or_not_and_none_while_mail_is_off() -> None:
    monday = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    now = here("2026-11-24 09:00")
    assert due_slots(config(), now) == ((Job.DIGEST, monday), (Job.REMINDERS, monday))
    assert due_slots(config(), here("2026-11-24 07:00")) == ((Job.DIGEST, monday),)
    assert due_slots(config(mail=False), now) == ()


def test_due_slot_of_reminders_that_a_holiday_moved_is_the_moved_one() -> None:
    moved = (Job.REMINDERS, datetime(2026, 4, 7, 6, 0, tzinfo=UTC))
    assert moved in due_slots(config(), here("2026-04-08 09:00"))


def test_offset_is_that_of_the_workbook_or_the_spreadsheet(tmp_path: Path) -> None:
    google = config().model_copy(
        update={"sheet": config().sheet.model_copy(update={"source": "google", "spreadsheet": "1" * 44})}
    )
    assert offset(config()) == offset_of("/srv/allianz.xlsx", 15)
    assert offset(google) == offset_of("1" * 44, 15)
    (tmp_path / "link.xlsx").symlink_to("/srv/allianz.xlsx")
    linked = config().sheet.model_copy(update={"workbook": tmp_path / "link.xlsx"})
    assert offset(config().model_copy(update={"sheet": linked})) == offset(config())


def done(store: SqlStore, config: Config, now: datetime, *jobs: Job) -> None:
    """Note the newest slots of these jobs as done."""
    schedule, zone = config.schedule, config.alliance.zone
    slots = {
        Job.SYNC: sync_slot(now, schedule.sync_every_minutes, offset(config)),
        Job.DIGEST: has_come(schedule.digest, now, zone),
        Job.REMINDERS: has_come(schedule.reminders, now, zone),
    }
    for job in jobs:
        slot = slots[job]
        assert slot is not None
        assert store.take_slot(job, slot)


def test_next_is_now_for_what_has_come_and_is_not_done(store: SqlStore) -> None:
    now = here("2026-11-24 09:00")
    assert next_slots(config(), store, now) == NextSlots(sync=now, digest=now, reminders=now)


def test_next_after_what_is_done_is_the_following_slot(store: SqlStore) -> None:
    now = here("2026-11-24 09:00")
    done(store, config(), now, *Job)
    following = sync_slot(now, 15, offset(config())) + timedelta(minutes=15)
    monday = here("2026-11-30 08:00")
    assert next_slots(config(), store, now) == NextSlots(sync=following, digest=monday, reminders=monday)
    assert now < following <= now + timedelta(minutes=15)


def test_reminders_that_are_done_are_not_made_up_for_the_next_morning(store: SqlStore) -> None:
    done(store, config(), here("2026-11-23 09:00"), Job.REMINDERS)
    assert next_slots(config(), store, here("2026-11-24 07:00")).reminders == here("2026-11-30 08:00")


def test_next_is_told_in_the_zone_of_the_alliance(store: SqlStore) -> None:
    told = next_slots(config(), store, here("2026-11-23 07:00").astimezone(UTC))
    assert [slot and slot.tzinfo for slot in (told.sync, told.digest, told.reminders)] == [BERLIN] * 3
    assert f"{told.digest:%H:%M}" == "08:00"


def test_no_mail_comes_next_while_mail_is_off() -> None:
    told = next_slots(config(mail=False), NothingRemembered(), here("2026-11-24 09:00"))
    assert (told.digest, told.reminders) == (None, None)


@pytest.mark.parametrize(
    ("now", "reminders"),
    [
        ("2026-11-23 06:00", "2026-11-23 08:00"),
        ("2026-11-24 06:00", "2026-11-24 08:00"),  # missed on Monday: today, not before its time of day
        ("2026-11-28 12:00", "2026-11-30 08:00"),  # a Saturday: nobody is reminded of this week's any more
        ("2026-04-06 12:00", "2026-04-07 08:00"),  # Easter Monday
        ("2026-06-04 12:00", "2026-06-05 08:00"),  # missed on Monday, and a holiday today
    ],
)
def test_next_reminders_come_on_a_working_day(store: SqlStore, now: str, reminders: str) -> None:
    assert next_slots(config(), store, here(now)).reminders == here(reminders)


def test_next_moment_is_the_first_at_which_reminders_are_due(store: SqlStore) -> None:
    """Hour by hour from New Year past Easter: what `next_slots` promises, `due_slots` keeps while nothing is done."""
    day, one = here("2026-01-01 00:30").astimezone(UTC), config(reminders="Wed 09:00")
    promised: datetime | None = None
    for hour in range(24 * 120):
        now = day + timedelta(hours=hour)
        due = Job.REMINDERS in dict(due_slots(one, now))
        if promised is not None:
            assert due == (promised <= now), now
        told = next_slots(one, NothingRemembered(), now).reminders
        assert told is not None
        assert (told <= now) == due, now
        promised = told if told > now else None
    assert store.newest_slot(Job.REMINDERS) is None


def test_weekly_mail_of_a_day_without_that_time_is_due_an_hour_later() -> None:
    assert date(2026, 3, 29).strftime("%a") == "Sun"  # summer time begins: 02:30 is left out
    assert has_come(weekly("Sun 02:30"), datetime(2026, 3, 29, 1, 29, tzinfo=UTC), BERLIN) is None
    assert due_kinds(config(digest="Sun 02:30"), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)) == {MailKind.DIGEST}
