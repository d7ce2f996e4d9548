"""One actor's figure: which tonnes may count, and how certain they are."""

import math

import pytest

from scoring.coverage import share
from scoring.domain import DataQuality, EmissionsScope, InventoryMethod, Severity
from scoring.figures import figure_notes, figures
from scoring.messages import Note, NoteCode
from tests.scoring.build import Row, alliance
from tests.scoring.build_coverage import figures_of, guesses, inventory

BISKO, SOURCE, INFLUENCE = InventoryMethod
ALL_PARTS = {"fuels": 1.0, "electricity": 20.0, "heat": 300.0, "process": 4_000.0, "sold_energy": 50_000.0}


def bounds(row: Row, **settings: object) -> tuple[float, float, float]:
    """Return the three bounds of one actor, rounded to grams; NaN as None would not compare, so it becomes infinite."""
    estimates = {str(row.get("name", "A")): (60.0, 40.0)} if settings.pop("estimate", False) else None
    found = figures_of([{"name": "A", "emissions_year": 2022, **row}], inventory(**settings), estimates)  # type: ignore[arg-type]
    low, mid, high = found[["figure_min", "figure_mid", "figure_max"]].iloc[0].fillna(math.inf).round(6)
    return low, mid, high


UNKNOWN = (0, 0, math.inf)


@pytest.mark.parametrize(
    ("method", "tonnes"),
    [(BISKO, 1 + 20 + 300), (SOURCE, 1 + 4_000 + 50_000), (INFLUENCE, 1 + 20 + 300 + 4_000)],
)
def test_a_split_counts_what_the_method_counts(method: InventoryMethod, tonnes: float) -> None:
    assert bounds({**ALL_PARTS, "data_quality": "A"}, method=method) == (
        round(tonnes * 0.95, 6),
        tonnes,
        round(tonnes * 1.05, 6),
    )


def test_a_split_replaces_the_one_figure() -> None:
    assert bounds({"emissions": 900, "fuels": 100, "data_quality": "A"}) == (95, 100, 105)


@pytest.mark.parametrize(
    ("grade", "expected"),
    [("A", (95, 100, 105)), ("B", (85, 100, 115)), ("C", (70, 100, 130)), ("", (70, 100, 130)), ("D", (0, 100, 200))],
)
def test_the_grade_widens_the_bounds_and_a_blank_one_is_c(grade: str, expected: tuple[float, float, float]) -> None:
    assert bounds({"emissions": 100, "data_quality": grade}) == expected


ENERGY, FUELS, SCOPE_1, SCOPE_1_2 = EmissionsScope
COUNTS = (95, 100, 105)
WAITS = (0, 0, 105)


@pytest.mark.parametrize(
    ("scope", "method", "surely_no_plant", "perhaps_a_plant"),
    [
        (ENERGY, BISKO, COUNTS, COUNTS),
        (ENERGY, SOURCE, WAITS, WAITS),  # electricity must not
        (ENERGY, INFLUENCE, COUNTS, COUNTS),
        (FUELS, BISKO, COUNTS, COUNTS),
        (FUELS, SOURCE, COUNTS, COUNTS),
        (FUELS, INFLUENCE, COUNTS, COUNTS),
        (SCOPE_1, BISKO, COUNTS, WAITS),  # process and sold energy must not
        (SCOPE_1, SOURCE, COUNTS, COUNTS),
        (SCOPE_1, INFLUENCE, COUNTS, WAITS),  # sold energy must not
        (SCOPE_1_2, BISKO, COUNTS, WAITS),
        (SCOPE_1_2, SOURCE, WAITS, WAITS),
        (SCOPE_1_2, INFLUENCE, COUNTS, WAITS),
        ("", BISKO, COUNTS, COUNTS),  # blank is energy
        ("", SOURCE, WAITS, WAITS),
    ],
)
def test_one_figure_counts_only_when_all_it_holds_may_count(
    scope: str,
    method: InventoryMethod,
    surely_no_plant: tuple[float, float, float],
    perhaps_a_plant: tuple[float, float, float],
) -> None:
    row = {"emissions": 100, "data_quality": "A", "emissions_scope": scope}
    assert bounds({**row, "kind": "health"}, method=method) == surely_no_plant
    assert bounds({**row, "kind": "company"}, method=method) == perhaps_a_plant


