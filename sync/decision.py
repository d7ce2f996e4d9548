"""What a run decides, between reading and acting: from what was read and what is remembered to all that is to be done.

Pure: nothing here reads, writes or looks at a clock. How it is read and carried out is `sync.run`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import pandas as pd

from reports.desk import Desk
from reports.fuse import fuse_row
from reports.mail import Mail, MailKind, MailState, QueuedMail
from reports.naming import names_of_former_consent
from reports.own_templates import Own
from reports.timetable import Timetable
from reports.welcome import may_be_welcomed
from reports.wording import words
from reports.write_mails import WEEKLY, write_mails
from scoring.alliance import Alliance
from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.domain import Language
from scoring.fuse import Hold, hold
from scoring.memory import EventKind, Memory
from scoring.messages import Note
from scoring.news import News, detect_news
from scoring.parsing.parse import UnreadableSheetError, parse
from scoring.remember import remember
from scoring.snapshot import Snapshot
from sync.errors import SetupError
from sync.releases import Releases, answered_mails, outdated, read_releases, refused_mails, sent_mails

Contacts = tuple[pd.DataFrame, frozenset[str]]
"""The table of Kontakte, and the address ids of everybody who ever objected to mail."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a run needs to know besides sheet and memory. `sender` is None while mail is switched off.

    `timetable` is what Übersicht says of a worker, None without one; `due` are the weekly mails whose time has come.
    `confirm` says that a person vouches for new signatures, `accept` that a sudden loss of actors was meant.
    """

    language: Language
    now: datetime
    sender: str | None = None
    sheet_link: str = ""
    handbook: str = ""
    timetable: Timetable | None = None
    own: Own | None = None
    due: frozenset[MailKind] = WEEKLY
    dry_run: bool = False
    confirm: bool = False
    accept: bool = False

    @property
    def today(self) -> date:
        """The day that deadlines and meetings are held against."""
        return self.now.date()

    @property
    def desk(self) -> Desk | None:
        """What every mail has in common; None while mail is switched off."""
        if self.sender is None:
            return None
        return Desk(
            sender=self.sender,
            language=self.language,
            now=self.now,
            sheet_link=self.sheet_link,
            handbook_link=self.handbook,
            own=self.own,
        )


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the sheet says: typed, assessed, compared with the memory. `hold` is None unless the fuse has blown.

    `knows_contacts` is False when they could not be read: then nobody can say of a mail to them whether it may go out.
    """

    alliance: Alliance
    assessment: Assessment
    releases: Releases
    news: News
    hold: Hold | None
    knows_contacts: bool = True

    def needs_contacts(self, outbox: Sequence[QueuedMail]) -> bool:
        """Say whether a mail to a contact is to be written, or may go out."""
        return bool(self.news.told(EventKind.NEW_MEMBER)) or any(self.welcomes(outbox))

    def welcomes(self, outbox: Sequence[QueuedMail]) -> Iterator[QueuedMail]:
        """Yield the mails to contacts that may go out with this run: released now, or before."""
        for queued in outbox:
            is_released = queued.state is not MailState.WAITING or self.releases.said.get(queued.number, False)
            if queued.mail.kind is MailKind.WELCOME and queued.state.is_open and is_released:
                yield queued

    def without_contacts(self, outbox: Sequence[QueuedMail]) -> "Seen":
        """Return the same with everything about contacts put off to a later run."""
        welcomes = {queued.number for queued in outbox if queued.mail.kind is MailKind.WELCOME}
        said = {number: yes for number, yes in self.releases.said.items() if number not in welcomes}
        events = tuple(event for event in self.news.events if event.kind is not EventKind.NEW_MEMBER)
        releases, news = replace(self.releases, said=said), replace(self.news, events=events)
        return replace(self, releases=releases, news=news, knows_contacts=False)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """All that a run found out and wants to do before it touches anything.

    `memory` is the one after the run. `hold` says that the fuse holds it: then `mails` is the row that asks a person.
    """

    alliance: Alliance
    assessment: Assessment
    memory: Memory
    mails: tuple[Mail, ...] = ()
    releases: Releases = field(default_factory=Releases)
    hold: Hold | None = None


def look(snapshot: Snapshot, memory: Memory, options: Options, outbox: Sequence[QueuedMail] = ()) -> Seen:
    """Return what the sheet says. Pure. Raises `SetupError` when it holds no list of actors."""
    alliance, notes = parsed(snapshot, memory, options.language)
    releases = _releases(snapshot, outbox, alliance, memory, options)
    notes = (*notes, *releases.notes, *refused_mails(outbox, alliance, options.today))
    assessment = assess(alliance, memory, options.today, notes)
    held = hold(alliance, memory)
    lifted = options.accept or any(
        releases.said.get(queued.number, False) for queued in outbox if held and _asks(queued, held)
    )
    return Seen(
        alliance=alliance,
        assessment=assessment,
        releases=releases,
        news=detect_news(alliance, assessment, memory, options.now, confirmed=options.confirm),
        hold=None if lifted else held,
    )


