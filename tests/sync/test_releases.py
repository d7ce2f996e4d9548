"""Freigabe: a person's ja beside a mail that waits. What is read as one, and what a run makes of it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from reports.mail import Mail, MailKind, MailState, QueuedMail, fingerprint_of
from scoring.messages import NoteCode
from scoring.snapshot import Cell, Snapshot, Tab
from scoring.tabs import OUTBOX
from sync.delivery.folder import file_name
from sync.plan import highest_number
from sync.releases import Releases, read_releases, sent_mails, shown_mails
from tests.sync.worlds import NOW, Typed, WorkbookWorld, World, Worlds

SUBJECT, PREVIEW = "Willkommen", "Guten Tag Frau Lang,\n\nschön, dass Sie dabei sind."
SOON = NOW + timedelta(minutes=10)


def queued(
    number: int = 7, *, state: MailState = MailState.WAITING, preview: str = PREVIEW, shown: bool = True
) -> QueuedMail:
    mail = Mail(
        key=f"welcome:{number}",
        kind=MailKind.WELCOME,
        recipient="lang@example.org",
        subject=SUBJECT,
        message=b"",
        preview=preview,
        needs_release=True,
    )
    return QueuedMail(number=number, mail=mail, state=state, created_at=NOW, shown=shown)


def row(number: Cell, release: Cell, *, subject: str = SUBJECT, preview: str | None = PREVIEW) -> tuple[Cell, ...]:
    return (number, "24.11.2026, 09:00", "Neuaufnahme", "Lang", subject, preview, release, "wartet auf Freigabe", None)


def sheet(rows: Sequence[tuple[Cell, ...]]) -> Snapshot:
    header = tuple(column.de for column in OUTBOX.columns)
    return Snapshot(tabs=(Tab(id="9", title="Postausgang", service=OUTBOX.name, cells=(header, *rows)),))


def read(rows: Sequence[tuple[Cell, ...]], *mails: QueuedMail) -> Releases:
    return read_releases(sheet(rows), mails, "de")


def noted(releases: Releases) -> list[tuple[NoteCode, str]]:
    return [(note.code, note.cell) for note in releases.notes]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ja", {7: True}),
        (" Ja ", {7: True}),
        ("yes", {7: True}),
        (True, {7: True}),
        ("nein", {7: False}),
        ("No", {7: False}),
    ],
)
def test_answer_counts_in_every_spelling(typed: Cell, said: dict[int, bool]) -> None:
    assert read([row(7, typed)], queued()) == Releases(said=said)


@pytest.mark.parametrize("typed", [None, "", False, 0])
def test_blank_answer_says_nothing(typed: Cell) -> None:
    assert read([row(7, typed)], queued()) == Releases()


@pytest.mark.parametrize(
    ("rows", "mails", "notes"),
    [
        ([row(7, "vielleicht")], [queued()], [(NoteCode.CHOICE_UNKNOWN, "G2")]),
        ([row(None, "ja")], [queued()], [(NoteCode.RELEASE_WITHOUT_MAIL, "G2")]),
        ([row("7", "ja")], [queued()], [(NoteCode.RELEASE_WITHOUT_MAIL, "G2")]),
        ([row(7.5, "ja")], [queued()], [(NoteCode.RELEASE_WITHOUT_MAIL, "G2")]),
        ([row(8, "ja")], [queued()], [(NoteCode.RELEASE_WITHOUT_MAIL, "G2")]),
        ([row(7, "ja", subject="Einladung")], [queued()], [(NoteCode.RELEASE_BESIDE_ANOTHER, "G2")]),
        ([row(7, "ja", preview="Guten Tag")], [queued()], [(NoteCode.RELEASE_BESIDE_ANOTHER, "G2")]),
        ([row(7, "ja", preview=None)], [queued()], [(NoteCode.RELEASE_BESIDE_ANOTHER, "G2")]),
        ([row(7, "ja"), row(7, "nein")], [queued()], [(NoteCode.RELEASE_CONTRADICTED, "G3")]),
    ],
    ids=[
        "unreadable",
        "without number",
        "number as text",
        "no whole number",
        "number of no mail",
        "another subject",
        "another preview",
        "no preview",
        "two rows differ",
    ],
)
def test_answer_that_is_none_decides_nothing_and_is_noted(
    rows: list[tuple[Cell, ...]], mails: list[QueuedMail], notes: list[tuple[NoteCode, str]]
) -> None:
    releases = read(rows, *mails)
    assert (releases.said, noted(releases)) == ({}, notes)


def test_rows_are_known_by_their_number_wherever_they_stand() -> None:
    rows = [row(9, "nein"), (None,) * 9, row(7, "ja"), row(8, None)]
    assert read(rows, queued(7), queued(8), queued(9)) == Releases(said={9: False, 7: True})


def test_same_row_twice_with_one_answer_is_one_answer() -> None:
    assert read([row(7, "ja"), row(7, "ja")], queued()) == Releases(said={7: True})


def test_answer_beside_a_mail_that_is_over_is_nobodys_mistake() -> None:
    assert read([row(7, "ja", preview="Guten Tag Frau Lang,")], queued(state=MailState.SENT)) == Releases()


@pytest.mark.parametrize(
    ("typed", "said", "notes"),
    [
        ("ja", {}, [(NoteCode.RELEASE_TOO_EARLY, "G2")]),
        (True, {}, [(NoteCode.RELEASE_TOO_EARLY, "G2")]),
        ("nein", {7: False}, []),
    ],
)
def test_ja_beside_a_mail_that_was_never_seen_without_it_came_too_early(
    typed: Cell, said: dict[int, bool], notes: list[tuple[NoteCode, str]]
) -> None:
    releases = read([row(7, typed)], queued(shown=False))
    assert (releases.said, noted(releases)) == (said, notes)


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        ([row(7, None)], {7}),
        ([row(7, "")], {7}),
        ([row(7, False)], {7}),
        ([row(7, "ja")], set()),
        ([row(7, "?")], set()),
        ([row(7, None), row(7, "ja")], set()),
        ([row(7, None, subject="Einladung")], set()),
        ([row(8, None)], set()),
        ([], set()),
    ],
)
def test_mail_is_shown_once_its_row_stands_there_and_freigabe_is_blank(
    rows: list[tuple[Cell, ...]], numbers: set[int]
) -> None:
    assert shown_mails(sheet(rows), [queued(shown=False)]) == numbers
    assert shown_mails(sheet(rows), [queued(shown=True), queued(8, state=MailState.SENT, shown=False)]) == set()


def test_preview_is_compared_as_a_sheet_keeps_it() -> None:
    long = "Guten Tag\n" + "x" * 40_000
    assert read([row(7, "ja", preview=long[:32_000])], queued(preview=long)) == Releases(said={7: True})


# Whole runs.


@pytest.fixture(params=["workbook", "google"])
def world(request: pytest.FixtureRequest, worlds: Worlds, tmp_path: Path) -> Iterator[World]:
    """A sheet that was synced once."""
    world = worlds.workbook(tmp_path) if request.param == "workbook" else worlds.google(tmp_path)
    world.sync()
    yield world
    world.close()


@pytest.fixture
def workbook(worlds: Worlds, tmp_path: Path) -> Iterator[WorkbookWorld]:
    """A workbook that was synced once."""
    world = worlds.workbook(tmp_path)
    world.sync()
    yield world
    world.close()


def waiting(world: World, *names: str) -> dict[str, int]:
    """Queue a mail that waits for Freigabe for each of these, show them on Postausgang, return their numbers."""
    mails = [
        Mail(
            key=f"loi_update:{name}:{name}",
            kind=MailKind.LOI_UPDATE,
            recipient=f"{name}@example.org",
            recipient_name=name,
            subject=f"= 6 neue „Unterschriften“ für {name}",
            preview=f"Hallo {name},\n\nsechs sind neu:\n- Bürger*innen-Energie\n\n=1+1 bleibt Text. \U0001f33b\n",
            message=f"To: {name}@example.org\r\n\r\n{name}\r\n".encode(),
            needs_release=True,
        )
        for name in names
    ]
    memory = world.store.load()
    world.store.commit(memory, memory, mails, NOW, last_number=highest_number(world.read()))
    world.sync()
    return {queued.mail.recipient_name: queued.number for queued in world.store.outbox()}


def states(world: World) -> dict[str, str]:
    return {queued.mail.recipient_name: queued.state.value for queued in world.store.outbox()}


def shown(world: World) -> list[tuple[Cell, ...]]:
    """Number, recipient, Freigabe and state on Postausgang."""
    rows = [(*cells, *[None] * 9) for cells in world.service_tab("outbox").cells[1:]]
    return [(cells[0], cells[3], cells[6], cells[7]) for cells in rows]


def test_ja_sends_the_very_bytes_that_were_previewed(world: World) -> None:
    waiting(world, "anna", "bernd")
    before = {queued.number: queued for queued in world.store.outbox()}
    assert world.mails == 0
    world.type("Postausgang", {"G3": "ja"})
    outcome = world.sync(SOON)
    (sent,) = [queued for queued in world.store.outbox() if queued.state is MailState.SENT]
    message = (world.folder / "mails" / file_name(sent)).read_bytes()
    assert (message, fingerprint_of(message)) == (before[2].mail.message, before[2].fingerprint)
    assert (outcome.drained.sent, outcome.counts.mails_queued, outcome.decision.releases.notes) == (1, 0, ())
    assert shown(world) == [(1, "anna", None, "wartet auf Freigabe"), (2, "bernd", "ja", "gesendet")]
    assert (world.sync(SOON).counts.cells_written, world.mails) == (0, 1)


def test_nein_drops_the_mail_for_good(world: World) -> None:
    waiting(world, "anna")
    world.type("Postausgang", {"G2": "nein"})
    world.sync(SOON)
    assert (states(world), world.mails) == ({"anna": "cancelled"}, 0)
    world.type("Postausgang", {"G2": "ja"})
    world.sync(SOON)
    assert (states(world), world.mails) == ({"anna": "cancelled"}, 0)


def test_unreadable_answer_is_noted_until_it_is_put_right(world: World) -> None:
    waiting(world, "anna")
    world.type("Postausgang", {"G2": "morgen"})
    world.sync(SOON)
    assert [(cells[0], cells[1]) for cells in world.service_tab("notes").cells if "morgen" in str(cells[3])] == [
        ("Postausgang", "G2")
    ]
    world.type("Postausgang", {"G2": "ja"})
    world.sync(SOON)
    assert (states(world), world.mails) == ({"anna": "sent"}, 1)
    assert [cells for cells in world.service_tab("notes").cells if "morgen" in str(cells[3])] == []


def test_cell_filled_in_advance_releases_no_later_mail(world: World) -> None:
    waiting(world, "anna")
    world.type("Postausgang", {"G3": "ja", "G5": "ja"})
    waiting(world, "bernd")
    assert states(world) == {"anna": "waiting", "bernd": "waiting"}
    assert shown(world)[0] == (1, "anna", None, "wartet auf Freigabe")
    assert shown(world)[4] == (2, "bernd", None, "wartet auf Freigabe")
    assert (world.sync(SOON).counts.cells_written, world.mails) == (0, 0)


def test_number_typed_in_advance_never_becomes_a_mails(workbook: WorkbookWorld) -> None:
    workbook.type("Postausgang", {"A2": 1, "G2": "ja"})
    assert waiting(workbook, "anna") == {"anna": 2}
    workbook.sync(SOON)
    assert (states(workbook), workbook.mails) == ({"anna": "waiting"}, 0)


def test_sorted_rows_release_the_mail_that_stands_beside_ja(workbook: WorkbookWorld) -> None:
    waiting(workbook, "anna", "bernd", "clara")
    workbook.type("Postausgang", {"G4": "ja"})
    rows = [list(cells[:9]) for cells in workbook.service_tab("outbox").cells[1:]]
    workbook.fill("Postausgang", 2, rows[::-1])
    workbook.sync(SOON)
    assert states(workbook) == {"anna": "waiting", "bernd": "waiting", "clara": "sent"}
    assert [line[:3] for line in shown(workbook)] == [(3, "clara", "ja"), (2, "bernd", None), (1, "anna", None)]


def test_ja_that_stayed_while_the_rows_moved_releases_nothing(workbook: WorkbookWorld) -> None:
    """Somebody sorted all columns but Freigabe, or overwrote the text: whoever wrote ja saw something else."""
    waiting(workbook, "anna", "bernd")
    workbook.type("Postausgang", {"G2": "ja"})
    numbers = [cells[0] for cells in workbook.service_tab("outbox").cells[1:]]
    workbook.type("Postausgang", {"A2": numbers[1], "A3": numbers[0]})
    outcome = workbook.sync(SOON)
    assert (states(workbook), workbook.mails) == ({"anna": "waiting", "bernd": "waiting"}, 0)
    assert noted(outcome.decision.releases) == [(NoteCode.RELEASE_BESIDE_ANOTHER, "G2")]


# A welcome, which goes to people outside the team.

SIGNED_ON = date(2026, 11, 23)


@pytest.fixture
def welcoming(workbook: WorkbookWorld) -> WorkbookWorld:
    """An alliance with a published LoI, that the sports club joined afterwards: Lena there is to be welcomed."""
    settings: dict[str, Typed] = {"Kommune": "Neustadt", "LoI veröffentlicht am": date(2026, 10, 1)}
    rows = {cells[0]: number for number, cells in enumerate(workbook.tab("Einstellungen").cells, 1)}
    workbook.type("Einstellungen", {f"B{rows[name]}": value for name, value in settings.items()})
    workbook.fill("Akteure", 2, [["Sportverein"]])
    workbook.sync(NOW)
    workbook.fill("LoI", 2, [["Sportverein", None, "unterzeichnet", SIGNED_ON, None, "ja"]])
    headers = ["Akteur", "Name", "E-Mail", "Rechtsgrundlage", "Einwilligung am", "Mails"]
    lena: list[Typed] = ["Sportverein", "Lena", "lena@sport.example", "Einwilligung", SIGNED_ON, "ja"]
    workbook.add_tab("Kontakte", [headers, lena])
    for minutes in (20, 30):
        workbook.sync(NOW + timedelta(minutes=minutes))
    assert states(workbook) == {"Lena": "waiting"}
    workbook.type("Postausgang", {"G2": "ja"})
    return workbook


LATER = NOW + timedelta(days=30)


def released(world: WorkbookWorld, now: datetime = LATER) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Run, and return name, preview and state of each mail, and to whom mails went so far."""
    world.sync(now)
    mails = sorted((world.folder / "mails").glob("*.eml"))
    recipients = [str(message_from_bytes(mail.read_bytes(), policy=policy.default)["To"]) for mail in mails]
    left = [(queued.mail.recipient_name, queued.mail.preview, queued.state.value) for queued in world.store.outbox()]
    return left, recipients


