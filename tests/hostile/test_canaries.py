"""Secrets, addresses and private notes stay where they belong, whatever is typed and whatever goes wrong.

One service is taken through good and bad days. Everything that it says and keeps is searched for what stands in private
cells and in its password file.
"""

import base64
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from scoring.tabs import SETTINGS_ROWS
from sync.cli import MAIL_KINDS
from tests.hostile.office import Office, opened_office
from tests.hostile.session import PLANTED
from tests.hostile.town import ACTORS, FIXED, JUNK, TABS, Town
from tests.mail_server import PASSWORD, USERNAME, Fault, MailServer, Step, mail_server

BEFORE, NOW, LATER, LAST = "2026-10-13", "2026-11-17", "2026-11-18", "2026-11-19"
ADDRESSES = [
    *(str(FIXED[tab](number)["email"]) for tab in ("recipients", "contacts") for number in range(ACTORS)),
    *("erfolge@example.org", "betrieb@example.org"),
]
SECRETS = [
    PASSWORD,
    base64.b64encode(PASSWORD.encode()).decode(),
    base64.b64encode(f"\0{USERNAME}\0{PASSWORD}".encode()).decode(),
]


def canary(tab: str, name: str, number: int) -> str:
    return f"kanarie.{tab}.{name}.{number}"


PRIVATE = [
    *(f"{tab.name}.{column.field}" for tab in TABS for column in tab.typed if column.private),
    *(f"settings.{setting.field}" for setting in SETTINGS_ROWS if setting.private),
]
OF_PEOPLE = [f"{tab.name}.{column.field}" for tab in TABS if tab.name == "contacts" for column in tab.typed]
CELLS = re.compile("|".join(re.escape(f"kanarie.{name}.") for name in {*PRIVATE, *OF_PEOPLE}))


def leaks(text: str) -> list[str]:
    """Return what of a text is an address, a secret or a private cell."""
    return sorted({canary for canary in (*ADDRESSES, *SECRETS) if canary in text} | set(CELLS.findall(text)))


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, server: MailServer) -> Iterator[Office]:
    with opened_office(tmp_path_factory.mktemp("office"), server) as office:
        yield office


def numbers(office: Office, state: str) -> list[str]:
    """The numbers of the mails in that state."""
    with closing(sqlite3.connect(office.state)) as connection:
        return [str(number) for (number,) in connection.execute("SELECT number FROM outbox WHERE state = ?", (state,))]


def written(office: Office) -> str:
    """What the report's files hold; the letters and previews that a person asked for hold what they must."""
    return "".join(path.read_text(encoding="utf-8") for path in sorted((office.folder / "report").rglob("*.*")))


def test_nothing_private_is_said_or_kept_on_good_and_bad_days(office: Office, server: MailServer) -> None:
    good_and_bad_days(office, server)


@pytest.mark.campaign
def test_nothing_private_is_said_by_any_command(tmp_path: Path, server: MailServer) -> None:
    preview = str(tmp_path / "preview")
    more = [
        *(["mail", "preview", kind, "--live", "--into", preview] for kind in MAIL_KINDS),
        ["setup"],
        ["check"],
        ["mail", "check-templates"],
        *(
            ["letter", canary("actors", "name", number), "--into", str(tmp_path / "letters")]
            for number in range(ACTORS)
        ),
        ["letter", "kanarie.actors.nam", "--into", str(tmp_path / "letters")],
        ["mail", "test", "kein"],
        ["mail", "stop", "kein"],
        ["erase", canary("contacts", "phone", 1), "--yes"],
        ["sync", "--dry-run"],
    ]
    with opened_office(tmp_path, server) as office:
        good_and_bad_days(office, server, more)


