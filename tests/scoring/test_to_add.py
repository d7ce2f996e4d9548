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


def test_the_blank_that_moves_the_impact_most_is_asked_for() -> None:
    small: Row = {"name": "Laden", "jobs": 20.0, "industry": "47"}  # estimated from its jobs
    club: Row = {"name": "Verein", "kind": "association"}
    assert whom_to_ask(small, club) == asks("Verein", 36)
    assert whom_to_ask(small, {"name": "Klinikum"}) == asks("Klinikum", 30)


def test_among_equal_blanks_the_larger_actor_is_asked_then_the_first_by_name() -> None:
    assert whom_to_ask({"name": "A"}, {"name": "B", "jobs": 5000.0}) == asks("B", 30)
    assert whom_to_ask({"name": "B"}, {"name": "A"}) == asks("A", 30)


def test_signatories_are_asked_first() -> None:
    assert whom_to_ask({"name": "A", "jobs": 5000.0}, {"name": "B"}, signatories=["B"]) == asks("B", 30)


@pytest.mark.parametrize("stage", [Stage.DECLINED, Stage.POSTPONED, Stage.LEFT])
def test_who_stands_aside_is_not_asked(stage: Stage) -> None:
    assert whom_to_ask({"name": "A"}, evidence=[stage]) == Message(code=AddCode.NOTHING)
