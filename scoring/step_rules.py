"""One rule per step 0–8: when it is done or running, what shows it, and what comes next.

What belongs here: the guide's order of work as evidence. Status, memory and the current step are `scoring.steps`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from heapq import nsmallest

import pandas as pd

from scoring import press
from scoring.alliance import Alliance
from scoring.domain import SIDE_STATES, ActorKind, LowHanging, MeetingKind, PressOccasion, Role, Stage
from scoring.impact import top_n
from scoring.messages import Argument, Message
from scoring.step_codes import StepCode

NEEDED_MEMBERS = 2
"""Fewer do not make an alliance (step 3)."""

NAMED = 3
NAMED_IN_EVIDENCE = 10
"""How many actors a next action or an evidence names at most; a cell of the sheet has to hold it."""


@dataclass(frozen=True, kw_only=True)
class View:
    """What every rule looks at: the arguments of `scoring.steps.steps`, and what several rules need of them.

    `signatories` are rows of `assessed`, `signatories_measures` those rows of `measures` that belong to them.
    `milestones` are the days, earliest first, of the meetings of each kind of `ALLIANCE_MEETINGS` in each state (a
    column of `scoring.meetings.classify`); without any a kind is absent.
    """

    alliance: Alliance
    today: date
    assessed: pd.DataFrame
    signatories: pd.DataFrame
    signatories_measures: pd.DataFrame
    milestones: Mapping[tuple[MeetingKind, str], Sequence[date]]

    def come(self, day: date | None) -> date | None:
        """Return that day if it is given and not in the future."""
        return day if day and day <= self.today else None

    def days(self, kind: MeetingKind, state: str) -> Sequence[date]:
        """Return the days of the meetings of that kind in that state, earliest first."""
        return self.milestones.get((kind, state), ())


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a rule says before the memory is asked. `public`: how much was made public, of how much there is."""

    done: bool
    running: bool
    evidence: Message
    next_action: Message
    public: tuple[int, int] | None = None


def prerequisites(view: View) -> Finding:
    """Step 0: the council's resolution has come, and somebody in Verteiler is Netzwerker:in."""
    recipients, planned_on = view.alliance.recipients, view.alliance.settings.resolution_date
    networkers = recipients.loc[recipients["role"] == Role.NETWORKER, "name"]
    resolved_on = view.come(planned_on)
    if resolved_on:
        next_action = _say(StepCode.NEXT_NOTHING if len(networkers) else StepCode.NEXT_NETWORKER)
    else:
        next_action = _say_day(planned_on, StepCode.NEXT_RESOLUTION_ON, StepCode.NEXT_RESOLUTION)
    return Finding(
        done=resolved_on is not None and len(networkers) > 0,
        running=resolved_on is not None or len(networkers) > 0,
        evidence=_prerequisites_evidence(resolved_on, list(networkers)),
        next_action=next_action,
    )


def _prerequisites_evidence(resolved_on: date | None, networkers: Sequence[str]) -> Message:
    team: dict[str, Argument] = {"count": len(networkers), "names": ", ".join(networkers)}
    if not networkers:
        return _say_day(resolved_on, StepCode.PREREQUISITES_RESOLUTION, StepCode.PREREQUISITES_OPEN)
    if not resolved_on:
        return _say(StepCode.PREREQUISITES_NETWORKERS, **team)
    return _say(StepCode.PREREQUISITES_MET, date=resolved_on, **team)


def kickoff(view: View) -> Finding:
    """Step 1: a Kickoff took place."""
    held, planned = view.days(MeetingKind.KICKOFF, "held"), view.days(MeetingKind.KICKOFF, "planned")
    if held:
        evidence, next_action = _say(StepCode.KICKOFF_HELD, date=held[0]), _say(StepCode.NEXT_NOTHING)
    else:
        evidence = _say_day(_first(planned), StepCode.KICKOFF_PLANNED, StepCode.KICKOFF_OPEN)
        next_action = _unanswered(view, MeetingKind.KICKOFF) or _say_day(
            _first(planned), StepCode.NEXT_HOLD_KICKOFF, StepCode.NEXT_PLAN_KICKOFF
        )
    return Finding(done=bool(held), running=bool(planned), evidence=evidence, next_action=next_action)


