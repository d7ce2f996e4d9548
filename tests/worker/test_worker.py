"""What one worker does, tick by tick, in a virtual world with a real store."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from sync.errors import OutsideError, SetupError
from sync.ports import Sign, Trigger
from sync.slots import offset
from sync.timetable import Job, sync_slot
from sync.workbook.watch import WorkbookWatch
from sync.worker import COOL_DOWN, LONGEST_OPEN, LOOK, TICK, Ran, RunOutcome
from tests.worker.clock import BROKEN, HELD, LATER, WENT_WELL, NotingStore, World, config_of, utc

MINUTE = 60.0
INTERVAL = 15 * MINUTE
HOUR = 60 * MINUTE
MONDAY = utc("2026-11-23 07:00")
"""08:00 in Berlin: the slot of digest and reminders."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A Tuesday morning, a little after a slot of the sync; the weekly mails have not gone out."""
    config = config_of(tmp_path)
    return World(config=config, now=sync_slot(utc("2026-11-24 09:00"), 15, offset(config)) + timedelta(seconds=10))


@pytest.fixture
def store(world: World) -> Iterator[NotingStore]:
    with world.store() as store:
        yield store


# the timetable


def test_first_tick_runs_and_does_what_has_come(world: World, store: NotingStore) -> None:
    slot = world.now - timedelta(seconds=10)
    world.worker(store).tick()
    assert world.triggers == (Trigger.TIMETABLE,)
    assert {(taken.job, taken.slot) for taken in world.taken} == {
        (Job.SYNC, slot),
        (Job.DIGEST, MONDAY),
        (Job.REMINDERS, MONDAY),
    }


def test_every_slot_makes_one_run_at_the_first_tick_after_it(world: World, store: NotingStore) -> None:
    start = world.second
    world.live(world.worker(store), 61 * MINUTE)
    assert [round(minute) for minute in world.minutes(start)] == [0, 15, 30, 45, 60]
    for run in world.begun[1:]:
        assert timedelta(0) <= run.at - sync_slot(run.at, 15, offset(world.config)) < timedelta(seconds=TICK)


def test_slot_that_is_done_is_not_done_again_by_the_next_process(world: World) -> None:
    with world.store() as store:
        world.worker(store).tick()
    world.pass_by(5 * MINUTE)
    with world.store() as store:
        world.live(world.worker(store), 5 * MINUTE)
    assert len(world.begun) == 1


def test_three_days_off_are_made_up_for_by_one_run_and_one_digest(world: World, store: NotingStore) -> None:
    world.worker(store).tick()
    world.now, world.second = utc("2026-11-29 12:00"), world.second + 5 * 24 * HOUR
    world.taken.clear()
    world.worker(store).tick()
    assert world.slots(Job.DIGEST) == ()  # that of this week is done
    world.now = utc("2026-12-02 12:00")
    world.live(world.worker(store), INTERVAL - TICK)
    assert world.slots(Job.DIGEST) == (utc("2026-11-30 07:00"),)
    assert world.slots(Job.REMINDERS) == (utc("2026-11-30 07:00"),)
    assert len(world.slots(Job.SYNC)) == len(world.begun) - 1


def test_three_days_off_lead_to_exactly_one_run(world: World) -> None:
    with world.store() as store:
        world.live(world.worker(store), MINUTE)
    world.pass_by(3 * 24 * HOUR)
    with world.store() as store:
        world.live(world.worker(store), MINUTE)
    assert len(world.begun) == 2


def test_run_that_ends_the_process_is_not_made_again_at_its_start(world: World) -> None:
    world.ends = [SystemExit(1)]
    with world.store() as store, pytest.raises(SystemExit):
        world.worker(store).tick()
    with world.store() as store:
        world.worker(store).tick()
    # Only the digest and the reminders, whose slots are not done, are a reason to run.
    assert world.slots(Job.SYNC) == (world.begun[0].at - timedelta(seconds=10),)
    assert len(world.begun) == 2


def test_mail_that_is_off_has_no_slots(world: World, store: NotingStore) -> None:
    mail = world.config.mail.model_copy(update={"enabled": False})
    world.config = world.config.model_copy(update={"mail": mail})
    world.live(world.worker(store), HOUR)
    assert world.slots(Job.DIGEST) == world.slots(Job.REMINDERS) == ()
    assert len(world.begun) == 4


