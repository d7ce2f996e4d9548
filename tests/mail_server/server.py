"""aiosmtpd on the loopback interface, with TLS of an authority of its own and scripted faults."""

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.mail_server.faults import Fault, Step

HOST = "127.0.0.1"
Connection = tuple[asyncio.Transport, Any]
"""A client's connection, and its socket."""

USERNAME, PASSWORD = "allianz", "geheim-ä-canary-password"


class Certificate(StrEnum):
    """What the server shows as its identity."""

    GOOD = "good"
    OTHER_NAME = "other name"
    SELF_SIGNED = "self-signed"


@dataclass(frozen=True, kw_only=True)
class Received:
    """A message that the server took responsibility for: the envelope, and the bytes as they were before transport."""

    sender: str
    recipients: tuple[str, ...]
    message: bytes


@dataclass(kw_only=True)
class MailServer:
    """A running server: what it received, what it is told to do wrong, and what it was asked."""

    port: int = 0
    host: str = HOST
    received: list[Received] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """The steps that clients came to, in their order."""
    protected: list[bool] = field(default_factory=list)
    """Whether each message came over TLS."""

    @property
    def trusts(self) -> ssl.SSLContext:
        """What a client has to trust; certificates of other authorities are refused."""
        return _trust()

    def write_authority(self, path: Path) -> Path:
        """Write what a client has to trust, for programs of their own (environment: SSL_CERT_FILE)."""
        _authority().cert_pem.write_to_path(str(path))
        return path

    def begin(self, *faults: Fault) -> None:
        """Forget what was received and asked; from now on do these things wrong."""
        self.received, self.asked, self.protected, self.faults = [], [], [], list(faults)

    def fault(self, step: Step, recipient: str = "") -> Fault | None:
        """Note that a client came to that step, and return what is to go wrong there."""
        self.asked.append(step)
        for at, fault in enumerate(self.faults):
            if fault.step is step and fault.to in {"", recipient} and fault.times != 0:
                if fault.times is not None:
                    self.faults[at] = _once_less(fault, fault.times)
                return fault
        return None


@contextmanager
def mail_server(
    *faults: Fault,
    security: str = "starttls",
    certificate: Certificate = Certificate.GOOD,
    auth: bool = True,
    auth_mechanisms: Sequence[str] = ("LOGIN", "PLAIN"),
) -> Iterator[MailServer]:
    """Run a server until the block ends: `security` is "starttls", "tls" or "none" as in the configuration.

    With `auth` it takes USERNAME and PASSWORD by one of the mechanisms, and over STARTTLS no mail without.
    """
    server = MailServer()
    server.begin(*faults)
    tls = None if security == "none" else _server_context(certificate)
    controller = _Controller(
        server,
        ssl_context=tls if security == "tls" else None,
        tls_context=tls if security == "starttls" else None,
        excluded=tuple({"LOGIN", "PLAIN"} - set(auth_mechanisms if auth else ())),
        auth_required=auth,
    )
    controller.start()
    try:
        server.begin(*faults)  # starting it was an occasion of its own
        yield server
    finally:
        controller.stop()


