"""What a command prints for a person: the ranking, what a run changed, the run history. On standard output."""

import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.mail import MailState, QueuedMail
from reports.reasons import reasons, without_name
from reports.sentences import public_sentence, step_sentence
from reports.wording import Words, words
from scoring.domain import Severity, Stage
from scoring.tabs import TABS
from sync.clock import shown
from sync.config import Config
from sync.ports import Cause, Pause, RunRecord
from sync.run import Outcome
from sync.slots import NextSlots

RANKING_ROWS = 5
FOLLOWING = 5
NOTE_ROWS = 12
PLAIN_WIDTH = 120


def print_ranking(outcome: Outcome, config: Config) -> None:
    """Print the main job's result: whom to talk to next and why, the sentence, the current step, the notes."""
    console, speak = _console(), words(config.alliance.language)
    console.print(_ranking(outcome, speak))
    console.print(_following(outcome), markup=False, highlight=False)
    decision = outcome.decision
    sentence = public_sentence(decision.assessment.coverage, decision.alliance.settings, speak)
    _titled(console, speak.text("overview.label.sentence"), sentence)
    _titled(console, speak.text("overview.label.step"), step_sentence(decision.assessment, speak))
    _print_notes(console, outcome, speak)


def print_changes(outcome: Outcome, config: Config, *, dry_run: bool) -> None:
    """Print what a run changed, or would change, and where the alliance stands."""
    console, speak = _console(), words(config.alliance.language)
    decision, counts = outcome.decision, outcome.counts
    sentence = public_sentence(decision.assessment.coverage, decision.alliance.settings, speak)
    if sentence:
        console.print(sentence, markup=False, highlight=False)
    if decision.hold is not None:
        console.print(
            f"held: {decision.hold.vanished} of {decision.hold.before} actors are suddenly gone; nothing else was "
            "written and nothing mailed. Bring them back with the sheet's version history. If it was meant: ja beside "
            "Sicherung on Postausgang, or `klima-allianz sync --accept`.",
            highlight=False,
        )
        return
    told = "dry run, nothing touched" if dry_run else "done"
    console.print(
        f"{told}: {_counted(len(decision.alliance.actors), 'actor')}, {_counted(outcome.plan.cells, 'cell')} "
        f"{'to write' if dry_run else 'written'}, {_counted(counts.mails_queued, 'mail')} "
        f"{'to queue' if dry_run else 'queued'}, {_counted(len(decision.assessment.notes), 'note')}",
        highlight=False,
    )
    if dry_run:
        _print_plan(console, outcome, speak)
    if config.mail.enabled and _is_first_week(outcome):
        console.print("the first weekly reports come next week, at their time", highlight=False)
    console.print(speak.say(decision.assessment.to_add), markup=False, highlight=False)


def _is_first_week(outcome: Outcome) -> bool:
    """Say whether the memory began this week, or has not begun: while letters cannot be read no history is kept."""
    history, today = outcome.decision.memory.history, outcome.decision.assessment.today
    return not history or history[0].day.isocalendar()[:2] == today.isocalendar()[:2]


def _print_plan(console: Console, outcome: Outcome, speak: Words) -> None:
    """Print how many rows each tab would get."""
    for name in outcome.plan.new_tabs:
        console.print(f"  {TABS[name].title(speak.language)}: new tab", highlight=False)
    for name, count in Counter(write.tab for write in outcome.plan.rows).items():
        console.print(f"  {TABS[name].title(speak.language)}: {count} rows", highlight=False)


