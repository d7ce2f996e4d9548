"""The errors that a person may see: each carries sentences that say what to do. Anything else is a bug."""


class SetupError(Exception):
    """Something must be put right by hand before a run can start (exit code 2). Lists all problems at once."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class OutsideError(Exception):
    """The outside failed (exit code 1). `permanent` says that trying again will not help by itself (exit code 2)."""

    def __init__(self, sentence: str, *, permanent: bool = False) -> None:
        super().__init__(sentence)
        self.permanent = permanent


class SheetChangedError(OutsideError):
    """The sheet may not be what was read any more, or a write of ours may have arrived: read again and start over."""

    def __init__(
        self,
        sentence: str = "The sheet was saved by someone else meanwhile; nothing was changed, run this again.",
    ) -> None:
        super().__init__(sentence)
