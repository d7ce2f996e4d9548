"""Templates filled with values: mails, pages and the letter.

A kind of mail has four templates per language, `templates/<kind>/<language>/{subject.txt, preview.txt, body.txt,
body.html}`; both bodies know the preview. Logic in them is `if` and `for`, formatting goes by filters. A team may lay
its own templates over them. Whatever goes wrong in one, the mail goes out by the built-in templates, and says which
file and line it was.
"""

from collections.abc import Mapping
from dataclasses import replace

import css_inline
from markupsafe import Markup

from reports.message import SUBJECT_LIMIT, Content
from reports.one_line import one_line
from reports.own_templates import Own, problem_of
from reports.sandbox import VALUE_LIMIT, Environment, built_in, environment
from reports.wording import words
from scoring.domain import Language


def render(kind: str, language: Language, values: Mapping[str, object], own: Own | None = None) -> Content:
    """Return what a mail of that kind says; `values` are the names that its templates know.

    Styles stand in the HTML's elements, where every mail program finds them; what cannot stand there (dark mode) stays
    in its head. When one of the team's own templates fails, all four parts are the built-in ones, so that text and HTML
    say the same, and `Content.problem` says in one sentence where it failed.
    """
    if own is None or not own.has(kind, language):
        return _content(environment(language), kind, values)
    try:
        return _content(environment(language, own.items), kind, values)
    except Exception as error:  # noqa: BLE001  whatever a template of others does, the mail goes out
        problem = problem_of(error, own, f"{kind}/{language}", words(language))
    return replace(_content(environment(language), kind, values), problem=problem)


def render_letter(
    part: str, language: Language, values: Mapping[str, object], own: Own | None = None
) -> tuple[str, str]:
    """Return one part of the LoI letter, "html" (the page) or "txt" (the mail that brings it), and what was wrong.

    When the team's own template fails it is the built-in one, and the second text says in one sentence where it failed.
    """
    name = f"letter/{language}.{part}"
    if own is None or name not in own.sources:
        return environment(language).filled(name, values), ""
    try:
        return environment(language, own.items).filled(name, values), ""
    except Exception as error:  # noqa: BLE001  as above
        problem = problem_of(error, own, name, words(language))
    return environment(language).filled(name, values), problem


def _content(box: Environment, kind: str, values: Mapping[str, object]) -> Content:
    folder = f"{kind}/{box.language}"
    preview = one_line(box.filled(f"{folder}/preview.txt", values), VALUE_LIMIT)
    known = {**values, "preview": preview}
    return Content(
        subject=one_line(box.filled(f"{folder}/subject.txt", values), SUBJECT_LIMIT),
        preview=preview,
        text=_tidy(box.filled(f"{folder}/body.txt", known)),
        html=_inlined(box.filled(f"{folder}/body.html", known)),
    )


def _tidy(text: str) -> str:
    """Leave at most one blank line between paragraphs, which blocks that were not shown leave behind."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for at, line in enumerate(lines) if line or lines[at - 1]]
    return "\n".join(kept) + "\n"


def _inlined(html: str) -> str:
    return css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False).inline(html)


def render_page(
    name: str, language: Language, values: Mapping[str, object], drawings: Mapping[str, str] | None = None
) -> str:
    """Return the page `templates/pages/<name>.html` as HTML; both languages share one template.

    `drawings` are <svg> elements of our own by name, which stand in the page as they are.
    """
    shown = {key: Markup(drawing) for key, drawing in (drawings or {}).items()}  # noqa: S704  drawn by us
    style = Markup(f"<style>{built_in('pages/page.css')}</style>")  # noqa: S704  a file of ours
    template = environment(language).get_template(f"pages/{name}.html")
    return template.render({**values, "drawings": shown, "style": style})
