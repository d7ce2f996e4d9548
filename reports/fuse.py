"""What the fuse says: the row `Sicherung` on Postausgang, which asks a person, and the line on Übersicht."""

from reports.mail import Mail, MailKind
from reports.wording import Words
from scoring.fuse import Hold


def fuse_row(hold: Hold, key: str, words: Words) -> Mail:
    """Return the row that waits for a ja; it is no mail and goes to nobody."""
    numbers = {"vanished": hold.vanished, "before": hold.before}
    return Mail(
        key=key,
        kind=MailKind.FUSE,
        recipient="",
        subject=words.text("fuse.subject", **numbers),
        preview=words.text("fuse.preview", **numbers),
        message=b"",
        needs_release=True,
    )


def held_sentence(hold: Hold, words: Words) -> str:
    """Return what Übersicht says while the fuse holds a run."""
    return words.text("overview.run.held", vanished=hold.vanished, before=hold.before)