class _Controller(Controller):
    """aiosmtpd's thread, on a port that the system chooses."""

    def __init__(
        self,
        server: MailServer,
        *,
        ssl_context: ssl.SSLContext | None,
        tls_context: ssl.SSLContext | None,
        excluded: tuple[str, ...],
        auth_required: bool,
    ) -> None:
        super().__init__(_Handler(server), hostname=HOST, port=0, ssl_context=ssl_context)
        self._mail_server, self._tls_context = server, tls_context
        self._excluded, self._auth_required = excluded, auth_required
        self._connections: list[Connection] = []

    def factory(self) -> SMTP:
        return _FaultySMTP(
            self._mail_server,
            self._connections,
            self.handler,
            tls_context=self._tls_context,
            auth_exclude_mechanism=self._excluded,
            # aiosmtpd warns of a required log-in without STARTTLS, even where all of it is inside TLS
            auth_required=self._auth_required and self._tls_context is not None,
            auth_require_tls=self._tls_context is not None,
        )

    def _trigger_server(self) -> None:
        self.port = self._mail_server.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def stop(self, no_assert: bool = False) -> None:
        """Hang up on everybody first: a loop that ends with open connections leaves their sockets to the collector."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(timeout=5)
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        for transport, _ in self._connections:
            transport.abort()
        while any(socket.fileno() != -1 for _, socket in self._connections):  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.001)


class _Handler:
    """Keeps messages, and goes wrong after the final dot."""

    def __init__(self, server: MailServer) -> None:
        self.server = server

    async def handle_DATA(self, smtp: "_FaultySMTP", _session: Session, envelope: Envelope) -> str:  # noqa: N802
        fault = self.server.fault(Step.BODY, envelope.rcpt_tos[0])
        if fault is None or fault.stores:
            self.server.protected.append(smtp.transport.get_extra_info("ssl_object") is not None)
            self.server.received.append(
                Received(
                    sender=envelope.mail_from or "",
                    recipients=tuple(envelope.rcpt_tos),
                    message=bytes(envelope.original_content or b""),
                )
            )
        return "250 OK" if fault is None else await smtp.go_wrong(fault)


class _FaultySMTP(SMTP):
    """aiosmtpd's protocol, which asks at each step whether something is to go wrong."""

    def __init__(self, server: MailServer, connections: list[Connection], handler: _Handler, **options: Any) -> None:
        super().__init__(
            handler,
            hostname="mail.example.org",
            enable_SMTPUTF8=False,
            authenticator=_authenticate,
            loop=asyncio.get_event_loop(),
            **options,
        )
        self.mail_server, self._connections, self._greeted = server, connections, False

    def connection_made(self, transport: asyncio.Transport) -> None:
        if self._original_transport is None:
            self._connections.append((transport, transport.get_extra_info("socket")))
        super().connection_made(transport)

    async def go_wrong(self, fault: Fault) -> str:
        """Return what to reply; never, when the connection hangs or is gone."""
        if fault.hangs:
            await asyncio.sleep(3600)
        if not fault.reply and self.transport is not None:
            self.transport.abort()
            await asyncio.sleep(3600)  # until the lost connection ends this
        return fault.reply

    async def push(self, status: str | bytes) -> None:
        if not self._greeted:
            self._greeted = True
            if (fault := self.mail_server.fault(Step.CONNECT)) is not None:
                status = await self.go_wrong(fault)
        await super().push(status)
        if str(status).startswith("421") and self.transport is not None:
            self.transport.close()

    async def _at(self, step: Step, recipient: str = "") -> bool:
        """Say whether the step went wrong, in which case all is said."""
        fault = self.mail_server.fault(step, recipient)
        if fault is not None:
            await self.push(await self.go_wrong(fault))
        return fault is not None

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        if not await self._at(Step.EHLO):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        if not await self._at(Step.STARTTLS):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        if not await self._at(Step.AUTH):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        if not await self._at(Step.MAIL):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        if not await self._at(Step.RCPT, (arg or "").partition("<")[2].rstrip(">")):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        recipient = (self.envelope.rcpt_tos or [""])[0] if self.envelope else ""
        if await self._at(Step.DATA, recipient):
            return
        if (fault := self.mail_server.fault(Step.TEXT, recipient)) is not None:
            await self.push("354 go ahead")
            await self.push(await self.go_wrong(fault))
            return
        await super().smtp_DATA(arg)

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802
        if not await self._at(Step.RSET):
            await super().smtp_RSET(arg)

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802
        if not await self._at(Step.QUIT):
            await super().smtp_QUIT(arg)


def _once_less(fault: Fault, times: int) -> Fault:
    return Fault(
        step=fault.step, reply=fault.reply, hangs=fault.hangs, stores=fault.stores, to=fault.to, times=times - 1
    )


def _authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    right = (data.login, data.password) == (USERNAME.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@cache
def _authority() -> trustme.CA:
    return trustme.CA(organization_name="Klima-Allianz tests")


@cache
def _trust() -> ssl.SSLContext:
    context = ssl.create_default_context()
    _authority().configure_trust(context)
    return context


@cache
def _server_context(certificate: Certificate) -> ssl.SSLContext:
    match certificate:
        case Certificate.GOOD:
            issued = _authority().issue_cert(HOST)
        case Certificate.OTHER_NAME:
            issued = _authority().issue_cert("mail.example.com")
        case Certificate.SELF_SIGNED:
            issued = trustme.CA(organization_name="somebody else").issue_cert(HOST)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(context)
    return context
