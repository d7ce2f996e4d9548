"""The team's page: where the alliance stands, how its share comes about down to the cell, whom to ask next.

It holds all that only the team may know, except contact data and private notes.
"""

import math
from dataclasses import dataclass
from urllib.parse import urlsplit

from reports.charts import Chart, Table, coverage_trend, matrix, sectors
from reports.charts.chart import PAGE_WIDTH, PHONE_WIDTH
from reports.pages.rows import MEASURES, NOTES, measure_rows, note_rows, pipeline, setting_rows, talks
from reports.pages.trace_table import trace_table
from reports.sentences import public_sentence, step_sentence, team_sentence
from reports.templating import render_page
from reports.wording import Words, words
from scoring.alliance import Alliance
from scoring.assessment import Assessment, Coverage
from scoring.domain import Language, Severity
from scoring.memory import Memory
from scoring.trace import trace

PARTS = ("coverage", "trace", "talks", "pipeline", "steps", "measures", "notes", "settings")
"""The parts that the contents name."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A chart on the page: its name among the drawings, its finding and its table."""

    name: str
    alt: str
    table: Table


def team_page(
    alliance: Alliance, assessment: Assessment, memory: Memory, language: Language, sheet_link: str = ""
) -> str:
    """Return the page as HTML. `memory` is the one after the run; `sheet_link` an https link or ""."""
    speak, settings = words(language), alliance.settings
    goal = None if settings.coverage_goal is None else settings.coverage_goal / 100
    charts = {
        "trend": coverage_trend(memory.history, assessment.today, goal, speak),
        "sectors": sectors(alliance, assessment, speak),
        "matrix": matrix(alliance, assessment, speak),
    }
    drawings = {name: _drawing(chart) for name, chart in charts.items() if chart}
    return render_page("team", language, _values(alliance, assessment, speak, charts, sheet_link), drawings)


def _drawing(chart: Chart) -> str:
    """Return the chart for a page and for a phone; the style sheet shows one of them."""
    return f'<div class="wide">{chart.svg(PAGE_WIDTH)}</div><div class="narrow">{chart.svg(PHONE_WIDTH)}</div>'


def _values(
    alliance: Alliance,
    assessment: Assessment,
    speak: Words,
    charts: dict[str, Chart | None],
    sheet_link: str,
) -> dict[str, object]:
    settings, covered, found = alliance.settings, assessment.coverage, trace(alliance, assessment)
    return {
        "words": speak,
        "titles": {part: f"page.team.{part}" for part in PARTS},
        "bounds_named": tuple(f"page.trace.{bound}" for bound in ("minimum", "mid", "maximum")),
        "names": {step.number: f"steps.name.{step.number}" for step in assessment.steps},
        "today": assessment.today,
        "settings": settings,
        "coverage": covered,
        "sheet_link": sheet_link if urlsplit(sheet_link).scheme == "https" else "",
        "sentence": public_sentence(covered, settings, speak),
        "bounds": team_sentence(covered, speak),
        "percent": _floor(covered),
        "step": step_sentence(assessment, speak),
        "members": int(assessment.actors["member"].sum()),
        "actors": len(assessment.actors),
        "trace": trace_table(alliance, found, speak) if found else None,
        "charts": {
            name: Picture(name=name, alt=chart.alt, table=chart.table) for name, chart in charts.items() if chart
        },
        "talks": talks(alliance, assessment, speak),
        "pipeline": pipeline(assessment),
        "steps": assessment.steps,
        "current": assessment.current_step,
        "measures": measure_rows(assessment),
        "more_measures": max(0, len(assessment.measures) - MEASURES),
        "totals": assessment.measure_totals,
        "to_add": assessment.to_add,
        "notes": note_rows(assessment.notes, speak),
        "more_notes": max(0, len(assessment.notes) - NOTES),
        "counts": {code: sum(note.severity is code for note in assessment.notes) for code in Severity},
        "in_force": setting_rows(settings, speak),
    }


def _floor(covered: Coverage) -> float | None:
    """Return the conservative share in whole percents as 0..1, None when it is not known."""
    if covered.minimum is None:
        return None
    return covered.percent / 100 if covered.percent is not None else math.floor(100 * covered.minimum + 1e-9) / 100
