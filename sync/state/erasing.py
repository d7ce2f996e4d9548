"""A name leaves the outbox and the run history: the statements, and in which spellings it may stand there.

Every function takes the connection of a transaction that `sync.state.store` holds. The memory itself is erased as a
value (`sync.erase`) and written like any other.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import Connection, RowMapping, select, update

from reports.mail import MailState
from reports.one_line import one_line
from scoring.text import fold
from sync.state import tables

SHORTEST_CUT, LONGEST_CUT = 20, 200
"""A cut name ("Gemeinnützige Wohnungsb…") of fewer characters may be anybody's; in a mail none has more."""

_SHOWN = ("recipient_name", "subject", "preview", "problem")


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """How many mails and lines of the run history named it, and how many of the mails had not gone out: cancelled."""

    mails: int = 0
    cancelled: int = 0
    runs: int = 0


@dataclass(frozen=True, kw_only=True)
class Spellings:
    """The ways in which names stand in a text: any case and white space, whole words, or cut as a mail cuts them."""

    pattern: re.Pattern[str]
    folded: re.Pattern[str]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Spellings":
        """Return the spellings of these names, of which at least one is not blank."""
        whole = {name for name in names if name.strip()}
        return cls(
            pattern=_any_of(
                [*(_words(name) for name in whole), *(_words(cut) for name in whole for cut in _cuts(name))]
            ),
            folded=_any_of([_words(fold(name)) for name in whole]),
        )

    def stand_in(self, text: str) -> bool:
        """Say whether one of the names stands in the text, however it is typed."""
        return bool(self.pattern.search(text) or self.folded.search(fold(text)))

    def replaced_in(self, text: str, pseudonym: str) -> str:
        """Return the text with the pseudonym in their place; where that is not enough, the pseudonym alone."""
        replaced = self.pattern.sub(pseudonym, text)
        return pseudonym if self.folded.search(fold(replaced)) else replaced


def forget(connection: Connection, spellings: Spellings, pseudonym: str) -> Forgotten:
    """Replace the names in every mail and every problem of a run; an open mail to or about them is cancelled."""
    mails = list(connection.execute(select(tables.outbox)).mappings())
    named = [mail for mail in mails if _is_named(mail, spellings)]
    for mail in named:
        connection.execute(
            update(tables.outbox)
            .where(tables.outbox.c.number == mail["number"])
            .values(_changed(mail, spellings, pseudonym))
        )
    return Forgotten(
        mails=len(named),
        cancelled=sum(MailState(mail["state"]).is_open for mail in named),
        runs=_forget_runs(connection, spellings, pseudonym),
    )


def _is_named(mail: RowMapping, spellings: Spellings) -> bool:
    shown = (mail[column] for column in _SHOWN)
    return any(map(spellings.stand_in, shown)) or any(map(spellings.stand_in, _texts(mail["message"])))


def _changed(mail: RowMapping, spellings: Spellings, pseudonym: str) -> dict[str, object]:
    shown: dict[str, object] = {column: spellings.replaced_in(mail[column], pseudonym) for column in _SHOWN}
    if not MailState(mail["state"]).is_open:
        return shown
    return shown | {"state": MailState.CANCELLED, "recipient": "", "message": b"", "next_at": None, "expires_at": None}


def _forget_runs(connection: Connection, spellings: Spellings, pseudonym: str) -> int:
    run = tables.run
    rows = list(connection.execute(select(run.c.number, run.c.problem).where(run.c.problem != "")))
    named = [(number, problem) for number, problem in rows if spellings.stand_in(problem)]
    for number, problem in named:
        said = spellings.replaced_in(problem, pseudonym)
        connection.execute(update(run).where(run.c.number == number).values(problem=said))
    return len(named)


def _texts(message: bytes) -> Iterator[str]:
    """Yield what a mail says to whom, as people read it."""
    if not message:
        return
    mail = message_from_bytes(message, EmailMessage, policy=policy.default)
    yield str(mail["To"] or "")
    yield str(mail["Subject"] or "")
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            yield html.unescape(part.get_content())


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of the longest first; a name within a longer word is another one."""
    ordered = sorted(set(patterns), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(ordered)})(?!\w)", re.IGNORECASE)


def _words(name: str) -> str:
    return r"\s+".join(map(re.escape, name.split()))


def _cuts(name: str) -> Iterator[str]:
    """Yield the name as a text of limited length shows it."""
    return (one_line(name, length) for length in range(SHORTEST_CUT, min(len(name), LONGEST_CUT)))
