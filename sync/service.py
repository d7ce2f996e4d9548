"""One run for a configuration: opens the outside, runs, leaves a line in the run history, tells the operator.

What belongs here: what surrounds a run, whoever starts it. What a run does is `sync.run`.
"""

import time
from contextlib import suppress
from datetime import datetime
from functools import partial

from sync import operator
from sync.collector import collector_paused
from sync.config import Config
from sync.contacts import read_contacts
from sync.decision import Options
from sync.delivery import open_mailer
from sync.errors import OutsideError, SetupError
from sync.lock import only_run
from sync.own_templates import read_own_templates
from sync.ports import Mailer, RunOutcome, RunRecord, Store
from sync.progress import Progress
from sync.run import Outcome, run
from sync.source import open_sheet, sheet_link
from sync.state import opened_store, opened_to_look


def run_options(
    config: Config, now: datetime, *, dry_run: bool = False, confirm: bool = False, accept: bool = False
) -> Options:
    """Return what a run needs to know of the configuration."""
    return Options(
        language=config.alliance.language,
        now=now,
        sender=config.mail.sender if config.mail.enabled else None,
        sheet_link=sheet_link(config),
        own=read_own_templates(config.mail.templates),
        dry_run=dry_run,
        confirm=confirm,
        accept=accept,
    )


def look_once(config: Config, options: Options, progress: Progress) -> Outcome:
    """Run without touching anything: neither sheet nor memory nor anybody's mailbox."""
    with opened_to_look(config.state.file) as store, collector_paused():
        sheet = open_sheet(config, store, options.now, looks_only=True)
        return run(sheet, store, open_mailer(config.mail), options, progress, partial(read_contacts, config))


def run_once(config: Config, options: Options, progress: Progress) -> Outcome:
    """Run, and record how it went; what goes on failing is told to the operator once, and once when it is over."""
    started, mailer = time.monotonic(), open_mailer(config.mail)
    lock = only_run(config.state.file, options.now)
    with lock, opened_store(config.state.file) as store, collector_paused():
        try:
            sheet = open_sheet(config, store, options.now, looks_only=False)
            outcome = run(sheet, store, mailer, options, progress, partial(read_contacts, config))
        except Exception as error:
            _failed(store, mailer, config, options, time.monotonic() - started, error)
            raise
        store.record(_done(options.now, time.monotonic() - started, outcome))
        operator.tell_how_it_went(store, mailer, config, options, outcome)
    return outcome


def _failed(store: Store, mailer: Mailer, config: Config, options: Options, seconds: float, error: Exception) -> None:
    is_bug = not isinstance(error, OutsideError | SetupError)
    problem = f"a mistake in the program ({type(error).__name__})" if is_bug else str(error)
    passes = isinstance(error, OutsideError) and not error.permanent
    with suppress(OutsideError):  # a damaged store must not hide what went wrong first
        store.record(RunRecord(started_at=options.now, outcome=RunOutcome.FAILED, seconds=seconds, problem=problem))
        operator.tell_failure(store, mailer, config, options, problem, permanent=not passes)


def _done(now: datetime, seconds: float, outcome: Outcome) -> RunRecord:
    return RunRecord(
        started_at=now,
        outcome=RunOutcome.HELD if outcome.decision.hold else RunOutcome.OK,
        reads=outcome.counts.reads,
        writes=outcome.counts.writes,
        cells_written=outcome.counts.cells_written,
        mails_queued=outcome.counts.mails_queued,
        notes=len(outcome.decision.assessment.notes),
        seconds=seconds,
        problem=outcome.put_off,
    )
