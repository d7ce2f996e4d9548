"""The commands, one function each: they open the outside, run, and print what a person wants to know.

The clock is read here and nowhere deeper.
"""

import json
import sys
import time
from argparse import Namespace
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from reports.mail import MailState
from reports.result import RunCounts, as_json, result
from reports.wording import words
from sync.check import checks, probe
from sync.collector import collector_paused
from sync.config import Config, load_config
from sync.demo import DEMO_ZONE, prepare_demo
from sync.errors import OutsideError, SetupError
from sync.outbox import FolderMailer
from sync.ports import RunOutcome, RunRecord, Store
from sync.progress import progress
from sync.run import Decision, Options, Outcome, decide, run
from sync.source import open_sheet, set_up
from sync.state import opened_store, opened_to_look
from sync.summary import print_changes, print_ranking, print_status, print_where


def demo(options: Namespace) -> int:
    """Set up the sample alliance (once), sync it, report, and print the main job's result."""
    with progress() as told:
        config_file = prepare_demo(options.into, options.today or datetime.now(DEMO_ZONE).date(), told)
    config = load_config(config_file)
    outcome = _run(config, _now(config, options.today), dry_run=False)
    _write(config.report.folder, _document(outcome.decision, outcome.counts, config))
    print_ranking(outcome, config)
    print_where(config_file, config)
    return 0


def setup(options: Namespace) -> int:
    """Create the sheet, or add what is missing to the one that is there; say what a person still has to do."""
    config = load_config(options.config)
    with progress() as told, opened_to_look(config.state.file) as store:
        told.step("looking at the sheet")
        sentence, done = set_up(config, store, _now(config, None).date())
    print(sentence)
    print(*(f"  {line}" for line in done.added), sep="\n", end="\n" if done.added else "")
    if done.unread:
        print(f"Not read: {', '.join(done.unread)}; rename it if it should count (docs/spalten.md).")
    print(*(f"To do: {line}" for line in done.todo), sep="\n", end="\n" if done.todo else "")
    first = "" if done.has_actors else "enter the first actors, then "
    print(f"Next: {first}run `klima-allianz sync`.")
    return 0


def check(options: Namespace) -> int:
    """Print one line per thing that must be right: ✓, or ✗ with what to do. With --probe, per fact about Google."""
    config = load_config(options.config)
    right = True
    now, clock = _now(config, options.today), datetime.now(UTC)
    for line in checks(config, now, clock) if options.probe is None else probe(config, options.probe):
        right = right and line.ok
        print(f"{'✓' if line.ok else '✗'} {line.text}", flush=True)
    return 0 if right else 2


def sync(options: Namespace) -> int:
    """Run once and say what happened."""
    config = load_config(options.config)
    outcome = _run(config, _now(config, options.today), dry_run=options.dry_run)
    if options.json:
        sys.stdout.write(_document(outcome.decision, outcome.counts, config))
    else:
        print_changes(outcome, config, dry_run=options.dry_run)
    return 0


def status(options: Namespace) -> int:
    """Print the last runs and the outbox."""
    config = load_config(options.config)
    with opened_to_look(config.state.file) as store:
        runs, mails = store.runs(10), store.outbox()
    if options.json:
        waiting = sum(mail.state is not MailState.SENT for mail in mails)
        document = {
            "runs": [
                {
                    "started_at": record.started_at.isoformat(),
                    "outcome": record.outcome,
                    "cells_written": record.cells_written,
                    "mails_queued": record.mails_queued,
                    "notes": record.notes,
                    "seconds": record.seconds,
                    "problem": record.problem,
                }
                for record in runs
            ],
            "outbox": {"sent": len(mails) - waiting, "queued": waiting},
        }
        print(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        print_status(runs, mails, config)
    return 0


def report(options: Namespace) -> int:
    """Write the reports from the sheet as it stands; neither the sheet nor the memory changes."""
    config = load_config(options.config)
    with progress() as told, opened_to_look(config.state.file) as store:
        told.step("reading the sheet")
        now = _now(config, options.today)
        snapshot = open_sheet(config, store, now, looks_only=True).read()
        memory = store.load()
        told.step("scoring, stages, steps, coverage")
        decision = decide(snapshot, memory, _options(config, now, dry_run=True))
    path = _write(options.into or config.report.folder, _document(decision, RunCounts(reads=1), config))
    print(path)
    return 0


def _run(config: Config, now: datetime, *, dry_run: bool) -> Outcome:
    """Run once; a real run leaves a line in the run history, whether it succeeded or the outside failed."""
    mailer, options = FolderMailer(config.mail.folder), _options(config, now, dry_run=dry_run)
    if dry_run:
        with progress() as told, opened_to_look(config.state.file) as looked_at, collector_paused():
            return run(open_sheet(config, looked_at, now, looks_only=True), looked_at, mailer, options, told)
    started = time.monotonic()
    with progress() as told, opened_store(config.state.file) as store, collector_paused():
        try:
            sheet = open_sheet(config, store, now, looks_only=False)
            outcome = run(sheet, store, mailer, options, told)
        except (OutsideError, SetupError) as error:
            _record_failure(store, now, time.monotonic() - started, str(error))
            raise
        except Exception as error:
            problem = f"a mistake in the program ({type(error).__name__})"
            _record_failure(store, now, time.monotonic() - started, problem)
            raise
        store.record(_done(now, time.monotonic() - started, outcome))
    return outcome


def _record_failure(store: Store, now: datetime, seconds: float, problem: str) -> None:
    with suppress(OutsideError):  # a damaged store must not hide what went wrong first
        store.record(RunRecord(started_at=now, outcome=RunOutcome.FAILED, seconds=seconds, problem=problem))


def _done(now: datetime, seconds: float, outcome: Outcome) -> RunRecord:
    return RunRecord(
        started_at=now,
        outcome=RunOutcome.OK,
        reads=outcome.counts.reads,
        writes=outcome.counts.writes,
        cells_written=outcome.counts.cells_written,
        mails_queued=outcome.counts.mails_queued,
        notes=len(outcome.decision.assessment.notes),
        seconds=seconds,
    )


def _options(config: Config, now: datetime, *, dry_run: bool) -> Options:
    sender = config.mail.sender if config.mail.enabled else None
    return Options(language=config.alliance.language, now=now, sender=sender, dry_run=dry_run)


def _document(decision: Decision, counts: RunCounts, config: Config) -> str:
    """Return result.json as text."""
    return as_json(result(decision.alliance, decision.assessment, counts, words(config.alliance.language)))


def _write(folder: Path, text: str) -> Path:
    path = folder / "team" / "result.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SetupError(f"The report folder {folder} cannot be written: {error.strerror}.") from None
    return path


def _now(config: Config, today: date | None) -> datetime:
    """Return the current time in the alliance's time zone, moved to `today` when that is given."""
    zone: ZoneInfo = config.alliance.zone
    now = datetime.now(UTC).astimezone(zone)
    return now if today is None else now.replace(year=today.year, month=today.month, day=today.day)
