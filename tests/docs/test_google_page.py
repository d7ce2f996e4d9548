"""docs/google.md explains every sentence that work with a Google Sheet can end in, and names only what exists."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import docs
from scoring.tabs import PEOPLE_TABS, SERVICE_TABS
from sync.cli import _parser

PAGE = " ".join(Path(docs.__path__[0], "google.md").read_text(encoding="utf-8").split())
MODULES = ("check", "check.tabs", "failures", "key", "probe", "setup", "setup.columns", "setup.plan", "setup.service")
FEWEST_WORDS = 4


def pieces(module: str) -> Iterator[str]:
    """The fixed pieces of the sentences in a module of sync.google: text of four words and more between placeholders.

    Docstrings and patterns are not for people; backticks and what `str.format` fills are written otherwise in a table.
    """
    tree = ast.parse(inspect.getsource(import_module(f"sync.google.{module}")))
    nodes = list(ast.walk(tree))
    silent = [node.value for node in nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]
    silent += [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"]
    hidden = {id(inner) for node in silent for inner in ast.walk(node)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in hidden:
            for piece in re.split(r"\{\w*\}", node.value.replace("`", "'")):
                if len(piece.split()) >= FEWEST_WORDS:
                    yield piece.strip(" .;:,")


@pytest.mark.parametrize("module", MODULES)
def test_page_explains_every_sentence(module: str) -> None:
    found = list(pieces(module))
    assert (bool(found), [piece for piece in found if piece not in PAGE]) == (True, [])


def test_page_names_every_tab() -> None:
    titles = [spec.de for spec in (*PEOPLE_TABS, *SERVICE_TABS) if spec.name != "contacts"]
    assert [title for title in titles if title not in PAGE] == []


def test_page_names_only_commands_that_exist() -> None:
    named = set(re.findall(r"klima-allianz ([a-z]+)", PAGE))
    usage = _parser().format_help()
    assert (named >= {"setup", "check", "sync"}, {name for name in named if f"    {name} " not in usage}) == (
        True,
        set(),
    )
