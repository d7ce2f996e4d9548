"""One thing that `setup` adds or puts right, as the functions that find it hand it on."""

from dataclasses import dataclass

from sync.google.api_requests import Request


@dataclass(frozen=True, kw_only=True)
class Part:
    """The requests for one thing, what the report calls it ("" for nothing to report), and what a person has to do.

    `retried` is the field of a grey column whose formula is tried with the other separator.
    """

    requests: tuple[Request, ...] = ()
    added: str = ""
    todo: str = ""
    retried: str = ""
