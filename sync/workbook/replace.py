"""Putting a new workbook in the place of the one that was read: all or nothing, and only while nobody works on it."""

import os
from contextlib import suppress
from pathlib import Path

from sync.errors import OutsideError, SetupError, SheetChangedError


def lock_files(path: Path) -> tuple[tuple[str, Path], ...]:
    """Return what each program puts beside a workbook while somebody has it open there."""
    return (
        ("LibreOffice", path.with_name(f".~lock.{path.name}#")),
        ("Excel", path.with_name(f"~${path.name}")),
    )


def refuse_if_open(path: Path) -> None:
    """Raise `OutsideError` while a lock file says that somebody has the workbook open. Its content is never read."""
    for program, lock in lock_files(path.resolve()):
        if lock.exists():
            raise OutsideError(
                f"{path} is open in {program} (lock file {lock.name}); close it there and run this again."
            )


def replace_file(path: Path, original: bytes, new: bytes) -> None:
    """Replace the file by the new bytes in one step, if it still holds the original ones; its mode stays.

    Raises `SheetChangedError` when somebody saved it meanwhile and `OutsideError` when it cannot be written. Until the
    step itself the file is untouched, and afterwards nothing else is left in the folder.
    """
    place = path.resolve()
    draft = place.with_name(f".{place.name}.draft")
    try:
        _refuse_read_only(place)
        before = place.stat()
        _write_durably(draft, new, before)
        refuse_if_open(path)
        if not _is_unchanged(place, before, original):
            raise SheetChangedError
        draft.replace(place)
        _sync_folder(place.parent)
    except OSError as error:
        raise OutsideError(f"{path} cannot be written: {error.strerror or error}; nothing was changed.") from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def create_file(path: Path, new: bytes) -> None:
    """Write a new file, complete or not at all; `SetupError` when it exists or cannot be written."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        _write_durably(draft, new, None)
        if path.exists():
            raise SetupError(f"{path} exists already; nothing was changed.")
        draft.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise SetupError(f"{path} cannot be created: {error.strerror or error}.") from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _refuse_read_only(place: Path) -> None:
    """Raise for a file or folder that is marked read-only, also where the user's rights would not stop us."""
    for thing in (place, place.parent):
        if not thing.stat().st_mode & 0o222:
            raise PermissionError(None, f"{thing.name} is read-only")


def _write_durably(draft: Path, new: bytes, like: os.stat_result | None) -> None:
    """Write a file and wait until the disk has it. A draft that a killed run left behind is overwritten."""
    draft.unlink(missing_ok=True)
    with draft.open("xb") as file:
        if like is not None:
            os.fchmod(file.fileno(), like.st_mode & 0o7777)
            with suppress(PermissionError):  # only root may give files away; the group is kept where that is allowed
                os.fchown(file.fileno(), like.st_uid, like.st_gid)
        file.write(new)
        file.flush()
        os.fsync(file.fileno())


def _is_unchanged(place: Path, before: os.stat_result, original: bytes) -> bool:
    now = place.stat()
    same = (now.st_size, now.st_mtime_ns, now.st_ino) == (before.st_size, before.st_mtime_ns, before.st_ino)
    return same and place.read_bytes() == original


def _sync_folder(folder: Path) -> None:
    """Make the new name durable; some network folders cannot, and the file itself is safe already."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
