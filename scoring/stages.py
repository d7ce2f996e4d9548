"""Stand: how far each actor is, by evidence from meetings, letters and measures.

What belongs here: which evidence stands for which stage and which one wins. How one tab is read stands in
`scoring.meetings`, `scoring.letters` and `scoring.measures`.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from scoring import letters, meetings
from scoring.alliance import Alliance
from scoring.domain import LADDER, SIDE_STATES, Severity, Stage
from scoring.measures import progress
from scoring.memory import Memory
from scoring.messages import Note, NoteCode

RANK: Mapping[str, int] = {stage.value: rank for rank, stage in enumerate(LADDER)}
"""How far a stage of the ladder is, 0 = identified; side states have no rank."""

FLAGS = ("pledged", "declined", "withdrawn", "measure", "started", "check_due")
"""The facts that are yes or no; an actor without any letter or measure has none of them."""


def stages(alliance: Alliance, memory: Memory, today: date) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Return where each actor stands on that day, and what is wrong with the evidence; the index of `Alliance.actors`.

    - `stage`: what is shown: the typed stage where it is above the evidence, else the evidence. Stage codes.
    - `evidence`: the highest stage with evidence, unless the actor is left, declined or postponed.
    - `stage_since`: the day since when the evidence holds; where it has no day, the day it was first seen.
    - `contacted`, `talked`: that far or further, whatever the side state; `convinced`: so too, but no side state.
    - `member`: Mitglied seit has come or a valid signature, and not left. `signatory`: a valid signature, and not left.
    - `new_member`: a member that signed (or joined without signing) after LoI veröffentlicht am.
    """
    actors, facts = alliance.actors, _facts(alliance, today)
    holds, since = _ladder(facts)
    rank = (holds * np.arange(len(LADDER))).max(axis=1)
    side, side_since = _side_state(facts)
    is_side = side != ""
    evidence = side.where(is_side, rank.map(dict(enumerate(RANK))))
    reached = pd.Series(since.to_numpy()[np.arange(len(rank)), rank], index=actors.index)
    table = pd.DataFrame(
        {
            "stage": _shown(actors["stage_override"], rank, evidence),
            "evidence": evidence,
            "stage_since": _first_seen(side_since.where(is_side, reached), evidence, actors["uid"], memory, today),
            "contacted": rank >= RANK[Stage.CONTACTED],
            "talked": rank >= RANK[Stage.TALKED],
            "convinced": (rank >= RANK[Stage.CONVINCED]) & ~is_side,
        }
    ).join(_membership(facts, evidence, alliance.settings.loi_published_on))
    notes = (
        *meetings.outcome_notes(alliance, today),
        *letters.signature_notes(alliance, today),
        *_actor_notes(alliance, table, undated_left=(side == Stage.LEFT) & side_since.isna()),
    )
    return table, notes


def _facts(alliance: Alliance, today: date) -> pd.DataFrame:
    """Return what the tabs say about each actor: days (NaT = not, or not known) and bools; the index of the actors."""
    actors, day = alliance.actors, pd.Timestamp(today)
    cells = pd.DataFrame(
        {
            "typed": actors["stage_override"],
            "joined_on": actors["joined_on"].where(actors["joined_on"] <= day),
            "left_on": actors["left_on"].where(actors["left_on"] <= day),
        }
    )
    found = (
        _meeting_facts(alliance, today),
        letters.by_actor(alliance.letters, today),
        _measure_facts(alliance, today),
    )
    by_key = (facts.reindex(actors["key"]).set_axis(actors.index) for facts in found)
    facts = pd.concat([cells, *by_key], axis=1)
    return facts.assign(**{flag: facts[flag].eq(True) for flag in FLAGS})


def _meeting_facts(alliance: Alliance, today: date) -> pd.DataFrame:
    """Return the first day of each sort of meeting; the index holds actor keys."""
    seen = meetings.by_actor(alliance, today)
    day = seen["date"]
    first = pd.DataFrame(
        {
            "contact_on": day.where(seen["held"] | seen["silent"]),
            "planned_on": day.where(seen["planned"] & seen["conversation"]),
            "talk_on": day.where(seen["held"] & seen["conversation"]),
            "pledge_on": day.where(seen["pledge"]),
        }
    )
    return first.groupby(seen["actor"]).min()


def _measure_facts(alliance: Alliance, today: date) -> pd.DataFrame:
    """Return what the measures of each actor that has one show; the index holds actor keys."""
    state = progress(alliance.measures, alliance.settings.review_months, today)
    facts = state.assign(measure=True).groupby(alliance.measures["actor"])
    return facts.agg({"measure": "any", "started": "any", "check_due": "any", "start": "min", "checked_on": "min"})