def low_hanging_fruits(view: View) -> Finding:
    """Step 2: as many low-hanging fruits as the team wants are convinced."""
    needed = view.alliance.settings.step2_pledges
    fruits = view.assessed.loc[view.assessed["low_hanging"] == LowHanging.YES]
    won = fruits.loc[fruits["convinced"]]
    winnable = fruits.loc[~fruits["convinced"] & ~fruits["evidence"].isin(SIDE_STATES)]
    contacted = int(fruits["contacted"].sum())
    if len(won):
        evidence = _say(StepCode.FRUITS_WON, convinced=len(won), needed=needed, names=_names(won))
    elif contacted:
        evidence = _say(StepCode.FRUITS_CONTACTED, contacted=contacted, needed=needed)
    else:
        evidence = _say(StepCode.FRUITS_OPEN, candidates=len(winnable), needed=needed)
    return Finding(
        done=len(won) >= needed,
        running=contacted > 0,
        evidence=evidence,
        next_action=_next_fruits(needed - len(won), winnable),
    )


def _next_fruits(missing: int, winnable: pd.DataFrame) -> Message:
    if missing <= 0:
        return _say(StepCode.NEXT_NOTHING)
    if len(winnable):
        return _say(StepCode.NEXT_WIN_FRUITS, missing=missing, names=_names(winnable, NAMED))
    return _say(StepCode.NEXT_FIND_FRUITS, missing=missing)


def founding(view: View) -> Finding:
    """Step 3: the alliance is founded and has at least two members."""
    entered = view.alliance.settings.founded_on
    members, convinced = int(view.assessed["member"].sum()), int(view.assessed["convinced"].sum())
    held = [*view.days(MeetingKind.FOUNDING, "held"), *filter(None, [view.come(entered)])]
    if held:
        return _founded(view, min(held), members)
    planned = _first(sorted([*view.days(MeetingKind.FOUNDING, "planned"), *filter(None, [entered])]))
    ready = convinced >= NEEDED_MEMBERS
    if planned:
        evidence = _say(StepCode.FOUNDING_PLANNED, date=planned)
        next_action = _say(StepCode.NEXT_HOLD_FOUNDING, date=planned)
    elif ready:
        evidence = _say(StepCode.FOUNDING_READY, convinced=convinced)
        next_action = _say(StepCode.NEXT_PLAN_FOUNDING, convinced=convinced)
    else:
        evidence = _say(StepCode.FOUNDING_OPEN, convinced=convinced)
        next_action = _say(StepCode.NEXT_WIN_FOUNDERS, missing=NEEDED_MEMBERS - convinced)
    return Finding(
        done=False,
        running=planned is not None or ready,
        evidence=evidence,
        next_action=_unanswered(view, MeetingKind.FOUNDING) or next_action,
        public=(0, 0),
    )


def _founded(view: View, day: date, members: int) -> Finding:
    announced = len(press.items(view.alliance, PressOccasion.FOUNDING, view.today)) > 0
    if members < NEEDED_MEMBERS:
        evidence = _say(StepCode.FOUNDED_TOO_SMALL, date=day, members=members, needed=NEEDED_MEMBERS)
        next_action = _say(StepCode.NEXT_WIN_MEMBERS, missing=NEEDED_MEMBERS - members)
    else:
        evidence = _say(StepCode.FOUNDED, date=day, members=members)
        next_action = _say(StepCode.NEXT_NOTHING if announced else StepCode.NEXT_ANNOUNCE_FOUNDING)
    return Finding(
        done=members >= NEEDED_MEMBERS,
        running=True,
        evidence=evidence,
        next_action=next_action,
        public=(int(announced), 1),
    )


