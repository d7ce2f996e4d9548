import math
import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from inspect import getsource

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.wording import Sentence, Words, words
from scoring.domain import Attitude, Factor, Language, MeetingKind, Sector, Severity, Stage
from scoring.messages import Argument, Message, Note, NoteCode
from scoring.parsing.numbers import read_number
from scoring.recommend import RecommendCode
from scoring.steps import StepCode
from scoring.to_add import AddCode

DE, EN = words("de"), words("en")
BOTH = [pytest.param(DE, id="de"), pytest.param(EN, id="en")]
PLACEHOLDER = re.compile(r"\{(\w+)(?::\w+)?\}")


# --- Numbers and dates


def test_number_follows_the_language() -> None:
    assert [DE.number(1234567.891, 2), EN.number(1234567.891, 2)] == ["1.234.567,89", "1,234,567.89"]
    assert [DE.number(0.5), DE.number(-0.4), DE.number(-1234)] == ["0", "0", "-1.234"]
    assert [DE.number(math.nan), DE.percent(math.nan), DE.tonnes(math.nan)] == ["–", "–", "–"]


@given(
    value=st.floats(min_value=-1e9, max_value=1e9),
    decimals=st.integers(min_value=0, max_value=4),
    language=st.sampled_from(("de", "en")),
)
def test_a_said_number_is_read_back_as_itself(value: float, decimals: int, language: Language) -> None:
    said = words(language).number(value, decimals)
    assert read_number(said, "", language).value == float(f"{value:.{decimals}f}")


def test_percent_takes_a_share() -> None:
    assert [DE.percent(0.05), DE.percent(0.05, 1), EN.percent(0.125, 1)] == ["5 %", "5,0 %", "12.5%"]


def test_tonnes_have_a_decimal_only_when_small() -> None:
    assert [DE.tonnes(12345.6), DE.tonnes(7.0), DE.tonnes(0.44), EN.tonnes(12345)] == [
        "12.346 t",
        "7 t",
        "0,4 t",
        "12,345 t",
    ]


def test_days_and_months_are_written_out() -> None:
    day = date(2026, 3, 1)
    assert [DE.day(day), EN.day(day), DE.month(day), EN.month(day)] == [
        "01.03.2026",
        "1 Mar 2026",
        "März 2026",
        "March 2026",
    ]


def test_labels_are_those_of_the_sheet() -> None:
    assert [DE.label(Stage.TALKED), EN.label(Stage.TALKED)] == ["Gespräch geführt", "talked"]


def test_lists_end_with_and() -> None:
    assert [DE.listed([]), DE.listed(["A"]), DE.listed(["A", "B"]), EN.listed(["A", "B", "C"])] == [
        "",
        "A",
        "A und B",
        "A, B and C",
    ]


# --- Placeholders


def sentence(text: str, language: Language = "de", **args: Argument) -> str:
    """Say one text as if it stood in a catalogue."""
    return Words(language=language, sentences={"it": Sentence(text=text)}).text("it", **args)


def test_a_value_is_said_by_its_type() -> None:
    said = sentence(
        "{a} · {b} · {c} · {d} · {e} · {f}", a=12345, b=1234.0, c=0.26, d=date(2026, 11, 24), e="x", f=Attitude.OPPONENT
    )
    assert said == "12.345 · 1.234 · 0,3 · 24.11.2026 · x · Gegner"


@pytest.mark.parametrize(
    ("form", "value", "de"),
    [
        ("percent", 0.126, "13 %"),
        ("percent1", 0.126, "12,6 %"),
        ("share", 0.05, "5,0 %"),
        ("share", 0.0004, "0,04 %"),
        ("share", 0.00002, "0,002 %"),
        ("share", 0.0, "0,0 %"),
        ("share", math.nan, "–"),
        ("t", 2115000.0, "2.115.000 t"),
        ("one", 27.0, "27,0"),
        ("exact", 0.125, "0,125"),
        ("exact", 1200.0, "1.200"),
        ("plain", 2035.0, "2035"),
        ("bound", 1990.0, "1990"),
        ("bound", 1e12, "1.000.000.000.000"),
        ("month", date(2026, 11, 24), "November 2026"),
        ("day", "2026-05-12", "12.05.2026"),
        ("day", "2026-02-30", "2026-02-30"),
        ("day", "12.05.2026", "12.05.2026"),
        ("day", "1.1.", "1.1."),
    ],
)
def test_a_placeholder_may_ask_for_a_form(form: str, value: Argument, de: str) -> None:
    assert sentence(f"{{it:{form}}}", it=value) == de


