"""What happened since the last run: levels with permanent keys, so that nothing is ever announced twice.

What belongs here: which events an assessment holds that the memory does not. Who is told of them and in which words is
decided in `reports`.

A level is something that is so, like "has signed". It becomes an event in the first run that is sure of it, and its key
is remembered for good, so it does not matter how often it ceases and comes back.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b

from scoring.alliance import Alliance, inventory_id
from scoring.assessment import Assessment
from scoring.domain import LADDER, Light, Stage, StepStatus
from scoring.memory import Event, EventKind, Memory
from scoring.text import fold

CONFIRM_AFTER = timedelta(minutes=5)
"""How far apart two reads must see a signature, a withdrawal or a milestone: a slip of the hand is put right by then,
and a mail cannot be recalled."""

MILESTONES = (10, 25, 50, 75)
"""The publishable percents that are worth a message."""

_ORDER = {kind: place for place, kind in enumerate(EventKind)}
_RANK = {stage.value: rank for rank, stage in enumerate(LADDER)}


@dataclass(frozen=True, kw_only=True)
class News:
    """What a run found out: `events` that were not known, and what is `pending`.

    Pending are signatures, withdrawals and milestones that no second read has confirmed yet, by the event's key, with
    the moment (UTC) when they were first seen.
    """

    events: tuple[Event, ...] = ()
    pending: Mapping[str, datetime] = field(default_factory=dict)

    def told(self, *kinds: EventKind) -> tuple[Event, ...]:
        """Return the events of these kinds that are to be announced, in the order in which they were found."""
        return tuple(event for event in self.events if event.kind in kinds and not event.silent)


def detect_news(
    alliance: Alliance, assessment: Assessment, memory: Memory, now: datetime, *, confirmed: bool = False
) -> News:
    """Return what is so and was not known, ordered by kind and within a kind as in the sheet. `now` has a time zone.

    A signature or withdrawal is an event once two reads, `CONFIRM_AFTER` apart, have seen it; until then it is pending,
    and what is gone again in between begins anew. So is a milestone (a step done or fallen back, a coverage level): it
    also waits while a signature or withdrawal is pending, so what a signature brings is news together with it.
    `confirmed` says that a person vouches for all of them. A stage from signed on is no news before its signature is,
    and nothing that rests on letters is while these cannot be read: what is pending then stays so.

    On a baseline everything that holds now is an event at once, and silent.
    """
    found, pending = [*_restated(alliance, memory, assessment.today), *_overdue(alliance, assessment)], memory.pending
    if assessment.coverage.is_counted:
        letters = _unknown(_letters(assessment, memory), memory)
        milestones = _unknown(_milestones(assessment, memory), memory)
        pending = {} if confirmed or memory.is_baseline else _pending(letters, milestones, memory, now.astimezone(UTC))
        sure = {event.key: event for event in letters if event.key not in pending}
        found += [*sure.values(), *_following(assessment, memory, sure)]
        found += [event for event in milestones if event.key not in pending]
    new = {event.key: event for event in _unknown(found, memory)}
    events = sorted(new.values(), key=lambda event: _ORDER[event.kind])
    return News(
        events=tuple(replace(event, silent=event.silent or memory.is_baseline) for event in events), pending=pending
    )


def _event(kind: EventKind, day: date, uid: str = "", detail: str = "") -> Event:
    key = ":".join(part for part in (kind.value, uid, detail) if part)
    return Event(key=key, kind=kind, day=day, uid=uid, detail=detail)


def _unknown(found: Iterable[Event], memory: Memory) -> list[Event]:
    return [event for event in found if event.key not in memory.events]


def _letters(assessment: Assessment, memory: Memory) -> Iterator[Event]:
    """Yield every signature, and every withdrawal that a person wrote after the signature was an event."""
    table, today = assessment.actors, assessment.today
    for uid, evidence, signatory in table[["uid", "evidence", "signatory"]].itertuples(index=False, name=None):
        signed = _event(EventKind.SIGNED, today, uid)
        if signatory:
            yield signed
        if evidence == Stage.LEFT and signed.key in memory.events:
            yield _event(EventKind.WITHDRAWN, today, uid)


def _pending(
    letters: Iterable[Event], milestones: Iterable[Event], memory: Memory, now: datetime
) -> Mapping[str, datetime]:
    """Return what is not sure yet, and when it was first seen: in UTC, where a difference is a duration."""
    waiting = {key: since for key, since in _first_seen(letters, memory, now).items() if now - since < CONFIRM_AFTER}
    resting = _first_seen(milestones, memory, now)
    return waiting | {key: since for key, since in resting.items() if waiting or now - since < CONFIRM_AFTER}


def _first_seen(events: Iterable[Event], memory: Memory, now: datetime) -> Mapping[str, datetime]:
    """Return since when each was seen. A first sight that lies ahead was made by a clock that went wrong: now."""
    return {event.key: min(memory.pending.get(event.key, now), now) for event in events}


def _following(assessment: Assessment, memory: Memory, sure: Mapping[str, Event]) -> Iterator[Event]:
    """Yield new members and stages; what presupposes a signature only where that is an event.

    A stage is news only above all that were: who falls back, or comes back, is not announced on the way.
    """
    highest = _highest_stages(memory)
    columns = ["uid", "evidence", "signatory", "new_member"]
    for uid, evidence, signatory, is_new in assessment.actors[columns].itertuples(index=False, name=None):
        key = _event(EventKind.SIGNED, assessment.today, uid).key
        signed = memory.events.get(key) or sure.get(key)
        if signed and signatory and is_new:
            yield replace(_event(EventKind.NEW_MEMBER, assessment.today, uid), silent=signed.silent)
        rank = _RANK.get(evidence, 0)
        if rank > highest.get(uid, 0) and (signed or rank < _RANK[Stage.SIGNED]):
            yield _event(EventKind.STAGE, assessment.today, uid, evidence)


def _highest_stages(memory: Memory) -> Mapping[str, int]:
    highest: dict[str, int] = {}
    for event in memory.events.values():
        if event.kind is EventKind.STAGE:
            highest[event.uid] = max(highest.get(event.uid, 0), _RANK.get(event.detail, 0))
    return highest


def _milestones(assessment: Assessment, memory: Memory) -> Iterator[Event]:
    yield from _steps(assessment, memory)
    yield from _coverage(assessment)


def _steps(assessment: Assessment, memory: Memory) -> Iterator[Event]:
    """Yield the steps that are done, and those that fell back after they had been news (on a baseline: all of them)."""
    for step in assessment.steps:
        done = _event(EventKind.STEP_DONE, assessment.today, detail=str(step.number))
        if step.status is StepStatus.DONE:
            yield done
        if step.status is StepStatus.REGRESSED and (memory.is_baseline or done.key in memory.events):
            yield _event(EventKind.STEP_FALLEN, assessment.today, detail=str(step.number))


def _coverage(assessment: Assessment) -> Iterator[Event]:
    reached = assessment.coverage.percent or 0
    for percent in MILESTONES:
        if assessment.coverage.publishable and reached >= percent:
            yield _event(EventKind.COVERAGE, assessment.today, detail=str(percent))


def _overdue(alliance: Alliance, assessment: Assessment) -> Iterator[Event]:
    """Yield the measures whose start or end is overdue; one that nobody owns is only a note."""
    state = assessment.measures
    late = state["overdue_since"].notna() & state["light"].isin((Light.YELLOW, Light.RED))
    titles = defaultdict(list)
    for actor, title in alliance.measures.loc[late, ["actor", "title"]].itertuples(index=False, name=None):
        titles[actor].append(title)
    for key, uid in assessment.actors[["key", "uid"]].itertuples(index=False, name=None):
        for title in titles[key]:
            yield _event(EventKind.MEASURE_OVERDUE, assessment.today, uid, _short(fold(title)))


def _restated(alliance: Alliance, memory: Memory, today: date) -> Iterator[Event]:
    inventory = inventory_id(alliance.settings)
    if inventory and memory.inventory and inventory != memory.inventory:
        yield _event(EventKind.RESTATED, today, detail=_short(inventory))


def _short(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()
