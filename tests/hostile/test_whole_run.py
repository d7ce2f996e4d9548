"""Hostile texts go through a whole run: a workbook in, a mail server and the workbook out.

What each text becomes in each output is held against its twin in `test_texts`; here is what only a run can show.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from openpyxl import load_workbook

from reports.mail import MailKind, MailState
from scoring.tabs import SERVICE_TABS
from sync.config import Config, load_config
from sync.contacts import read_contacts
from sync.delivery import open_mailer
from sync.progress import PlainProgress
from sync.run import Outcome, run
from sync.service import run_options
from sync.state import opened_store
from sync.workbook import WorkbookSheet, create_workbook
from tests.hostile.hits import hits
from tests.hostile.office import CONFIG
from tests.hostile.outputs import Form, Output
from tests.hostile.test_texts import NAMES, Round
from tests.hostile.town import BEFORE, NOW, Town
from tests.mail_server import PASSWORD, USERNAME, MailServer, Received, mail_server

HOUR = timedelta(hours=1)
LONGEST = 1_000
"""Characters: a workbook full of longer repetitions is refused, because it might be a bomb."""


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def storable(text: str) -> str:
    """Return the text as a workbook holds it: what no XML can hold is spelt out, as office programs do."""
    spelt = "".join(f"_x{ord(c):04X}_" if c < " " and c not in "\t\n" else c for c in text[:LONGEST])
    return spelt.encode("utf-8", "replace").decode().translate({0xFFFE: None, 0xFFFF: None})


class Played:
    """The service in a folder, from a baseline over four signatures to the mails that people released."""

    def __init__(self, folder: Path, server: MailServer, town: Town) -> None:
        folder.mkdir()
        self.path, self.server = folder / "allianz.xlsx", server
        configured = CONFIG.format(server=server, username=USERNAME).replace('contacts = "kontakte.xlsx"\n', "")
        (folder / "config.toml").write_text(configured, encoding="utf-8")
        self.config: Config = load_config(folder / "config.toml")
        self._fill(town, after=False)
        self.run(BEFORE)
        self._fill(town, after=True)
        server.begin()
        self.outcome = self.run(NOW)
        with opened_store(self.config.state.file) as store:
            for queued in store.outbox():
                store.release(queued.number, NOW)
        self.run(NOW + HOUR)
        self.received: tuple[Received, ...] = tuple(server.received)

    def run(self, now: datetime) -> Outcome:
        """Run once; a person vouches for the signatures."""
        mailer = open_mailer(
            self.config.mail, environ={"KLIMA_ALLIANZ_SMTP_PASSWORD": PASSWORD}, context=self.server.trusts
        )
        options, contacts = run_options(self.config, now, confirm=True), partial(read_contacts, self.config)
        with opened_store(self.config.state.file) as store:
            return run(WorkbookSheet(self.path, "de"), store, mailer, options, PlainProgress(), contacts)

    def _fill(self, town: Town, *, after: bool) -> None:
        self.path.unlink(missing_ok=True)
        content = {
            tab: [
                {name: storable(cell) if isinstance(cell, str) else cell for name, cell in row.items()} for row in rows
            ]
            for tab, rows in town.content(after=after).items()
        }
        create_workbook(self.path, "de", content)  # type: ignore[arg-type]  # no cell is a boolean
        book = load_workbook(self.path)
        contacts = book.create_sheet("Kontakte")
        for row in next(tab for tab in town.snapshot(after=after).tabs if tab.title == "Kontakte").cells:
            contacts.append([storable(cell) if isinstance(cell, str) else cell for cell in row])
            for cell in contacts[contacts.max_row]:
                cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
        book.save(self.path)


def problems(number: int, folder: Path, server: MailServer) -> tuple[int, list[str]]:
    """Play the round with hostile texts and with their twins; return how many mails arrived, and what is wrong."""
    now = Round(number=2 * number)  # an even number: the row in which every column is chosen holds up the public figure
    hostile = Played(folder / "hostile", server, now.town(tame=False))
    tame = Played(folder / "tame", server, now.town(tame=True))
    found = [f"kinds: {kinds(hostile)}"] if kinds(hostile) != kinds(tame) else []
    for received, twin in zip(hostile.received, tame.received, strict=True):
        if (received.sender, received.recipients) != (twin.sender, twin.recipients):
            found.append(f"another envelope: {received.sender} → {received.recipients}")
        found += hits(_output(received), _output(twin))
    return len(hostile.received), [*found, *_formulas(hostile.path)]


def _output(received: Received) -> Output:
    return Output(name=received.recipients[0], form=Form.MESSAGE, content=received.message.decode("latin-1"))


def kinds(played: Played) -> list[MailKind]:
    """Return the kinds of the mails that were sent, in their order."""
    with opened_store(played.config.state.file) as store:
        return [queued.mail.kind for queued in store.outbox() if queued.state is MailState.SENT]


def _formulas(path: Path) -> Iterator[str]:
    """Yield every cell of a service tab that an office program would compute, and every column that one could add."""
    book = load_workbook(path)
    for spec in SERVICE_TABS:
        for row in book[spec.de].iter_rows():
            yield from (f"{spec.de}!{cell.coordinate} is a formula" for cell in row if cell.data_type in {"f", "e"})
    yield from (
        f"{sheet.title}: a link {link.ref}" for sheet in book.worksheets for link in sheet._hyperlinks if link.target
    )


ALL = {
    MailKind.LOI_UPDATE,
    MailKind.WELCOME,
    MailKind.MILESTONE,
    MailKind.SUCCESS,
    MailKind.REMINDER,
    MailKind.DIGEST,
}


def test_texts_stay_texts_from_the_workbook_to_the_mail_server(tmp_path: Path, server: MailServer) -> None:
    played = Played(tmp_path / "town", server, Round(number=10).town(tame=False))
    assert set(kinds(played)) == ALL
    assert len(played.received) > len(ALL)
    assert [hit for received in played.received for hit in hits(_output(received), _output(received))] == []
    assert list(_formulas(played.path)) == []


@pytest.mark.campaign
def test_every_text_goes_through_a_whole_run(
    tmp_path_factory: pytest.TempPathFactory, server: MailServer, minutes: float, seed: int
) -> None:
    until = datetime.now().astimezone() + timedelta(minutes=minutes)
    mails = 0
    for number in range(seed, seed + len(NAMES)):
        arrived, found = problems(number, tmp_path_factory.mktemp("round"), server)
        mails += arrived
        assert found == [], f"round {number}"
        if datetime.now().astimezone() > until:
            break
    print(f"{number - seed + 1} whole runs, {mails} mails arrived, 0 hits")