def test_weekly_slot_is_done_in_the_minute_it_comes(world: World, store: NotingStore) -> None:
    world.now = MONDAY - timedelta(minutes=10)
    worker = world.worker(store)
    world.live(worker, 10 * MINUTE)
    assert world.slots(Job.DIGEST) == ()
    world.live(worker, MINUTE)
    assert world.slots(Job.DIGEST) == world.slots(Job.REMINDERS) == (MONDAY,)


# clocks that are set


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(minutes=16), timedelta(hours=3), timedelta(days=2)])
def test_clock_that_is_put_back_leaves_no_gap(world: World, store: NotingStore, back: timedelta) -> None:
    worker = world.worker(store)
    world.live(worker, HOUR)
    world.set_clock(-back)
    world.live(worker, 4 * HOUR)
    seconds = [run.second for run in world.begun]
    assert max(later - earlier for earlier, later in pairwise(seconds)) <= INTERVAL + MINUTE
    assert len(world.taken) == len({(taken.job, taken.slot) for taken in world.taken})
    assert world.slots(Job.DIGEST).count(MONDAY) == 1


def test_clock_that_is_put_back_before_a_start_does_not_keep_the_process_waiting(world: World) -> None:
    with world.store() as store:
        world.live(world.worker(store), 4 * HOUR)
    world.set_clock(timedelta(hours=-3))
    for _ in range(6):  # somebody restarts it every five minutes
        with world.store() as store:
            world.live(world.worker(store), 5 * MINUTE)
    seconds = [*(run.second for run in world.begun), world.second]
    assert max(later - earlier for earlier, later in pairwise(seconds)) <= INTERVAL + MINUTE
    assert len(world.begun) <= 16 + 3


def test_clock_that_is_put_forward_skips_slots_and_makes_no_pile(world: World, store: NotingStore) -> None:
    worker = world.worker(store)
    world.live(worker, MINUTE)
    world.set_clock(timedelta(hours=3))
    world.live(worker, MINUTE)
    assert len(world.begun) == 2


# people


def test_tick_is_answered_within_the_next_look(world: World, store: NotingStore) -> None:
    worker = world.worker(store)
    world.live(worker, 2 * MINUTE)
    world.sign, ticked = Sign.TICKED, world.second
    world.live(worker, 2 * MINUTE)
    assert world.triggers == (Trigger.TIMETABLE, Trigger.TICK)
    assert world.begun[-1].second - ticked <= LOOK


def test_sheet_is_looked_at_once_a_minute(world: World, store: NotingStore) -> None:
    start = world.second
    world.live(world.worker(store), 5 * MINUTE)
    assert world.looks == [start + LOOK * minute for minute in range(5)]


def test_five_ticks_within_a_minute_are_one_run(world: World, store: NotingStore) -> None:
    worker = world.worker(store)
    world.live(worker, 2 * MINUTE)
    for _ in range(5):
        world.sign = Sign.TICKED
        world.live(worker, 12, every=4)
    assert world.triggers.count(Trigger.TICK) == 1


def test_wish_right_after_a_run_waits_for_the_cool_down(world: World, store: NotingStore) -> None:
    worker = world.worker(store)
    world.live(worker, 2 * MINUTE)
    world.sign = Sign.TICKED
    world.live(worker, MINUTE)
    world.sign = Sign.TICKED
    world.live(worker, 4 * MINUTE)
    first, second = [run.second for run in world.begun if run.trigger is Trigger.TICK]
    assert COOL_DOWN <= second - first <= COOL_DOWN + LOOK


def test_saved_workbook_is_run_at_once_and_settled_with_what_the_run_wrote(world: World, store: NotingStore) -> None:
    worker = world.worker(store)
    world.live(worker, 2 * MINUTE)
    world.sign, world.ends = Sign.SAVED, [Ran(outcome=RunOutcome.OK, wrote=True)]
    world.live(worker, 2 * MINUTE)
    assert world.triggers == (Trigger.TIMETABLE, Trigger.SAVED)
    assert world.settled == [False, True]


