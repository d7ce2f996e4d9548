from dataclasses import replace

import pytest

from reports.sentences import public_sentence, team_sentence
from reports.wording import words
from scoring.alliance import Settings
from scoring.assessment import Coverage
from scoring.domain import InventoryMethod

DE, EN = words("de"), words("en")

BONN = Settings(
    municipality="Bonn", inventory_method=InventoryMethod.BISKO, inventory_year=2018, inventory_total=2_115_000.0
)
TOWN_HALL_ALONE = Coverage(
    publishable=True,
    minimum=68_400 / 2_115_000,
    mid=72_000 / 2_115_000,
    maximum=75_600 / 2_115_000,
    is_open=False,
    signatories=1,
    with_data=1,
    percent=3,
)
NOTHING = Coverage(
    publishable=False, minimum=None, mid=None, maximum=None, is_open=None, signatories=0, with_data=0, percent=None
)


# --- The public sentence


def test_bonn_2018_says_at_least_3_percent() -> None:
    assert public_sentence(TOWN_HALL_ALONE, BONN, DE) == (
        "Die Allianz umfasst mindestens 3 % der Treibhausgasemissionen von Bonn "
        "(BISKO, Bilanzjahr 2018; 1 von 1 Unterzeichnenden mit Angaben)."
    )
    assert public_sentence(TOWN_HALL_ALONE, BONN, EN) == (
        "The alliance holds at least 3% of the greenhouse gas emissions of Bonn "
        "(BISKO, inventory year 2018; 1 of 1 signatories with figures)."
    )


def test_below_one_percent_the_signatories_are_counted() -> None:
    small = replace(TOWN_HALL_ALONE, percent=0, minimum=0.0099)
    assert public_sentence(small, BONN, DE) == "1 Akteur hat den Letter of Intent der Klima-Allianz Bonn unterzeichnet."


def test_what_may_not_be_published_is_not_said() -> None:
    hidden = replace(TOWN_HALL_ALONE, publishable=False, signatories=2)
    assert public_sentence(hidden, BONN, DE) == (
        "2 Akteure haben den Letter of Intent der Klima-Allianz Bonn unterzeichnet."
    )


def test_with_only_a_name_nobody_has_signed_yet() -> None:
    assert public_sentence(NOTHING, Settings(municipality="Bonn"), DE) == (
        "Noch niemand hat den Letter of Intent der Klima-Allianz Bonn unterzeichnet."
    )


@pytest.mark.parametrize("coverage", [TOWN_HALL_ALONE, NOTHING])
def test_without_the_municipality_there_is_no_public_sentence(coverage: Coverage) -> None:
    assert public_sentence(coverage, replace(BONN, municipality=""), DE) == ""


def test_a_name_is_never_taken_for_a_placeholder() -> None:
    odd = replace(BONN, municipality="{percent} 100 %s")
    assert "von {percent} 100 %s (BISKO" in public_sentence(TOWN_HALL_ALONE, odd, DE)


# --- What the team sees


def test_the_team_sees_bounds_that_hold_as_printed() -> None:
    coverage = replace(TOWN_HALL_ALONE, minimum=0.1499, mid=0.1851, maximum=0.3101)
    assert team_sentence(coverage, DE) == "mindestens 14 %, wahrscheinlich 19 %, höchstens 32 %"


def test_small_bounds_have_a_decimal() -> None:
    assert team_sentence(TOWN_HALL_ALONE, EN) == "at least 3.2%, likely 3.4%, at most 3.6%"


def test_a_round_bound_is_not_moved_by_its_last_bit() -> None:
    coverage = replace(TOWN_HALL_ALONE, minimum=0.29, mid=0.29, maximum=0.57)
    assert [100 * 0.29 < 29, 100 * 0.57 < 57] == [True, True]
    assert team_sentence(coverage, DE) == "mindestens 29 %, wahrscheinlich 29 %, höchstens 57 %"


def test_an_unknown_figure_leaves_the_upper_bound_open() -> None:
    coverage = replace(TOWN_HALL_ALONE, minimum=0.13, mid=0.19, maximum=0.25, is_open=True)
    assert team_sentence(coverage, DE).startswith("mindestens 13 %, wahrscheinlich 19 %, nach oben offen")


def test_before_the_first_signature_there_is_no_share() -> None:
    nobody = replace(TOWN_HALL_ALONE, minimum=0.0, mid=0.0, maximum=0.0, signatories=0, with_data=0, percent=None)
    assert team_sentence(nobody, DE) == "noch hat niemand unterzeichnet"
    assert team_sentence(nobody, EN) == "nobody has signed yet"


def test_without_an_inventory_the_team_is_told_what_is_missing() -> None:
    assert team_sentence(NOTHING, DE).startswith("noch nicht zu berechnen: Bilanzmethode")