def _ladder(facts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return for each stage of the ladder whether it has evidence (bool), and since when (NaT = no day for it)."""
    signed_on, undated = facts["signed_on"], pd.Series(pd.NaT, index=facts.index, dtype="datetime64[s]")
    signed = signed_on.notna()
    implementing = signed & facts["started"]
    agreed_on = _earliest(facts, "pledge_on", "joined_on")
    acting_on = pd.Series(np.maximum(signed_on.to_numpy(), facts["start"].to_numpy()), index=facts.index)  # NaT stays
    seen_on = np.fmax(np.fmax(signed_on.to_numpy(), facts["start"].to_numpy()), facts["checked_on"].to_numpy())
    rungs = {
        Stage.IDENTIFIED: (undated.isna(), undated),
        Stage.CONTACTED: (facts["contact_on"].notna(), facts["contact_on"]),
        Stage.MEETING_PLANNED: (facts["planned_on"].notna(), undated),
        Stage.TALKED: (facts["talk_on"].notna(), facts["talk_on"]),
        Stage.CONVINCED: (agreed_on.notna() | facts["pledged"], agreed_on),
        Stage.SIGNED: (signed, signed_on),
        Stage.MEASURES_PLANNED: (signed & facts["measure"], undated),
        Stage.IMPLEMENTING: (implementing, acting_on),
        Stage.MONITORING: (
            implementing & facts["checked_on"].notna() & ~facts["check_due"],
            pd.Series(seen_on, index=facts.index),
        ),
    }
    holds = pd.DataFrame({stage: rung[0] for stage, rung in rungs.items()})
    return holds, pd.DataFrame({stage: rung[1] for stage, rung in rungs.items()})


def _side_state(facts: pd.DataFrame) -> tuple["pd.Series[str]", "pd.Series[pd.Timestamp]"]:
    """Return the side state of each actor ("" = none), and since when: only leaving has a day.

    Left wins over a valid signature, that over declined, and declined over postponed.
    """
    typed = facts["typed"]
    cases = (
        (Stage.LEFT.value, facts["left_on"].notna() | facts["withdrawn"] | (typed == Stage.LEFT)),
        ("", facts["signed_on"].notna()),
        (Stage.DECLINED.value, facts["declined"] | (typed == Stage.DECLINED)),
        (Stage.POSTPONED.value, typed == Stage.POSTPONED),
    )
    codes = np.select([mask for _, mask in cases], [code for code, _ in cases], default="")
    side = pd.Series(codes, index=facts.index, dtype=object)
    return side, _earliest(facts, "left_on", "withdrawn_on")


def _earliest(facts: pd.DataFrame, first: str, second: str) -> "pd.Series[pd.Timestamp]":
    """Return the earlier day of the two columns, of one known day that one, of none NaT."""
    return pd.Series(np.fmin(facts[first].to_numpy(), facts[second].to_numpy()), index=facts.index)


def _shown(typed: "pd.Series[str]", rank: "pd.Series[int]", evidence: "pd.Series[str]") -> "pd.Series[str]":
    above = (typed.map(RANK) > rank) & ~evidence.isin(SIDE_STATES)
    return typed.where(above, evidence)


def _first_seen(
    since: "pd.Series[pd.Timestamp]", evidence: "pd.Series[str]", uids: "pd.Series[str]", memory: Memory, today: date
) -> "pd.Series[pd.Timestamp]":
    """Fill the days that are not known with the day on which the same evidence was first seen, today for a new one."""
    undated = since.isna()
    remembered = (memory.actors.get(uid) for uid in uids[undated])
    first_seen = [
        known.evidence_since if known and known.evidence == stage and known.evidence_since else today
        for known, stage in zip(remembered, evidence[undated], strict=True)
    ]
    filled = since.copy()
    filled[undated] = pd.to_datetime(first_seen).astype("datetime64[s]")
    return filled


def _membership(facts: pd.DataFrame, evidence: "pd.Series[str]", published_on: date | None) -> pd.DataFrame:
    stays = evidence != Stage.LEFT
    signed = facts["signed_on"].notna()
    member = stays & (signed | facts["joined_on"].notna())
    came_on = facts["signed_on"].where(signed, facts["joined_on"])
    return pd.DataFrame(
        {
            "member": member,
            "signatory": stays & signed,
            "new_member": member & (came_on > (pd.Timestamp(published_on) if published_on else pd.NaT)),
        }
    )


def _actor_notes(alliance: Alliance, table: pd.DataFrame, undated_left: "pd.Series[bool]") -> tuple[Note, ...]:
    """Note who left without a day, and whose typed stage is above the evidence."""
    place, names = alliance.place("actors"), alliance.actors["name"]
    left = names[undated_left]
    above = table.loc[table["stage"] != table["evidence"], ["stage", "evidence"]]
    return (
        *(
            Note(
                code=NoteCode.LEFT_UNDATED,
                severity=Severity.WARNING,
                tab=place.title,
                cell=place.cell(row, "left_on"),
                actor=name,
            )
            for row, name in zip(left.index, left, strict=True)
        ),
        *(
            Note(
                code=NoteCode.STAGE_ABOVE_EVIDENCE,
                severity=Severity.WARNING,
                tab=place.title,
                cell=place.cell(row, "stage_override"),
                actor=names[row],
                args={"typed": Stage(stage), "evidence": Stage(evidence)},
            )
            for row, stage, evidence in zip(above.index, above["stage"], above["evidence"], strict=True)
        ),
    )
