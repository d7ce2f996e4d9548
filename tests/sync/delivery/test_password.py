"""The password of the mail server: where it is found, and what is refused."""

import os
from pathlib import Path

import pytest

from sync.config import MailConfig
from sync.delivery import Delivery, FolderMailer, KeepingMailer, open_mailer
from sync.delivery.password import smtp_password
from sync.delivery.smtp import Server
from sync.errors import SetupError

VARIABLE = "KLIMA_ALLIANZ_SMTP_PASSWORD"


def config(password_file: Path | None = None, *, username: str = "allianz", **more: object) -> MailConfig:
    return MailConfig.model_validate(
        {
            "transport": "smtp",
            "host": "mail.example.org",
            "from": "Klima <klima@allianz-neustadt.org>",
            "username": username,
            "password_file": password_file,
        }
        | more
    )


def secret(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_variable_comes_before_the_file_and_the_file_before_the_credential(tmp_path: Path) -> None:
    file = secret(tmp_path / "password", "aus der Datei ä\n".encode())
    secret(tmp_path / "smtp-password", b"credential\r\n", mode=0o440)  # systemd's own folder, for this service alone
    systemd = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert smtp_password(config(file), {**systemd, VARIABLE: " aus der Umgebung "}) == " aus der Umgebung "
    assert smtp_password(config(file), systemd) == "aus der Datei ä"
    assert smtp_password(config(), systemd) == "credential"


def test_without_a_log_in_no_password_is_looked_for(tmp_path: Path) -> None:
    assert smtp_password(config(tmp_path / "missing", username=""), {VARIABLE: "canary"}) == ""


def test_missing_password_is_said_before_anything_is_sent() -> None:
    with pytest.raises(SetupError, match=f"password_file, or set {VARIABLE}"):
        open_mailer(config(enabled=True), environ={})


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = secret(tmp_path / "password", b"canary", mode)
    with pytest.raises(SetupError, match=f"chmod 600 {file}") as refused:
        smtp_password(config(file), {})
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "must hold one line"),
        (b"\n", "must hold one line"),
        (b"canary\ncanary\n", "must hold one line"),
        (b"canary\xff", "is no text"),
    ],
)
def test_file_that_holds_no_password_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(SetupError, match=sentence) as refused:
        smtp_password(config(secret(tmp_path / "password", content)), {})
    assert "canary" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_file_that_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name, sentence in (("missing", "does not exist"), (".", "is no file"), ("pipe", "is no file")):
        with pytest.raises(SetupError, match=sentence):
            smtp_password(config(tmp_path / name), {})


def test_mailer_is_as_configured(tmp_path: Path) -> None:
    assert isinstance(open_mailer(config(), environ={}), KeepingMailer)  # not enabled
    assert open_mailer(MailConfig.model_validate({"enabled": True, "folder": str(tmp_path)})) == FolderMailer(tmp_path)
    smtp = config(
        **{"enabled": True, "from": "Klima <klima@mueller-neustadt.org>"},
        redirect_all_to="Test <probe@example.org>",
        uncertain="hold",
        port=465,
        security="tls",
    )
    mailer = open_mailer(smtp, environ={VARIABLE: "geheim"})
    assert mailer == Delivery(
        server=Server(
            host="mail.example.org",
            port=465,
            security="tls",
            name="mueller-neustadt.org",
            username="allianz",
            password="geheim",  # noqa: S106  no secret
        ),
        sender="klima@mueller-neustadt.org",
        redirect_to="probe@example.org",
        uncertain="hold",
    )
    assert "geheim" not in repr(mailer)
