from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.reasons import PARTS, impact_reasons, rank_reasons, reasons, rounded_parts, without_name
from reports.wording import words
from scoring.alliance import Settings
from scoring.domain import Language
from scoring.emissions import entered_tonnes
from scoring.estimates import estimate
from scoring.impact import impact
from scoring.priority import TIERS, focus
from tests.scoring.build import Row, actors_table

TOWN = Settings(inventory_total=700_000.0, jobs_total=50_000.0, revenue_total=10_000.0, assumed=frozenset())
FIGURES: Row = {"emissions": 70_000.0, "data_quality": "A", "jobs": 500.0, "structural": 5.0, "publicity": 4.0}


def said(row: Row, town: Settings = TOWN, language: Language = "de") -> str:
    """Return the reason of one actor."""
    actors = actors_table([row])
    estimates = estimate(actors)
    assessed = actors[["name"]].join(impact(actors, town, estimates))
    assessed = assessed.assign(estimated=entered_tonnes(actors).isna() & estimates["fuels"].notna())
    return str(impact_reasons(assessed, actors, town, words(language)).iloc[0])


def said_of_rank(step: int, tier: str, ease: float, attitude: str, language: Language = "de") -> str:
    """Return what is said about the rank 2 of one actor."""
    actors = actors_table([{"name": "X", "attitude": attitude}])
    assessed = pd.DataFrame({"tier": [tier], "rank": [2.0], "ease": [ease]}, index=actors.index)
    return str(rank_reasons(assessed, actors, step, words(language)).iloc[0])


def test_a_blank_is_not_a_reason_but_a_question() -> None:
    klinikum: Row = {"name": "Klinikum", "jobs": 2500.0, "structural": 4.0, "publicity": 4.0}
    assert said(klinikum) == (
        "Klinikum – 61 von 100 (51–91): vor allem Arbeitsplätze (27,0; 2.500 = 5,0 % der Stadt) und strukturelle "
        "Wichtigkeit (16,0; 4 von 5). Unbekannt: THG-Emissionen – das kann bis zu 30 Punkte ändern: bitte nachfragen."
    )
    assert said(klinikum, language="en") == (
        "Klinikum – 61 of 100 (51–91): mainly jobs (27.0; 2,500 = 5.0% of the town) and structural importance "
        "(16.0; 4 of 5). Unknown: GHG emissions – this can change it by up to 30 points: please ask."
    )


def test_a_complete_actor_says_so() -> None:
    assert said({"name": "Stadtwerke", "revenue": 300.0, **FIGURES}) == (
        "Stadtwerke – 90 von 100: vor allem THG-Emissionen (40,0; 70.000 t = 10,0 % der Stadt) und "
        "Arbeitsplätze/Umsatz (22,4; 500 = 1,0 % und 300 Mio. € = 3,0 % der Stadt). Alle Angaben liegen vor."
    )


def test_the_span_of_a_complete_actor_comes_from_its_data_quality() -> None:
    zementwerk: Row = {"name": "Zementwerk", "emissions": 35_000.0, "jobs": 120.0, "structural": 2.0, "publicity": 1.0}
    assert said({**zementwerk, "data_quality": "D"}) == (
        "Zementwerk – 61 von 100 (58–64): vor allem THG-Emissionen (37,0; 35.000 t = 5,0 % der Stadt) und "
        "Arbeitsplätze (13,8; 120 = 0,2 % der Stadt). Alle Angaben liegen vor; die Spanne kommt von der Datengüte D."
    )
    assert said(zementwerk).endswith("die Spanne kommt von der Datengüte, die noch fehlt (gerechnet wird mit C).")


def test_with_several_unknowns_the_first_question_is_named() -> None:
    assert said({"name": "Sportverein", "kind": "association", "publicity": 4.0}) == (
        "Sportverein – 17 von 100 (8–98): vor allem Öffentlichkeit (8,0; 4 von 5). Unbekannt: THG-Emissionen, "
        "Arbeitsplätze und strukturelle Wichtigkeit – das kann bis zu 81 Punkte ändern: "
        "bitte zuerst die THG-Emissionen klären."
    )


def test_an_estimate_is_named_and_still_a_question() -> None:
    assert said({"name": "Möbelbau", "jobs": 450.0, "industry": "31", "structural": 1.0, "publicity": 1.0}) == (
        "Möbelbau – 51 von 100 (48–54): vor allem THG-Emissionen (25,7; geschätzt) und Arbeitsplätze (19,5; 450 = "
        "0,9 % der Stadt). Unbekannt: THG-Emissionen (geschätzt aus 450 Beschäftigten) – "
        "das kann bis zu 3 Punkte ändern: bitte nachfragen."
    )


def test_an_actor_of_which_only_the_name_is_known_has_questions_only() -> None:
    assert said({"name": "Neu"}) == (
        "Neu – 25 von 100 (0–100). Unbekannt: THG-Emissionen, Arbeitsplätze, strukturelle Wichtigkeit und "
        "Öffentlichkeit – das kann bis zu 75 Punkte ändern: bitte zuerst die THG-Emissionen klären."
    )


def test_what_adds_nothing_is_not_named() -> None:
    nothing: Row = {"emissions": 0.0, "jobs": 0.0, "structural": 0.0, "publicity": 0.0, "data_quality": "B"}
    assert said({"name": "Leerstand", **nothing}) == "Leerstand – 0 von 100. Alle Angaben liegen vor."


