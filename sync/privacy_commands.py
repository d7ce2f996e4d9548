"""The commands about people: forget somebody, never mail an address again, the letter for one actor.

What belongs here: opening the outside for them, asking, and saying what was done. An address is never repeated.
"""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from reports.letter import Letter, letter_draft, letter_recipient
from reports.letter import letter as write
from reports.message import is_mailable
from scoring.alliance import Alliance
from scoring.memory import Memory
from scoring.parsing.contacts import directory_of_alliance
from scoring.parsing.identity import key
from scoring.tabs import ACTORS, CONTACTS, LETTERS, MEETINGS, RECIPIENTS
from scoring.text import nearest
from sync.asking import is_meant
from sync.clock import now_of
from sync.config import Config, load_config
from sync.contacts import read_contacts
from sync.decision import Contacts, parsed
from sync.erase import Mentioned, erased, mentions, names_of, pseudonym
from sync.errors import OutsideError, SetupError
from sync.letter_files import as_pdf, write_letter
from sync.lock import Lock, only_one
from sync.own_templates import read_own_templates
from sync.ports import Sheet
from sync.progress import progress
from sync.service import PATIENCE
from sync.source import open_contacts, open_sheet
from sync.state import SqlStore, opened_store, opened_to_look
from sync.state.erasing import Forgotten

_THEN = (
    "Then run `klima-allianz sync`: it writes the tabs of the service anew. Out of reach of this program: mails that "
    "were sent, letters and reports written before."
)

_BACKUPS = "Backups still hold the name: make a new one with `klima-allianz backup FILE` and delete those before it."

_QUESTION = "This cannot be undone. Forget this name everywhere?"

_WHERE_NAMES_STAND = (ACTORS, MEETINGS, LETTERS, CONTACTS, RECIPIENTS)

_ROWS = 20
"""So many rows of a tab are named."""


def mail_stop(options: Namespace) -> int:
    """Remember for good that `options.address` must never be mailed again; cancel what is open for it."""
    config = load_config(options.config)
    if not is_mailable(options.address):
        raise SetupError("This is not a mail address; write it as name@example.org.")
    with opened_store(config.state.file) as store:
        cancelled = store.object_to_mail(options.address)
    waiting = (
        f"; {_counted(cancelled, 'mail')} to it {'was' if cancelled == 1 else 'were'} cancelled" if cancelled else ""
    )
    print(f"Nobody will mail this address again{waiting}.")
    return 0


def erase(options: Namespace) -> int:
    """Forget `options.name` everywhere, without announcing it again; say what people have to delete themselves."""
    config, name = load_config(options.config), options.name.strip()
    if not name:
        raise SetupError("Whom? Write the name as it stands in the sheet.")
    if not options.yes and not is_meant(sys.stdin, _QUESTION, "Nothing was erased"):
        print("Nothing was changed.")
        return 0
    now = datetime.now(UTC).astimezone(config.alliance.zone)
    with _alone(config, now), opened_store(config.state.file) as store:
        before = store.load()
        names, after = names_of(before, name), erased(before, name)
        there = tuple(_still_there(config, store, before, names, now))
        forgotten = store.erase(names, pseudonym(before, name), before, after, now)
    _require_found(before, after, name, forgotten, there)
    print(_what_was_done(forgotten, is_actor=after != before))
    print(*there, _THEN, _BACKUPS, sep="\n")
    return 0


def letter(options: Namespace) -> int:
    """Write the LoI of `options.actor` as PDF, and a draft mail with it for a person to send."""
    config = load_config(options.config)
    now = now_of(config, options.today)
    own = read_own_templates(config.mail.templates)
    with opened_to_look(config.state.file) as store:
        memory = store.load()
        snapshot = open_sheet(config, store, now, looks_only=True).read()
    alliance, _ = parsed(snapshot, memory, config.alliance.language)
    actor = _actor(alliance, memory, options.actor)
    contacts, objected = _contacts(config, alliance, memory)
    recipient = letter_recipient(contacts, objected, actor, memory=memory, today=now.date())
    written = write(alliance, actor, recipient, language=config.alliance.language, today=now.date(), own=own)
    pdf = as_pdf(written.html)
    draft = letter_draft(written, pdf, sender=config.mail.sender, now=now)
    print(*write_letter(options.into, written, pdf, draft), sep="\n")
    print(*_to_know(written, CONTACTS.title(config.alliance.language)), sep="\n")
    return 0


