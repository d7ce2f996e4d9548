"""What a mail server does wrong, and when."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """Where in the dialogue a fault happens."""

    CONNECT = "connect"  # instead of the greeting
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # instead of "354 go ahead"
    TEXT = "text"  # after "354 go ahead", before the final dot
    BODY = "body"  # after the final dot
    RSET = "rset"
    QUIT = "quit"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One misbehaviour at one step: a `reply` ("451 4.3.0 later"), or else the connection is dropped, or hangs.

    After a reply that begins with 421 the connection is closed, as the protocol asks. `stores` says that the message
    is kept all the same (step BODY). `to` limits it to one recipient (RCPT and later); `times` to so many occasions,
    None means always.
    """

    step: Step
    reply: str = ""
    hangs: bool = False
    stores: bool = False
    to: str = ""
    times: int | None = None
