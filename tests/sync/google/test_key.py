"""The key file: the good one, and each way in which it can be of no use."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.errors import SetupError
from sync.google.key import NEW_KEY, SCOPES, read_key
from tests.sheets_server.accounts import ACCOUNT, key_file

Content = dict[str, Any]


def written(folder: Path, content: object, *, mode: int = 0o600) -> Path:
    path = folder / "key.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    path.chmod(mode)
    return path


def good(folder: Path) -> Content:
    content: Content = json.loads(key_file(folder, "https://oauth2.googleapis.com/token").read_text())
    return content


def problem(path: Path) -> str:
    with pytest.raises(SetupError) as caught:
        read_key(path)
    return str(caught.value).replace(str(path), "KEY")


def test_key_names_its_account_and_keeps_its_secret(tmp_path: Path) -> None:
    key = read_key(key_file(tmp_path, "https://oauth2.googleapis.com/token"))
    assert (key.account, tuple(key.credentials.scopes)) == (ACCOUNT, SCOPES)
    assert repr(key) == f"KeyFile(account={ACCOUNT!r})"


def test_key_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert read_key(written(tmp_path, "\ufeff" + json.dumps(good(tmp_path)))).account == ACCOUNT


def test_missing_key_says_where_to_get_one(tmp_path: Path) -> None:
    assert problem(tmp_path / "key.json") == f"The key KEY does not exist: {NEW_KEY} and save the file there."


def test_folder_is_no_key(tmp_path: Path) -> None:
    assert problem(tmp_path) == "The key KEY is a folder: name the .json file in it ([sheet] credentials)."


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601])
def test_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path, good(tmp_path), mode=mode)
    assert problem(path) == "The key KEY can be read by others on this machine: run chmod 600 KEY."


@pytest.mark.parametrize("mode", [0o400, 0o440])
def test_credential_of_systemd_comes_before_the_file_of_its_name(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    written(folder, good(tmp_path), mode=mode)
    assert read_key(tmp_path / "key.json", {"CREDENTIALS_DIRECTORY": str(folder)}).account == ACCOUNT


def test_file_is_read_when_systemd_hands_over_nothing_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    file = written(tmp_path, good(tmp_path))
    assert read_key(file, {"CREDENTIALS_DIRECTORY": str(tmp_path / "other")}).account == ACCOUNT


def test_empty_credential_says_where_to_get_a_key(tmp_path: Path) -> None:
    file = written(tmp_path, "\n")
    with pytest.raises(SetupError) as caught:
        read_key(tmp_path / "elsewhere" / "key.json", {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert str(caught.value) == f"{file} is not the key of a service account: {NEW_KEY}."


NO_KEY = f"KEY is not the key of a service account: {NEW_KEY}."
A_PERSON = f"KEY is the key of a person's sign-in, not of a service account: {NEW_KEY}."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", NO_KEY),
        ("Liebe Grüße", NO_KEY),
        ("[" * 50_000, NO_KEY),
        ([], NO_KEY),
        ({}, NO_KEY),
        ({"type": "external_account"}, NO_KEY),
        ({"installed": {"client_id": "1"}}, A_PERSON),
        ({"web": {"client_id": "1"}}, A_PERSON),
        ({"type": "authorized_user", "refresh_token": "1"}, A_PERSON),
    ],
)
def test_other_file_is_told_apart(tmp_path: Path, content: object, sentence: str) -> None:
    assert problem(written(tmp_path, content)) == sentence


def without_address(content: Content) -> None:
    del content["client_email"], content["token_uri"]


def blank_key(content: Content) -> None:
    content["private_key"] = " "


def cut_key(content: Content) -> None:
    content["private_key"] = content["private_key"][:300]


def key_of_another_kind(content: Content) -> None:
    content["private_key"] = content["private_key"].replace("A", "B")


def open_endpoint(content: Content) -> None:
    content |= {"token_uri": "http://example.org/token"}


def no_address(content: Content) -> None:
    content |= {"token_uri": "http://[/"}


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            without_address,
            f"The key KEY lacks client_email, token_uri: save it again as it was downloaded, or {NEW_KEY}.",
        ),
        (blank_key, f"The key KEY lacks private_key: save it again as it was downloaded, or {NEW_KEY}."),
        (cut_key, f"The private key in KEY is damaged; {NEW_KEY} and put it there."),
        (key_of_another_kind, f"The private key in KEY is damaged; {NEW_KEY} and put it there."),
        (open_endpoint, f"The key KEY names a token_uri that is no https address: {NEW_KEY}."),
        (no_address, f"The key KEY names a token_uri that is no https address: {NEW_KEY}."),
    ],
)
def test_damaged_key_is_told_apart(tmp_path: Path, spoil: Callable[[Content], None], sentence: str) -> None:
    content = good(tmp_path)
    spoil(content)
    assert problem(written(tmp_path, content)) == sentence


def test_bytes_that_are_no_text_are_no_key(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    path.write_bytes(b"\xff\xfe\x00")
    assert problem(path) == NO_KEY
