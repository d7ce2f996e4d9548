"""Trying the mail server without the outbox: for `check`, which sends nothing, and for `mail test`.

What belongs here: a person at the terminal who waits for the answer. What is in the outbox goes by `drain`.
"""

from email.utils import parseaddr

from reports.message import envelope_address
from sync.config import MailConfig
from sync.delivery import smtp_server
from sync.delivery.answers import Stage
from sync.delivery.smtp import Ended, Session

OK = 2  # the first digit of an answer that says yes


def try_connection(config: MailConfig) -> str:
    """Connect, protect and log in; return "" when a mail could go out, else a sentence that says what to do.

    Raises `SetupError` when the password is missing.
    """
    session = Session(smtp_server(config))
    stopped = session.open()
    session.close()
    return "" if stopped is None else said(stopped, config)


def send_now(config: MailConfig, address: str, message: bytes) -> str:
    """Send one message to that address at once; return "" when the server took it, else a sentence."""
    session = Session(smtp_server(config))
    try:
        ended = session.open() or session.send(
            envelope_address(parseaddr(config.sender)[1]), envelope_address(address), message, lambda: None
        )
    finally:
        session.close()
    return "" if ended.stage is Stage.BODY and ended.answer.code // 100 == OK else said(ended, config)


def said(ended: Ended, config: MailConfig) -> str:
    """Return in a sentence where it ended and what to do; never an address, a password or a reply's text."""
    server, code = f"{config.host}:{config.port}", f" ({ended.answer})"
    match ended.stage:
        case Stage.CONNECT:
            return f"{server} does not answer{code}: check [mail] host, port and security, and this machine's network."
        case Stage.TLS:
            return f"{server} offers no protected connection that can be trusted{code}: check [mail] host and security."
        case Stage.AUTH:
            return f"{server} refuses the login{code}: check [mail] username and the password."
        case Stage.SENDER:
            return f"{server} refuses our address{code}: [mail] from must be an address of this account."
        case Stage.RECIPIENT:
            return f"{server} does not take mail for that address{code}: check it."
        case Stage.DATA | Stage.BODY:
            return f"{server} does not take the mail{code}: try again later, or ask the provider."
