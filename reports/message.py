"""The RFC 5322 message of a mail: its headers, its two alternatives and how both are written as bytes.

What belongs here: what every mail has in common. What a mail says is decided by the module of its kind.
"""

import textwrap
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formataddr, parseaddr
from hashlib import blake2b

from reports.one_line import one_line

SUBJECT_LIMIT = 150
NAME_LIMIT = 60
LINE_LENGTH = 76


@dataclass(frozen=True, kw_only=True)
class Content:
    """What one mail says: subject and preview (one line each), plain text, HTML."""

    subject: str
    preview: str
    text: str
    html: str


def message(
    content: Content, *, key: str, series: str, sender: str, recipient: str, recipient_name: str, date: datetime
) -> bytes:
    """Return the message as bytes; the same arguments give the same bytes.

    `key` decides the Message-ID, so that a retry is the same message; mails of one `series` (also a key) refer to its
    root, so that mail programs show them together. `sender` is "Name <address>"; it also receives who unsubscribes.
    Raises ValueError for an address that cannot be mailed to.
    """
    sender_name, sender_address = parseaddr(sender)
    team = _address(sender_name, sender_address)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = team
    mail["To"] = _address(recipient_name, recipient)
    mail["Subject"] = one_line(content.subject, SUBJECT_LIMIT)
    mail["Date"] = date
    mail["Message-ID"] = f"<{_digest(key)}@{team.domain}>"
    mail["References"] = f"<{_digest(series)}@{team.domain}>"
    mail["List-Id"] = f"<wochenbericht.klima-allianz.{team.domain}>"
    mail["List-Unsubscribe"] = f"<{unsubscribe_link(sender)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail.set_content(content.text, charset="utf-8", cte="quoted-printable")
    mail.add_alternative(content.html, subtype="html", charset="utf-8", cte="quoted-printable")
    mail.set_boundary(f"=_{_digest(key)}")  # "=_" cannot stand in a quoted-printable body
    return mail.as_bytes()


def unsubscribe_link(sender: str) -> str:
    """Return the mailto link by which a recipient asks the team to stop."""
    return f"mailto:{parseaddr(sender)[1]}?subject=Wochenbericht%20abbestellen"


def is_mailable(address: str) -> bool:
    """Say whether a mail can be addressed so: an ASCII name, and a domain that has an ASCII form."""
    try:
        _address("", address)
    except ValueError:
        return False
    return True


def _address(name: str, address: str) -> Address:
    local, _, domain = address.strip().rpartition("@")
    if not (local and local.isascii() and local.isprintable() and domain.isprintable()):
        raise ValueError("a mail address needs an ASCII name before its @")
    return Address(one_line(name, NAME_LIMIT), local, domain.encode("idna").decode("ascii"))


def _digest(key: str) -> str:
    return blake2b(key.encode(), digest_size=16).hexdigest()


class _Policy(EmailPolicy):
    """SMTP's policy, folding what people read with `email.header` and leaving ids and links whole.

    The standard library's own folding loses spaces between encoded words of German subjects, and encodes long ids and
    links, which mail programs then do not understand.
    """

    def fold(self, name: str, value: str) -> str:
        """Return the header with its name, folded to lines."""
        match name.lower():
            case "subject":
                folded = _encoded(str(value), name)
            case "from" | "to":
                (address,) = value.addresses  # type: ignore[attr-defined]  # the header factory made an AddressHeader
                folded = _encoded_address(address, name)
            case "message-id" | "references" | "list-id" | "list-unsubscribe":
                folded = "\n ".join(_wrapped(str(value), name))
            case _:
                return str(super().fold(name, value))
        return f"{name}: {folded}\n".replace("\n", self.linesep)

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the same as bytes."""
        return self.fold(name, value).encode("ascii")


_POLICY = _Policy(linesep="\r\n", max_line_length=LINE_LENGTH + 2)


def _encoded(text: str, header: str) -> str:
    """Return ASCII text folded, other text as encoded words. What only looks like an encoded word is encoded, too."""
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset, maxlinelen=LINE_LENGTH, header_name=header).encode()


def _encoded_address(address: Address, header: str) -> str:
    if not address.display_name:
        return address.addr_spec
    if address.display_name.isascii() and "=?" not in address.display_name:
        return "\n ".join(_wrapped(formataddr((address.display_name, address.addr_spec)), header))
    return f"{_encoded(address.display_name, header)}\n <{address.addr_spec}>"


def _wrapped(text: str, header: str) -> list[str]:
    """Break at white space only; the first line leaves room for the header's name."""
    indent = " " * (len(header) + 2)
    lines = textwrap.wrap(text, LINE_LENGTH, initial_indent=indent, break_long_words=False, break_on_hyphens=False)
    return [line.strip() for line in lines]