def key_actors(view: View) -> Finding:
    """Step 4: the town administration and everyone in the top N by impact is convinced, among at least N actors.

    Side states are left out of both. A refusal is named when the actor would otherwise be among them.
    """
    assessed, needed = view.assessed, view.alliance.settings.top_n
    eligible, declined = ~assessed["evidence"].isin(SIDE_STATES), assessed["evidence"] == Stage.DECLINED
    town_hall = view.alliance.actors["kind"] == ActorKind.TOWN_ADMINISTRATION
    key = assessed.loc[eligible & (town_hall | top_n(assessed["impact"], eligible, needed))]
    refused = assessed.loc[declined & (town_hall | top_n(assessed["impact"], eligible | declined, needed))]
    missing, unlisted = key.loc[~key["convinced"]], needed - int(eligible.sum())
    if unlisted > 0:
        next_action = _say(StepCode.NEXT_LIST_ACTORS, missing=unlisted)
    elif len(missing):
        next_action = _say(StepCode.NEXT_CONVINCE, missing=len(missing), names=_names(missing, NAMED))
    else:
        next_action = _say(StepCode.NEXT_NOTHING)
    return Finding(
        done=unlisted <= 0 and missing.empty,
        running=bool(key["talked"].any()),
        evidence=_key_actors_evidence(key, refused, int(eligible.sum()), needed),
        next_action=next_action,
    )


def _key_actors_evidence(key: pd.DataFrame, refused: pd.DataFrame, eligible: int, needed: int) -> Message:
    args: dict[str, Argument] = {"convinced": int(key["convinced"].sum()), "total": len(key)}
    if len(refused):
        args["names"] = _names(refused)
    if eligible < needed:
        code = StepCode.KEY_ACTORS_TOO_FEW_REFUSED if len(refused) else StepCode.KEY_ACTORS_TOO_FEW
        return _say(code, eligible=eligible, needed=needed, **args)
    return _say(StepCode.KEY_ACTORS_REFUSED if len(refused) else StepCode.KEY_ACTORS, **args)


def letter_of_intent(view: View) -> Finding:
    """Step 5: the LoI is published, somebody signed it, and so did every member of that day who has not left.

    5a, the new members since, is part of its evidence and of what is made public.
    """
    actors, letters = view.alliance.actors, view.alliance.letters
    asked = letters.loc[letters["actor"].isin(actors["key"]), "actor"].nunique()
    published_on = view.come(view.alliance.settings.loi_published_on)
    of_that_day = actors["joined_on"] <= pd.Timestamp(published_on or view.today)
    unsigned = view.assessed.loc[view.assessed["member"] & of_that_day & ~view.assessed["signatory"]]
    done = published_on is not None and len(view.signatories) > 0 and unsigned.empty
    if published_on:
        evidence = _published_evidence(view, published_on, unsigned)
    elif asked:
        evidence = _say(StepCode.LETTER_COLLECTING, rows=asked, signatories=len(view.signatories))
    else:
        evidence = _say(StepCode.LETTER_OPEN)
    return Finding(
        done=done,
        running=asked > 0,
        evidence=evidence,
        next_action=_next_announcement(view) if done else _next_signature(view, asked, unsigned),
        public=_letter_public(view),
    )


def _published_evidence(view: View, published_on: date, unsigned: pd.DataFrame) -> Message:
    args: dict[str, Argument] = {"date": published_on, "signatories": len(view.signatories)}
    if view.signatories.empty:
        return _say(StepCode.LETTER_NOBODY, date=published_on)
    if len(unsigned):
        return _say(StepCode.LETTER_UNSIGNED, names=_names(unsigned), **args)
    celebrated, new_members = _new_members(view)
    if new_members:
        return _say(StepCode.LETTER_GROWING, new_members=new_members, celebrated=celebrated, **args)
    return _say(StepCode.LETTER_SIGNED, **args)


