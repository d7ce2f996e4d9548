"""LoI-Meldung: who has signed or taken a signature back, and texts about it that can be sent on as they are.

What belongs here: which news makes one mail, what it may say of whom. The words are `reports/templates/loi_update` and,
for the texts to copy, the wording `loi_update.…`; whose name may be said is `reports.naming`.
"""

from collections.abc import Iterator, Sequence

from reports.desk import Desk
from reports.mail import Mail, MailKind
from reports.naming import Signatory, former_signatories, listed_names, signatories
from reports.news_mails import news_mails
from reports.public_facts import PublicFacts, public_facts
from reports.readers import readers
from reports.wording import Words
from scoring.alliance import Alliance
from scoring.assessment import Assessment
from scoring.domain import Severity
from scoring.memory import Event, EventKind, Memory
from scoring.messages import Message
from scoring.news import News

WITHOUT_RELEASE = 5
"""More new signatures at once look like a mistake in the sheet: a person has a look first."""

NAMES = 5
NAMES_IN_POST = 3
"""How many names a sentence of the press paragraph and of the post holds; a post has little room."""

QUOTES = 3

LISTED = 20
"""How many signatures and how many withdrawals are listed before "and n more"."""


def loi_updates(desk: Desk, alliance: Alliance, assessment: Assessment, memory: Memory, news: News) -> tuple[Mail, ...]:
    """Return one mail for each row of Verteiler with LoI-Meldungen = ja; none without a signature or a withdrawal.

    `memory` is what was remembered before this run.
    """
    signed, withdrawn = news.told(EventKind.SIGNED), news.told(EventKind.WITHDRAWN)
    people = readers(alliance, memory, "letter_news")
    if not (signed or withdrawn) or not people:
        return ()
    return news_mails(
        desk,
        MailKind.LOI_UPDATE,
        people,
        (*signed, *withdrawn),
        _values(desk.words, alliance, assessment, signed, withdrawn),
        needs_release=len(signed) > WITHOUT_RELEASE,
    )


def _values(
    words: Words, alliance: Alliance, assessment: Assessment, signed: Sequence[Event], withdrawn: Sequence[Event]
) -> dict[str, object]:
    facts = public_facts(alliance, assessment, words)
    new = signatories(alliance, [event.uid for event in signed], assessment.today)
    is_sayable = bool(facts.municipality) and facts.signatories is not None
    return {
        "facts": facts,
        "percent": assessment.coverage.percent if assessment.coverage.publishable else None,
        "signed": new,
        "names": listed_names(new, NAMES, words),
        "unasked": sum(signatory.consent is None for signatory in new),
        "withdrawn": former_signatories(alliance, [event.uid for event in withdrawn]),
        "listed": LISTED,
        "missing": _missing(alliance, assessment),
        "press": tuple(_press(new, facts, words)) if new and is_sayable else (),
        "post": " ".join(_post(new, facts, words)) if new and is_sayable else "",
        "answer": tuple(_answer(len(withdrawn), facts, words)) if withdrawn and is_sayable else (),
    }


def _missing(alliance: Alliance, assessment: Assessment) -> Message | None:
    """Return what keeps the alliance from a sentence, or from a share in it; None when nothing does."""
    settings, covered = alliance.settings, assessment.coverage
    if not covered.is_counted:
        return Message(code="loi_update.missing.unread")
    if not settings.municipality:
        return Message(code="loi_update.missing.municipality")
    if covered.publishable:
        return None if covered.percent else Message(code="loi_update.missing.small")
    if covered.minimum is None:
        return Message(code="loi_update.missing.inventory")
    if any(note.severity is Severity.BLOCKING for note in assessment.notes):
        return Message(code="loi_update.missing.blocked")
    return Message(code="loi_update.missing.few" if covered.with_data else "loi_update.missing.figures")


def _press(new: Sequence[Signatory], facts: PublicFacts, words: Words) -> Iterator[str]:
    """Yield the sentences of the press paragraph: names and quotes with consent, no figure of a single actor."""
    if names := listed_names(new, NAMES, words):
        yield words.text("loi_update.press.growing", municipality=facts.municipality)
        yield words.text("loi_update.press.names", names=names, n=len(new))
    else:
        yield words.text("loi_update.press.unnamed", municipality=facts.municipality, n=len(new))
    yield words.text("loi_update.press.goal", year=facts.target_year or 0)
    if facts.sentence:
        yield facts.sentence
    for signatory in [signatory for signatory in new if signatory.quote][:QUOTES]:
        yield words.text("loi_update.press.quote", name=signatory.name, quote=signatory.quote)
    if facts.letter_link:
        yield words.text("loi_update.press.link", link=facts.letter_link)


def _post(new: Sequence[Signatory], facts: PublicFacts, words: Words) -> Iterator[str]:
    if names := listed_names(new, NAMES_IN_POST, words):
        yield words.text("loi_update.post.names", municipality=facts.municipality, names=names)
    else:
        yield words.text("loi_update.post.unnamed", municipality=facts.municipality, n=len(new))
    yield words.text("loi_update.post.goal", n=facts.signatories or 0, year=facts.target_year or 0)
    if facts.letter_link:
        yield facts.letter_link


def _answer(count: int, facts: PublicFacts, words: Words) -> Iterator[str]:
    """Yield what can be said when somebody asks about withdrawn signatures: a fact, and no name."""
    yield words.text("loi_update.answer", municipality=facts.municipality, n=count)
    if facts.sentence:
        yield facts.sentence