@pytest.mark.parametrize(
    ("kind", "sector", "expected"),
    [
        ("company", "households", COUNTS),
        ("company", "commerce", COUNTS),
        ("company", "transport", COUNTS),
        ("company", "municipal", COUNTS),
        ("", "commerce", COUNTS),
        ("company", "industry", WAITS),
        ("company", "agriculture", WAITS),
        ("company", "waste", WAITS),
        ("company", "conversion", WAITS),
        ("health", "industry", WAITS),
        ("health", "", COUNTS),
        ("transport_operator", "", COUNTS),
        ("", "", WAITS),
        ("company", "", WAITS),
        ("other", "", WAITS),
        ("energy_utility", "", WAITS),
        ("energy_utility", "commerce", WAITS),
        ("waste_management", "municipal", WAITS),
    ],
)
def test_process_and_sold_energy_are_nothing_only_for_certain_kinds_and_sectors(
    kind: str, sector: str, expected: tuple[float, float, float]
) -> None:
    row = {"emissions": 100, "data_quality": "A", "emissions_scope": SCOPE_1, "kind": kind, "sector": sector}
    assert bounds(row) == expected


def test_a_figure_that_waits_for_its_split_still_counts_for_n() -> None:
    found = figures_of([{"name": "A", "emissions": 100, "emissions_scope": "scope_1"}])
    assert found["usable"].tolist() == [True]


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2022, (95, 100, 105)),
        (2020, (95, 100, 105)),
        (2024, (95, 100, 105)),
        (2019, (85, 100, 115)),
        (2025, (85, 100, 115)),
        (2017, (85, 100, 115)),
        (2027, (85, 100, 115)),
        (2016, UNKNOWN),
        (2028, UNKNOWN),
        (math.nan, (95, 100, 105)),
    ],
)
def test_a_figure_of_another_year_is_worth_less(year: float, expected: tuple[float, float, float]) -> None:
    assert bounds({"emissions": 100, "data_quality": "A", "emissions_year": year}) == expected


@pytest.mark.parametrize(
    ("grade", "expected"),
    [("A", (85, 100, 115)), ("B", (70, 100, 130)), ("C", (0, 100, 200)), ("", (0, 100, 200)), ("D", (0, 100, 200))],
)
def test_an_older_figure_is_one_grade_worse(grade: str, expected: tuple[float, float, float]) -> None:
    assert bounds({"emissions": 100, "data_quality": grade, "emissions_year": 2019}) == expected


def test_without_an_inventory_year_every_figure_stands_as_it_is() -> None:
    assert bounds({"emissions": 100, "data_quality": "A", "emissions_year": 1995}, year=None) == (95, 100, 105)


@pytest.mark.parametrize(("method", "tonnes"), [(BISKO, 100), (SOURCE, 60), (INFLUENCE, 100)])
def test_an_estimate_is_grade_d_and_never_in_the_minimum(method: InventoryMethod, tonnes: float) -> None:
    assert bounds({"data_quality": "A"}, method=method, estimate=True) == (0, tonnes, 2 * tonnes)


def test_an_estimate_does_not_count_for_n_and_never_replaces_a_figure() -> None:
    estimates = {"blank": (60.0, 40.0), "typed": (60.0, 40.0), "far": (60.0, 40.0), "nothing": (math.nan, math.nan)}
    rows = [
        {"name": "blank"},
        {"name": "typed", "emissions": 7, "emissions_scope": "fuels"},
        {"name": "far", "emissions": 7, "emissions_year": 1990},
        {"name": "nothing"},
    ]
    found = figures_of(rows, estimates=estimates)
    assert found[["figure_mid", "estimated", "usable"]].to_numpy().tolist() == [
        [100, True, False],
        [7, False, True],
        [0, False, False],
        [0, False, False],
    ]
    assert found["figure_max"].isna().tolist() == [False, False, True, True]


def test_a_typed_zero_is_a_figure() -> None:
    assert bounds({"emissions": 0}) == (0, 0, 0)
    assert figures_of([{"name": "A", "emissions": 0}])["usable"].tolist() == [True]


def test_without_a_method_nothing_is_known_to_count() -> None:
    assert bounds({"emissions": 100}, method=None) == UNKNOWN
    assert bounds(ALL_PARTS, method=None) == UNKNOWN
    assert bounds({}, method=None, estimate=True) == UNKNOWN


def test_figures_have_the_rows_of_the_actors_and_work_without_any() -> None:
    found = figures_of([{"name": "A"}, {"name": "B"}])
    assert found.dtypes.astype(str).to_dict() == {
        "figure_min": "float64",
        "figure_mid": "float64",
        "figure_max": "float64",
        "estimated": "bool",
        "usable": "bool",
    }
    assert found.index.tolist() == [2, 3]
    assert figures_of([]).empty


def test_a_share_is_unknown_without_a_figure_or_a_total() -> None:
    rows = [{"name": "A", "emissions": 500}, {"name": "B", "emissions": 0}, {"name": "C"}]
    found = figures_of(rows)
    assert share(found, inventory(total=1_000)).fillna(-1).tolist() == [0.5, 0.0, -1]
    assert share(found, inventory(total=None)).isna().all()
    assert share(found, inventory(total=0)).isna().all()


