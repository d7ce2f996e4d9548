"""What systemd is told about a service of Type=notify: one datagram each to the socket that it names, sd_notify(3).

Without such a socket nothing happens, and nothing that goes wrong here ends anything.
"""

import os
import socket
from contextlib import suppress

PATIENCE = 1.0
"""How long a full socket is waited for, s."""


def ready() -> None:
    """Say that the service is up."""
    _tell("READY=1")


def alive() -> None:
    """Say that the service is not stuck (WatchdogSec=)."""
    _tell("WATCHDOG=1")


def stopping() -> None:
    """Say that the service is about to end."""
    _tell("STOPPING=1")


def status(text: str) -> None:
    """Say on one line what the service does; `systemctl status` shows it."""
    _tell(f"STATUS={' '.join(text.split())}")


def _tell(message: str) -> None:
    name = os.environ.get("NOTIFY_SOCKET", "")
    if not name.startswith(("/", "@")):
        return
    address = os.fsencode(f"\0{name[1:]}" if name.startswith("@") else name)  # @ stands for the abstract namespace
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.settimeout(PATIENCE)
        channel.connect(address)
        channel.send(message.encode(errors="replace"))
