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

import pandas as pd

from scoring import letters, meetings, press
from scoring.alliance import Alliance
from scoring.domain import Factor, KeyActor, LetterStatus, LowHanging, MeetingKind, Stage
from scoring.emissions import entered_tonnes
from scoring.measures import progress
from scoring.messages import Argument, Message
from scoring.stages import RANK

ARGUMENTS: Mapping[str, Callable[..., Argument]] = {
    "name": str,
    "title": str,
    "date": methodcaller("date"),
    "kind": MeetingKind,
    "factor": Factor,
}
"""What each argument of a message is made of: the cell of the facts as a table holds it."""

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
    fits: "pd.Series[bool]"
    args: Mapping[str, str] = field(default_factory=dict)

    def messages(self, facts: pd.DataFrame, rows: "pd.Series[bool]") -> dict[int, Message]:
        """Return the message for each of those rows, by row number."""
        if not rows.any():
            return {}
        fields = {"name": "name"} | dict(self.args)
        columns = (map(ARGUMENTS[argument], facts.loc[rows, column]) for argument, column in fields.items())
        return {
            row: Message(code=self.code, args=dict(zip(fields, values, strict=True)))
            for row, values in zip(facts.index[rows], zip(*columns, strict=True), strict=True)
        }


def recommendations(assessed: pd.DataFrame, alliance: Alliance, today: date) -> "pd.Series[Any]":
    """Return a Message for each actor, what to do next: of the first rule that fits; the index of `assessed`.

    `assessed` has the index of `Alliance.actors` and the columns `key`, `name`, `next_question`, `low_hanging`,
    `key_actor` and those of `scoring.stages`.
    """
    facts = _facts(assessed, alliance, today)
    undecided, found = pd.Series(data=True, index=facts.index), dict[int, Message]()
    for rule in (*_side_state_rules(facts), *_urgent_rules(facts), *_signatory_rules(facts), *_stage_rules(facts)):
        found |= rule.messages(facts, rule.fits & undecided)
        undecided &= ~rule.fits
    return pd.Series(found, dtype=object).reindex(assessed.index)


def _side_state_rules(facts: pd.DataFrame) -> tuple[_Rule, ...]:
    stage = facts["evidence"]
    postponed = stage == Stage.POSTPONED
    return (
        _Rule(code=RecommendCode.ASK_WHY_LEFT, fits=stage == Stage.LEFT),
        _Rule(code=RecommendCode.RESPECT_REFUSAL, fits=stage == Stage.DECLINED),
        _Rule(code=RecommendCode.RESUME_ON, fits=postponed & facts["due_on"].notna(), args={"date": "due_on"}),
        _Rule(code=RecommendCode.RESUME, fits=postponed),
    )


def _urgent_rules(facts: pd.DataFrame) -> tuple[_Rule, ...]:
    """Return what goes first at any stage: thank, write down what is known, keep appointments."""
    planned = facts["planned_on"].notna()
    unproved = ~facts["signatory"] & (facts["undated"] | (facts["stage"].map(RANK) >= RANK[Stage.SIGNED]))
    meeting = {"date": "planned_on", "kind": "planned_kind"}
    return (
        _Rule(code=RecommendCode.CELEBRATE, fits=facts["uncelebrated"]),
        _Rule(code=RecommendCode.RECORD_OUTCOME, fits=facts["unanswered_on"].notna(), args={"date": "unanswered_on"}),
        _Rule(code=RecommendCode.PROVE_SIGNATURE, fits=unproved),
        _Rule(
            code=RecommendCode.HOLD_MEETING_AND_ASK,
            fits=planned & facts["question"].isin(TO_ASK_THEM),
            args=meeting | {"factor": "question"},
        ),
        _Rule(code=RecommendCode.HOLD_MEETING, fits=planned, args=meeting),
    )


