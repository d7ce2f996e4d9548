"""What the service tabs and the grey columns say: rows of cells, in the order of the column table. Pure.

Where the rows go, and which of them differ from what stands there, is decided in `sync.plan`.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime
from textwrap import shorten
from typing import Any

import pandas as pd

from reports.mail import MailKind, QueuedMail
from reports.reasons import reasons, without_name
from reports.sentences import public_sentence, step_sentence, team_sentence
from reports.timetable import Timetable, timetable_sentence
from reports.week import Task, TaskKind, overdue_tasks
from reports.wording import Words
from scoring.addresses import row_number
from scoring.alliance import Alliance, Settings
from scoring.assessment import Assessment, MeasureTotals
from scoring.domain import Choice, KeyActor, Light, LowHanging, MeetingKind, Sector, Severity, Stage, YesNo
from scoring.memory import HistoryRow, Memory
from scoring.messages import Note, NoteCode
from scoring.parsing.identity import key
from scoring.remember import note_id
from scoring.snapshot import Cell
from scoring.tabs import ACTORS, HISTORY, MONITORING, NOTES, OUTBOX, OVERVIEW, RESULTS, SECTORS, SETTINGS_ROWS, STEPS

Row = tuple[Cell, ...]

NEXT_TALKS = 3
OVERDUE_ROWS = 10
REMARK_LENGTH = 120
NOTE_ROWS = 2_000
"""More notes are nobody's to work off: something is wrong with a whole column then, and the first of them say so."""

SEVERITIES = (Severity.BLOCKING, Severity.WARNING, Severity.HINT)


def service_rows(
    alliance: Alliance,
    assessment: Assessment,
    memory: Memory,
    outbox: Sequence[QueuedMail],
    now: datetime,
    words: Words,
    state: str = "",
    handbook: str = "",
    timetable: Timetable | None = None,
) -> Mapping[str, Sequence[Row]]:
    """Return the rows below the header of every service tab, by the tab's name in code.

    `memory` is the one after this run, `now` the time of the run in the alliance's zone, `state` how it went (""
    means well), `handbook` the link to the handbook, "" without one, `timetable` what runs by itself, None if nothing.
    """
    return {
        OVERVIEW.name: (
            run_row(now, state or words.text("overview.run.fine"), words),
            *_overview(alliance, assessment, words),
            (words.text("timetable.label"), timetable_sentence(timetable, words)),
            *([(words.text("overview.label.handbook"), handbook)] if handbook else []),
        ),
        RESULTS.name: tuple(_results(alliance, assessment, words)),
        STEPS.name: tuple(_steps(assessment, words)),
        MONITORING.name: tuple(_monitoring(assessment, words)),
        NOTES.name: tuple(_notes(assessment, memory, words)),
        HISTORY.name: tuple(_history(row, words) for row in memory.history),
        SECTORS.name: tuple(_sectors(alliance, assessment, words)),
        OUTBOX.name: outbox_rows(outbox, now, words),
    }


def run_row(now: datetime, state: str, words: Words, answer: str = "") -> Row:
    """Return the first line of Übersicht: when the last run was, and how it went in a sentence.

    `answer` is what it did for whoever asked for it (`run_answer`), "" when nobody did.
    """
    when = words.text("overview.last_run", date=now.date(), time=f"{now:%H:%M}")
    return words.text("overview.label.last_run"), f"{when}{f' ({answer})' if answer else ''}: {state}"


def run_answer(actors: int, mails: int, words: Words, *, changed: bool) -> str:
    """Return what a run says to whoever asked for it: how many actors have something new, how many mails went out.

    `changed` says that anything in the sheet is another than before.
    """
    if actors or mails:
        return words.text("overview.answer", actors=actors, mails=mails)
    return words.text("overview.answer.little" if changed else "overview.answer.nothing")


def outbox_rows(outbox: Sequence[QueuedMail], now: datetime, words: Words) -> Sequence[Row]:
    """Return the rows of Postausgang, one per mail, with Freigabe left blank.

    Mails to the technician are not the team's. Names stand there, addresses never.
    """
    return tuple(_outbox(queued, now, words) for queued in outbox if queued.mail.kind is not MailKind.OPERATOR)