def _next_signature(view: View, asked: int, unsigned: pd.DataFrame) -> Message:
    signatories, planned_on = len(view.signatories), view.alliance.settings.loi_published_on
    if not asked:
        return _say(StepCode.NEXT_ASK_FOR_LETTER, members=int(view.assessed["member"].sum()))
    if len(unsigned):
        return _say(StepCode.NEXT_COLLECT_SIGNATURES, missing=len(unsigned), names=_names(unsigned, NAMED))
    if not signatories:
        return _say(StepCode.NEXT_FIRST_SIGNATURE)
    if planned_on:
        return _say(StepCode.NEXT_PUBLISH_LETTER_ON, date=planned_on, signatories=signatories)
    return _say(StepCode.NEXT_PUBLISH_LETTER, signatories=signatories)


def _next_announcement(view: View) -> Message:
    if press.items(view.alliance, PressOccasion.LETTER, view.today).empty:
        return _say(StepCode.NEXT_ANNOUNCE_LETTER)
    waiting = view.assessed.loc[press.uncelebrated(view.alliance, view.assessed, view.today)]
    if len(waiting):
        return _say(StepCode.NEXT_CELEBRATE, count=len(waiting), names=_names(waiting, NAMED))
    return _say(StepCode.NEXT_NOTHING)


def _letter_public(view: View) -> tuple[int, int]:
    published = view.come(view.alliance.settings.loi_published_on) is not None
    announced = published and len(press.items(view.alliance, PressOccasion.LETTER, view.today)) > 0
    celebrated, new_members = _new_members(view)
    return int(announced) + celebrated, int(published) + new_members


def _new_members(view: View) -> tuple[int, int]:
    """Return how many new members are celebrated in the press, and how many there are to celebrate."""
    waiting = int(press.uncelebrated(view.alliance, view.assessed, view.today).sum())
    total = int(press.to_celebrate(view.alliance, view.assessed).sum())
    return total - waiting, total


def measures_of_signatories(view: View) -> Finding:
    """Step 6: the wanted share of the signatories, at least one, has a started measure."""
    share, signatories, measures = view.alliance.settings.step6_share, view.signatories, view.signatories_measures
    under_way = measures.loc[measures["started"]]
    starters = set(under_way["key"])
    reached = len(starters) * 100 >= Decimal(str(share)) * len(signatories)  # exactly 80 % is 80 %
    done = reached and len(starters) > 0
    if measures.empty:
        evidence = _say(StepCode.MEASURES_OPEN, signatories=len(signatories), share=share)
    else:
        evidence = _say(
            StepCode.MEASURES_STARTED,
            started=len(starters),
            signatories=len(signatories),
            share=share,
            promoted=int(under_way["promoted"].sum()),
            measures=len(under_way),
        )
    named = set(press.items(view.alliance, PressOccasion.MEASURE, view.today)["actor"])
    return Finding(
        done=done,
        running=len(measures) > 0,
        evidence=evidence,
        next_action=_next_promotion(under_way) if done else _next_measure(signatories, measures),
        public=(len(starters & named), len(starters)),
    )


def _next_measure(signatories: pd.DataFrame, measures: pd.DataFrame) -> Message:
    if signatories.empty:
        return _say(StepCode.NEXT_SIGN_FIRST)
    without = signatories.loc[~signatories["key"].isin(measures["key"])]
    if len(without):
        return _say(StepCode.NEXT_PLAN_MEASURES, missing=len(without), names=_names(without, NAMED))
    waiting = signatories.loc[~signatories["key"].isin(measures.loc[measures["started"], "key"])]
    return _say(StepCode.NEXT_START_MEASURES, missing=len(waiting), names=_names(waiting, NAMED))


def _next_promotion(under_way: pd.DataFrame) -> Message:
    unpromoted = int((~under_way["promoted"]).sum())
    if unpromoted:
        return _say(StepCode.NEXT_PROMOTE_MEASURES, count=unpromoted)
    return _say(StepCode.NEXT_NOTHING)


