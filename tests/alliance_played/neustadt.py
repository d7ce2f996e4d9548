"""A team that keeps its alliance in a workbook, and its service: what is typed, what a run says, which mails arrive.

What belongs here: hands and eyes. What the team does is in `acts`, what must come of it in the test.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync.config import Config, load_config
from sync.errors import SetupError
from sync.run import Outcome
from sync.service import run_once, run_options
from sync.workbook import create_workbook
from tests.mail_server import MailServer, mail_server

CONFIG = """\
[sheet]
workbook = "allianz.xlsx"
contacts = "kontakte.xlsx"

[mail]
enabled = true
transport = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Klima-Allianz Neustadt <klima@neustadt.test>"
operator = "{operator}"
"""
OPERATOR = "tilda@neustadt.example"
ZONE = ZoneInfo("Europe/Berlin")
CONTACT_COLUMNS = ("Akteur", "Anrede", "Name", "E-Mail", "Rechtsgrundlage", "Einwilligung am", "Mails")
A_QUARTER = timedelta(minutes=15)
"""How often the service runs."""

OVERVIEW = {
    "Aktueller Schritt": "Schritt",
    "Mitglieder": "Mitglied",
    "Abdeckung (nur fürs Team)": "Team",
    "Öffentlicher Satz": "Satz",
    "Wen als Nächstes fragen": "Fragen",
}
"""The lines of Übersicht that the table shows, and how it calls them."""

WIDTH = 112

Typed = str | int | date | None


class Silence:
    """A progress that nobody looks at."""

    def step(self, text: str) -> None:
        """Say nothing."""

    def go_on(self) -> None:
        """Nobody asks it to end."""


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A mail that arrived: whom it names as its reader ("" by address only), and its subject."""

    address: str
    name: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the team sees after a run: lines of Übersicht by label, the stages by actor, the steps by number.

    `public` is what of a step was made public; `mails` are kind, recipient, subject and state by number on
    Postausgang, `drafts` the files of letters for a person to send.
    """

    overview: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    public: Mapping[str, str] = field(default_factory=dict)
    mails: Mapping[int, tuple[str, str, str, str]] = field(default_factory=dict)
    drafts: frozenset[str] = frozenset()


@dataclass(kw_only=True)
class Neustadt:
    """The team's folder with workbook, configuration and memory, the mail server, and the story told so far.

    `told` are the lines of the table; `arrived` are the Message-IDs of all mails that arrived.
    """

    folder: Path
    server: MailServer
    told: list[str] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)
    _open: Workbook | None = None
    _is_typed: bool = False

    @property
    def path(self) -> Path:
        """The workbook."""
        return self.folder / "allianz.xlsx"

    @property
    def config(self) -> Config:
        """The configuration as a command reads it."""
        return load_config(self.folder / "config.toml")

    # What people do.

    @property
    def book(self) -> Workbook:
        """The workbook, open to be typed into until `save`."""
        if self._open is None:
            self._open = load_workbook(self.path)
        self._is_typed = True
        return self._open

    def save(self) -> None:
        """Save and close the workbook, if somebody typed into it."""
        if self._open is not None and self._is_typed:
            self._open.save(self.path)
        self._open, self._is_typed = None, False

    def add(self, tab: str, *rows: Mapping[str, Typed]) -> None:
        """Type rows below those of the tab, by header."""
        sheet = self.book[tab]
        for number, row in enumerate(rows, _first_free(sheet)):
            _type(sheet, number, row)

    def change(self, tab: str, name: str, cells: Mapping[str, Typed]) -> None:
        """Type into the last row of the tab that has the name in one of its first three columns."""
        rows = self.book[tab].iter_rows(max_col=3, values_only=True)
        *_, number = (number for number, row in enumerate(rows, 1) if name in row)
        _type(self.book[tab], number, cells)

    def set(self, settings: Mapping[str, Typed]) -> None:
        """Type values into Einstellungen."""
        for name, value in settings.items():
            self.change("Einstellungen", name, {"Wert": value})

    def release(self, subject: str) -> None:
        """Write ja beside the mail of that subject on Postausgang."""
        rows = self.book["Postausgang"].iter_rows(min_col=5, max_col=5, values_only=True)
        (number,) = (number for number, row in enumerate(rows, 1) if row[0] == subject)
        _type(self.book["Postausgang"], number, {"Freigabe": "ja"})

    def note_contact(self, cells: Mapping[str, Typed]) -> None:
        """Write somebody into the second workbook, which only Anna opens."""
        path = self.folder / "kontakte.xlsx"
        book = load_workbook(path)
        _type(book["Kontakte"], _first_free(book["Kontakte"]), cells)
        book.save(path)

    # What the service does, and what people see of it.

    def run(self, now: datetime) -> Outcome:
        """Run once, as `klima-allianz sync` does."""
        config = self.config
        return run_once(config, run_options(config, now), Silence())

    def tell(self, now: datetime, act: str) -> None:
        """Run and tell what changed; run every quarter of an hour until a run has nothing to write or send.

        What two reads have to see comes with the second run, so the third one has nothing to do at the latest.
        """
        self.save()
        self.told += ["", f"{now:%d.%m. %H:%M}  {act}"]
        self._tell_run(self.run(now))
        for moment in (now + A_QUARTER, now + 2 * A_QUARTER):
            outcome = self.run(moment)
            if not outcome.counts.cells_written and not outcome.counts.mails_queued and not self.server.received:
                return
            self.told.append(f"       {moment:%H:%M}")
            self._tell_run(outcome)
        raise AssertionError(f"no quiet run after: {act}")

    def tell_failure(self, now: datetime, act: str) -> None:
        """Run in vain, twice; tell why, and what was mailed."""
        for moment in (now, now + A_QUARTER):
            with pytest.raises(SetupError) as failed:
                self.run(moment)
        why = str(failed.value).replace(str(self.folder), "…")
        self.told += ["", f"{now:%d.%m. %H:%M}  {act}", *_line("Lauf", why)]
        self.told += _operator_lines(self._delivered())

    def _tell_run(self, outcome: Outcome) -> None:
        before, self.seen = self.seen, self.look()
        self.told += self._news(before, held=outcome.decision.hold is not None)

    def _news(self, before: Seen, *, held: bool) -> Iterator[str]:
        """Yield the lines about what is not as it was before the run."""
        now = self.seen
        for name in sorted(now.stages.keys() | before.stages.keys()):
            if now.stages.get(name) != before.stages.get(name):
                yield from _line("Stand", f"{name}: {now.stages.get(name, 'aus der Liste')}")
        changed = [
            f"{step} {status}" for step, status in now.steps.items() if before.steps.get(step, "offen") != status
        ]
        if changed:
            yield from _line("Schritte", ", ".join(changed))
        for step, public in now.public.items():
            if public != before.public.get(step, "None"):
                yield from _line("Presse", f"Schritt {step}: {public}")
        for label, title in OVERVIEW.items():
            if before.overview.get(label) != now.overview[label]:
                yield from _line(title, now.overview[label])
        for draft in sorted(now.drafts - before.drafts):
            yield from _line("Entwurf", draft)
        if held:
            yield from _line("Lauf", now.overview["Letzter Lauf"])
        yield from self._mail_news(before, now)

    def _mail_news(self, before: Seen, now: Seen) -> Iterator[str]:
        """Yield what arrived, and what waits; Postausgang says that the same mails are sent, except to the operator."""
        changed = [mail for number, mail in now.mails.items() if before.mails.get(number) != mail]
        arrived = self._delivered()
        to_team = [mail for mail in arrived if mail.address != OPERATOR]
        assert sorted(mail.subject for mail in to_team) == sorted(mail[2] for mail in changed if mail[3] == "gesendet")
        for kind, subject, state in dict.fromkeys((kind, subject, state) for kind, _, subject, state in changed):
            if state == "gesendet":
                names, said = [mail.name or mail.address for mail in to_team if mail.subject == subject], ""
            else:
                names, said = (
                    [mail[1] for mail in changed if (mail[0], *mail[2:]) == (kind, subject, state)],
                    f" ({state})",
                )
            yield from _line("Mail", f"{kind} → {', '.join(filter(None, names)) or '–'}: {subject}{said}")
        yield from _operator_lines(arrived)

    def _delivered(self) -> list[Arrived]:
        """Return what arrived since this was asked last."""
        parsed = [message_from_bytes(mail.message, policy=policy.default) for mail in self.server.received]
        self.server.received.clear()
        self.arrived += [str(mail["Message-ID"]) for mail in parsed]
        readers = [mail["To"].addresses[0] for mail in parsed]
        return [
            Arrived(address=reader.addr_spec, name=reader.display_name, subject=str(mail["Subject"]))
            for mail, reader in zip(parsed, readers, strict=True)
        ]

    def look(self) -> Seen:
        """Return what the service tabs show; of whom to ask next the first one, without the reasons."""
        self._open = book = load_workbook(self.path)  # to be typed into, if the next act does: a quiet run leaves it
        overview = book["Übersicht"].iter_rows(min_row=3, max_col=2, values_only=True)
        results, steps, outbox = (_rows(book[tab]) for tab in ("Auswertung", "Schritte", "Postausgang"))
        return Seen(
            overview={str(label): str(text).partition("\n")[0] for label, text in overview},
            stages={str(row[0]): str(row[1]) for row in results},
            steps={str(row[0]).partition(" ")[0]: str(row[1]) for row in steps},
            public={str(row[0]).partition(" ")[0]: str(row[4]) for row in steps},
            mails={int(str(row[0])): (str(row[2]), str(row[3] or ""), str(row[4]), str(row[7])) for row in outbox},
            drafts=frozenset(path.name for path in (self.folder / "briefe").glob("*")),
        )


@contextmanager
def neustadt(folder: Path) -> Iterator[Neustadt]:
    """Give the team's folder as it is after `setup`, and a mail server that takes everything."""
    create_workbook(folder / "allianz.xlsx", "de")
    contacts = Workbook()
    contacts.worksheets[0].title = "Kontakte"
    contacts.worksheets[0].append(CONTACT_COLUMNS)
    contacts.save(folder / "kontakte.xlsx")
    with mail_server(security="none", auth=False) as server:
        (folder / "config.toml").write_text(CONFIG.format(port=server.port, operator=OPERATOR), encoding="utf-8")
        yield Neustadt(folder=folder, server=server)


def kinds(seen: Seen) -> frozenset[str]:
    """Return the kinds of mails that Postausgang says were sent."""
    return frozenset(kind for kind, _, _, state in seen.mails.values() if state == "gesendet")


def _rows(sheet: Worksheet) -> list[tuple[object, ...]]:
    return [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[0] is not None]


def _first_free(sheet: Worksheet) -> int:
    return max((row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value is not None), default=1) + 1


def _type(sheet: Worksheet, row: int, cells: Mapping[str, Typed]) -> None:
    headers = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
    for header, value in cells.items():
        cell = sheet.cell(row, headers[header], value)
        cell.value = value  # `cell()` leaves the old value where the new one is None
        if isinstance(value, date):
            cell.number_format = "DD.MM.YYYY"


def _operator_lines(arrived: Iterable[Arrived]) -> Iterator[str]:
    for mail in arrived:
        if mail.address == OPERATOR:
            yield from _line("Mail", f"Technik → {mail.name or mail.address}: {mail.subject}")


def _line(label: str, text: str) -> Iterator[str]:
    """Yield a line of the table, wrapped below itself."""
    yield from textwrap.wrap(text, WIDTH, initial_indent=f"    {label:<9}", subsequent_indent=" " * 13)
