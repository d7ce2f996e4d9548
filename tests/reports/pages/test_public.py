"""The public page: what may be on it, that nothing else ever is, and that it says something decent without figures."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from lxml import html

from reports.pages import public_page
from reports.wording import words
from scoring.alliance import Settings
from scoring.assess import assess
from scoring.domain import Attitude, Language, Sector, Stage
from scoring.memory import Memory
from tests.reports.pages.build import MEMORY, SETTINGS, TODAY, filled, signed, town, works

CANARY = re.compile(r"kanarie\.[a-z_]+\.[a-z0-9_]+\.\d")


def canary(tab: str, field: str, number: int) -> str:
    return f"kanarie.{tab}.{field}.{number}"


def text_of(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())


MAY_BE_PUBLIC = {
    "kanarie.settings.municipality.0",
    "kanarie.settings.inventory_source.0",
    "kanarie.settings.loi_link.0",
    "kanarie.actors.name.0",  # Veröffentlichung ja
    "kanarie.letters.quote.0",
    "kanarie.actors.name.1",  # nur Name
}


@pytest.mark.parametrize("language", ["de", "en"])
def test_exactly_what_may_be_public_is_on_the_page(language: Language) -> None:
    alliance = filled(canary)
    assessment = assess(alliance, Memory(), TODAY)
    assert (assessment.coverage.publishable, assessment.coverage.signatories) == (True, 4)
    page = public_page(alliance, assessment, language)
    assert set(CANARY.findall(page)) == MAY_BE_PUBLIC


def test_no_figure_day_or_judgement_of_an_actor_is_on_the_page() -> None:
    alliance = filled(canary)
    page = text_of(public_page(alliance, assess(alliance, Memory(), TODAY), "de"))
    figures = [number for number in range(71_000, 72_000) if re.search(rf"\b71[.,]?{number - 71_000:03}\b", page)]
    days = [day for day in (date(2023, 1, 1) + timedelta(days=n) for n in range(1_400)) if f"{day:%d.%m.%Y}" in page]
    judged = [*Attitude, *Stage]
    assert figures == []
    assert days == []
    assert [choice.de for choice in judged if re.search(rf"\b{re.escape(choice.de)}\b", page)] == []


def test_figures_named_on_the_page_are_those_of_the_inventory() -> None:
    alliance = filled(canary)
    page = text_of(public_page(alliance, assess(alliance, Memory(), TODAY), "de"))
    assert set(re.findall(r"(?<![\d.])\d{1,3}(?:\.\d{3})+(?![\d.])", page)) == {"2.345.678"}


def test_members_and_quotes_need_consent() -> None:
    alliance, assessment = town(
        actors=[
            works("Ja GmbH", 50_000),
            works("Name AG", 60_000),
            works("Nein eG", 70_000),
            works("Beides KG", 80_000),
        ],
        letters=[
            signed("ja gmbh", "yes", quote="Wir machen mit."),
            signed("name ag", "name_only", quote="Nur unter uns."),
            signed("nein eg", "no", quote="Geheim."),
            signed("beides kg", "yes", quote="Erst ja."),
            signed("beides kg", "name_only", quote="Dann nicht."),
        ],
    )
    page = html.fromstring(public_page(alliance, assessment, "de"))
    assert [item.text_content() for item in page.xpath("//ul[@class='chips']/li")] == [
        "Beides KG",
        "Ja GmbH",
        "Name AG",
    ]
    assert [item.text_content() for item in page.xpath("//blockquote")] == ["„Wir machen mit.“"]
    assert "und 1 weiteres Mitglied, das hier nicht genannt wird." in page.text_content()


def test_the_share_is_said_as_it_may_be_said() -> None:
    alliance, assessment = town(
        actors=[works(name, 50_000) for name in ("A", "B", "C")], letters=[signed(name) for name in "abc"]
    )
    page = html.fromstring(public_page(alliance, assessment, "de"))
    assert page.find_class("figure")[0].text_content() == "mindestens14 %"
    assert "mindestens 14 % der Treibhausgasemissionen von Musterstadt" in page.find_class("lead")[0].text_content()
    assert page.find_class("meter")[0][0].get("style") == "width: 14%"


def test_a_share_of_one_actor_is_not_said() -> None:
    alliance, assessment = town(actors=[works("A", 50_000)], letters=[signed("a", "name_only")])
    page = html.fromstring(public_page(alliance, assessment, "de"))
    assert page.find_class("figure")[0].text_content() == "1"
    assert page.xpath("//*[@id='how' or @class='meter']") == []


@pytest.mark.parametrize(
    ("settings", "letters"),
    [
        pytest.param(SETTINGS, [], id="nobody has signed"),
        pytest.param(replace(SETTINGS, municipality=""), [signed("a")], id="no municipality"),
        pytest.param(Settings(), [], id="nothing at all"),
    ],
)
def test_without_a_sentence_the_page_says_what_it_will_be(settings: Settings, letters: list[object]) -> None:
    alliance, assessment = town(settings, actors=[works("A", 50_000)], letters=letters)
    page = html.fromstring(public_page(alliance, assessment, "de"))
    assert page.find_class("lead")[0].text_content() == words("de").text("page.public.soon")
    assert page.xpath("//blockquote | //ul[@class='chips'] | //*[@class='figure' or @class='meter' or @id='how']") == []


def test_unreadable_letters_name_nobody() -> None:
    alliance, _ = town(actors=[works("A", 50_000)], letters=[signed("a")])
    unread = replace(alliance, letters_read=False)
    page = html.fromstring(public_page(unread, assess(unread, MEMORY, TODAY), "de"))
    assert page.xpath("//*[@class='chips' or @class='figure']") == []


def sector_shares(page: str) -> list[str]:
    return [" ".join(item.text_content().split()) for item in html.fromstring(page).xpath("//ul[@class='shares']/li")]


def test_a_sector_is_shown_from_three_members_on() -> None:
    three = [works(name, 60_000) for name in "ABC"]
    alliance, assessment = town(actors=three, letters=[signed(name) for name in "abc"])
    assert sector_shares(public_page(alliance, assessment, "de")) == ["Industrie: 28 %"]
    two = [*three[:2], works("C", 60_000, "commerce")]
    alliance, assessment = town(actors=two, letters=[signed(name) for name in "abc"])
    assert sector_shares(public_page(alliance, assessment, "de")) == []


def test_no_sector_is_shown_when_the_rest_would_be_one_member() -> None:
    actors = [*(works(name, 60_000) for name in "ABC"), works("D", 40_000, "commerce")]
    alliance, assessment = town(actors=actors, letters=[signed(name) for name in "abcd"])
    assert assessment.coverage.percent == 20
    assert sector_shares(public_page(alliance, assessment, "de")) == []


def test_a_step_that_fell_back_is_under_way_in_public() -> None:
    alliance, _ = town(actors=[works("A", 50_000)], letters=[signed("a")])
    assessment = assess(alliance, replace(MEMORY, steps_done=frozenset({1, 2, 3})), TODAY)
    assert {step.status.value for step in assessment.steps} >= {"regressed"}
    page = html.fromstring(public_page(alliance, assessment, "de"))
    assert {item.get("class") for item in page.xpath("//ol[@class='path']/li")} <= {"done", "running", "open"}


@pytest.mark.parametrize("source", ["http://example.org/b", "javascript:alert(1)", "Bilanz im Rathaus, Zimmer 3"])
def test_only_https_sources_are_links(source: str) -> None:
    settings = replace(SETTINGS, inventory_source=source, loi_link="http://example.org/loi")
    alliance, assessment = town(
        settings, actors=[works(name, 50_000) for name in "ABC"], letters=[signed(name) for name in "abc"]
    )
    page = html.fromstring(public_page(alliance, assessment, "de"))
    assert source in page.text_content()
    assert [link.get("href") for link in page.iter("a")] == ["#content"]


def test_sector_names_are_the_language_s() -> None:
    alliance, assessment = town(
        actors=[works(name, 60_000) for name in "ABC"], letters=[signed(name) for name in "abc"]
    )
    assert sector_shares(public_page(alliance, assessment, "en")) == [f"{Sector.INDUSTRY.en}: 28%"]
