"""Who agreed to mails yesterday may not today: a mail to a contact goes out only while the contact still agrees."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from scoring.messages import NoteCode
from sync.cli import DONE, main
from sync.config import load_config
from sync.progress import PlainProgress
from sync.run import Outcome
from sync.service import run_once, run_options
from tests.mail_server import Fault, MailServer, Step, mail_server
from tests.sync.worlds import NOW, Typed, WorkbookWorld, Worlds

EARLIER, SIGNED_ON = date(2026, 9, 1), date(2026, 11, 23)
"""Before and after the letter was published."""

HEADERS = ("Akteur", "Name", "E-Mail", "Rechtsgrundlage", "Einwilligung am", "Mails")
LENA = "lena@sport.example"
ANNA = "anna@example.org"
SECOND = "kontakte.xlsx"
CONFIG = """\
[sheet]
workbook = "allianz.xlsx"
contacts = "{contacts}"

[mail]
enabled = true
transport = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Klima-Allianz <klima@allianz-neustadt.org>"
"""


class Club:
    """An alliance with a published LoI that the sports club joined afterwards: Lena there is to be welcomed.

    Her consent stands on the tab Kontakte of the same file, or of a second one.
    """

    def __init__(self, world: WorkbookWorld, server: MailServer, contacts: str) -> None:
        self.world, self.server, self.contacts = world, server, contacts

    @property
    def config_file(self) -> Path:
        return self.world.folder / "config.toml"

    @property
    def second(self) -> Path:
        return self.world.folder / self.contacts

    def agrees(self, answer: str | None) -> None:
        """Let Kontakte say this of Lena; None takes her row out."""
        row: Sequence[Typed] = ("Sportverein", "Lena", LENA, "Einwilligung", SIGNED_ON, answer)
        rows: Sequence[Sequence[Typed]] = [row] if answer else [[None] * len(HEADERS)]
        if not self.contacts:
            self.world.fill("Kontakte", 2, rows)
            return
        book = Workbook()
        (sheet,) = book.worksheets
        sheet.title = "Kontakte"
        for values in (HEADERS, *rows):
            sheet.append(values)
        book.save(self.second)

    def run(self, minutes: int) -> Outcome:
        """Run once, so many minutes after the first time."""
        config = load_config(self.config_file)
        return run_once(config, run_options(config, NOW + timedelta(minutes=minutes)), PlainProgress())

    def signs(self, row: int, actor: str, publication: str = "ja") -> None:
        """Let somebody sign."""
        self.world.fill("LoI", row, [[actor, None, "unterzeichnet", SIGNED_ON, None, "ja", None, publication]])

    def welcome(self) -> tuple[str, str]:
        """Where the welcome to Lena stands, and whom it still names."""
        (found,) = [queued for queued in self.world.store.outbox() if queued.mail.kind == "welcome"]
        return found.state.value, found.mail.recipient_name

    @property
    def arrived(self) -> list[str]:
        """To whom mails arrived, in their order."""
        return [name for mail in self.server.received for name in mail.recipients]


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    """A mail server for all of them, so that one configuration fits every copy."""
    with mail_server(security="none", auth=False) as server:
        yield server


@pytest.fixture(scope="module")
def prepared(worlds: Worlds, server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders in which the welcome waits for Freigabe, below what Anna got; by where the contacts are kept."""
    folders = {contacts: tmp_path_factory.mktemp("club") for contacts in ("", SECOND)}
    for contacts, folder in folders.items():
        world = worlds.workbook(folder)
        rows = {cells[0]: number for number, cells in enumerate(world.tab("Einstellungen").cells, 1)}
        settings: dict[str, Typed] = {"Kommune": "Neustadt", "LoI veröffentlicht am": date(2026, 10, 1)}
        world.type("Einstellungen", {f"B{rows[name]}": value for name, value in settings.items()})
        world.fill("Akteure", 2, [["Sportverein"], ["Gesangverein Eintracht"], ["Rathaus"]])
        world.fill("Verteiler", 2, [["Anna", ANNA, "Koordination", "nein", "ja", "nein"]])
        if not contacts:
            world.add_tab("Kontakte", [HEADERS])
        text = CONFIG.format(contacts=contacts, port=server.port)
        (folder / "config.toml").write_text(text, encoding="utf-8")
        club = Club(world, server, contacts)
        club.agrees("ja")
        world.fill("LoI", 3, [["Gesangverein Eintracht", None, "unterzeichnet", EARLIER, None, "ja", None, "ja"]])
        club.run(0)
        club.signs(2, "Sportverein")
        club.run(10)
        club.run(20)
        assert club.welcome() == ("waiting", "Lena")
        world.close()
    return folders


