"""The password of the mail server: where it is looked for. It never stands in the configuration file.

1. the environment variable KLIMA_ALLIANZ_SMTP_PASSWORD
2. the file that [mail] password_file names, readable by its owner alone
3. the systemd credential `smtp-password` (LoadCredential=)
"""

import os
from collections.abc import Mapping
from pathlib import Path

from sync.config import MailConfig
from sync.errors import SetupError

VARIABLE = "KLIMA_ALLIANZ_SMTP_PASSWORD"
CREDENTIAL = "smtp-password"

OTHERS_MAY_READ = 0o077
LARGEST = 10_000  # characters


def smtp_password(config: MailConfig, environ: Mapping[str, str]) -> str:
    """Return the password, "" when no `username` is configured; `SetupError` with the way out when there is none."""
    if not config.username:
        return ""
    if given := environ.get(VARIABLE, ""):
        return given
    if config.password_file is not None:
        return _from_file(config.password_file)
    if folder := environ.get("CREDENTIALS_DIRECTORY", ""):
        return _text(Path(folder) / CREDENTIAL)
    raise SetupError(
        f"[mail] username needs a password: name a file with [mail] password_file, or set {VARIABLE} "
        f"or the systemd credential {CREDENTIAL}."
    )


def _from_file(path: Path) -> str:
    try:
        is_open = os.name == "posix" and path.is_file() and path.stat().st_mode & OTHERS_MAY_READ
    except OSError:
        is_open = False  # reading it says what is wrong
    if is_open:
        raise SetupError(f"The password file {path} can be read by others on this machine: run chmod 600 {path}.")
    return _text(path)


def _text(path: Path) -> str:
    """Return the file's one line."""
    if path.exists() and not path.is_file():
        raise SetupError(f"The password file {path} is no file: name one that holds the password and nothing else.")
    try:
        with path.open(encoding="utf-8-sig") as file:
            lines = file.read(LARGEST).splitlines()
    except FileNotFoundError:
        raise SetupError(f"The password file {path} does not exist: write the password into it.") from None
    except OSError as error:
        raise SetupError(f"The password file {path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:  # quotes what it could not decode
        raise SetupError(f"The password file {path} is no text: write the password into it and nothing else.") from None
    if len(lines) != 1 or not lines[0]:
        raise SetupError(f"The password file {path} must hold one line, the password and nothing else.")
    return lines[0]
