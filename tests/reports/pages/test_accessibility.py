"""Both pages in a real browser: nothing that axe calls serious, and no page wider than a phone."""

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from reports.pages import public_page, team_page
from scoring.assess import assess
from scoring.domain import Language
from scoring.memory import Memory
from tests.reports.pages.build import MEMORY, TODAY, filled, signed, town, works

CHROMIUM = shutil.which("chromium")
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PHONE = 390
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], "resultTypes": ["violations"]}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium on the PATH")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as player:
        found = player.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield found
        found.close()


@cache
def pages(language: Language) -> dict[str, str]:
    """Return both pages of a town that has something in every part."""
    actors = [works(name, 50_000, owner="Jörg") for name in ("Werk", "Bus", "Klinik")]
    alliance, assessment = town(
        actors=[*actors, {"name": "Verein", "kind": "association", "attitude": "opponent"}],
        letters=[signed(name, quote="Wir machen mit.") for name in ("werk", "bus", "klinik")],
        measures=[{"actor": "werk", "title": "Solardach", "status": "in_progress", "planned_end": TODAY}],
    )
    return {
        "team": team_page(alliance, assessment, MEMORY, language, "https://example.org/sheet"),
        "public": public_page(alliance, assessment, language),
    }


def opened(browser: Browser, path: Path, page: str) -> Page:
    """Return a tab as wide as a phone with the page, all its tables open."""
    path.write_text(page, encoding="utf-8")
    tab = browser.new_page(viewport={"width": PHONE, "height": 900})
    tab.goto(path.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    return tab


def violations(tab: Page) -> list[str]:
    """Return the serious rules that the page breaks; the shapes inside a drawing are none of its content."""
    found = Axe().run(tab, context={"exclude": [["svg > *"]]}, options=RULES).response["violations"]
    grave = [rule for rule in found if rule["impact"] in {"serious", "critical"}]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in grave]


def wider_than_the_window(tab: Page) -> int:
    """Return by how many px one has to scroll sideways."""
    return int(tab.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", ["team", "public"])
def test_no_serious_violation_in_light_and_dark(
    browser: Browser, tmp_path: Path, name: str, language: Language
) -> None:
    tab = opened(browser, tmp_path / "page.html", pages(language)[name])
    found: dict[str, list[str]] = {}
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found[scheme] = violations(tab)
    too_wide = wider_than_the_window(tab)
    tab.close()
    assert (found, too_wide) == ({"light": [], "dark": []}, 0)


def test_endless_words_do_not_break_the_layout(browser: Browser, tmp_path: Path) -> None:
    alliance = filled(lambda _tab, field, number: f"{number}{field[0]}" + "W" * 10_000)
    assessment = assess(alliance, Memory(), TODAY)
    public = opened(browser, tmp_path / "public.html", public_page(alliance, assessment, "de"))
    team = opened(browser, tmp_path / "team.html", team_page(alliance, assessment, MEMORY, "de"))
    wider = [wider_than_the_window(public), wider_than_the_window(team)]
    public.close()
    team.close()
    assert wider == [0, 0]


def test_tables_under_the_charts_are_printed(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "team.html"
    path.write_text(pages("de")["team"], encoding="utf-8")
    tab = browser.new_page()
    tab.goto(path.as_uri())
    is_seen = "document.querySelector('details table').checkVisibility({contentVisibilityAuto: true})"
    on_screen = tab.evaluate(is_seen)
    tab.emulate_media(media="print")
    tab.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    printed = tab.evaluate(is_seen)
    tab.close()
    assert (on_screen, printed) == (False, True)
