"""The commands, one function each: they open the outside, run, and print what a person wants to know.

The clock is read at their start (`sync.clock`) and nowhere deeper.
"""

import json
import sys
from argparse import Namespace
from collections import Counter
from dataclasses import replace
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
from sync.progress import progress
from sync.report_files import write_reports
from sync.run import Outcome
from sync.service import look_once, run_once, run_options
from sync.source import open_sheet, set_up, sheet_link
from sync.state import opened_to_look
from sync.summary import print_changes, print_ranking, print_status, print_where

HELD = 3
"""Exit code of a run that the fuse held."""


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
    with progress() as told, opened_to_look(config.state.file) as store:
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


def status(options: Namespace) -> int:
    """Print the last runs and the outbox."""
    config = load_config(options.config)
    with opened_to_look(config.state.file) as store:
        runs, mails, pause, episodes = store.runs(10), store.outbox(), store.pause(), store.episodes()
    if options.json:
        states = Counter(queued.state for queued in mails)
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
            "outbox": {state.value: states[state] for state in MailState},
            "paused": pause.reason if pause else None,
            "failing": {cause.value: since.isoformat() for cause, since in episodes.items()},
        }
        print(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        print_status(runs, mails, pause, episodes, config)
    return 0


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
        return look_once(config, options, told) if options.dry_run else run_once(config, options, told)


def _document(decision: Decision, counts: RunCounts, config: Config) -> str:
    """Return result.json as text."""
    return as_json(result(decision.alliance, decision.assessment, counts, words(config.alliance.language)))


def _report(folder: Path, decision: Decision, counts: RunCounts, config: Config) -> tuple[Path, ...]:
    return write_reports(folder, decision, counts, config.alliance.language, sheet_link(config))
