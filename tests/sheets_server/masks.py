"""Field masks of the API: "userEnteredFormat(backgroundColor,textFormat.bold),note", also with "/" between names."""

from typing import Any

Path = tuple[str, ...]


def paths(mask: str) -> list[Path]:
    """Return the paths that a mask lists; `*` alone is ("*",)."""
    found: list[Path] = []
    stack: list[Path] = [()]
    word = ""

    def close() -> None:
        nonlocal word
        if word:
            found.append((*stack[-1], *word.replace("/", ".").split(".")))
        word = ""

    for letter in mask.replace(" ", ""):
        if letter == "(":
            stack.append((*stack[-1], *word.replace("/", ".").split(".")))
            word = ""
        elif letter in "),":
            close()
            if letter == ")":
                stack.pop()
        else:
            word += letter
    close()
    return found


def merge(target: dict[str, Any], source: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return `target` with what `path` names taken from `source`; absent in the source means removed."""
    name, *rest = path
    result = dict(target)
    if rest and name != "*":
        part = merge(target.get(name) or {}, source.get(name) or {}, tuple(rest))
        result[name] = part
        if not part:
            del result[name]
        return result
    if name == "*":
        return dict(source)
    result.pop(name, None)
    if source.get(name) is not None:
        result[name] = source[name]
    return result
