"""Putting a new workbook in the place of the one that was read: all or nothing, and only while nobody works on it."""

import glob
import os
import secrets
from contextlib import suppress
from pathlib import Path

from sync.errors import OutsideError, SetupError, SheetChangedError

DRAFT = ".draft"
LEFTOVER = 3600  # seconds; no run takes that long to write one file
LONGEST_START = 50  # characters of the workbook's name in that of its draft


def lock_files(path: Path) -> tuple[tuple[str, Path], ...]:
    """Return what each program puts beside a workbook while somebody has it open there."""
    return (
        ("LibreOffice", path.with_name(f".~lock.{path.name}#")),
        ("Excel", path.with_name(f"~${path.name}")),
    )


def is_open_elsewhere(path: Path) -> bool:
    """Say whether a lock file says that somebody has the workbook open."""
    return any(_exists(lock) for _, lock in lock_files(path.resolve()))


def refuse_if_open(path: Path) -> None:
    """Raise `OutsideError` while a lock file says that somebody has the workbook open. Its content is never read."""
    for program, lock in lock_files(path.resolve()):
        if _exists(lock):
            raise OutsideError(
                f"{path} is open in {program} (lock file {lock.name}); close it there and run this again."
            )


def _exists(lock: Path) -> bool:
    """Say whether there is such a file; a name that is too long for the disk is no file's."""
    try:
        return lock.exists()
    except OSError:
        return False


def replace_file(path: Path, original: bytes, new: bytes) -> None:
    """Replace the file by the new bytes in one step, if it still holds the original ones; its mode stays.

    Raises `SheetChangedError` when somebody saved it meanwhile and `OutsideError` when it cannot be written. Until the
    step itself the file is untouched, and afterwards no draft of ours is left in the folder.
    """
    place = path.resolve()
    draft = _draft_of(place)
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
    draft = _draft_of(path)
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
    """Write a new file, wait until the disk has it, and remove what killed runs left behind."""
    with draft.open("xb") as file:
        if like is not None:
            os.fchmod(file.fileno(), like.st_mode & 0o7777)
            with suppress(PermissionError):  # only root may give files away; the group is kept where that is allowed
                os.fchown(file.fileno(), like.st_uid, like.st_gid)
        file.write(new)
        file.flush()
        os.fsync(file.fileno())
    _remove_leftovers(draft)


def _draft_of(place: Path) -> Path:
    """Return a name beside the file that no other run uses; short enough for every disk."""
    return place.with_name(f".{place.name[:LONGEST_START]}.{secrets.token_hex(8)}{DRAFT}")


def _remove_leftovers(draft: Path) -> None:
    """Remove the drafts of this workbook that are much older than this one, by the clock of the disk itself."""
    start = draft.name.removesuffix(DRAFT).rpartition(".")[0]
    now = draft.stat().st_mtime
    for other in draft.parent.glob(f"{glob.escape(start)}.*{DRAFT}"):
        with suppress(OSError):  # another run removes it too
            if now - other.stat().st_mtime > LEFTOVER:
                other.unlink()


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
