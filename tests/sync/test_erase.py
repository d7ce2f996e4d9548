"""Forgetting somebody: from the memory, from every mail, from the bytes of the file, and for good."""

import json
import os
import pty
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import NullPool, create_engine

from reports.mail import Mail, MailKind, MailState
from reports.message import Content, message
from scoring.domain import Stage
from scoring.memory import Event, EventKind, Memory, RememberedActor
from scoring.parsing.identity import key
from scoring.snapshot import Snapshot, Tab
from sync.asking import is_meant
from sync.cli import main
from sync.config import load_config
from sync.erase import Mentioned, erased, mentions, names_of, pseudonym
from sync.errors import OutsideError
from sync.ports import RunOutcome, RunRecord
from sync.progress import PlainProgress
from sync.service import run_once, run_options
from sync.state import opened_store
from sync.state.database import compact
from sync.state.erasing import Forgotten, Spellings
from sync.state.memory_rows import facts

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
WORKS = RememberedActor(
    uid="u1",
    key="zementwerk süd",
    name="Zementwerk Süd",
    aliases=("kalkwerk", "steinbruch"),
    external_id="7",
    fingerprint="f00",
    filled=6,
    evidence=Stage.SIGNED,
    evidence_since=date(2026, 11, 3),
)
CLUB = RememberedActor(uid="u2", key="verein", name="Verein", aliases=("kalkwerk", "turnverein"))
SIGNED = Event(key="loi_signed:u1", kind=EventKind.SIGNED, day=date(2026, 11, 3), uid="u1")
MEMORY = Memory(actors={"u1": WORKS, "u2": CLUB}, events={SIGNED.key: SIGNED}, is_baseline=False, address_key=b"secret")
PSEUDONYM = pseudonym(MEMORY, "Zementwerk Süd")


# The memory


@pytest.mark.parametrize("name", ["Zementwerk Süd", " ZEMENTWERK  süd", "Steinbruch"])
def test_actor_is_left_with_a_pseudonym_and_its_events(name: str) -> None:
    left = RememberedActor(
        uid="u1",
        key=PSEUDONYM,
        name=PSEUDONYM,
        evidence=Stage.IDENTIFIED,
        evidence_since=None,
        present=False,
    )
    assert erased(MEMORY, name) == replace(
        MEMORY,
        actors={"u1": left, "u2": replace(CLUB, aliases=("turnverein",))},
        erased={MEMORY.name_id(one): "u1" for one in ("zementwerk süd", "kalkwerk", "steinbruch")},
    )
    assert (key(PSEUDONYM), pseudonym(MEMORY, name)) == (PSEUDONYM, PSEUDONYM)


def test_name_of_today_wins_over_the_former_name_of_another() -> None:
    renamed = replace(CLUB, aliases=("zementwerk süd",))
    after = erased(replace(MEMORY, actors={"u1": WORKS, "u2": renamed}), "Zementwerk Süd")
    assert (after.actors["u1"].name, after.actors["u2"]) == (PSEUDONYM, replace(renamed, aliases=()))


@pytest.mark.parametrize("name", ["Jörg Müller", ""])
def test_person_is_no_actor_and_changes_nothing_in_the_memory(name: str) -> None:
    assert erased(MEMORY, name) == MEMORY


def test_erasing_twice_changes_nothing_and_keeps_the_pseudonym() -> None:
    once = erased(MEMORY, "Zementwerk Süd")
    assert erased(once, "Zementwerk Süd") == once
    assert [pseudonym(once, name) for name in ("Zementwerk Süd", "kalkwerk")] == [PSEUDONYM, PSEUDONYM]


def test_every_name_of_an_actor_is_meant() -> None:
    assert names_of(MEMORY, "Steinbruch") == (
        "Steinbruch",
        "Zementwerk Süd",
        "zementwerk süd",
        "kalkwerk",
        "steinbruch",
    )
    assert names_of(MEMORY, " Jörg Müller ") == ("Jörg Müller",)


# Spellings

