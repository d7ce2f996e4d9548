"""Asking the person at the terminal before something that cannot be undone."""

from typing import TextIO

from sync.errors import SetupError


def is_meant(answers: TextIO, question: str, nothing: str) -> bool:
    """Ask, and say whether the answer is a clear yes; without a terminal `SetupError` that says `nothing` was done."""
    if not answers.isatty():
        raise SetupError(f"{nothing}: without a terminal to ask at, add --yes.")
    print(f"{question} [y/N] ", end="", flush=True)
    return answers.readline().strip().casefold() in {"y", "yes", "j", "ja"}