@contextmanager
def _alone(config: Config, now: datetime) -> Iterator[None]:
    """Wait for a run that is under way: it has read the name, and would store and write it again."""
    with progress() as told, only_one(Lock.RUN, config.state.file, now, patience=PATIENCE, waiting=told.step):
        yield


def _still_there(
    config: Config, store: SqlStore, memory: Memory, names: tuple[str, ...], now: datetime
) -> Iterator[str]:
    """Yield one line per tab of people where the name stands; the service never changes their cells."""

    def team() -> Sheet:
        return open_sheet(config, store, now, looks_only=True)

    tabs = [tab.title(config.alliance.language) for tab in _WHERE_NAMES_STAND]
    yield from _in_sheet(team, f"the sheet (tabs {', '.join(tabs)})", memory, names)
    if config.sheet.contacts:
        yield from _in_sheet(lambda: open_contacts(config), "the second sheet", Memory(), names)


def _in_sheet(opened: Callable[[], Sheet], what: str, memory: Memory, names: tuple[str, ...]) -> Iterator[str]:
    try:
        found = mentions(opened().read(), memory.tab_ids, names)
    except (OutsideError, SetupError) as error:
        yield f"To look through by hand: {what}, which could not be read ({error})"
        return
    yield from map(_to_delete, found)


def _to_delete(mentioned: Mentioned) -> str:
    rows = ", ".join(map(str, mentioned.rows[:_ROWS])) + (" …" if len(mentioned.rows) > _ROWS else "")
    return f"To delete by hand: {mentioned.tab}, {'row' if len(mentioned.rows) == 1 else 'rows'} {rows}"


def _require_found(before: Memory, after: Memory, name: str, forgotten: Forgotten, there: tuple[str, ...]) -> None:
    """Refuse a name that nothing knows: most likely it is spelt otherwise."""
    known = before.name_id(key(name)) in before.erased
    if after != before or known or there or forgotten != Forgotten():
        return
    near = nearest(name, {key(actor.name): actor.name for actor in before.actors.values()})
    raise SetupError(f"Nobody of that name is known.{f' Did you mean „{near}“?' if near else ''}")


def _what_was_done(forgotten: Forgotten, *, is_actor: bool) -> str:
    parts = [
        "the actor is remembered by a pseudonym only" if is_actor else "",
        f"{_counted(forgotten.mails, 'mail')} in the outbox without the name" if forgotten.mails else "",
        f"{_counted(forgotten.cancelled, 'mail')} not yet sent cancelled" if forgotten.cancelled else "",
        f"{_counted(forgotten.runs, 'line')} of the run history without it" if forgotten.runs else "",
    ]
    done = "; ".join(part for part in parts if part) or "nothing stood in the memory any more"
    return f"Forgotten: {done}."


def _actor(alliance: Alliance, memory: Memory, name: str) -> str:
    """Return the key of the actor that has or had this name; `SetupError` with the nearest one."""
    directory = directory_of_alliance(alliance, memory)
    if found := directory.find(name):
        return found
    near = directory.suggest(name)
    raise SetupError(f"No actor of that name is in the sheet.{f' Did you mean „{near}“?' if near else ''}")


def _contacts(config: Config, alliance: Alliance, memory: Memory) -> Contacts:
    """Return the contacts; where they cannot be read the letter has no recipient, and a line says why."""
    try:
        return read_contacts(config, alliance, memory, config.alliance.language)
    except (OutsideError, SetupError) as error:
        print(f"The draft has no recipient: {error}", file=sys.stderr)
        return alliance.contacts.iloc[:0], memory.objections


def _to_know(written: Letter, contacts_tab: str) -> Iterator[str]:
    yield from (f"An own template was not used: {problem}" for problem in written.problems)
    if written.recipient is None:
        yield f"The draft has no recipient: nobody on the tab {contacts_tab} may be mailed (Mails = ja)."
    yield "Nothing was sent. Open the draft in a mail program, read it, send it yourself."


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
