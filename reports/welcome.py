"""Neuaufnahme: the mail that welcomes a new member. It goes to people outside the team, so a person releases it.

What belongs here: who at the new member may be written to at all, and what they are told: public facts only
(`reports.public_facts`), and what they themselves allowed. The words are `reports/templates/welcome`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from reports.desk import Desk, write
from reports.mail import Mail, MailKind
from reports.message import is_mailable, unsubscribe_link
from reports.naming import signatories
from reports.one_line import one_line
from reports.public_facts import PublicFacts, public_facts
from scoring.alliance import Alliance
from scoring.assessment import Assessment
from scoring.domain import LegalBasis, MailConsent
from scoring.memory import EventKind, Memory
from scoring.news import News

NAME_LENGTH = 80
TITLES = frozenset({"frau", "fr.", "herr", "herrn", "hr.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "mx", "mx."})
"""What can stand before a name. Anything else under Anrede ("Liebe Frau Lang", "per du") is no part of one."""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One who agreed to mails on that day; `polite_name` begins with Frau, Herr or the like where that is known."""

    name: str
    polite_name: str
    address: str
    address_id: str
    consent_on: date


def welcomes(
    desk: Desk, alliance: Alliance, assessment: Assessment, memory: Memory, news: News, contacts: pd.DataFrame
) -> tuple[Mail, ...]:
    """Return one mail for each contact of a new member who agreed to mails; all of them need release.

    `memory` is what was remembered before this run. `contacts` has the columns of the tab Kontakte.
    """
    joined = {event.uid for event in news.told(EventKind.NEW_MEMBER)}
    members = assessment.actors.loc[assessment.actors["uid"].isin(joined), ["key", "uid"]]
    if members.empty:
        return ()
    facts = public_facts(alliance, assessment, desk.words)
    return tuple(
        _welcome(desk, _values(alliance, assessment, facts, uid), uid, contact)
        for key, uid in members.itertuples(index=False, name=None)
        for contact in _contacts(contacts, key, assessment.today, memory)
    )


def may_be_welcomed(address: str, contacts: pd.DataFrame, memory: Memory, today: date) -> bool:
    """Say whether somebody at this address still agrees to mails: a welcome may have waited long for its release."""
    identity = memory.address_id(address)
    actors = contacts.loc[contacts["email"].map(memory.address_id) == identity, "actor"]
    return any(
        contact.address_id == identity for actor in actors for contact in _contacts(contacts, actor, today, memory)
    )


def _welcome(desk: Desk, values: Mapping[str, object], uid: str, contact: Contact) -> Mail:
    return write(
        desk,
        MailKind.WELCOME,
        {
            **values,
            "contact": contact,
            "unsubscribe_link": unsubscribe_link(desk.sender, desk.words.text("welcome.unsubscribe")),
        },
        key=f"{MailKind.WELCOME}:{uid}:{contact.address_id}",
        series=f"{MailKind.WELCOME}:{contact.address_id}",
        recipient=contact.address,
        recipient_name=contact.name,
        needs_release=True,
    )


def _values(alliance: Alliance, assessment: Assessment, facts: PublicFacts, uid: str) -> dict[str, object]:
    """Return what the mail to that member says; `more` counts the others that are not listed."""
    actor = assessment.actors.loc[assessment.actors["uid"] == uid].iloc[0]
    (member,) = signatories(alliance, [uid], assessment.today)
    others = facts.listed(but=member.name)
    return {
        "facts": facts,
        "actor": one_line(actor["name"], NAME_LENGTH),
        "has_signed": bool(actor["signatory"]),
        "consent": member.consent,
        "others": others,
        "more": max((facts.signatories or 0) - int(actor["signatory"]) - len(others), 0),
    }


def _contacts(contacts: pd.DataFrame, actor: str, today: date, memory: Memory) -> Iterator[Contact]:
    """Yield each address of that actor that may be mailed to, once.

    Only a dated Einwilligung counts: whoever gave an address (selbst gemeldet) has not agreed to mails by that alone.
    Who objected anywhere in the tab, or ever before, is never among them; nor is a row whose Löschen am has come.
    """
    day, addresses = pd.Timestamp(today), contacts["email"].map(memory.address_id)
    objected = memory.objections | set(addresses[contacts["mails"] == MailConsent.OBJECTED])
    agreed = contacts.assign(address_id=addresses)[
        (contacts["actor"] == actor)
        & (contacts["mails"] == MailConsent.YES)
        & (contacts["legal_basis"] == LegalBasis.CONSENT)
        & (contacts["consent_on"] <= day)
        & ~(contacts["delete_on"] <= day)
        & ~addresses.isin(objected)
        & contacts["email"].map(is_mailable).astype(bool)
    ]
    columns = agreed.drop_duplicates("address_id")[["name", "salutation", "email", "address_id", "consent_on"]]
    for name, salutation, address, address_id, consent_on in columns.itertuples(index=False, name=None):
        yield Contact(
            name=name,
            polite_name=one_line(polite_name(name, salutation), NAME_LENGTH),
            address=address,
            address_id=address_id,
            consent_on=consent_on.date(),
        )


def polite_name(name: str, salutation: str) -> str:
    """Return "Frau Eva Lang"; what else stands under Anrede ("per du") is no part of a name."""
    first, *_ = salutation.split() or [""]
    return f"{salutation} {name}" if first.casefold() in TITLES and name else name
