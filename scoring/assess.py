"""One assessment, top to bottom: the order in which the ideas of this package build on each other.

What belongs here: that order. Each formula stands in the module named after it.
"""

from collections.abc import Sequence
from datetime import date

from scoring.alliance import Alliance
from scoring.assessment import ACTOR_COLUMNS, Assessment
from scoring.coverage import coverage, share
from scoring.domain import SIDE_STATES
from scoring.doubts import with_doubts
from scoring.ease import ease
from scoring.estimates import estimate
from scoring.figures import figure_notes, figures
from scoring.impact import impact, impact_notes
from scoring.measures import measures
from scoring.memory import Memory
from scoring.messages import Note
from scoring.priority import priority
from scoring.recommend import recommendations
from scoring.robustness import key_actor, top_n_probability
from scoring.stages import stages
from scoring.steps import steps
from scoring.to_add import to_add

SEED = 2035
"""Seed of the robust rank: fixed, so that the same sheet gives the same ranking every time."""


def assess(alliance: Alliance, memory: Memory, today: date, notes: Sequence[Note] = ()) -> Assessment:
    """Compute everything from the tables, what is remembered, and one day. `notes` are those of the parser."""
    actors, settings = alliance.actors, alliance.settings
    estimates = estimate(actors)
    impacts = impact(actors, settings, estimates)
    status, stage_notes = stages(alliance, memory, today)
    figure = figures(actors, settings, estimates)
    eligible = ~status["evidence"].isin(SIDE_STATES)
    likely = top_n_probability(impacts, actors["key"], eligible, settings, seed=SEED)
    table = actors[["key", "uid", "name"]].join([impacts, ease(actors), status, figure])
    table = table.assign(top_n_probability=likely, key_actor=key_actor(likely), share=share(figure, settings))
    measure_table, totals = measures(alliance, table, today)
    step_list, current_step, step_notes = steps(alliance, memory, today, table, measure_table)
    table = table.join(priority(table, actors, current_step))
    table = table.assign(recommendation=recommendations(table, alliance, today))
    raised = (
        *notes,
        *impact_notes(alliance, estimates),
        *stage_notes,
        *step_notes,
        *figure_notes(alliance, figure),
    )
    found = with_doubts(raised, alliance, status["signatory"])
    covered, coverage_notes = coverage(alliance, figure, table, found)
    return Assessment(
        today=today,
        actors=table[list(ACTOR_COLUMNS)],
        coverage=covered,
        steps=step_list,
        current_step=current_step,
        measures=measure_table,
        measure_totals=totals,
        to_add=to_add(alliance, table),
        notes=(*found, *coverage_notes),
    )
