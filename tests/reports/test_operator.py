"""Betrieb: the two mails to whoever keeps the service running."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from lxml import html as lxml_html

from reports.desk import Desk
from reports.mail import Mail
from reports.operator import recovered, trouble
from scoring.domain import Language

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))
SINCE = datetime(2026, 11, 24, 6, 15, tzinfo=UTC)
PROBLEM = "The sheet cannot be read: the key was refused (403)."
CAUSES = ["sync", "mail", "template", "contacts", "something new"]


def desk(language: Language = "de") -> Desk:
    return Desk(sender="Klima-Allianz <klima-allianz@example.org>", language=language, now=NOW)


def failing(cause: str = "sync", language: Language = "de", name: str = "") -> Mail:
    return trouble(desk(language), "rahel@example.org", name, cause, PROBLEM, SINCE)


def over(cause: str = "sync", language: Language = "de", name: str = "") -> Mail:
    return recovered(desk(language), "rahel@example.org", name, cause, SINCE)


def bodies(mail: Mail) -> tuple[str, str]:
    message = message_from_bytes(mail.message, policy=policy.default)
    assert isinstance(message, EmailMessage)
    text, html = (part.get_content().replace("\r\n", "\n") for part in message.iter_parts())
    return text, " ".join(lxml_html.fromstring(html).find("body").text_content().split())


def test_episode_has_one_key_for_its_beginning_and_one_for_its_end() -> None:
    assert [mail.key for mail in (failing(), over())] == [
        "operator:sync:2026-11-24T06:15:00+00:00",
        "operator:sync:2026-11-24T06:15:00+00:00:over",
    ]
    series = {message_from_bytes(mail.message)["References"] for mail in (failing(), over())}
    assert len(series) == 1


def test_several_technicians_have_keys_of_their_own_without_name_or_address() -> None:
    keys = {mail.key for name in ("Rahel", "Tom") for mail in (failing(name=name), over(name=name))}
    assert len(keys) == 4
    assert [key for key in keys if "Rahel" in key or "@" in key] == []


def test_german_mail_says_what_since_when_what_meanwhile_and_what_to_do() -> None:
    mail = failing(name="Rahel Osei")
    assert (mail.subject, mail.preview) == (
        "Bitte nachsehen: Der Abgleich gelingt nicht",
        f"Seit 24.11.2026, 07:15 Uhr: {PROBLEM}",
    )
    text, html = bodies(mail)
    told = [
        "Hallo Rahel!",
        PROBLEM,
        "Der Dienst versucht es bei jedem Lauf von selbst wieder.",
        "klima-allianz check",
        "klima-allianz sync",
        "Über diese Störung kommt keine zweite Mail",
    ]
    assert [(line in text, line in html) for line in told] == [(True, True)] * len(told)


def test_recovery_says_that_nothing_is_left_to_do() -> None:
    assert [(mail.subject, mail.preview) for mail in (over("mail"), over("mail", "en"))] == [
        (
            "Wieder in Ordnung: Mails gehen wieder hinaus",
            "Seit 24.11.2026, 08:00 Uhr läuft es wieder; du brauchst nichts mehr zu tun.",
        ),
        (
            "Working again: Mails go out again",
            "It has worked again since 24 Nov 2026, 08:00; there is nothing left for you to do.",
        ),
    ]


@pytest.mark.parametrize("language", ["de", "en"])
def test_each_cause_has_its_own_words_in_every_language(language: Language) -> None:
    begins, ends = ([write(cause, language) for cause in CAUSES] for write in (failing, over))
    for mails in (begins, ends):
        assert len({mail.subject for mail in mails}) == len(CAUSES)
        assert [mail for mail in mails if "{{" in "".join(bodies(mail))] == []
    assert len({bodies(mail)[0] for mail in begins}) == len(CAUSES)
    assert [cause for cause, mail in zip(CAUSES, begins, strict=True) if "klima-allianz" not in bodies(mail)[1]] == []
