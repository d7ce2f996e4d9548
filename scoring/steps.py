"""The alliance's steps 0–8 of the guide: where each stands, and which is the current one.

What belongs here: how the findings of the steps' own rules (`scoring.step_rules`) and the memory become a status. The
stages of the single actors are `scoring.stages`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

import pandas as pd

from scoring.alliance import Alliance
from scoring.assessment import Step
from scoring.domain import MeetingKind, Severity, StepStatus
from scoring.meetings import ALLIANCE_MEETINGS, classify
from scoring.memory import Memory
from scoring.messages import Note, NoteCode
from scoring.step_codes import StepCode
from scoring.step_rules import RULES, Finding, View

__all__ = ["StepCode", "current_step", "steps"]

STATES = ("held", "planned", "unanswered")
"""What the rules ask of a meeting: columns of `scoring.meetings.classify`."""

_NEEDED = (
    *("key", "name", "impact", "low_hanging"),
    *("evidence", "contacted", "talked", "convinced", "member", "signatory", "new_member"),
)

LANDMARKS = (1, 3, 5)
"""Steps that nobody reaches by chance: once one is done, what is open before it no longer holds the alliance back."""


def steps(
    alliance: Alliance, memory: Memory, today: date, assessed: pd.DataFrame, measures: pd.DataFrame
) -> tuple[tuple[Step, ...], int, tuple[Note, ...]]:
    """Return the steps 0–8, the number of the current one, and a note for each that was skipped.

    `assessed` has the index of `Alliance.actors`, the columns `key`, `name`, `impact`, `low_hanging` and those of
    `scoring.stages`; `measures` is the table of `scoring.measures`.

    "Made public" counts what the press items up to today cover, of what there is to make public (0 of 0 before that):
    step 3 the founding; step 5 the published LoI and each new member that may be named (5a); step 6 the signatories
    with a started measure.
    """
    assessed = assessed[list(_NEEDED)]
    signatories = assessed[assessed["signatory"]]
    view = View(
        alliance=alliance,
        today=today,
        assessed=assessed,
        signatories=signatories,
        signatories_measures=measures[measures["key"].isin(signatories["key"])],
        milestones=_milestones(alliance, today),
    )
    findings = [rule(view) for rule in RULES]
    done = {number for number, finding in enumerate(findings) if finding.done}
    current = current_step(done)
    skipped = [number for number in range(1, current) if number not in done]
    return (
        tuple(_step(number, finding, memory) for number, finding in enumerate(findings)),
        current,
        tuple(Note(code=NoteCode.STEP_SKIPPED, severity=Severity.HINT, args={"step": number}) for number in skipped),
    )


def _milestones(alliance: Alliance, today: date) -> Mapping[tuple[MeetingKind, str], Sequence[date]]:
    """Return the days of the alliance's own meetings, as `View` holds them."""
    meetings, states = alliance.meetings, classify(alliance, today)
    of_alliance = meetings["kind"].isin(ALLIANCE_MEETINGS)
    found = defaultdict[tuple[MeetingKind, str], list[date]](list)
    for state in STATES:
        chosen = meetings.loc[of_alliance & states[state], ["kind", "date"]]
        for kind, day in zip(chosen["kind"], chosen["date"], strict=True):
            found[MeetingKind(kind), state].append(day.date())
    return {kind_and_state: sorted(days) for kind_and_state, days in found.items()}


def current_step(done: Collection[int]) -> int:
    """Return the lowest step that is not done above the highest done of 1, 3 and 5; at least 1, step 0 never.

    A forgotten Kickoff row must not pin a founded alliance to step 1. Step 8 is never done, so there always is one.
    """
    reached = max((step for step in LANDMARKS if step in done), default=0)
    return next(step for step in range(reached + 1, len(RULES)) if step not in done)


def _step(number: int, finding: Finding, memory: Memory) -> Step:
    public_done, public_total = finding.public or (None, None)
    return Step(
        number=number,
        status=_status(number, finding, memory),
        evidence=finding.evidence,
        next_action=finding.next_action,
        public_done=public_done,
        public_total=public_total,
    )


def _status(number: int, finding: Finding, memory: Memory) -> StepStatus:
    if finding.done:
        return StepStatus.DONE
    if number in memory.steps_done:
        return StepStatus.REGRESSED
    return StepStatus.RUNNING if finding.running else StepStatus.OPEN
