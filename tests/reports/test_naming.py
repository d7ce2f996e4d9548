"""Who may be named and quoted: the strictest of an actor's letters decides."""

from datetime import date

import pytest

from reports.naming import Signatory, former_signatories, listed_names, named, signatories
from reports.wording import words
from scoring.domain import Publication
from tests.reports.news_sheet import LETTERS, TODAY, sheet
from tests.scoring.build import Row

STADT = LETTERS[0]
SIGNED_ON = date(2026, 10, 1)


def of_stadt(*letters: Row) -> Signatory:
    """What may be said of Stadt, which has these letters."""
    (signatory,) = signatories(sheet(letters=letters), ["u:stadt"], TODAY)
    return signatory


@pytest.mark.parametrize(
    ("answers", "name", "quote", "consent"),
    [
        (("yes",), "Stadt", "Das Rathaus geht voran.", Publication.YES),
        (("yes", "yes"), "Stadt", "Das Rathaus geht voran.", Publication.YES),
        (("yes", "name_only"), "Stadt", "", Publication.NAME_ONLY),
        (("name_only", "no"), "", "", Publication.NO),
        (("", "no"), "", "", Publication.NO),
        (("yes", ""), "", "", None),
        (("",), "", "", None),
    ],
)
def test_of_several_letters_the_strictest_consent_counts(
    answers: tuple[str, ...], name: str, quote: str, consent: Publication | None
) -> None:
    letters = [{**STADT, "publication": answer} for answer in answers]
    assert of_stadt(*letters) == Signatory(name=name, quote=quote, consent=consent, signed_on=SIGNED_ON)


@pytest.mark.parametrize(
    "change",
    [{"withdrawn_on": date(2026, 10, 5)}, {"authority": "no"}, {"signed_on": date(2026, 12, 1)}, {"status": "pledged"}],
)
def test_a_letter_that_is_not_valid_says_nothing(change: Row) -> None:
    refusing: Row = {**STADT, "publication": "no", "quote": "Nein.", **change}
    assert of_stadt(STADT, refusing) == of_stadt(STADT)
    assert of_stadt(refusing) == Signatory()


def test_the_newest_quote_is_told_without_the_marks_around_it() -> None:
    newer: Row = {**STADT, "signed_on": date(2026, 11, 1), "quote": " „Wir legen nach.“ "}
    assert of_stadt(newer, STADT) == Signatory(
        name="Stadt", quote="Wir legen nach.", consent=Publication.YES, signed_on=SIGNED_ON
    )


def test_who_is_not_in_the_sheet_is_left_out() -> None:
    found = signatories(sheet(), ["u:werk", "u:niemand", "u:stadt"], TODAY)
    assert [signatory.name for signatory in found] == ["Werk", "Stadt"]


def test_who_withdrew_is_named_by_its_old_letters_and_never_quoted() -> None:
    gone: Row = {**STADT, "status": "withdrawn", "withdrawn_on": TODAY}
    assert former_signatories(sheet(letters=[gone]), ["u:stadt"]) == (
        Signatory(name="Stadt", consent=Publication.YES, signed_on=SIGNED_ON),
    )


A, B, UNNAMED = Signatory(name="A"), Signatory(name="B"), Signatory()


@pytest.mark.parametrize(
    ("found", "most", "said"),
    [
        ((A, B), 5, "A und B"),
        ((A, UNNAMED), 5, "A und einem weiteren Akteur"),
        ((A, B, UNNAMED), 1, "A und 2 weiteren Akteuren"),
        ((UNNAMED, UNNAMED), 5, ""),
        ((), 5, ""),
    ],
)
def test_names_are_listed_and_all_others_counted(found: tuple[Signatory, ...], most: int, said: str) -> None:
    assert listed_names(found, most, words("de")) == said


def test_only_those_with_a_name_are_named() -> None:
    assert named((A, UNNAMED, B)) == (A, B)
