"""One run at a time: a lock beside the state file, which the system frees whatever becomes of its holder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sync.errors import OutsideError, SetupError


@contextmanager
def only_run(state: Path, now: datetime) -> Iterator[None]:
    """Hold the lock of that state file; raises `OutsideError` that says who holds it and since when.

    On a system without POSIX locks nothing is held.
    """
    try:
        import fcntl  # noqa: PLC0415  Windows has none
    except ImportError:
        yield
        return
    path = state.with_name(f"{state.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SetupError(f"The lock {path} cannot be opened: {error.strerror}.") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 100, 0).decode(errors="replace").strip() or "another process"
            raise OutsideError(f"A run is under way ({holder}); try again when it is through.") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()}, since {now:%Y-%m-%d %H:%M}".encode(), 0)
        yield
    finally:
        os.close(descriptor)
