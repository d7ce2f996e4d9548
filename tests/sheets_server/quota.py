"""Limits per minute for reads and writes, per user and per project, as Google sets them."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.sheets_server.errors import Rejected

PROJECT = "584301927654"
MINUTE = timedelta(minutes=1)


@dataclass(kw_only=True)
class Quota:
    """Requests per minute and kind ("read", "write"). One service account is one user; a batch counts as one."""

    per_user: int = 60
    per_project: int = 300
    clock: Callable[[], datetime]
    _seen: dict[str, deque[datetime]] = field(default_factory=dict)

    def count(self, kind: str) -> None:
        """Count one request; Rejected(429) when the minute before it is used up (a refused request counts not)."""
        now = self.clock()
        seen = self._seen.setdefault(kind, deque())
        while seen and seen[0] <= now - MINUTE:
            seen.popleft()
        if len(seen) >= min(self.per_user, self.per_project):
            raise _exceeded(kind, per_user=len(seen) >= self.per_user, limit=min(self.per_user, self.per_project))
        seen.append(now)


def _exceeded(kind: str, *, per_user: bool, limit: int) -> Rejected:
    title = kind.capitalize()
    whom = " per user" if per_user else ""
    metadata = {
        "quota_metric": f"sheets.googleapis.com/{kind}_requests",
        "quota_limit": f"{title}RequestsPerMinutePer{'User' if per_user else 'Project'}",
        "quota_limit_value": str(limit),
        "quota_location": "global",
        "service": "sheets.googleapis.com",
        "consumer": f"projects/{PROJECT}",
    }
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": metadata,
    }
    sentence = (
        f"Quota exceeded for quota metric '{title} requests' and limit '{title} requests per minute{whom}' "
        f"of service 'sheets.googleapis.com' for consumer 'project_number:{PROJECT}'."
    )
    return Rejected(429, "RESOURCE_EXHAUSTED", sentence, (info,))
