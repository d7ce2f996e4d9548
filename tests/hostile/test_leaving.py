"""What leaves the team says only what it may: every other cell of the sheet holds a canary, and none gets out.

Whoever adds a tab, a column or a setting has to decide here whether it may leave the team.
"""

import html
import re
from collections.abc import Mapping
from functools import cache

import pytest

from reports.mail import MailKind
from reports.pages import public_page
from scoring.domain import Attitude, Language, LetterStatus, MeetingResult, Stage
from scoring.tabs import SETTINGS, SETTINGS_ROWS
from tests.hostile.outputs import Form, Output, letters_of, mails_of, played
from tests.hostile.town import ACTORS, FIXED, TABS, Town

CANARY = re.compile(r"kanarie\.([a-z_]+)\.([a-z0-9_]+)\.(\d+)")


def fields(names: str) -> frozenset[str]:
    """Return the names that a text holds."""
    return frozenset(names.split())


STAYS: Mapping[str, frozenset[str]] = {
    "actors": fields(
        "kind owner low_hanging attitude relationship jobs publicity emissions next_step due_on id industry sector "
        "revenue structural emissions_scope fuels electricity heat process sold_energy emissions_year data_quality "
        "parent includes_children stage_override joined_on left_on note"
    ),
    "meetings": fields("date time actors kind status result team next_step due_on done minutes"),
    "letters": fields(
        "actor version status signed_on signed_by authority target_year publication evidence_link published_on "
        "withdrawn_on"
    ),
    "measures": fields(
        "actor title summary field_of_action status completion planned_start planned_end actual_start actual_end "
        "responsible savings promoted_link checked_on reason"
    ),
    "press": fields("date title medium occasion actor link"),
    "recipients": fields("name email role weekly_report letter_news reminders"),
    "contacts": fields("actor function phone source legal_basis mails delete_on"),
    "overlaps": fields("actor_a actor_b tonnes reason"),
    "settings": fields(
        "setting value remark municipality_key population jobs_total revenue_total resolution_date weight_emissions "
        "weight_jobs weight_structural weight_publicity top_n step2_pledges step6_share weekly_hours goal_date "
        "institutionalised_on legal_form success_reported_on review_months coverage_goal inventory_households "
        "inventory_commerce inventory_industry inventory_transport inventory_municipal inventory_agriculture "
        "inventory_waste inventory_conversion"
    ),
}
"""What is for the team alone."""

MAY_LEAVE: Mapping[str, frozenset[str]] = {
    "actors": frozenset({"name"}),  # with consent, and to the actor itself
    "letters": frozenset({"quote"}),  # with consent
    "contacts": frozenset({"salutation", "name", "email", "consent_on"}),  # to that contact alone
    "settings": fields(
        "municipality target_year inventory_method inventory_year inventory_total inventory_source founded_on "
        "loi_published_on loi_version loi_link success_report_to"
    ),
}
"""What may stand somewhere outside the team; where exactly is `ALLOWED`."""

TOWN, NAMED, QUOTED = "settings.municipality", ("actors.name.0", "actors.name.1"), "letters.quote.0"
LINK = "settings.loi_link"
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "public page": (TOWN, LINK, "settings.inventory_source", *NAMED, QUOTED),
    "loi_update copy": (TOWN, LINK, *NAMED, QUOTED),
    "success": (TOWN, LINK, *NAMED, QUOTED),
    **{f"welcome {n}": (TOWN, LINK, *NAMED, f"actors.name.{n}", f"contacts.name.{n}") for n in range(4)},
    **{f"letter {n}": (TOWN, LINK, f"actors.name.{3 * n}", f"contacts.name.{3 * n}") for n in (0, 1)},
}
"""Exactly what stands in each text that leaves the team, all its forms taken together.

A letter also shows the LoI-Version, of which so few letters that no canary is whole.
"""

SAID_IN_GENERAL = {"unterzeichnet", "zurückgezogen", "signed", "withdrawn", "open", "offen", "pledge"}
"""Words for a stage with which the texts say what is so of all, or of nobody in particular."""