def test_what_people_typed_is_never_interpreted() -> None:
    hostile = "{b} {{}} %s %(a)s \\n {b:percent} {"
    assert sentence("{a} – {b}", a=hostile, b=hostile) == f"{hostile} – {hostile}"


def test_a_wrong_code_placeholder_or_form_is_an_error() -> None:
    with pytest.raises(KeyError):
        DE.text("no.such.code")
    with pytest.raises(KeyError):
        sentence("{missing}")
    with pytest.raises(TypeError):
        sentence("{it:percent}", it="viel")
    with pytest.raises(ValueError, match="nonsense"):
        sentence("{it:nonsense}", it=1)


# --- Variants


def test_a_count_decides_between_singular_and_plural() -> None:
    said = [DE.text("public.count", n=n, municipality="Bonn") for n in (0, 1, 2)]
    assert said == [
        "Noch niemand hat den Letter of Intent der Klima-Allianz Bonn unterzeichnet.",
        "1 Akteur hat den Letter of Intent der Klima-Allianz Bonn unterzeichnet.",
        "2 Akteure haben den Letter of Intent der Klima-Allianz Bonn unterzeichnet.",
    ]


def test_the_counting_argument_is_named_by_the_catalogue() -> None:
    said = [DE.text("step2.next.find", missing=n) for n in (1, 3)]
    assert [text.split(":")[0] for text in said] == ["Es fehlt noch 1 Zusage", "Es fehlen noch 3 Zusagen"]


def test_a_blank_suggestion_is_not_offered() -> None:
    args = {"found": "xyz", "column": "Haltung", "allowed": "neutral, Gegner"}
    note = Note(code=NoteCode.CHOICE_UNKNOWN, severity=Severity.WARNING, args={**args, "suggestion": ""})
    assert DE.note(note) == "„xyz“ steht nicht in der Liste für „Haltung“. Bitte aus diesen wählen: neutral, Gegner."


def test_a_list_that_ends_with_a_stop_ends_the_sentence() -> None:
    assert sentence("Es fehlen: {names}.", names="A, B, …") == "Es fehlen: A, B, …"
    assert sentence("Es fehlt: {names}.", names="Sportverein e. V.") == "Es fehlt: Sportverein e. V."
    assert sentence("Es fehlen: {names}. Fragt nach.", names="A, …") == "Es fehlen: A, …. Fragt nach."


def test_a_private_cell_is_not_quoted() -> None:
    args = {"found": "", "column": "Löschen am"}
    note = Note(code=NoteCode.DATE_UNREADABLE, severity=Severity.WARNING, args=args)
    assert DE.note(note).startswith("Der Eintrag in „Löschen am“ ist nicht als Datum lesbar")


PRIVATE = {
    "error_cell": {},
    "date_unreadable": {},
    "date_ambiguous": {},
    "date_is_number": {},
    "date_out_of_range": {},
    "choice_unknown": {"suggestion": "", "allowed": "ja, nein"},
    "reference_unknown": {"suggestion": ""},
    "alias_used": {"name": "Stadtwerke"},
}
"""What can be wrong in the tabs of which no cell is quoted, with the other arguments of each note."""


@pytest.mark.parametrize("catalogue", BOTH)
@pytest.mark.parametrize("code", PRIVATE)
def test_notes_read_well_without_the_private_cell(catalogue: Words, code: str) -> None:
    args = {"found": "", "column": "Rolle", **PRIVATE[code]}
    said = catalogue.note(Note(code=NoteCode(code), severity=Severity.WARNING, args=args))
    assert not re.search("„“|“”|^ |  | [,.]", said)


def test_a_note_can_carry_its_place() -> None:
    def at(**place: str) -> str:
        note = Note(code=NoteCode.MUNICIPALITY_MISSING, severity=Severity.WARNING, **place)
        return EN.note_with_place(note).partition("The name")[0]

    assert at(tab="Akteure", cell="H17", actor="Stadtwerke") == "Akteure!H17 (Stadtwerke): "
    assert at(tab="Akteure", actor="Stadtwerke") == "Akteure (Stadtwerke): "
    assert at(tab="Akteure", cell="H17") == "Akteure!H17: "
    assert at() == ""


