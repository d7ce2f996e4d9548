"""What earlier runs remember, as values: the store loads it, the core reads it, nothing here does I/O.

An empty memory means a first run or a lost state: everything found is a baseline, not news.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b

from scoring.domain import Stage


@dataclass(frozen=True, kw_only=True)
class RememberedActor:
    """One actor as the last run saw it.

    `key` is the current key, `aliases` are former keys. `fingerprint` is a hash of all filled cells except Name and
    `filled` their number: together they recognise a renamed row. `evidence` is the stage by evidence and
    `evidence_since` the day it holds since (given, or first seen). `present` says whether the last read had the row.
    """

    uid: str
    key: str
    name: str
    aliases: tuple[str, ...] = ()
    external_id: str = ""
    fingerprint: str = ""
    filled: int = 0
    evidence: Stage = Stage.IDENTIFIED
    evidence_since: date | None = None
    present: bool = True


@dataclass(frozen=True, kw_only=True)
class HistoryRow:
    """One row of Verlauf: shares 0..1 or None where they could not be computed."""

    day: date
    coverage_min: float | None
    coverage_mid: float | None
    coverage_max: float | None
    members: int
    step: int
    restatement: str = ""


@dataclass(frozen=True, kw_only=True)
class StageSeen:
    """On `seen_on` a run first saw this actor in this stage by evidence, holding since that day."""

    uid: str
    stage: Stage
    since: date | None
    seen_on: date


class EventKind(StrEnum):
    """What can happen, each at most once for the actor, step or figure that its key names."""

    SIGNED = "loi_signed"
    WITHDRAWN = "loi_withdrawn"
    NEW_MEMBER = "new_member"  # a signature after the letter was published
    STAGE = "stage"
    STEP_DONE = "step_done"
    STEP_FALLEN = "step_fallen"
    COVERAGE = "coverage"  # the publishable share passes 10, 25, 50 or 75 %
    MEASURE_OVERDUE = "measure_overdue"
    RESTATED = "restated"  # another inventory


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened, remembered for good: "loi_signed:<uid>", "step_done:3", "coverage:25".

    `key` is permanent and unique. `uid` is the actor, "" for the alliance's own; `detail` is what the key adds to the
    kind and the actor: a stage's code, a step's number, a percentage. `silent` events were found on a first run or
    after a lost state: they are remembered, never announced.
    """

    key: str
    kind: EventKind
    day: date
    uid: str = ""
    detail: str = ""
    silent: bool = False


@dataclass(frozen=True, kw_only=True)
class Memory:
    """All that earlier runs left. `actors` by uid; `steps_done` are the steps that were ever done.

    `inventory` is the method, year and total the last coverage was computed with ("" on a first run): a change of it is
    a restatement. `notes_since` maps a note's stable identity to the day it was first seen. `tab_ids` maps a tab's name
    in code to the id it had. `reported_weeks` holds the ISO weeks ("2026-W47") whose digest was written,
    `last_report` is the day of the last one (by UTC), `reminded` holds the keys of all reminders
    ("reminder:2026-W47:<address id>"); `success_reports` maps the key of every Erfolgsmeldung to
    whether people dropped it. In `silent_week` an older memory was put back, so that nobody knows what was mailed
    meanwhile. `last_number` is the highest number that a mail ever had.

    `events` is everything that ever happened, by key. `pending` maps the key of a signature, withdrawal or milestone
    that one run saw and no second one confirmed yet to the moment when it was first seen.

    `objections` holds who must never be mailed (`address_id`). `erased` maps the keyed hash of an erased actor's key
    (`name_id`) to its uid, so that one who comes back is not announced again.

    `stages` are all stages ever seen, oldest first; the store appends to it and `address_key` is its secret for
    `address_id`: a run only reads these two.
    """

    actors: Mapping[str, RememberedActor] = field(default_factory=dict)
    steps_done: frozenset[int] = frozenset()
    history: tuple[HistoryRow, ...] = ()
    inventory: str = ""
    notes_since: Mapping[str, date] = field(default_factory=dict)
    tab_ids: Mapping[str, str] = field(default_factory=dict)
    reported_weeks: frozenset[str] = frozenset()
    last_report: date | None = None
    reminded: frozenset[str] = frozenset()
    success_reports: Mapping[str, bool] = field(default_factory=dict)
    silent_week: str = ""
    last_number: int = 0
    events: Mapping[str, Event] = field(default_factory=dict)
    pending: Mapping[str, datetime] = field(default_factory=dict)
    objections: frozenset[str] = frozenset()
    erased: Mapping[str, str] = field(default_factory=dict)
    is_baseline: bool = True
    stages: tuple[StageSeen, ...] = ()
    address_key: bytes = field(default=b"", repr=False)

    def address_id(self, address: str) -> str:
        """Return what stands for a mail address where the address must not: a keyed hash, the same every time."""
        return self._keyed(address.strip().casefold())

    def name_id(self, key: str) -> str:
        """Return what stands for the key of an erased actor, the same way."""
        return self._keyed(f"name:{key}")

    def as_of(self, highest: int, week: str) -> "Memory":
        """Return the memory for a sheet that shows mails up to number `highest`, read in that ISO week.

        A sheet that knows more mails than the memory outlived it: an older one was put back. What happened since was
        announced by the one that is lost, so everything found now is a baseline, and the week is silent.
        """
        if self.is_baseline or highest <= self.last_number:
            return self
        return replace(self, is_baseline=True, silent_week=week)

    def _keyed(self, text: str) -> str:
        return blake2b(text.encode(), digest_size=12, key=self.address_key).hexdigest()
