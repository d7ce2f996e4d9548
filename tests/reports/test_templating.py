"""Own templates: they lay themselves over the built-in ones, and whatever one does, the mail goes out."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from reports.desk import Desk
from reports.message import Content
from reports.operator import trouble
from reports.own_templates import Own, template_problems
from reports.templating import render

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TYPED = "Zementwerk <b>GmbH</b>"


class Actor:
    """A value with a name and a method, as mails have them."""

    name = TYPED

    def days_late(self, today: int) -> int:
        return today - 1


VALUES: dict[str, Any] = {
    "cause": "sync",
    "problem": TYPED,
    "since": NOW,
    "until": NOW,
    "is_over": False,
    "first_name": "Rahel",
    "actor": Actor(),
    "names": ("A", "B", TYPED),
    "count": 3,
}
BUILT_IN = render("operator", "de", VALUES)


def rendered(**parts: str) -> Content:
    """Render with own templates: body_html="…" stands for operator/de/body.html."""
    sources = {f"operator/de/{part.replace('_', '.')}": source for part, source in parts.items()}
    return render("operator", "de", VALUES, Own(sources))


# What they can do


def test_own_part_replaces_the_built_in_one_and_the_others_stay() -> None:
    content = rendered(subject_txt="Hilfe, {{ first_name }}!\n")
    assert content == Content(
        subject="Hilfe, Rahel!", preview=BUILT_IN.preview, text=BUILT_IN.text, html=BUILT_IN.html, problem=""
    )


def test_own_template_lays_itself_over_a_block_of_the_built_in_one() -> None:
    content = rendered(
        body_html='{% extends "builtin/operator/de/body.html" %}\n'
        "{% block foot %}<p>Euer Keller, {{ problem }}</p>{{ super() }}{% endblock %}\n",
        body_txt='{% extends "builtin/operator/de/body.txt" %}{% block foot %}\nEuer Keller\n{% endblock %}\n',
    )
    assert content.problem == ""
    _, _, built_in = content.html.partition("Euer Keller, Zementwerk &lt;b&gt;GmbH&lt;/b&gt;</p>")
    assert "Rolle „Technik“" in built_in
    assert content.text == BUILT_IN.text.partition("Du bekommst")[0] + "Euer Keller\n"


def test_block_of_the_digest_can_use_what_the_built_in_template_defines() -> None:
    own = Own({"a/de/x": ""})
    source = (
        '{% extends "builtin/reminder/de/body.txt" %}{% block tasks %}{{ what(task) }}: {{ since(task) }}{% endblock %}'
    )

    class Task:
        kind = "next_step"
        what = "anrufen"

        def days_late(self, today: int) -> int:
            return today

    values = {"task": Task(), "today": 1, "first_name": "", "unsubscribe_link": "mailto:x", "handbook_link": ""}
    parts = {f"operator/de/{part}": "x" for part in ("subject.txt", "preview.txt", "body.html")}
    content = render("operator", "de", values, Own({**own.sources, **parts, "operator/de/body.txt": source}))
    assert (content.problem, content.text.splitlines()[4]) == ("", "anrufen: seit gestern")


def test_loops_filters_macros_includes_and_methods_of_values_work() -> None:
    content = rendered(
        subject_txt="{% macro twice(n) %}{{ n + n }}{% endmacro %}"
        "{% for name in names|sort %}{{ loop.index }}/{{ loop.length }}{{ name|upper|short(4) }} {% endfor %}"
        '{{ twice(count) }} {{ actor.days_late(8) }} {{ 0.125|percent }} {% include "operator/de/x" %}',
        x="{{ since|day }}",
    )
    assert (content.problem, content.subject) == ("", "1/3A 2/3B 3/3ZEM… 6 7 12 % 24.11.2026")


def test_text_is_escaped_and_one_line_in_own_templates_too() -> None:
    content = render(
        "operator", "de", {**VALUES, "problem": "<i>\n{{ 7*7 }}"}, Own({"operator/de/body.html": "{{ problem }}"})
    )
    assert "&lt;i&gt; {{ 7*7 }}" in content.html


def test_own_template_of_another_kind_or_language_changes_nothing() -> None:
    own = Own({"digest/de/subject.txt": "{{", "operator/en/subject.txt": "{{"})
    assert render("operator", "de", VALUES, own) == BUILT_IN


# What goes wrong

BROKEN = {
    "syntax": ("{% for x in names %}", "ist in Zeile 2 nicht zu lesen (Unexpected end of template"),
    "tag": ("{% endfr %}", "nicht zu lesen (Encountered unknown tag 'endfr'): {% endfr %}"),
    "filter": ("{{ names|sft }}", "nicht zu lesen (No filter named 'sft'): {{ names|sft }}"),
    "trusting filter": ("{{ problem|safe }}", "nicht zu lesen (No filter named 'safe')"),
    "padding filter": ("{{ problem|center(999999999) }}", "No filter named 'center'"),
    "escaping off": ("{% autoescape false %}{{ problem }}{% endautoescape %}", "nicht zu lesen ("),
    "unknown value": ("{{ gemeinde }}", "Zeile 2, steht ein Wert, den es hier nicht gibt: {{ gemeinde }}"),
    "unknown attribute": ("{{ actor.nme }}", "Zeile 2, steht ein Wert, den es hier nicht gibt: {{ actor.nme }}"),
    "value as a key": ("{{ names[problem] }}", "ein Wert, den es hier nicht gibt: {{ names[problem] }}"),
    "inner life": ("{{ ''.__class__.__mro__ }}", "steht etwas, das in Vorlagen nicht geht: {{ ''.__class__.__mro__ }}"),
    "method of a text": ("{{ problem.ljust(10) }}", "das in Vorlagen nicht geht: {{ problem.ljust(10) }}"),
    "format": ("{{ '{0.__class__}'.format(problem) }}", "das in Vorlagen nicht geht"),
    "many texts": ("{{ 'x' * 999999999 }}", "das in Vorlagen nicht geht: {{ 'x' * 999999999 }}"),
    "huge number": ("{{ 10 ** 10 ** 10 }}", "das in Vorlagen nicht geht"),
    "padding": ("{{ '%999999999d' % count }}", "das in Vorlagen nicht geht"),
    "joining": ("{% set x = problem ~ problem %}", "nicht zu lesen (neither ~ nor autoescape is available)"),
    "range": ("{% for x in range(10) %}{% endfor %}", "das in Vorlagen nicht geht"),
    "loops": (
        "{% macro l() %}{% for a in names %}{% for b in names %}{% for c in names %}{% for d in names %}"
        "{% for e in names %}{% for f in names %}{% for g in names %}{% for h in names %}{% for i in names %}"
        "{% for j in names %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}"
        "{% endfor %}{% endfor %}{% endfor %}{% endmacro %}{{ l() }}",
        "wird nicht fertig oder viel zu lang (Zeile 2)",
    ),
    "macro without end": ("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", "wird nicht fertig"),
    "text that doubles": (
        "{% macro d(x, n) %}{% if n %}{{ d(e(x), n - 1) }}{% endif %}{% endmacro %}"
        "{% macro e(x) %}{{ x }}{{ x }}{{ x }}{{ x }}{% endmacro %}{{ d('x', 60) }}",
        "wird nicht fertig oder viel zu lang",
    ),
    "itself": ('{% include "operator/de/body.html" %}', "wird nicht fertig oder viel zu lang"),
    "missing include": (
        "{% include problem %}",
        "lässt sich etwas nicht ausrechnen (TemplateNotFound): {% include problem",
    ),
    "outside": ('{% include "../../mail.py" %}', "lässt sich etwas nicht ausrechnen (TemplateNotFound)"),
    "arithmetic": ("{{ count / 0 }}", "lässt sich etwas nicht ausrechnen (ZeroDivisionError): {{ count / 0 }}"),
    "types": ("{{ problem|number }}", "lässt sich etwas nicht ausrechnen (TypeError): {{ problem|number }}"),
}


@pytest.mark.parametrize(("source", "problem"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_template_gives_way_to_the_built_in_one_and_says_where(source: str, problem: str) -> None:
    content = rendered(body_html=f"<p>Hallo</p>\n{source}\n", subject_txt="Eigener Betreff")
    assert (content.subject, content.preview, content.text, content.html) == (
        *(BUILT_IN.subject, BUILT_IN.preview, BUILT_IN.text, BUILT_IN.html),
    )
    assert problem in content.problem
    assert "operator/de/body.html" in content.problem
    assert "Zementwerk" not in content.problem
    assert "\n" not in content.problem


def test_problem_in_an_included_own_template_is_told_of_that_one() -> None:
    content = rendered(body_txt='Hallo\n\n{% include "operator/de/teil" %}\n', teil="\n\n{{ nix }}\n")
    assert content.problem == (
        "In der eigenen Vorlage operator/de/teil, Zeile 3, steht ein Wert, den es hier nicht gibt: {{ nix }}"
    )


def test_mail_goes_out_and_carries_the_problem_for_the_run() -> None:
    desk = Desk(
        sender="Klima-Allianz <k@example.org>",
        language="en",
        now=NOW,
        own=Own({"operator/en/subject.txt": "{{ name_of_town }}"}),
    )
    mail = trouble(desk, "rahel@example.org", "Rahel", "sync", "It fails.", NOW)
    message = message_from_bytes(mail.message, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message["Subject"] == "Please have a look: Syncing fails"
    assert mail.template_problem == (
        "The own template operator/en/subject.txt, line 1, names a value that is not there: {{ name_of_town }}"
    )


# What a check finds without any mail


def test_check_names_every_file_that_is_broken_or_belongs_to_no_mail() -> None:
    own = Own(
        {
            "digest/de/body.html": '{% extends "builtin/digest/de/body.html" %}\n{% block next %}\n{% endblok %}',
            "digest/de/subject.txt": "KW {{ week }}",
            "digest/fr/subject.txt": "Semaine",
            "milestone/en/body.txt": "{{ x|safe }}",
            "mail.css": "p { color: red }",
            "fuse/de/subject.txt": "Nein",
            "reminder/de/body.htm": "Nein",
        }
    )
    assert template_problems(own, "en") == (
        "The own template digest/de/body.html cannot be read in line 3 (Encountered unknown tag 'endblok'): "
        "{% endblok %}",
        "The file digest/fr/subject.txt belongs to no mail. It must be named like for example digest/de/subject.txt.",
        "The file fuse/de/subject.txt belongs to no mail. It must be named like for example digest/de/subject.txt.",
        "The file mail.css belongs to no mail. It must be named like for example digest/de/subject.txt.",
        "The own template milestone/en/body.txt cannot be read in line 1 (No filter named 'safe'): {{ x|safe }}",
        "The file reminder/de/body.htm belongs to no mail. It must be named like for example digest/de/subject.txt.",
    )


def test_check_of_good_templates_finds_nothing() -> None:
    assert template_problems(Own({"reminder/de/subject.txt": "{{ count }} Sachen"}), "de") == ()
