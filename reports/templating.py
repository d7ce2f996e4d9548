"""Templates filled with values: the one home of Jinja2.

A kind of mail has four templates per language, `templates/<kind>/<language>/{subject.txt, preview.txt, body.txt,
body.html}`; both bodies know the preview. Logic in them is `if` and `for`, formatting goes by filters. Text from the
sheet is data everywhere: it is never a template, stands on one line, and is escaped in HTML.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

import css_inline
from jinja2 import FunctionLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from reports.message import SUBJECT_LIMIT, Content
from reports.one_line import one_line
from reports.wording import words
from scoring.domain import Language

VALUE_LIMIT = 600
"""No single value is longer in a mail: a sentence never is, a pasted text may be."""


def render(kind: str, language: Language, values: Mapping[str, object]) -> Content:
    """Return what a mail of that kind says; `values` are the names that its templates know.

    Styles stand in the HTML's elements, where every mail program finds them; what cannot stand there (dark mode) stays
    in its head.
    """

    def rendered(part: str, **more: str) -> str:
        return _environment(language).get_template(f"{kind}/{language}/{part}").render(values, **more)

    preview = one_line(rendered("preview.txt"), VALUE_LIMIT)
    return Content(
        subject=one_line(rendered("subject.txt"), SUBJECT_LIMIT),
        preview=preview,
        text=_tidy(rendered("body.txt", preview=preview)),
        html=_inlined(rendered("body.html", preview=preview)),
    )


@cache
def _environment(language: Language) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(_source),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    speak = words(language)
    filters: Mapping[str, Callable[..., str]] = {
        "say": speak.say,
        "label": speak.label,
        "number": speak.number,
        "percent": speak.percent,
        "day": speak.day,
        "month": speak.month,
        "short": one_line,
        "sentence": lambda text: text if text.endswith((".", "!", "?", "…")) else f"{text}.",
        "signed": lambda value, decimals=1: f"{'+' if value > 0 else '−'}{speak.number(abs(value), decimals)}",
    }
    environment.filters.update(filters)
    environment.globals["style"] = Markup(f"<style>{_source('mail.css')}</style>")  # noqa: S704  a file of ours
    return environment


def _source(name: str) -> str | None:
    template = files("reports") / "templates" / name
    return template.read_text(encoding="utf-8") if template.is_file() else None


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
