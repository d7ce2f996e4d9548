"""What was made public, and which new members still wait for it."""

from datetime import date

import pandas as pd
import pytest

from scoring.domain import PressOccasion
from scoring.press import items, to_celebrate, uncelebrated
from tests.scoring.build import Row, alliance

TODAY, TOMORROW = date(2026, 6, 1), date(2026, 6, 2)


def test_press_item_counts_from_its_day_on_and_for_its_occasion() -> None:
    press = [
        {"date": TODAY, "occasion": "letter"},
        {"date": TOMORROW, "occasion": "letter"},
        {"date": TODAY, "occasion": "founding"},
        {"occasion": "letter"},
    ]
    assert list(items(alliance(press=press), PressOccasion.LETTER, TODAY).index) == [2]


@pytest.mark.parametrize(
    ("new_member", "press", "letter", "waiting"),
    [
        (True, {}, {}, True),
        (False, {}, {}, False),
        (True, {"actor": "Werk", "date": TODAY, "occasion": "new_member"}, {}, False),
        (True, {"actor": "Werk", "date": TOMORROW, "occasion": "new_member"}, {}, True),
        (True, {"actor": "Bad", "date": TODAY, "occasion": "new_member"}, {}, True),
        (True, {"actor": "Werk", "date": TODAY, "occasion": "letter"}, {}, True),
        (True, {}, {"actor": "Werk", "publication": "no"}, False),
        (True, {}, {"actor": "Werk", "publication": "name_only"}, True),
        (True, {}, {"actor": "Werk", "publication": ""}, True),
        (True, {}, {"actor": "Bad", "publication": "no"}, True),
    ],
)
def test_new_member_waits_until_the_press_names_it_unless_it_must_not_be_named(
    new_member: bool, press: Row, letter: Row, waiting: bool
) -> None:
    given = alliance(actors=[{"name": "Werk"}], press=[press], letters=[letter])
    assessed = pd.DataFrame({"key": ["werk"], "new_member": [new_member]}, index=given.actors.index)
    assert uncelebrated(given, assessed, TODAY).item() is waiting


def test_celebrated_member_is_still_one_to_celebrate() -> None:
    given = alliance(actors=[{"name": "Werk"}], press=[{"actor": "Werk", "date": TODAY, "occasion": "new_member"}])
    assessed = pd.DataFrame({"key": ["werk"], "new_member": [True]}, index=given.actors.index)
    assert to_celebrate(given, assessed).item() is True
