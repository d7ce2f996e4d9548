"""Gewinnbarkeit and the low-hanging fruits."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.domain import Attitude
from scoring.ease import ease
from tests.scoring.build import Row, actors_table

SOME = settings(max_examples=50, deadline=None)
attitudes = st.sampled_from([*map(str, Attitude), ""])
rows = st.fixed_dictionaries({"attitude": attitudes}, optional={"relationship": st.floats(0, 5)})


def ease_of(*rows: Row) -> pd.DataFrame:
    return ease(actors_table({"name": f"Actor {number}", **row} for number, row in enumerate(rows)))


@pytest.mark.parametrize(
    ("row", "low", "mid", "high"),
    [
        ({"relationship": 3, "attitude": "neutral"}, 55, 55, 55),
        ({"relationship": 5, "attitude": "supporter"}, 100, 100, 100),
        ({"relationship": 0, "attitude": "sceptic"}, 12.5, 12.5, 12.5),
        ({"attitude": "supporter"}, 50, 55, 100),
        ({"relationship": 4}, 40, 60, 90),
        ({"attitude": "opponent"}, 0, 5, 50),
        ({}, 0, 25, 100),
    ],
)
def test_worked_ease(row: Row, low: float, mid: float, high: float) -> None:
    found = ease_of(row)[["ease_low", "ease", "ease_high"]]
    assert found.iloc[0].tolist() == pytest.approx([low, mid, high])


@pytest.mark.parametrize(
    ("row", "fruit"),
    [
        ({"relationship": 5, "attitude": "opponent"}, "no"),
        ({"relationship": 5, "attitude": "sceptic"}, "no"),
        ({"attitude": "sceptic"}, "no"),
        ({"relationship": 4, "attitude": "neutral"}, "yes"),
        ({"relationship": 4}, "yes"),
        ({"relationship": 0, "attitude": "supporter"}, "yes"),
        ({"attitude": "supporter"}, "yes"),
        ({"relationship": 3.5}, "possible"),
        ({"attitude": "neutral"}, "possible"),
        ({}, "possible"),
        ({"relationship": 3.5, "attitude": "neutral"}, "no"),
        ({"low_hanging": "yes", "attitude": "opponent"}, "yes"),
        ({"low_hanging": "no", "relationship": 5, "attitude": "supporter"}, "no"),
    ],
)
def test_low_hanging_fruit_is_willing_or_known_unless_a_person_says_otherwise(row: Row, fruit: str) -> None:
    assert ease_of(row)["low_hanging"].tolist() == [fruit]


@SOME
@given(rows)
def test_bounds_enclose_the_ease(row: Row) -> None:
    low, mid, high = ease_of(row)[["ease_low", "ease", "ease_high"]].iloc[0]
    assert 0 <= low <= mid <= high <= 100


@SOME
@given(rows, st.floats(0, 5))
def test_knowing_the_relationship_never_widens_the_span(row: Row, relationship: float) -> None:
    blank: Row = {"attitude": row["attitude"]}
    found = ease_of(blank, {**blank, "relationship": relationship})
    span = found["ease_high"] - found["ease_low"]
    assert span.iloc[1] <= span.iloc[0]


def test_an_empty_table_has_no_ease() -> None:
    found = ease_of()
    assert found.dtypes.astype(str).to_dict() == {
        "ease_low": "float64",
        "ease": "float64",
        "ease_high": "float64",
        "low_hanging": "object",
    }
    assert len(found) == 0
