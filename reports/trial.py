"""The mail of `mail test`: says that mail arrives, and nothing else."""

from html import escape

from reports.desk import Desk
from reports.message import Content, message


def trial(desk: Desk, address: str) -> bytes:
    """Return the message to that address; ValueError for one that cannot be mailed to."""
    speak = desk.words
    subject, text = speak.text("trial.subject"), speak.text("trial.text")
    html = f'<!doctype html><html lang="{desk.language}"><title>{escape(subject)}</title><p>{escape(text)}</p></html>'
    return message(
        Content(subject=subject, preview=text, text=f"{text}\n", html=html),
        key=f"trial:{desk.now.isoformat()}",
        series="trial",
        sender=desk.sender,
        recipient=address,
        recipient_name="",
        date=desk.now,
    )
