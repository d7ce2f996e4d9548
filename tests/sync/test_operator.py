"""Who keeps the service running hears of each trouble once when it begins and once when it is over."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from reports.mail import Mail, MailKind
from sync.cli import main
from sync.config import load_config
from sync.delivery.drain import CAP
from sync.errors import OutsideError, SetupError
from sync.progress import PlainProgress
from sync.run import Outcome
from sync.service import run_once, run_options
from sync.state import opened_store
from sync.workbook import WorkbookSheet, create_workbook
from tests.mail_server import Fault, MailServer, Step, mail_server
from tests.sync.worlds import NOW

HOUR = timedelta(hours=1)
BEGAN, OVER = "Bitte nachsehen", "Wieder in Ordnung"
CONFIG = """\
[sheet]
workbook = "allianz.xlsx"

[mail]
enabled = true
operator = "technik@example.org"
from = "Klima-Allianz <klima@allianz-neustadt.org>"
"""
TO_SERVER = 'transport = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
TILDA = {"name": "Tilda", "email": "tilda@example.org", "role": "Technik"}
ANNA = {"name": "Anna", "email": "anna@example.org", "weekly_report": "ja"}
PEOPLE = {"recipients": [TILDA, ANNA], "actors": [{"name": "Stadtwerke"}]}


class Office:
    """The folder of a service, and what it mails."""

    def __init__(self, folder: Path, more: str = "") -> None:
        self.folder = folder
        create_workbook(folder / "allianz.xlsx", "de", PEOPLE)
        (folder / "config.toml").write_text(CONFIG + more, encoding="utf-8")

    def run(self, hours: int = 0) -> Outcome:
        """Run once, so many hours after the first time."""
        config = load_config(self.folder / "config.toml")
        return run_once(config, run_options(config, NOW + hours * HOUR), PlainProgress())

    def mails(self) -> list[tuple[str, str]]:
        """Recipient and subject of every mail in the mail folder, in their order."""
        found = sorted((self.folder / "outbox").glob("*.eml"), key=lambda path: path.name.split("-")[3])
        return [_told(path.read_bytes()) for path in found]

    def last_run(self) -> str:
        """How Übersicht says that the last run went."""
        overview = WorkbookSheet(self.folder / "allianz.xlsx", "de").read().service_tab("overview")
        return str(overview.cells[2][1]).partition(": ")[2] if overview else ""


def _told(message: bytes) -> tuple[str, str]:
    mail = message_from_bytes(message, policy=policy.default)
    return str(mail["To"]), str(mail["Subject"])


def arrived(server: MailServer) -> list[tuple[str, str]]:
    """Recipient and subject of every mail that arrived."""
    return [_told(received.message) for received in server.received]


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that takes everything until it is told otherwise."""
    with mail_server(security="none", auth=False) as server:
        yield server