# --- The catalogues


CODES: dict[type[StrEnum], str] = {NoteCode: "note.", RecommendCode: "", StepCode: "", AddCode: ""}
OF_EVERY_CODE = {RecommendCode: {"name"}}


def declared() -> Iterator[tuple[str, set[str]]]:
    """Yield each code of the closed lists with the words of the comment that names its arguments."""
    for codes, prefix in CODES.items():
        comments = dict(re.findall(r'= \(?\s*"([\w.]+)"\s*(?:# ([^\n]*))?', getsource(codes)))
        before: set[str] = set()
        for code in codes:
            named = set(re.findall(r"\w+", comments[code])) | OF_EVERY_CODE.get(codes, set())
            before = named | (before if "same" in named else set())
            yield f"{prefix}{code}", before


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def test_both_languages_have_the_same_sentences_with_the_same_placeholders() -> None:
    def shape(catalogue: Words) -> dict[str, tuple[set[str], set[str], str]]:
        return {
            code: (set(re.findall(r"\{.*?\}", it.text)), set(re.findall(r"\{.*?\}", it.plural)), it.counted)
            for code, it in catalogue.sentences.items()
        }

    assert shape(DE) == shape(EN)


def test_every_code_has_its_sentence_and_only_the_arguments_it_declares() -> None:
    blank = Sentence(text="{no_sentence}")
    found = {code: DE.sentences.get(code, blank) for code, _ in declared()}
    undeclared = {code: placeholders(found[code].text + found[code].plural) - names for code, names in declared()}
    assert {code: names for code, names in undeclared.items() if names} == {}


def test_every_variant_belongs_to_a_sentence_that_says_its_argument() -> None:
    variants = [code.split(".without_") for code in DE.sentences if ".without_" in code]
    assert [
        (base, name)
        for base, name in variants
        if name not in placeholders(DE.sentences[base].text) | {DE.sentences[base].counted}
    ] == []


def sample(name: str, form: str) -> Argument:
    """Return what a placeholder may get: a day, a code of a list, a figure where a form asks for one, else text."""
    days = {name: date(2026, 11, 24) for name in ("date", "day", "party", "reported")}
    choices = {"kind": MeetingKind.EVENT, "factor": Factor.JOBS, "sector": Sector.WASTE, "typed": Stage.SIGNED}
    return {**days, **choices}.get(name, 1234.5 if form else "Stadt {x} %s")


@pytest.mark.parametrize("catalogue", BOTH)
def test_every_sentence_can_be_said(catalogue: Words) -> None:
    for code, it in catalogue.sentences.items():
        args = {name: sample(name, form) for name, form in re.findall(r"\{(\w+):?(\w*)\}", it.text + it.plural)}
        for count in (1, 2):
            said = catalogue.say(Message(code=code, args=args | ({it.counted: count} if it.counted else {})))
            assert not re.search(r"[{}]|  ", said.replace("{x}", "x")), (code, said)


@pytest.mark.parametrize("catalogue", BOTH)
def test_what_is_said_to_people_is_a_whole_sentence(catalogue: Words) -> None:
    unfinished = [
        code
        for code, it in catalogue.sentences.items()
        if code.startswith(
            ("note.", "recommend.", "add.", "step0", "step1", "step2", "step3", "step4", "step5", "step6")
        )
        for text in (it.text, it.plural)
        if text and not text.endswith((".", "!", "?"))
    ]
    assert unfinished == []


@pytest.mark.parametrize(("catalogue", "opening", "closing"), [(DE, "„", "“"), (EN, "“", "”")])
def test_quotation_marks_are_typographic_and_closed(catalogue: Words, opening: str, closing: str) -> None:
    texts = [text for it in catalogue.sentences.values() for text in (it.text, it.plural)]
    assert [text for text in texts if '"' in text or "'" in text or text.count(opening) != text.count(closing)] == []


def test_the_team_is_never_addressed_formally() -> None:
    formal = re.compile(r"\b(Ihnen|Ihre[rnms]?|Meinten Sie|(?:[Kk]önnen|[Mm]üssen|[Bb]itte \w+) Sie)\b")
    assert [it.text for it in DE.sentences.values() if formal.search(it.text + it.plural)] == []