def test_wish_breaks_into_the_rest_after_a_failure_with_a_growing_cool_down(world: World, store: NotingStore) -> None:
    worker = world.worker(store)
    world.ends = [BROKEN] * 10
    world.live(worker, TICK)
    world.sign, start = Sign.TICKED, world.begun[0].second
    world.live(worker, 14 * MINUTE)
    assert set(world.triggers[1:]) == {Trigger.TICK}
    waits = [later - earlier for earlier, later in pairwise(world.minutes(start))]
    assert [round(wait) for wait in waits] == [1, 1, 2, 4, 5]
    assert world.pings == []


def test_workbook_that_is_open_puts_runs_off_and_shows_life(world: World, store: NotingStore) -> None:
    worker = world.worker(store)
    world.live(worker, 2 * MINUTE)
    world.sign = Sign.IN_USE
    world.live(worker, HOUR)
    assert len(world.begun) == 1
    assert len(world.pings) == 1 + 4
    world.sign, closed = Sign.SAVED, world.second
    world.live(worker, 2 * MINUTE)
    assert world.triggers == (Trigger.TIMETABLE, Trigger.SAVED)
    assert world.begun[-1].second - closed <= LOOK


def test_weekly_mail_waits_for_a_workbook_that_is_open(world: World, store: NotingStore) -> None:
    world.now = MONDAY - timedelta(minutes=30)
    worker = world.worker(store)
    world.live(worker, 2 * MINUTE)
    world.sign = Sign.IN_USE
    world.live(worker, HOUR)
    assert world.slots(Job.DIGEST) == ()
    world.sign = Sign.NOTHING
    world.live(worker, 2 * MINUTE)
    assert world.slots(Job.DIGEST) == (MONDAY,)


def test_workbook_that_stays_open_puts_runs_off_for_four_hours_at_most(world: World, store: NotingStore) -> None:
    worker = world.worker(store)
    world.live(worker, 2 * MINUTE)
    world.sign, opened = Sign.IN_USE, world.second
    world.live(worker, 6 * HOUR)
    first, *later = (run.second - opened for run in world.begun[1:])
    assert LONGEST_OPEN <= first <= LONGEST_OPEN + INTERVAL + MINUTE
    assert len(later) >= 6


# failures


def test_failure_that_may_pass_is_tried_again_sooner_than_the_interval(world: World, store: NotingStore) -> None:
    world.ends, start = [LATER] * 7, world.second
    world.live(world.worker(store), 90 * MINUTE)
    assert [round(minute) for minute in world.minutes(start)] == [0, 1, 3, 7, 15, 30, 45, 60, 75]
    assert len(world.pings) == 2


def test_failure_that_needs_a_person_rests_up_to_an_hour(world: World, store: NotingStore) -> None:
    world.ends, start = [BROKEN] * 6, world.second
    world.live(world.worker(store), 5 * HOUR)
    assert [round(minute) for minute in world.minutes(start)][:6] == [0, 15, 45, 105, 165, 225]
    assert len(world.pings) == len(world.begun) - 6


def test_success_ends_the_rest(world: World, store: NotingStore) -> None:
    world.ends, start = [LATER, LATER, WENT_WELL, LATER], world.second
    world.live(world.worker(store), 17 * MINUTE)
    assert [round(minute) for minute in world.minutes(start)] == [0, 1, 3, 15, 16]


def test_failed_run_leaves_the_weekly_slot_to_the_next(world: World, store: NotingStore) -> None:
    world.ends = [LATER]
    worker = world.worker(store)
    world.live(worker, TICK)
    assert world.slots(Job.DIGEST) == ()
    world.live(worker, 2 * MINUTE)
    assert world.slots(Job.DIGEST) == (MONDAY,)
    assert len(world.begun) == 2


def test_held_run_leaves_the_weekly_slots_to_the_next_slot_of_the_sync(world: World, store: NotingStore) -> None:
    world.ends, start = [HELD, HELD], world.second
    worker = world.worker(store)
    world.live(worker, 29 * MINUTE)
    assert [round(minute) for minute in world.minutes(start)] == [0, 15]
    assert world.slots(Job.DIGEST) == ()
    world.live(worker, 2 * MINUTE)
    assert world.slots(Job.DIGEST) == (MONDAY,)
    assert len(world.pings) == 3  # a run that is held went as it should


