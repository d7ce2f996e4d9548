"""The one refusal of the server: what Google would answer instead of a result.

Raised by the requests and by a person's edits; turned into an HTTP reply elsewhere.
"""

from typing import Any


class Rejected(Exception):  # noqa: N818 - the word of the service: a request is rejected
    """A refused request: HTTP status, Google's canonical code ("INVALID_ARGUMENT"), the sentence, error details."""

    def __init__(self, status: int, code: str, message: str, details: tuple[dict[str, Any], ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
