"""The transport of a dry run: nothing goes out while mail is switched off."""

from datetime import datetime

from sync.delivery.drain import put_right
from sync.ports import Drained, Store, Takes


class KeepingMailer:
    """The Mailer port that keeps every mail where it is; one that is too old is given up as ever."""

    def drain(self, store: Store, now: datetime, takes: Takes | None = None) -> Drained:  # noqa: ARG002  # the port
        """Hand over nothing."""
        return Drained(given_up=put_right(store, now))