def decide(
    seen: Seen,
    snapshot: Snapshot,
    memory: Memory,
    options: Options,
    outbox: Sequence[QueuedMail] = (),
    contacts: Contacts | None = None,
) -> Decision:
    """Turn what was seen and what is remembered into everything that is to be said and done. Pure.

    Without `contacts` they are those of the sheet itself.
    """
    alliance, assessment = seen.alliance, seen.assessment
    if seen.hold is not None:
        ask = _question(seen.hold, outbox, options)
        return Decision(alliance=alliance, assessment=assessment, memory=memory, mails=ask, hold=seen.hold)
    table, objections = contacts or (alliance.contacts, memory.objections)
    memory, desk = replace(memory, objections=memory.objections | objections), options.desk
    mails = write_mails(desk, alliance, assessment, memory, seen.news, table, options.due) if desk else ()
    said = {**_settled(outbox), **seen.releases.said}
    for queued in seen.welcomes(outbox) if seen.knows_contacts else ():
        if not may_be_welcomed(queued.mail.recipient, table, memory, options.today):
            said[queued.number] = False
    said |= dict.fromkeys(sent_mails(snapshot, outbox), False)
    return Decision(
        alliance=alliance,
        assessment=assessment,
        memory=remember(memory, snapshot, alliance, assessment, news=seen.news),
        mails=mails,
        releases=replace(seen.releases, said=said),
    )


def _releases(
    snapshot: Snapshot, outbox: Sequence[QueuedMail], alliance: Alliance, memory: Memory, options: Options
) -> Releases:
    """Return what people said, for all mails of one batch what they said of one; nothing while mail is switched off.

    A mail beside which anything is written goes by that alone, and the rest of a batch waits while answers differ. One
    that names somebody who may not be named any more stays where it is.
    """
    found = read_releases(snapshot, outbox, options.language)
    waiting = [queued for queued in outbox if queued.state is MailState.WAITING]
    if options.sender is None:
        waiting = [queued for queued in waiting if queued.mail.kind is MailKind.FUSE]
    batches = {(_batch(queued), found.said[queued.number]) for queued in waiting if queued.number in found.said}
    one_answer = {batch: yes for batch, yes in batches if (batch, not yes) not in batches}
    answered = answered_mails(snapshot)
    signed = {event.uid for event in memory.events.values() if event.kind is EventKind.SIGNED}
    said, notes = dict[int, bool](), list(found.notes)
    for queued in waiting:
        answer = found.said.get(queued.number)
        if queued.number not in answered:
            answer = one_answer.get(_batch(queued))
        names = (
            names_of_former_consent(queued.mail.preview, alliance, options.today, _reader(queued), signed)
            if answer
            else ()
        )
        if names:
            notes.append(outdated(snapshot, queued.number, names[0]))
        elif answer is not None:
            said[queued.number] = answer
    return Releases(said=said, notes=tuple(notes))


def _batch(queued: QueuedMail) -> str:
    """Return what the mails about the same news have in common: the key without the recipient."""
    return queued.mail.key.rpartition(":")[0] if queued.mail.kind is MailKind.LOI_UPDATE else queued.mail.key


def _reader(queued: QueuedMail) -> str:
    """Return the uid of the actor that a welcome goes to, "" for other mails."""
    return queued.mail.key.split(":")[1] if queued.mail.kind is MailKind.WELCOME else ""


def _asks(queued: QueuedMail, held: Hold) -> bool:
    return queued.state is MailState.WAITING and queued.mail.key.startswith(held.key)


def _question(held: Hold, outbox: Sequence[QueuedMail], options: Options) -> tuple[Mail, ...]:
    """Return the row that asks whether the loss was meant; after an answer the same loss is asked about anew."""
    answered = sum(queued.mail.key.startswith(held.key) and queued.state is not MailState.WAITING for queued in outbox)
    return (fuse_row(held, f"{held.key}:{answered}", words(options.language)),)


def _settled(outbox: Sequence[QueuedMail]) -> dict[int, bool]:
    """Return what closes a question about a loss that is none any more: the actors are back."""
    return {
        queued.number: False
        for queued in outbox
        if queued.mail.kind is MailKind.FUSE and queued.state is MailState.WAITING
    }


def parsed(snapshot: Snapshot, memory: Memory, language: Language) -> tuple[Alliance, tuple[Note, ...]]:
    """Return tables and notes; raises `SetupError` with the sentences that say what is wrong with the sheet."""
    try:
        return parse(snapshot, memory, language)
    except UnreadableSheetError as error:
        raise SetupError(*map(words(language).say, error.problems)) from None
