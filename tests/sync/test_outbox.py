"""The folder transport: each mail once, whole, under a name that tells no address."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reports.mail import Mail, QueuedMail
from scoring.memory import Memory
from sync.errors import OutsideError
from sync.outbox import FolderMailer, file_name
from sync.state.store import SqlStore, open_store

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def mail(number: int, kind: str = "digest") -> Mail:
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
    store.commit(store.load(), Memory(is_baseline=False), (mail(1), mail(2, "loi_update")), NOW)
    return store


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_queued_mails_become_files_byte_for_byte(store: SqlStore, tmp_path: Path) -> None:
    assert FolderMailer(tmp_path / "outbox").drain(store, NOW) == 2
    assert files(tmp_path / "outbox") == {
        "2026-11-24-0001-digest.eml": mail(1).message,
        "2026-11-24-0002-loi-update.eml": mail(2).message,
    }
    assert [queued.state for queued in store.outbox()] == ["sent", "sent"]


def test_second_drain_writes_nothing(store: SqlStore, tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "outbox")
    mailer.drain(store, NOW)
    (tmp_path / "outbox" / "2026-11-24-0001-digest.eml").unlink()
    assert mailer.drain(store, NOW + timedelta(days=3)) == 0
    assert list(files(tmp_path / "outbox")) == ["2026-11-24-0002-loi-update.eml"]


class Killed(BaseException):
    """Stands for a SIGKILL between two steps."""


class StoreThatDiesBeforeTheMark(SqlStore):
    """The real store, up to the moment in which the mark would be set."""

    def mark_sent(self, number: int, now: datetime) -> None:  # noqa: ARG002
        raise Killed


def test_crash_between_file_and_mark_gives_the_same_file_again(store: SqlStore, tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "outbox")
    with pytest.raises(Killed):
        mailer.drain(StoreThatDiesBeforeTheMark(store.engine), NOW)
    after_crash = files(tmp_path / "outbox")
    assert after_crash == {"2026-11-24-0001-digest.eml": mail(1).message}
    assert mailer.drain(store, NOW + timedelta(days=2)) == 2
    assert files(tmp_path / "outbox") == after_crash | {"2026-11-24-0002-loi-update.eml": mail(2).message}


def test_half_written_file_of_a_crash_is_replaced(store: SqlStore, tmp_path: Path) -> None:
    folder = tmp_path / "outbox"
    folder.mkdir()
    (folder / ".2026-11-24-0001-digest.eml.part").write_bytes(b"To: can")
    FolderMailer(folder).drain(store, NOW)
    assert sorted(files(folder)) == ["2026-11-24-0001-digest.eml", "2026-11-24-0002-loi-update.eml"]


def test_folder_that_cannot_be_written_is_said_and_marks_nothing(store: SqlStore, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file is in the way")
    with pytest.raises(OutsideError, match="cannot be written"):
        FolderMailer(tmp_path / "outbox").drain(store, NOW)
    assert [queued.state for queued in store.outbox()] == ["queued", "queued"]


@pytest.mark.parametrize("kind", ["../../etc/passwd", "Über alles", "a/b\x00c", "canary"])
def test_file_name_is_plain_ascii_whatever_the_kind(kind: str) -> None:
    name = file_name(QueuedMail(number=12345, mail=replace(mail(1), kind=kind), state="queued", created_at=NOW))
    assert name.isascii()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert name.startswith("2026-11-24-12345-")
