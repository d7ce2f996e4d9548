"""The key file of the service account: finding and reading it, and what to do about one that is of no use.

A systemd credential (LoadCredential=) of the same name comes before the file, which root alone can read then.
Nothing is asked of Google here: whether the key still counts shows with the first call (`sync.google.failures`).
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from google.oauth2.service_account import Credentials

from sync.errors import SetupError

SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
"""Sheets that were shared with the account, and nothing else of Drive."""

NEEDED = ("client_email", "private_key", "token_uri")
OTHERS_MAY_READ = 0o077
LARGEST = 100_000  # bytes; a key has about 2 400
NEW_KEY = "create a key of the service account (Google Cloud console: Service accounts, Keys, Add key, JSON)"


@dataclass(frozen=True, kw_only=True)
class KeyFile:
    """A key that can sign. `account` is the mail address with which the sheet is shared."""

    account: str
    credentials: Credentials = field(repr=False)


def read_key(path: Path, environ: Mapping[str, str] | None = None) -> KeyFile:
    """Return the key; `SetupError` with the way out when the file is missing, open to others or no such key.

    `environ` is asked for systemd's credentials; None is that of the process.
    """
    credential = _credential(path.name, os.environ if environ is None else environ)
    path = credential or path
    info = _info(path, _text(path, is_ours=credential is not None))
    try:
        credentials = Credentials.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]
    except ValueError:  # says what is wrong with the key by quoting it
        raise SetupError(f"The private key in {path} is damaged; {NEW_KEY} and put it there.") from None
    return KeyFile(account=info["client_email"], credentials=credentials)


def _credential(name: str, environ: Mapping[str, str]) -> Path | None:
    """Return the file that systemd hands to this service under that name, None without one."""
    folder = environ.get("CREDENTIALS_DIRECTORY", "")
    path = Path(folder) / name
    return path if folder and path.is_file() else None


def _text(path: Path, *, is_ours: bool) -> str:
    """Return what the file holds. `is_ours` says that nobody else can get at it, whatever its mode.

    systemd gives a service its credentials by an access list, whose mask shows as the mode of the group: 0440.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise _no_key(path)  # a pipe would be waited for
        if not is_ours and os.name == "posix" and path.is_file() and path.stat().st_mode & OTHERS_MAY_READ:
            raise SetupError(f"The key {path} can be read by others on this machine: run chmod 600 {path}.")
        with path.open(encoding="utf-8-sig") as file:
            return file.read(LARGEST)
    except FileNotFoundError:
        raise SetupError(f"The key {path} does not exist: {NEW_KEY} and save the file there.") from None
    except IsADirectoryError:
        raise SetupError(f"The key {path} is a folder: name the .json file in it ([sheet] credentials).") from None
    except UnicodeDecodeError:
        raise _no_key(path) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "that is no path"
        raise SetupError(f"The key {path} cannot be read ({reason}): give this user the right to read it.") from None


def _info(path: Path, text: str) -> Mapping[str, Any]:
    try:
        info = json.loads(text)
    except (ValueError, RecursionError):
        raise _no_key(path) from None
    if not isinstance(info, dict):
        raise _no_key(path)
    if {"installed", "web"} & info.keys() or info.get("type") == "authorized_user":
        raise SetupError(f"{path} is the key of a person's sign-in, not of a service account: {NEW_KEY}.")
    if info.get("type") != "service_account":
        raise _no_key(path)
    if missing := [name for name in NEEDED if not (isinstance(info.get(name), str) and info[name].strip())]:
        raise SetupError(
            f"The key {path} lacks {', '.join(missing)}: save it again as it was downloaded, or {NEW_KEY}."
        )
    if not _is_safe(info["token_uri"]):
        raise SetupError(f"The key {path} names a token_uri that is no https address: {NEW_KEY}.")
    return info


def _is_safe(address: str) -> bool:
    """Say whether a signed request may be sent there: over TLS, or on this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
    return bool(parts.hostname) and (parts.scheme == "https" or local)


def _no_key(path: Path) -> SetupError:
    return SetupError(f"{path} is not the key of a service account: {NEW_KEY}.")
