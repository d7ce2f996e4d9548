"""The command line answers at once: nothing heavy is imported before a command is chosen."""

import subprocess
import sys

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


def loaded_after(code: str) -> list[str]:
    program = f"import sys\n{code}\nprint(*sorted(name for name in {HEAVY!r} if name in sys.modules), sep='\\n')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_importing_the_command_line_imports_nothing_heavy() -> None:
    assert loaded_after("import sync.cli") == []


def test_help_imports_nothing_heavy() -> None:
    code = "import sync.cli, io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()):\n"
    code += "    try:\n        sync.cli.main(['--help'])\n    except SystemExit as done:\n        assert done.code == 0"
    assert loaded_after(code) == []


def test_work_on_a_workbook_imports_nothing_that_speaks_to_google() -> None:
    loaded = loaded_after("import sync.check, sync.commands, sync.source")
    assert [name for name in ("google", "gspread", "requests", "stamina") if name in loaded] == []


def test_the_check_sees_a_heavy_import() -> None:
    assert "numpy" in loaded_after("import numpy")
