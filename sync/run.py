"""One run, top to bottom: read, decide, act. Read this first.

Reading and acting go through the ports (`sync.ports`); everything between them is pure (`sync.decision`). A dry run
stops before acting.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

from reports.fuse import held_sentence
from reports.mail import Mail, MailKind, MailState, QueuedMail
from reports.own_templates import template_problems
from reports.result import RunCounts
from reports.tabs import lookup_rows, outbox_rows, run_answer, run_row, service_rows
from reports.week import iso_week
from reports.wording import words
from scoring.alliance import Alliance
from scoring.domain import Language
from scoring.memory import Memory
from scoring.snapshot import Snapshot
from scoring.tabs import OVERVIEW, RESULTS
from sync.decision import Contacts, Decision, Options, Seen, decide, look
from sync.errors import OutsideError, SetupError, SheetChangedError
from sync.plan import changes, highest_number, is_asked_for, plan_held, plan_writes, with_answer
from sync.ports import Drained, Mailer, Sheet, Store, WritePlan
from sync.progress import Progress
from sync.releases import shown_mails

ATTEMPTS = 3
"""How often a run starts over because somebody saved the sheet between its read and its write."""

ReadContacts = Callable[[Alliance, Memory, Language], Contacts]
"""Reads the tab Kontakte, wherever it is kept; asked only when a mail to a contact is due."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run found and did.

    `put_off` is one sentence about what waits for a later run, "" for nothing; `template_problems` are sentences about
    templates of the team's own that are broken, and were replaced by those of the service.
    """

    decision: Decision
    plan: WritePlan
    counts: RunCounts
    drained: Drained = field(default_factory=Drained)
    put_off: str = ""
    template_problems: tuple[str, ...] = ()


def run(
    sheet: Sheet,
    store: Store,
    mailer: Mailer,
    options: Options,
    progress: Progress,
    read_contacts: ReadContacts | None = None,
) -> Outcome:
    """Run once; start over when somebody saves the sheet meanwhile, at most `ATTEMPTS` times.

    Without `read_contacts` the contacts are those of the sheet itself. Raises `SetupError`, `OutsideError` or, at the
    last attempt, `SheetChangedError`. Whatever is raised, the sheet holds either all of this run's cells or none, and a
    repeated run queues no mail twice.
    """
    one = _Run(sheet, store, mailer, options, progress, read_contacts or _of_the_sheet, store.outbox())
    for _ in range(1, ATTEMPTS):
        try:
            return one.once()
        except SheetChangedError:
            progress.step("the sheet is not what was read any more: starting over")
    return one.once()


def _of_the_sheet(alliance: Alliance, memory: Memory, language: Language) -> Contacts:  # noqa: ARG001
    return alliance.contacts, memory.objections


@dataclass(frozen=True)
class _Run:
    """One run with all its parts; `once` is the whole of it."""

    sheet: Sheet
    store: Store
    mailer: Mailer
    options: Options
    progress: Progress
    read_contacts: ReadContacts
    before: Sequence[QueuedMail]

    def once(self) -> Outcome:
        """Read, decide, act."""
        self.progress.step("reading the sheet")
        snapshot = self.sheet.read()
        highest = highest_number(snapshot)
        memory = self.store.load().as_of(highest, iso_week(self.options.today))
        outbox = self.store.outbox()

        self.progress.step("scoring, stages, steps, coverage")
        seen = self._look(snapshot, memory, outbox)
        seen, contacts, put_off = self._contacts(seen, memory, outbox)
        decision = decide(seen, snapshot, memory, self.options, outbox, contacts)
        if self.options.dry_run:
            plan = self._plan(snapshot, decision, outbox, Drained())
            counts = RunCounts(reads=self.sheet.calls.reads, mails_queued=len(decision.mails))
            return Outcome(decision=decision, plan=plan, counts=counts, put_off=put_off)
        _require_later_day(memory, self.options.today)

        self.progress.step("remembering, sending mail")
        self.store.commit(
            memory,
            decision.memory,
            decision.mails,
            self.options.now,
            last_number=highest,
            releases=decision.releases.said,
            shown=shown_mails(snapshot, outbox),
        )
        drained = Drained() if decision.hold else self._drain(waits=bool(put_off))

        outbox = self.store.outbox()
        plan = self._plan(snapshot, decision, outbox, drained)
        self._write(plan, snapshot)
        self._look_again(plan, outbox)
        counts = RunCounts(
            reads=self.sheet.calls.reads,
            writes=self.sheet.calls.writes,
            cells_written=plan.cells,
            mails_queued=len(outbox) - len(self.before),
        )
        return Outcome(
            decision=decision,
            plan=plan,
            counts=counts,
            drained=replace(drained, given_up=len(_given_up(outbox) - _given_up(self.before))),
            put_off=put_off,
            template_problems=_template_problems(decision.mails, self.options),
        )

    def _look(self, snapshot: Snapshot, memory: Memory, outbox: Sequence[QueuedMail]) -> Seen:
        """Return what the sheet says; when nobody can tell, Übersicht says why before this raises `SetupError`."""
        try:
            return look(snapshot, memory, self.options, outbox)
        except SetupError as error:
            if not self.options.dry_run and snapshot.service_tab(OVERVIEW.name) is not None:
                state = words(self.options.language).text("overview.run.unreadable", problem=error.problems[0])
                with suppress(OutsideError, SetupError):  # the run failed already
                    self._write(self._held_plan(snapshot, outbox, state), snapshot)
            raise

    def _contacts(self, seen: Seen, memory: Memory, outbox: Sequence[QueuedMail]) -> tuple[Seen, Contacts | None, str]:
        """Read the contacts if a mail to one is due; when they cannot be read, only those mails wait."""
        if seen.hold is not None or self.options.sender is None or not seen.needs_contacts(outbox):
            return seen, None, ""
        try:
            return seen, self.read_contacts(seen.alliance, memory, self.options.language), ""
        except SheetChangedError:
            raise
        except (OutsideError, SetupError) as error:
            return seen.without_contacts(outbox), None, f"Mails to contacts wait: {error}"

    def _drain(self, *, waits: bool) -> Drained:
        """Hand over what is due; mails to contacts stay where they are while nobody can say whether they may go."""

        def takes(queued: QueuedMail) -> bool:
            self.progress.go_on()
            return not waits or queued.mail.kind is not MailKind.WELCOME

        return self.mailer.drain(self.store, self.options.now, takes)

    def _look_again(self, plan: WritePlan, outbox: Sequence[QueuedMail]) -> None:
        """Read once more after mails that wait were shown for the first time: a ja counts only if it comes after them.

        Somebody may have inserted a row, or written ja, between the read of this run and its write.
        """
        self.progress.go_on()
        if not plan.is_empty and any(queued.state is MailState.WAITING and not queued.shown for queued in outbox):
            self.store.note_shown(shown_mails(self.sheet.read(), outbox))

    def _plan(
        self, snapshot: Snapshot, decision: Decision, outbox: Sequence[QueuedMail], drained: Drained
    ) -> WritePlan:
        """Return what to write; whoever ticked "Jetzt synchronisieren" is told what this run did."""
        state = self._state(decision, drained)
        held = decision.hold is not None
        plan = self._held_plan(snapshot, outbox, state) if held else self._whole_plan(snapshot, decision, outbox, state)
        if not is_asked_for(snapshot):
            return plan
        speak, (actors, changed) = words(self.options.language), changes(plan)
        answer = run_answer(actors, drained.sent, speak, changed=changed) if not held else speak.text("overview.asked")
        return with_answer(plan, run_row(self.options.now, state, speak, answer))

    def _state(self, decision: Decision, drained: Drained) -> str:
        """Return how the run went, as the first line of Übersicht ends."""
        speak = words(self.options.language)
        if decision.hold is not None:
            return held_sentence(decision.hold, speak)
        pause = self.store.pause()
        waits = pause.reason.value if pause else "folder" if drained.problem else ""
        return speak.text(f"overview.run.paused.{waits}" if waits else "overview.run.fine")

    def _held_plan(self, snapshot: Snapshot, outbox: Sequence[QueuedMail], state: str) -> WritePlan:
        options, speak = self.options, words(self.options.language)
        row, mails = run_row(options.now, state, speak), outbox_rows(outbox, options.now, speak)
        return plan_held(snapshot, row, mails, options.language, today=speak.day(options.today), state=state)

    def _whole_plan(
        self, snapshot: Snapshot, decision: Decision, outbox: Sequence[QueuedMail], state: str
    ) -> WritePlan:
        options, speak = self.options, words(self.options.language)
        alliance, assessment = decision.alliance, decision.assessment
        tables = service_rows(
            alliance,
            assessment,
            decision.memory,
            outbox,
            options.now,
            speak,
            state,
            options.handbook,
            options.timetable,
        )
        lookups = lookup_rows(alliance, assessment, tables[RESULTS.name], speak) if self.sheet.fills_lookups else {}
        today = speak.day(options.today)
        return plan_writes(snapshot, alliance, tables, lookups, options.language, today=today, state=state)

    def _write(self, plan: WritePlan, snapshot: Snapshot) -> None:
        if plan.is_empty:
            self.progress.step("nothing to write")
        else:
            self.progress.step(f"writing {plan.cells} cells")
            self.store.require_turn()
            self.sheet.write(plan, snapshot)


def _given_up(outbox: Sequence[QueuedMail]) -> frozenset[int]:
    """Return the numbers of mails that never arrived; counted over all attempts of a run."""
    over = {MailState.FAILED, MailState.EXPIRED}
    return frozenset(queued.number for queued in outbox if queued.state in over)


def _template_problems(mails: Sequence[Mail], options: Options) -> tuple[str, ...]:
    """Return what is wrong with the team's own templates: what can be seen of them, and what these mails met."""
    own = options.own
    seen = (*own.unread, *template_problems(own, options.language)) if own else ()
    met = (mail.template_problem for mail in mails if mail.template_problem)
    return tuple(dict.fromkeys((*seen, *met)))


def _require_later_day(memory: Memory, today: date) -> None:
    """Stop before a clock that went wrong writes history: a day before the last remembered one is no day for a run."""
    if memory.history and today < memory.history[-1].day:
        raise SetupError(
            f"Today is {today} by this machine's clock or --today, but {memory.history[-1].day} is remembered already: "
            "set the clock right, or look back with --dry-run. Was that day a mistake? Then go back to a backup from "
            "before it with `klima-allianz restore`."
        )
