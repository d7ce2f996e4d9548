"""The command line answers at once: nothing heavy is imported before a command is chosen."""

import json
import subprocess
import sys

import pytest

HEAVY = (
    "alembic",
    "babel",
    "css_inline",
    "google",
    "gspread",
    "jinja2",
    "lxml",
    "numpy",
    "openpyxl",
    "pandas",
    "pydantic",
    "rapidfuzz",
    "requests",
    "rich",
    "sqlalchemy",
    "stamina",
)


STEPS = """\
import contextlib, io, json, sys
told = {}
def note(step):
    told[step] = [name for name in HEAVY if name in sys.modules]
import sync.cli
note("the command line")
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()) as helped:
    sync.cli.main(["--help"])
assert "COMMAND" in helped.getvalue()
note("--help")
import sync.health
note("health")
import sync.check, sync.commands, sync.source
note("all commands")
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def loaded() -> dict[str, list[str]]:
    """What is loaded after each step of one process."""
    program = f"HEAVY = {HEAVY!r}\n{STEPS}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    told: dict[str, list[str]] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("step", ["the command line", "--help"])
def test_command_line_and_its_help_import_nothing_heavy(loaded: dict[str, list[str]], step: str) -> None:
    assert loaded[step] == []


def test_health_imports_nothing_that_scores_or_draws(loaded: dict[str, list[str]]) -> None:
    assert {"jinja2", "numpy", "pandas", "rich"} & set(loaded["health"]) == set()


def test_work_on_a_workbook_imports_nothing_that_speaks_to_google(loaded: dict[str, list[str]]) -> None:
    assert {"google", "gspread", "requests", "stamina"} & set(loaded["all commands"]) == set()


def test_the_check_sees_a_heavy_import(loaded: dict[str, list[str]]) -> None:
    assert {"numpy", "pandas", "sqlalchemy"} <= set(loaded["all commands"])
