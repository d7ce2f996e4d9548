"""The commands about the state file: a copy to keep, and going back to one.

What belongs here: the locks, asking, and saying what was done. What becomes of files and rows is `sync.state`.
"""

import sys
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from reports.week import iso_week
from sync.asking import is_meant
from sync.clock import now_of
from sync.config import load_config
from sync.erase import erased, names_of, pseudonym
from sync.errors import SetupError
from sync.lock import Lock, only_one
from sync.progress import progress
from sync.service import PATIENCE
from sync.state import SqlStore
from sync.state.backup import BACKUP, contents, put_back, write_backup
from sync.state.restoring import Restored, begin_anew

_KEEP = "It holds names and the addresses of mails that are open: keep it where only you can read it."

_SILENT = (
    "The next run takes what it finds for known: it announces nothing, and this week no report and no reminder is "
    "written. Run `klima-allianz sync` now, or start the worker."
)

_UNKNOWN = (
    "Out of the memory before nothing could be taken over. Whoever asked since then not to be mailed: enter them again "
    "with `klima-allianz mail stop`. Whoever was erased since then: erase them again."
)

_PEOPLE = "Actors that were erased since then are erased in it, too; people who are no actors: erase them again."


def backup(options: Namespace) -> int:
    """Copy the state file to `options.file`, also while a run goes on; say how old the newest run in the copy is."""
    config = load_config(options.config)
    copied = write_backup(config.state.file, options.file)
    print(f"Wrote {options.file}: {_as_of(copied.newest_run, now_of(config))}.", _KEEP, sep="\n")
    return 0


def restore(options: Namespace) -> int:
    """Put the copy `options.file` in the place of the state file, as a silent baseline; keep the present one aside."""
    config = load_config(options.config)
    state, now = config.state.file, now_of(config)
    there = contents(options.file, BACKUP)
    if state.exists() and options.file.samefile(state):
        raise SetupError(f"{options.file} is the state file itself: name a backup of it.")
    age = _as_of(there.newest_run, now)
    question = f"Go back to this backup ({age})? What happened since will never be announced."
    if not options.yes and not is_meant(sys.stdin, question, "Nothing was changed"):
        print("Nothing was changed.")
        return 0
    with (
        progress() as told,
        only_one(Lock.WORKER, state, now),
        only_one(Lock.RUN, state, now, patience=PATIENCE, waiting=told.step),
    ):
        restored, kept = go_back(options.file, state, now)
    print(f"{state} is that of the backup now: {age}.")
    print(*_what_was_done(restored, kept), sep="\n")
    return 0


def go_back(file: Path, state: Path, now: datetime) -> tuple[Restored, Path | None]:
    """Put the backup in place; return what was done to it, and where the state before is kept, None without one."""
    kept = state.with_name(f"{state.name}.before-restore-{now:%Y%m%d-%H%M%S}")
    restored, is_kept = put_back(file, state, kept, partial(_anew, now))
    return restored, kept if is_kept else None


def _anew(now: datetime, store: SqlStore, present: SqlStore | None) -> Restored:
    """Make the backup a silent baseline; actors that were erased since it was made are erased in it, too."""
    restored = begin_anew(store, present, iso_week(now.date()), now)
    memory = store.load()
    again = [actor.name for actor in memory.actors.values() if memory.name_id(actor.key) in restored.erased]
    for name in again:
        before = store.load()
        store.erase(names_of(before, name), pseudonym(before, name), before, erased(before, name), now)
    return restored


def _what_was_done(restored: Restored, kept: Path | None) -> Iterator[str]:
    if kept is not None:
        yield f"The one before is kept as {kept}; delete it once all is right: it holds names and addresses."
    yield _SILENT
    if restored.held == 1:
        yield "1 mail that was open waits for a ja on Postausgang: it may have been sent since."
    elif restored.held:
        yield f"{restored.held} mails that were open wait for a ja on Postausgang: they may have been sent since."
    if restored.objections:
        yield f"Not to be mailed, taken over from the one before: {restored.objections}."
    if kept is not None:
        yield _PEOPLE if restored.knows_present else _UNKNOWN


def _as_of(newest_run: datetime | None, now: datetime) -> str:
    """Return "the memory as the run of 2026-11-24 09:00 left it, 12 minutes ago"."""
    if newest_run is None:
        return "a memory from before the first run"
    began = newest_run.astimezone(now.tzinfo)
    return f"the memory as the run of {began:%Y-%m-%d %H:%M} left it, {_ago(now.astimezone(UTC) - newest_run)}"


def _ago(age: timedelta) -> str:
    minutes = max(int(age.total_seconds()) // 60, 0)
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= 2 * size or (size == 1 and minutes == 1):
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
