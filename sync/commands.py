"""The commands, one function each: they open the outside, run, and print what a person wants to know.

The clock is read at their start (`sync.clock`) and nowhere deeper.
"""

import json
import sys
from argparse import Namespace
from collections import Counter
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from reports.mail import MailState
from reports.result import RunCounts, as_json, result
from reports.wording import words
from sync.check import checks, probe
from sync.clock import now_of
from sync.config import Config, load_config
from sync.decision import Decision, Options, decide, look
from sync.demo import DEMO_ZONE, prepare_demo
from sync.errors import SetupError
from sync.lock import Lock, holder
from sync.log import start_logging
from sync.ports import RunOutcome
from sync.progress import progress
from sync.report_files import write_reports
from sync.run import Outcome
from sync.service import PATIENCE, look_once, run_once, run_options
from sync.slots import next_slots
from sync.source import open_sheet, set_up, sheet_link
from sync.state import opened_if_there, opened_to_look
from sync.summary import State, print_changes, print_ranking, print_status, print_where
from sync.working import work

HELD = 3
"""Exit code of a run that the fuse held."""

RUNS_SHOWN = 10
"""How many runs `status` lists."""


def demo(options: Namespace) -> int:
    """Set up the sample alliance (once), sync it, report, and print the main job's result."""
    with progress() as told:
        config_file = prepare_demo(options.into, options.today or datetime.now(DEMO_ZONE).date(), told)
    config = load_config(config_file)
    outcome = _run(config, run_options(config, now_of(config, options.today)))
    _report(config.report.folder, outcome.decision, outcome.counts, config)
    print_ranking(outcome, config)
    print_where(config_file, config)
    return 0


def setup(options: Namespace) -> int:
    """Create the sheet, or add what is missing to the one that is there; say what a person still has to do."""
    config = load_config(options.config)
    with progress() as told, opened_if_there(config.state.file) as store:
        told.step("looking at the sheet")
        sentence, done = set_up(config, store, now_of(config).date())
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
    now, clock = now_of(config, options.today), datetime.now(UTC)
    for line in checks(config, now, clock) if options.probe is None else probe(config, options.probe):
        right = right and line.ok
        print(f"{'✓' if line.ok else '✗'} {line.text}", flush=True)
    return 0 if right else 2


def sync(options: Namespace) -> int:
    """Run once and say what happened."""
    config = load_config(options.config)
    if options.today is not None and options.today > now_of(config).date() and not options.dry_run:
        raise SetupError(
            f"{options.today} is still to come: what a run remembers of that day would keep out every run before it. "
            "Look ahead with --dry-run."
        )
    outcome = _run(
        config,
        run_options(
            config,
            now_of(config, options.today),
            dry_run=options.dry_run,
            confirm=options.confirm,
            accept=options.accept,
        ),
    )
    if options.json:
        sys.stdout.write(_document(outcome.decision, outcome.counts, config))
    else:
        print_changes(outcome, config, dry_run=options.dry_run)
    return HELD if outcome.decision.hold else 0


def worker(options: Namespace) -> int:
    """Work by the timetable until SIGTERM."""
    config = load_config(options.config)
    start_logging(as_json=options.json)
    work(config)
    return 0


def status(options: Namespace) -> int:
    """Print the last runs, whether a worker is running and what it does next, and the outbox."""
    config = load_config(options.config)
    who, now = holder(Lock.WORKER, config.state.file), now_of(config)
    with opened_to_look(config.state.file) as store:
        success = store.last_run(RunOutcome.OK)
        state = State(
            runs=store.runs(RUNS_SHOWN),
            last_success=success.started_at if success else None,
            worker=who,
            next=next_slots(config, store, now) if who else None,
            mails=store.outbox(),
            pause=store.pause(),
            episodes=store.episodes(),
        )
    if options.json:
        print(json.dumps(_status_document(state), ensure_ascii=False, indent=2))
    else:
        print_status(state, config)
    return 0


def _status_document(state: State) -> dict[str, object]:
    """Return what `status --json` prints; docs/result.md describes it."""
    mails = Counter(queued.state for queued in state.mails)
    slots = asdict(state.next) if state.next else {}
    return {
        "worker": state.worker or None,
        "next": {job: moment and moment.isoformat(timespec="seconds") for job, moment in slots.items()} or None,
        "last_success": state.last_success and state.last_success.isoformat(),
        "runs": [
            {
                "started_at": record.started_at.isoformat(),
                "outcome": record.outcome,
                "trigger": record.trigger,
                "cells_written": record.cells_written,
                "mails_queued": record.mails_queued,
                "notes": record.notes,
                "seconds": record.seconds,
                "problem": record.problem,
            }
            for record in state.runs
        ],
        "outbox": {known.value: mails[known] for known in MailState},
        "paused": state.pause.reason if state.pause else None,
        "failing": {cause.value: since.isoformat() for cause, since in state.episodes.items()},
    }


def report(options: Namespace) -> int:
    """Write the reports from the sheet as it stands; neither the sheet nor the memory changes."""
    config = load_config(options.config)
    with progress() as told, opened_to_look(config.state.file) as store:
        told.step("reading the sheet")
        now = now_of(config, options.today)
        snapshot = open_sheet(config, store, now, looks_only=True).read()
        memory = store.load()
        told.step("scoring, stages, steps, coverage")
        looked = replace(run_options(config, now, dry_run=True), sender=None)
        decision = decide(look(snapshot, memory, looked), snapshot, memory, looked)
        if decision.hold is not None:
            raise SetupError(
                f"{decision.hold.vanished} of {decision.hold.before} actors are suddenly gone: the reports stay as "
                "they are. Bring the actors back, or say that it was meant with `klima-allianz sync --accept`."
            )
        told.step("writing the reports")
        paths = _report(options.into or config.report.folder, decision, RunCounts(reads=1), config)
    print(*paths, sep="\n")
    return 0


def _run(config: Config, options: Options) -> Outcome:
    with progress() as told:
        return (
            look_once(config, options, told) if options.dry_run else run_once(config, options, told, patience=PATIENCE)
        )


def _document(decision: Decision, counts: RunCounts, config: Config) -> str:
    """Return result.json as text."""
    return as_json(result(decision.alliance, decision.assessment, counts, words(config.alliance.language)))


def _report(folder: Path, decision: Decision, counts: RunCounts, config: Config) -> tuple[Path, ...]:
    return write_reports(folder, decision, counts, config.alliance.language, sheet_link(config))
