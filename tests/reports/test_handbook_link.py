"""Every mail to the team leads to the handbook when there is a link, and no mail to anybody else does."""

from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from reports.desk import Desk
from reports.mail import MailKind
from scoring.domain import Language
from sync.decision import Options
from sync.preview import KINDS, Stage, preview, sample_stage
from tests.reports.mail_lint import bodies, problems

SENDER = "Klima-Allianz <klima-allianz@example.org>"
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))
LINK = "https://example.org/handbuch"
OF_THE_TEAM = {MailKind.DIGEST, MailKind.LOI_UPDATE, MailKind.MILESTONE, MailKind.REMINDER}


@pytest.fixture(scope="module")
def stage() -> Stage:
    return sample_stage(Options(language="de", now=NOW, sender=SENDER))


def desk(language: Language, link: str) -> Desk:
    return Desk(sender=SENDER, language=language, now=NOW, handbook_link=link)


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("kind", KINDS)
def test_mails_to_the_team_end_with_the_link_in_text_and_html(stage: Stage, kind: MailKind, language: Language) -> None:
    mail = preview(kind, stage, desk(language, LINK))
    text, html = bodies(mail)
    is_for_the_team = kind in OF_THE_TEAM
    assert (f": {LINK}" in text.splitlines()[-1], f'<a href="{LINK}"' in html) == (is_for_the_team, is_for_the_team)
    assert problems(mail) == []


@pytest.mark.parametrize("link", ["", "http://127.0.0.1/handbuch", "javascript:alert(1)"])
def test_what_is_no_https_link_is_left_out(stage: Stage, link: str) -> None:
    plain = Desk(sender=SENDER, language="de", now=NOW)
    mails = [(preview(kind, stage, desk("de", link)), preview(kind, stage, plain)) for kind in sorted(OF_THE_TEAM)]
    assert [mail.message for mail, _ in mails] == [mail.message for _, mail in mails]
