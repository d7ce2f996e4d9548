"""From what a mail says to the mail: template, headers, message. One function, which every kind of mail ends in.

What belongs here: what all kinds share. What a kind says, to whom and when, stands in the module of the kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from reports.mail import Mail, MailKind
from reports.message import Picture, message, unsubscribe_link
from reports.one_line import one_line
from reports.own_templates import Own
from reports.templating import render
from reports.wording import Words, words
from scoring.domain import Language

NAME_LENGTH = 80

LISTS = {
    MailKind.DIGEST: "wochenbericht",
    MailKind.LOI_UPDATE: "loi-meldungen",
    MailKind.MILESTONE: "loi-meldungen",
    MailKind.REMINDER: "erinnerungen",
}
"""The kinds that come again and again, by what ends them: mail programs then offer to unsubscribe."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What every mail of a run has in common.

    `sender` is "Name <address>", `now` the time of the run in the alliance's zone, `sheet_link` and `handbook_link`
    are https links or "". `own` are the team's own templates, None without any.
    """

    sender: str
    language: Language
    now: datetime
    sheet_link: str = ""
    handbook_link: str = ""
    own: Own | None = None

    @property
    def words(self) -> Words:
        """The words of the language."""
        return words(self.language)


def write(
    desk: Desk,
    kind: MailKind,
    values: Mapping[str, object],
    *,
    key: str,
    series: str,
    recipient: str,
    recipient_name: str,
    pictures: tuple[Picture, ...] = (),
    needs_release: bool = False,
) -> Mail:
    """Return the mail of that kind to one person.

    `key` is the mail's permanent key, `series` that of the thread it belongs to; `recipient` is an address that
    `is_mailable`. Besides `values` the templates know `recipient_name`, `first_name`, `today`, `sheet_link`,
    `handbook_link` and `unsubscribe_link`. One that needs release shows its whole text as the preview.
    """
    known = {
        "recipient_name": one_line(recipient_name, NAME_LENGTH),
        "first_name": first_name(recipient_name),
        "today": desk.now.date(),
        "sheet_link": _https(desk.sheet_link),
        "handbook_link": _https(desk.handbook_link),
        "unsubscribe_link": unsubscribe_link(desk.sender),
        **values,
    }
    content = render(kind, desk.language, known, desk.own)
    return Mail(
        key=key,
        kind=kind,
        recipient=recipient,
        recipient_name=one_line(recipient_name, NAME_LENGTH),
        subject=content.subject,
        preview=content.text if needs_release else content.preview,
        message=message(
            content,
            key=key,
            series=series,
            sender=desk.sender,
            recipient=recipient,
            recipient_name=recipient_name,
            date=desk.now,
            pictures=pictures,
            list_id=LISTS.get(kind, ""),
            unsubscribe=str(known["unsubscribe_link"]),
        ),
        needs_release=needs_release,
        template_problem=content.problem,
    )


def _https(link: str) -> str:
    return link if urlsplit(link).scheme == "https" else ""


def first_name(name: str) -> str:
    """Return the first word of a name; the whole name where that is a title or an initial ("Dr. …")."""
    first = one_line(name, NAME_LENGTH).partition(" ")[0]
    return one_line(name, NAME_LENGTH) if first.endswith(".") else first
