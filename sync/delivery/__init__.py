"""Getting mails out of the outbox: over SMTP, into a folder, or not at all while mail is switched off."""

import os
import ssl
import time
from collections.abc import Callable, Mapping
from email.utils import parseaddr

from reports.message import envelope_address
from sync.config import MailConfig
from sync.delivery.drain import Delivery
from sync.delivery.folder import FolderMailer
from sync.delivery.keep import KeepingMailer
from sync.delivery.password import smtp_password
from sync.delivery.smtp import TIMEOUT, Server
from sync.ports import Mailer

__all__ = ["Delivery", "FolderMailer", "KeepingMailer", "open_mailer", "smtp_server"]


def open_mailer(
    config: MailConfig,
    *,
    environ: Mapping[str, str] | None = None,
    clock: Callable[[], float] = time.monotonic,
    context: ssl.SSLContext | None = None,
    timeout: float = TIMEOUT,
) -> Mailer:
    """Return whoever hands mails over as configured; nothing is connected before the first mail.

    `environ` is None for this process's own, `clock` counts seconds, `context` is None to trust the certificates of
    this machine, `timeout` is for each step of a dialogue, s. Raises `SetupError` when the password is missing.
    """
    if not config.enabled:
        return KeepingMailer()
    if config.transport == "folder":
        return FolderMailer(config.folder)
    return Delivery(
        server=smtp_server(config, environ=environ, context=context, timeout=timeout),
        sender=envelope_address(parseaddr(config.sender)[1]),
        redirect_to=parseaddr(config.redirect_all_to)[1],
        uncertain=config.uncertain,
        clock=clock,
    )


def smtp_server(
    config: MailConfig,
    *,
    environ: Mapping[str, str] | None = None,
    context: ssl.SSLContext | None = None,
    timeout: float = TIMEOUT,
) -> Server:
    """Return the configured mail server; the arguments are those of `open_mailer`."""
    return Server(
        host=config.host,
        port=config.port,
        security=config.security,
        name=envelope_address(parseaddr(config.sender)[1]).rpartition("@")[2],
        username=config.username,
        password=smtp_password(config, os.environ if environ is None else environ),
        timeout=timeout,
        context=context,
    )
