"""One run for a configuration: opens the outside, runs, leaves a line in the run history, tells the operator.

What belongs here: what surrounds a run, whoever starts it. What a run does is `sync.run`.
"""

import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial

from sync import operator
from sync.collector import collector_paused
from sync.config import Config
from sync.contacts import read_contacts
from sync.decision import Options
from sync.delivery import open_mailer
from sync.errors import OutsideError, SetupError, is_permanent
from sync.lock import Lock, only_one
from sync.own_templates import read_own_templates
from sync.ports import Mailer, RunOutcome, RunRecord, Store, Trigger
from sync.progress import Progress
from sync.run import Outcome, run
from sync.slots import due_kinds, timetable_of
from sync.source import open_sheet, sheet_link
from sync.state import opened_store, opened_to_look

PATIENCE = 60
"""How long a run waits for another one that is under way, s: longer than most of them take."""


def run_options(
    config: Config, now: datetime, *, dry_run: bool = False, confirm: bool = False, accept: bool = False
) -> Options:
    """Return what a run needs to know of the configuration."""
    return Options(
        language=config.alliance.language,
        now=now,
        sender=config.mail.sender if config.mail.enabled else None,
        sheet_link=sheet_link(config),
        handbook=config.alliance.handbook,
        own=read_own_templates(config.mail.templates),
        due=due_kinds(config, now) if config.mail.enabled else frozenset(),
        dry_run=dry_run,
        confirm=confirm,
        accept=accept,
    )


def look_once(config: Config, options: Options, progress: Progress) -> Outcome:
    """Run without touching anything: neither sheet nor memory nor anybody's mailbox."""
    with opened_to_look(config.state.file) as store, collector_paused():
        options = replace(options, timetable=timetable_of(config, store, options.now))
        sheet = open_sheet(config, store, options.now, looks_only=True)
        return run(sheet, store, open_mailer(config.mail), options, progress, partial(read_contacts, config))


def run_once(
    config: Config,
    options: Options,
    progress: Progress,
    trigger: Trigger = Trigger.HAND,
    *,
    patience: float = 0,
) -> Outcome:
    """Run, and record how it went; what goes on failing is told to the operator once, and once when it is over.

    While another run is under way this one waits for it, for at most `patience` seconds.
    """
    lock = only_one(
        Lock.RUN,
        config.state.file,
        options.now,
        patience=patience,
        waiting=progress.step,
        go_on=progress.go_on,
    )
    with lock, opened_store(config.state.file) as state, collector_paused():
        begun = RunRecord(started_at=options.now, outcome=RunOutcome.BEGUN, trigger=trigger)
        started, store, mailer = time.monotonic(), state.begin(begun), None
        try:
            mailer = open_mailer(config.mail)
            options = replace(options, timetable=timetable_of(config, store, options.now))
            sheet = open_sheet(config, store, options.now, looks_only=False)
            outcome = run(sheet, store, mailer, options, progress, partial(read_contacts, config))
        except Exception as error:
            _failed(store, mailer, config, options, replace(begun, seconds=time.monotonic() - started), error)
            raise
        except (SystemExit, KeyboardInterrupt):
            with suppress(OutsideError):
                store.record(replace(begun, outcome=RunOutcome.STOPPED, seconds=time.monotonic() - started))
            raise
        store.record(_done(replace(begun, seconds=time.monotonic() - started), outcome))
        operator.tell_how_it_went(store, mailer, config, options, outcome)
    return outcome


def _failed(
    store: Store, mailer: Mailer | None, config: Config, options: Options, begun: RunRecord, error: Exception
) -> None:
    is_foreseen = isinstance(error, OutsideError | SetupError)
    problem = str(error) if is_foreseen else f"a mistake in the program ({type(error).__name__})"
    with suppress(OutsideError):  # a damaged store must not hide what went wrong first
        store.record(replace(begun, outcome=RunOutcome.FAILED, problem=problem))
        operator.tell_failure(store, mailer, config, options, problem, permanent=is_permanent(error))


def _done(begun: RunRecord, outcome: Outcome) -> RunRecord:
    return replace(
        begun,
        outcome=RunOutcome.HELD if outcome.decision.hold else RunOutcome.OK,
        reads=outcome.counts.reads,
        writes=outcome.counts.writes,
        cells_written=outcome.counts.cells_written,
        mails_queued=outcome.counts.mails_queued,
        notes=len(outcome.decision.assessment.notes),
        problem=outcome.put_off,
    )
