"""What earlier runs remember, as values: the store loads it, the core reads it, nothing here does I/O.

An empty memory means a first run or a lost state: everything found is a baseline, not news.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
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


@dataclass(frozen=True, kw_only=True)
class Memory:
    """All that earlier runs left. `actors` by uid; `steps_done` are the steps that were ever done.

    `inventory` is the method, year and total the last coverage was computed with ("" on a first run): a change of it is
    a restatement. `notes_since` maps a note's stable identity to the day it was first seen. `tab_ids` maps a tab's name
    in code to the id it had. `reported_weeks` holds the ISO weeks ("2026-W47") whose digest was written.

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
    is_baseline: bool = True
    stages: tuple[StageSeen, ...] = ()
    address_key: bytes = field(default=b"", repr=False)

    def address_id(self, address: str) -> str:
        """Return what stands for a mail address where the address must not: a keyed hash, the same every time."""
        return blake2b(address.strip().casefold().encode(), digest_size=12, key=self.address_key).hexdigest()