LONG = "Gemeinnützige Wohnungsbaugesellschaft Musterstadt mbH"


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Als Nächstes: Verein Süd.", "Als Nächstes: X."),
        ("VEREIN\n   SÜD und verein süd", "X und X"),
        ("Sportverein Süd, Verein Südost", "Sportverein Süd, Verein Südost"),
        ("Verein S\u00fcd e. V.", "X e. V."),
        ("Verein Su\u0308d", "X"),  # typed with a combining accent
        (f"– als Nächstes {LONG[:39]}…", "– als Nächstes X"),
        ("Gemeinnützige…", "Gemeinnützige…"),  # too short to be theirs alone
        ("", ""),
    ],
)
def test_names_are_replaced_however_they_are_typed(text: str, without: str) -> None:
    spellings = Spellings.of(["Verein Süd", LONG])
    assert spellings.stand_in(text) == (text != without)
    assert spellings.replaced_in(text, "X") == without


def test_name_is_no_pattern() -> None:
    assert Spellings.of(["(a+)+$ [x]"]).replaced_in("von (a+)+$ [x] an", "X") == "von X an"


# The state file


def mail(number: int, text: str, *, to: str = "Ina Ruh", subject: str = "Wochenbericht", release: bool = False) -> Mail:
    key = f"digest:2026-W48:{number}"
    content = Content(subject=subject, preview=text, text=f"Hallo!\n\n{text}\n", html=f"<p>{text}</p>")
    return Mail(
        key=key,
        kind=MailKind.DIGEST,
        recipient=f"an{number}@example.org",
        recipient_name=to,
        subject=subject,
        preview="kurz" if number == 3 else text,
        message=message(
            content,
            key=key,
            series="s",
            sender="Klima-Allianz <klima@example.org>",
            recipient=f"an{number}@example.org",
            recipient_name=to,
            date=NOW,
        ),
        needs_release=release,
    )


MAILS = (
    mail(1, "Nichts Neues."),
    mail(2, "Neu: Zementwerk Süd!", subject="ZEMENTWERK SÜD hat unterschrieben"),
    mail(3, "Im Text: Zementwerk Süd."),
    mail(4, "Willkommen!", to="Zementwerk Süd", release=True),
    mail(5, "Ist schon weg: Zementwerk Süd."),
)


def stored(path: Path) -> None:
    """A state file that names the works in the memory, in mails of every sort and in the run history."""
    with opened_store(path) as store:
        before = store.load()
        store.commit(before, replace(MEMORY, address_key=before.address_key), MAILS, NOW)
        store.claim(5, NOW)
        store.settle(5, MailState.SENT, NOW)
        store.record(RunRecord(started_at=NOW, outcome=RunOutcome.FAILED, problem='Cell of "Zementwerk Süd" failed.'))
        store.record(RunRecord(started_at=NOW, outcome=RunOutcome.OK))


def test_name_leaves_mails_runs_and_the_bytes_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    stored(path)
    assert traces(tmp_path, "Zementwerk", "zementwerk", "ZEMENTWERK", "Steinbruch".lower()) != []
    with opened_store(path) as store:
        before = store.load()
        names, after = names_of(before, "Zementwerk Süd"), erased(before, "Zementwerk Süd")
        done = store.erase(names, PSEUDONYM, before, after, NOW)
        assert done == Forgotten(mails=4, cancelled=3, runs=1)
        assert facts(store.load()) == facts(after)
        outbox = store.outbox()
        assert [
            (queued.state, queued.mail.recipient_name, queued.mail.subject, queued.mail.preview) for queued in outbox
        ] == [
            ("queued", "Ina Ruh", "Wochenbericht", "Nichts Neues."),
            ("cancelled", "Ina Ruh", f"{PSEUDONYM} hat unterschrieben", f"Neu: {PSEUDONYM}!"),
            ("cancelled", "Ina Ruh", "Wochenbericht", "kurz"),
            ("cancelled", PSEUDONYM, "Wochenbericht", "Willkommen!"),
            ("sent", "Ina Ruh", "Wochenbericht", f"Ist schon weg: {PSEUDONYM}."),
        ]
        assert [(queued.mail.recipient, queued.mail.message) for queued in outbox[1:]] == [("", b"")] * 4
        assert outbox[0].mail == MAILS[0]
        assert [run.problem for run in store.runs(5)] == ["", f'Cell of "{PSEUDONYM}" failed.']
        assert store.claim(2, NOW + timedelta(days=1)) is False
    assert traces(tmp_path, "Zementwerk", "zementwerk", "ZEMENTWERK", "kalkwerk", "steinbruch", "an2@", "an4@") == []


