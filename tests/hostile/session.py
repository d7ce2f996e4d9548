"""A process in which commands run one after another as a person types them, with talkative loggers.

Reads one command a line from standard input, a JSON list of arguments, and answers with its exit code on the file
descriptor that is its argument. What the commands print goes where standard output and error of the process go.
"""

import json
import logging
import os
import sys

from sync.cli import main

PLANTED = "planted:"
"""What an argument begins with that is a mistake in the program as soon as it is looked at."""


class Planted(str):
    """A text with which nothing can be done; what it raises quotes it."""

    __slots__ = ()

    def strip(self, _characters: str | None = None) -> str:
        raise LookupError(f"{self} is not known")


def serve(answers: int) -> None:
    """Run commands until standard input ends."""
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)  # statements; DEBUG is for the rows themselves
    for line in sys.stdin:
        try:
            code = main([Planted(text) if text.startswith(PLANTED) else text for text in json.loads(line)])
        except SystemExit as error:
            code = int(error.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(answers, f"{code}\n".encode())


if __name__ == "__main__":
    serve(int(sys.argv[1]))
