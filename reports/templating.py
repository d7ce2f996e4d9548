"""Templates filled with values: the one home of Jinja2.

A kind of mail has four templates per language, `templates/<kind>/<language>/{subject.txt, preview.txt, body.txt,
body.html}`; both bodies know the preview. Logic in them is `if` and `for`, formatting goes by filters. Text from the
sheet is data everywhere: it is never a template, stands on one line, and is escaped in HTML.

A team may lay its own templates over them (docs/mails.md). They can do what a mail needs: what easily runs for ever or
eats the memory, reaches out of the template or switches escaping off is refused. Whatever goes wrong in one, the mail
goes out by the built-in templates, and says which file and line it was.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from inspect import ismethod
from typing import Any

import css_inline
from jinja2 import FunctionLoader, StrictUndefined, Template, TemplateSyntaxError, UndefinedError, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from reports.mail import MailKind
from reports.message import SUBJECT_LIMIT, Content
from reports.one_line import one_line
from reports.wording import Words, words
from scoring.domain import Language

PARTS = ("subject.txt", "preview.txt", "body.txt", "body.html")
LETTER = frozenset(f"letter/{language}.{part}" for language in ("de", "en") for part in ("html", "txt"))
BUILT_IN = "builtin/"
"""An own template names the one that it lays itself over so: {% extends "builtin/digest/de/body.html" %}."""

VALUE_LIMIT = 600
"""No single value is longer in a mail: a sentence never is, a pasted text may be."""

STEP_LIMIT = 20_000
"""So many turns of loops, calls and includes may one part of an own template take; the longest built-in takes 300."""

OUTPUT_LIMIT = 500_000
"""No part of a mail has more characters. Gmail cuts an HTML part at 102 KB."""

SUM_LIMIT = 1e12
"""Templates add and multiply numbers up to this, and nothing else: doubling a text forty times fills any memory."""

PLAIN_FILTERS = (
    *("abs", "count", "default", "e", "escape", "first", "int", "join", "last", "length", "list", "lower", "map"),
    *("reject", "rejectattr", "reverse", "round", "select", "selectattr", "sort", "sum", "title", "trim", "upper"),
)
"""What of Jinja2's own filters is there: nothing that trusts a text (`safe`), pads it or multiplies it."""


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


def render(kind: str, language: Language, values: Mapping[str, object], own: Own | None = None) -> Content:
    """Return what a mail of that kind says; `values` are the names that its templates know.

    Styles stand in the HTML's elements, where every mail program finds them; what cannot stand there (dark mode) stays
    in its head. When one of the team's own templates fails, all four parts are the built-in ones, so that text and HTML
    say the same, and `Content.problem` says in one sentence where it failed.
    """
    if own is None or not own.has(kind, language):
        return _content(_environment(language), kind, values)
    try:
        return _content(_environment(language, own.items), kind, values)
    except Exception as error:  # noqa: BLE001  whatever a template of others does, the mail goes out
        problem = _problem(error, own, f"{kind}/{language}", words(language))
    return replace(_content(_environment(language), kind, values), problem=problem)


def render_letter(
    part: str, language: Language, values: Mapping[str, object], own: Own | None = None
) -> tuple[str, str]:
    """Return one part of the LoI letter, "html" (the page) or "txt" (the mail that brings it), and what was wrong.

    When the team's own template fails it is the built-in one, and the second text says in one sentence where it failed.
    """
    name = f"letter/{language}.{part}"
    if own is None or name not in own.sources:
        return _environment(language).filled(name, values), ""
    try:
        return _environment(language, own.items).filled(name, values), ""
    except Exception as error:  # noqa: BLE001  as above
        problem = _problem(error, own, name, words(language))
    return _environment(language).filled(name, values), problem


def template_problems(own: Own, language: Language) -> tuple[str, ...]:
    """Return what can be seen to be wrong with own templates before any is filled, one sentence per file.

    That is a name that belongs to no mail and whatever Jinja2 cannot compile. `language` is that of the sentences; the
    templates of all languages are looked at. What fails only with values is told by `Content.problem`.
    """
    environment, speak = _environment(language, own.items), words(language)
    return tuple(
        problem for name in sorted(own.sources) if (problem := _problem_of_file(name, own, environment, speak))
    )


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja2 without what could trust a text or escape control; where `step_limit` is set, no template is endless.

    One environment fills one template at a time.
    """

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, language: Language, sources: Mapping[str, str], step_limit: int | None) -> None:
        super().__init__(
            loader=FunctionLoader(lambda name: _loaded(name, sources)),
            autoescape=lambda name: name is None or name.endswith(".html"),
            undefined=StrictUndefined,
            finalize=_finalized,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.language, self.step_limit, self.steps = language, step_limit, 0
        plain = {name: self.filters[name] for name in PLAIN_FILTERS}
        self.filters = {**plain, **_filters(words(language)), "_counted": _counted}
        style = Markup(f"<style>{_built_in('mail.css')}</style>")  # noqa: S704  a file of ours
        letter_style = Markup(f"<style>{_built_in('letter/letter.css')}</style>")  # noqa: S704  as above
        self.globals = {"style": style, "letter_style": letter_style, "language": language}

    def filled(self, name: str, values: Mapping[str, object]) -> str:
        """Return the template filled with values; OverflowError when it is endless or too long."""
        self.steps = 0
        pieces, length = [], 0
        for piece in self.get_template(name).generate(values):
            length += len(piece)
            _require(length <= OUTPUT_LIMIT)
            pieces.append(piece)
        return "".join(pieces)

    def step(self) -> None:
        """Count one turn of a loop, one call or one include."""
        self.steps += 1
        _require(self.step_limit is None or self.steps <= self.step_limit)

    def get_template(self, *args: Any, **kwargs: Any) -> Template:
        """Return a template; every include, import and extends comes here."""
        self.step()
        return super().get_template(*args, **kwargs)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a macro, a block or a method of a value."""
        self.step()
        result = super().call(context, obj, *args, **kwargs)
        _require(not isinstance(result, str) or len(result) <= OUTPUT_LIMIT)
        return result

    def is_safe_callable(self, obj: Any) -> bool:
        """Allow what a mail needs; the methods of plain texts are not among it (`ljust` fills any memory)."""
        return (isinstance(obj, Macro | BlockReference) or ismethod(obj)) and super().is_safe_callable(obj)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Add and multiply numbers of a human size only."""
        small = all(isinstance(value, int | float) and abs(value) < SUM_LIMIT for value in (left, right))
        if operator not in {"+", "*"} or not small:
            raise SecurityError(operator)
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Count the turns of every loop, and refuse `~` (see `SUM_LIMIT`) and switching escaping on or off."""
        tree = super()._parse(source, name, filename)
        for node in tree.find_all((nodes.Concat, nodes.ScopedEvalContextModifier)):
            raise TemplateSyntaxError("neither ~ nor autoescape is available", node.lineno, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None, lineno=loop.lineno)
        return tree


