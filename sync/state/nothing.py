"""The Store port without a file: for looking before there is anything to remember."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from reports.mail import Mail, QueuedMail
from scoring.memory import Memory
from sync.ports import KnownTab, RunRecord


class NothingRemembered:
    """A store that is always empty. Whoever wants to store something has to open a real one."""

    def load(self) -> Memory:
        """Return the memory of a first run."""
        return Memory()

    def commit(
        self, before: Memory, after: Memory, mails: Sequence[Mail], now: datetime, *, last_number: int = 0
    ) -> int:
        """Refuse: nothing would be kept."""
        raise NotImplementedError

    def record(self, run: RunRecord) -> None:
        """Refuse: nothing would be kept."""
        raise NotImplementedError

    def runs(self, limit: int) -> tuple[RunRecord, ...]:  # noqa: ARG002  # the port's signature
        """Return none."""
        return ()

    def outbox(self) -> tuple[QueuedMail, ...]:
        """Return none."""
        return ()

    def tab_ids(self) -> Mapping[str, str]:
        """Return none."""
        return {}

    def known_tabs(self, today: date) -> tuple[KnownTab, ...]:  # noqa: ARG002  # the port's signature
        """Return none."""
        return ()

    def keep_tabs(self, tabs: Sequence[KnownTab], today: date) -> None:  # noqa: ARG002  # the port's signature
        """Forget them if there are none; else refuse: nothing would be kept."""
        if tabs:
            raise NotImplementedError

    def mark_sent(self, number: int, now: datetime) -> None:
        """Refuse: there is no mail."""
        raise NotImplementedError
