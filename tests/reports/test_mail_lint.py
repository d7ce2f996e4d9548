"""The linter finds what it is there for: each planted fault is named, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reports.mail import Mail, MailKind
from reports.message import Content, Picture, message
from tests.reports.mail_lint import problems

HTML = (
    '<html lang="de"><head><meta name="color-scheme" content="light dark">'
    "<style>@media (prefers-color-scheme: dark) {}</style></head>"
    '<body><div class="preheader">Kurz gesagt</div><p>Hallo <a href="https://example.org/a">hier</a></p></body></html>'
)
TEXT = "Hallo: https://example.org/a\n"


def mail(html: str = HTML, text: str = TEXT, subject: str = "Betreff", pictures: tuple[Picture, ...] = ()) -> Mail:
    content = Content(subject=subject, preview="Kurz gesagt", text=text, html=html)
    return Mail(
        key="k",
        kind=MailKind.DIGEST,
        recipient="a@example.org",
        subject=subject,
        preview="Kurz gesagt",
        message=message(
            content,
            key="k",
            series="s",
            sender="Team <team@example.org>",
            recipient="a@example.org",
            recipient_name="A",
            date=datetime(2026, 11, 24, tzinfo=UTC),
            pictures=pictures,
        ),
    )


def with_body(addition: str) -> Mail:
    return mail(HTML.replace("</body>", f"{addition}</body>"))


PICTURE = Picture(name="verlauf", png=b"\x89PNG", alt="Es geht aufwärts")


def test_a_sound_mail_has_no_problems() -> None:
    shown = HTML.replace("</body>", '<img src="cid:verlauf" alt="Es geht aufwärts"></body>')
    assert [problems(mail()), problems(mail(shown, pictures=(PICTURE,)))] == [[], []]


@pytest.mark.parametrize(
    ("faulty", "found"),
    [
        (with_body("x" * 102_001), ["larger than Gmail shows"]),
        (with_body('<img src="cid:verlauf" alt="a">'), ["picture that is not in the mail"]),
        (mail(pictures=(PICTURE,)), ["picture that is not shown"]),
        (
            mail(HTML.replace("</body>", '<img src="cid:verlauf" alt=" "></body>'), pictures=(PICTURE,)),
            ["picture without alt"],
        ),
        (
            with_body('<img src="https://example.org/pixel.png" alt="a">'),
            ["picture that is not in the mail", "remote content"],
        ),
        (with_body('<p style="background: url(https://example.org/x)">a</p>'), ["remote content"]),
        (with_body("<script>1</script>"), ["script"]),
        (with_body('<p onclick="1">a</p>'), ["script"]),
        (
            with_body('<a href="http://example.org">a</a>'),
            ["link that is neither https nor mailto", "link that the text lacks"],
        ),
        (with_body('<a href="https://example.org/b">a</a>'), ["link that the text lacks"]),
        (with_body("<p>{{ name }}</p>"), ["unrendered"]),
        (mail(text=f"{TEXT}{{% if a %}}"), ["unrendered"]),
        (mail(HTML.replace("Kurz gesagt", "")), ["no preheader"]),
        (mail(HTML.replace("Kurz gesagt", "Etwas anderes")), ["no preheader"]),
        (mail(HTML.replace(' lang="de"', "")), ["no language"]),
        (mail(HTML.replace("prefers-color-scheme", "print")), ["no dark mode"]),
        (mail(subject="x" * 151), ["bad subject"]),
        (mail(text=f"{TEXT}\n\n\nEnde\n"), ["gap in the text"]),
        (mail(text=f"{TEXT}Von der Bürgerenergie e. V..\n"), ["double space or full stop"]),
        (with_body("<p>a\u202eb</p>"), ["control characters"]),
    ],
)
def test_the_linter_names_a_planted_fault(faulty: Mail, found: list[str]) -> None:
    assert problems(faulty) == found


def test_a_mail_that_waits_for_release_shows_its_whole_text_as_preview() -> None:
    assert problems(replace(mail(), needs_release=True, preview=TEXT)) == []