@pytest.fixture(params=["", SECOND], ids=["own tab", "second workbook"])
def club(
    request: pytest.FixtureRequest, prepared: dict[str, Path], server: MailServer, tmp_path: Path
) -> Iterator[Club]:
    """A copy of such a folder."""
    shutil.copytree(prepared[request.param], tmp_path, dirs_exist_ok=True)
    server.begin()
    world = WorkbookWorld(tmp_path)
    yield Club(world, server, request.param)
    world.close()


def ja(club: Club) -> int:
    """Write ja beside the welcome on Postausgang, and return its row."""
    cells = club.world.service_tab("outbox").cells
    (row,) = [row for row, values in enumerate(cells, 1) if values[2] == "Neuaufnahme"]
    club.world.type("Postausgang", {f"G{row}": "ja"})
    return row


def released_at_the_terminal(club: Club) -> None:
    """Release the welcome by the command."""
    (number,) = [queued.number for queued in club.world.store.outbox() if queued.mail.kind == "welcome"]
    assert main(["mail", "release", str(number), "--config", str(club.config_file)]) == DONE


def refused_for_now(club: Club) -> None:
    """Release the welcome while the mail server takes nothing: it is queued for another try."""
    ja(club)
    club.server.faults = [Fault(step=Step.RCPT, reply="451 4.3.0 later", to=LENA, times=1)]
    club.run(30)
    assert club.welcome() == ("queued", "Lena")


WAYS = {"ja": ja, "mail release": released_at_the_terminal, "retry": refused_for_now}


@pytest.mark.parametrize("way", WAYS)
def test_released_welcome_goes_out_once_while_the_contact_agrees(club: Club, way: str) -> None:
    WAYS[way](club)
    for minutes in (60, 90):
        club.run(minutes)
    assert (club.welcome(), club.arrived) == (("sent", ""), [LENA])


@pytest.mark.parametrize(
    ("way", "answer"),
    [("ja", "nein"), ("ja", "widersprochen"), ("ja", None), ("mail release", "nein"), ("retry", "widersprochen")],
)
def test_released_welcome_is_cancelled_when_the_contact_no_longer_agrees(
    club: Club, way: str, answer: str | None
) -> None:
    WAYS[way](club)
    club.agrees(answer)
    club.run(60)
    assert (club.welcome(), club.arrived) == (("cancelled", ""), [])
    club.agrees("ja")
    club.run(90)
    assert club.arrived == []


@pytest.mark.parametrize("club", [SECOND], indirect=True)
@pytest.mark.parametrize("way", WAYS)
def test_welcome_stays_while_the_contacts_cannot_be_read_and_all_else_goes_out(club: Club, way: str) -> None:
    WAYS[way](club)
    club.second.rename(club.world.folder / "woanders.xlsx")
    club.signs(4, "Rathaus")
    put_off = [club.run(minutes).put_off for minutes in (60, 70)]
    assert [text.startswith("Mails to contacts wait: contacts: ") for text in put_off] == [True, True]
    assert (club.welcome()[1], club.arrived) == ("Lena", [ANNA])
    (club.world.folder / "woanders.xlsx").rename(club.second)
    club.run(100)
    assert (club.welcome(), club.arrived) == (("sent", ""), [ANNA, LENA])


# What a welcome says of the others.


@pytest.mark.parametrize("club", [""], indirect=True)
@pytest.mark.parametrize(
    "letter",
    [
        ["Gesangverein Eintracht", None, "unterzeichnet", EARLIER, None, "ja", None, "nein"],
        ["Gesangverein Eintracht", None, "zurückgezogen", EARLIER, None, "ja", None, "ja"],
        [None] * 8,
    ],
    ids=["Veröffentlichung nein", "withdrawn", "row gone"],
)
def test_welcome_that_names_somebody_who_may_not_be_named_any_more_stays_and_is_noted(
    club: Club, letter: list[Typed]
) -> None:
    (text,) = [queued.mail.preview for queued in club.world.store.outbox() if queued.mail.kind == "welcome"]
    assert "Gesangverein Eintracht" in text
    club.world.fill("LoI", 3, [letter])
    row = ja(club)
    outcome = club.run(60)
    notes = [(note.code, note.cell, note.args["name"]) for note in outcome.decision.releases.notes]
    assert notes == [(NoteCode.RELEASE_OUTDATED, f"G{row}", "Gesangverein Eintracht")]
    assert (club.welcome(), LENA in club.arrived) == (("waiting", "Lena"), False)


@pytest.mark.parametrize("club", [""], indirect=True)
def test_welcome_to_somebody_who_does_not_want_to_be_named_goes_out_all_the_same(club: Club) -> None:
    """It names its own reader, which nobody else sees."""
    club.signs(2, "Sportverein", publication="nein")
    ja(club)
    club.run(60)
    assert (club.welcome(), LENA in club.arrived) == (("sent", ""), True)