def test_sync_that_goes_on_failing_is_told_once_and_its_end_once_to_the_same_person(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.run(0)
    (tmp_path / "allianz.xlsx").rename(tmp_path / "woanders.xlsx")
    for hours in (1, 2):
        with pytest.raises(SetupError):
            office.run(hours)
    assert office.mails() == [("technik@example.org", f"{BEGAN}: Der Abgleich gelingt nicht")]
    (tmp_path / "woanders.xlsx").rename(tmp_path / "allianz.xlsx")
    for hours in (3, 4, 5):
        office.run(hours)
    assert office.mails() == [
        ("technik@example.org", f"{BEGAN}: Der Abgleich gelingt nicht"),
        ("technik@example.org", f"{OVER}: Der Abgleich läuft wieder"),
    ]
    assert office.run(6).plan.is_empty
    with opened_store(tmp_path / "state.db") as store:
        assert [run.outcome.value for run in store.runs(9)] == ["ok", "ok", "ok", "ok", "failed", "failed", "ok"]


def test_second_failure_is_an_episode_of_its_own(tmp_path: Path) -> None:
    office = Office(tmp_path)
    for hours in (0, 10):
        office.run(hours)
        (tmp_path / "allianz.xlsx").rename(tmp_path / "woanders.xlsx")
        with pytest.raises(SetupError):
            office.run(hours + 1)
        (tmp_path / "woanders.xlsx").rename(tmp_path / "allianz.xlsx")
        office.run(hours + 2)
    assert [subject.partition(":")[0] for _, subject in office.mails()] == [BEGAN, OVER, BEGAN, OVER]


def test_paused_queue_is_seen_on_the_sheet_and_in_the_status_and_told_when_it_is_over(
    tmp_path: Path, server: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Office(tmp_path, TO_SERVER.format(port=server.port))
    office.run(0)
    server.begin(Fault(step=Step.MAIL, reply="550 5.7.1 not this sender"))
    office.run(24 * 7)
    office.run(24 * 7 + 1)
    assert (arrived(server), server.asked.count(Step.MAIL)) == ([], 3)
    assert office.last_run() == (
        "Mails warten, weil der Mailserver unseren Absender ablehnt. "
        "Bitte die Technik: den Absender in der Konfiguration prüfen."
    )
    assert main(["status", "--config", str(tmp_path / "config.toml")]) == 0
    assert "the whole queue is paused (sender)" in capsys.readouterr().out
    server.begin()
    for hours in (2, 3, 4):
        office.run(24 * 7 + hours)
    assert [(to, subject.partition(":")[0]) for to, subject in arrived(server)] == [
        ("Anna <anna@example.org>", "Klima-Allianz, KW 49"),
        ("Tilda <tilda@example.org>", BEGAN),
        ("Tilda <tilda@example.org>", OVER),
    ]
    assert (office.last_run(), office.run(24 * 7 + 5).plan.is_empty) == ("alles in Ordnung", True)


def test_broken_own_template_is_told_once_while_the_built_in_one_goes_out(tmp_path: Path) -> None:
    own = tmp_path / "vorlagen" / "digest" / "de" / "subject.txt"
    own.parent.mkdir(parents=True)
    own.write_text("KW {{ woche }}", encoding="utf-8")
    office = Office(tmp_path, 'templates = "vorlagen"\n')
    office.run(0)
    for days in (7, 7 + 28, 7 + 28 + 28):
        office.run(24 * days)
    subjects = [(to, subject.partition(",")[0]) for to, subject in office.mails()]
    assert subjects == [
        ("Anna <anna@example.org>", "Klima-Allianz"),
        ("Tilda <tilda@example.org>", f"{BEGAN}: Eine eigene Mailvorlage ist kaputt"),
        ("Anna <anna@example.org>", "Klima-Allianz"),
        ("Anna <anna@example.org>", "Klima-Allianz"),
    ]


def test_template_that_is_still_broken_is_not_called_mended_by_a_run_without_mail(tmp_path: Path) -> None:
    own = tmp_path / "vorlagen" / "digest" / "de" / "subject.txt"
    own.parent.mkdir(parents=True)
    own.write_text("KW {{ woche }}", encoding="utf-8")
    office = Office(tmp_path, 'templates = "vorlagen"\n')
    office.run(0)
    office.run(24 * 7)
    office.run(24 * 7 + 1)
    assert [subject.partition(":")[0] for to, subject in office.mails() if "Tilda" in to] == [BEGAN]


def test_nothing_goes_out_while_the_fuse_holds_not_even_that_runs_succeed_again(tmp_path: Path) -> None:
    create = [{"name": f"Akteur {number}"} for number in range(10)]
    office = Office(tmp_path)
    (tmp_path / "allianz.xlsx").unlink()
    create_workbook(tmp_path / "allianz.xlsx", "de", {**PEOPLE, "actors": create})
    office.run(0)
    (tmp_path / "allianz.xlsx").rename(tmp_path / "voll.xlsx")
    with pytest.raises(SetupError):
        office.run(1)
    create_workbook(tmp_path / "allianz.xlsx", "de", PEOPLE)
    assert office.run(2).decision.hold is not None
    assert [subject.partition(":")[0] for _, subject in office.mails()] == [BEGAN]
    (tmp_path / "voll.xlsx").replace(tmp_path / "allianz.xlsx")
    office.run(3)
    assert [subject.partition(":")[0] for _, subject in office.mails()] == [BEGAN, OVER]


def test_what_may_pass_by_itself_is_told_from_the_third_failed_run_on(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.run(0)
    (tmp_path / ".~lock.allianz.xlsx#").write_text("", encoding="utf-8")
    told = []
    for days in (1, 2, 3, 4):
        with pytest.raises(OutsideError):
            office.run(24 * days)  # the first run of a day has something to write
        told.append([subject.partition(":")[0] for _, subject in office.mails()])
    assert told == [[], [], [BEGAN], [BEGAN]]
    (tmp_path / ".~lock.allianz.xlsx#").unlink()
    office.run(24 * 5)
    assert office.mails() == [
        ("technik@example.org", f"{BEGAN}: Der Abgleich gelingt nicht"),
        ("technik@example.org", f"{OVER}: Der Abgleich läuft wieder"),
    ]


def test_three_failures_that_a_good_run_interrupts_are_nothing_to_tell(tmp_path: Path) -> None:
    office, lock = Office(tmp_path), tmp_path / ".~lock.allianz.xlsx#"
    for days in (0, 3):
        lock.unlink(missing_ok=True)
        office.run(24 * days)
        lock.write_text("", encoding="utf-8")
        for more in (1, 2):
            with pytest.raises(OutsideError):
                office.run(24 * (days + more))
    assert office.mails() == []


def test_mails_to_the_operator_are_no_rows_of_the_team_s_postausgang(tmp_path: Path) -> None:
    office = Office(tmp_path)
    (tmp_path / "allianz.xlsx").rename(tmp_path / "woanders.xlsx")
    with pytest.raises(SetupError):
        office.run(0)
    (tmp_path / "woanders.xlsx").rename(tmp_path / "allianz.xlsx")
    for hours in (1, 24 * 7):
        office.run(hours)
    outbox = WorkbookSheet(tmp_path / "allianz.xlsx", "de").read().service_tab("outbox")
    assert outbox is not None
    assert [cells[2:4] for cells in outbox.cells[1:]] == [("Wochenbericht", "Anna")]
    assert [to for to, _ in office.mails()] == ["technik@example.org", "technik@example.org", "Anna <anna@example.org>"]


def test_one_run_sends_at_most_its_cap_and_what_the_operator_gets(tmp_path: Path, server: MailServer) -> None:
    office = Office(tmp_path, TO_SERVER.format(port=server.port))
    office.run(0)
    mails = [
        Mail(
            key=f"loi:{number}",
            kind=MailKind.LOI_UPDATE,
            recipient=f"p{number}@example.org",
            subject="Neu dabei",
            message=f"To: p{number}@example.org\r\nSubject: Neu dabei\r\n\r\nx\r\n".encode(),
        )
        for number in range(120)
    ]
    with opened_store(tmp_path / "state.db") as store:
        store.commit(store.load(), store.load(), mails, NOW)
    sent = []
    for hours in (1, 2, 3, 4):
        server.begin()
        office.run(hours)
        subjects = [subject.partition(":")[0] for _, subject in arrived(server)]
        sent.append([subjects.count(subject) for subject in ("Neu dabei", BEGAN, OVER)])
    assert sent == [[CAP, 1, 0], [CAP, 0, 0], [120 - 2 * CAP, 0, 1], [0, 0, 0]]


def test_mail_folder_that_cannot_be_written_stops_no_run_and_is_told_once_it_can(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Office(tmp_path)
    office.run(0)
    (tmp_path / "outbox").write_text("a file is in the way", encoding="utf-8")
    outcome = office.run(24 * 7)
    assert outcome.counts.writes == 1
    assert office.last_run().startswith("Mails warten, weil der Ordner für Mails nicht beschrieben werden kann.")
    assert outcome.drained.problem.startswith(f"The mail folder {tmp_path / 'outbox'} cannot be written: ")
    assert main(["status", "--config", str(tmp_path / "config.toml")]) == 0
    assert "failing since 2026-12-01 09:00: mail" in capsys.readouterr().out
    (tmp_path / "outbox").unlink()
    office.run(24 * 7 + 1)
    office.run(24 * 7 + 2)
    assert [(to, subject.partition(":")[0]) for to, subject in office.mails()] == [
        ("Anna <anna@example.org>", "Klima-Allianz, KW 49"),
        ("Tilda <tilda@example.org>", BEGAN),
        ("Tilda <tilda@example.org>", OVER),
    ]
    assert main(["status", "--config", str(tmp_path / "config.toml")]) == 0
    assert "failing" not in capsys.readouterr().out
