"""The people at the actors: read from the team's sheet or, better, from a second one that only the team can open.

What belongs here: where contacts come from. Who of them may be mailed is decided where a mail or letter is written.
Nothing that stands in a cell of theirs is ever part of an error or a finding.
"""

from collections.abc import Iterator

from scoring.alliance import Alliance
from scoring.domain import Language, Severity
from scoring.memory import Memory
from scoring.parsing.contacts import ReadContacts, parse_contacts
from scoring.remember import objections
from scoring.snapshot import Snapshot
from scoring.tabs import CONTACTS
from sync.config import Config
from sync.decision import Contacts
from sync.errors import OutsideError, SetupError, SheetChangedError
from sync.ports import Finding
from sync.source import open_contacts

_CELLS = 5
"""So many cells to correct are named; the rest is found on the way."""

_EXPOSED = (
    "Warning: they stand in the same file as everything else, and Google shares files, not tabs. Better in a second "
    "sheet that only the team can open: name it as [sheet] contacts."
)
_TWICE = (
    f"the team's sheet still has rows on the tab {CONTACTS.de}, but [sheet] contacts names a second sheet. Only that "
    "one is used: move the rows there and delete them here."
)


def read_contacts(config: Config, alliance: Alliance, memory: Memory, language: Language) -> Contacts:
    """Return the contacts, `actor` as keys of this alliance, and the address ids of all who objected to mail.

    They come from the alliance's own tab Kontakte unless [sheet] contacts names a second sheet, which is read now. An
    objection counts wherever it stands. Raises `OutsideError` or `SetupError` when the second sheet cannot be read.
    """
    known = memory.objections | objections(alliance.contacts, memory)
    if not config.sheet.contacts:
        return alliance.contacts, known
    read = _read(config, alliance, memory, language)
    return read.frame, known | read.objected


def contact_findings(config: Config, alliance: Alliance, memory: Memory, language: Language) -> Iterator[Finding]:
    """Yield what `check` says: whether the contacts can be read, and whether they stand where the whole team's do."""
    if not config.sheet.contacts:
        if not alliance.contacts.empty:
            yield Finding(ok=True, text=f"contacts: {len(alliance.contacts)} read. {_EXPOSED}")
        return
    if not alliance.contacts.empty:
        yield Finding(ok=False, text=f"contacts: {_TWICE}")
    try:
        read = _read(config, alliance, memory, language)
    except (OutsideError, SetupError) as error:
        yield Finding(ok=False, text=str(error))
        return
    cells = [note.cell for note in read.notes if note.cell and note.severity is not Severity.HINT]
    said = f", to correct there: {', '.join(cells[:_CELLS])}{' …' if len(cells) > _CELLS else ''}" if cells else ""
    yield Finding(ok=True, text=f"contacts: {len(read.frame)} read from their own sheet{said}")


def _read(config: Config, alliance: Alliance, memory: Memory, language: Language) -> ReadContacts:
    read = parse_contacts(_snapshot(config), alliance, memory, language)
    if read is None:
        title, key = CONTACTS.title(language), CONTACTS.column(CONTACTS.key).header(language)
        raise SetupError(
            f"contacts: the sheet named by [sheet] contacts has no tab {title} with a column {key}; "
            f"rename the tab with the contacts to {title} and write {key} above the actors' names."
        )
    return read


def _snapshot(config: Config) -> Snapshot:
    """Read the second sheet; what fails is said to be about the contacts, not about the team's sheet."""
    try:
        return open_contacts(config).read()
    except SheetChangedError:
        raise  # start over
    except OutsideError as error:
        raise OutsideError(f"contacts: {error}", permanent=error.permanent) from None
    except SetupError as error:
        raise SetupError(*(f"contacts: {problem}" for problem in error.problems)) from None
