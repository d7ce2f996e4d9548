"""Empfehlung: for each actor one short imperative sentence, whom to ask for what next, as a code with its arguments.

What belongs here: which code an actor gets. The words stand in `reports/wording`; the order in which the actors are
approached is `scoring.priority`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from operator import methodcaller
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring import letters, meetings, press
from scoring.alliance import Alliance
from scoring.domain import LADDER, Factor, KeyActor, LetterStatus, LowHanging, MeetingKind, Stage
from scoring.emissions import entered_tonnes
from scoring.measures import progress
from scoring.messages import Argument, Message
from scoring.stages import RANK, Facts

ARGUMENTS: Mapping[str, Callable[..., Argument]] = {
    "name": str,
    "title": str,
    "date": methodcaller("date"),
    "kind": MeetingKind,
    "factor": Factor,
}
"""What each argument of a message is made of: the cell of the facts as a table holds it."""

_ASSESSED = ("name", "stage", "evidence", "signatory", "low_hanging", "key_actor")
SIGNED_AND_BEYOND = LADDER[RANK[Stage.SIGNED] :]

TO_ASK_THEM = (Factor.EMISSIONS, Factor.JOBS)
"""Figures that the actor knows; structure and publicity the team has to judge itself."""


class RecommendCode(StrEnum):
    """Every kind of recommendation. The comment behind a code names its arguments; each also has `name`, the actor."""

    # On the way to the signature, by stage
    FIRST_CONTACT = "recommend.first_contact"  # -; identified: arrange the first contact
    ASK_MEETING = "recommend.ask_meeting"  # -; contacted: ask for a meeting
    HOLD_MEETING = "recommend.hold_meeting"  # date, kind: MeetingKind; hold the planned meeting
    HOLD_MEETING_AND_ASK = (
        "recommend.hold_meeting_and_ask"  # date, kind, factor: Factor; … and ask there for the figure
    )
    ASK_PLEDGE = "recommend.ask_pledge"  # -; talked: ask for a pledge
    SEND_LETTER = "recommend.send_letter"  # -; convinced, no LoI asked for yet: send the LoI
    COLLECT_SIGNATURE = "recommend.collect_signature"  # -; convinced, LoI is with them: ask for the signature
    # The sheet first
    RECORD_OUTCOME = "recommend.record_outcome"  # date: of the latest past meeting of which nobody wrote how it went
    ENTER_MEETING = "recommend.enter_meeting"  # -; Termin vereinbart as typed: enter the meeting in the tab Termine
    ASK_FIGURE = (
        "recommend.ask_figure"  # factor: Factor; find out this figure first, it matters more than the next talk
    )
    PROVE_SIGNATURE = "recommend.prove_signature"  # -; signed as typed or undated: complete the row in the tab LoI
    # After the signature
    CELEBRATE = "recommend.celebrate"  # -; new member without press: "noch feiern"
    ASK_MEASURE = "recommend.ask_measure"  # -; signed: ask for the first measure
    START_MEASURE = "recommend.start_measure"  # title; measures planned: ask when the first one starts
    CHECK_MEASURE = "recommend.check_measure"  # title; a started measure whose check is due: check it
    NEXT_CHECK = "recommend.next_check"  # date; all is checked: next check on this day
    KEEP_IN_TOUCH = "recommend.keep_in_touch"  # -; all measures are done: ask for the next one
    # Side states
    RESUME = "recommend.resume"  # -; postponed: agree on a day to come back
    RESUME_ON = "recommend.resume_on"  # date: Fällig am of the actor; postponed: come back on this day
    RESPECT_REFUSAL = "recommend.respect_refusal"  # -; declined: do not press, stay friendly
    ASK_WHY_LEFT = "recommend.ask_why_left"  # -; left: thank them, ask why, no further advertising with the name


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """A code, the actors that it fits, and for each of its arguments the column of the facts that holds it."""

    code: RecommendCode
    fits: npt.NDArray[np.bool_]
    args: Mapping[str, str] = field(default_factory=dict)

    def messages(self, facts: Facts, rows: npt.NDArray[np.intp]) -> list[Message]:
        """Return the message for each of those rows."""
        fields = {"name": "name"} | dict(self.args)
        columns = (map(ARGUMENTS[argument], facts[column][rows].tolist()) for argument, column in fields.items())
        return [
            Message(code=self.code, args=dict(zip(fields, values, strict=True)))
            for values in zip(*columns, strict=True)
        ]


def recommendations(assessed: pd.DataFrame, alliance: Alliance, today: date) -> "pd.Series[Any]":
    """Return a Message for each actor, what to do next: of the first rule that fits; the index of `assessed`.

    `assessed` has the index of `Alliance.actors` and the columns `key`, `name`, `next_question`, `low_hanging`,
    `key_actor` and those of `scoring.stages`.
    """
    facts = _facts(assessed, alliance, today)
    undecided, found = np.ones(len(assessed), dtype=np.bool_), np.empty(len(assessed), dtype=object)
    for rule in (*_side_state_rules(facts), *_urgent_rules(facts), *_signatory_rules(facts), *_stage_rules(facts)):
        rows = np.flatnonzero(rule.fits & undecided)
        found[rows] = rule.messages(facts, rows)
        undecided[rows] = False
    return pd.Series(found, index=assessed.index, dtype=object)


def _side_state_rules(facts: Facts) -> tuple[_Rule, ...]:
    stage = facts["evidence"]
    postponed = stage == Stage.POSTPONED
    return (
        _Rule(code=RecommendCode.ASK_WHY_LEFT, fits=stage == Stage.LEFT),
        _Rule(code=RecommendCode.RESPECT_REFUSAL, fits=stage == Stage.DECLINED),
        _Rule(code=RecommendCode.RESUME_ON, fits=postponed & ~np.isnat(facts["due_on"]), args={"date": "due_on"}),
        _Rule(code=RecommendCode.RESUME, fits=postponed),
    )


def _urgent_rules(facts: Facts) -> tuple[_Rule, ...]:
    """Return what goes first at any stage: thank, write down what is known, keep appointments."""
    planned = ~np.isnat(facts["planned_on"])
    unproved = ~facts["signatory"] & (facts["undated"] | np.isin(facts["stage"], SIGNED_AND_BEYOND))
    meeting = {"date": "planned_on", "kind": "planned_kind"}
    return (
        _Rule(code=RecommendCode.CELEBRATE, fits=facts["uncelebrated"]),
        _Rule(
            code=RecommendCode.RECORD_OUTCOME, fits=~np.isnat(facts["unanswered_on"]), args={"date": "unanswered_on"}
        ),
        _Rule(code=RecommendCode.PROVE_SIGNATURE, fits=unproved),
        _Rule(
            code=RecommendCode.HOLD_MEETING_AND_ASK,
            fits=planned & np.isin(facts["question"], TO_ASK_THEM),
            args=meeting | {"factor": "question"},
        ),
        _Rule(code=RecommendCode.HOLD_MEETING, fits=planned, args=meeting),
    )


def _signatory_rules(facts: Facts) -> tuple[_Rule, ...]:
    signed, stage = facts["signatory"], facts["evidence"]
    return (
        _Rule(
            code=RecommendCode.CHECK_MEASURE, fits=signed & pd.notna(facts["due_title"]), args={"title": "due_title"}
        ),
        _Rule(code=RecommendCode.ASK_FIGURE, fits=signed & (facts["question"] != ""), args={"factor": "question"}),
        _Rule(code=RecommendCode.ASK_MEASURE, fits=stage == Stage.SIGNED),
        _Rule(code=RecommendCode.START_MEASURE, fits=stage == Stage.MEASURES_PLANNED, args={"title": "first_title"}),
        _Rule(code=RecommendCode.NEXT_CHECK, fits=signed & ~np.isnat(facts["next_check"]), args={"date": "next_check"}),
        _Rule(code=RecommendCode.KEEP_IN_TOUCH, fits=signed),
    )


def _stage_rules(facts: Facts) -> tuple[_Rule, ...]:
    """Return the way to the signature.

    A blank comes before the first contact while it decides whether the actor is a key actor, unless it is easy to win.
    """
    stage = facts["stage"]
    undecided = np.isin(facts["key_actor"], (KeyActor.LIKELY, KeyActor.OPEN)) & (facts["low_hanging"] != LowHanging.YES)
    return (
        _Rule(
            code=RecommendCode.ASK_FIGURE,
            fits=(stage == Stage.IDENTIFIED) & undecided & (facts["question"] != ""),
            args={"factor": "question"},
        ),
        _Rule(code=RecommendCode.FIRST_CONTACT, fits=stage == Stage.IDENTIFIED),
        _Rule(code=RecommendCode.ASK_MEETING, fits=stage == Stage.CONTACTED),
        _Rule(code=RecommendCode.ENTER_MEETING, fits=stage == Stage.MEETING_PLANNED),
        _Rule(code=RecommendCode.ASK_PLEDGE, fits=stage == Stage.TALKED),
        _Rule(code=RecommendCode.COLLECT_SIGNATURE, fits=facts["has_letter"]),
        _Rule(code=RecommendCode.SEND_LETTER, fits=stage == Stage.CONVINCED),
    )


def _facts(assessed: pd.DataFrame, alliance: Alliance, today: date) -> Facts:
    """Return what the rules look at of each actor: what `assessed` says, and from the tabs what is open about it."""
    key, loi = assessed["key"], alliance.letters
    status = loi["status"].to_numpy()
    undated = (status == LetterStatus.SIGNED) & ~letters.withdrawn(loi, today).to_numpy() & loi["signed_on"].isna()
    offered = np.isin(status, (LetterStatus.REQUESTED, LetterStatus.PLEDGED, LetterStatus.SIGNED))
    return {
        **{field: assessed[field].to_numpy() for field in _ASSESSED},
        **_meeting_facts(alliance, key, today),
        **_measure_facts(alliance, key, today),
        "due_on": alliance.actors["due_on"].to_numpy(),
        "question": _question(assessed, alliance),
        "undated": key.isin(loi.loc[undated, "actor"]).to_numpy(),
        "has_letter": key.isin(loi.loc[offered, "actor"]).to_numpy(),
        "uncelebrated": press.uncelebrated(alliance, assessed, today).to_numpy(),
    }


def _question(assessed: pd.DataFrame, alliance: Alliance) -> npt.NDArray[np.object_]:
    """Return the factor whose blank to fill first, "" for none: of a signatory the emissions that its share needs."""
    next_question = assessed["next_question"].to_numpy()
    blank = np.where(entered_tonnes(alliance.actors).isna(), Factor.EMISSIONS.value, "").astype(object)
    about_emissions = (next_question == Factor.EMISSIONS) | assessed["signatory"].to_numpy()
    return np.where(about_emissions, blank, next_question)


def _meeting_facts(alliance: Alliance, key: "pd.Series[str]", today: date) -> Facts:
    """Return the next planned conversation and the latest unanswered meeting of each actor."""
    seen = meetings.by_actor(alliance, today).sort_values("date", kind="stable")
    planned = _first_of_each(seen[seen["planned"] & seen["conversation"]]).reindex(key)
    unanswered = _first_of_each(seen[seen["unanswered"]][::-1]).reindex(key)
    kind = planned["kind"].to_numpy()
    return {
        "planned_on": planned["date"].to_numpy(),
        "planned_kind": np.where(kind == "", MeetingKind.TALK.value, kind),
        "unanswered_on": unanswered["date"].to_numpy(),
    }


def _measure_facts(alliance: Alliance, key: "pd.Series[str]", today: date) -> Facts:
    """Return the first measure of each actor, the one whose check is due longest, and its next check."""
    state = progress(alliance.measures, alliance.settings.review_months, today)
    found = alliance.measures[["actor", "title"]].join(state[["next_check", "check_due"]])
    due = found[found["check_due"]].sort_values("next_check", kind="stable", na_position="first")
    return {
        "first_title": _first_of_each(found)["title"].reindex(key).to_numpy(),
        "due_title": _first_of_each(due)["title"].reindex(key).to_numpy(),
        "next_check": found.groupby("actor")["next_check"].min().reindex(key).to_numpy(),
    }


def _first_of_each(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the first row of each `actor`, whose key becomes the index."""
    by_key = rows.set_index("actor")
    return by_key[~by_key.index.duplicated()]
