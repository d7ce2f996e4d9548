"""docs/betrieb.md is carried out: from the empty machine to the move, in a folder that stands in for the machine.

/etc, /opt, /usr and /var of the page are below that folder, `sudo` is left out, the Google Sheet is a local one, and
the program is this one. What needs root, a registry or a person is in `ELSEWHERE`, and nothing else is left out.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import docs
from reports.desk import Desk
from reports.operator import trouble
from sync.cli import DONE, SETUP_WRONG, _parser, main
from sync.config import load_config
from sync.ports import Cause
from tests.sheets_server import SheetsServer

ROOT = Path(docs.__path__[0]).parent
PAGE = (ROOT / "docs" / "betrieb.md").read_text(encoding="utf-8")
SYSTEM = r"(?<=[\s:\"])/(etc|opt|usr|var|srv)\b"
ELSEWHERE = ("apt-get", "systemctl", "journalctl", "docker", "nano", "sh deploy/install", "chown")
"""How lines begin that are not carried out here: root, PID 1, a registry or a person is needed."""


def fences(language: str) -> list[str]:
    """What stands between two lines of ```, the first of which names that language."""
    found = re.findall(r"^```(\w*)\n(.+?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return [text for named, text in found if named == language]


def lines(block: str) -> Iterator[str]:
    """The commands of a block: a here-document and continued lines belong to the line that they follow."""
    waiting = iter(block.splitlines())
    for line in waiting:
        command = line
        while command.endswith("\\"):
            command = f"{command}\n{next(waiting)}"
        if "<<'EOF'" in command:
            while not command.endswith("\nEOF"):
                command = f"{command}\n{next(waiting)}"
        yield command


def commands() -> list[str]:
    return [line.removeprefix("sudo ") for block in fences("") for line in lines(block)]


def inline() -> list[str]:
    """The calls of the program that stand in the middle of a sentence or a table."""
    text = re.sub(r"^```.+?^```$", "", PAGE, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"`(?:sudo )?(klima-allianz [^`…]+)`", text)


class Machine:
    """A folder with etc, opt, usr and var, and the folder of the program in which somebody types."""

    def __init__(self, folder: Path, server: SheetsServer) -> None:
        self.root, self.here, self.server = folder / "machine", folder / "program", server
        for name in ("opt/klima-allianz", "usr/local/bin", "etc/systemd/system", "var/lib/klima-allianz"):
            (self.root / name).mkdir(parents=True)
        self.here.mkdir()
        shutil.copytree(ROOT / "deploy", self.here / "deploy")
        shutil.copy(ROOT / "config.example.toml", self.here)
        server.key_file(self.here)
        book = server.add_spreadsheet()
        server.share(book)
        self.spreadsheet = book.id
        self.config = self.root / "etc" / "klima-allianz" / "config.toml"

    def there(self, text: str) -> str:
        """The text with the machine's folders in the place of the real ones."""
        return re.sub(SYSTEM, rf"{self.root}/\1", text)

    def run(self, command: str) -> None:
        """Carry out one line of the page."""
        if command.startswith("klima-allianz restore") and "--yes" not in command:
            self.answer(command)
        elif command.startswith("klima-allianz "):
            assert main([*shlex.split(self.there(command))[1:], "--config", str(self.config)]) == DONE, command
        else:
            subprocess.run(
                ["/bin/sh", "-euc", self.there(command)], cwd=self.here, check=True, stdout=subprocess.DEVNULL
            )

    def answer(self, command: str) -> None:
        """Carry out a line that asks, and say ja."""
        ours, theirs = os.openpty()
        os.write(ours, b"ja\n")
        called = [sys.executable, "-m", "sync.cli", *shlex.split(self.there(command))[1:], "--config", self.config]
        subprocess.run(called, cwd=ROOT, stdin=theirs, stdout=subprocess.DEVNULL, check=True)
        os.close(ours)
        os.close(theirs)

    def edit(self) -> None:
        """Change the lines of config.toml that the page shows, each of which must stand there once in its section."""
        (shown,) = fences("toml")
        text, section = self.config.read_text(encoding="utf-8"), ""
        for line in shown.splitlines():
            if line.startswith("["):
                section = line
                continue
            name = line.partition(" = ")[0]
            text, count = re.subn(
                rf"^({re.escape(section)}$[^\[]*?^){name} = .*$",
                lambda found, new=line: found[1] + self.there(new).replace("…", self.spreadsheet),
                text,
                flags=re.MULTILINE,
            )
            assert count == 1, line
        text = text.replace('api = "https://sheets.googleapis.com"', f'api = "{self.server.url}"')
        self.config.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The machine after everything on the page was done to it, in the page's order."""
    with SheetsServer() as server:
        machine = Machine(tmp_path_factory.mktemp("page"), server)
        for command in commands():
            if command == "klima-allianz setup":
                machine.edit()
            if command == "systemctl enable --now klima-allianz":
                machine.run("klima-allianz sync")  # what the worker does first
            if not command.startswith(ELSEWHERE):
                machine.run(command)
        yield machine


def test_page_leads_to_a_service_that_knows_where_to_write(machine: Machine) -> None:
    config, state = load_config(machine.config), machine.root / "var" / "lib" / "klima-allianz"
    assert (config.state.file, config.mail.folder, config.report.folder) == (
        state / "state.db",
        state / "outbox",
        state / "report",
    )
    written = [config.state.file, config.mail.folder, config.report.folder]
    assert {path.is_relative_to(state) for path in written} == {True}


def test_page_leaves_the_program_that_it_went_back_to_and_nothing_secret_behind(machine: Machine) -> None:
    etc = machine.root / "etc" / "klima-allianz"
    state = sorted(path.name for path in (machine.root / "var" / "lib" / "klima-allianz").iterdir())
    assert (machine.root / "opt" / "klima-allianz" / "current").readlink() == Path("2026-11-24")
    assert {path.name: oct(path.stat().st_mode)[-3:] for path in etc.iterdir()} == {
        "config.toml": "600",
        "service-account.json": "600",
        "smtp-password": "600",
    }
    kept = [name for name in state if not name.endswith("lock") and "before-restore" not in name]
    assert kept == ["backup-today.db", "before-update.db", "state.db"]
    assert not (machine.here / "service-account.json").exists()


def test_page_installs_every_file_of_the_folder_for_it(machine: Machine) -> None:
    units = machine.root / "etc" / "systemd" / "system"
    found = {path.name for path in units.iterdir() if path.is_file()}
    assert found == {path.name for path in (ROOT / "deploy").glob("klima-allianz*.*")}
    program = machine.root / "usr" / "local" / "bin" / "klima-allianz"
    assert (program.read_bytes(), os.access(program, os.X_OK)) == ((ROOT / "deploy/klima-allianz").read_bytes(), True)


def test_drop_in_for_a_workbook_says_who_and_where(machine: Machine) -> None:
    drop_in = machine.root / "etc/systemd/system/klima-allianz.service.d/workbook.conf"
    assert drop_in.read_text(encoding="utf-8").splitlines() == [
        "[Service]",
        "DynamicUser=no",
        "User=klima",
        "ReadWritePaths=/srv/klima",
    ]


def test_what_is_not_carried_out_here_needs_root_a_registry_or_a_person() -> None:
    left_out = [command for command in commands() if command.startswith(ELSEWHERE)]
    print(*left_out, sep="\n")
    assert [begin for begin in ELSEWHERE if not any(command.startswith(begin) for command in left_out)] == []


def test_every_call_in_a_sentence_is_one_that_the_program_takes() -> None:
    calls = [shlex.split(call)[1:] for call in inline()]
    assert len(calls) > 5
    assert [_parser().parse_args(call).command for call in calls] == [call[0] for call in calls]


@pytest.mark.parametrize("cause", Cause)
def test_page_says_what_to_do_about_every_mail_to_whoever_runs_it(cause: Cause) -> None:
    now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    desk = Desk(sender="K <k@example.org>", language="de", now=now, own=None)
    subject = trouble(desk, "technik@example.org", "", cause, "It fails.", now).subject
    assert f"| {subject} |" in PAGE


def test_page_names_the_exit_codes_of_the_program() -> None:
    assert f"`{SETUP_WRONG}/INVALIDARGUMENT`" in PAGE
    assert set(re.findall(r"enden mit 0 .+ 1 .+ 2 .+ oder 3 ", PAGE)) != set()


def test_page_links_to_headings_and_pages_that_exist() -> None:
    targets = re.findall(r"\]\((?!https)([^)]+)\)", PAGE)
    for target in targets:
        name, _, anchor = target.partition("#")
        text = (ROOT / "docs" / name).read_text(encoding="utf-8") if name else PAGE
        slugs = {
            re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")
            for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        }
        assert (target, not anchor or anchor in slugs) == (target, True)


def test_figures_of_the_unit_stand_on_the_page() -> None:
    unit = (ROOT / "deploy" / "klima-allianz.service").read_text(encoding="utf-8")
    assert ("MemoryMax=512M" in unit, "512 MB" in PAGE) == (True, True)
    assert ("RestartSec=30" in unit, "alle 30 Sekunden" in PAGE) == (True, True)
    assert ("WatchdogSec=300" in unit, "mehr als 5 Minuten" in PAGE) == (True, True)


def test_lines_of_the_settings_are_toml() -> None:
    (shown,) = fences("toml")
    assert set(tomllib.loads(shown)) == {"sheet", "state", "mail", "report"}
