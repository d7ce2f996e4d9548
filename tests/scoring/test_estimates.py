"""Estimates for blank emissions: jobs × the industry's intensity, and none where no average means anything."""

import string

import numpy as np
import pytest

from scoring.estimates import estimate, industry_label, intensities
from tests.scoring.build import Row, actors_table


def estimated(row: Row) -> tuple[float | None, float | None]:
    """Return fuels and electricity of that one actor, None where there is no estimate."""
    fuels, electricity = estimate(actors_table([{"name": "A", **row}])).replace({np.nan: None}).iloc[0]
    return fuels, electricity


@pytest.mark.parametrize(
    ("row", "tonnes"),
    [
        ({"jobs": 100, "industry": "23"}, (3106.0, 2043.0)),
        ({"jobs": 100, "industry": "01"}, (500.0, 931.0)),
        ({"jobs": 10, "industry": "87"}, (13.3, 13.8)),
        ({"jobs": 10, "industry": "C"}, (23.1, 62.3)),
        ({"jobs": 10, "industry": "Q"}, (14.6, 20.2)),
        ({"jobs": 0, "industry": "Q"}, (0.0, 0.0)),
        ({"industry": "C"}, (None, None)),
        ({"jobs": 10}, (None, None)),
        ({"jobs": 10, "industry": "C", "emissions": 0}, (None, None)),
        ({"jobs": 10, "industry": "C", "heat": 3}, (None, None)),
        ({"jobs": 10, "industry": "E"}, (None, None)),
        ({"jobs": 10, "industry": "24"}, (None, None)),
        ({"jobs": 10, "industry": "49"}, (None, None)),
    ],
)
def test_estimate_is_jobs_times_intensity(row: Row, tonnes: tuple[float | None, float | None]) -> None:
    assert estimated(row) == pytest.approx(tonnes)


def test_energy_waste_and_real_estate_have_no_intensity() -> None:
    assert set(string.ascii_uppercase[:21]) - set(intensities()) == set("DEL")


def test_divisions_without_a_usable_figure_have_no_intensity() -> None:
    left_out = {"19", "21", "24", "33", "35", "36", "37", "68"}
    assert left_out & set(intensities()) == set()


def test_industry_label_names_the_row_that_is_used() -> None:
    labels = [industry_label(cell) for cell in ("23", "11", "Q", "24", "")]
    assert labels == [
        "Glas/Keramik/Steine/Erden",
        "Ernährung/Getränke/Tabak",
        "Öffentliche und private Dienstleistungen (Abschnitte)",
        "",
        "",
    ]


def test_estimate_keeps_the_rows() -> None:
    actors = actors_table([{"name": "A"}, {"name": "B", "jobs": 10, "industry": "Q"}]).iloc[::-1]
    found = estimate(actors)
    assert found.index.tolist() == [3, 2]
    assert found["fuels"].fillna(-1).tolist() == pytest.approx([14.6, -1])
    assert estimate(actors.iloc[:0]).dtypes.astype(str).to_dict() == {"fuels": "float64", "electricity": "float64"}
