"""The reports as files: what the team reads, what machines read, and what anybody may see, in folders of their own.

What belongs here: rendering all of them before any is written, and putting each in its place whole or not at all. What
they say is decided by `reports`.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from reports.pages import public_page, team_page
from reports.result import RunCounts, as_json, result
from reports.wording import words
from scoring.domain import Language
from sync.decision import Decision
from sync.errors import SetupError

TEAM_PAGE = Path("team", "report.html")
RESULT = Path("team", "result.json")
PUBLIC_PAGE = Path("public", "index.html")


def write_reports(
    folder: Path, decision: Decision, counts: RunCounts, language: Language, sheet_link: str = ""
) -> tuple[Path, ...]:
    """Write team/report.html, team/result.json and public/index.html below the folder and return their paths.

    `sheet_link` is an https link to the team's sheet, "" without one. Raises `SetupError` when the folder cannot be
    written; each file then is the old one or the new one, never half of it.
    """
    contents = rendered(decision, counts, language, sheet_link)
    for name, text in contents.items():
        _write(folder, folder / name, text)
    return tuple(folder / name for name in contents)


def rendered(decision: Decision, counts: RunCounts, language: Language, sheet_link: str = "") -> Mapping[Path, str]:
    """Return what each file says, by its place below the folder."""
    alliance, assessment = decision.alliance, decision.assessment
    return {
        TEAM_PAGE: team_page(alliance, assessment, decision.memory, language, sheet_link),
        RESULT: as_json(result(alliance, assessment, counts, words(language))),
        PUBLIC_PAGE: public_page(alliance, assessment, language),
    }


def _write(folder: Path, path: Path, text: str) -> None:
    unfinished = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise SetupError(f"The report folder {folder} cannot be written: {error.strerror}.") from None
