"""What must hold after a life, when nothing goes wrong any more: the promises of the service, each by its number.

What belongs here: looking at sheet, state and mailboxes once the last worker has ended. How it lived is
`tests.worker.living`.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from itertools import zip_longest

from reports.tabs import service_rows
from reports.wording import words
from scoring.snapshot import Cell
from scoring.tabs import HISTORY, OUTBOX, OVERVIEW, SERVICE_TABS
from sync.clock import now_of
from sync.decision import Options
from sync.ownership import OVERVIEW_RESERVED_ROWS, RELEASE_COLUMN
from sync.run import Outcome
from sync.service import run_once, run_options
from tests.sync.google.laws import astray, wrongly_shown
from tests.sync.google.town import Silence
from tests.worker.living import Life
from tests.worker.living_team import releases
from tests.worker.living_weather import FULL_MAILBOX

WAITS = tuple(timedelta(hours=hours) for hours in (0, 0.2, 1, 4, 12, 25, 38, 51, 64))
"""When runs are made afterwards: mails whose tries failed wait up to twelve hours for the next one."""

NEWS = "WER NEU DABEI IST"


def broken(life: Life) -> list[str]:
    """Return which promises do not hold. Makes the runs that are left to do, by a clock that is put forward."""
    now, problems = now_of(life.config), []
    for wait in WAITS:
        outcome, options = _run(life, now + wait)
        life.team.does(releases)
        if wait > WAITS[1] and not any(queued.state.is_open for queued in life.town.store.outbox()):
            break
    outcome, options = _run(life, options.now + timedelta(minutes=10))
    if astray(life.world.book, outcome):  # by people: `setup` puts that right
        life.town.set_up()
        outcome, options = _run(life, options.now + timedelta(minutes=10))
    problems += wrongly_shown(life.town, outcome, options.now)
    problems += _otherwise(life, outcome, options)
    again, _ = _run(life, options.now + timedelta(minutes=10))
    if not again.plan.is_empty or again.counts.writes or again.drained.sent:
        problems.append(f"8: a second quiet sync does something: {again.plan}")
    return [*dict.fromkeys(life.town.violations), *problems, *_state(life), *_mails(life), *_log(life)]


def _run(life: Life, now: datetime) -> tuple[Outcome, Options]:
    options = run_options(life.config, now)
    return run_once(life.config, options, Silence()), options


def _otherwise(life: Life, outcome: Outcome, options: Options) -> Iterator[str]:
    """Yield which service tabs do not show what a fresh run decides; Verlauf only grows, and run times come and go."""
    decision, speak = outcome.decision, words("de")
    tables = service_rows(
        decision.alliance,
        decision.assessment,
        decision.memory,
        life.town.store.outbox(),
        options.now,
        speak,
        handbook=options.handbook,
        timetable=options.timetable,
    )
    for spec in SERVICE_TABS:
        wanted = [[_plain(cell) for cell in row] for row in tables[spec.name]]
        shown = _shown(life, spec.name, max(map(len, wanted), default=0))
        if spec is OVERVIEW:
            shown, wanted = shown[OVERVIEW_RESERVED_ROWS:], wanted[1:]
        if spec is OUTBOX:
            shown = [[cell for at, cell in enumerate(row) if at != RELEASE_COLUMN] for row in shown]
            wanted = [[cell for at, cell in enumerate(row) if at != RELEASE_COLUMN] for row in wanted]
        if spec is HISTORY:
            shown = _trimmed(shown)[-len(wanted) :]
        if (there := _trimmed(shown)) != (due := _trimmed(wanted)):
            row = next(at for at, pair in enumerate(zip_longest(there, due)) if pair[0] != pair[1])
            yield f"2: {spec.de}, row {row} below its head: {there[row : row + 1]}, not {due[row : row + 1]}"


def _shown(life: Life, name: str, width: int) -> list[list[Cell]]:
    """Return what stands below the first row of a service tab, as far right as the service writes."""
    cells = life.team.tab(name).cells
    rows = max((row for row, _ in cells), default=0)
    found = [
        [cells[row, column].entered if (row, column) in cells else None for column in range(width)]
        for row in range(1, rows + 1)
    ]
    return [[_plain(cell) for cell in row] for row in found]


def _plain(cell: object) -> Cell:
    """Return a cell as people read it: 3 is 3.0, "" is nothing; a key stands in Auswertung with the spaces it has."""
    if isinstance(cell, bool) or cell is None:
        return cell
    if isinstance(cell, int | float):
        return float(cell)
    return _one_line(str(cell)) or None


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _trimmed(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    kept = []
    for row in rows:
        cells = list(row)
        while cells and cells[-1] is None:
            cells.pop()
        kept.append(cells)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _state(life: Life) -> Iterator[str]:
    """Yield what is wrong with the state: every key once, every mail over, whole pages."""
    with closing(sqlite3.connect(life.config.state.file)) as state:
        for table in ("event", "outbox"):
            count, keys = state.execute(f"SELECT count(*), count(DISTINCT key) FROM {table}").fetchone()  # noqa: S608
            if count != keys:
                yield f"3: a key is in {table} twice"
        left = state.execute(
            "SELECT kind, state, count(*) FROM outbox WHERE state NOT IN ('sent', 'cancelled') GROUP BY kind, state"
        ).fetchall()
        refused = [f"{count} {kind} are {was}" for kind, was, count in left if was != "failed"]
        if refused:
            yield f"4: not every mail is over: {refused}"
        if state.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            yield "the state file is damaged"


def _mails(life: Life) -> Iterator[str]:
    """Yield what is wrong with what arrived: nothing is lost, and one Message-ID is one mail."""
    contents: dict[tuple[str, str], set[bytes]] = defaultdict(set)
    for mail in life.mail.received:
        parsed = message_from_bytes(mail.message, policy=policy.default)
        contents[mail.recipients[0], str(parsed["Message-ID"])].add(mail.message)
    twice = [who for who, texts in contents.items() if len(texts) > 1]
    if twice:
        yield f"4: {len(twice)} Message-IDs stand for two mails"
    with closing(sqlite3.connect(life.config.state.file)) as state:
        counts = dict(state.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())
    if not counts.get("sent", 0) <= len(contents) <= counts.get("sent", 0) + counts.get("cancelled", 0):
        yield f"4: {len(contents)} mails arrived, the state says {counts}"
    yield from _unheard(life, news(life))


def _log(life: Life) -> Iterator[str]:
    """Yield what the processes said that they must not say."""
    said = life.log.read_text(encoding="utf-8")
    if "@" in said or "PRIVATE KEY" in said or any(name in said for name in life.team.names()):
        yield "6: the log names somebody"
    if "a mistake in the program" in said or "Traceback" in said:
        yield "a bug: " + next(line for line in said.splitlines() if "mistake" in line or "Traceback" in line)


def news(life: Life) -> Mapping[str, str]:
    """Return all that each recipient was told about letters, by address, in one line."""
    told: dict[str, str] = defaultdict(str)
    for mail in life.mail.received:
        body = message_from_bytes(mail.message, policy=policy.default).get_body(("plain",))
        text = "" if body is None else _one_line(body.get_content())
        if NEWS in text:
            told[mail.recipients[0]] += text
    return told


def _unheard(life: Life, told: Mapping[str, str]) -> Iterator[str]:
    """Yield whose signature somebody on the list was never told of."""
    with closing(sqlite3.connect(life.config.state.file)) as state:
        names = [
            _one_line(name)
            for (name,) in state.execute(
                "SELECT actor.name FROM event JOIN actor USING (uid) WHERE kind = 'loi_signed' AND NOT silent"
            )
        ]
    heard = {who: told.get(who, "").casefold() for who in READERS if who != FULL_MAILBOX}
    missed = [(who, name) for who, text in heard.items() for name in names if name.casefold() not in text]
    if missed:
        yield f"4: nobody told {missed}"


READERS = tuple(f"{name}@example.org" for name in ("marlene.vogt", "jonas.weidner", "ayse.demir", "lena.brandner"))
"""Who of the sample wants to hear of letters."""
