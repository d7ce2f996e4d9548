"""The LoI letter: the Absichtserklärung of one actor as a page to sign, and the mail with which a person sends it.

What belongs here: what stands in both and who may be named as the recipient. The words are `reports/templates/letter`;
how the page becomes a PDF is decided where files are written.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

import pandas as pd

from reports.message import draft, is_mailable
from reports.one_line import one_line
from reports.own_templates import Own
from reports.templating import render_letter
from reports.welcome import polite_name
from reports.wording import words
from scoring.alliance import Alliance
from scoring.domain import Language, MailConsent
from scoring.memory import Memory

LATEST_YEAR = 2035
"""By then at the latest an alliance wants its town to be climate-neutral; an earlier Zieljahr holds."""

NAME_LENGTH = 100
"""Characters of an actor's name on the page, which is one page whatever a sheet holds."""

PLACE_LENGTH = 36
VERSION_LENGTH = 20
STEM_LENGTH = 60
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS"})


_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""Names that Windows keeps for itself, whatever their ending."""


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody at the actor who may be mailed to; `polite_name` begins with Frau, Herr or the like where known."""

    address: str
    name: str
    polite_name: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """The letter of one actor: `html` is the page, `subject` and `text` the mail; `stem` names its files.

    `recipient` is None where a person has to write whom it goes to. `problems` say in one sentence each why a template
    of the team's own was not used.
    """

    stem: str
    html: str
    subject: str
    text: str
    recipient: Recipient | None = None
    problems: tuple[str, ...] = ()


def letter(
    alliance: Alliance,
    actor: str,
    recipient: Recipient | None,
    *,
    language: Language,
    today: date,
    own: Own | None = None,
) -> Letter:
    """Return the letter for the actor with that key, dated `today`."""
    (name,) = alliance.actors.loc[alliance.actors["key"] == actor, "name"]
    values = {**_values(alliance, name, today), "recipient": recipient}
    html, page_problem = render_letter("html", language, values, own)
    text, mail_problem = render_letter("txt", language, values, own)
    args = {"actor": one_line(name, NAME_LENGTH), "municipality": str(values["municipality"])}
    return Letter(
        stem=slug(name),
        html=html,
        subject=words(language).text("letter.subject", **args),
        text=text,
        recipient=recipient,
        problems=tuple(dict.fromkeys(problem for problem in (page_problem, mail_problem) if problem)),
    )


def letter_draft(letter: Letter, pdf: bytes, *, sender: str, now: datetime) -> bytes:
    """Return the mail with the PDF attached, for a person to look at, change and send. `sender` is "Name <address>"."""
    to = letter.recipient
    return draft(
        subject=letter.subject,
        text=letter.text,
        sender=sender,
        recipient=to.address if to else "",
        recipient_name=to.name if to else "",
        date=now,
        pdf=pdf,
        file=f"{letter.stem}.pdf",
    )


def letter_recipient(
    contacts: pd.DataFrame, objected: frozenset[str], actor: str, *, memory: Memory, today: date
) -> Recipient | None:
    """Return the first contact of that actor who may be mailed to: Mails = ja, no objection, not yet to be deleted.

    `contacts` has the columns of Kontakte, `objected` holds the address ids of all who ever objected.
    """
    rows = contacts[
        (contacts["actor"] == actor)
        & (contacts["mails"] == MailConsent.YES)
        & ~(contacts["delete_on"] <= pd.Timestamp(today))
        & contacts["email"].map(is_mailable).astype(bool)
        & ~contacts["email"].map(memory.address_id).isin(objected | memory.objections)
    ]
    for name, salutation, address in rows[["name", "salutation", "email"]].itertuples(index=False, name=None):
        return Recipient(address=address, name=name, polite_name=one_line(polite_name(name, salutation), NAME_LENGTH))
    return None


def slug(name: str) -> str:
    """Return a file name that any system takes: lower-case ASCII letters and digits with single hyphens, never blank.

    "Müller & Söhne GmbH" gives "mueller-soehne-gmbh"; a name without any such letter gives "akteur".
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).translate(_SPELLED_OUT))
    parts = re.findall(r"[a-z0-9]+", re.sub(r"[\u0300-\u036f]", "", plain).lower())
    stem = "-".join(parts)[:STEM_LENGTH].strip("-") or "akteur"
    return f"{stem}-loi" if stem in _DEVICES else stem


def _values(alliance: Alliance, name: str, today: date) -> Mapping[str, object]:
    settings = alliance.settings
    link = settings.loi_link if urlsplit(settings.loi_link).scheme == "https" else ""
    return {
        "actor": one_line(name, NAME_LENGTH),
        "municipality": one_line(settings.municipality, PLACE_LENGTH),
        "year": min(settings.target_year or LATEST_YEAR, LATEST_YEAR),
        "version": one_line(settings.loi_version, VERSION_LENGTH),
        "link": link,
        "today": today,
    }
