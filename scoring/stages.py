"""Stand: how far each actor is, by evidence from meetings, letters and measures.

What belongs here: which evidence stands for which stage and which one wins. How one tab is read stands in
`scoring.meetings`, `scoring.letters` and `scoring.measures`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring import letters, meetings
from scoring.alliance import Alliance
from scoring.domain import LADDER, SIDE_STATES, Severity, Stage
from scoring.measures import NEVER, progress
from scoring.memory import Memory
from scoring.messages import Note, NoteCode

RANK: Mapping[str, int] = {stage.value: rank for rank, stage in enumerate(LADDER)}
"""How far a stage of the ladder is, 0 = identified; side states have no rank."""

_CODES = np.array([*RANK], dtype=object)

Codes = npt.NDArray[np.object_]
Days = npt.NDArray[np.datetime64]
Facts = Mapping[str, npt.NDArray[Any]]
"""What is known of the actors, a column for each fact, in the rows' order."""

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
    rank, reached_on = _reached(facts)
    side, side_since = _side_state(facts)
    is_side = side != ""
    evidence = np.where(is_side, side, _CODES[rank])
    shown = _shown(actors["stage_override"], rank, evidence)
    since = np.where(is_side, side_since, reached_on)
    table = pd.DataFrame(
        {
            "stage": pd.Series(shown, index=actors.index, dtype=object),
            "evidence": pd.Series(evidence, index=actors.index, dtype=object),
            "stage_since": _first_seen(since, evidence, actors["uid"], memory, today),
            "contacted": rank >= RANK[Stage.CONTACTED],
            "talked": rank >= RANK[Stage.TALKED],
            "convinced": (rank >= RANK[Stage.CONVINCED]) & ~is_side,
            **_membership(facts, evidence, alliance.settings.loi_published_on),
        },
        index=actors.index,
    )
    notes = (
        *meetings.outcome_notes(alliance, today),
        *letters.signature_notes(alliance, today),
        *_actor_notes(alliance, table, undated_left=(side == Stage.LEFT) & np.isnat(side_since)),
    )
    return table, notes


def _facts(alliance: Alliance, today: date) -> Facts:
    """Return what the tabs say about each actor: days (NaT = not, or not known) and bools."""
    actors, day = alliance.actors, np.datetime64(today)
    facts = {"typed": actors["stage_override"].to_numpy()}
    for field in ("joined_on", "left_on"):
        given = actors[field].to_numpy()
        facts[field] = np.where(given <= day, given, NEVER)
    for by_key in (
        _meeting_facts(alliance, today),
        letters.by_actor(alliance.letters, today),
        _measure_facts(alliance, today),
    ):
        of_each = by_key.reindex(actors["key"])
        facts |= {str(field): of_each[field].to_numpy() for field in of_each}
    return facts | {flag: np.equal(facts[flag], True).astype(np.bool_) for flag in FLAGS}


def _meeting_facts(alliance: Alliance, today: date) -> pd.DataFrame:
    """Return the first day of each sort of meeting; the index holds actor keys."""
    seen = meetings.by_actor(alliance, today)
    day = seen["date"].to_numpy()
    first = pd.DataFrame(
        {
            "contact_on": np.where(seen["held"] | seen["silent"], day, NEVER),
            "planned_on": np.where(seen["planned"] & seen["conversation"], day, NEVER),
            "talk_on": np.where(seen["held"] & seen["conversation"], day, NEVER),
            "pledge_on": np.where(seen["pledge"], day, NEVER),
        }
    )
    return first.groupby(seen["actor"].to_numpy()).min()


def _measure_facts(alliance: Alliance, today: date) -> pd.DataFrame:
    """Return what the measures of each actor that has one show; the index holds actor keys."""
    state = progress(alliance.measures, alliance.settings.review_months, today).assign(measure=True)
    by_actor = state.groupby(alliance.measures["actor"])
    flags, days = by_actor[["measure", "started", "check_due"]].any(), by_actor[["start", "checked_on"]].min()
    return flags.join(days)


