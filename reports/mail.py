"""Mails: one function per kind, and the rendered mail as a value. Where it goes is not known here."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A rendered mail, ready to be stored: everything that a retry must repeat byte for byte.

    `key` is permanent and unique ("digest:2026-W47:<address>"): asking twice stores once. `message` is the full
    RFC 5322 message.
    """

    key: str
    kind: str
    recipient: str
    subject: str
    message: bytes
