"""What templates may do: the one environment in which all of them are filled.

Text from the sheet is data everywhere: it is never a template, stands on one line, and is escaped in HTML. A team's
own templates can do what a mail needs: what easily runs for ever or eats the memory, reaches out of the template or
switches escaping off is refused.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from inspect import ismethod
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, Template, TemplateSyntaxError, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from reports.one_line import one_line
from reports.wording import Words, words
from scoring.domain import Language

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


class Environment(ImmutableSandboxedEnvironment):
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
        style = Markup(f"<style>{built_in('mail.css')}</style>")  # noqa: S704  a file of ours
        letter_style = Markup(f"<style>{built_in('letter/letter.css')}</style>")  # noqa: S704  as above
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
def environment(language: Language, own: tuple[tuple[str, str], ...] = ()) -> Environment:
    """Return the environment of that language; `own` are names and sources of the team's own templates."""
    return Environment(language, dict(own), STEP_LIMIT if own else None)


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
        context.environment.step()  # type: ignore[attr-defined]  # it is an Environment
        yield item


def _require(within: bool) -> None:  # noqa: FBT001  the condition is the argument
    if not within:
        raise OverflowError


def _loaded(name: str, own: Mapping[str, str]) -> tuple[str, str, None] | None:
    """Return a template's source and the name that a traceback shows for it."""
    if name in own:
        return own[name], name, None
    source = built_in(name.removeprefix(BUILT_IN))
    return None if source is None else (source, f"{BUILT_IN}{name.removeprefix(BUILT_IN)}", None)


@lru_cache(maxsize=200)
def built_in(name: str) -> str | None:
    """Return the source of a built-in template or style sheet, None for a name that is none."""
    template = files("reports") / "templates" / name
    inside = ".." not in name.split("/") and not name.startswith("/")
    return template.read_text(encoding="utf-8") if inside and template.is_file() else None


def _finalized(value: object) -> object:
    """Make every printed value one safe line, whoever forgets it."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return one_line(value, VALUE_LIMIT)
