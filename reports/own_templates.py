"""The team's own templates: which they are, and what is wrong with them.

What belongs here: knowing them and saying in a sentence where one fails. What they may do is `reports.sandbox`, that a
built-in one takes their place is `reports.templating`; docs/mails.md is their manual.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from reports.mail import MailKind
from reports.one_line import one_line
from reports.sandbox import Environment, environment
from reports.wording import Words, words
from scoring.domain import Language

PARTS = ("subject.txt", "preview.txt", "body.txt", "body.html")
LETTER = frozenset(f"letter/{language}.{part}" for language in ("de", "en") for part in ("html", "txt"))


@dataclass(frozen=True)
class Own:
    """The team's own templates: source text by name ("digest/de/subject.txt"), read by the shell; see docs/mails.md.

    `unread` are sentences about files that could not be read.
    """

    sources: Mapping[str, str]
    unread: tuple[str, ...] = ()

    def has(self, kind: str, language: Language) -> bool:
        """Say whether any part of that mail is the team's own."""
        return any(f"{kind}/{language}/{part}" in self.sources for part in PARTS)

    @property
    def items(self) -> tuple[tuple[str, str], ...]:
        """Names and sources in a fixed order."""
        return tuple(sorted(self.sources.items()))


def template_problems(own: Own, language: Language) -> tuple[str, ...]:
    """Return what can be seen to be wrong with own templates before any is filled, one sentence per file.

    That is a name that belongs to no mail and whatever Jinja2 cannot compile. `language` is that of the sentences; the
    templates of all languages are looked at. What fails only with values is told by `Content.problem`.
    """
    box, speak = environment(language, own.items), words(language)
    return tuple(problem for name in sorted(own.sources) if (problem := _problem_of_file(name, own, box, speak)))


def _problem_of_file(name: str, own: Own, box: Environment, speak: Words) -> str:
    """Return the sentence, "" when nothing is wrong with it."""
    kind, _, part = name.partition("/")
    kinds, parts = set(MailKind) - {MailKind.FUSE}, {f"{to}/{of}" for to in ("de", "en") for of in PARTS}
    if name not in LETTER and (kind not in kinds or part not in parts):
        return speak.text("templating.name", file=_shown(name))
    try:
        box.steps = 0
        box.get_template(name)
    except Exception as error:  # noqa: BLE001  Jinja2 also lets Python's own errors through
        return problem_of(error, own, name, speak)
    return ""


def problem_of(error: Exception, own: Own, name: str, speak: Words) -> str:
    """Return in a sentence what went wrong and where, in the template `name` or one that it uses.

    Values never stand in it: only the template's own line does.
    """
    file, line = _place(error, own.sources) or (name, 0)
    lines = own.sources.get(file, "").splitlines()
    source = _shown(lines[line - 1]) if 0 < line <= len(lines) else ""
    detail = _first_sentence(error.message or "") if isinstance(error, TemplateSyntaxError) else type(error).__name__
    return speak.text(_code(error), file=_shown(file), line=line, source=source, detail=detail)


def _code(error: Exception) -> str:
    match error:
        case TemplateSyntaxError():
            return "templating.syntax"
        case UndefinedError():
            return "templating.unknown"
        case SecurityError():
            return "templating.forbidden"
        case OverflowError() | RecursionError() | MemoryError():
            return "templating.endless"
        case _:
            return "templating.failed"


def _place(error: Exception, sources: Mapping[str, str]) -> tuple[str, int] | None:
    """Return file and line of the innermost own template that the error came through; None when it came through none.

    Jinja2 writes tracebacks as if a template were a Python file.
    """
    if isinstance(error, TemplateSyntaxError) and error.name and error.name in sources:
        return error.name, error.lineno
    found, frame = None, error.__traceback__
    while frame is not None:
        file = frame.tb_frame.f_code.co_filename
        found = (file, frame.tb_lineno) if file in sources else found
        frame = frame.tb_next
    return found


def _first_sentence(text: str) -> str:
    return _shown(text.partition(". ")[0].removesuffix("."))


def _shown(text: str) -> str:
    return one_line(text, 100)
