"""The machine interface: one run's result as plain JSON values (`result.json`, `sync --json`).

The schema is documented in docs/result.md and only grows. Figures are not rounded; probabilities have two decimals.
"""

import json
import math
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.reasons import reasons
from reports.sentences import public_sentence
from reports.wording import Words
from scoring.alliance import Alliance
from scoring.assessment import Assessment
from scoring.messages import Note

SCHEMA = 1

_TO_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True, kw_only=True)
class RunCounts:
    """What the run did: calls to the sheet, cells that changed, mails that were newly queued."""

    reads: int = 0
    writes: int = 0
    cells_written: int = 0
    mails_queued: int = 0


def result(alliance: Alliance, assessment: Assessment, run: RunCounts, words: Words) -> dict[str, Json]:
    """Return the whole result. Sentences are in the language of `words`, codes are English."""
    return {
        "schema": SCHEMA,
        "as_of": assessment.today.isoformat(),
        "municipality": alliance.settings.municipality,
        "coverage": _coverage(alliance, assessment, words),
        "current_step": assessment.current_step,
        "steps": [
            {
                "step": step.number,
                "status": step.status.value,
                "evidence": words.say(step.evidence),
                "next": words.say(step.next_action),
            }
            for step in assessment.steps
        ],
        "actors": _actors(alliance, assessment, words),
        "forecast": None,
        "measures": {
            "total": assessment.measure_totals.total,
            "green": assessment.measure_totals.green,
            "yellow": assessment.measure_totals.yellow,
            "red": assessment.measure_totals.red,
            "overdue": assessment.measure_totals.overdue,
            "pledged_t": assessment.measure_totals.pledged_t,
        },
        "notes": [_note(note, words) for note in assessment.notes],
        "run": {
            "cells_written": run.cells_written,
            "mails_queued": run.mails_queued,
            "reads": run.reads,
            "writes": run.writes,
        },
    }


def as_json(document: Mapping[str, Json]) -> str:
    """Return the document as readable JSON text; raises ValueError for a figure that is no number.

    What a terminal could take for a command, or no file can hold, is escaped: the title of a tab may be anything.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return _TO_ESCAPE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def _coverage(alliance: Alliance, assessment: Assessment, words: Words) -> dict[str, Json]:
    covered, settings = assessment.coverage, alliance.settings
    return {
        "publishable": covered.publishable,
        "method": settings.inventory_method.value if settings.inventory_method else None,
        "year": settings.inventory_year,
        "total_t": settings.inventory_total,
        "min": covered.minimum,
        "mid": covered.mid,
        "max": covered.maximum,
        "open": covered.is_open,
        "signatories": covered.signatories,
        "with_data": covered.with_data,
        "sentence": public_sentence(covered, settings, words),
        "by_sector": [
            {"sector": sector.value, "total_t": total, "mid": covered.by_sector.get(sector)}
            for sector, total in settings.inventory_by_sector.items()
        ],
    }


def _actors(alliance: Alliance, assessment: Assessment, words: Words) -> list[Json]:
    why = reasons(assessment.actors, alliance.actors, alliance.settings, assessment.current_step, words)
    table = assessment.actors.assign(reason=why)
    return [_actor(row, words) for row in table.to_dict("records")]


def _actor(row: Mapping[Hashable, Any], words: Words) -> dict[str, Json]:
    def figure(field: str) -> float | None:
        value = float(row[field])
        return None if math.isnan(value) else value

    rank, since = figure("rank"), row["stage_since"]
    return {
        "name": str(row["name"]),
        "stage": str(row["stage"]),
        "stage_since": None if pd.isna(since) else since.date().isoformat(),
        "impact": {"low": figure("impact_low"), "mid": figure("impact"), "high": figure("impact_high")},
        "completeness": figure("completeness"),
        "ease": {"low": figure("ease_low"), "mid": figure("ease"), "high": figure("ease_high")},
        "low_hanging": str(row["low_hanging"]),
        "top_n_probability": figure("top_n_probability"),
        "priority": figure("priority"),
        "rank": None if rank is None else int(rank),
        "counted_t": {"min": figure("figure_min"), "mid": figure("figure_mid"), "max": figure("figure_max")},
        "share": figure("share"),
        "estimated": bool(row["estimated"]),
        "recommendation": words.say(row["recommendation"]),
        "reason": str(row["reason"]),
    }


def _note(note: Note, words: Words) -> dict[str, Json]:
    return {
        "tab": note.tab,
        "cell": note.cell,
        "actor": note.actor,
        "code": note.code.value,
        "severity": note.severity.value,
        "message": words.note(note),
    }