def lookup_rows(alliance: Alliance, assessment: Assessment, results: Sequence[Row], words: Words) -> Mapping[int, Row]:
    """Return the grey cells beside each actor in the order of `ACTORS.lookups`, by the row in the sheet.

    `results` are the rows of Auswertung. A doubled row, which counts for nothing, only says so.
    """
    fields = [column.field for column in RESULTS.columns]
    places = [fields.index(column.field) for column in ACTORS.lookups]
    by_key = {key(str(row[0])): tuple(row[place] for place in places) for row in results}
    remark = [column.field for column in ACTORS.lookups].index("notes")
    doubled = {
        row_number(note.cell): (*(None,) * remark, words.note(note))
        for note in assessment.notes
        if note.code is NoteCode.ACTOR_DOUBLED
    }
    rows = zip(alliance.actors.index.tolist(), alliance.actors["key"], strict=True)
    return {**doubled, **{row: by_key[identity] for row, identity in rows}}


def _overview(alliance: Alliance, assessment: Assessment, words: Words) -> Iterator[Row]:
    sentence = public_sentence(assessment.coverage, alliance.settings, words)
    yield words.text("overview.label.sentence"), sentence or words.text(_no_sentence(assessment))
    yield words.text("overview.label.coverage"), _coverage(alliance, assessment, words)
    yield words.text("overview.label.members"), _members(assessment, words)
    yield words.text("overview.label.step"), step_sentence(assessment, words)
    yield words.text("overview.label.week"), _week(alliance, assessment.today, words)
    yield None, None
    nobody = "overview.ask_next.empty" if alliance.actors.empty else "overview.ask_next.nobody"
    talks = _next_talks(alliance, assessment, words) or [words.text(nobody)]
    yield from _headed(words.text("overview.label.ask_next"), talks)
    yield None, None
    late = _overdue(overdue_tasks(alliance, assessment), words) or [words.text("overview.overdue.nothing")]
    yield from _headed(words.text("overview.label.overdue"), late)
    yield None, None
    yield words.text("overview.label.measures"), _measures(assessment.measure_totals, words)
    yield words.text("overview.label.to_add"), words.say(assessment.to_add)
    yield words.text("overview.label.assumed"), _assumed(alliance.settings, words)
    yield words.text("overview.label.notes"), _note_counts(assessment.notes, words)


def _coverage(alliance: Alliance, assessment: Assessment, words: Words) -> str:
    """Return the coverage with its bounds, and the goal: the chart beside it has no place for a figure that changes."""
    sentence, goal = team_sentence(assessment.coverage, words), alliance.settings.coverage_goal
    if goal is None or assessment.coverage.minimum is None:
        return sentence
    aimed_at = words.percent(goal / 100, 1 if goal % 1 else 0)
    return words.text("overview.coverage.goal", coverage=sentence, goal=aimed_at)


def _no_sentence(assessment: Assessment) -> str:
    return "overview.sentence.missing" if assessment.coverage.is_counted else "overview.sentence.unread"


def _headed(title: str, lines: Sequence[str]) -> Iterator[Row]:
    for number, line in enumerate(lines):
        yield (title if number == 0 else None), line


def _members(assessment: Assessment, words: Words) -> str:
    members = int(assessment.actors["member"].sum())
    return words.text("overview.members", members=members, signatories=assessment.coverage.signatories)


