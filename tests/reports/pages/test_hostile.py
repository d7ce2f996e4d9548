"""Whatever people paste into the sheet, both pages stay pages: escaped, bounded, without scripts and foreign links."""

import re

import pytest
from lxml import etree, html

from reports.pages import public_page, team_page
from reports.sandbox import VALUE_LIMIT
from scoring.assess import assess
from scoring.memory import Memory
from tests.reports.pages.build import MEMORY, TODAY, filled

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% for x in y %}{{ words }}",
    "\u202egnp.exe\u2066\u200f",
    "nul\x00 bell\x07 line\r\nBcc: x",
    "x" * 10_000,
    "</svg></style></title><svg/onload=alert(1)>",
    "$\\frac{1}{2}$ --> ]]> <!-- & \ud83d",
    "🦄 漢字 عربى ﷽ é" * 40,
]
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
LONGEST = 1_000_000


def hostile(tab: str, field: str, number: int) -> str:
    """Return another hostile text for each cell, the same every time; names begin differently, so that all are keys."""
    text = HOSTILE[(len(tab) * 7 + len(field) * 3 + number) % len(HOSTILE)]
    return f"{number}{text}"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    alliance = filled(hostile)
    assessment = assess(alliance, Memory(history=MEMORY.history), TODAY)
    return {
        "team": team_page(alliance, assessment, MEMORY, "de"),
        "public": public_page(alliance, assessment, "de"),
    }


@pytest.mark.parametrize("name", ["team", "public"])
def test_hostile_text_in_every_cell_stays_text(pages: dict[str, str], name: str) -> None:
    page = pages[name]
    found = html.fromstring(page)
    elements = [element for element in found.iter() if isinstance(element.tag, str)]
    assert {element.tag for element in elements} & {
        "script",
        "img",
        "iframe",
        "object",
        "form",
        "link",
        "base",
    } == set()
    assert {name for element in elements for name in element.attrib if name.startswith("on")} == set()
    assert [link.get("href") for link in found.iter("a") if not link.get("href").startswith(("https://", "#"))] == []
    assert UNSAFE.search(page) is None


@pytest.mark.parametrize("name", ["team", "public"])
def test_hostile_text_is_bounded(pages: dict[str, str], name: str) -> None:
    found = html.fromstring(pages[name])
    for style in found.xpath("//style"):
        style.drop_tree()
    assert len(pages[name]) < LONGEST
    assert max(map(len, found.text_content().split())) <= VALUE_LIMIT + len("„“")


def test_drawings_stay_drawings(pages: dict[str, str]) -> None:
    drawings = re.findall(r"<svg .*?</svg>", pages["team"], re.DOTALL)
    tags = {etree.QName(element).localname for drawing in drawings for element in etree.fromstring(drawing).iter()}
    assert len(drawings) == 6
    assert tags == {"svg", "defs", "style", "g", "path", "use", "clipPath", "rect"}


def test_template_syntax_in_the_sheet_is_printed_as_it_is() -> None:
    alliance = filled(lambda _tab, _field, number: f"{number}{{{{ 7 * 7 }}}}")
    page = public_page(alliance, assess(alliance, Memory(), TODAY), "de")
    assert "0{{ 7 * 7 }}" in html.fromstring(page).text_content()
