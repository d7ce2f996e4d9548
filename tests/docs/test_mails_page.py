"""docs/mails.md names every value and every block that the templates have, and none that they lack."""

import re
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jinja2 import meta, nodes

from reports.desk import Desk
from reports.digest import digests_for
from reports.mail import Mail, MailKind
from reports.message import parts
from reports.operator import trouble
from reports.own_templates import PARTS, Own
from reports.readers import readers
from reports.reminder import reminders
from reports.sandbox import PLAIN_FILTERS, environment
from scoring.assess import assess
from scoring.memory import HistoryRow, Memory
from tests.scoring.build import alliance

PAGE = Path("docs/mails.md").read_text(encoding="utf-8")
KINDS = ["digest", "loi_update", "milestone", "welcome", "success", "reminder", "operator"]
OF_ALL = {
    *("recipient_name", "first_name", "today", "sheet_link", "handbook_link", "unsubscribe_link"),
    *("language", "preview", "style"),
}


def row(heading: str, kind: str) -> list[str]:
    """The cells of the table below that heading behind the kind's own."""
    table = PAGE.partition(heading)[2].partition("| Mail |")[2].partition("\n\n")[0]
    (cells,) = re.findall(rf"^\| `{kind}` \|(.+)\|$", table, re.MULTILINE)
    return [cell.strip() for cell in cells.split(" | ")]


def parsed(kind: str, part: str) -> nodes.Template:
    source = (files("reports") / "templates" / kind / "de" / part).read_text(encoding="utf-8")
    return environment("de").parse(source)


def documented(kind: str) -> set[str]:
    (cell,) = row("### Die Werte", kind)
    return {name for entry in cell.split(" · ") for name in re.findall(r"`(\w+)`", entry.partition(":")[0])} - {"none"}


@pytest.mark.parametrize("kind", KINDS)
def test_page_names_every_value_that_the_built_in_templates_use(kind: str) -> None:
    trees = [parsed(kind, part) for part in PARTS]
    macros = {macro.name for tree in trees for macro in tree.find_all(nodes.Macro)}
    used = {name for tree in trees for name in meta.find_undeclared_variables(tree)} - macros
    assert used - documented(kind) - OF_ALL == set()


def written(kind: MailKind, text: str) -> Mail:
    """A mail of that kind whose text is the team's own."""
    now = datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    desk = Desk(sender="K <k@example.org>", language="de", now=now, own=Own({f"{kind}/de/body.txt": text}))
    content = alliance(
        actors=[{"name": "Werk", "owner": "Jo", "due_on": datetime(2026, 11, 1)}],
        recipients=[{"name": "Jo", "email": "jo@example.org", "reminders": "yes", "weekly_report": "yes"}],
    )
    row = HistoryRow(day=datetime(2026, 9, 1).date(), coverage_min=0, coverage_mid=0, coverage_max=0, members=0, step=0)
    memory = Memory(history=(row,))
    assessment = assess(content, memory, now.date())
    match kind:
        case MailKind.DIGEST:
            return digests_for(readers(content, memory, "weekly_report"), desk, content, assessment, memory)[0]
        case MailKind.REMINDER:
            return reminders(desk, content, assessment, memory)[0]
        case _:
            return trouble(desk, "jo@example.org", "Jo", "sync", "It fails.", now)


@pytest.mark.parametrize("kind", [MailKind.DIGEST, MailKind.REMINDER, MailKind.OPERATOR])
def test_page_names_no_value_that_is_not_there(kind: MailKind) -> None:
    names = sorted(documented(kind) | OF_ALL - {"style"})
    text, _ = parts(written(kind, "\n".join(f"{name} {{{{ {name} is defined }}}}" for name in names)).message)
    assert text.split() == [word for name in names for word in (name, "True")]


@pytest.mark.parametrize("kind", KINDS)
def test_page_names_every_block(kind: str) -> None:
    cells = [set(cell.split(", ")) for cell in row("Die Abschnitte", kind)]
    blocks = [{block.name for block in parsed(kind, part).find_all(nodes.Block)} for part in ("body.html", "body.txt")]
    assert cells == [blocks[0] - ({"body"} if kind != "operator" else set()), blocks[1]]


def test_page_names_every_filter() -> None:
    (told,) = re.findall(r"Dazu von Jinja: ([^.]+)\.", PAGE)
    assert {*told.replace("\n", " ").split(", "), "e"} == set(PLAIN_FILTERS)
