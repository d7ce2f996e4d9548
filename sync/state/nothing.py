"""The Store port without a file: for looking before there is anything to remember."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from reports.mail import Mail, MailState, QueuedMail
from scoring.memory import Memory
from sync.ports import Cause, KnownTab, Pause, RunOutcome, RunRecord
from sync.timetable import Job


class NothingRemembered:
    """A store that is always empty. Whoever wants to store something has to open a real one."""

    def load(self) -> Memory:
        """Return the memory of a first run."""
        return Memory()

    def commit(
        self,
        before: Memory,
        after: Memory,
        mails: Sequence[Mail],
        now: datetime,
        *,
        last_number: int = 0,
        releases: Mapping[int, bool] | None = None,
        shown: Collection[int] = (),
    ) -> int:
        """Refuse: nothing would be kept."""
        raise NotImplementedError

    def begin(self, run: RunRecord | None = None) -> "NothingRemembered":
        """Refuse: nothing would be kept."""
        raise NotImplementedError

    def require_turn(self) -> None:
        """Refuse: no run has begun."""
        raise NotImplementedError

    def record(self, run: RunRecord) -> None:
        """Refuse: nothing would be kept."""
        raise NotImplementedError

    def runs(self, limit: int) -> tuple[RunRecord, ...]:  # noqa: ARG002  # the port's signature
        """Return none."""
        return ()

    def last_run(self, *outcomes: RunOutcome, until: datetime | None = None) -> RunRecord | None:  # noqa: ARG002  # as above
        """Return None."""
        return None

    def take_slot(self, job: Job, slot: datetime) -> bool:
        """Refuse: nothing would be kept."""
        raise NotImplementedError

    def newest_slot(self, job: Job) -> datetime | None:  # noqa: ARG002  # the port's signature
        """Return None."""
        return None

    def is_done(self, job: Job, slot: datetime) -> bool:  # noqa: ARG002  # the port's signature
        """Return False."""
        return False

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

    def note_shown(self, numbers: Collection[int]) -> None:
        """Refuse: there is no mail."""
        raise NotImplementedError

    def claim(self, number: int, now: datetime) -> bool:  # noqa: ARG002  # the port's signature
        """Return False: there is no mail."""
        return False

    def before_dot(self, number: int, now: datetime) -> None:
        """Refuse: there is no mail."""
        raise NotImplementedError

    def settle(
        self,
        number: int,
        state: MailState,
        now: datetime,
        *,
        next_at: datetime | None = None,
        problem: str = "",
        counts: bool = True,
    ) -> None:
        """Refuse: there is no mail."""
        raise NotImplementedError

    def recover(self, now: datetime) -> int:  # noqa: ARG002  # the port's signature
        """Return 0: there is no mail."""
        return 0

    def pause(self) -> Pause | None:
        """Return None: nothing waits."""
        return None

    def set_pause(self, pause: Pause | None) -> None:
        """Refuse: nothing would be kept."""
        raise NotImplementedError

    def episodes(self) -> Mapping[Cause, datetime]:
        """Return none."""
        return {}

    def begin_episode(self, cause: Cause, mails: Sequence[Mail], now: datetime) -> bool:
        """Refuse: nothing would be kept."""
        raise NotImplementedError

    def end_episode(self, cause: Cause, mails: Sequence[Mail], now: datetime) -> bool:  # noqa: ARG002  # as above
        """Return False: nothing was failing."""
        return False

    def object_to_mail(self, address: str) -> int:
        """Refuse: nothing would be kept."""
        raise NotImplementedError
