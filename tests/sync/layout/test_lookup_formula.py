"""The formula of a grey column: written as the contract says, and known again whatever became of it."""

from dataclasses import replace

import pytest

from scoring.tabs import ACTORS
from sync.layout.lookup_formula import Lookup, lookup, own_lookup, quoted, separator_of

RANK = (
    '=ARRAYFORMULA(IF(ROW($C$1:$C)=ROW($C$1);"Rang";IF($C$1:$C="";;'
    "IFNA(XLOOKUP($C$1:$C;Auswertung!$A:$A;Auswertung!$D:$D)))))"
)


def rank(**changes: object) -> Lookup:
    where = {"header": "Rang", "key_column": 2, "header_row": 1, "title": "Auswertung", "separator": ";"}
    return lookup("rank", **{**where, **changes})  # type: ignore[arg-type]


def test_lookup_is_the_template_of_the_contract() -> None:
    assert rank().formula == RANK


def test_lookup_goes_wherever_key_header_and_results_stand() -> None:
    moved = lookup(
        "notes", header='Sag "nein"', key_column=27, header_row=4, title="Auswertung (Anna's)", separator=","
    )
    assert moved.formula == (
        '=ARRAYFORMULA(IF(ROW($AB$4:$AB)=ROW($AB$4),"Sag ""nein""",IF($AB$4:$AB="",,'
        "IFNA(XLOOKUP($AB$4:$AB,'Auswertung (Anna''s)'!$A:$A,'Auswertung (Anna''s)'!$G:$G)))))"
    )


@pytest.mark.parametrize("column", ACTORS.lookups, ids=lambda column: column.field)
@pytest.mark.parametrize("separator", [";", ","])
@pytest.mark.parametrize("marked", ["", " (berechnet)"])
def test_own_lookup_knows_what_was_written(column: object, separator: str, marked: str) -> None:
    written = lookup(
        column.field,  # type: ignore[attr-defined]
        header=column.de + marked,  # type: ignore[attr-defined]
        key_column=5,
        header_row=3,
        title="Auswertung",
        separator=separator,
    )
    found = own_lookup(written.formula)
    assert found == written
    assert found is not None
    assert found.field == column.field  # type: ignore[attr-defined]


KEYS, FIRST, AMONG, SHOWN = "$C$1:$C", "$C$1", "Auswertung!$A:$A", "Auswertung!$D:$D"


@pytest.mark.parametrize(
    ("text", "references"),
    [
        (RANK.replace(SHOWN, "#REF!"), (KEYS, FIRST, KEYS, KEYS, AMONG, "#REF!")),
        (RANK.replace("Auswertung!", "#REF!"), (KEYS, FIRST, KEYS, KEYS, "#REF!$A:$A", "#REF!$D:$D")),
        (RANK.replace(KEYS, "#REF!"), ("#REF!", FIRST, "#REF!", "#REF!", AMONG, SHOWN)),
        (
            RANK.replace("$C$1", "$AF$7").replace(":$C", ":$AF"),
            ("$AF$7:$AF", "$AF$7", "$AF$7:$AF", "$AF$7:$AF", AMONG, SHOWN),
        ),
    ],
    ids=["result gone", "tab gone", "key gone", "moved"],
)
def test_own_lookup_knows_broken_and_moved_references(text: str, references: tuple[str, ...]) -> None:
    assert own_lookup(text) == Lookup(header="Rang", references=references, separator=";")


@pytest.mark.parametrize(
    "text",
    [
        RANK + "+1",
        RANK.replace("Rang", "Umsatz"),
        RANK.replace("XLOOKUP", "VLOOKUP"),
        RANK.replace("IFNA(", "IFERROR("),
        RANK.replace("=ARRAYFORMULA(", "=ARRAYFORMULA(1+"),
        RANK[1:],
        '="Rang"',
        "Rang",
        "",
    ],
)
def test_own_lookup_leaves_every_other_formula_to_people(text: str) -> None:
    assert own_lookup(text) is None


def test_looks_up_as_ignores_separators_and_spelling_only() -> None:
    spelled = own_lookup(RANK.replace(";", ", ").replace("Auswertung!", "'auswertung'!").replace("$C", "$c"))
    assert spelled is not None
    assert spelled.looks_up_as(rank())
    assert not spelled.looks_up_as(rank(title="Auswertung (Klima-Allianz)"))
    assert not spelled.looks_up_as(rank(key_column=3))
    assert not spelled.looks_up_as(replace(rank(), header="Rang (berechnet)"))


def test_with_other_separator_is_the_formula_of_the_other_locale() -> None:
    assert rank().with_other_separator() == rank(separator=",")
    assert rank().with_other_separator().with_other_separator() == rank()


@pytest.mark.parametrize(
    ("locale", "separator"),
    [("de_DE", ";"), ("de_AT", ";"), ("fr", ";"), ("en_US", ","), ("en_GB", ","), ("en-IE", ","), ("", ";")],
)
def test_separator_of_follows_the_decimal_sign(locale: str, separator: str) -> None:
    assert separator_of(locale) == separator


@pytest.mark.parametrize(
    ("title", "there"),
    [("Auswertung", "Auswertung"), ("Übersicht", "Übersicht"), ("A1", "'A1'"), ("2026", "'2026'"), ("a b", "'a b'")],
)
def test_quoted_puts_in_quotes_what_is_no_plain_word(title: str, there: str) -> None:
    assert quoted(title) == there
