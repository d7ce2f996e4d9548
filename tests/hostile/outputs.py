"""Everything that the service says about one sheet, by what it is. Import it as `tests.hostile.outputs`.

Pure: from two snapshots, five weeks apart, to mails, pages, letters, cells and lines on the terminal. What a whole run
does with them is `tests.hostile.test_whole_run`.
"""

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from enum import StrEnum

from reports.desk import Desk
from reports.letter import letter, letter_draft, letter_recipient
from reports.mail import Mail, MailState, QueuedMail
from reports.message import parts
from reports.operator import trouble
from reports.result import RunCounts
from reports.tabs import lookup_rows, service_rows
from reports.wording import words
from scoring.domain import Language
from scoring.memory import Memory
from scoring.snapshot import Cell
from scoring.tabs import RESULTS
from sync.config import Config, MailConfig
from sync.decision import Decision, Options, decide, look
from sync.plan import plan_writes
from sync.ports import Cause, RunOutcome, RunRecord, WritePlan
from sync.report_files import rendered
from sync.run import Outcome
from sync.summary import State, print_changes, print_mails, print_ranking, print_status
from tests.hostile.town import BEFORE, NOW, Town

SENDER = "Klima-Allianz <klima-allianz@example.org>"
CONFIG = Config(mail=MailConfig(enabled=True))


class Form(StrEnum):
    """What an output is, and so what must not be in it."""

    LINE = "line"
    TEXT = "text"
    HTML = "html"
    MESSAGE = "message"  # the bytes of a mail, in latin-1
    JSON = "json"
    FILE_NAME = "file name"
    CELL = "cell"
    TERMINAL = "terminal"


@dataclass(frozen=True, kw_only=True)
class Output:
    """One output: where it stands ("welcome 0 html") and what it says."""

    name: str
    form: Form
    content: str

    @property
    def kind(self) -> str:
        """Its name without the numbers: there is more than one mail of a kind."""
        return " ".join(word for word in self.name.split() if not word.isdigit())


def outputs(town: Town, language: Language = "de") -> tuple[Output, ...]:
    """Return all of them; towns of the same structure give outputs of the same names in the same order."""
    decision, plan = _played(town, language)
    return (
        *mails_of(decision, language),
        *letters_of(decision, language),
        *_files(decision, language),
        *_cells(plan),
        *_terminal(decision, plan, language),
    )


def played(town: Town, language: Language = "de") -> Decision:
    """Return what the second run decides."""
    return _played(town, language)[0]


def _played(town: Town, language: Language) -> tuple[Decision, WritePlan]:
    memory = Memory(address_key=b"secret")
    before, after = town.snapshot(after=False), town.snapshot()
    first = Options(language=language, now=BEFORE, sender=SENDER, confirm=True)
    memory = decide(look(before, memory, first), before, memory, first).memory
    second = Options(language=language, now=NOW, sender=SENDER, confirm=True)
    decision = decide(look(after, memory, second), after, memory, second)
    speak, outbox = words(language), queued(decision.mails)
    tables = service_rows(decision.alliance, decision.assessment, decision.memory, outbox, NOW, speak)
    grey = lookup_rows(decision.alliance, decision.assessment, tables[RESULTS.name], speak)
    return decision, plan_writes(after, decision.alliance, tables, grey, language)


def queued(mails: tuple[Mail, ...]) -> tuple[QueuedMail, ...]:
    """Return the mails as they stand in the outbox; each has been refused once."""
    problem = "The mail server refused this recipient (550 5.1.1)."
    return tuple(
        QueuedMail(number=number, mail=mail, state=MailState.FAILED, created_at=NOW, problem=problem)
        for number, mail in enumerate(mails, 1)
    )


def mails_of(decision: Decision, language: Language) -> Iterator[Output]:
    """Yield all parts of each mail, and of one to who keeps the service running."""
    desk, people = Desk(sender=SENDER, language=language, now=NOW), decision.alliance.recipients
    about = f"The workbook {people['name'].iloc[-1]} is gone."
    failing = trouble(desk, "technik@example.org", str(people["name"].iloc[0]), "sync", about, NOW)
    for number, mail in enumerate((*decision.mails, failing)):
        text, html = parts(mail.message)
        name = f"{mail.kind} {number}"
        yield Output(name=f"{name} subject", form=Form.LINE, content=mail.subject)
        yield Output(name=f"{name} preview", form=Form.TEXT, content=mail.preview)
        yield Output(name=f"{name} text", form=Form.TEXT, content=text)
        yield Output(name=f"{name} html", form=Form.HTML, content=html)
        yield Output(name=f"{name} message", form=Form.MESSAGE, content=mail.message.decode("latin-1"))


def letters_of(decision: Decision, language: Language) -> Iterator[Output]:
    """Yield all parts of the letters to every third actor."""
    alliance, memory = decision.alliance, decision.memory
    for number, key in enumerate(alliance.actors["key"].tolist()[::3]):
        to = letter_recipient(alliance.contacts, frozenset(), key, memory=memory, today=NOW.date())
        written = letter(alliance, key, to, language=language, today=NOW.date())
        draft = letter_draft(written, b"%PDF", sender=SENDER, now=NOW)
        yield Output(name=f"letter {number} html", form=Form.HTML, content=written.html)
        yield Output(name=f"letter {number} subject", form=Form.TEXT, content=written.subject)
        yield Output(name=f"letter {number} text", form=Form.TEXT, content=written.text)
        yield Output(name=f"letter {number} file name", form=Form.FILE_NAME, content=written.stem)
        yield Output(name=f"letter {number} message", form=Form.MESSAGE, content=draft.decode("latin-1"))


def _files(decision: Decision, language: Language) -> Iterator[Output]:
    for path, content in rendered(decision, RunCounts(), language).items():
        form = Form.HTML if path.suffix == ".html" else Form.JSON
        yield Output(name=path.as_posix(), form=form, content=content)


def _cells(plan: WritePlan) -> Iterator[Output]:
    """Yield what is written into each column; rows may come in another order in another town."""
    columns: dict[tuple[str, int], list[Cell]] = {}
    for write in plan.rows:
        for column, value in enumerate(write.values, write.column):
            columns.setdefault((write.tab, column), []).append(value)
    for (tab, column), values in sorted(columns.items()):
        texts = [value for value in values if isinstance(value, str)]
        yield Output(name=f"cells of {tab}.{chr(65 + column)}", form=Form.CELL, content="\0".join(texts))


def _terminal(decision: Decision, plan: WritePlan, language: Language) -> Iterator[Output]:
    outcome = Outcome(decision=decision, plan=plan, counts=RunCounts())
    config = CONFIG.model_copy(update={"alliance": CONFIG.alliance.model_copy(update={"language": language})})
    mails, name = queued(decision.mails), str(decision.alliance.actors["name"].iloc[0])
    failed = RunRecord(started_at=NOW, outcome=RunOutcome.FAILED, problem=f"The workbook {name} is gone.")
    state = State(
        runs=[failed], last_success=NOW, worker="", next=None, mails=mails, pause=None, episodes={Cause.MAIL: NOW}
    )
    for said, say in {
        "sync": lambda: print_changes(outcome, config, dry_run=True),
        "demo": lambda: print_ranking(outcome, config),
        "mail list": lambda: print_mails(mails, config),
        "status": lambda: print_status(state, config),
    }.items():
        with redirect_stdout(io.StringIO()) as printed:
            say()
        yield Output(name=f"terminal {said}", form=Form.TERMINAL, content=printed.getvalue())
