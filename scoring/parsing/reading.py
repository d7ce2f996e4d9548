"""What reading one cell gives: a value, or the reason why there is none. The readers stand beside, one per kind."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from scoring.messages import Argument, NoteCode

NO_ARGS: Mapping[str, Argument] = MappingProxyType({})


class Reading(NamedTuple):
    """The value of a cell (None: unknown) and what is to be said about it.

    A code with a value is advice; a code without one says why the cell was refused. `args` lack what the reader of one
    cell cannot know: the column, and what was found.
    """

    value: str | float | date | None
    code: NoteCode | None = None
    args: Mapping[str, Argument] = NO_ARGS


BLANK = Reading(None)


def refused(code: NoteCode, **args: Argument) -> Reading:
    """Return a reading without a value."""
    return Reading(None, code, args)
