"""`mail preview`: a mail of every kind, from news that did not happen."""

from functools import cache

import pytest

from reports.desk import Desk
from reports.mail import MailKind
from reports.message import parts
from scoring.domain import Language
from scoring.memory import Memory
from scoring.snapshot import Snapshot, Tab
from sync.decision import Options
from sync.errors import SetupError
from sync.preview import ADDRESS, KINDS, Stage, live_stage, preview, sample_stage
from tests.sync.worlds import NOW, SENDER

EMPTY = Snapshot(tabs=(Tab(id="1", title="Akteure", cells=(("Name", "Art"), ("Stadtwerke", "Energieversorger"))),))


def options(language: Language = "de") -> Options:
    return Options(language=language, now=NOW)


def desk(language: Language = "de") -> Desk:
    return Desk(sender=SENDER, language=language, now=NOW)


@cache
def sample() -> Stage:
    return sample_stage(options())


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_shown_in_every_language(kind: MailKind, language: Language) -> None:
    mail = preview(kind, sample(), desk(language))
    text, html = parts(mail.message)
    assert (mail.kind, mail.recipient, mail.template_problem) == (kind, ADDRESS, "")
    assert (text.strip() != "", "<html" in html, "{{" in text + html) == (True, True, False)


def test_preview_of_the_letters_news_names_who_signed_last() -> None:
    mail = preview(MailKind.LOI_UPDATE, sample(), desk())
    assert mail.subject.startswith("2 neue Unterschriften")


def test_sample_has_a_past_to_compare_with() -> None:
    assert len(sample().memory.history) >= 2


@pytest.mark.parametrize("kind", [MailKind.LOI_UPDATE, MailKind.WELCOME, MailKind.REMINDER])
def test_empty_alliance_has_nothing_to_show_and_says_so(kind: MailKind) -> None:
    with pytest.raises(SetupError, match=f"kind {kind} could tell; try it without --live"):
        preview(kind, live_stage(EMPTY, Memory(), options()), desk())


def test_showing_leaves_the_memory_as_it_is() -> None:
    stage = sample()
    before = stage.memory
    for kind in KINDS:
        preview(kind, stage, desk())
    assert stage.memory == before