def good_and_bad_days(office: Office, server: MailServer, more: Sequence[Sequence[str]] = ()) -> None:
    """Take the service through all of it; type `more` on the first bad day."""
    town = Town(fill=canary)
    office.fill(town, after=False)
    codes = [office.type("sync", "--today", BEFORE)]
    office.fill(town)

    # The log-in is refused, in words that quote who asked.
    server.begin(Fault(step=Step.AUTH, reply=f"535 5.7.8 {ADDRESSES[0]} {SECRETS[-1]}"))
    codes.append(office.type("sync", "--today", NOW, "--confirm"))
    assert leaks(office.remembered(but="outbox")) == []
    waiting = [address for address in ADDRESSES if address.encode() in office.bytes()]
    assert waiting == sorted(_queued_addresses(office), key=ADDRESSES.index)
    assert {"leser0@example.org", "kontakt0@example.org", "erfolge@example.org"} <= set(waiting)

    commands: Sequence[Sequence[str]] = (
        ["check", "--today", NOW],
        ["status"],
        ["status", "--json"],
        ["report", "--today", NOW],
        ["sync", "--today", NOW, "--json", "--dry-run"],
        ["mail", "preview", "welcome", "--live", "--into", str(office.folder / "preview")],
        ["mail", "test", ADDRESSES[1]],
        ["mail", "stop", ADDRESSES[JUNK]],
        ["erase", canary("contacts", "name", 3), "--yes"],
        *more,
    )
    codes += [office.type(*command) for command in commands]

    # A mail that waits for its release is listed by whom it goes to, as on Postausgang.
    listed = len(office.printed())
    codes += [office.type("mail", "list"), office.type("mail", "list", "--all")]
    shown = office.printed()[listed:]
    assert leaks(shown) == ["kanarie.contacts.name."]

    # One recipient is refused, in words that quote the address; all others get theirs.
    server.begin(Fault(step=Step.RCPT, reply=f"550 5.1.1 <{ADDRESSES[0]}> unknown", to=ADDRESSES[0]))
    for number in numbers(office, "waiting"):
        office.type("mail", "release", number)
    codes.append(office.type("sync", "--today", LATER, "--json"))
    assert numbers(office, "failed") != []
    assert numbers(office, "sent") != []

    # An own template is broken; the sheet is gone; the sheet is no workbook.
    broken = office.folder / "templates" / "digest" / "de"
    broken.mkdir(parents=True)
    (broken / "subject.txt").write_text("{{ recipient_name.x.y }}{{ 1 // 0 }}", encoding="utf-8")
    server.begin()
    codes += [
        office.type("sync", "--today", LAST),
        *(office.type(*command) for command in more if "check-templates" in command),
    ]
    whole = office.workbook.read_bytes()
    office.workbook.write_bytes(whole[: len(whole) // 2])
    codes.append(office.type("sync", "--today", LAST))
    office.workbook.unlink()
    codes += [office.type("sync", "--today", LAST), office.type("report"), office.type("check")]
    office.workbook.write_bytes(whole)
    codes += [office.type("sync", "--today", LAST), office.type("status")]

    assert {1, 2} & set(codes) != set()
    assert leaks(office.printed().replace(shown, "")) == []
    assert leaks(written(office)) == []
    assert (numbers(office, "queued"), numbers(office, "sending")) == ([], [])
    assert leaks(office.remembered(but="outbox")) == []
    assert [address for address in ADDRESSES if address.encode() in office.bytes()] == []

    # A state that no mail can have; a mistake in the program that quotes an address.
    with closing(sqlite3.connect(office.state)) as connection:
        connection.execute("UPDATE outbox SET state = ?", (ADDRESSES[2],))
        connection.commit()
    said = len(office.printed())
    assert [office.type("mail", "list"), office.type("sync", "--today", LAST)] == [2, 2]
    assert office.type("mail", "stop", f"{PLANTED}{ADDRESSES[3]}") == 1
    assert "This is a mistake in the program (LookupError in session.py, line " in office.printed()[said:]
    assert leaks(office.printed()[said:]) == []


def _queued_addresses(office: Office) -> set[str]:
    with closing(sqlite3.connect(office.state)) as connection:
        return {address for (address,) in connection.execute("SELECT recipient FROM outbox WHERE recipient <> ''")}


def test_no_word_of_a_damaged_key_is_said(office: Office, tmp_path: Path) -> None:
    keys = {
        "damaged": '{"type": "service_account", "client_email": "kontakt0@example.org", "token_uri": "https://x", '
        f'"private_key": "-----BEGIN PRIVATE KEY-----\\n{base64.b64encode(PASSWORD.encode()).decode()}\\n"}}',
        "no key": f'["{PASSWORD}"]',
        "no json": PASSWORD,
        "not closed": f'{{"private_key": "{PASSWORD}',
    }
    said = len(office.printed())
    for name, key in keys.items():
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(key, encoding="utf-8")
        (tmp_path / "config.toml").write_text(
            f'[sheet]\nsource = "google"\nspreadsheet = "{"a" * 20}"\ncredentials = "{name}"\n', encoding="utf-8"
        )
        for command in ("check", "sync", "report", "setup"):
            assert office.type(command, "--config", str(tmp_path / "config.toml")) == 2
    assert office.printed()[said:].count("✗") >= len(keys)
    assert leaks(office.printed()[said:]) == []