def test_a_share_of_an_assumed_total_is_said_to_be_rough() -> None:
    assert said({"name": "Werk", **FIGURES}, Settings()) == (
        "Werk – 92 von 100: vor allem THG-Emissionen (40,0; 70.000 t) und Arbeitsplätze (24,0; 500 = "
        "rund 2,5 % der Stadt). Alle Angaben liegen vor."
    )


def test_the_importance_that_follows_from_the_kind_counts_as_known() -> None:
    assert said({"name": "Busse", "kind": "transport_operator", "jobs": 0.0, "publicity": 0.0}) == (
        "Busse – 30 von 100 (20–60): vor allem strukturelle Wichtigkeit (20,0; 5 von 5). "
        "Unbekannt: THG-Emissionen – das kann bis zu 30 Punkte ändern: bitte nachfragen."
    )


def test_what_the_team_knows_best_is_not_asked_for() -> None:
    known: Row = {"name": "X", "emissions": 700.0, "data_quality": "A", "jobs": 500.0, "structural": 1.0}
    assert said(known).endswith(
        "Unbekannt: Öffentlichkeit – das kann bis zu 8 Punkte ändern: bitte im Team einschätzen."
    )


def test_a_factor_without_weight_is_not_asked_for() -> None:
    town = Settings(weights=(0.5, 0.3, 0.2, 0.0), inventory_total=700_000.0)
    known: Row = {"name": "X", "emissions": 70_000.0, "data_quality": "A", "jobs": 500.0, "structural": 1.0}
    assert "Unbekannt" not in said(known, town)


def test_a_name_is_never_taken_for_a_placeholder() -> None:
    assert said({"name": "{impact} 100 %s", **FIGURES}).startswith("{impact} 100 %s – 88 von 100: ")


@pytest.mark.parametrize(
    ("step", "tier", "ease", "attitude", "sentence"),
    [
        (4, "key_actor", 40.0, "", "In Schritt 4 zuerst die Schlüsselakteure; Gewinnbarkeit 40 von 100 (Haltung un"),
        (6, "rest", 5.0, "opponent", "In Schritt 6 zuerst die Schlüsselakteure, dazu zählt dieser Akteur nicht; Gew"),
        (
            2,
            "easy",
            87.5,
            "supporter",
            "In Schritt 2 zuerst die leicht Gewinnbaren; Gewinnbarkeit 87,5 von 100 (Befürw",
        ),
        (3, "easy_heavy", 50.0, "neutral", "In Schritt 3 zuerst leicht Gewinnbare mit viel Wirkung; Gewinnbarkeit 50 "),
    ],
)
def test_the_rank_follows_from_the_step_and_from_how_easily_the_actor_is_won(
    step: int, tier: str, ease: float, attitude: str, sentence: str
) -> None:
    assert said_of_rank(step, tier, ease, attitude).startswith(f" Rang 2: {sentence}")


def test_a_large_emitter_that_stands_last_is_told_why() -> None:
    assert said_of_rank(2, "rest", 5.0, "opponent") == (
        " Rang 2: In Schritt 2 zuerst die leicht Gewinnbaren, dazu zählt dieser Akteur nicht; "
        "Gewinnbarkeit 5 von 100 (Gegner)."
    )
    assert said_of_rank(2, "rest", 5.0, "opponent", "en") == (
        " Rank 2: step 2 starts with those who are easy to win, and this actor is not; ease 5 of 100 (opponent)."
    )


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_tier_of_every_step_has_its_sentence(language: Language) -> None:
    found = {said_of_rank(step, tier, 50.0, "", language) for step in (1, 3, 4) for tier in TIERS[focus(step)]}
    assert len(found) == sum(map(len, TIERS.values()))


def test_who_has_no_rank_has_a_reason_for_the_impact_only() -> None:
    actors = actors_table([{"name": "Neu", "attitude": "neutral"}] * 2)
    assessed = actors[["name"]].join(impact(actors, TOWN, estimate(actors)))
    assessed = assessed.assign(estimated=False, tier=["key_actor", ""], rank=[1.0, np.nan], ease=30.0)
    ranked, unranked = reasons(assessed, actors, TOWN, 4, words("de"))
    assert (unranked, ranked.removeprefix(unranked)) == (
        said({"name": "Neu"}),
        " Rang 1: In Schritt 4 zuerst die Schlüsselakteure; Gewinnbarkeit 30 von 100 (neutral).",
    )


def test_beside_the_name_the_reason_says_what_the_figure_is() -> None:
    reason = "Bäcker – Müller – 25 von 100 (0–100)."
    assert without_name(reason, "Bäcker – Müller", words("de")) == "Wirkung 25 von 100 (0–100)."
    assert without_name("X – 25 of 100.", "X", words("en")) == "Impact 25 of 100."


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(*[st.floats(min_value=0, max_value=100)] * 4), min_size=1, max_size=8))
def test_parts_add_up_to_the_rounded_impact(rows: Sequence[tuple[float, ...]]) -> None:
    exact = np.array(rows)
    rounded = rounded_parts(pd.DataFrame(exact, columns=PARTS))
    assert np.abs(rounded - exact).max() < 0.1 + 1e-9
    assert np.abs(rounded.sum(axis=1) - exact.sum(axis=1)).max() <= 0.05 + 1e-9
    assert (rounded * 10 == np.rint(rounded * 10)).all()


def test_the_missing_tenths_go_to_the_largest_remainders() -> None:
    parts = pd.DataFrame([[10.0, 26.9897, 16.0, 8.0], [0.05, 0.05, 0.05, 0.05]], columns=PARTS)
    assert rounded_parts(parts).tolist() == [[10.0, 27.0, 16.0, 8.0], [0.1, 0.1, 0.0, 0.0]]
