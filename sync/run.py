"""One run, top to bottom: read, decide, act. Read this first.

Reading and acting go through the ports (`sync.ports`); everything between them is pure. A dry run stops before acting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.digest import digests
from reports.mail import Mail, QueuedMail
from reports.result import RunCounts
from reports.tabs import lookup_rows, service_rows
from reports.wording import words
from scoring.alliance import Alliance
from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.domain import Language
from scoring.memory import Memory
from scoring.messages import Note
from scoring.parsing.parse import UnreadableSheetError, parse
from scoring.remember import remember
from scoring.snapshot import Snapshot
from scoring.tabs import RESULTS
from sync.errors import SetupError, SheetChangedError
from sync.plan import highest_number, plan_writes
from sync.ports import Mailer, Sheet, Store, WritePlan
from sync.progress import Progress

ATTEMPTS = 3
"""How often a run starts over because somebody saved the sheet between its read and its write."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a run needs to know besides sheet and memory. `sender` is None while mail is switched off."""

    language: Language
    now: datetime
    sender: str | None = None
    dry_run: bool = False

    @property
    def today(self) -> date:
        """The day that deadlines and meetings are held against."""
        return self.now.date()


@dataclass(frozen=True, kw_only=True)
class Decision:
    """All that a run found out before it touches anything."""

    alliance: Alliance
    assessment: Assessment
    memory: Memory
    mails: tuple[Mail, ...]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run found and did."""

    decision: Decision
    plan: WritePlan
    counts: RunCounts


def run(sheet: Sheet, store: Store, mailer: Mailer, options: Options, progress: Progress) -> Outcome:
    """Run once; start over when somebody saves the sheet meanwhile, at most `ATTEMPTS` times.

    Raises `SetupError`, `OutsideError` or, at the last attempt, `SheetChangedError`. Whatever is raised, the sheet
    holds either all of this run's cells or none, and a repeated run queues no mail twice.
    """
    known_mails = len(store.outbox())
    for _ in range(1, ATTEMPTS):
        try:
            return _run_once(sheet, store, mailer, options, progress, known_mails)
        except SheetChangedError:
            progress.step("the sheet is not what was read any more: starting over")
    return _run_once(sheet, store, mailer, options, progress, known_mails)


def decide(snapshot: Snapshot, memory: Memory, options: Options) -> Decision:
    """Turn what was read and what is remembered into everything that is to be said and done. Pure.

    Raises `SetupError` when the sheet holds no list of actors.
    """
    alliance, notes = parsed(snapshot, memory, options.language)
    assessment = assess(alliance, memory, options.today, notes)
    mails: tuple[Mail, ...] = ()
    if options.sender is not None:
        mails = digests(alliance, assessment, memory, sender=options.sender, language=options.language, now=options.now)
    after = remember(memory, snapshot, alliance, assessment)
    return Decision(alliance=alliance, assessment=assessment, memory=after, mails=mails)


def _run_once(
    sheet: Sheet, store: Store, mailer: Mailer, options: Options, progress: Progress, known_mails: int
) -> Outcome:
    progress.step("reading the sheet")
    snapshot = sheet.read()
    memory = store.load()

    progress.step("scoring, stages, steps, coverage")
    decision = decide(snapshot, memory, options)
    if options.dry_run:
        plan = _plan(sheet, snapshot, decision, store.outbox(), options)
        counts = RunCounts(reads=sheet.calls.reads, mails_queued=len(decision.mails))
        return Outcome(decision=decision, plan=plan, counts=counts)
    _require_later_day(memory, options.today)

    progress.step("remembering, sending mail")
    store.commit(memory, decision.memory, decision.mails, options.now, last_number=highest_number(snapshot))
    mailer.drain(store, options.now)

    outbox = store.outbox()
    plan = _plan(sheet, snapshot, decision, outbox, options)
    if plan.is_empty:
        progress.step("nothing to write")
    else:
        progress.step(f"writing {plan.cells} cells")
        sheet.write(plan, snapshot)
    counts = RunCounts(
        reads=sheet.calls.reads,
        writes=sheet.calls.writes,
        cells_written=plan.cells,
        mails_queued=len(outbox) - known_mails,
    )
    return Outcome(decision=decision, plan=plan, counts=counts)


def parsed(snapshot: Snapshot, memory: Memory, language: Language) -> tuple[Alliance, tuple[Note, ...]]:
    """Return tables and notes; raises `SetupError` with the sentences that say what is wrong with the sheet."""
    try:
        return parse(snapshot, memory, language)
    except UnreadableSheetError as error:
        raise SetupError(*map(words(language).say, error.problems)) from None


def _require_later_day(memory: Memory, today: date) -> None:
    """Stop before a clock that went wrong writes history: a day before the last remembered one is no day for a run."""
    if memory.history and today < memory.history[-1].day:
        raise SetupError(
            f"Today is {today} by this machine's clock or --today, but {memory.history[-1].day} is remembered already: "
            "set the clock right, or look back with --dry-run."
        )


def _plan(
    sheet: Sheet, snapshot: Snapshot, decision: Decision, outbox: Sequence[QueuedMail], options: Options
) -> WritePlan:
    speak = words(options.language)
    tables = service_rows(decision.alliance, decision.assessment, decision.memory, outbox, options.now, speak)
    results = tables[RESULTS.name]
    lookups = lookup_rows(decision.alliance, decision.assessment, results, speak) if sheet.fills_lookups else {}
    return plan_writes(snapshot, decision.alliance, tables, lookups, options.language, today=speak.day(options.today))
