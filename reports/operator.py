"""Betrieb: whoever keeps the service running hears that something goes on failing, and that it is over.

What belongs here: the two mails. When one is due, and to whom it goes, is decided by the run; the words are
`reports/templates/operator`.
"""

from datetime import UTC, datetime
from hashlib import blake2b

from reports.desk import Desk, write
from reports.mail import Mail, MailKind

KIND = MailKind.OPERATOR


def trouble(desk: Desk, address: str, name: str, cause: str, sentence: str, since: datetime) -> Mail:
    """Return the mail that says what has been failing since when, what the service does meanwhile, and what to do.

    `cause` is one of the codes that the templates know ("sync", "mail", "refused", "template", "contacts"); another one
    gets the general words. `sentence` is what went wrong, without cell contents. `since` is an aware time; it names the
    episode.
    """
    return _mail(desk, address, name, cause, since, sentence=sentence, is_over=False)


def recovered(desk: Desk, address: str, name: str, cause: str, since: datetime) -> Mail:
    """Return the mail that says that what had been failing since then works again; arguments as for `trouble`."""
    return _mail(desk, address, name, cause, since, sentence="", is_over=True)


def _mail(desk: Desk, address: str, name: str, cause: str, since: datetime, *, sentence: str, is_over: bool) -> Mail:
    episode = f"{KIND}:{cause}:{since.astimezone(UTC).isoformat(timespec='seconds')}"
    person = f":{blake2b(name.encode(), digest_size=6).hexdigest()}" if name else ""  # several may keep it running
    return write(
        desk,
        KIND,
        {
            "cause": str(cause),
            "problem": sentence,
            "since": since.astimezone(desk.now.tzinfo),
            "until": desk.now,
            "is_over": is_over,
        },
        key=f"{episode}:over{person}" if is_over else f"{episode}{person}",
        series=episode,
        recipient=address,
        recipient_name=name,
    )
