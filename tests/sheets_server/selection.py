"""The `fields` parameter of a request: cuts an answer down to what was asked for."""

from typing import Any

from tests.sheets_server import masks

Tree = dict[str, "Tree"]
"""Names asked for at one level; an empty tree means everything below."""


def tree(fields: str) -> Tree:
    """Return the mask as nested names; {} for "" and "*"."""
    root: Tree = {}
    for path in masks.paths(fields):
        node = root
        for name in path:
            if name == "*":
                node.clear()
                break
            node = node.setdefault(name, {})
    return root


def select(value: Any, wanted: Tree) -> Any:
    """Return what the mask names; items of lists are kept, emptied if nothing of them was named."""
    if not wanted:
        return value
    if isinstance(value, list):
        return [select(item, wanted) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: select(value[name], below) for name, below in wanted.items() if name in value}


def below(wanted: Tree, *path: str) -> Tree | None:
    """Return what the mask names below `path` ({}: everything); None when it leaves the path out."""
    for name in path:
        if not wanted:
            return wanted
        if name not in wanted:
            return None
        wanted = wanted[name]
    return wanted
