"""What a run leaves for the next one: the memory after an assessment, as a value."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import blake2b

import pandas as pd

from scoring.alliance import Alliance, inventory_id
from scoring.assessment import Assessment
from scoring.domain import MailConsent, Stage, StepStatus
from scoring.memory import HistoryRow, Memory, RememberedActor
from scoring.messages import Note
from scoring.news import News
from scoring.parsing.identity import remember_actors
from scoring.snapshot import Snapshot


def remember(
    memory: Memory, snapshot: Snapshot, alliance: Alliance, assessment: Assessment, *, news: News | None = None
) -> Memory:
    """Return the memory that the next run starts with. Equal input gives equal memory: a quiet run changes nothing.

    `news` is what `detect_news` found with the same arguments; None leaves events and what is pending as they were.
    A memory stays a baseline until the letters could be read once: only then it holds what is no news.
    """
    inventory = inventory_id(alliance.settings)
    return replace(
        memory,
        actors=_actors(memory, alliance, assessment),
        steps_done=memory.steps_done | {step.number for step in assessment.steps if step.status is StepStatus.DONE},
        history=_history(memory, assessment, inventory),
        inventory=inventory,
        notes_since=_notes_since(memory.notes_since, assessment.notes, assessment.today),
        tab_ids={**memory.tab_ids, **_tab_ids(snapshot, alliance)},
        events={**memory.events, **{event.key: event for event in news.events}} if news else memory.events,
        pending=news.pending if news else memory.pending,
        objections=memory.objections | objections(alliance.contacts, memory),
        is_baseline=memory.is_baseline and not assessment.coverage.is_counted,
    )


def objections(contacts: pd.DataFrame, memory: Memory) -> frozenset[str]:
    """Return who objected to mail in these rows of Kontakte, as `Memory.objections` holds them."""
    objected = contacts.loc[(contacts["mails"] == MailConsent.OBJECTED) & (contacts["email"] != ""), "email"]
    return frozenset(map(memory.address_id, objected))


def note_id(note: Note) -> str:
    """Return what identifies a note while rows move: its code and actor, else its cell, else what it says.

    Hashed, because a name or a cell address may be all that is known of a person.
    """
    place = note.actor or note.cell or "|".join(map(str, note.args.values()))
    identity = f"{note.code}|{note.tab}|{place}"
    return blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()  # a title may hold anything


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
