"""What people see of delivery and say about it: Freigabe on Postausgang, and mails that came back. Pure.

A mail is known by its number, never by its row, and only while the row shows the mail that waits: whoever wrote ja
beside something else has not seen it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import get_args

from reports.desk import NAME_LENGTH
from reports.mail import MailState, QueuedMail
from reports.one_line import one_line
from reports.wording import words
from scoring.addresses import column_letter
from scoring.alliance import Alliance
from scoring.domain import Language, Release, Severity
from scoring.messages import Argument, Note, NoteCode
from scoring.parsing.codes import read_choice
from scoring.snapshot import Cell, Grid, Snapshot
from scoring.tabs import OUTBOX, RECIPIENTS
from scoring.text import tidy
from sync.ownership import RELEASE_COLUMN
from sync.plan import as_kept

REFUSED_DAYS = 28
"""So long the row of somebody whose mail came back carries a note."""

_OVER = (MailState.SENT, MailState.FAILED)
_FIELDS = [column.field for column in OUTBOX.columns]
_SUBJECT, _PREVIEW, _STATE = (_FIELDS.index(field) for field in ("subject", "preview", "state"))


@dataclass(frozen=True, kw_only=True)
class Releases:
    """What people decided: by the number of a mail that waits, True to send it and False to drop it; and the notes."""

    said: Mapping[int, bool] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """A filled cell Freigabe: its 1-based row, the number of that row (None without one), and what was written."""

    row: int
    number: int | None
    text: str
    cells: Sequence[Cell]


def read_releases(snapshot: Snapshot, outbox: Sequence[QueuedMail], language: Language) -> Releases:
    """Return what people wrote into Freigabe beside mails that wait.

    Nothing is decided by a cell that is neither ja nor nein, beside another mail than the one that waits, without a
    number that the service gave, by two rows of one number that differ, or by a ja that stood there before the mail
    did; each of these is a note.
    """
    tab = snapshot.service_tab(OUTBOX.name)
    mails = {queued.number: queued for queued in outbox}
    said: dict[int, bool] = {}
    notes: list[Note] = []
    for answer in _answers(tab.cells if tab else ()):
        queued = mails.get(answer.number or 0)
        if queued is not None and queued.state is not MailState.WAITING:
            continue
        decided = read_choice(answer.text, Release, language)
        problem = _problem(queued, answer, is_readable=decided.code is None)
        if problem is None and queued is not None:
            yes = decided.value == Release.YES
            problem = NoteCode.RELEASE_TOO_EARLY if yes and not queued.shown else None
        if problem is None and queued is not None:
            problem = NoteCode.RELEASE_CONTRADICTED if said.setdefault(queued.number, yes) != yes else None
        if problem is not None:
            notes.append(_note(problem, tab.title if tab else "", answer, decided.args, language))
    contradicted = {note.args["number"] for note in notes if note.code is NoteCode.RELEASE_CONTRADICTED}
    return Releases(
        said={number: yes for number, yes in said.items() if number not in contradicted}, notes=tuple(notes)
    )


def answered_mails(snapshot: Snapshot) -> frozenset[int]:
    """Return the numbers beside which anything stands in Freigabe, whether it can be read or not."""
    tab = snapshot.service_tab(OUTBOX.name)
    return frozenset(answer.number for answer in _answers(tab.cells if tab else ()) if answer.number)


def sent_mails(snapshot: Snapshot, outbox: Sequence[QueuedMail]) -> frozenset[int]:
    """Return the numbers of open mails that the sheet knows as sent: an older state was put back meanwhile."""
    tab = snapshot.service_tab(OUTBOX.name)
    sent = {words(language).text(f"mail.state.{MailState.SENT}") for language in get_args(Language)}
    rows = tab.cells[1:] if tab else ()
    there = {_number(cells[0]) for cells in rows if len(cells) > _STATE and cells[_STATE] in sent}
    return frozenset(queued.number for queued in outbox if queued.state.is_open and queued.number in there)


def shown_mails(snapshot: Snapshot, outbox: Sequence[QueuedMail]) -> frozenset[int]:
    """Return the numbers of waiting mails that the sheet shows for the first time, and Freigabe is blank."""
    tab = snapshot.service_tab(OUTBOX.name)
    waiting = {queued.number: queued for queued in outbox if queued.state is MailState.WAITING and not queued.shown}
    rows = tab.cells[1:] if tab and waiting else ()
    answered = {_number(cells[0]) for cells in rows if _is_filled(cells)}
    return frozenset(
        queued.number
        for cells in rows
        if (queued := waiting.get(_number(cells[0] if cells else None) or 0)) is not None
        and queued.number not in answered
        and _shows(cells, queued)
    )


def refused_mails(outbox: Sequence[QueuedMail], alliance: Alliance, today: date) -> tuple[Note, ...]:
    """Return a note at the row in Verteiler of everybody whose newest mail could not be delivered.

    It goes when a later mail arrived, and after `REFUSED_DAYS` days.
    """
    newest = {queued.mail.recipient_name: queued for queued in outbox if queued.state in _OVER}
    people, place = alliance.recipients, alliance.place(RECIPIENTS.name)
    return tuple(
        Note(
            code=NoteCode.MAIL_REFUSED,
            severity=Severity.WARNING,
            tab=place.title,
            cell=place.cell(row, "email"),
            args={"number": found.number},
        )
        for row, name in zip(people.index.tolist(), people["name"], strict=True)
        if (found := newest.get(one_line(name, NAME_LENGTH))) is not None
        and found.state is MailState.FAILED
        and (today - found.created_at.date()).days < REFUSED_DAYS
    )


def outdated(snapshot: Snapshot, number: int, name: str) -> Note:
    """Return the note about a mail that names somebody who may not be named any more."""
    tab = snapshot.service_tab(OUTBOX.name)
    rows = enumerate(tab.cells, 1) if tab else ()
    row = next((row for row, cells in rows if cells and _number(cells[0]) == number), 0)
    return Note(
        code=NoteCode.RELEASE_OUTDATED,
        severity=Severity.WARNING,
        tab=tab.title if tab else "",
        cell=f"{column_letter(RELEASE_COLUMN)}{row}" if row else "",
        args={"number": number, "name": name},
    )


def _answers(cells: Grid) -> Iterator[_Answer]:
    for row, values in enumerate(cells[1:], 2):
        if _is_filled(values):
            answer = values[RELEASE_COLUMN]
            text = Release.YES.en if answer is True else tidy(str(answer))
            yield _Answer(row=row, number=_number(values[0]), text=text, cells=values)


def _is_filled(cells: Sequence[Cell]) -> bool:
    return len(cells) > RELEASE_COLUMN and cells[RELEASE_COLUMN] not in {None, "", False}


def _shows(cells: Sequence[Cell], queued: QueuedMail) -> bool:
    """Say whether the row shows this mail, subject and text."""
    shown = tuple((cells[at] if at < len(cells) else None) or None for at in (_SUBJECT, _PREVIEW))
    return shown == (as_kept(queued.mail.subject), as_kept(queued.mail.preview))


def _number(cell: Cell) -> int | None:
    whole = isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell).is_integer()
    return int(cell) if whole and cell else None


def _problem(queued: QueuedMail | None, answer: _Answer, *, is_readable: bool) -> NoteCode | None:
    if queued is None:
        return NoteCode.RELEASE_WITHOUT_MAIL
    if not _shows(answer.cells, queued):
        return NoteCode.RELEASE_BESIDE_ANOTHER
    return None if is_readable else NoteCode.CHOICE_UNKNOWN


def _note(code: NoteCode, title: str, answer: _Answer, args: Mapping[str, Argument], language: Language) -> Note:
    cell = f"{column_letter(RELEASE_COLUMN)}{answer.row}"
    column = OUTBOX.column("release").header(language)
    match code:
        case NoteCode.CHOICE_UNKNOWN:
            args = {**args, "found": answer.text, "column": column}
        case NoteCode.RELEASE_WITHOUT_MAIL:
            args = {}
        case _:
            args = {"number": answer.number or 0}
    return Note(code=code, severity=Severity.WARNING, tab=title, cell=cell, args=args)
