"""Whatever people paste into any cell, header or title: it stays text in everything that the service says.

Each round puts another text into every field, so that after as many rounds as there are texts each stood in each.
"""

import html
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from scoring.domain import Language
from tests.hostile.hits import hits
from tests.hostile.outputs import Form, Output, outputs
from tests.hostile.texts import TEXTS, harmless, marked
from tests.hostile.town import NEEDED, TABS, Town

NAMES = tuple(TEXTS)
MARKER = re.compile(r"q(\d+)z\d+q")
DIVIDES = re.compile("[;,/]")
"""What divides a cell into several names."""

SHORTENED = frozenset({"recipients.name", "actors.owner"})
"""People are called by their first names, and a cell may name several: what stands there is looked at as structure."""

RENAMED = tuple(tab.name for tab in TABS if tab.name != "settings")
COMBINATIONS = 10_000

Combination = tuple[str, str, str]
"""A text, the field that it stood in, and the output."""


@dataclass(kw_only=True)
class Seen:
    """What was tried and what came of it. `shown` are the combinations in which the output shows the text."""

    tried: set[Combination] = field(default_factory=set)
    shown: set[Combination] = field(default_factory=set)
    hits: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """One line for the log."""
        return f"{len(self.tried):,} combinations, {len(self.shown):,} of them shown, {len(self.hits)} hits"


@dataclass(kw_only=True)
class Round:
    """One way to put texts into fields; `numbers` are the fields in the order in which they were asked for."""

    number: int
    numbers: dict[str, int] = field(default_factory=dict)

    def text(self, where: str) -> str:
        """Return the name of the text that stands in that field."""
        return NAMES[(self.numbers.setdefault(where, len(self.numbers)) + self.number) % len(NAMES)]

    def town(self, *, tame: bool) -> Town:
        """Return the town with these texts, or with their harmless twins."""

        def cell(tab: str, name: str, row: int) -> str:
            text = TEXTS[self.text(f"{tab}.{name}")]
            return marked(harmless(text) if tame else text, f"q{self.numbers[f'{tab}.{name}']}z{row}q")

        strays = [TEXTS[self.text(f"stray.{number}")] for number in range(3)]
        renamed = RENAMED[self.number % len(RENAMED)]
        title = TEXTS[self.text("title")]
        broken = {list(NEEDED)[self.number % len(NEEDED)]} if self.number % 3 == 2 else set()
        return Town(
            fill=cell,
            broken=frozenset(broken),
            junk=self.number % 2 == 1,
            titles={renamed: f"Tab {harmless(title) if tame else title}"},
            stray=[f"{harmless(text) if tame else text} {n}" for n, text in enumerate(strays)],
        )


def play(number: int, seen: Seen, language: Language = "de") -> None:
    """Play one round."""
    now = Round(number=number)
    found, twins = outputs(now.town(tame=False), language), outputs(now.town(tame=True), language)
    assert [output.name for output in found] == [twin.name for twin in twins]
    for output, twin in zip(found, twins, strict=True):
        seen.tried |= {(now.text(where), where, output.kind) for where in now.numbers}
        seen.hits += [f"round {number}, {hit}" for hit in (*hits(output, twin), *_changed(output, now, seen))]


def _changed(output: Output, now: Round, seen: Seen) -> Iterator[str]:
    """Yield each marker before which something else stands than what was typed."""
    fields = {number: where for where, number in now.numbers.items()}
    for shown in map(_squeezed, _texts(output)):
        for found in MARKER.finditer(shown):
            where = fields[int(found[1])]
            name = now.text(where)
            seen.shown.add((name, where, output.kind))
            if where not in SHORTENED and not _is_as_typed(shown, found, TEXTS[name]):
                yield f"{output.name}: {name!r} in {where} became {shown[: found.start()][-60:]!r}"


def _is_as_typed(shown: str, found: re.Match[str], text: str) -> bool:
    before, behind, typed = shown[: found.start()], shown[found.end() :], _squeezed(text).lstrip("\"'")
    first, last = DIVIDES.split(typed)[0], DIVIDES.split(typed)[-1]
    if marked(text, "q").endswith("q"):
        return before.endswith(typed if first == last else (typed, last))
    kept = behind.partition("…")[0]  # it may be cut
    return kept.startswith(first[:10]) or first.startswith(kept)


def _squeezed(text: str) -> str:
    """Return what can be seen of a text, whatever became of its white space."""
    return "".join(letter for letter in text if letter.isprintable() and letter not in " \ufffd")


def _texts(output: Output) -> Iterator[str]:
    """Yield what people read of an output."""
    match output.form:
        case Form.HTML:
            page = re.sub(r"(?s)<style>.*?</style>|<svg.*?</svg>", " ", output.content)
            yield html.unescape(re.sub(r"(?s)<[^>]*>", " ", page))
            yield from map(html.unescape, re.findall(r'(?:alt|aria-label|title)="([^"]*)"', page))
        case Form.JSON:
            yield from _strings(json.loads(output.content))
        case Form.CELL:
            yield from output.content.split("\0")
        case Form.LINE | Form.TEXT:
            yield output.content
        case Form.MESSAGE | Form.FILE_NAME | Form.TERMINAL:
            return  # its texts are outputs of their own, or it keeps only letters, or it breaks lines inside of words


def _strings(value: object) -> Iterator[str]:
    match value:
        case dict():
            for item in value.values():
                yield from _strings(item)
        case list():
            for item in value:
                yield from _strings(item)
        case str():
            yield value


# Text of people is read in these, so a hit would be seen.
MUST_SHOW = {
    *(
        f"{kind} {part}"
        for kind in ("loi_update", "welcome", "success", "reminder", "digest")
        for part in ("text", "html")
    ),
    *("loi_update subject", "reminder subject", "welcome preview", "digest preview"),
    *("letter html", "letter text", "letter subject"),
    *("team/report.html", "public/index.html", "team/result.json"),
    *("cells of results.A", "cells of notes.D", "cells of outbox.F"),
}


def test_text_of_people_stays_text_in_every_output() -> None:
    seen = Seen()
    play(10, seen)
    play(41, seen, "en")
    print(seen.summary)
    assert seen.hits == []
    assert MUST_SHOW - {output for _, _, output in seen.shown} == set()
    assert len(seen.tried) >= COMBINATIONS


@pytest.mark.campaign
def test_every_text_in_every_field_stays_text_in_every_output(minutes: float, seed: int) -> None:
    seen, languages = Seen(), Counter[str]()
    until = time.monotonic() + 60 * minutes
    for number in range(seed, seed + 6 * len(NAMES)):
        language: Language = "en" if number // len(NAMES) % 2 else "de"
        play(number, seen, language)
        languages[language] += 1
        if time.monotonic() > until:
            break
    print(f"{seen.summary}; rounds: {dict(languages)}")
    assert seen.hits == []
    assert len(seen.tried) >= COMBINATIONS
