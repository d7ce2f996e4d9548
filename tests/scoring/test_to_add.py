from collections.abc import Sequence

import pandas as pd
import pytest

from scoring.alliance import Alliance, Settings
from scoring.domain import InventoryMethod, Stage
from scoring.estimates import estimate
from scoring.impact import impact
from scoring.messages import Message
from scoring.to_add import AddCode, to_add
from tests.scoring.build import Row, alliance

INVENTORY = Settings(
    municipality="Neustadt", inventory_method=InventoryMethod.BISKO, inventory_year=2022, inventory_total=700_000.0
)
KNOWN: Row = {"name": "Werk", "relationship": 3.0, "emissions": 100.0}
TALK: Row = {"actors": "Werk"}
SIGNED: Row = {"actor": "Werk", "status": "signed"}


def next_to_add(given: Alliance, evidence: Sequence[Stage] = (), signatories: Sequence[str] = ()) -> Message:
    """Return what to add; every actor is `identified` where no evidence is given."""
    stages = [*evidence, *[Stage.IDENTIFIED] * len(given.actors)][: len(given.actors)]
    impacts = impact(given.actors, given.settings, estimate(given.actors))
    status = pd.DataFrame({"evidence": stages}, index=given.actors.index, dtype=object)
    names = given.actors["name"]
    return to_add(given, given.actors[["name"]].join([impacts, status]).assign(signatory=names.isin(signatories)))


@pytest.mark.parametrize(
    ("given", "evidence", "code"),
    [
        (alliance(), [], AddCode.FIRST_ACTOR),
        (alliance(actors=[{"name": "Werk"}]), [], AddCode.RELATIONSHIP),
        (alliance(actors=[{"name": "Werk", "attitude": "neutral"}]), [], AddCode.MEETINGS),
        (alliance(actors=[KNOWN]), [], AddCode.MEETINGS),
        (alliance(actors=[KNOWN], meetings=[TALK]), [], AddCode.MUNICIPALITY),
        (alliance(actors=[KNOWN], meetings=[TALK], settings=Settings(municipality="X")), [], AddCode.INVENTORY),
        (alliance(actors=[KNOWN], meetings=[TALK], settings=INVENTORY), [Stage.CONVINCED], AddCode.LETTERS),
        (alliance(actors=[KNOWN], meetings=[TALK], settings=INVENTORY), [Stage.TALKED], AddCode.NOTHING),
        (
            alliance(actors=[KNOWN], meetings=[TALK], letters=[SIGNED], settings=INVENTORY),
            [Stage.SIGNED],
            AddCode.NOTHING,
        ),
    ],
)
def test_the_most_useful_gap_comes_first(given: Alliance, evidence: list[Stage], code: AddCode) -> None:
    assert next_to_add(given, evidence) == Message(code=code)


def whom_to_ask(*actors: Row, evidence: Sequence[Stage] = (), signatories: Sequence[str] = ()) -> Message:
    """Return what to add when only emissions are missing."""
    given = alliance(actors=[KNOWN, *actors], meetings=[TALK], settings=INVENTORY)
    return next_to_add(given, [Stage.IDENTIFIED, *evidence], signatories)


def asks(actor: str, points: int) -> Message:
    return Message(code=AddCode.EMISSIONS, args={"actor": actor, "points": points})


def test_the_actor_that_matters_most_is_asked_then_the_first_by_name() -> None:
    club: Row = {"name": "Verein", "kind": "association"}  # its blank moves the impact by 36 points
    assert whom_to_ask(club, {"name": "Klinikum", "jobs": 2500.0}) == asks("Klinikum", 30)
    assert whom_to_ask(club) == asks("Verein", 36)
    assert whom_to_ask({"name": "B"}, {"name": "A"}) == asks("A", 30)


def test_a_blank_that_hardly_changes_anything_is_not_asked_for() -> None:
    shop: Row = {"name": "Laden", "jobs": 20.0, "industry": "47"}  # estimated from its jobs: within 3 points
    assert whom_to_ask(shop) == Message(code=AddCode.NOTHING)
    assert whom_to_ask(shop, {"name": "Verein", "kind": "association"}) == asks("Verein", 36)


def test_signatories_are_asked_first_however_little_it_changes() -> None:
    shop: Row = {"name": "Laden", "jobs": 20.0, "industry": "47"}
    signatory = Message(code=AddCode.EMISSIONS_SIGNATORY, args={"actor": "Laden"})
    assert whom_to_ask({"name": "Klinikum", "jobs": 5000.0}, shop, signatories=["Laden"]) == signatory
    assert whom_to_ask(shop, {"name": "Verein"}, signatories=["Laden", "Verein"]) == signatory


@pytest.mark.parametrize("stage", [Stage.DECLINED, Stage.POSTPONED, Stage.LEFT])
def test_who_stands_aside_is_not_asked(stage: Stage) -> None:
    assert whom_to_ask({"name": "A"}, evidence=[stage]) == Message(code=AddCode.NOTHING)
    assert whom_to_ask({"name": "A", "jobs": 5000.0}, {"name": "B"}, evidence=[stage]) == asks("B", 30)