def party(view: View) -> Finding:
    """Step 7: a Party took place and the success was reported."""
    held, planned = view.days(MeetingKind.PARTY, "held"), view.days(MeetingKind.PARTY, "planned")
    reported_on = view.come(view.alliance.settings.success_reported_on)
    if held:
        next_action = _say(StepCode.NEXT_NOTHING if reported_on else StepCode.NEXT_REPORT_SUCCESS)
    else:
        next_action = _unanswered(view, MeetingKind.PARTY) or _say_day(
            _first(planned), StepCode.NEXT_HOLD_PARTY, StepCode.NEXT_PLAN_PARTY
        )
    return Finding(
        done=bool(held) and reported_on is not None,
        running=bool(held or planned) or reported_on is not None,
        evidence=_party_evidence(_first(held), _first(planned), reported_on),
        next_action=next_action,
    )


def _party_evidence(held: date | None, planned: date | None, reported_on: date | None) -> Message:
    day = held or planned
    if not reported_on:
        code = StepCode.PARTY_HELD if held else StepCode.PARTY_PLANNED
        return _say(code, party=day) if day else _say(StepCode.PARTY_OPEN)
    code = StepCode.PARTY_AND_REPORT if held else StepCode.SUCCESS_REPORTED_PARTY_PLANNED
    return _say(code, party=day, reported=reported_on) if day else _say(StepCode.SUCCESS_REPORTED, reported=reported_on)


def monitoring(view: View) -> Finding:
    """Step 8: never done; it runs as long as signatories have started measures."""
    under_way = view.signatories_measures.loc[lambda measures: measures["started"]]
    due = under_way.loc[under_way["check_due"]]
    next_check = under_way["next_check"].min()
    if under_way.empty:
        evidence, next_action = _say(StepCode.MONITORING_OPEN), _say(StepCode.NEXT_WAIT_FOR_MEASURES)
    elif len(due):
        evidence = _say(StepCode.MONITORING_OVERDUE, measures=len(under_way), overdue=len(due))
        owners = view.assessed.loc[view.assessed["key"].isin(due["key"])]
        next_action = _say(StepCode.NEXT_CHECK_MEASURES, count=len(due), names=_names(owners, NAMED))
    else:
        evidence = _say(StepCode.MONITORING_CURRENT, measures=len(under_way))
        day = None if pd.isna(next_check) else next_check.date()
        next_action = _say_day(day, StepCode.NEXT_CHECK_ON, StepCode.NEXT_NOTHING)
    return Finding(done=False, running=len(under_way) > 0, evidence=evidence, next_action=next_action)


RULES = (
    prerequisites,
    kickoff,
    low_hanging_fruits,
    founding,
    key_actors,
    letter_of_intent,
    measures_of_signatories,
    party,
    monitoring,
)
"""The rule of each step, at its number."""


def _say(code: StepCode, **args: Argument) -> Message:
    return Message(code=code, args=args)


def _say_day(day: date | None, dated: StepCode, otherwise: StepCode) -> Message:
    return _say(dated, date=day) if day else _say(otherwise)


def _unanswered(view: View, kind: MeetingKind) -> Message | None:
    """Ask for the outcome of the latest meeting of that kind of which nobody wrote one."""
    days = view.days(kind, "unanswered")
    return _say(StepCode.NEXT_RECORD_OUTCOME, date=days[-1], kind=kind) if days else None


def _first(days: Sequence[date]) -> date | None:
    return days[0] if days else None


def _names(actors: pd.DataFrame, limit: int = NAMED_IN_EVIDENCE) -> str:
    """Return their names, the highest impact first; "…" stands for those beyond the limit."""
    first = nsmallest(limit, zip((-actors["impact"]).tolist(), actors["name"].tolist(), strict=True))
    return ", ".join([*(name for _, name in first), *(["…"] if len(actors) > limit else [])])
