"""When something is due: worked cases on the days on which clocks change, and what holds for every moment."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sync.quiet_days import quiet_days
from sync.timetable import (
    WEEKDAYS,
    IsQuiet,
    Weekly,
    has_come,
    never_quiet,
    next_weekly,
    offset_of,
    sync_slot,
    weekly,
    weekly_slot,
)

BERLIN = ZoneInfo("Europe/Berlin")
NO_OFFSET = timedelta(0)
A_WEEK = timedelta(weeks=1)

moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.sampled_from([UTC, BERLIN]))
intervals = st.integers(1, 1440)
weeklies = st.builds(Weekly, weekday=st.integers(0, 6), at=st.builds(time, st.integers(0, 23), st.integers(0, 59)))


def utc(text: str) -> datetime:
    """Return "2026-03-29 01:00" in UTC."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


# "Mon 08:00" as people write it


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Mon 08:00", Weekly(weekday=0, at=time(8))),
        ("Sun 23:59", Weekly(weekday=6, at=time(23, 59))),
        ("wed 00:00", Weekly(weekday=2, at=time(0))),
        (" FRI 17:05 ", Weekly(weekday=4, at=time(17, 5))),
    ],
)
def test_weekly_reads_a_day_and_a_time(text: str, meant: Weekly) -> None:
    assert weekly(text) == meant


@pytest.mark.parametrize(
    "text",
    ["", "Mon", "08:00", "Mon 8:00", "Mon 24:00", "Mon 08:60", "Mon 08:00:00", "Mo 08:00", "Monday 08:00", "Mit 08:00",
     "Mon08:00", "Mon  08:00", "Mon 08.00", "Mon 08:00 CET"],
)  # fmt: skip
def test_weekly_refuses_anything_else_and_says_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write a day") as refused:
        weekly(text)
    assert str(refused.value) == ('write a day (Mon, Tue, Wed, Thu, Fri, Sat, Sun) and a time, such as "Mon 08:00"')


@given(when=weeklies)
def test_weekly_reads_what_it_is_written_as(when: Weekly) -> None:
    assert weekly(str(when)) == when


# slots of the sync


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-11-24 09:00", "2026-11-24 09:00"),
        ("2026-11-24 09:14", "2026-11-24 09:00"),
        ("2026-11-24 09:15", "2026-11-24 09:15"),
        ("2026-03-29 00:59", "2026-03-29 00:45"),  # a minute before summer time in Berlin
        ("2026-03-29 01:00", "2026-03-29 01:00"),
        ("2026-10-25 00:59", "2026-10-25 00:45"),  # a minute before winter time
        ("2026-10-25 01:00", "2026-10-25 01:00"),
    ],
)
def test_sync_slot_is_the_newest_quarter_of_an_hour(now: str, slot: str) -> None:
    assert sync_slot(utc(now), 15, NO_OFFSET) == utc(slot)
    assert sync_slot(utc(now).astimezone(BERLIN), 15, NO_OFFSET) == utc(slot)


def test_sync_slots_of_a_sheet_are_late_by_its_offset() -> None:
    late = timedelta(minutes=4, seconds=10)
    assert sync_slot(utc("2026-11-24 09:04"), 15, late) == utc("2026-11-24 08:45") + late
    assert sync_slot(utc("2026-11-24 09:05"), 15, late) == utc("2026-11-24 09:00") + late


@given(now=moments, every=intervals, sheet=st.text(max_size=8))
@example(now=datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1), every=15, sheet="")
def test_sync_slot_is_at_most_an_interval_old(now: datetime, every: int, sheet: str) -> None:
    interval, offset = timedelta(minutes=every), offset_of(sheet, every)
    slot = sync_slot(now.astimezone(UTC), every, offset)
    assert slot <= now < slot + interval
    assert sync_slot(slot, every, offset) == slot
    assert sync_slot(slot - timedelta(microseconds=1), every, offset) == slot - interval
    assert sync_slot(now, every, offset) == slot


@given(sheet=st.text(max_size=60), every=intervals)
def test_offset_of_a_sheet_is_fixed_and_within_the_interval(sheet: str, every: int) -> None:
    offset = offset_of(sheet, every)
    assert timedelta(0) <= offset < timedelta(minutes=every)
    assert offset_of(sheet, every) == offset


def test_offset_is_the_same_on_every_machine_and_in_every_process() -> None:
    assert offset_of("1" * 44, 15) == timedelta(seconds=253)


