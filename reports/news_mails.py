"""News for the team: one mail for each reader, whatever happened in a run.

What belongs here: by which key. What they say stands in the module of the kind, who reads them in `reports.readers`.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b

from reports.desk import Desk, write
from reports.mail import Mail, MailKind
from reports.message import unsubscribe_link
from reports.readers import Reader
from scoring.memory import Event


def news_mails(
    desk: Desk,
    kind: MailKind,
    readers: Sequence[Reader],
    events: Sequence[Event],
    values: Mapping[str, object],
    *,
    needs_release: bool = False,
) -> tuple[Mail, ...]:
    """Return one mail about all these events for each reader; the same events make the same keys, in any order."""
    link = unsubscribe_link(desk.sender, desk.words.text("loi_update.unsubscribe"))
    batch = blake2b("\n".join(sorted(event.key for event in events)).encode(), digest_size=8).hexdigest()
    return tuple(
        write(
            desk,
            kind,
            {**values, "unsubscribe_link": link},
            key=f"{kind}:{batch}:{reader.id}",
            series=f"{kind}:{reader.id}",
            recipient=reader.address,
            recipient_name=reader.name,
            needs_release=needs_release,
        )
        for reader in readers
    )