@lru_cache(maxsize=4)
def _environment(language: Language, own: tuple[tuple[str, str], ...] = ()) -> _Environment:
    return _Environment(language, dict(own), STEP_LIMIT if own else None)


def _filters(speak: Words) -> Mapping[str, Callable[..., str]]:
    return {
        "say": speak.say,
        "label": speak.label,
        "number": speak.number,
        "percent": speak.percent,
        "day": speak.day,
        "month": speak.month,
        "clock": lambda moment: f"{moment:%H:%M}",
        "short": one_line,
        "sentence": lambda text: text if text.endswith((".", "!", "?", "…")) else f"{text}.",
        "signed": lambda value, decimals=1: f"{'+' if value > 0 else '−'}{speak.number(abs(value), decimals)}",
    }


@pass_context  # also keeps Jinja2 from computing it while it compiles
def _counted(context: Context, items: Iterable[object]) -> Iterator[object]:
    """Yield the items of a loop, each a step."""
    for item in items:
        context.environment.step()  # type: ignore[attr-defined]  # it is an _Environment
        yield item


def _require(within: bool) -> None:  # noqa: FBT001  the condition is the argument
    if not within:
        raise OverflowError


def _content(environment: _Environment, kind: str, values: Mapping[str, object]) -> Content:
    folder = f"{kind}/{environment.language}"
    preview = one_line(environment.filled(f"{folder}/preview.txt", values), VALUE_LIMIT)
    known = {**values, "preview": preview}
    return Content(
        subject=one_line(environment.filled(f"{folder}/subject.txt", values), SUBJECT_LIMIT),
        preview=preview,
        text=_tidy(environment.filled(f"{folder}/body.txt", known)),
        html=_inlined(environment.filled(f"{folder}/body.html", known)),
    )


def _loaded(name: str, own: Mapping[str, str]) -> tuple[str, str, None] | None:
    """Return a template's source and the name that a traceback shows for it."""
    if name in own:
        return own[name], name, None
    source = _built_in(name.removeprefix(BUILT_IN))
    return None if source is None else (source, f"{BUILT_IN}{name.removeprefix(BUILT_IN)}", None)


@lru_cache(maxsize=200)
def _built_in(name: str) -> str | None:
    template = files("reports") / "templates" / name
    inside = ".." not in name.split("/") and not name.startswith("/")
    return template.read_text(encoding="utf-8") if inside and template.is_file() else None


def _finalized(value: object) -> object:
    """Make every printed value one safe line, whoever forgets it."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return one_line(value, VALUE_LIMIT)


def _tidy(text: str) -> str:
    """Leave at most one blank line between paragraphs, which blocks that were not shown leave behind."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for at, line in enumerate(lines) if line or lines[at - 1]]
    return "\n".join(kept) + "\n"


def _inlined(html: str) -> str:
    return css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False).inline(html)


# What is wrong with an own template


def _problem_of_file(name: str, own: Own, environment: _Environment, speak: Words) -> str:
    """Return the sentence, "" when nothing is wrong with it."""
    kind, _, part = name.partition("/")
    kinds, parts = set(MailKind) - {MailKind.FUSE}, {f"{to}/{of}" for to in ("de", "en") for of in PARTS}
    if name not in LETTER and (kind not in kinds or part not in parts):
        return speak.text("templating.name", file=_shown(name))
    try:
        environment.steps = 0
        environment.get_template(name)
    except Exception as error:  # noqa: BLE001  Jinja2 also lets Python's own errors through
        return _problem(error, own, name, speak)
    return ""


def _problem(error: Exception, own: Own, name: str, speak: Words) -> str:
    """Say what went wrong and where. Values never stand in it: only the template's own line does."""
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


# Pages


def render_page(
    name: str, language: Language, values: Mapping[str, object], drawings: Mapping[str, str] | None = None
) -> str:
    """Return the page `templates/pages/<name>.html` as HTML; both languages share one template.

    `drawings` are <svg> elements of our own by name, which stand in the page as they are.
    """
    shown = {key: Markup(drawing) for key, drawing in (drawings or {}).items()}  # noqa: S704  drawn by us
    style = Markup(f"<style>{_built_in('pages/page.css')}</style>")  # noqa: S704  a file of ours
    template = _environment(language).get_template(f"pages/{name}.html")
    return template.render({**values, "drawings": shown, "style": style})
