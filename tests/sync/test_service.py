"""What surrounds a run: its line in the run history, whatever becomes of it."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sync.config import Config, load_config
from sync.decision import Options
from sync.errors import SetupError
from sync.ports import RunOutcome, RunRecord
from sync.progress import PlainProgress
from sync.service import look_once, run_once, run_options
from sync.state import opened_store, opened_to_look
from sync.workbook import create_workbook
from tests.sync.worlds import NOW

CONFIG = '[sheet]\nworkbook = "allianz.xlsx"\n[mail]\nenabled = true\nfrom = "Klima <klima@example.org>"\n'
ACTORS = {"actors": [{"name": f"Akteur {number}"} for number in range(12)]}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A workbook with twelve actors, and a service that mails into a folder."""
    create_workbook(tmp_path / "allianz.xlsx", "de", ACTORS)
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    return load_config(tmp_path / "config.toml")


def records(config: Config) -> list[RunRecord]:
    """The run history, oldest first, without how long it took."""
    with opened_store(config.state.file) as store:
        return [replace(record, seconds=0.0) for record in reversed(store.runs(10))]


def test_options_are_those_of_the_configuration(config: Config) -> None:
    assert run_options(config, NOW, accept=True) == Options(
        language="de", now=NOW, sender="Klima <klima@example.org>", accept=True
    )
    silent = config.model_copy(update={"mail": config.mail.model_copy(update={"enabled": False})})
    assert run_options(silent, NOW, dry_run=True, confirm=True) == Options(
        language="de", now=NOW, sender=None, dry_run=True, confirm=True, due=frozenset()
    )
    led = config.model_copy(update={"alliance": config.alliance.model_copy(update={"handbook": "https://example.org"})})
    assert run_options(led, NOW).handbook == "https://example.org"


def test_every_run_leaves_a_line(config: Config, tmp_path: Path) -> None:
    good = run_once(config, run_options(config, NOW), PlainProgress())
    (tmp_path / "allianz.xlsx").rename(tmp_path / "voll.xlsx")
    with pytest.raises(SetupError) as failed:
        run_once(config, run_options(config, NOW + timedelta(hours=1)), PlainProgress())
    create_workbook(tmp_path / "allianz.xlsx", "de")
    held = run_once(config, run_options(config, NOW + timedelta(hours=2)), PlainProgress())
    notes = [len(outcome.decision.assessment.notes) for outcome in (good, held)]
    assert records(config) == [
        RunRecord(
            started_at=NOW, outcome=RunOutcome.OK, reads=1, writes=1, cells_written=good.plan.cells, notes=notes[0]
        ),
        RunRecord(started_at=NOW + timedelta(hours=1), outcome=RunOutcome.FAILED, problem=str(failed.value)),
        RunRecord(
            started_at=NOW + timedelta(hours=2),
            outcome=RunOutcome.HELD,
            reads=2,  # it looks again once its question is shown
            writes=1,
            cells_written=held.plan.cells,
            mails_queued=1,
            notes=notes[1],
        ),
    ]


def test_look_leaves_neither_line_nor_file(config: Config, tmp_path: Path) -> None:
    before = (tmp_path / "allianz.xlsx").read_bytes()
    outcome = look_once(config, run_options(config, NOW, dry_run=True), PlainProgress())
    assert (outcome.plan.is_empty, outcome.counts.writes) == (False, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["allianz.xlsx", "config.toml"]
    assert (tmp_path / "allianz.xlsx").read_bytes() == before


def test_signature_of_a_single_read_is_announced_when_a_person_vouches_for_it(config: Config, tmp_path: Path) -> None:
    run_once(config, run_options(config, NOW), PlainProgress())
    book = load_workbook(tmp_path / "allianz.xlsx")
    for name, value in {"A2": "Anna", "B2": "anna@example.org", "E2": "ja"}.items():
        book["Verteiler"][name] = value
    for name, day in {"A2": "Akteur 1", "C2": "unterzeichnet", "D2": NOW.date()}.items():
        book["LoI"][name] = day
    book.save(tmp_path / "allianz.xlsx")
    later = NOW + timedelta(minutes=1)
    once = look_once(config, run_options(config, later, dry_run=True), PlainProgress())
    vouched = run_once(config, run_options(config, later, confirm=True), PlainProgress())
    assert ([mail.kind.value for mail in once.decision.mails], vouched.drained.sent) == ([], 1)
    with opened_to_look(config.state.file) as store:
        assert [queued.mail.kind.value for queued in store.outbox()] == ["loi_update"]


def test_cells_never_reach_history_state_or_operator(tmp_path: Path) -> None:
    create_workbook(tmp_path / "allianz.xlsx", "de", ACTORS)
    book = load_workbook(tmp_path / "allianz.xlsx")
    sheet = book["Akteure"]
    for column in range(1, sheet.max_column + 1):  # somebody deleted the row of headers: people stand in its place
        sheet.cell(1, column).value = None
    sheet["A1"], sheet["B1"] = "Erika Kanarienvogel", "Frau Kanarienvogel 0170-4711 will nicht"
    book.save(tmp_path / "allianz.xlsx")
    (tmp_path / "config.toml").write_text(f'{CONFIG}operator = "technik@example.org"\n', encoding="utf-8")
    config = load_config(tmp_path / "config.toml")
    with pytest.raises(SetupError) as failed:
        run_once(config, run_options(config, NOW), PlainProgress())
    mails = [message_from_bytes(path.read_bytes()) for path in (tmp_path / "outbox").glob("*.eml")]
    told = [part.get_payload(decode=True) or b"" for mail in mails for part in mail.walk()]
    texts = [str(failed.value).encode(), config.state.file.read_bytes(), *told]
    assert len(mails) == 1
    assert any(b"Name" in text for text in told)
    assert [text for text in texts if b"Kanarienvogel" in text or b"4711" in text] == []
