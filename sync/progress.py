"""Progress for people: a live line on a terminal, plain lines elsewhere. Always on standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Whoever wants to know how far a run is."""

    def step(self, text: str) -> None:
        """Say what is being done now."""
        ...

    def go_on(self) -> None:
        """Raise `SystemExit` between two requests when somebody asked the program to end; else do nothing."""
        ...


class PlainProgress:
    """One line per step."""

    def step(self, text: str) -> None:
        """Print the step."""
        sys.stderr.write(f"{text} …\n")

    def go_on(self) -> None:
        """Go on: nobody can ask."""


class _LiveProgress:
    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show

    def step(self, text: str) -> None:
        self._show(f"{text} …")

    def go_on(self) -> None:
        """Go on: nobody can ask."""


@contextmanager
def progress() -> Iterator[Progress]:
    """Give the progress that fits where standard error goes."""
    if not sys.stderr.isatty():
        yield PlainProgress()
        return
    from rich.console import Console  # noqa: PLC0415  # heavy, and only a terminal needs it

    with Console(stderr=True).status("starting …") as status:
        yield _LiveProgress(status.update)