def test_offsets_of_many_sheets_are_spread_over_the_interval() -> None:
    minutes = {int(offset_of(f"sheet {number}", 15).total_seconds() // 60) for number in range(300)}
    assert minutes == set(range(15))


# weekly slots by the clock on the wall


@pytest.mark.parametrize(
    ("when", "day", "slot"),
    [
        ("Mon 08:00", date(2026, 11, 23), "2026-11-23 07:00"),
        ("Mon 08:00", date(2026, 11, 29), "2026-11-23 07:00"),  # the Sunday of the same week
        ("Mon 08:00", date(2026, 7, 1), "2026-06-29 06:00"),
        ("Mon 00:10", date(2026, 11, 23), "2026-11-22 23:10"),
        ("Mon 08:00", date(2027, 1, 3), "2026-12-28 07:00"),  # a week that lies in two years
        ("Sat 02:30", date(2026, 3, 29), "2026-03-28 01:30"),  # the night before summer time
        ("Sun 01:59", date(2026, 3, 29), "2026-03-29 00:59"),
        ("Sun 02:00", date(2026, 3, 29), "2026-03-29 01:00"),  # left out: 03:00 is the same moment
        ("Sun 02:30", date(2026, 3, 29), "2026-03-29 01:30"),  # left out: an hour later, at 03:30
        ("Sun 03:00", date(2026, 3, 29), "2026-03-29 01:00"),
        ("Sun 02:30", date(2026, 10, 25), "2026-10-25 00:30"),  # comes twice: the first
        ("Sun 03:00", date(2026, 10, 25), "2026-10-25 02:00"),
    ],
)
def test_weekly_slot_follows_the_wall_clock(when: str, day: date, slot: str) -> None:
    assert weekly_slot(weekly(when), day, BERLIN) == utc(slot)


def test_time_that_is_left_out_is_an_hour_later_on_the_wall() -> None:
    slot = weekly_slot(weekly("Sun 02:30"), date(2026, 3, 29), BERLIN)
    assert slot is not None
    assert f"{slot.astimezone(BERLIN):%H:%M}" == "03:30"


def monday_is_quiet(day: date) -> bool:
    return day.weekday() == 0


@pytest.mark.parametrize(
    ("when", "day", "slot"),
    [
        ("Mon 08:00", date(2027, 3, 29), "2027-03-30 06:00"),  # Easter Monday: Tuesday, in summer time by now
        ("Mon 08:00", date(2027, 5, 17), "2027-05-18 06:00"),  # Whit Monday
        ("Mon 08:00", date(2027, 5, 10), "2027-05-10 06:00"),
        ("Thu 08:00", date(2027, 5, 6), "2027-05-07 06:00"),  # Ascension Day
        ("Fri 08:00", date(2027, 3, 26), None),  # Good Friday: only a weekend is left of the week
    ],
)
def test_quiet_day_moves_the_slot_within_its_week(when: str, day: date, slot: str | None) -> None:
    assert weekly_slot(weekly(when), day, BERLIN, quiet_days("DE-BW")) == (slot and utc(slot))


@given(when=weeklies, now=moments)
@example(when=weekly("Sun 02:30"), now=datetime(2026, 3, 29, 1, 59, tzinfo=BERLIN))
@example(when=weekly("Sun 02:30"), now=datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1))
@settings(max_examples=60)
def test_next_weekly_is_the_first_slot_to_come(when: Weekly, now: datetime) -> None:
    following = next_weekly(when, now, BERLIN)
    assert now < following <= now + A_WEEK + timedelta(hours=2)  # in autumn a week has an hour more
    assert following == weekly_slot(when, following.astimezone(BERLIN).date(), BERLIN)
    this = has_come(when, now, BERLIN)
    assert this is None or this <= now < following


def test_next_weekly_skips_a_week_without_a_day_that_is_not_quiet() -> None:
    good_friday = weekly("Fri 08:00")
    now = utc("2027-03-24 12:00")
    assert next_weekly(good_friday, now, BERLIN, quiet_days("DE-BW")) == utc("2027-04-02 06:00")
    assert next_weekly(good_friday, now, BERLIN) == utc("2027-03-26 07:00")


def test_next_weekly_at_a_slot_is_the_one_after_it() -> None:
    monday = weekly("Mon 08:00")
    assert next_weekly(monday, utc("2026-11-23 07:00"), BERLIN) == utc("2026-11-30 07:00")
    assert next_weekly(monday, utc("2026-11-23 06:59"), BERLIN) == utc("2026-11-23 07:00")
    assert next_weekly(monday, utc("2026-03-23 08:00"), BERLIN) == utc("2026-03-30 06:00")  # summer time by then


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-11-23 06:59", None),
        ("2026-11-23 07:00", "2026-11-23 07:00"),
        ("2026-11-29 22:59", "2026-11-23 07:00"),  # 23:59 on Sunday in Berlin
        ("2026-11-29 23:00", None),  # Monday in Berlin, Sunday in UTC
        ("2027-01-03 12:00", "2026-12-28 07:00"),
    ],
)
def test_slot_has_come_until_the_end_of_its_iso_week(now: str, slot: str | None) -> None:
    assert has_come(weekly("Mon 08:00"), utc(now), BERLIN) == (slot and utc(slot))


@given(when=weeklies, now=moments, quiet=st.sampled_from([never_quiet, monday_is_quiet, quiet_days("DE-BW")]))
@settings(max_examples=60)
def test_slot_that_has_come_lies_in_the_week_of_now(when: Weekly, now: datetime, quiet: IsQuiet) -> None:
    slot = has_come(when, now, BERLIN, quiet)
    if slot is None:
        return
    day = slot.astimezone(BERLIN).date()
    assert slot <= now
    assert day.isocalendar()[:2] == now.astimezone(BERLIN).date().isocalendar()[:2]
    assert day.weekday() >= when.weekday
    assert not quiet(day)


@given(now=moments, hours=st.integers(-11, 12), when=weeklies)
@settings(max_examples=60)
def test_slots_do_not_depend_on_the_zone_in_which_the_moment_is_told(now: datetime, hours: int, when: Weekly) -> None:
    elsewhere = now.astimezone(timezone(timedelta(hours=hours)))
    assert has_come(when, elsewhere, BERLIN) == has_come(when, now, BERLIN)
    assert next_weekly(when, elsewhere, BERLIN) == next_weekly(when, now, BERLIN)


def test_weekdays_are_those_of_the_calendar() -> None:
    assert tuple(f"{date(2026, 11, 23) + timedelta(days=day):%a}" for day in range(7)) == WEEKDAYS
