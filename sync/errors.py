"""The errors that a person may see: each carries sentences that say what to do. Anything else is a bug."""

from pathlib import Path


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


def is_permanent(error: Exception) -> bool:
    """Say whether trying again will not help by itself: a person is needed, or it is a bug."""
    return not isinstance(error, OutsideError) or error.permanent


def told(error: Exception) -> str:
    """Return what a log may say of an error: the sentence of a foreseen one, the place of a bug."""
    if isinstance(error, OutsideError | SetupError):
        return str(error)
    return f"a mistake in the program ({place_of(error)})"


def place_of(error: BaseException) -> str:
    """Return where a bug showed itself: "KeyError in plan.py, line 12". Its own text may quote a cell."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" in {Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{where}"