def _week(alliance: Alliance, today: date, words: Words) -> str:
    meetings = alliance.meetings
    kickoffs = meetings.loc[meetings["kind"] == MeetingKind.KICKOFF, "date"].dropna()
    if kickoffs.empty:
        return words.text("overview.week.open")
    first = kickoffs.min().date()
    if first > today:
        return words.text("overview.week.planned", date=first)
    return words.text("overview.week", week=(today - first).days // 7 + 1, date=first)


def _next_talks(alliance: Alliance, assessment: Assessment, words: Words) -> Sequence[str]:
    ranked = assessment.actors[assessment.actors["rank"] <= NEXT_TALKS].sort_values("rank")
    typed = alliance.actors.loc[ranked.index]
    why = reasons(ranked, typed, alliance.settings, assessment.current_step, words)
    return [
        f"{place}. {name}: {words.say(advice)}\n{without_name(reason, name, words)}"
        for place, (name, advice, reason) in enumerate(
            zip(ranked["name"], ranked["recommendation"], why, strict=True), 1
        )
    ]


def _overdue(late: Sequence[Task], words: Words) -> Sequence[str]:
    lines = [_late(task, words) + (f" ({task.owners})" if task.owners else "") for task in late[:OVERDUE_ROWS]]
    if len(late) > OVERDUE_ROWS:
        lines.append(words.text("more", n=len(late) - OVERDUE_ROWS))
    return lines


def _late(task: Task, words: Words) -> str:
    what = words.label(task.meeting) if task.kind is TaskKind.OUTCOME and task.meeting else task.what
    return words.text(f"task.{task.kind}", actor=task.actor, what=what, day=task.day)


def _measures(totals: MeasureTotals, words: Words) -> str:
    code = "overview.measures.incomplete" if totals.pledged_incomplete else "overview.measures"
    return words.text(code, green=totals.green, yellow=totals.yellow, red=totals.red, pledged=totals.pledged_t)


def _assumed(settings: Settings, words: Words) -> str:
    columns = [column for column in SETTINGS_ROWS if column.field in settings.assumed]
    return "; ".join(
        words.text("overview.assumed", column=column.header(words.language), value=getattr(settings, column.field))
        for column in columns
    ) or words.text("overview.assumed.nothing")


def _note_counts(notes: Sequence[Note], words: Words) -> str:
    blocking = sum(note.severity is Severity.BLOCKING for note in notes)
    text = words.text("overview.notes", n=len(notes))
    return f"{text}; {words.text('overview.notes.blocking', n=blocking)}" if blocking else text


def _results(alliance: Alliance, assessment: Assessment, words: Words) -> Sequence[Row]:
    """Return one row per actor by rank, those without a rank behind them by name."""
    why = reasons(assessment.actors, alliance.actors, alliance.settings, assessment.current_step, words)
    remarks = _notes_by_actor(assessment.notes, words)
    table = assessment.actors.assign(reason=why).sort_values(["rank", "key"], na_position="last")
    return [_result(row, remarks.get(str(row["name"]), ""), words) for row in table.to_dict("records")]


def _result(row: Mapping[Hashable, Any], remarks: str, words: Words) -> Row:
    def figure(field: str, decimals: int) -> Cell:
        value = row[field]
        return None if pd.isna(value) else round(float(value), decimals)

    since = row["stage_since"]
    return (
        str(row["name"]),
        words.label(Stage(str(row["stage"]))),
        None if pd.isna(since) else words.day(since.date()),
        figure("rank", 0),
        _label(KeyActor, row["key_actor"], words),
        words.say(row["recommendation"]),
        remarks,
        figure("priority", 1),
        figure("impact", 1),
        f"{words.number(float(row['impact_low']))}–{words.number(float(row['impact_high']))}",
        figure("ease", 1),
        _label(LowHanging, row["low_hanging"], words),
        str(row["reason"]),
        None if pd.isna(row["share"]) else words.percent(float(row["share"]), 2),
        figure("figure_mid", 1) if not pd.isna(row["figure_max"]) else None,
        words.label(YesNo.YES if row["signatory"] else YesNo.NO),
        words.label(YesNo.YES) if row["new_member"] else None,
    )


def _label(choices: type[Choice], code: object, words: Words) -> str:
    return words.label(choices(str(code))) if code else ""


def _notes_by_actor(notes: Sequence[Note], words: Words) -> Mapping[str, str]:
    """Return what the grey column Hinweise says: the first serious note and how many more there are."""
    by_actor: dict[str, list[Note]] = {}
    for note in _by_severity(notes):
        if note.actor and note.severity is not Severity.HINT:
            by_actor.setdefault(note.actor, []).append(note)
    return {actor: _first_of(found, words) for actor, found in by_actor.items()}


def _first_of(notes: Sequence[Note], words: Words) -> str:
    """Return the first note, short enough for two lines beside the actor; the whole of it stands on Hinweise."""
    more = f" ({words.text('more', n=len(notes) - 1)})" if len(notes) > 1 else ""
    return shorten(words.note(notes[0]), REMARK_LENGTH, placeholder=" …") + more


def _by_severity(notes: Sequence[Note]) -> Sequence[Note]:
    return sorted(notes, key=lambda note: SEVERITIES.index(note.severity))


def _steps(assessment: Assessment, words: Words) -> Iterator[Row]:
    for step in assessment.steps:
        public = words.text("steps.made_public", done=step.public_done or 0, total=step.public_total or 0)
        yield (
            f"{step.number} – {words.text(f'steps.name.{step.number}')}",
            words.label(step.status),
            words.say(step.evidence),
            words.say(step.next_action),
            public if step.public_total else None,
        )


def _monitoring(assessment: Assessment, words: Words) -> Iterator[Row]:
    columns = assessment.measures[["actor", "title", "light", "overdue_since", "next_check"]]
    for actor, title, light, late, check in columns.itertuples(index=False, name=None):
        yield actor, title, words.label(Light(light)), _day(late, words), _day(check, words)


def _day(day: Any, words: Words) -> Cell:
    return None if pd.isna(day) else words.day(day.date())


def _notes(assessment: Assessment, memory: Memory, words: Words) -> Iterator[Row]:
    for note in _by_severity(assessment.notes)[:NOTE_ROWS]:
        since = memory.notes_since.get(note_id(note), assessment.today)
        yield note.tab, note.cell, note.actor, words.note(note), words.day(since), words.label(note.severity)

    if (more := len(assessment.notes) - NOTE_ROWS) > 0:
        yield None, None, None, words.text("more", n=more), None, None


def _history(row: HistoryRow, words: Words) -> Row:
    def percent(share: float | None) -> Cell:
        return None if share is None else round(100 * share, 2)

    return (
        words.day(row.day),
        percent(row.coverage_min),
        percent(row.coverage_mid),
        percent(row.coverage_max),
        row.members,
        row.step,
        words.text("history.restatement", inventory=row.restatement) if row.restatement else None,
    )


def _sectors(alliance: Alliance, assessment: Assessment, words: Words) -> Iterator[Row]:
    """Yield a row for each sector of the inventory, the largest first; blank where nothing is known of what is covered.

    More than the whole of a sector is a contradiction, which is noted elsewhere: here it counts as all of it.
    """
    totals, shares = alliance.settings.inventory_by_sector, assessment.coverage.by_sector
    unsure = _unsure_sectors(alliance, assessment)
    for sector in sorted(totals, key=lambda sector: (-totals[sector], sector)):
        total, share = totals[sector], shares.get(sector)
        if share == 0 and sector in unsure:
            share = None
        counted = None if share is None else min(round(total * share, 1), total)
        percent = None if share is None else min(round(100 * share, 1), 100.0)
        yield (
            words.label(sector),
            round(total, 1),
            counted,
            None if counted is None else round(total - counted, 1),
            percent,
            *_to_goal(percent, alliance.settings.coverage_goal),
        )


def _unsure_sectors(alliance: Alliance, assessment: Assessment) -> frozenset[str]:
    """Return the sectors where nothing counted is no 0: a signatory there has no figure, or one has no Sektor."""
    signed = assessment.actors["signatory"]
    sector, share = alliance.actors.loc[signed, "sector"], assessment.actors.loc[signed, "share"]
    return frozenset(Sector) if (sector == "").any() else frozenset(sector[share.isna()])


def _to_goal(covered: float | None, goal: float | None) -> Row:
    """Return what a sector misses to the goal, and the rest, in percent; with what is covered they are 100.

    Both are None while nothing is known of the sector: a rest of 100 would say that nothing is covered.
    """
    if covered is None:
        return None, None
    if goal is None:
        return None, round(100 - covered, 1)
    reached = max(covered, round(goal, 1))
    return round(reached - covered, 1), round(100 - reached, 1)


def _state(queued: QueuedMail) -> str:
    """Return the wording of where a row stands; what the fuse asks is no mail, so it waits for an answer or is over."""
    if queued.mail.kind is MailKind.FUSE:
        return "fuse.state.open" if queued.state.is_open else "fuse.state.over"
    return f"mail.state.{queued.state}"


def _outbox(queued: QueuedMail, now: datetime, words: Words) -> Row:
    def moment(when: datetime | None) -> Cell:
        if when is None:
            return None
        local = when.astimezone(now.tzinfo)
        return f"{words.day(local.date())}, {local:%H:%M}"

    mail = queued.mail
    return (
        queued.number,
        moment(queued.created_at),
        words.text(f"mail.kind.{mail.kind}"),
        mail.recipient_name or None,
        mail.subject,
        mail.preview,
        None,
        words.text(_state(queued)),
        moment(queued.sent_at),
    )
