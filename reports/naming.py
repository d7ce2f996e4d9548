"""Who of the signatories may be named, and who may be quoted: what the tab LoI allows.

What belongs here: the one reading of Veröffentlichung that every mail goes by. What is said of a name is decided by the
module of the mail.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from reports.one_line import one_line
from reports.wording import Words
from scoring.alliance import Alliance
from scoring.domain import LetterStatus, Publication
from scoring.letters import valid

NAME_LENGTH = 80
QUOTE_LENGTH = 400
QUOTATION_MARKS = "„“”\"»«‚‘’' "


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """A signatory as others may know it.

    `name` and `quote` are "" where the consent does not reach so far. `consent` is the strictest of its letters, None
    when one of them does not say; `signed_on` the earliest day of its letters, None without one.
    """

    name: str = ""
    quote: str = ""
    consent: Publication | None = None
    signed_on: date | None = None


def signatories(alliance: Alliance, uids: Iterable[str], today: date) -> tuple[Signatory, ...]:
    """Return these actors, in this order, as their letters that are valid on that day allow it."""
    letters = alliance.letters
    return _allowed(alliance, uids, letters[valid(letters, today)])


def former_signatories(alliance: Alliance, uids: Iterable[str]) -> tuple[Signatory, ...]:
    """Return these actors as all the letters allow it that they ever signed. They are never quoted."""
    letters = alliance.letters
    signed = letters[letters["status"].isin((LetterStatus.SIGNED, LetterStatus.WITHDRAWN))]
    return _allowed(alliance, uids, signed.assign(quote=""))


def names_of_former_consent(
    text: str, alliance: Alliance, today: date, uid: str = "", signed: Collection[str] = ()
) -> tuple[str, ...]:
    """Return whom of the tab LoI a text names although they may not be named (any more); `uid` is the reader's own.

    `signed` are the uids of all who ever signed: their rows in LoI may be gone.
    """
    known = alliance.actors["key"].isin(set(alliance.letters["actor"])) | alliance.actors["uid"].isin(set(signed))
    actors = alliance.actors[known & (alliance.actors["uid"] != uid)]
    uids, names = actors["uid"].tolist(), [one_line(name, NAME_LENGTH) for name in actors["name"]]
    allowed = {signatory.name for signatory in signatories(alliance, uids, today)}
    flat = one_line(text, len(text))
    return tuple(name for name in names if name not in allowed and name in flat)


def named(found: Iterable[Signatory]) -> tuple[Signatory, ...]:
    """Return those who may be named."""
    return tuple(signatory for signatory in found if signatory.name)


def listed_names(found: Sequence[Signatory], most: int, words: Words) -> str:
    """Return "A, B und 2 weiteren Akteuren" (said after "von"): at most so many names, all others counted.

    "" when nobody may be named.
    """
    names = [signatory.name for signatory in named(found)][:most]
    rest = len(found) - len(names)
    more = [words.text("loi_update.more", n=rest)] if rest else []
    return words.listed([*names, *more]) if names else ""


def _allowed(alliance: Alliance, uids: Iterable[str], letters: pd.DataFrame) -> tuple[Signatory, ...]:
    columns = alliance.actors[["uid", "key", "name"]].itertuples(index=False, name=None)
    actors = {uid: (key, name) for uid, key, name in columns}
    known = [actors[uid] for uid in uids if uid in actors]
    return tuple(_signatory(name, letters[letters["actor"] == key]) for key, name in known)


def _signatory(name: str, letters: pd.DataFrame) -> Signatory:
    consent = _strictest(set(letters["publication"]))
    quotes = [quote for quote in letters.sort_values("signed_on", kind="stable")["quote"] if quote]
    days = letters["signed_on"].dropna()
    may_be_named = consent in {Publication.YES, Publication.NAME_ONLY}
    return Signatory(
        name=one_line(name, NAME_LENGTH) if may_be_named else "",
        quote=one_line(quotes[-1], QUOTE_LENGTH).strip(QUOTATION_MARKS)
        if quotes and consent == Publication.YES
        else "",
        consent=consent,
        signed_on=days.min().date() if len(days) else None,
    )


def _strictest(answers: set[str]) -> Publication | None:
    """Return the answer that allows least; a blank one allows nothing and is None, and so is no answer at all."""
    if Publication.NO in answers:
        return Publication.NO
    if not answers or "" in answers:
        return None
    return Publication.NAME_ONLY if Publication.NAME_ONLY in answers else Publication.YES
