"""Reads the team's own templates from their folder; what they may be is said in docs/mails.md."""

from pathlib import Path

from reports.own_templates import Own

LARGEST = 200_000
"""Bytes of a template: a mail may have about 100 KB."""

SUFFIXES = frozenset({".txt", ".html"})


def read_own_templates(folder: Path | None) -> Own | None:
    """Return the templates in that folder by their path below it ("digest/de/subject.txt"); None without a folder.

    A file that cannot be read is no template: the built-in one takes its place, and `Own.unread` says so.
    """
    if folder is None:
        return None
    sources, unread = dict[str, str](), []
    if not folder.is_dir():
        unread.append(f"[mail] templates: the folder {folder} does not exist.")
    for path in sorted(folder.rglob("*")):
        if path.suffix in SUFFIXES and path.is_file():
            try:
                sources[path.relative_to(folder).as_posix()] = _text(path)
            except (OSError, ValueError) as error:
                unread.append(f"The template {path} cannot be read: {error}.")
    return Own(sources, tuple(unread))


def _text(path: Path) -> str:
    if path.stat().st_size > LARGEST:
        raise ValueError(f"it is larger than {LARGEST // 1000} KB")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None
