"""The commands about mail as a person types them."""

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from reports.mail import Mail, MailKind, MailState
from sync.cli import DONE, SETUP_WRONG, main
from sync.state import opened_store
from sync.workbook import create_workbook
from tests.mail_server import Fault, Step, mail_server
from tests.sync.worlds import NOW

CANARY = "geheim-canary@example.org"
TO_SERVER = 'transport = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'


def configured(folder: Path, more: str = "") -> str:
    path = folder / "config.toml"
    path.write_text(
        f'[mail]\nenabled = true\nfrom = "Klima-Allianz <klima@allianz-neustadt.org>"\n{more}', encoding="utf-8"
    )
    return str(path)


def queue(folder: Path, *names: str, needs_release: bool = False) -> None:
    """Store a mail to each of these people."""
    mails = [
        Mail(
            key=f"loi:{name}",
            kind=MailKind.LOI_UPDATE,
            recipient=CANARY,
            recipient_name=name,
            subject=f"Neues für {name}",
            message=b"x",
            needs_release=needs_release,
        )
        for name in names
    ]
    with opened_store(folder / "state.db") as store:
        memory = store.load()
        store.commit(memory, memory, mails, NOW)


def states(folder: Path) -> list[MailState]:
    with opened_store(folder / "state.db") as store:
        return [queued.state for queued in store.outbox()]


def test_list_shows_what_is_open_or_went_wrong_and_with_all_every_mail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configured(tmp_path)
    queue(tmp_path, "Anna", "Bernd", "Clara")
    with opened_store(tmp_path / "state.db") as store:
        store.settle(1, MailState.SENT, NOW)
        store.settle(2, MailState.FAILED, NOW, problem="The mail server refused this recipient (550 5.1.1).")
    assert main(["mail", "list", "--config", config]) == DONE
    some = capsys.readouterr().out
    assert main(["mail", "list", "--all", "--config", config]) == DONE
    every = capsys.readouterr().out
    assert ["Neues für Anna" in some, "Neues für Bernd" in some, "Neues für Clara" in some] == [False, True, True]
    assert ["Neues für Anna" in every, "550 5.1.1" in some, CANARY in some + every] == [True, True, False]


def test_list_of_an_empty_queue_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mail", "list", "--config", configured(tmp_path)]) == DONE
    assert capsys.readouterr().out == "No such mail.\n"


def test_release_queues_a_mail_that_waits_and_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = configured(tmp_path)
    queue(tmp_path, "Anna", needs_release=True)
    assert main(["mail", "release", "2", "--config", config]) == SETUP_WRONG
    assert "No mail 2 waits for a release" in capsys.readouterr().err
    assert main(["mail", "release", "1", "--config", config]) == DONE
    assert (states(tmp_path), capsys.readouterr().out) == ([MailState.QUEUED], "Mail 1 goes out with the next run.\n")
    assert main(["mail", "release", "1", "--config", config]) == SETUP_WRONG


def test_retry_makes_a_waiting_or_uncertain_mail_due_and_no_other(tmp_path: Path) -> None:
    config = configured(tmp_path)
    queue(tmp_path, "Anna", "Bernd", "Clara")
    with opened_store(tmp_path / "state.db") as store:
        store.settle(1, MailState.UNCERTAIN, NOW, next_at=NOW + timedelta(hours=6))
        store.settle(2, MailState.SENT, NOW)
    codes = [main(["mail", "retry", number, "--config", config]) for number in ("1", "2", "3", "4")]
    assert codes == [DONE, SETUP_WRONG, DONE, SETUP_WRONG]
    assert states(tmp_path) == [MailState.QUEUED, MailState.SENT, MailState.QUEUED]


@pytest.mark.parametrize("live", [False, True], ids=["sample", "live"])
def test_preview_writes_three_files_and_prints_the_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, live: bool
) -> None:
    create_workbook(tmp_path / "allianz.xlsx", "de", {"actors": [{"name": "Stadtwerke"}]})
    config, into = configured(tmp_path), tmp_path / "vorschau"
    more = ["--live"] if live else []
    assert main(["mail", "preview", "digest", "--into", str(into), "--config", config, *more]) == DONE
    printed = capsys.readouterr().out
    text = (into / "digest.txt").read_text(encoding="utf-8")
    assert sorted(path.name for path in into.iterdir()) == ["digest.eml", "digest.html", "digest.txt"]
    assert (text in printed, "Stadtwerke" in text) == (True, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["allianz.xlsx", "config.toml", "vorschau"]


@pytest.mark.parametrize("operator", ["", "technik@allianz-neustadt.org"])
def test_check_says_when_nobody_would_hear_that_runs_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], operator: str
) -> None:
    create_workbook(tmp_path / "allianz.xlsx", "de", {"actors": [{"name": "Stadtwerke"}]})
    with mail_server(security="none", auth=False) as server:
        more = f'{TO_SERVER.format(port=server.port)}operator = "{operator}"\n'
        code = main(["check", "--config", configured(tmp_path, more)])
    lines = capsys.readouterr().out.splitlines()
    told = "✗ mail: nobody hears when runs fail: write an address as [mail] operator."
    assert (code, told in lines) == ((DONE, False) if operator else (SETUP_WRONG, True))


def test_trial_goes_to_that_address_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with mail_server(security="none", auth=False) as server:
        config = configured(tmp_path, TO_SERVER.format(port=server.port))
        assert main(["mail", "test", "anna@example.org", "--config", config]) == DONE
        (received,) = server.received
    mail = message_from_bytes(received.message, policy=policy.default)
    assert (received.recipients, str(mail["To"])) == (("anna@example.org",), "anna@example.org")
    assert "took the mail" in capsys.readouterr().out


def test_trial_says_how_far_it_came_and_names_no_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with mail_server(Fault(step=Step.RCPT, reply="550 5.1.1 nobody"), security="none", auth=False) as server:
        config = configured(tmp_path, TO_SERVER.format(port=server.port))
        assert main(["mail", "test", CANARY, "--config", config]) == SETUP_WRONG
    told = capsys.readouterr()
    assert ("550 5.1.1" in told.err, CANARY in told.out + told.err) == (True, False)


@pytest.mark.parametrize(("address", "more"), [("anna@example.org", ""), ("anna", TO_SERVER.format(port=9))])
def test_trial_needs_a_server_and_an_address(tmp_path: Path, address: str, more: str) -> None:
    assert main(["mail", "test", address, "--config", configured(tmp_path, more)]) == SETUP_WRONG


def test_own_templates_are_checked_with_the_sample(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "vorlagen" / "digest" / "de"
    own.mkdir(parents=True)
    config = configured(tmp_path, 'templates = "vorlagen"\n')
    (own / "subject.txt").write_text("Woche {{ week }}", encoding="utf-8")
    assert main(["mail", "check-templates", "--config", config]) == DONE
    assert capsys.readouterr().out == "✓ 1 templates of your own are right\n"
    (own / "subject.txt").write_text("Woche {{ woche }}", encoding="utf-8")
    assert main(["mail", "check-templates", "--config", config]) == SETUP_WRONG
    assert ["digest/de/subject.txt" in line for line in capsys.readouterr().out.splitlines()] == [True]
    assert main(["mail", "check-templates", "--config", configured(tmp_path)]) == DONE
