"""The RFC 5322 message of a mail: its headers, its two alternatives and how both are written as bytes.

What belongs here: what every mail has in common. What a mail says is decided by the module of its kind.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formataddr, parseaddr
from hashlib import blake2b
from urllib.parse import quote

from reports.one_line import one_line

SUBJECT_LIMIT = 150
NAME_LIMIT = 60
LINE_LENGTH = 76


@dataclass(frozen=True, kw_only=True)
class Content:
    """What one mail says: subject and preview (one line each), plain text, HTML.

    `problem` says in one sentence why an own template was not used, "" when all is well; it is not part of the mail.
    """

    subject: str
    preview: str
    text: str
    html: str
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A PNG that the HTML shows as `cid:<name>`; `alt` states its finding in a sentence, for the template's <img>."""

    name: str
    png: bytes
    alt: str


def message(
    content: Content,
    *,
    key: str,
    series: str,
    sender: str,
    recipient: str,
    recipient_name: str,
    date: datetime,
    pictures: Sequence[Picture] = (),
    list_id: str = "",
    unsubscribe: str = "",
) -> bytes:
    """Return the message as bytes; the same arguments give the same bytes.

    `key` decides the Message-ID, so that a retry is the same message; mails of one `series` (also a key) refer to its
    root, so that mail programs show them together. `sender` is "Name <address>"; it also receives who unsubscribes.
    `list_id` names what a recipient gets again and again and can end ("wochenbericht"), "" for a mail of its own;
    `unsubscribe` is the mailto link that ends it.
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
    if list_id:
        mail["List-Id"] = f"<{list_id}.klima-allianz.{team.domain}>"
        mail["List-Unsubscribe"] = f"<{unsubscribe or unsubscribe_link(sender)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail.set_content(content.text, charset="utf-8", cte="quoted-printable")
    mail.add_alternative(content.html, subtype="html", charset="utf-8", cte="quoted-printable")
    _, html = mail.iter_parts()
    for picture in pictures:
        html.add_related(
            picture.png, "image", "png", disposition="inline", cid=f"<{picture.name}>", filename=f"{picture.name}.png"
        )
    if pictures:
        html.set_boundary(f"=_{_digest(f'{key}:pictures')}")
    mail.set_boundary(f"=_{_digest(key)}")  # "=_" cannot stand in a quoted-printable or base64 body
    return mail.as_bytes()


def draft(
    *, subject: str, text: str, sender: str, recipient: str, recipient_name: str, date: datetime, pdf: bytes, file: str
) -> bytes:
    """Return a mail that nobody has sent yet, as bytes: mail programs open it for a person to change and to send.

    `recipient` is "" where a person has to write it. `pdf` is attached under the name `file` (ASCII).
    """
    mail = EmailMessage(policy=_POLICY)
    mail["X-Unsent"] = "1"
    mail["From"] = _address(*parseaddr(sender))
    if recipient:
        mail["To"] = _address(recipient_name, recipient)
    mail["Subject"] = one_line(subject, SUBJECT_LIMIT)
    mail["Date"] = date
    mail.set_content(text, charset="utf-8", cte="quoted-printable")
    mail.add_attachment(pdf, "application", "pdf", filename=file)
    mail.set_boundary(f"=_{_digest(file)}")
    return mail.as_bytes()


def parts(message: bytes) -> tuple[str, str]:
    """Return text and HTML of a message that `message` made, as people read them; pictures stand in the HTML itself."""
    mail = message_from_bytes(message, policy=policy.default)
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    shown = _lines(html.get_content()) if html else ""
    for part in mail.walk():
        if part["Content-ID"]:
            picture = "".join(str(part.get_payload()).split())
            shown = shown.replace(f"cid:{part['Content-ID'].strip('<>')}", f"data:image/png;base64,{picture}")
    return (_lines(text.get_content()) if text else ""), shown


def _lines(content: str) -> str:
    """Return a part with the ends of lines that files and terminals have: in mails they are CR LF."""
    return content.replace("\r\n", "\n")


def unsubscribe_link(sender: str, subject: str = "Wochenbericht abbestellen") -> str:
    """Return the mailto link by which a recipient asks the team to stop; `subject` is what the mail then says."""
    return f"mailto:{parseaddr(sender)[1]}?subject={quote(subject)}"


def is_mailable(address: str) -> bool:
    """Say whether a mail can be addressed so: an ASCII name, and a domain that has an ASCII form."""
    try:
        _address("", address)
    except ValueError:
        return False
    return True


def envelope_address(address: str) -> str:
    """Return the address as a mail server takes it, in ASCII; ValueError where `is_mailable` says no."""
    return _address("", address).addr_spec


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

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        """Keep a subject as it is: the standard library decodes what looks encoded, line breaks and all."""
        return (name, value) if name.lower() == "subject" else super().header_store_parse(name, value)

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
