"""The process of a worker: from its start to SIGTERM.

What belongs here: what surrounds a worker in its process: locks, signals, the clock, what systemd is told. When it runs
is `sync.worker`.
"""

import gc
import logging
import os
import signal
import threading
import time
from functools import partial

import schedule

from sync import VERSION, notify
from sync.clock import now_of
from sync.config import Config
from sync.delivery import open_mailer
from sync.errors import is_permanent, told
from sync.lock import Lock, only_one
from sync.log import log, log_run
from sync.ping import ping
from sync.ports import RunOutcome, Store, Trigger
from sync.progress import Progress
from sync.service import PATIENCE, run_once, run_options
from sync.source import open_watch
from sync.state import opened_store
from sync.worker import TICK, Outside, Ran, Worker


class Attention:
    """The progress of a worker: tells systemd that it is alive, and ends it between two requests when asked to."""

    def __init__(self) -> None:
        self.asked = threading.Event()

    def step(self, text: str) -> None:
        """Tell what is being done, and end here if asked."""
        notify.status(text)
        self.go_on()

    def go_on(self) -> None:
        """Raise `SystemExit` once somebody asked."""
        notify.alive()
        if self.asked.is_set():
            raise SystemExit(0)


def work(config: Config) -> None:
    """Work until SIGTERM or SIGINT; raises `SetupError` or `OutsideError` when it cannot even begin.

    The state file is checked as a whole when it is opened, here and by each run.
    """
    attention = Attention()
    _use_utc()
    with only_one(Lock.WORKER, config.state.file, now_of(config)), opened_store(config.state.file) as store:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: attention.asked.set())
        open_mailer(config.mail)  # a password that is missing is said now
        store.keep_tabs((), now_of(config).date())  # the next run asks for the list anew
        log("start", version=VERSION, process=os.getpid(), source=config.sheet.source)
        notify.ready()
        try:
            _tick_until_asked(Worker(config=config, store=store, outside=_outside(config, store, attention)), attention)
        finally:
            notify.stopping()
            log("stop")


def _use_utc() -> None:
    """Let the process know no summer time: `schedule` counts by the local clock."""
    os.environ["TZ"] = "UTC"
    if hasattr(time, "tzset"):  # Windows has none
        time.tzset()


def _tick_until_asked(worker: Worker, attention: Attention) -> None:
    scheduler = schedule.Scheduler()
    scheduler.every(TICK).seconds.do(worker.tick)
    worker.tick()
    while True:
        notify.alive()
        notify.status("waiting")
        scheduler.run_pending()
        wait = scheduler.idle_seconds or 0
        if wait > TICK:  # the clock was put back: `schedule` would sleep until it is that late again
            scheduler.clear()
            scheduler.every(TICK).seconds.do(worker.tick)
        attention.asked.wait(min(max(wait, 0), TICK))
        attention.go_on()


def _outside(config: Config, store: Store, attention: Attention) -> Outside:
    return Outside(
        watch=partial(open_watch, config),
        run=partial(_run, config, store, attention),
        sign_of_life=partial(_sign_of_life, config),
        clock=partial(now_of, config),
        elapsed=time.monotonic,
        go_on=attention.go_on,
    )


def _run(config: Config, store: Store, progress: Progress, trigger: Trigger) -> Ran:
    """Run once and leave a line in the log, whatever comes of it."""
    ran = _once(config, store, progress, trigger)
    gc.collect()  # connections and pictures lie in cycles: files and memory stay as few as after the first run
    return ran


def _once(config: Config, store: Store, progress: Progress, trigger: Trigger) -> Ran:
    now = now_of(config)
    try:
        options = run_options(config, now)
        outcome = run_once(config, options, progress, trigger, patience=PATIENCE)
    except Exception as error:  # noqa: BLE001  # also a bug must not end the worker
        log("run", logging.WARNING, outcome=RunOutcome.FAILED, trigger=trigger, problem=told(error))
        return Ran(outcome=RunOutcome.FAILED, permanent=is_permanent(error))
    log_run(store.runs(1)[0])
    held = outcome.decision.hold is not None
    return Ran(outcome=RunOutcome.HELD if held else RunOutcome.OK, wrote=outcome.counts.writes > 0)


def _sign_of_life(config: Config) -> None:
    url = config.schedule.ping_url
    problem = ping(url) if url else ""
    if problem:
        log("ping", logging.WARNING, problem=problem)
