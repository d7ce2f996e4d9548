"""What a run leaves for the next one: the memory after an assessment, as a value."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import blake2b

from scoring.alliance import Alliance, Settings
from scoring.assessment import Assessment
from scoring.domain import Stage, StepStatus
from scoring.memory import HistoryRow, Memory, RememberedActor
from scoring.messages import Note
from scoring.parsing.identity import remember_actors
from scoring.snapshot import Snapshot


def remember(memory: Memory, snapshot: Snapshot, alliance: Alliance, assessment: Assessment) -> Memory:
    """Return the memory that the next run starts with. Equal input gives equal memory: a quiet run changes nothing."""
    inventory = inventory_id(alliance.settings)
    return replace(
        memory,
        actors=_actors(memory, alliance, assessment),
        steps_done=memory.steps_done | {step.number for step in assessment.steps if step.status is StepStatus.DONE},
        history=_history(memory, assessment, inventory),
        inventory=inventory,
        notes_since=_notes_since(memory.notes_since, assessment.notes, assessment.today),
        tab_ids={**memory.tab_ids, **_tab_ids(snapshot, alliance)},
        is_baseline=False,
    )


def inventory_id(settings: Settings) -> str:
    """Return method, year and total of the inventory as one text; "" when one of them is missing."""
    if settings.inventory_method is None or settings.inventory_year is None or settings.inventory_total is None:
        return ""
    return f"{settings.inventory_method.de} {settings.inventory_year}: {settings.inventory_total:.15g} t"


def note_id(note: Note) -> str:
    """Return what identifies a note while rows move: its code and actor, else its cell, else what it says.

    Hashed, because a name or a cell address may be all that is known of a person.
    """
    place = note.actor or note.cell or "|".join(map(str, note.args.values()))
    return blake2b(f"{note.code}|{note.tab}|{place}".encode(), digest_size=12).hexdigest()


def _tab_ids(snapshot: Snapshot, alliance: Alliance) -> Mapping[str, str]:
    names = {place.title: name for name, place in alliance.places.items()}
    found = {tab.service or names.get(tab.title, ""): tab.id for tab in snapshot.tabs}
    return {name: identity for name, identity in found.items() if name}


def _actors(memory: Memory, alliance: Alliance, assessment: Assessment) -> Mapping[str, RememberedActor]:
    remembered = remember_actors(alliance, memory)
    if not assessment.coverage.is_counted:
        return remembered  # who had signed stays remembered until the letters can be read again
    table = assessment.actors
    evidence = zip(table["uid"], table["evidence"], table["stage_since"].dt.date, strict=True)
    now = {uid: replace(remembered[uid], evidence=Stage(stage), evidence_since=since) for uid, stage, since in evidence}
    return {**remembered, **now}


def _history(memory: Memory, assessment: Assessment, inventory: str) -> tuple[HistoryRow, ...]:
    covered = assessment.coverage
    if not covered.is_counted:
        return memory.history
    row = HistoryRow(
        day=assessment.today,
        coverage_min=covered.minimum,
        coverage_mid=covered.mid,
        coverage_max=covered.maximum,
        members=int(assessment.actors["member"].sum()),
        step=assessment.current_step,
        restatement=inventory if memory.inventory and inventory != memory.inventory else "",
    )
    last = memory.history[-1] if memory.history else None
    unchanged = (
        last is not None and not row.restatement and replace(row, day=last.day, restatement=last.restatement) == last
    )
    return memory.history if unchanged else (*memory.history, row)


def _notes_since(known: Mapping[str, date], notes: Sequence[Note], today: date) -> Mapping[str, date]:
    return {identity: known.get(identity, today) for identity in map(note_id, notes)}
