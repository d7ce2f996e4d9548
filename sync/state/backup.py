"""Copies of the state file: one to keep, and one that takes its place.

What belongs here: what becomes of the files, whatever happens meanwhile. Which rows of the state outlive its being
replaced is `sync.state.restoring`.
"""

import glob
import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sync.errors import OutsideError, SetupError
from sync.state.database import STATE, Wanted, connect, copy_database, known_revision
from sync.state.meta_rows import ADDRESS_KEY
from sync.state.store import SqlStore, open_store

BACKUP = Wanted(name="The backup", if_damaged="take another one", if_other="name another one")

LEFTOVER = 3600
"""What a killed run left unfinished is removed after so long, s."""

_DRAFT = ".part"
_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite may keep beside a file; it would take that of the old file for part of the new one."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a state file is known by: when the newest run in it began (UTC, None before the first), and its secret."""

    newest_run: datetime | None
    address_key: str


def contents(path: Path, wanted: Wanted = STATE) -> Contents:
    """Return what that file holds, once all of it was read; raises `SetupError` when it is no undamaged state file."""
    if known_revision(path, wanted) is None:
        raise SetupError(f"{wanted.name} {path} is empty: {wanted.if_other}.")
    with _outside_errors(path), closing(connect(path, "ro")) as reader:
        newest = reader.execute("SELECT started_at FROM run ORDER BY number DESC LIMIT 1").fetchone()
        key = reader.execute("SELECT value FROM meta WHERE name = ?", (ADDRESS_KEY,)).fetchone()
    began = datetime.fromisoformat(newest[0]).replace(tzinfo=UTC) if newest else None
    return Contents(newest_run=began, address_key=key[0] if key else "")


def write_backup(state: Path, target: Path) -> Contents:
    """Copy the state file as it is at one moment, also while a run goes on; return what the copy holds.

    The copy is complete in itself and readable by its owner only. `target` is the old file or the new one, never half.
    Raises `SetupError` when there is no sound state, or `target` is anything but an earlier copy of this one.
    """
    if not state.exists():
        raise SetupError(f"There is no state file {state} yet: run `klima-allianz sync` first, or see [state] file.")
    ours = contents(state)
    _require_earlier_copy(state, target, ours)
    with _drafted(target) as draft:
        _copy(state, draft, mode="rw")
        copied = contents(draft)
        _put_in_place(draft, target)
    return copied


def put_back(
    backup: Path, state: Path, kept: Path, change: Callable[[SqlStore, SqlStore | None], _Result]
) -> tuple[_Result, bool]:
    """Put a copy of `backup` in the place of the state file, and the present one aside as `kept`.

    `change` is given the store of the copy, of this version, and that of the present state, None when it cannot be
    read; what it does to the former is in the state file once it is there. Returns what `change` returned, and whether
    a present state was put aside. Whatever is raised, the state file is as it was.
    """
    contents(backup, BACKUP)
    with _drafted(state) as draft, _drafted(kept) as present:
        _copy(backup, draft)
        is_sound = _keep(state, kept)
        if is_sound:
            shutil.copyfile(kept, present)  # it may be of an older version: `kept` stays what it was
        result = _changed(draft, present if is_sound else None, change)
        _remove_beside(state)
        _put_in_place(draft, state)
    return result, kept.exists()


def _changed(draft: Path, present: Path | None, change: Callable[[SqlStore, SqlStore | None], _Result]) -> _Result:
    with closing(open_store(draft)) as store:
        old = None if present is None else _readable(present)
        if old is None:
            return change(store, None)
        with closing(old):
            return change(store, old)


def _readable(path: Path) -> SqlStore | None:
    """Return the store in that file if it holds what this version can read; SQLite itself has no checksums."""
    try:
        store = open_store(path)
        store.load(), store.outbox()
    except (OutsideError, SetupError):
        return None
    return store


def _keep(state: Path, kept: Path) -> bool:
    """Put the present state aside; say whether it can be read. One that cannot is kept byte for byte."""
    if not state.exists():
        return False
    try:
        contents(state)
    except SetupError:
        for end in ("", "-wal"):
            if _size(beside := state.with_name(state.name + end)):
                _copy_bytes(beside, kept.with_name(kept.name + end))
        return False
    _fold_in(state)
    with _drafted(kept) as draft:
        _copy(state, draft, mode="rw")
        _put_in_place(draft, kept)
    return True


def _require_earlier_copy(state: Path, target: Path, ours: Contents) -> None:
    """Refuse to overwrite what is no copy of this state: another file, or the memory of another alliance."""
    if not target.exists():
        return
    if target.samefile(state):
        raise SetupError(f"{target} is the state file itself: name another file.")
    try:
        theirs = contents(target, BACKUP)
    except SetupError:
        raise SetupError(f"{target} is there already and no sound backup: name another file.") from None
    in_use = any(_size(target.with_name(target.name + end)) for end in ("-wal", "-journal"))
    if in_use or theirs.address_key != ours.address_key:
        raise SetupError(f"{target} holds another memory than the state file: name another file.")


def _copy(source: Path, draft: Path, mode: str = "ro") -> None:
    """Copy a database as it is at one moment into a new file, complete in itself, and wait until the disk has it."""
    with _outside_errors(draft), closing(sqlite3.connect(draft)) as new:
        copy_database(source, mode, new)
        new.execute("PRAGMA journal_mode = DELETE")
    _make_durable(draft)


def _fold_in(state: Path) -> None:
    """Bring what stands in the write-ahead log into the file, so that no log is needed when it is replaced."""
    with _outside_errors(state), closing(connect(state, "rw")) as connection:
        (is_busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        raise OutsideError(f"The state file {state} is in use by another program; nothing was changed, try again.")


@contextmanager
def _drafted(place: Path) -> Iterator[Path]:
    """Give a new, empty file beside the place that only its owner can read; what is left of it at the end goes."""
    draft = place.with_name(f".{place.name}.{secrets.token_hex(8)}{_DRAFT}")
    try:
        with _outside_errors(place):
            os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield draft
    finally:
        for end in ("", *_BESIDE):
            with suppress(OSError):
                draft.with_name(draft.name + end).unlink(missing_ok=True)
        _remove_leftovers(place)


def _remove_leftovers(place: Path) -> None:
    """Remove what killed runs left of such drafts long ago: they hold names and addresses."""
    for other in place.parent.glob(f"{glob.escape(f'.{place.name}.')}*{_DRAFT}*"):
        with suppress(OSError):  # another one removes it too
            if time.time() - other.stat().st_mtime > LEFTOVER:
                other.unlink()


def _put_in_place(draft: Path, place: Path) -> None:
    with _outside_errors(place):
        _make_durable(draft)
        os.replace(draft, place)  # noqa: PTH105  the one call that is atomic everywhere
        with suppress(OSError):  # some network folders cannot; the file itself is safe already
            _make_durable(place.parent)


def _copy_bytes(source: Path, target: Path) -> None:
    with _outside_errors(target), source.open("rb") as old:
        with os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as new:
            shutil.copyfileobj(old, new)
        _make_durable(target)


def _remove_beside(state: Path) -> None:
    for end in _BESIDE:
        with _outside_errors(state):
            state.with_name(state.name + end).unlink(missing_ok=True)


def _make_durable(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@contextmanager
def _outside_errors(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SetupError(f"{place} cannot be written: {error.strerror}.") from None
    except sqlite3.Error as error:
        raise OutsideError(f"{place} cannot be read or written now ({error}); nothing was changed.") from None