HEADINGS = {
    "de": ("DAS KÖNNT IHR ÖFFENTLICH SAGEN", "WAS JETZT GUTTUT"),
    "en": ("THIS YOU CAN SAY IN PUBLIC", "WHAT HELPS NOW"),
}
"""What the part of the LoI update that is to be copied stands between."""


def canary(tab: str, name: str, number: int) -> str:
    linked = tab == "settings" and name in {"loi_link", "inventory_source"}
    return f"{'https://' if linked else ''}kanarie.{tab}.{name}.{number}"


@cache
def leaving(language: Language) -> Mapping[str, str]:
    """Return every text that leaves the team, by the name that `ALLOWED` gives it."""
    found: dict[str, str] = {}
    decision = played(Town(fill=canary, junk=False), language)
    page = public_page(decision.alliance, decision.assessment, language)
    public = Output(name="public page", form=Form.HTML, content=page)
    for output in (*mails_of(decision, language), *letters_of(decision, language), public):
        name = _name(output)
        if name == "loi_update copy":
            start, end = HEADINGS[language]
            assert (output.content.count(start), output.content.count(end)) == (1, 1)
            found[name] = output.content.partition(start)[2].partition(end)[0]
        elif name:
            text = re.sub(r"""(?s)<style>.*?</style>| (?:style|class|v?align)="[^"]*\"""", "", output.content)
            found[name] = f"{found.get(name, '')}{html.unescape(text)}\n"
    return found


def _name(output: Output) -> str:
    """Return the name of what leaves the team, "" for what does not. The mails to contacts come in their order."""
    kind, *rest = output.name.split()
    if kind == "public":
        return "public page"
    if rest[-1] == "message" or kind not in {MailKind.LOI_UPDATE, MailKind.WELCOME, MailKind.SUCCESS, "letter"}:
        return ""
    if kind == MailKind.LOI_UPDATE:
        return "loi_update copy" if rest == ["0", "text"] else ""
    if kind == MailKind.SUCCESS:
        return kind
    return f"{kind} {int(rest[0]) - (2 if kind == MailKind.WELCOME else 0)}"  # behind two mails of the LoI update


def test_every_field_is_decided_about() -> None:
    there = {tab.name: {column.field for column in tab.typed} for tab in TABS}
    there[SETTINGS.name] |= {setting.field for setting in SETTINGS_ROWS}
    decided = {tab: STAYS.get(tab, frozenset()) | MAY_LEAVE.get(tab, frozenset()) for tab in STAYS | MAY_LEAVE}
    assert decided == there
    assert {tab: STAYS[tab] & MAY_LEAVE.get(tab, frozenset()) for tab in STAYS} == dict.fromkeys(STAYS, frozenset())


@pytest.mark.parametrize("language", ["de", "en"])
def test_exactly_what_may_leave_the_team_does(language: Language) -> None:
    found = {
        name: {
            f"{tab}.{field}" if tab == "settings" else f"{tab}.{field}.{n}" for tab, field, n in CANARY.findall(text)
        }
        for name, text in leaving(language).items()
    }
    assert found == {name: set(allowed) for name, allowed in ALLOWED.items()}


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_judgement_figure_or_day_of_an_actor_leaves_the_team(language: Language) -> None:
    judged = [*Attitude, *Stage, *MeetingResult, *LetterStatus]
    labels = {label for choice in judged for label in (choice.de, choice.en)} - SAID_IN_GENERAL
    figures = {int(cell) for tab in FIXED for n in range(ACTORS) for cell in FIXED[tab](n).values() if _is_figure(cell)}
    for name, text in leaving(language).items():
        assert [label for label in labels if re.search(rf"(?<![\w-]){re.escape(label)}\b", text)] == [], name
        assert figures & {int(re.sub("[.,]", "", number)) for number in re.findall(r"\d[\d.,]*\d", text)} == set(), name


def _is_figure(cell: object) -> bool:
    return isinstance(cell, int) and cell > 2_100  # what is less may be a year