def traces(folder: Path, *names: str) -> list[tuple[str, str]]:
    """The names that stand anywhere in the files of the state, deleted rows included."""
    return [
        (path.name, name)
        for path in sorted(folder.glob("state.db*"))
        for name in names
        if name.encode() in path.read_bytes()
    ]


def test_erase_loses_against_a_run_that_stored_its_result_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    stored(path)
    with opened_store(path) as store:
        before = store.load()
        store.commit(before, replace(before, inventory="BISKO 2023: 1 t"), (), NOW)
        with pytest.raises(OutsideError):
            store.erase(("Zementwerk Süd",), PSEUDONYM, before, erased(before, "Zementwerk Süd"), NOW)
        assert store.load().actors["u1"] == WORKS


def test_traces_that_cannot_be_cleared_now_are_told(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    stored(path)
    impatient = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args={"timeout": 0.05})
    with opened_store(path) as store, store.writing(), pytest.raises(OutsideError) as caught:
        compact(impatient)
    assert str(caught.value) == (
        "The state file is in use (database is locked); do this again to clear its last traces."
    )


# What people still have to delete


def test_rows_of_people_are_told_by_tab_and_number() -> None:
    snapshot = Snapshot(
        tabs=(
            Tab(id="1", title="Akteure", cells=(("Name", "Notiz"), ("Verein", None), ("Zementwerk Süd", 3.0))),
            Tab(id="2", title="LoI", cells=(("Akteur",), ("  zementwerk   SÜD ",), ("Verein",), ("Steinbruch",))),
            Tab(id="3", title="Auswertung", cells=(("Name",), ("Zementwerk Süd",)), service="results"),
            Tab(id="4", title="Pinnwand", cells=(("Zementwerk Süd",),)),
            Tab(
                id="5", title="Unsere Gespräche", cells=(("Datum", "Akteur"), ("2026-11-01", "Verein; Zementwerk Süd"))
            ),
        )
    )
    assert mentions(snapshot, {"meetings": "5"}, names_of(MEMORY, "Zementwerk Süd")) == (
        Mentioned(tab="Akteure", rows=(3,)),
        Mentioned(tab="LoI", rows=(2, 4)),
        Mentioned(tab="Unsere Gespräche", rows=(2,)),
    )


# The command, on a whole alliance


