"""What systemd is told: the datagrams of sd_notify(3) on a real socket."""

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

CODE = """\
from sync import notify
notify.ready()
notify.status("reading\\nWATCHDOG=trigger the sheet …")
notify.alive()
notify.stopping()
print("went on")
"""


def told(address: str | None, code: str = CODE) -> None:
    """Tell everything in a process that finds this address in its environment; it must go on and say nothing."""
    environment = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
    environment |= {} if address is None else {"NOTIFY_SOCKET": address}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=20
    )
    assert (done.stdout, done.stderr) == ("went on\n", "")


@pytest.mark.parametrize("is_abstract", [False, True])
def test_each_state_is_one_datagram(tmp_path: Path, is_abstract: bool) -> None:
    name = f"@{tmp_path}" if is_abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(name.replace("@", "\0"))
        systemd.settimeout(5)
        told(name)
        assert [systemd.recv(200).decode() for _ in range(4)] == [
            "READY=1",
            "STATUS=reading WATCHDOG=trigger the sheet …",
            "WATCHDOG=1",
            "STOPPING=1",
        ]


@pytest.mark.parametrize("address", [None, "", "notify", "/nowhere/notify", "@nobody", f"/{'long' * 50}", "vsock:1:2"])
def test_without_a_socket_nothing_happens(address: str | None) -> None:
    told(address)


def test_socket_that_nobody_reads_holds_nobody_up(tmp_path: Path) -> None:
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stuck,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as us,
    ):
        stuck.bind(str(tmp_path / "notify"))
        us.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                us.sendto(b"x", str(tmp_path / "notify"))
        told(str(tmp_path / "notify"), "from sync import notify\nnotify.alive()\nprint('went on')")
