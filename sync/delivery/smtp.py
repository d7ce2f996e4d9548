"""One connection to a mail server, stage by stage: the one home of smtplib.

What belongs here: the dialogue, and how far it came. What an answer means is `sync.delivery.answers`. Nothing is
logged, and of a reply only its codes are kept: its text may quote an address.
"""

import base64
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from sync.delivery.answers import Answer, Stage

TIMEOUT = 30.0
"""How long any single step may take, s."""

FAREWELL = 5.0
"""How long QUIT may take, s: all is said and stored by then."""

CHALLENGE = 334  # the reply in the middle of a log-in

_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where mails are handed over and how. No `username` means no log-in; `timeout` is for each step, s.

    `context` decides which certificates are trusted, None those of this machine. `name` is how this side introduces
    itself.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    name: str
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: float = TIMEOUT
    context: ssl.SSLContext | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How far a dialogue came, and the answer that ended it."""

    stage: Stage
    answer: Answer


class Session:
    """A connection that is ready for mails once `open` has returned None. To be closed in any case."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self._has_rest = False  # of a mail that was not taken
        self.carried = 0
        """How many mails went over this connection."""

    @property
    def is_open(self) -> bool:
        """Say whether there is a connection to send the next mail over."""
        return self._smtp is not None

    def open(self) -> Ended | None:
        """Connect, protect, log in; return None, or what ended it: there is no connection then."""
        stage, self._has_rest, self.carried = Stage.CONNECT, False, 0
        try:
            self._smtp = smtp = _connected(self._server)
            if smtp.sock is not None:  # the final dot must not wait until the text is acknowledged (Nagle)
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for stage, step in ((Stage.CONNECT, _introduce), (Stage.TLS, _protect), (Stage.AUTH, _log_in)):
                answer = step(smtp, self._server)
                if answer.code // 100 != 2:  # noqa: PLR2004
                    self._drop()
                    return Ended(stage=stage, answer=answer)
        except (OSError, UnicodeError) as error:  # of smtplib, ssl and the network; or a host that is no name
            self._drop()
            return Ended(stage=Stage.TLS if isinstance(error, ssl.SSLError) else stage, answer=_answer_to(error))
        return None

    def send(self, sender: str, recipient: str, message: bytes, before_dot: Callable[[], None]) -> Ended:
        """Hand one mail over to one recipient; `before_dot` is called when only the final dot is missing.

        Both addresses are ASCII. Sent is what ends in stage BODY with 2xx. An answer after which the connection is of
        no use closes it; so does what `before_dot` raises, and the mail stays without its dot.
        """
        smtp, ended = self._smtp, None
        if smtp is None:
            return Ended(stage=Stage.CONNECT, answer=Answer())
        try:
            ended = self._offer(smtp, sender, recipient, message)
            if ended is None:
                before_dot()
                ended = _finish(smtp)
        finally:
            if ended is None or ended.answer.code in {0, 421}:
                self._drop()
        self._has_rest = ended.stage is not Stage.BODY
        self.carried += ended.stage is Stage.BODY and ended.answer.code // 100 == 2  # noqa: PLR2004
        return ended

    def close(self) -> None:
        """Say goodbye; whatever the server makes of that, the mails are over."""
        if self._smtp is not None and self._smtp.sock is not None:
            self._smtp.sock.settimeout(min(FAREWELL, self._server.timeout))
            with suppress(OSError):
                self._smtp.quit()
        self._drop()

    def _offer(self, smtp: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> Ended | None:
        """Say everything but the final dot; None when the server is ready for that."""
        stage = Stage.SENDER
        try:
            if self._has_rest:
                smtp.rset()
            for stage, command, expected in (
                (Stage.SENDER, f"MAIL FROM:<{sender}>", 2),
                (Stage.RECIPIENT, f"RCPT TO:<{recipient}>", 2),
                (Stage.DATA, "DATA", 3),
            ):
                answer = _answer(*smtp.docmd(command))
                if answer.code // 100 != expected:
                    return Ended(stage=stage, answer=answer)
            smtp.send(_transparent(message))
        except OSError:
            return Ended(stage=stage, answer=Answer())
        return None

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def _connected(server: Server) -> smtplib.SMTP:
    """Connect and hear the greeting; raises OSError, of which smtplib's and ssl's are kinds."""
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, server.name, timeout=server.timeout, context=_context(server))
    return smtplib.SMTP(server.host, server.port, server.name, timeout=server.timeout)


def _introduce(smtp: smtplib.SMTP, server: Server) -> Answer:  # noqa: ARG001  # one shape for all steps
    return _answer(*smtp.ehlo())


def _protect(smtp: smtplib.SMTP, server: Server) -> Answer:
    """Turn to TLS where that is configured; never go on without, whatever the server offers."""
    if server.security != "starttls":
        return Answer(code=220)
    if not smtp.has_extn("starttls"):
        return Answer(is_refused_by_us=True)
    smtp.starttls(context=_context(server))
    return _answer(*smtp.ehlo())


def _log_in(smtp: smtplib.SMTP, server: Server) -> Answer:
    """Log in by PLAIN or LOGIN, in UTF-8.

    smtplib's own log-in knows ASCII only, and what it raises for another password names it.
    """
    if not server.username:
        return Answer(code=235)
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        both = f"\0{server.username}\0{server.password}"
        return _answer(*smtp.docmd("AUTH", f"PLAIN {_base64(both)}"))
    if "LOGIN" not in offered:
        return Answer(is_refused_by_us=True)
    answer = _answer(*smtp.docmd("AUTH", "LOGIN"))
    for secret in (server.username, server.password):
        if answer.code == CHALLENGE:
            answer = _answer(*smtp.docmd(_base64(secret)))
    return answer


def _finish(smtp: smtplib.SMTP) -> Ended:
    """Send the final dot. From here on no reply means that nobody knows."""
    try:
        smtp.send(b".\r\n")
        answer = _answer(*smtp.getreply())
    except OSError:
        answer = Answer()
    return Ended(stage=Stage.BODY, answer=answer)


def _context(server: Server) -> ssl.SSLContext:
    """Return what verifies the server: smtplib's own default does not before Python 3.12."""
    return server.context or ssl.create_default_context()


def _answer(code: int, text: bytes) -> Answer:
    """Return the codes of a reply; one without a code is none."""
    enhanced = _ENHANCED.match(text.decode("ascii", "replace"))
    return Answer(code=max(code, 0), enhanced=enhanced[1] if enhanced else "")


def _answer_to(error: Exception) -> Answer:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return _answer(error.smtp_code, text if isinstance(text, bytes) else text.encode())
    return Answer(is_refused_by_us=isinstance(error, ssl.SSLCertVerificationError))


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _transparent(message: bytes) -> bytes:
    """Return the message so that none of its lines is taken for the final dot (RFC 5321, 4.5.2)."""
    end = b"" if message.endswith(b"\r\n") else b"\r\n"
    return _LEADING_DOT.sub(b"..", message) + end