def test_released_welcome_goes_to_the_contact(welcoming: WorkbookWorld) -> None:
    assert released(welcoming) == ([("", "", "sent")], ["Lena <lena@sport.example>"])


@pytest.mark.parametrize("answer", ["nein", "widersprochen", None])
def test_welcome_is_dropped_when_the_contact_no_longer_agrees(welcoming: WorkbookWorld, answer: str | None) -> None:
    welcoming.type("Kontakte", {"F2": answer})
    assert released(welcoming) == ([("", "", "cancelled")], [])


def test_welcome_is_dropped_when_the_contact_is_gone(welcoming: WorkbookWorld) -> None:
    welcoming.fill("Kontakte", 2, [[None] * 6])
    assert released(welcoming) == ([("", "", "cancelled")], [])


@pytest.mark.parametrize(("state", "known"), [("gesendet", {7}), ("sent", {7}), ("wartet auf Freigabe", set())])
def test_mail_that_the_sheet_knows_as_sent_is_known_by_its_state(state: str, known: set[int]) -> None:
    """Only an older state that was put back can think that it is still open: it must not go out again."""
    shown = sheet([(*row(7, "ja")[:7], state, "24.11.2026, 09:20"), row(8, None)])
    assert sent_mails(shown, (queued(7), queued(8))) == known