def print_where(config_file: Path, config: Config) -> None:
    """Print where the files of the demonstration are and what to try next."""
    console = _console()
    places = {
        "workbook": config.sheet.workbook,
        "mails": config.mail.folder,
        "team report": config.report.folder / "team" / "report.html",
        "public page": config.report.folder / "public" / "index.html",
        "result.json": config.report.folder / "team" / "result.json",
        "configuration": config_file.resolve(),
    }
    console.print("\n[bold]Where to look[/bold]")
    for name, path in places.items():
        console.print(f"  {name:<14}{path}", markup=False, highlight=False, soft_wrap=True)
    console.print(
        f"Change something in the workbook, save and close it, then: {_program()} sync --config {config_file}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


@dataclass(frozen=True, kw_only=True)
class State:
    """Where the service stands: `worker` says who it is and since when, "" for none; `next` is None without one."""

    runs: Sequence[RunRecord]
    last_success: datetime | None
    worker: str
    next: NextSlots | None
    mails: Sequence[QueuedMail]
    pause: Pause | None
    episodes: Mapping[Cause, datetime]


def print_status(state: State, config: Config) -> None:
    """Print the newest runs first, then the worker, the outbox and what goes on failing."""
    console = _console()
    if state.runs:
        console.print(_runs(state.runs, config))
    else:
        console.print("No run yet: `klima-allianz sync` makes the first.")
    for line in (*_worker_lines(state, config), *_mail_lines(state, config)):
        console.print(line, markup=False, highlight=False)


def _runs(runs: Sequence[RunRecord], config: Config) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("run", "outcome", "why", "cells", "mails", "notes", "seconds", "problem"):
        table.add_column(title, justify="left" if title in {"run", "outcome", "why", "problem"} else "right")
    for run in runs:
        table.add_row(
            shown(run.started_at, config),
            run.outcome,
            run.trigger,
            str(run.cells_written),
            str(run.mails_queued),
            str(run.notes),
            f"{run.seconds:.1f}",
            Text(run.problem),
        )
    return table


def _worker_lines(state: State, config: Config) -> Iterator[str]:
    if state.runs:
        yield f"last success: {shown(state.last_success, config) if state.last_success else 'none yet'}"
    if state.next is None:
        yield "no worker is running: nothing happens by itself until one is started"
        return
    yield f"a worker is running ({state.worker})"
    slots = {"sync": state.next.sync, "weekly report": state.next.digest, "reminders": state.next.reminders}
    yield f"next: {', '.join(f'{name} {shown(slot, config)}' for name, slot in slots.items() if slot)}"


def _mail_lines(state: State, config: Config) -> Iterator[str]:
    states = Counter(queued.state for queued in state.mails)
    yield f"outbox: {', '.join(f'{states[known]} {known}' for known in MailState if states[known]) or 'empty'}"
    if state.pause is not None:
        until = f" until {shown(state.pause.until, config)}" if state.pause.until else ""
        yield f"the whole queue is paused{until} ({state.pause.reason})"
    for cause, since in state.episodes.items():
        yield f"failing since {shown(since, config)}: {cause}"
    if states[MailState.WAITING]:
        yield "waiting mails go out after ja at Freigabe on Postausgang, or `klima-allianz mail release N`"


def print_mails(mails: Sequence[QueuedMail], config: Config) -> None:
    """Print mails with where they stand; names and subjects are those of Postausgang, addresses are never printed."""
    console = _console()
    if not mails:
        console.print("No such mail.")
        return
    table = Table(box=None, pad_edge=False)
    for title in ("no.", "kind", "to", "subject", "state", "tries", "next", "problem"):
        table.add_column(title, justify="right" if title in {"no.", "tries"} else "left")
    for queued in mails:
        due = queued.next_at
        table.add_row(
            str(queued.number),
            queued.mail.kind,
            Text(queued.mail.recipient_name),
            Text(queued.mail.subject),
            queued.state,
            str(queued.attempts),
            shown(due, config) if due else "",
            Text(queued.problem),
        )
    console.print(table)


def _program() -> str:
    """Return how this program can be called from here: by its name where the shell finds it, else by its path."""
    return "klima-allianz" if shutil.which("klima-allianz") else sys.argv[0]


def _ranking(outcome: Outcome, speak: Words) -> Table:
    decision = outcome.decision
    actors = decision.assessment.actors
    ranked = actors[actors["rank"].notna()].sort_values("rank").head(RANKING_ROWS)
    typed = decision.alliance.actors.loc[ranked.index]
    why = reasons(ranked, typed, decision.alliance.settings, decision.assessment.current_step, speak)
    table = Table(title=speak.text("summary.ranking"), title_justify="left", title_style="bold", show_lines=True)
    table.add_column("#", justify="right")
    table.add_column(speak.text("summary.actor"), ratio=3)
    table.add_column(speak.text("summary.stage"), ratio=2)
    table.add_column(speak.text("summary.recommendation"), ratio=5)
    table.add_column(speak.text("summary.reason"), ratio=7)
    for row, reason in zip(ranked.to_dict("records"), why, strict=True):
        name, advice = str(row["name"]), speak.say(row["recommendation"])
        stage = speak.label(Stage(str(row["stage"])))
        cells = (str(int(row["rank"])), name, stage, advice, without_name(reason, name, speak))
        table.add_row(*map(Text, cells))
    return table


def _following(outcome: Outcome) -> str:
    """Return those behind the first few in one line: "6. A, 7. B"."""
    actors = outcome.decision.assessment.actors.sort_values("rank")
    behind = actors[(actors["rank"] > RANKING_ROWS) & (actors["rank"] <= RANKING_ROWS + FOLLOWING)]
    return ", ".join(f"{rank:.0f}. {name}" for rank, name in zip(behind["rank"], behind["name"], strict=True))


def _print_notes(console: Console, outcome: Outcome, speak: Words) -> None:
    notes = outcome.decision.assessment.notes
    serious = [note for note in notes if note.severity is not Severity.HINT]
    _titled(console, speak.text("overview.notes", n=len(notes)), "")
    for note in serious[:NOTE_ROWS]:
        console.print(f"  {speak.note_with_place(note)}", markup=False, highlight=False)
    if len(serious) > NOTE_ROWS:
        console.print(f"  {speak.text('more', n=len(serious) - NOTE_ROWS)}", highlight=False)


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _titled(console: Console, title: str, text: str) -> None:
    console.print(f"\n[bold]{title}[/bold]", highlight=False)
    if text:
        console.print(text, markup=False, highlight=False)


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=PLAIN_WIDTH)
