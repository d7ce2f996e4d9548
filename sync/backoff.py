"""How long to leave alone what failed: twice as long after each failure in a row."""

from dataclasses import dataclass, replace

DOUBLINGS = 30  # more would be longer than any wait


@dataclass(frozen=True, kw_only=True)
class BackOff:
    """How many times in a row something failed, and the second before which it is not to be tried again."""

    failures: int = 0
    not_before: float = 0.0

    def is_over(self, elapsed: float) -> bool:
        """Say whether it may be tried again."""
        return elapsed >= self.not_before

    def failed(self, elapsed: float, *, first: float, longest: float) -> "BackOff":
        """Return what holds after one more failure at second `elapsed`: `first` seconds at first, at most `longest`."""
        wait = min(longest, first * 2.0 ** min(self.failures, DOUBLINGS))
        return replace(self, failures=self.failures + 1, not_before=elapsed + wait)