def _signatory_rules(facts: pd.DataFrame) -> tuple[_Rule, ...]:
    signed, stage = facts["signatory"], facts["evidence"]
    return (
        _Rule(code=RecommendCode.CHECK_MEASURE, fits=signed & facts["due_title"].notna(), args={"title": "due_title"}),
        _Rule(code=RecommendCode.ASK_FIGURE, fits=signed & (facts["question"] != ""), args={"factor": "question"}),
        _Rule(code=RecommendCode.ASK_MEASURE, fits=stage == Stage.SIGNED),
        _Rule(code=RecommendCode.START_MEASURE, fits=stage == Stage.MEASURES_PLANNED, args={"title": "first_title"}),
        _Rule(code=RecommendCode.NEXT_CHECK, fits=signed & facts["next_check"].notna(), args={"date": "next_check"}),
        _Rule(code=RecommendCode.KEEP_IN_TOUCH, fits=signed),
    )


def _stage_rules(facts: pd.DataFrame) -> tuple[_Rule, ...]:
    """Return the way to the signature.

    A blank comes before the first contact while it decides whether the actor is a key actor, unless it is easy to win.
    """
    stage = facts["stage"]
    undecided = facts["key_actor"].isin((KeyActor.LIKELY, KeyActor.OPEN)) & (facts["low_hanging"] != LowHanging.YES)
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


def _facts(assessed: pd.DataFrame, alliance: Alliance, today: date) -> pd.DataFrame:
    """Return what the rules look at, one row per actor: `assessed`, and from the tabs what is open about each."""
    key, loi = assessed["key"], alliance.letters
    signed_rows = (loi["status"] == LetterStatus.SIGNED) & ~letters.withdrawn(loi, today)
    offered = loi["status"].isin((LetterStatus.REQUESTED, LetterStatus.PLEDGED, LetterStatus.SIGNED))
    by_key = pd.concat([_meeting_facts(alliance, today), _measure_facts(alliance, today)], axis=1)
    return assessed.join(by_key, on="key").assign(
        due_on=alliance.actors["due_on"],
        question=_question(assessed, alliance),
        undated=key.isin(loi.loc[signed_rows & loi["signed_on"].isna(), "actor"]),
        has_letter=key.isin(loi.loc[offered, "actor"]),
        uncelebrated=press.uncelebrated(alliance, assessed, today),
    )


def _question(assessed: pd.DataFrame, alliance: Alliance) -> "pd.Series[str]":
    """Return the factor whose blank to fill first, "" for none: of a signatory the emissions that its share needs."""
    blank = entered_tonnes(alliance.actors).isna()
    about_emissions = (assessed["next_question"] == Factor.EMISSIONS) | assessed["signatory"]
    return assessed["next_question"].mask(about_emissions, blank.map({True: Factor.EMISSIONS.value, False: ""}))


def _meeting_facts(alliance: Alliance, today: date) -> pd.DataFrame:
    """Return the next planned conversation and the latest unanswered meeting of each actor; the index holds keys."""
    seen = meetings.by_actor(alliance, today).sort_values("date", kind="stable")
    planned = seen.loc[seen["planned"] & seen["conversation"]].drop_duplicates("actor").set_index("actor")
    unanswered = seen.loc[seen["unanswered"]].drop_duplicates("actor", keep="last").set_index("actor")
    return pd.DataFrame(
        {
            "planned_on": planned["date"],
            "planned_kind": planned["kind"].replace("", MeetingKind.TALK.value),
            "unanswered_on": unanswered["date"],
        }
    )


def _measure_facts(alliance: Alliance, today: date) -> pd.DataFrame:
    """Return the first measure of each actor, the one whose check is due longest, and its next check, by key."""
    state = progress(alliance.measures, alliance.settings.review_months, today)
    found = alliance.measures[["actor", "title"]].join(state)
    due = found.loc[found["check_due"]].sort_values("next_check", kind="stable", na_position="first")
    return pd.DataFrame(
        {
            "first_title": found.drop_duplicates("actor").set_index("actor")["title"],
            "due_title": due.drop_duplicates("actor").set_index("actor")["title"],
            "next_check": found.groupby("actor")["next_check"].min(),
        }
    )
