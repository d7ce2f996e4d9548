"""The linter of all mails: everything that a mail must not be. Import it as `tests.reports.mail_lint`."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from lxml import html as lxml_html

from reports.mail import Mail

GMAIL_CLIPS_AT = 102_000
"""Bytes of HTML; what is beyond is hidden behind a link."""

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
UNRENDERED = re.compile(r"\{\{|\}\}|\{%|%\}|\bNone\b|\bnan\b|<built-in|Undefined|Message\(")


def parsed(mail: Mail) -> EmailMessage:
    """The message as a mail program reads it."""
    message = message_from_bytes(mail.message, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def bodies(mail: Mail) -> tuple[str, str]:
    """Plain text and HTML."""
    parts = (parsed(mail).get_body((kind,)) for kind in ("plain", "html"))
    text, html = (part.get_content().replace("\r\n", "\n") for part in parts if part is not None)
    return text, html


def visible(html: str) -> str:
    """What a person reads in the HTML part, the hidden preview included."""
    return " ".join(lxml_html.fromstring(html).find("body").text_content().split())


def problems(mail: Mail) -> list[str]:
    """Return what is wrong with a mail, one phrase each."""
    text, html = bodies(mail)
    tree = lxml_html.fromstring(html)
    links = tree.xpath("//@href")
    shown = [source.removeprefix("cid:") for source in tree.xpath("//@src")]
    there = {str(part["Content-ID"]).strip("<>") for part in parsed(mail).walk() if part["Content-ID"]}
    preheader = " ".join(tree.xpath("string(//*[contains(@class, 'preheader')])").split())
    found = {
        "larger than Gmail shows": len(html.encode()) > GMAIL_CLIPS_AT,
        "picture without alt": bool(tree.xpath("//img[not(normalize-space(@alt))]")),
        "picture that is not in the mail": not set(shown) <= there,
        "picture that is not shown": not there <= set(shown),
        "remote content": any(source.startswith(("http", "//", "data:")) for source in shown)
        or bool(tree.xpath("//link | //iframe | //object | //embed | //base"))
        or bool(re.search(r"url\(|@import", html)),
        "script": bool(tree.xpath("//script | //form | //@*[starts-with(name(), 'on')]")),
        "link that is neither https nor mailto": any(not link.startswith(("https://", "mailto:")) for link in links),
        "link that the text lacks": any(link not in text for link in links),
        "unrendered": bool(UNRENDERED.search(f"{mail.subject} {text} {visible(html)}")),
        "no preheader": not preheader or (not mail.needs_release and preheader != mail.preview),
        "no language": tree.get("lang") not in {"de", "en"},
        "no dark mode": "prefers-color-scheme" not in html or 'name="color-scheme"' not in html,
        "control characters": bool(CONTROL.search(text + html)),
        "bad subject": not mail.subject or len(mail.subject) > 150 or "\n" in mail.subject,
        "gap in the text": "\n\n\n" in text,
        "double space or full stop": bool(re.search(r"\S  \S|(?<!\.)\.\.(?!\.)| [,.;!?](?:\s|$)", text)),
    }
    return [problem for problem, is_there in found.items() if is_there]
