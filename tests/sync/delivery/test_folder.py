"""The folder transport: each mail once, whole, under a name that tells no address."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from reports.mail import Mail, MailKind, MailState, QueuedMail
from scoring.memory import Memory
from sync.delivery.drain import CHANGED
from sync.delivery.folder import UNWRITABLE, FolderMailer, file_name
from sync.ports import Drained, Pause, PauseReason
from sync.state import tables
from sync.state.store import SqlStore, open_store

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def mail(number: int, kind: MailKind = MailKind.DIGEST) -> Mail:
    return Mail(
        key=f"{kind}:2026-W48:{number}",
        kind=kind,
        recipient=f"canary{number}@example.org",
        subject="Klima-Allianz",
        message=f"To: canary{number}@example.org\r\n\r\nHallo ä\r\n".encode(),
    )


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    store = open_store(tmp_path / "state.db")
    store.commit(store.load(), Memory(is_baseline=False), (mail(1), mail(2, MailKind.LOI_UPDATE)), NOW)
    return store


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_queued_mails_become_files_byte_for_byte(store: SqlStore, tmp_path: Path) -> None:
    assert FolderMailer(tmp_path / "outbox").drain(store, NOW) == Drained(sent=2)
    assert files(tmp_path / "outbox") == {
        "2026-11-24-0001-digest.eml": mail(1).message,
        "2026-11-24-0002-loi-update.eml": mail(2, MailKind.LOI_UPDATE).message,
    }
    assert [queued.state for queued in store.outbox()] == ["sent", "sent"]


def test_second_drain_writes_nothing(store: SqlStore, tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "outbox")
    mailer.drain(store, NOW)
    (tmp_path / "outbox" / "2026-11-24-0001-digest.eml").unlink()
    assert mailer.drain(store, NOW + timedelta(days=3)) == Drained()
    assert list(files(tmp_path / "outbox")) == ["2026-11-24-0002-loi-update.eml"]


class Killed(BaseException):
    """Stands for a SIGKILL between two steps."""


class StoreThatDiesBeforeTheMark(SqlStore):
    """The real store, up to the moment in which the mail would be noted as sent."""

    def settle(self, number: int, state: MailState, now: datetime, **_: object) -> None:  # type: ignore[override]  # noqa: ARG002
        raise Killed


def test_crash_between_file_and_mark_gives_the_same_file_again(store: SqlStore, tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "outbox")
    with pytest.raises(Killed):
        mailer.drain(StoreThatDiesBeforeTheMark(store.engine), NOW)
    after_crash = files(tmp_path / "outbox")
    assert after_crash == {"2026-11-24-0001-digest.eml": mail(1).message}
    assert mailer.drain(store, NOW + timedelta(days=2)) == Drained(sent=2)
    assert files(tmp_path / "outbox") == after_crash | {
        "2026-11-24-0002-loi-update.eml": mail(2, MailKind.LOI_UPDATE).message
    }


def test_half_written_file_of_a_crash_is_replaced(store: SqlStore, tmp_path: Path) -> None:
    folder = tmp_path / "outbox"
    folder.mkdir()
    (folder / ".2026-11-24-0001-digest.eml.part").write_bytes(b"To: can")
    FolderMailer(folder).drain(store, NOW)
    assert sorted(files(folder)) == ["2026-11-24-0001-digest.eml", "2026-11-24-0002-loi-update.eml"]


def test_folder_that_cannot_be_written_is_said_and_marks_nothing(store: SqlStore, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file is in the way")
    drained = FolderMailer(tmp_path / "outbox").drain(store, NOW)
    assert (drained.sent, drained.given_up) == (0, 0)
    assert drained.problem.startswith(f"The mail folder {tmp_path / 'outbox'} cannot be written: ")
    assert [(queued.state, queued.attempts, queued.problem) for queued in store.outbox()] == [
        (MailState.QUEUED, 0, UNWRITABLE),
        (MailState.QUEUED, 0, ""),
    ]


def test_mail_that_is_not_the_one_that_was_written_becomes_no_file(store: SqlStore, tmp_path: Path) -> None:
    with store.writing() as connection:
        connection.execute(update(tables.outbox).where(tables.outbox.c.number == 1).values(message=b"changed"))
    assert FolderMailer(tmp_path / "outbox").drain(store, NOW) == Drained(sent=1, given_up=1)
    assert list(files(tmp_path / "outbox")) == ["2026-11-24-0002-loi-update.eml"]
    assert [(queued.state, queued.problem) for queued in store.outbox()] == [
        (MailState.FAILED, CHANGED),
        (MailState.SENT, ""),
    ]


def test_folder_ends_the_pause_of_a_mail_server_that_is_not_used_any_more(store: SqlStore, tmp_path: Path) -> None:
    store.set_pause(Pause(reason=PauseReason.AUTH, since=NOW))
    assert FolderMailer(tmp_path / "outbox").drain(store, NOW) == Drained(sent=2)
    assert store.pause() is None


@pytest.mark.parametrize("kind", list(MailKind))
def test_file_name_is_plain_ascii_without_an_address(kind: MailKind) -> None:
    name = file_name(QueuedMail(number=12345, mail=mail(1, kind), state=MailState.QUEUED, created_at=NOW))
    assert name == f"2026-11-24-12345-{kind.replace('_', '-')}.eml"