def test_bug_in_a_run_is_told_without_its_text_and_does_not_end_the_worker(
    world: World, store: NotingStore, caplog: pytest.LogCaptureFixture
) -> None:
    world.ends, start = [ValueError("anna@example.org")], world.second
    world.live(world.worker(store), 31 * MINUTE)
    assert [round(minute) for minute in world.minutes(start)] == [0, 15, 30]
    (record,) = [record for record in caplog.records if record.name == "klima-allianz"]
    told = str(vars(record)["facts"])
    assert record.levelname == "ERROR"
    assert "a mistake in the program (" in told
    assert "anna" not in told + record.getMessage()


def test_store_that_cannot_be_read_puts_off_runs_and_loses_nothing(
    world: World, store: NotingStore, caplog: pytest.LogCaptureFixture
) -> None:
    worker = world.worker(store)
    with closing(sqlite3.connect(world.config.state.file)) as other:
        other.execute("ALTER TABLE slot RENAME TO elsewhere")
        worker.tick()
        other.execute("ALTER TABLE elsewhere RENAME TO slot")
    assert world.begun == []
    assert [record.levelname for record in caplog.records if record.name == "klima-allianz"] == ["WARNING"]
    world.pass_by(TICK)
    world.live(worker, 16 * MINUTE)  # a state whose tables are gone needs a person, so it rests
    assert len(world.begun) == 1


@pytest.mark.parametrize("trouble", [OutsideError("no network"), SetupError("no key")])
def test_look_that_fails_backs_off_and_recovers_while_the_timetable_goes_on(
    world: World, store: NotingStore, trouble: Exception
) -> None:
    worker, start = world.worker(store), world.second
    world.trouble = trouble
    world.live(worker, HOUR)
    assert [round((second - start) / MINUTE) for second in world.looks] == [0, *range(1, 60, 2)]
    assert [round(minute) for minute in world.minutes(start)] == [0, 15, 30, 45]
    world.trouble, world.sign = None, Sign.TICKED
    world.live(worker, 2 * MINUTE)
    assert world.triggers[-1] is Trigger.TICK
    assert len(world.looks) == 32


def test_failing_look_is_told_once_and_its_end_too(
    world: World, store: NotingStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    worker = world.worker(store)
    world.trouble = OutsideError("no network")
    world.live(worker, 20 * MINUTE)
    world.trouble = None
    world.live(worker, 20 * MINUTE)
    told = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "klima-allianz"]
    assert told == [("WARNING", "look"), ("INFO", "look")]


def test_bug_in_a_look_does_not_end_the_worker(world: World, store: NotingStore) -> None:
    worker = world.worker(store)
    world.trouble = KeyError("Anna")
    world.live(worker, 2 * MINUTE)
    world.trouble = None
    world.live(worker, 31 * MINUTE)
    assert len(world.begun) >= 2


def test_worker_that_is_asked_to_end_ends(world: World, store: NotingStore) -> None:
    worker = world.worker(store)
    world.is_asked_to_end = True
    with pytest.raises(SystemExit):
        worker.tick()
    assert world.begun == []


def test_run_that_is_asked_to_end_ends_the_worker(world: World, store: NotingStore) -> None:
    world.ends = [SystemExit(0)]
    with pytest.raises(SystemExit):
        world.worker(store).tick()
    assert world.pings == []


def test_file_that_a_run_wrote_is_known_after_one_more_run_that_wrote_nothing(tmp_path: Path) -> None:
    (tmp_path / "allianz.xlsx").write_text("people")
    watch = WorkbookWatch(tmp_path / "allianz.xlsx")
    assert watch.look() is Sign.SAVED
    (tmp_path / "allianz.xlsx").write_text("the service")
    watch.settle(wrote=True)
    assert watch.look() is Sign.SAVED
    watch.settle(wrote=False)
    assert watch.look() is Sign.NOTHING


def test_save_right_after_a_run_wrote_is_seen(tmp_path: Path) -> None:
    (tmp_path / "allianz.xlsx").write_text("people")
    watch = WorkbookWatch(tmp_path / "allianz.xlsx")
    watch.look()
    (tmp_path / "allianz.xlsx").write_text("the service")
    (tmp_path / "allianz.xlsx").write_text("people again")
    watch.settle(wrote=True)
    assert watch.look() is Sign.SAVED