CONFIG = """\
[sheet]
workbook = "a.xlsx"
contacts = "kontakte.xlsx"

[mail]
enabled = true
operator = ""
"""
HEADERS = {
    "Akteure": ("Name", "Beschäftigte", "Betreuung"),
    "Termine": ("Datum", "Akteur", "Ergebnis"),
    "LoI": ("Akteur", "Status", "Unterzeichnet am", "Veröffentlichung"),
    "Verteiler": ("Name", "E-Mail", "Wochenbericht", "LoI-Meldungen"),
}
ROWS: dict[str, list[tuple[object, ...]]] = {
    "Akteure": [("Zementwerk Süd", 400, "Ina Ruh"), ("Verein", 3, ""), ("Klinikum", 900, "")],
    "Termine": [("2026-11-02", "Verein", "Zusage"), ("2026-11-03", "Zementwerk Süd", "positiv")],
    "LoI": [("Verein", "angefragt", None, None)],
    "Verteiler": [("Ina Ruh", "ruh@example.org", "ja", "ja")],
}
SIGNATURE = ("Zementwerk Süd", "unterzeichnet", "2026-11-20", "ja")


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an alliance that has run for two weeks, whose mails and tabs name Zementwerk Süd."""
    folder = tmp_path_factory.mktemp("alliance")
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    workbook(folder / "a.xlsx", {title: [HEADERS[title], *rows] for title, rows in ROWS.items()})
    workbook(folder / "kontakte.xlsx", {"Kontakte": [("Akteur", "Name"), ("Zementwerk Süd", "Kim Beton")]})
    assert command(folder, "sync", "--today", "2026-11-16") == 0
    edit(folder, lambda sheet: sheet.append(SIGNATURE), "LoI")
    assert command(folder, "sync", "--confirm", "--today", "2026-11-24") == 0
    return folder


@pytest.fixture
def alliance(started: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(started, tmp_path / "copy"))


def workbook(path: Path, tabs: dict[str, list[tuple[object, ...]]]) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in tabs.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)


def command(folder: Path, *words: str) -> int:
    return main([*words, "--config", str(folder / "config.toml")])


def edit(folder: Path, change: Callable[[Worksheet], None], *titles: str) -> None:
    book = load_workbook(folder / "a.xlsx")
    for title in titles:
        change(book[title])
    book.save(folder / "a.xlsx")


def delete_named(sheet: Worksheet) -> None:
    for row in reversed(range(2, sheet.max_row + 1)):
        if any("Zementwerk" in str(cell.value) for cell in sheet[row]):
            sheet.delete_rows(row)


def named_cells(folder: Path) -> list[tuple[str, str]]:
    book = load_workbook(folder / "a.xlsx")
    return [
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if "zementwerk" in str(cell.value).casefold()
    ]


def test_erased_actor_comes_back_without_announcement_and_without_its_name(
    alliance: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Postausgang" in {title for title, _ in named_cells(alliance)}
    capsys.readouterr()
    assert command(alliance, "erase", "zementwerk süd", "--yes") == 0
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if line.startswith("To delete")] == [
        "To delete by hand: Akteure, row 2",
        "To delete by hand: Termine, row 3",
        "To delete by hand: LoI, row 3",
        "To delete by hand: Kontakte, row 2",
    ]
    assert said[0].startswith("Forgotten: the actor is remembered by a pseudonym only; ")
    assert [line for line in said if "ement" in line or "Kim" in line] == []
    assert traces(alliance, "Zementwerk", "zementwerk") == []

    edit(alliance, delete_named, "Akteure", "Termine", "LoI")
    assert command(alliance, "sync", "--confirm", "--today", "2026-11-24") == 0
    assert named_cells(alliance) == []
    kept = keys(alliance)

    def add_again(sheet: Worksheet) -> None:
        sheet.append({"Akteure": ROWS["Akteure"][0], "Termine": ROWS["Termine"][1], "LoI": SIGNATURE}[sheet.title])

    edit(alliance, add_again, "Akteure", "Termine", "LoI")
    for _ in range(2):
        assert command(alliance, "sync", "--confirm", "--today", "2026-11-24") == 0
    assert keys(alliance) == kept
    assert traces(alliance, "Zementwerk", "zementwerk") == []
    assert "Auswertung" in {title for title, _ in named_cells(alliance)}


@pytest.mark.parametrize("runs_before_the_rows_are_deleted", [0, 1])
def test_sheet_without_its_only_signatory_is_read_and_says_nothing_of_the_erased(
    alliance: Path, capsys: pytest.CaptureFixture[str], *, runs_before_the_rows_are_deleted: int
) -> None:
    """Nothing is left in the tab LoI, which would be suspicious in any other sheet that had a signature."""
    edit(alliance, lambda sheet: sheet.delete_rows(2), "LoI")
    assert synced(alliance, capsys)["coverage"]["signatories"] == 1
    assert command(alliance, "erase", "Zementwerk Süd", "--yes") == 0
    for _ in range(runs_before_the_rows_are_deleted):
        assert synced(alliance, capsys)["coverage"]["signatories"] == 1
    mails, events = keys(alliance)

    edit(alliance, delete_named, "Akteure", "Termine", "LoI")
    after = synced(alliance, capsys)
    assert (after["coverage"]["signatories"], [actor["name"] for actor in after["actors"]]) == (
        0,
        ["Verein", "Klinikum"],
    )
    assert "letters_unreadable" not in {note["code"] for note in after["notes"]}
    assert keys(alliance) == (mails, events)

    run_on(alliance, 2026, 12, 1)
    assert keys(alliance) == (mails, events)
    run_on(alliance, 2026, 12, 22)  # the fourth week without news, which is reported all the same
    assert [key[:15] for key in keys(alliance)[0][len(mails) :]] == ["digest:2026-W52"]
    digest = last_mail(alliance)
    assert ("0 Mitglieder, 0 Unterschriften." in digest, "gelöscht" in digest) == (True, False)


def run_on(folder: Path, *day: int) -> None:
    """Run on a day that is still to come."""
    config = load_config(folder / "config.toml")
    run_once(config, run_options(config, datetime(*day, 8, 0, tzinfo=UTC)), PlainProgress())


def synced(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What a run that confirms at once says in JSON."""
    capsys.readouterr()
    assert command(folder, "sync", "--json", "--confirm", "--today", "2026-11-24") == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def last_mail(folder: Path) -> str:
    """The text of the newest mail."""
    newest = max((folder / "outbox").glob("*.eml"), key=lambda path: path.name)
    body = message_from_bytes(newest.read_bytes(), policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def keys(folder: Path) -> tuple[list[str], set[str]]:
    """The keys of all mails, and of all events."""
    with opened_store(folder / "state.db") as store:
        return [queued.mail.key for queued in store.outbox()], set(store.load().events)


def test_person_of_the_team_is_forgotten_too(alliance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert command(alliance, "erase", "Ina Ruh", "--yes") == 0
    said = capsys.readouterr().out
    assert "To delete by hand: Akteure, row 2\nTo delete by hand: Verteiler, row 2\n" in said
    assert traces(alliance, "Ina Ruh") == []


def test_sheet_that_cannot_be_read_does_not_keep_anybody_remembered(
    alliance: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (alliance / "a.xlsx").write_bytes(b"no workbook")
    (alliance / "kontakte.xlsx").unlink()
    capsys.readouterr()
    assert command(alliance, "erase", "Zementwerk Süd", "--yes") == 0
    said = capsys.readouterr().out
    assert "To look through by hand: the sheet (tabs Akteure, Termine, LoI, Kontakte, Verteiler)" in said
    assert "To look through by hand: the second sheet" in said
    assert traces(alliance, "Zementwerk", "zementwerk") == []


def test_name_that_nothing_knows_is_refused_with_the_nearest(
    alliance: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert command(alliance, "erase", "Klinikun", "--yes") == 2
    assert capsys.readouterr().err == "✗ Nobody of that name is known. Did you mean „Klinikum“?\n"
    assert command(alliance, "erase", "  ", "--yes") == 2


@pytest.mark.parametrize(("answer", "meant"), [("n", False), ("", False), ("nein", False), ("y", True), ("Ja", True)])
def test_only_a_clear_yes_at_a_terminal_is_meant(answer: str, meant: bool, capsys: pytest.CaptureFixture[str]) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    with os.fdopen(theirs, encoding="utf-8") as terminal:
        assert is_meant(terminal, "Forget it?", "Nothing was erased") == meant
    os.close(ours)
    assert capsys.readouterr().out == "Forget it? [y/N] "


def test_nothing_is_erased_without_a_terminal(alliance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (alliance / "state.db").read_bytes()
    capsys.readouterr()
    assert command(alliance, "erase", "Klinikum") == 2
    assert capsys.readouterr().err == "✗ Nothing was erased: without a terminal to ask at, add --yes.\n"
    assert (alliance / "state.db").read_bytes() == before


def test_address_that_is_stopped_is_never_repeated(alliance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert command(alliance, "mail", "stop", " Ruh@example.org") == 0
    assert capsys.readouterr() == ("Nobody will mail this address again.\n", "")
    with opened_store(alliance / "state.db") as store:
        memory = store.load()
    assert memory.objections == {memory.address_id("ruh@example.org")}
    assert command(alliance, "mail", "stop", "ruh at example") == 2
    assert "ruh" not in capsys.readouterr().err
