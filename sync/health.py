"""The command `status --health`: one line and an exit code for whatever watches the service, Docker for example.

It is asked every few minutes on a small machine, so nothing that scores, draws or writes is imported here.
"""

import sys
from argparse import Namespace
from datetime import datetime, timedelta

from sync.clock import now_of
from sync.config import Config, load_config
from sync.lock import Lock, holder
from sync.ports import Finding, RunOutcome, RunRecord, Store
from sync.state import opened_to_look
from sync.state.store import RUNS_KEPT
from sync.timetable import Job

MISSED = 3
"""How many intervals may go by without a run."""

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
    runs, slot = store.runs(RUNS_KEPT), store.newest_slot(Job.SYNC)
    signs = [sign for sign in (*(run.started_at for run in runs), slot) if sign is not None and sign <= now]
    if not signs:
        return Finding(ok=False, text="no run yet; the first one begins right after the worker has started")
    if now - max(signs) > longest:
        return Finding(ok=False, text=f"no run since {_when(max(signs), config)}")
    return _last_run(runs, now - longest, config)


def _last_run(runs: tuple[RunRecord, ...], oldest: datetime, config: Config) -> Finding:
    """Judge the newest run: one that failed is forgiven while a good one is no older than `oldest`."""
    if not runs:
        return Finding(ok=True, text="the first run is under way or waits until the workbook is closed")
    good = next((run.started_at for run in runs if run.outcome is not RunOutcome.FAILED), None)
    if runs[0].outcome is not RunOutcome.FAILED or (good is not None and good >= oldest):
        return Finding(ok=True, text=f"the last run ({_when(runs[0].started_at, config)}): {runs[0].outcome}")
    since = f"since {_when(good, config)}" if good else "yet"
    return Finding(ok=False, text=f"no run went well {since}: {' '.join(runs[0].problem.split()).rstrip('.')}")


def _when(moment: datetime, config: Config) -> str:
    return f"{moment.astimezone(config.alliance.zone):%Y-%m-%d %H:%M}"
