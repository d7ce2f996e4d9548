"""The folder transport: hands queued mails over as .eml files, which any mail program opens.

What belongs here: getting a mail out of the outbox once. What is in it is decided by `reports`, that it is stored by
`sync.state.store`.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reports.mail import MailState, QueuedMail
from sync.delivery.drain import CHANGED, change_pause, due_mails, is_changed, put_right
from sync.ports import Drained, Store, Takes

UNWRITABLE = "The mail folder cannot be written."


@dataclass(frozen=True)
class FolderMailer:
    """The Mailer port on a folder, which is made when it is missing."""

    folder: Path

    def drain(self, store: Store, now: datetime, takes: Takes | None = None) -> Drained:
        """Write each mail that is due as a file and note it as sent.

        A crash between file and note gives the same file again: same name, same bytes, never a second one. A folder
        that cannot be written ends it; what was written until then is noted.
        """
        given_up = put_right(store, now)
        change_pause(store, None)  # a folder refuses nobody
        states: list[MailState] = []
        problem = ""
        for queued in due_mails(store, now, takes, with_uncertain=True):
            if store.claim(queued.number, now):
                try:
                    states.append(self._hand_over(store, queued, now))
                except OSError as error:
                    problem = f"The mail folder {self.folder} cannot be written: {error.strerror}."
                    break
        sent, failed = states.count(MailState.SENT), states.count(MailState.FAILED)
        return Drained(sent=sent, given_up=given_up + failed, problem=problem)

    def _hand_over(self, store: Store, queued: QueuedMail, now: datetime) -> MailState:
        if is_changed(queued):
            store.settle(queued.number, MailState.FAILED, now, problem=CHANGED, counts=False)
            return MailState.FAILED
        try:
            _write(self.folder / file_name(queued), queued.mail.message)
        except OSError:
            store.settle(queued.number, MailState.QUEUED, now, problem=UNWRITABLE, counts=False)
            raise
        store.settle(queued.number, MailState.SENT, now)
        return MailState.SENT


def file_name(queued: QueuedMail) -> str:
    """Return "2026-11-24-0001-digest.eml": the day it was queued (UTC), number and kind, never an address."""
    return f"{queued.created_at:%Y-%m-%d}-{queued.number:04d}-{queued.mail.kind.replace('_', '-')}.eml"


def _write(path: Path, content: bytes) -> None:
    """Put the file in its place whole or not at all, and make sure that it stays there when the power fails."""
    unfinished = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows opens no folders
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
