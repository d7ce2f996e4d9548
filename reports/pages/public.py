"""The page that a town links to: the sentence, who has signed, what they say, how far the alliance is.

What belongs here: only what anybody may know. The names come from `reports.naming` through `reports.public_facts`, the
sectors from `scoring.trace.public_sectors`; no table of actors, letters, meetings or measures is read here.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from reports.public_facts import public_facts
from reports.templating import render_page
from reports.wording import Words, words
from scoring.alliance import Alliance
from scoring.assessment import Assessment
from scoring.domain import InventoryMethod, Language, Sector, StepStatus
from scoring.trace import public_sectors

SHOWN = (StepStatus.DONE, StepStatus.RUNNING, StepStatus.OPEN)
MEMBERS = 500
QUOTES = 30


@dataclass(frozen=True, kw_only=True)
class Method:
    """What the share was measured with. `total` is t CO2e a year; `source` a text or, with `is_link`, an https link.

    `with_data` signatories have a figure.
    """

    method: InventoryMethod
    year: int
    total: float
    source: str
    is_link: bool
    with_data: int


@dataclass(frozen=True, kw_only=True)
class PublicStep:
    """A step in plain words; a step that fell back is shown as one that is under way."""

    number: int
    status: StepStatus


def public_page(alliance: Alliance, assessment: Assessment, language: Language) -> str:
    """Return the page as HTML. Without a public sentence it says that there will be one."""
    speak = words(language)
    facts = public_facts(alliance, assessment, speak)
    quoted = tuple(member for member in facts.members if member.quote)
    values = {
        "words": speak,
        "titles": {step.number: f"page.public.title.{step.number}" for step in assessment.steps},
        "plain": {step.number: f"page.public.step.{step.number}" for step in assessment.steps},
        "statuses": {status.value: f"page.public.status.{status}" for status in SHOWN},
        "facts": facts,
        "members": facts.members[:MEMBERS],
        "unnamed": (facts.signatories or 0) - len(facts.members[:MEMBERS]),
        "quotes": quoted[:QUOTES],
        "percent": assessment.coverage.percent if facts.sentence else None,
        "method": _method(alliance, assessment) if facts.sentence else None,
        "sectors": _sectors(alliance, assessment, speak),
        "steps": tuple(PublicStep(number=step.number, status=_shown(step.status)) for step in assessment.steps),
        "current": assessment.current_step,
        "today": assessment.today,
    }
    return render_page("public", language, values)


def _method(alliance: Alliance, assessment: Assessment) -> Method | None:
    """Return the method, None while no share may be named."""
    settings = alliance.settings
    method, year, total = settings.inventory_method, settings.inventory_year, settings.inventory_total
    if not assessment.coverage.percent or method is None or year is None or total is None:
        return None
    return Method(
        method=method,
        year=year,
        total=total,
        source=settings.inventory_source,
        is_link=urlsplit(settings.inventory_source).scheme == "https",
        with_data=assessment.coverage.with_data,
    )


def _sectors(alliance: Alliance, assessment: Assessment, speak: Words) -> tuple[tuple[Sector, int], ...]:
    """Return the sectors that may be shown, the largest share first."""
    found = public_sectors(alliance, assessment) if assessment.coverage.percent else {}
    return tuple(sorted(found.items(), key=lambda item: (-item[1], speak.label(item[0]))))


def _shown(status: StepStatus) -> StepStatus:
    return StepStatus.RUNNING if status is StepStatus.REGRESSED else status
