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
    """Somebody saved the sheet between our read and our write: read again and start over."""

    def __init__(self) -> None:
        super().__init__("The sheet was saved by someone else meanwhile; nothing in it was changed, run this again.")