def notes_of(*rows: Row, method: InventoryMethod | None = BISKO) -> list[tuple[NoteCode, Severity, str, dict]]:
    """Return code, severity, cell and arguments of the notes about these actors."""
    town = alliance(actors=rows, settings=inventory(method=method))
    notes = figure_notes(town, figures(town.actors, town.settings, guesses(town.actors)))
    return [(note.code, note.severity, note.cell, dict(note.args)) for note in notes]


def cell(field: str, row: int = 2) -> str:
    return alliance().place("actors").cell(row, field)


DATED = {"emissions_year": 2022, "data_quality": DataQuality.A}
HINT, WARNING = Severity.HINT, Severity.WARNING


def test_a_complete_figure_needs_no_note() -> None:
    assert notes_of({"name": "A", "emissions": 10, "emissions_scope": "energy", **DATED}, {"name": "B"}) == []


def test_an_assumed_scope_is_noted_with_place_and_actor() -> None:
    town = alliance(actors=[{"name": "Klinikum", "emissions": 10, **DATED}], settings=inventory())
    assert figure_notes(town, figures(town.actors, town.settings, guesses(town.actors))) == (
        Note(code=NoteCode.SCOPE_ASSUMED, severity=HINT, tab="Akteure", cell=cell("emissions_scope"), actor="Klinikum"),
    )


def test_a_blank_part_of_a_split_is_noted_at_the_first_blank() -> None:
    assert notes_of({"name": "A", "fuels": 1, "heat": 2, "process": 0, "sold_energy": 0, **DATED}) == [
        (NoteCode.SPLIT_INCOMPLETE, HINT, cell("electricity"), {"column": "Strom (t)"})
    ]
    assert notes_of({"name": "A", "heat": 2, **DATED}) == [
        (
            NoteCode.SPLIT_INCOMPLETE,
            HINT,
            cell("fuels"),
            {"column": "Brennstoffe (t), Strom (t), Prozess (t), Erzeugung für Dritte (t)"},
        )
    ]


@pytest.mark.parametrize(("thg", "noted"), [(100, False), (104, False), (96, False), (90, True), (110, True)])
def test_a_split_that_differs_from_thg_by_more_than_5_percent_is_noted(thg: float, noted: bool) -> None:
    row = {"name": "A", "fuels": 100, "electricity": 0, "heat": 0, "process": 0, "sold_energy": 0, "emissions": thg}
    expected = [(NoteCode.SPLIT_DIFFERS, WARNING, cell("emissions"), {"value": 100, "total": thg})]
    assert notes_of({**row, **DATED}) == (expected if noted else [])


def test_tonnes_that_wait_for_a_split_are_noted() -> None:
    row = {"name": "A", "emissions": 100, "emissions_scope": "scope_1", "kind": "company", **DATED}
    assert notes_of(row) == [(NoteCode.SPLIT_NEEDED, WARNING, cell("emissions"), {"value": 100})]
    assert notes_of({**row, "emissions": 0}) == []
    assert notes_of(row, method=None) == []


def test_years_are_noted_when_missing_old_or_far() -> None:
    row = {"emissions": 1, "emissions_scope": "energy", "data_quality": "A"}
    years = {"inventory_year": 2022}
    assert notes_of(
        {"name": "missing", **row},
        {"name": "near", "emissions_year": 2020, **row},
        {"name": "old", "emissions_year": 2017, **row},
        {"name": "far", "emissions_year": 2016, **row},
        {"name": "no figure", "emissions_year": 2000},
    ) == [
        (NoteCode.EMISSIONS_YEAR_MISSING, HINT, cell("emissions_year", 2), {}),
        (NoteCode.EMISSIONS_YEAR_OLD, HINT, cell("emissions_year", 4), {"year": 2017, **years}),
        (NoteCode.EMISSIONS_YEAR_FAR, WARNING, cell("emissions_year", 5), {"year": 2016, **years}),
    ]


def test_notes_stand_in_the_rows_order() -> None:
    notes = notes_of({"name": "A", "emissions": 1}, {"name": "B", "fuels": 1, "emissions": 5}, {"name": "C", "heat": 1})
    assert [code for code, *_ in notes] == [
        NoteCode.SCOPE_ASSUMED,
        NoteCode.EMISSIONS_YEAR_MISSING,
        NoteCode.SPLIT_INCOMPLETE,
        NoteCode.SPLIT_DIFFERS,
        NoteCode.EMISSIONS_YEAR_MISSING,
        NoteCode.SPLIT_INCOMPLETE,
        NoteCode.EMISSIONS_YEAR_MISSING,
    ]
