"""The folder transport: hands queued mails over as .eml files, which any mail program opens.

What belongs here: getting a mail out of the outbox once. What is in it is decided by `reports`, that it is stored by
`sync.state.store`.
"""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reports.mail import MailState, QueuedMail
from sync.errors import OutsideError
from sync.ports import Store


@dataclass(frozen=True)
class FolderMailer:
    """The Mailer port on a folder, which is made when it is missing."""

    folder: Path

    def drain(self, store: Store, now: datetime) -> int:
        """Write each queued mail as a file, mark it as sent, and return how many there were.

        A crash between file and mark gives the same file again: same name, same bytes, never a second one. Raises
        `OutsideError` when the folder cannot be written; what was written until then is marked.
        """
        waiting = [mail for mail in store.outbox() if mail.state is MailState.QUEUED]
        for queued in waiting:
            _write(self.folder / file_name(queued), queued.mail.message)
            store.mark_sent(queued.number, now)
        return len(waiting)


def file_name(queued: QueuedMail) -> str:
    """Return "2026-11-24-0001-digest.eml": the day it was queued (UTC), number and kind, never an address."""
    kind = re.sub(r"[^a-z0-9]+", "-", queued.mail.kind.lower()).strip("-")
    return f"{queued.created_at:%Y-%m-%d}-{queued.number:04d}-{kind}.eml"


def _write(path: Path, content: bytes) -> None:
    """Put the file in its place whole or not at all, and make sure that it stays there when the power fails."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise OutsideError(f"The mail folder {path.parent} cannot be written: {error.strerror}.") from error


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows opens no folders
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
