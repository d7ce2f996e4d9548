"""The command `status --health`: one line and an exit code for whatever watches the service, Docker for example.

It is asked every few minutes on a small machine, so nothing that scores, draws or writes is imported here.
"""

import sys
from argparse import Namespace
from datetime import datetime, timedelta

from sync.clock import now_of, shown
from sync.config import Config, load_config
from sync.lock import Lock, holder
from sync.ports import Finding, RunOutcome, RunRecord, Store
from sync.state import opened_to_look
from sync.timetable import Job

MISSED = 3
"""How many intervals may go by without a run."""

GOOD = (RunOutcome.OK, RunOutcome.HELD)
"""How a run ends that did not fail."""

MARGIN, AT_LEAST = timedelta(minutes=10), timedelta(minutes=30)
"""What is added to them for slow runs, and what is always granted."""


def status(options: Namespace) -> int:
    """Print one line and return 0 when runs come and go well, else 1."""
    config = load_config(options.config)
    with opened_to_look(config.state.file) as store:
        found = health(config, store, now_of(config))
    who = holder(Lock.WORKER, config.state.file)
    worker = f"a worker is running ({who})" if who else "no worker is running"
    sys.stdout.write(f"{'healthy' if found.ok else 'unhealthy'}: {found.text}; {worker}\n")
    return 0 if found.ok else 1


def health(config: Config, store: Store, now: datetime) -> Finding:
    """Say whether a sign of life, and a run that did not fail, are as new as the timetable lets expect.

    A run that the fuse held has not failed. Slots that pass without a run, because somebody works in the workbook, are
    signs of life; they excuse a run that is missing, not one that failed.
    """
    longest = max(MISSED * timedelta(minutes=config.schedule.sync_every_minutes) + MARGIN, AT_LEAST)
    run, slot = store.last_run(until=now), store.newest_slot(Job.SYNC)
    signs = [sign for sign in (run.started_at if run else None, slot) if sign is not None and sign <= now]
    if not signs:
        return Finding(ok=False, text="no run yet; the first one begins right after the worker has started")
    if now - max(signs) > longest:
        return Finding(ok=False, text=f"no run since {shown(max(signs), config)}")
    return _last_run(store, now - longest, config)


def _last_run(store: Store, oldest: datetime, config: Config) -> Finding:
    """Judge the newest run: one that went wrong is forgiven while a good one is no older than `oldest`."""
    run, good = _newest_ended(store), store.last_run(*GOOD)
    if run is None:
        return Finding(ok=True, text="the first run is under way or waits until the workbook is closed")
    if run.outcome in GOOD or (good is not None and good.started_at >= oldest):
        return Finding(ok=True, text=f"the last run ({shown(run.started_at, config)}): {run.outcome}")
    since = f"since {shown(good.started_at, config)}" if good else "yet"
    problem = " ".join(run.problem.split()).rstrip(".") or "its process ended amid the run"
    return Finding(ok=False, text=f"no run went well {since}: {problem}")


def _newest_ended(store: Store) -> RunRecord | None:
    """Return the newest run but one that may be under way. Another one that only began is over: its process ended."""
    newest = store.runs(2)
    under_way = bool(newest) and newest[0].outcome is RunOutcome.BEGUN
    return next(iter(newest[under_way:]), None)
