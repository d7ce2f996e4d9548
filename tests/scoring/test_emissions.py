"""Reading an actor's tonnes: THG or the split, and how uncertain they are."""

import numpy as np
import pytest

from scoring.emissions import entered_tonnes, has_split, quality_bounds
from tests.scoring.build import Row, actors_table


@pytest.mark.parametrize(
    ("row", "split", "tonnes"),
    [
        ({"emissions": 700}, False, 700.0),
        ({"emissions": 0}, False, 0.0),
        ({}, False, None),
        ({"fuels": 30, "electricity": 40, "heat": 5, "process": 20, "sold_energy": 1}, True, 96.0),
        ({"electricity": 40}, True, 40.0),
        ({"electricity": 0}, True, 0.0),
        ({"emissions": 700, "fuels": 30, "heat": 5}, True, 35.0),
    ],
)
def test_entered_tonnes_are_the_split_where_there_is_one(row: Row, split: bool, tonnes: float | None) -> None:
    actors = actors_table([{"name": "A", **row}])
    assert has_split(actors).tolist() == [split]
    assert entered_tonnes(actors).replace({np.nan: None}).tolist() == [tonnes]


def test_quality_bounds_take_a_blank_for_c() -> None:
    grades = actors_table({"name": f"Actor {grade}", "data_quality": grade} for grade in ("A", "B", "C", "D", ""))
    low, high = quality_bounds(grades["data_quality"])
    assert low.tolist() == [0.95, 0.85, 0.7, 0.5, 0.7]
    assert high.tolist() == [1.05, 1.15, 1.3, 2.0, 1.3]


def test_an_empty_table_has_no_tonnes_and_no_bounds() -> None:
    actors = actors_table()
    low, high = quality_bounds(actors["data_quality"])
    assert (entered_tonnes(actors).tolist(), low.tolist(), high.tolist()) == ([], [], [])
