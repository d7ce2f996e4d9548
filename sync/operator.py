"""Who keeps the service running hears of what goes on failing: once when it begins, once when it is over.

What belongs here: what is worth telling and to whom. The words are `reports.operator`; that it is told once is kept by
the store.
"""

from collections.abc import Iterator
from contextlib import suppress

from reports.mail import Mail, MailKind, QueuedMail
from reports.message import is_mailable
from reports.operator import recovered, trouble
from scoring.domain import Role
from sync.config import Config
from sync.decision import Options
from sync.errors import OutsideError
from sync.ports import Cause, Mailer, RunOutcome, Store
from sync.run import Outcome

PATIENCE = 3
"""So many runs in a row fail before what may pass by itself is worth a mail."""

Person = tuple[str, str]
"""Name and address."""


def tell_failure(
    store: Store, mailer: Mailer | None, config: Config, options: Options, problem: str, *, permanent: bool
) -> None:
    """Tell that runs fail; the sheet was not read, so only the address of the configuration is known.

    What may pass by itself (an open workbook, a busy Google) is told once it has failed `PATIENCE` times in a row.
    Without a `mailer` (it cannot be opened) the mail waits in the queue.
    """
    failed = [record.outcome is RunOutcome.FAILED for record in store.runs(PATIENCE)]
    if not permanent and not (len(failed) == PATIENCE and all(failed)):
        return
    queued = _begin(store, options, Cause.SYNC, problem, tuple(_configured(config)))
    if queued and mailer is not None:
        with suppress(OutsideError):
            mailer.drain(store, options.now, _is_ours)


def tell_how_it_went(store: Store, mailer: Mailer, config: Config, options: Options, outcome: Outcome) -> None:
    """Tell what a run that came to its end found failing, and what is over with it.

    That runs succeed again is told to those who heard that they failed. While the fuse holds, this waits like all mail.
    """
    configured = tuple(_configured(config))
    people, mails_go = tuple(_technicians(outcome)) or configured, outcome.decision.hold is None
    problems = {
        Cause.SYNC: "",
        Cause.MAIL: _mail_problem(store, outcome),
        Cause.REFUSED: _refused(outcome),
        Cause.TEMPLATE: " ".join(outcome.template_problems),
        Cause.CONTACTS: outcome.put_off,
    }
    for cause, problem in problems.items():
        if cause is Cause.TEMPLATE and not problem and not _own_were_filled(options, outcome):
            continue  # this run has tried none of them
        told = configured if cause is Cause.SYNC else people
        if cause is Cause.REFUSED and not problem:
            told = ()  # the next mail may be refused as well: nothing is over
        queued = _begin(store, options, cause, problem, told) if problem else _end(store, options, cause, told)
        if queued and mails_go:
            mailer.drain(store, options.now, _is_ours)


def _is_ours(queued: QueuedMail) -> bool:
    """Say whether it is a mail to the operator: only those go out besides the run itself, which counts all others."""
    return queued.mail.kind is MailKind.OPERATOR


def _own_were_filled(options: Options, outcome: Outcome) -> bool:
    """Say whether a mail of this run came from the team's own templates, or there are none any more."""
    own = options.own
    return own is None or any(own.has(mail.kind, options.language) for mail in outcome.decision.mails)


def _mail_problem(store: Store, outcome: Outcome) -> str:
    pause, drained = store.pause(), outcome.drained
    if pause is not None:
        return f"The mail queue is paused ({pause.reason}); `klima-allianz status` shows what waits."
    if drained.problem:
        return drained.problem
    if drained.capped:
        return "More mails were due than one run sends; the rest follows with the next runs."
    return ""


def _refused(outcome: Outcome) -> str:
    given_up = outcome.drained.given_up
    if not given_up:
        return ""
    return f"Mails that could not be delivered: {given_up}. `klima-allianz mail list` shows which and why."


def _begin(store: Store, options: Options, cause: Cause, problem: str, people: tuple[Person, ...]) -> bool:
    """Note what began to fail; say whether there is a mail about it to be sent."""
    desk, now = options.desk, options.now
    mails: tuple[Mail, ...] = ()
    if desk is not None:
        mails = tuple(trouble(desk, address, name, cause, problem, now) for name, address in people)
    return store.begin_episode(cause, mails, now) and bool(mails)


def _end(store: Store, options: Options, cause: Cause, people: tuple[Person, ...]) -> bool:
    """Note what is over, if it was failing; say whether there is a mail about it to be sent."""
    since, desk = store.episodes().get(cause), options.desk
    if since is None:
        return False
    mails: tuple[Mail, ...] = ()
    if desk is not None:
        mails = tuple(recovered(desk, address, name, cause, since) for name, address in people)
    return store.end_episode(cause, mails, options.now) and bool(mails)


def _configured(config: Config) -> Iterator[Person]:
    if config.mail.operator:
        yield "", config.mail.operator


def _technicians(outcome: Outcome) -> Iterator[Person]:
    people, memory = outcome.decision.alliance.recipients, outcome.decision.memory
    technicians = people[people["role"] == Role.TECHNICIAN]
    for name, address in technicians[["name", "email"]].itertuples(index=False, name=None):
        if is_mailable(address) and memory.address_id(address) not in memory.objections:
            yield name, address
