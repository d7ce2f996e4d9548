"""Exim 4 and Dovecot as Debian ships them, with plain configuration files of our own on loopback ports.

What belongs here: starting and stopping the two programs. What is sent and what must arrive is in the tests.
"""

import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

DOMAIN = "klima.example"
"""The only domain that the server takes mail for; everything else is relaying."""

USERNAME, PASSWORD = "klima", "Zähne-42"
"""Whoever wants to send must log in so; TLS first."""

MAILBOX_PASSWORD = "zahn-43"  # noqa: S105  # of a mailbox in a temporary folder; imaplib knows ASCII only

PATIENCE = 10
"""Seconds until a program that does not answer is given up."""

EXIM = """\
primary_hostname = mx.{domain}
exim_user = {user}
exim_group = {group}
never_users =
deliver_drop_privilege
keep_environment =
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {smtp_port}
smtp_accept_queue_per_connection = 0
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts = *
tls_certificate = {folder}/server.pem
tls_privatekey = {folder}/server.pem
auth_advertise_hosts = ${{if def:tls_in_cipher {{*}}{{}}}}
acl_smtp_mail = may_send
acl_smtp_rcpt = is_ours

begin acl
may_send:
  accept authenticated = *
  deny message = authentication required
is_ours:
  accept domains = {domain}
  deny message = relay not permitted

begin routers
all:
  driver = accept
  transport = maildir

begin transports
maildir:
  driver = appendfile
  user = {user}
  group = {group}
  directory = {folder}/maildir
  maildir_format

begin retry

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = ${{if and {{{{eq{{$auth2}}{{{username}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
"""
"""Both its user and that of the mailbox are who starts it: nothing needs root."""

DOVECOT = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log/dovecot
instance_name = klima
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/maildir
passdb {{
  driver = static
  args = password={mailbox_password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def program(name: str) -> str:
    """Return the path of a server's program, "" where it is not installed; a user's PATH may lack the folder."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") or ""


def missing() -> str:
    """Say why the two cannot be started here, "" when they can."""
    lacking = [
        package
        for name, package in (("exim4", "exim4-daemon-light"), ("dovecot", "dovecot-imapd"))
        if not program(name)
    ]
    if lacking:
        return f"{' and '.join(lacking)} not installed"
    version = subprocess.run([program("dovecot"), "--version"], capture_output=True, text=True, check=False).stdout
    return "" if version.startswith("2.3.") else f"the configuration is for Dovecot 2.3, not {version.strip()}"


@dataclass(frozen=True, kw_only=True)
class PostOffice:
    """Two running servers: mail goes in at `smtp_port` and is read at `imap_port`; `ca` signed the certificate."""

    smtp_port: int
    imap_port: int
    folder: Path
    ca: trustme.CA

    @property
    def context(self) -> ssl.SSLContext:
        """A client's context that trusts this server and checks its name."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    @property
    def ca_file(self) -> Path:
        """The certificate of the authority as a file."""
        return self.folder / "ca.pem"

    def empty(self) -> None:
        """Take everything out of the mailbox, and what Dovecot remembers of it."""
        for path in sorted(self.folder.glob("maildir/**/*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Run both servers in a folder of their own, as a user without rights, and stop them at the end."""
    user = pwd.getpwnam("Debian-exim") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    with tempfile.TemporaryDirectory(prefix="post-") as name, ExitStack() as stack:
        office = PostOffice(smtp_port=_free_port(), imap_port=_free_port(), folder=Path(name), ca=trustme.CA())
        _furnish(office, user)
        exim = [program("exim4"), "-C", str(office.folder / "exim.conf"), "-bdf"]
        dovecot = [program("dovecot"), "-F", "-c", str(office.folder / "dovecot.conf")]
        for command, port in ((exim, office.smtp_port), (dovecot, office.imap_port)):
            stack.enter_context(_running(command, port, user, office.folder))
        yield office


def _furnish(office: PostOffice, user: pwd.struct_passwd) -> None:
    """Write configurations and certificate, and give all of it to the user that the servers run as."""
    folder = office.folder
    for name in ("spool", "log", "maildir", "run", "state"):
        (folder / name).mkdir()
    values = {"domain": DOMAIN, "username": USERNAME, "password": PASSWORD, "mailbox_password": MAILBOX_PASSWORD}
    values |= {"user": user.pw_name, "group": grp.getgrgid(user.pw_gid).gr_name}
    for name, text in (("exim.conf", EXIM), ("dovecot.conf", DOVECOT)):
        filled = text.format(folder=folder, smtp_port=office.smtp_port, imap_port=office.imap_port, **values)
        (folder / name).write_text(filled, encoding="utf-8")
    office.ca.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    office.ca.cert_pem.write_to_path(str(office.ca_file))
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid)


@contextmanager
def _running(command: list[str], port: int, user: pwd.struct_passwd, folder: Path) -> Iterator[None]:
    """Run a server until the end of the block; it is there once it takes connections."""
    rights = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with (folder / f"{port}.out").open("wb") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder, **rights)
        try:
            wait_until(lambda: server.poll() is not None or _answers(port), f"{command[0]} to start")
            said = (folder / f"{port}.out").read_text(encoding="utf-8", errors="replace")
            assert server.poll() is None, f"{command[0]} ended: {said}"
            yield
        finally:
            server.terminate()
            server.wait(PATIENCE)


def wait_until(is_true: Callable[[], bool], what: str) -> None:
    """Wait for something that another process does; fails after `PATIENCE` seconds."""
    deadline = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
