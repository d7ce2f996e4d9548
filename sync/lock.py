"""One at a time: locks beside the state file, which the system frees whatever becomes of their holder."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sync.errors import OutsideError, SetupError

POLL = 0.2
"""How often a lock that is held is tried again, s."""

MOMENT, MOMENTS = 0.01, 50
"""How long, s, and how often a holder is given time to say who it is: it does so right after it has taken the lock."""


UNKNOWN = "another process"
"""Who holds a lock and has not said who it is."""


class Lock(StrEnum):
    """What there is one of for each state file, by what the name of its lock file ends in."""

    RUN = "lock"
    WORKER = "worker.lock"


_HELD = {Lock.RUN: "A run is under way", Lock.WORKER: "A worker is running"}


@contextmanager
def only_one(
    lock: Lock,
    state: Path,
    now: datetime,
    *,
    patience: float = 0,
    waiting: Callable[[str], None] | None = None,
    go_on: Callable[[], None] = lambda: None,
) -> Iterator[None]:
    """Hold the lock of that state file.

    While another process holds it, `waiting` is told who that is and since when, for at most `patience` seconds; then
    this raises `OutsideError` that says the same. `go_on` is asked again and again meanwhile (`Progress.go_on`). On a
    system without POSIX locks nothing is held.
    """
    path, ends_at, told = state.with_name(f"{state.name}.{lock}"), time.monotonic() + patience, False
    while isinstance(found := _try(path), str):
        if time.monotonic() >= ends_at:
            raise OutsideError(f"{_HELD[lock]} ({found}); try again when it is through.")
        if waiting is not None and not told:
            waiting(f"{_HELD[lock].lower()} ({found}): waiting")
        told = True
        go_on()
        time.sleep(POLL)
    try:
        _say(found, f"process {os.getpid()}, since {now:%Y-%m-%d %H:%M}")
        yield
    finally:
        _say(found, "")  # the next holder must not be taken for this one before it has said who it is
        os.close(found)


def holder(lock: Lock, state: Path) -> str:
    """Return who holds the lock of that state file and since when, "" for nobody; a file that is missing stays missing.

    Raises `SetupError` when the lock file may not be read. On a system without POSIX locks nobody holds anything.
    """
    path = state.with_name(f"{state.name}.{lock}")
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise _closed(path, error) from None
    try:
        # For a blink this holds a lock of those who read: whoever comes just now tries again (MOMENTS).
        return "" if _is_free(descriptor, alone=False) else _name(descriptor) or UNKNOWN
    finally:
        os.close(descriptor)


def _try(path: Path) -> int | str:
    """Return an open file that holds the lock, or who holds it."""
    descriptor, name = _opened(path), ""
    for _ in range(MOMENTS):
        if _is_free(descriptor):
            if _is_there(path, descriptor):
                return descriptor
            os.close(descriptor)  # somebody deleted the file: another one may hold the lock of its successor
            return _try(path)
        if name := _name(descriptor):
            break
        time.sleep(MOMENT)
    os.close(descriptor)
    return name or UNKNOWN


def _name(descriptor: int) -> str:
    return os.pread(descriptor, 100, 0).decode(errors="replace").strip()


def _say(descriptor: int, text: str) -> None:
    """Put into the lock file who holds it; on a full disk the lock holds without."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(), 0)


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _closed(path, error) from None


def _closed(path: Path, error: OSError) -> SetupError:
    return SetupError(f"The lock {path} cannot be opened: {error.strerror}.")


def _is_free(descriptor: int, *, alone: bool = True) -> bool:
    """Take the lock if nobody has it, or share it with those who only look; say whether it is ours now."""
    try:
        import fcntl  # noqa: PLC0415  Windows has none
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_there(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
