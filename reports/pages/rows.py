"""The lists on the team's page: whom to ask next, where everyone stands, steps, measures, notes, settings.

What belongs here: picking and bounding rows, so that a page stays readable whatever the sheet holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from reports.reasons import reasons, without_name
from reports.wording import Words
from scoring.alliance import Alliance, Settings
from scoring.assessment import Assessment
from scoring.domain import Choice, Light, Sector, Severity, Stage
from scoring.messages import Note
from scoring.tabs import SETTINGS_ROWS

TALKS = 10
NAMES = 30
MEASURES = 200
NOTES = 200

SEVERITIES = (Severity.BLOCKING, Severity.WARNING, Severity.HINT)
LIGHTS = (Light.RED, Light.YELLOW, Light.GREEN)
WEIGHTS = ("weight_emissions", "weight_jobs", "weight_structural", "weight_publicity")
UNSHOWN = frozenset({"success_report_to"})
"""A mail address is nobody's to read here."""


@dataclass(frozen=True, kw_only=True)
class Talk:
    """Someone to ask next: what to do and why, in sentences."""

    rank: int
    name: str
    stage: Stage
    advice: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Rung:
    """All actors in one stage: how many, the first of their names, how many more, and the bar's width in %."""

    stage: Stage
    count: int
    names: tuple[str, ...]
    more: int
    width: int


@dataclass(frozen=True, kw_only=True)
class MeasureRow:
    """One measure; the days are None when there is none."""

    actor: str
    title: str
    light: Light
    overdue_since: date | None
    next_check: date | None


@dataclass(frozen=True, kw_only=True)
class NoteRow:
    """One note with its place ("Akteure!H17", "" for none) and its sentence."""

    place: str
    actor: str
    severity: Severity
    sentence: str


@dataclass(frozen=True, kw_only=True)
class SettingRow:
    """One setting as it is in force; `is_assumed` says that nobody entered it."""

    name: str
    value: str
    is_assumed: bool


def talks(alliance: Alliance, assessment: Assessment, words: Words) -> tuple[Talk, ...]:
    """Return the first of the ranking with their reasons."""
    ranked = assessment.actors[assessment.actors["rank"] <= TALKS].sort_values("rank")
    why = reasons(ranked, alliance.actors.loc[ranked.index], alliance.settings, assessment.current_step, words)
    columns = ranked[["rank", "name", "stage", "recommendation"]].itertuples(index=False, name=None)
    return tuple(
        Talk(
            rank=int(rank),
            name=name,
            stage=Stage(stage),
            advice=words.say(advice),
            reason=without_name(reason, name, words),
        )
        for (rank, name, stage, advice), reason in zip(columns, why, strict=True)
    )


def pipeline(assessment: Assessment) -> tuple[Rung, ...]:
    """Return every stage that somebody is in, from the furthest on; the side states last."""
    by_stage = assessment.actors.groupby("stage")["name"].apply(list).to_dict()
    most = max(map(len, by_stage.values()), default=1)
    ladder = [stage for stage in Stage if not stage.is_side_state]
    order = [*reversed(ladder), *(stage for stage in Stage if stage.is_side_state)]
    return tuple(
        _rung(stage, sorted(by_stage[stage.value], key=str.casefold), most)
        for stage in order
        if stage.value in by_stage
    )


def _rung(stage: Stage, names: Sequence[str], most: int) -> Rung:
    return Rung(
        stage=stage,
        count=len(names),
        names=tuple(names[:NAMES]),
        more=len(names[NAMES:]),
        width=max(1, round(100 * len(names) / most)),
    )


def measure_rows(assessment: Assessment) -> tuple[MeasureRow, ...]:
    """Return the first measures, red ones first."""
    columns = assessment.measures[["actor", "title", "light", "overdue_since", "next_check"]]
    rows = [
        MeasureRow(actor=actor, title=title, light=Light(light), overdue_since=_day(late), next_check=_day(check))
        for actor, title, light, late, check in columns.itertuples(index=False, name=None)
    ]
    return tuple(sorted(rows, key=lambda row: LIGHTS.index(row.light))[:MEASURES])


def _day(day: object) -> date | None:
    return day.date() if isinstance(day, pd.Timestamp) else None


def note_rows(notes: Sequence[Note], words: Words) -> tuple[NoteRow, ...]:
    """Return the first notes, blocking ones first."""
    return tuple(
        NoteRow(
            place="!".join(part for part in (note.tab, note.cell) if part),
            actor=note.actor,
            severity=note.severity,
            sentence=words.note(note),
        )
        for note in sorted(notes, key=lambda note: SEVERITIES.index(note.severity))[:NOTES]
    )


def setting_rows(settings: Settings, words: Words) -> tuple[SettingRow, ...]:
    """Return the settings in force in the order of Einstellungen, without those that are blank."""
    return tuple(
        SettingRow(name=column.header(words.language), value=value, is_assumed=column.field in settings.assumed)
        for column in SETTINGS_ROWS
        if column.field not in UNSHOWN and (value := _printed(_setting(settings, column.field), words))
    )


def _setting(settings: Settings, field: str) -> object:
    if field in WEIGHTS:
        return settings.weights[WEIGHTS.index(field)]
    sector = field.removeprefix("inventory_")
    if sector in set(Sector):
        return settings.inventory_by_sector.get(Sector(sector))
    return getattr(settings, field)


def _printed(value: object, words: Words) -> str:
    match value:
        case None | "":
            return ""
        case Choice():
            return words.label(value)
        case date():
            return words.day(value)
        case int() | float():
            return f"{value:.0f}" if _is_year(value) else _number(float(value), words)
        case _:
            return str(value)


def _is_year(value: float) -> bool:
    return isinstance(value, int) and value > 1000  # noqa: PLR2004  the only whole settings of this size


def _number(value: float, words: Words) -> str:
    return words.number(value) if value.is_integer() else words.number(value, 2)
