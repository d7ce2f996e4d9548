"""Wirkung: the worked cases, the bounds of blanks, the parts, the notes and the top N."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scoring.alliance import Settings
from scoring.domain import Factor, Severity
from scoring.estimates import estimate
from scoring.impact import impact, impact_notes, inventory_total, top_n
from scoring.messages import Note, NoteCode
from tests.scoring.build import Row, actors_table, alliance
from tests.scoring.build_impact import TOWN, WORKED, worked_cases


def impact_of(*rows: Row, settings: Settings = TOWN) -> pd.DataFrame:
    """Return the impact of these actors, by name."""
    actors = actors_table({"name": f"Actor {number}", **row} for number, row in enumerate(rows))
    return impact(actors, settings, estimate(actors)).set_axis(actors["name"].tolist())


@pytest.mark.parametrize(
    ("tonnes", "utility"), [(0, 0), (7, 0), (70, 0.25), (700, 0.5), (7_000, 0.75), (70_000, 1), (140_000, 1)]
)
def test_emissions_grow_by_a_quarter_per_decade(tonnes: float, utility: float) -> None:
    assert impact_of({"emissions": tonnes})["emissions_mid"].tolist() == pytest.approx([utility])


def test_worked_utilities() -> None:
    found = worked_cases()[["emissions_mid", "jobs_mid", "structural_mid", "publicity_mid"]].round(5)
    assert found.loc["Stadtwerke"].tolist() == [1, 0.74619, 1, 0.8]
    assert found.loc["Zementwerk"].tolist() == [0.92474, 0.46007, 0.4, 0.2]
    assert found.loc["Klinikum"].tolist() == [0.25, 0.89966, 0.8, 0.8]
    assert found.loc["Bäckerei"].tolist() == [0.25, 0.20069, 0, 0.4]
    assert found.loc["Sportverein"].tolist() == [0.1, 0.1, 0.1, 0.8]
    assert found.loc["Stadtmarketing"].tolist() == [0, 0.06804, 0.2, 1]


def test_worked_scores() -> None:
    found = worked_cases()[["impact_low", "impact", "impact_high", "completeness"]].round(4)
    assert found.loc["Stadtwerke"].tolist() == [90.3856, 90.3856, 90.3856, 1]
    assert found.loc["Zementwerk"].tolist() == [57.7815, 60.7918, 63.8021, 1]
    assert found.loc["Klinikum"].tolist() == [50.9897, 60.9897, 90.9897, 0.6]
    assert found.loc["Bäckerei"].tolist() == [20.0206, 20.0206, 20.0206, 1]
    assert found.loc["Sportverein"].tolist() == [8, 17, 98, 0.1]
    assert found.loc["Stadtmarketing"].tolist() == [16.0412, 16.0412, 16.0412, 1]


def test_worked_parts_of_the_klinikum() -> None:
    parts = worked_cases().loc["Klinikum", [f"part_{factor}" for factor in Factor]].astype(float).round(1)
    assert parts.tolist() == [10.0, 27.0, 16.0, 8.0]


def test_next_question_is_what_moves_the_score_most() -> None:
    assert worked_cases()["next_question"].to_dict() == {
        "Stadtwerke": "",
        "Zementwerk": "emissions",
        "Klinikum": "emissions",
        "Bäckerei": "",
        "Sportverein": "emissions",
        "Stadtmarketing": "",
    }


def test_next_question_of_equals_is_the_first_factor() -> None:
    flat = replace(TOWN, weights=(0.25, 0.25, 0.25, 0.25))
    found = impact_of({"emissions": 0}, {"emissions": 0, "jobs": 1}, {"publicity": 1}, settings=flat)
    assert found["next_question"].tolist() == ["jobs", "structural", "emissions"]


@pytest.mark.parametrize(
    ("grade", "low", "high"), [("A", 0.95, 1.05), ("B", 0.85, 1.15), ("C", 0.7, 1.3), ("D", 0.5, 2), ("", 0.7, 1.3)]
)
def test_emissions_are_as_uncertain_as_their_quality(grade: str, low: float, high: float) -> None:
    graded = impact_of({"emissions": 700, "data_quality": grade})
    bounds = impact_of({"emissions": 700 * low}, {"emissions": 700 * high})["emissions_mid"]
    assert graded[["emissions_low", "emissions_mid", "emissions_high"]].iloc[0].tolist() == pytest.approx(
        [bounds.iloc[0], 0.5, bounds.iloc[1]]
    )


def test_blank_emissions_with_an_estimate_are_the_estimate_at_grade_d() -> None:
    both = impact_of(
        {"jobs": 100, "industry": "23"},
        {"jobs": 100, "emissions": 100 * (31.06 + 20.43), "data_quality": "D"},
    )
    columns = ["emissions_low", "emissions_mid", "emissions_high", "impact_low", "impact", "impact_high"]
    assert both[columns].iloc[0].tolist() == pytest.approx(both[columns].iloc[1].tolist())
    assert both["completeness"].round(9).tolist() == [0.3, 0.7]


@pytest.mark.parametrize("kind", ["association", "culture", "public_person"])
def test_a_blank_of_a_small_kind_has_the_small_prior(kind: str) -> None:
    found = impact_of({"kind": kind}, {"kind": "company"}, {})
    assert found["impact"].tolist() == pytest.approx([10, 25, 25])
    assert found[["impact_low", "impact_high"]].to_numpy().tolist() == [[0, 100]] * 3


@pytest.mark.parametrize(
    ("kind", "structural"),
    [
        *((kind, 1.0) for kind in ("energy_utility", "transport_operator", "waste_management", "town_administration")),
        *((kind, 0.8) for kind in ("housing", "health")),
    ],
)
def test_structure_follows_from_the_kind_unless_typed(kind: str, structural: float) -> None:
    found = impact_of({"kind": kind}, {"kind": kind, "structural": 1}, {"kind": "company"})
    assert found["structural_mid"].tolist() == [structural, 0.2, 0.25]
    assert found["completeness"].round(9).tolist() == [0.2, 0.2, 0]


def test_jobs_and_revenue_count_as_the_mean_of_the_known() -> None:
    found = impact_of({"jobs": 50}, {"revenue": 100}, {"jobs": 50, "revenue": 100}, {"jobs": 0, "revenue": 100})
    by_decades = [1 / 3, 2 / 3, 1 / 2, 1 / 3]
    assert found["jobs_mid"].tolist() == pytest.approx(by_decades)


def test_without_an_inventory_the_national_average_stands_in() -> None:
    modelled = Settings(population=100_000)
    assert inventory_total(modelled) == pytest.approx(913_000)
    assert inventory_total(replace(modelled, inventory_total=0)) == pytest.approx(913_000)
    assert impact_of({"emissions": 913}, settings=modelled)["emissions_mid"].tolist() == pytest.approx([0.5])


def test_a_total_of_zero_leaves_only_all_or_nothing() -> None:
    found = impact_of({"jobs": 0}, {"jobs": 3}, {}, settings=replace(TOWN, jobs_total=0))
    assert found["jobs_mid"].tolist() == [0, 1, 0.25]


def test_a_factor_without_weight_neither_counts_nor_is_asked_for() -> None:
    found = impact_of({"publicity": 5}, settings=replace(TOWN, weights=(0, 0, 0, 1)))
    assert found[["impact", "completeness", "next_question"]].iloc[0].tolist() == [100, 1, ""]


def test_impact_keeps_rows_and_columns() -> None:
    actors = actors_table(WORKED).iloc[::-1]
    found = impact(actors, TOWN, estimate(actors))
    empty = impact(actors.iloc[:0], TOWN, estimate(actors.iloc[:0]))
    cells = [f"{factor}_{bound}" for factor in Factor for bound in ("low", "mid", "high")]
    parts = [f"part_{factor}" for factor in Factor]
    scores = ["impact_low", "impact", "impact_high", "completeness", *parts, "next_question"]
    assert found.index.tolist() == [7, 6, 5, 4, 3, 2]
    assert found.columns.tolist() == empty.columns.tolist() == [*cells, *scores]
    assert (found.dtypes == empty.dtypes).all()
    assert (found["next_question"].dtype, len(empty)) == (object, 0)


def test_impact_leaves_the_table_alone() -> None:
    actors = actors_table(WORKED)
    before = actors.copy(deep=True)
    impact(actors, TOWN, estimate(actors))
    pd.testing.assert_frame_equal(actors, before)


def test_notes_name_the_cell_and_what_is_wrong() -> None:
    given = alliance(
        actors=[
            {"name": "Alle", "jobs": 60_000, "revenue": 20_000, "emissions": 800_000, "data_quality": "A"},
            {"name": "Klinik", "emissions": 5},
            {"name": "Glas", "jobs": 100, "industry": "23"},
            {"name": "Still"},
        ],
        settings=replace(TOWN, inventory_total=None, population=10_000),
    )
    letters, warning, hint = given.place("actors").letters, Severity.WARNING, Severity.HINT
    total = inventory_total(given.settings)

    def at(row: int, field: str, actor: str, code: NoteCode, severity: Severity, args: dict[str, str | float]) -> Note:
        cell = f"{letters[field]}{row}"
        return Note(code=code, severity=severity, tab="Akteure", cell=cell, actor=actor, args=args)

    above = NoteCode.VALUE_ABOVE_TOTAL
    glass = (31.06 * 100) + (20.43 * 100)
    assert impact_notes(given, estimate(given.actors)) == (
        Note(code=NoteCode.INVENTORY_MODELLED, severity=hint, tab="Einstellungen", args={"value": total}),
        at(2, "emissions", "Alle", above, warning, {"column": "THG (t CO2e/a)", "value": 800_000.0, "total": total}),
        at(2, "jobs", "Alle", above, warning, {"column": "Beschäftigte vor Ort", "value": 60_000.0, "total": 50_000}),
        at(2, "revenue", "Alle", above, warning, {"column": "Umsatz (Mio €)", "value": 20_000.0, "total": 10_000}),
        at(3, "data_quality", "Klinik", NoteCode.QUALITY_ASSUMED, hint, {}),
        at(
            4,
            "emissions",
            "Glas",
            NoteCode.ESTIMATE_USED,
            hint,
            {"value": glass, "industry": "Glas/Keramik/Steine/Erden", "jobs": 100.0},
        ),
    )


def test_complete_figures_need_no_note() -> None:
    given = alliance(actors=[{"name": "A", "emissions": 5, "data_quality": "B", "jobs": 3}], settings=TOWN)
    assert impact_notes(given, estimate(given.actors)) == ()


@pytest.mark.parametrize(
    ("n", "inside"),
    [(1, ["a"]), (2, ["a", "b", "c"]), (3, ["a", "b", "c"]), (4, ["a", "b", "c", "e"]), (9, ["a", "b", "c", "e"])],
)
def test_top_n_includes_ties_and_only_the_eligible(n: int, inside: list[str]) -> None:
    scores = pd.Series({"a": 90.0, "b": 50.0, "c": 50.0 + 1e-12, "d": 99.0, "e": 10.0})
    eligible = pd.Series({"a": True, "b": True, "c": True, "d": False, "e": True})
    chosen = top_n(scores, eligible, n)
    assert chosen.index[chosen].tolist() == inside


def test_top_n_of_nobody_is_nobody() -> None:
    scores = pd.Series({"a": 90.0})
    assert top_n(scores, scores < 0, 10).tolist() == [False]
    assert top_n(pd.Series(dtype=np.float64), pd.Series(dtype=bool), 10).tolist() == []