def _reached(facts: Facts) -> tuple[npt.NDArray[np.intp], Days]:
    """Return the highest stage of the ladder that has evidence, as a rank, and since when (NaT = no day for it)."""
    signed_on, start, checked_on = facts["signed_on"], facts["start"], facts["checked_on"]
    undated = np.full(len(signed_on), NEVER)
    signed = ~np.isnat(signed_on)
    implementing = signed & facts["started"]
    agreed_on = np.fmin(facts["pledge_on"], facts["joined_on"])  # fmin and fmax pass over NaT, maximum keeps it
    seen_on = np.fmax(np.fmax(signed_on, start), checked_on)
    rungs = {
        Stage.IDENTIFIED: (np.isnat(undated), undated),
        Stage.CONTACTED: (~np.isnat(facts["contact_on"]), facts["contact_on"]),
        Stage.MEETING_PLANNED: (~np.isnat(facts["planned_on"]), undated),
        Stage.TALKED: (~np.isnat(facts["talk_on"]), facts["talk_on"]),
        Stage.CONVINCED: (~np.isnat(agreed_on) | facts["pledged"], agreed_on),
        Stage.SIGNED: (signed, signed_on),
        Stage.MEASURES_PLANNED: (signed & facts["measure"], undated),
        Stage.IMPLEMENTING: (implementing, np.maximum(signed_on, start)),
        Stage.MONITORING: (implementing & ~np.isnat(checked_on) & ~facts["check_due"], seen_on),
    }
    rank = np.zeros(len(signed_on), dtype=np.intp)
    reached_on = undated
    for stage, (holds, since) in rungs.items():
        rank[holds] = RANK[stage]
        reached_on = np.where(holds, since, reached_on)
    return rank, reached_on


def _side_state(facts: Facts) -> tuple[Codes, Days]:
    """Return the side state of each actor ("" = none), and since when: only leaving has a day.

    Left wins over a valid signature, that over declined, and declined over postponed.
    """
    typed = facts["typed"]
    cases = (
        (Stage.LEFT.value, ~np.isnat(facts["left_on"]) | facts["withdrawn"] | (typed == Stage.LEFT)),
        ("", ~np.isnat(facts["signed_on"])),
        (Stage.DECLINED.value, facts["declined"] | (typed == Stage.DECLINED)),
        (Stage.POSTPONED.value, typed == Stage.POSTPONED),
    )
    codes = np.select([mask for _, mask in cases], [code for code, _ in cases], default="")
    return codes.astype(object), np.fmin(facts["left_on"], facts["withdrawn_on"])


def _shown(typed: "pd.Series[str]", rank: npt.NDArray[np.intp], evidence: Codes) -> Codes:
    above = (typed.map(RANK).to_numpy() > rank) & ~np.isin(evidence, SIDE_STATES)
    return np.where(above, typed.to_numpy(), evidence)


def _first_seen(since: Days, evidence: Codes, uids: "pd.Series[str]", memory: Memory, today: date) -> Days:
    """Fill the days that are not known with the day on which the same evidence was first seen, today for a new one."""
    undated = np.isnat(since)
    remembered = (memory.actors.get(uid) for uid in uids[undated])
    first_seen = [
        known.evidence_since if known and known.evidence == stage and known.evidence_since else today
        for known, stage in zip(remembered, evidence[undated], strict=True)
    ]
    filled = since.copy()
    filled[undated] = np.array(first_seen, dtype="datetime64[D]")
    return filled


def _membership(facts: Facts, evidence: Codes, published_on: date | None) -> Mapping[str, npt.NDArray[np.bool_]]:
    stays = evidence != Stage.LEFT
    signed = ~np.isnat(facts["signed_on"])
    member = stays & (signed | ~np.isnat(facts["joined_on"]))
    came_on = np.where(signed, facts["signed_on"], facts["joined_on"])
    published = np.datetime64(published_on) if published_on else NEVER
    return {"member": member, "signatory": stays & signed, "new_member": member & (came_on > published)}


def _actor_notes(alliance: Alliance, table: pd.DataFrame, undated_left: npt.NDArray[np.bool_]) -> tuple[Note, ...]:
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
