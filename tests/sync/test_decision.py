"""What a run decides from what it read and remembers: values in, values out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from reports.desk import Desk
from reports.mail import Mail, MailKind, MailState, QueuedMail
from scoring.memory import Event, EventKind, Memory
from scoring.messages import NoteCode
from scoring.news import News
from scoring.snapshot import Cell, Snapshot, Tab
from scoring.tabs import OUTBOX
from sync.decision import Decision, Options, Seen, decide, look
from sync.errors import SetupError
from sync.releases import Releases
from tests.sync.worlds import NOW, SENDER

OPTIONS = Options(language="de", now=NOW, sender=SENDER)
SOON = replace(OPTIONS, now=NOW + timedelta(minutes=10))
SETTINGS = Tab(
    id="2",
    title="Einstellungen",
    cells=(("Einstellung", "Wert"), ("Kommune", "Neustadt"), ("LoI veröffentlicht am", "2026-10-01")),
)
RECIPIENTS = Tab(
    id="3", title="Verteiler", cells=(("Name", "E-Mail", "LoI-Meldungen"), ("Anna", "anna@example.org", "ja"))
)
CONTACTS = Tab(
    id="4",
    title="Kontakte",
    cells=(
        ("Akteur", "Name", "E-Mail", "Rechtsgrundlage", "Einwilligung am", "Mails"),
        ("Speiche", "Lena", "lena@example.org", "Einwilligung", "2026-11-01", "ja"),
    ),
)


def sheet(*actors: str, signed: Sequence[str] = (), outbox: Sequence[tuple[Cell, ...]] = ()) -> Snapshot:
    """Return a sheet with these actors, of whom some signed yesterday."""
    rows = tuple((name, "unterzeichnet", "2026-11-23", "ja", "ja") for name in signed)
    head = ("Akteur", "Status", "Unterzeichnet am", "Zeichnungsberechtigt", "Veröffentlichung")
    return Snapshot(
        tabs=(
            Tab(id="1", title="Akteure", cells=(("Name", "Art"), *((name, "Verein") for name in actors))),
            *(SETTINGS, RECIPIENTS, CONTACTS, Tab(id="5", title="LoI", cells=(head, *rows))),
            Tab(
                id="6",
                title="Postausgang",
                service=OUTBOX.name,
                cells=(tuple(column.de for column in OUTBOX.columns), *outbox),
            ),
        )
    )


def decided(
    snapshot: Snapshot, memory: Memory, options: Options = OPTIONS, outbox: Sequence[QueuedMail] = ()
) -> Decision:
    return decide(look(snapshot, memory, options, outbox), snapshot, memory, options, outbox)


def remembered(*actors: str) -> Memory:
    """Return the memory after a first run over these actors."""
    return decided(sheet(*actors), Memory(address_key=b"k")).memory


def waiting(number: int, kind: MailKind, recipient: str = "", *, key: str = "") -> QueuedMail:
    mail = Mail(key=key or f"{kind}:{number}", kind=kind, recipient=recipient, subject="s", message=b"", preview="p")
    return QueuedMail(number=number, mail=mail, state=MailState.WAITING, created_at=NOW, shown=True)


def row(number: int, answer: str, subject: str = "s", preview: str = "p") -> tuple[Cell, ...]:
    return (number, None, None, None, subject, preview, answer)


def kinds(decision: Decision) -> list[tuple[str, str]]:
    return [(mail.kind.value, mail.recipient) for mail in decision.mails]


def test_desk_is_there_only_while_mail_is_switched_on() -> None:
    assert replace(OPTIONS, sender=None).desk is None
    sheet, handbook = "https://example.org/s", "https://example.org/h"
    assert replace(OPTIONS, sheet_link=sheet, handbook=handbook).desk == Desk(
        sender=SENDER, language="de", now=NOW, sheet_link=sheet, handbook_link=handbook
    )


def test_signature_is_announced_by_the_second_look_and_remembered_for_good() -> None:
    snapshot, before = sheet("Speiche", "Rathaus", signed=["Speiche"]), remembered("Speiche", "Rathaus")
    first = decided(snapshot, before)
    assert (kinds(first), set(first.memory.pending.values())) == ([], {NOW})
    second = decided(snapshot, first.memory, SOON)
    assert kinds(second) == [
        ("loi_update", "anna@example.org"),
        ("welcome", "lena@example.org"),
        ("milestone", "anna@example.org"),
    ]
    third = decided(snapshot, second.memory, SOON)
    assert (kinds(third), third.memory) == ([], second.memory)


def test_news_of_a_run_without_mail_are_remembered_and_never_mailed_later() -> None:
    snapshot, before = sheet("Speiche", signed=["Speiche"]), remembered("Speiche")
    silent = decided(snapshot, before, replace(OPTIONS, sender=None, confirm=True))
    assert (silent.mails, [event.kind for event in silent.memory.events.values()].count(EventKind.SIGNED)) == ((), 1)
    assert kinds(decided(snapshot, silent.memory, SOON)) == []


def test_contacts_are_needed_for_a_new_member_and_for_a_released_welcome_only() -> None:
    snapshot, memory = sheet("Speiche"), remembered("Speiche")
    welcome, update = waiting(1, MailKind.WELCOME), waiting(2, MailKind.LOI_UPDATE)
    quiet = look(snapshot, memory, OPTIONS)
    joined = Event(key="new_member:u", kind=EventKind.NEW_MEMBER, day=NOW.date(), uid="u")
    assert quiet.needs_contacts([welcome, update]) is False
    assert replace(quiet, news=News(events=(joined,))).needs_contacts([]) is True
    assert replace(quiet, news=News(events=(replace(joined, silent=True),))).needs_contacts([]) is False
    assert replace(quiet, releases=Releases(said={1: True})).needs_contacts([welcome, update]) is True
    assert replace(quiet, releases=Releases(said={1: False, 2: True})).needs_contacts([welcome, update]) is False


def test_without_contacts_only_what_needs_them_is_put_off() -> None:
    signed = Event(key="loi_signed:u", kind=EventKind.SIGNED, day=NOW.date(), uid="u")
    joined = replace(signed, key="new_member:u", kind=EventKind.NEW_MEMBER)
    seen: Seen = replace(
        look(sheet("Speiche"), remembered("Speiche"), OPTIONS),
        news=News(events=(signed, joined)),
        releases=Releases(said={1: True, 2: True, 3: False}),
    )
    outbox = [waiting(1, MailKind.WELCOME), waiting(2, MailKind.LOI_UPDATE), waiting(3, MailKind.LOI_UPDATE)]
    rest = seen.without_contacts(outbox)
    assert (rest.news.events, rest.releases.said) == ((signed,), {2: True, 3: False})


@pytest.mark.parametrize("kind", [MailKind.WELCOME, MailKind.SUCCESS, MailKind.LOI_UPDATE])
@pytest.mark.parametrize(
    ("letter", "is_noted"),
    [
        (("Speiche", "unterzeichnet", "2026-11-23", "ja", "ja"), False),
        (("Speiche", "unterzeichnet", "2026-11-23", "ja", "nur Name"), False),
        (("Speiche", "unterzeichnet", "2026-11-23", "ja", "nein"), True),
        (("Speiche", "unterzeichnet", "2026-11-23", "ja", ""), True),
        (("Speiche", "zurückgezogen", "2026-11-23", "ja", "ja"), True),
    ],
    ids=["ja", "nur Name", "nein", "blank", "withdrawn"],
)
def test_ja_to_a_mail_that_names_somebody_who_may_not_be_named_is_noted_and_sends_nothing(
    kind: MailKind, letter: tuple[str, ...], is_noted: bool
) -> None:
    mail = waiting(1, kind, "lena@example.org", key=f"{kind}:uid:1")
    mail = replace(mail, mail=replace(mail.mail, preview="Mit dabei ist Speiche."))
    there = sheet("Speiche", "Rathaus", outbox=[row(1, "ja", preview="Mit dabei ist Speiche.")])
    tabs = tuple(replace(tab, cells=(tab.cells[0], letter)) if tab.title == "LoI" else tab for tab in there.tabs)
    releases = look(replace(there, tabs=tabs), remembered("Speiche", "Rathaus"), OPTIONS, [mail]).releases
    noted = [(note.code, note.cell, note.args) for note in releases.notes]
    note = (NoteCode.RELEASE_OUTDATED, "G2", {"number": 1, "name": "Speiche"})
    assert (releases.said, noted) == (({}, [note]) if is_noted else ({1: True}, []))


def test_welcome_is_left_alone_while_nobody_can_say_whether_it_may_go_out() -> None:
    outbox = [replace(waiting(1, MailKind.WELCOME, "max@example.org"), state=MailState.QUEUED)]
    snapshot, memory = sheet("Speiche"), remembered("Speiche")
    known = look(snapshot, memory, OPTIONS, outbox)
    unknown = known.without_contacts(outbox)
    said = [decide(seen, snapshot, memory, OPTIONS, outbox).releases.said for seen in (known, unknown)]
    assert said == [{1: False}, {}]


def test_release_of_a_welcome_holds_while_the_contact_agrees() -> None:
    outbox = [waiting(1, MailKind.WELCOME, "lena@example.org"), waiting(2, MailKind.WELCOME, "max@example.org")]
    snapshot = sheet("Speiche", outbox=[row(1, "ja"), row(2, "ja")])
    assert decided(snapshot, remembered("Speiche"), OPTIONS, outbox).releases.said == {1: True, 2: False}


TEN = [f"Akteur {number}" for number in range(10)]


def test_held_run_remembers_nothing_decides_no_release_and_asks() -> None:
    memory, outbox = remembered(*TEN), [waiting(1, MailKind.LOI_UPDATE)]
    decision = decided(sheet("Speiche", signed=["Speiche"], outbox=[row(1, "ja")]), memory, OPTIONS, outbox)
    assert (decision.memory is memory, decision.releases, kinds(decision)) == (True, Releases(), [("fuse", "")])


@pytest.mark.parametrize(("answer", "is_held"), [("ja", False), ("nein", True), ("", True)])
def test_hold_is_lifted_by_ja_to_this_very_loss(answer: str, is_held: bool) -> None:
    memory = remembered(*TEN)
    (question,) = decided(sheet(TEN[0]), memory).mails
    asked = QueuedMail(number=1, mail=question, state=MailState.WAITING, created_at=NOW, shown=True)
    rows = [row(1, answer, question.subject, question.preview)]
    there = decided(sheet(TEN[0], outbox=rows), memory, OPTIONS, [asked])
    other = decided(sheet(TEN[1], outbox=rows), memory, OPTIONS, [asked])
    assert ((there.hold is not None), (other.hold is not None)) == (is_held, True)


def test_same_loss_is_asked_about_again_once_it_was_answered() -> None:
    memory = remembered(*TEN)
    (question,) = decided(sheet(TEN[0]), memory).mails
    over = QueuedMail(number=1, mail=question, state=MailState.CANCELLED, created_at=NOW)
    (again,) = decided(sheet(TEN[0]), memory, OPTIONS, [over]).mails
    asked = QueuedMail(number=2, mail=again, state=MailState.WAITING, created_at=NOW)
    (still,) = decided(sheet(TEN[0]), memory, OPTIONS, [over, asked]).mails
    assert (again.key != question.key, still.key == again.key) == (True, True)


def test_sheet_without_actors_is_one_sentence() -> None:
    with pytest.raises(SetupError):
        look(Snapshot(tabs=(SETTINGS,)), Memory(), OPTIONS)
