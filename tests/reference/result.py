"""All sections of docs/formulas.md, in their order: the second statement of one assessment. P is taken as given."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.reference.coverage import Covered, coverage
from tests.reference.ease import ease, low_hanging
from tests.reference.figures import Figure, figure
from tests.reference.given import Given, given
from tests.reference.impact import Impact, impact
from tests.reference.measures import Totals, light, totals
from tests.reference.rank import Candidate, priority, ranks
from tests.reference.rows import Actor, Case, key
from tests.reference.stages import SIDE, Standing, standing
from tests.reference.steps import Progress, Scene, current_step, steps


@dataclass(frozen=True, kw_only=True)
class Result:
    """What the formulas say about one alliance; mappings by actor key, in the order of the sheet."""

    given: Given
    actors: Mapping[str, Actor]
    impacts: Mapping[str, Impact]
    eases: Mapping[str, tuple[float, float, float]]
    low_hanging: Mapping[str, str]
    standings: Mapping[str, Standing]
    figures: Mapping[str, Figure]
    coverage: Covered
    lights: list[str]
    totals: Totals
    steps: list[Progress]
    current_step: int
    priorities: Mapping[str, float]
    ranks: Mapping[str, int | None]

    @property
    def eligible(self) -> list[str]:
        """Return the keys of those not declined, postponed or left."""
        return [name for name, s in self.standings.items() if s.evidence not in SIDE]


def result(case: Case, likely: Mapping[str, float]) -> Result:
    """Return the whole; `likely` is P by actor key for those who are eligible."""
    basis, typed = given(case.settings), case.settings
    actors = {key(actor["name"]): actor for actor in case.actors}
    standings = {name: standing(actor, case, basis.review_months) for name, actor in actors.items()}
    figures = {name: figure(actor, typed) for name, actor in actors.items()}
    impacts = {name: impact(actor, typed, basis) for name, actor in actors.items()}
    eases = {name: ease(actor) for name, actor in actors.items()}
    easy = {name: low_hanging(actor) for name, actor in actors.items()}
    candidates = {
        name: Candidate(
            actor=actor,
            impact=impacts[name],
            ease=eases[name][1],
            low_hanging=easy[name],
            standing=standings[name],
            likely=likely.get(name),
        )
        for name, actor in actors.items()
    }
    progress = steps(Scene(case=case, given=basis, candidates=candidates))
    now = current_step(progress)
    return Result(
        given=basis,
        actors=actors,
        impacts=impacts,
        eases=eases,
        low_hanging=easy,
        standings=standings,
        figures=figures,
        coverage=coverage(case, actors, figures, standings),
        lights=[light(measure, case.today, basis.review_months) for measure in case.measures],
        totals=totals(case, standings, basis.review_months),
        steps=progress,
        current_step=now,
        priorities={name: priority(c, now) for name, c in candidates.items()},
        ranks=ranks(candidates, now),
    )
