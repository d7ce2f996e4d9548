"""The commands about mail, one function each: look at the queue, release, try again, try out.

The sending is done by a run.
"""

from argparse import Namespace
from datetime import UTC, datetime

from reports.desk import Desk
from reports.mail import MailKind, MailState
from reports.message import is_mailable, parts
from reports.own_templates import template_problems
from reports.trial import trial
from sync.clock import now_of
from sync.config import Config, load_config
from sync.decision import Options
from sync.delivery.attempt import send_now
from sync.errors import SetupError
from sync.preview import KINDS, Stage, live_stage, preview, sample_stage
from sync.progress import progress
from sync.service import run_options
from sync.source import open_sheet
from sync.state import opened_store, opened_to_look
from sync.summary import print_mails

SUFFIXES = ("eml", "html", "txt")


def list_mails(options: Namespace) -> int:
    """Print the mails that are open or went wrong; with --all every one."""
    config = load_config(options.config)
    with opened_to_look(config.state.file) as store:
        mails = store.outbox()
    over = {MailState.SENT, MailState.CANCELLED}
    print_mails([queued for queued in mails if options.all or queued.state not in over], config)
    return 0


def preview_mail(options: Namespace) -> int:
    """Write one mail of a kind as .eml, .html and .txt, and print its text; with --live from the team's own sheet."""
    config = load_config(options.config)
    settings = run_options(config, now_of(config))
    mail = preview(MailKind(options.kind), _stage(config, settings, live=options.live), _desk(config, settings))
    paths = [options.into / f"{options.kind}.{suffix}" for suffix in SUFFIXES]
    text, html = parts(mail.message)
    contents = (mail.message, html.encode(), text.encode())
    try:
        options.into.mkdir(parents=True, exist_ok=True)
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
    except OSError as error:
        raise SetupError(f"The folder {options.into} cannot be written: {error.strerror}.") from None
    print(f"{mail.subject}\n\n{text}")
    print("Written:", *paths)
    return 0


def send_trial(options: Namespace) -> int:
    """Send one mail to an address at once, past the queue; say how far it came."""
    config = load_config(options.config)
    if config.mail.transport != "smtp":
        raise SetupError('[mail] transport = "folder" sends nothing; write transport = "smtp" and the mail server.')
    if not is_mailable(options.address):
        raise SetupError("This is no address that a mail can be sent to.")
    message = trial(_desk(config, run_options(config, now_of(config))), options.address)
    problem = send_now(config.mail, options.address, message)
    if problem:
        raise SetupError(problem)
    print(f"{config.mail.host} took the mail. Look whether it arrived, and not among the spam.")
    return 0


def release(options: Namespace) -> int:
    """Release a mail that waits, as ja on Postausgang does."""
    config = load_config(options.config)
    with opened_store(config.state.file) as store:
        if not store.release(options.number, datetime.now(UTC)):
            raise SetupError(f"No mail {options.number} waits for a release; `klima-allianz mail list` shows which do.")
    print(f"Mail {options.number} goes out with the next run.")
    return 0


def retry(options: Namespace) -> int:
    """Let a mail that is uncertain, or waits for its next try, go out with the next run."""
    config = load_config(options.config)
    with opened_store(config.state.file) as store:
        if not store.retry(options.number):
            raise SetupError(f"Mail {options.number} cannot be tried again; `klima-allianz mail list` shows which can.")
    print(f"Mail {options.number} is tried again with the next run.")
    return 0


def check_templates(options: Namespace) -> int:
    """Fill every template of the team's own with the sample alliance; one line each that is broken."""
    config = load_config(options.config)
    settings = run_options(config, now_of(config))
    if settings.own is None:
        print("[mail] templates names no folder: the built-in templates are used.")
        return 0
    problems = _own_problems(config, settings)
    for problem in problems:
        print(f"✗ {problem}")
    if not problems:
        print(f"✓ {len(settings.own.sources)} templates of your own are right")
    return 2 if problems else 0


def _desk(config: Config, settings: Options) -> Desk:
    """Return the desk also while mail is switched off: nothing is sent from it here."""
    return Desk(
        sender=config.mail.sender,
        language=settings.language,
        now=settings.now,
        sheet_link=settings.sheet_link,
        handbook_link=settings.handbook,
        own=settings.own,
    )


def _stage(config: Config, settings: Options, *, live: bool) -> Stage:
    with progress() as told, opened_to_look(config.state.file) as store:
        if not live:
            told.step("looking back over the sample alliance's half year")
            return sample_stage(settings)
        told.step("reading the sheet")
        snapshot = open_sheet(config, store, settings.now, looks_only=True).read()
        return live_stage(snapshot, store.load(), settings)


def _own_problems(config: Config, settings: Options) -> tuple[str, ...]:
    """Return what is wrong with the team's own templates: what does not compile, and what fails with real values."""
    if settings.own is None:
        return ()
    stage, desk = _stage(config, settings, live=False), _desk(config, settings)
    filled = (preview(kind, stage, desk).template_problem for kind in KINDS)
    found = (*settings.own.unread, *template_problems(settings.own, settings.language), *filled)
    return tuple(dict.fromkeys(problem for problem in found if problem))
