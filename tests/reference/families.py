"""Section 7, groups: who is part of whom, and what a group is worth, by recursion and in exact fractions."""

from collections.abc import Mapping
from fractions import Fraction

from tests.reference.figures import Figure
from tests.reference.rows import Actor, key
from tests.reference.stages import Standing

ZERO = Fraction(0)
Unit = tuple[str, ...]
"""One actor, or all that are part of each other in a circle: they count as one. Keys, sorted."""


class Families:
    """Who belongs to whom. A unit has signed when one of its actors has."""

    def __init__(
        self, actors: Mapping[str, Actor], figures: Mapping[str, Figure], standings: Mapping[str, Standing]
    ) -> None:
        """Resolve the parents that exist and put circles together."""
        self.actors, self.figures, self.standings = actors, figures, standings
        self.parent = {name: mother for name, a in actors.items() if (mother := key(a["parent"])) in actors}
        self.unit = {name: self._circle(name) for name in actors}
        self.signatories = sorted(name for name in actors if standings[name].signatory)
        self.signed = sorted({self.unit[name] for name in self.signatories})
        self.group = {unit: self._nearest_signed(unit) for unit in self.signed}

    def _circle(self, name: str) -> Unit:
        path = [name]
        while (mother := self.parent.get(path[-1])) is not None and mother not in path:
            path.append(mother)
        return tuple(sorted(path)) if mother == name else (name,)

    def above(self, unit: Unit) -> Unit | None:
        """Return the unit that this one is part of."""
        mothers = (self.parent.get(name) for name in unit)
        return next((self.unit[mother] for mother in mothers if mother is not None and mother not in unit), None)

    def _nearest_signed(self, unit: Unit) -> Unit | None:
        at = self.above(unit)
        while at is not None and at not in self.signed:
            at = self.above(at)
        return at

    def includes_children(self, unit: Unit) -> bool:
        """Say whether the figure holds the subsidiaries' (blank: yes); in a circle unless all say no."""
        return any(self.actors[name]["includes_children"] != "no" for name in unit)

    def members(self, unit: Unit) -> list[Unit]:
        """Return the signed units of which this one is the nearest signed ancestor."""
        return [member for member in self.signed if self.group[member] == unit]

    def figure(self, name: str, bound: str) -> Fraction:
        """Return the actor's figure at that bound; unknown adds nothing."""
        value: Fraction | None = getattr(self.figures[name], bound)
        return ZERO if value is None else value

    def largest(self, unit: Unit, bound: str) -> Fraction:
        """Return the largest figure of those in the unit who signed."""
        return max(self.figure(name, bound) for name in unit if name in self.signatories)

    def excluded(self, unit: Unit, bound: str) -> Fraction:
        """Return what direct children who have not signed hold of the unit's figure, and what its signed ones lack."""
        children = [name for name, mother in self.parent.items() if mother in unit and name not in self.signatories]
        missing = [self.figures[name].mid for name in children if self._is_missing(name, bound)]
        lacking = [
            self.excluded(child, bound)
            for child in self.signed
            if self.above(child) == unit and self.includes_children(child)
        ]
        return sum(missing + lacking, ZERO)

    def _is_missing(self, child: str, bound: str) -> bool:
        """All of them at min, those declined or left at mid, none at max; estimates never."""
        if self.figures[child].estimated or bound == "maximum":
            return False
        return bound == "minimum" or self.standings[child].evidence in {"declined", "left"}

    def value(self, unit: Unit, bound: str) -> Fraction:
        """Return the tonnes of the group of this signed unit."""
        below = sum((self.value(member, bound) for member in self.members(unit)), ZERO)
        own = self.largest(unit, bound)
        if not self.includes_children(unit):
            return own + below
        return max(own - self.excluded(unit, bound), below, ZERO)

    def remaining(self, unit: Unit, bound: str) -> Fraction:
        """Return what is left of the group's tonnes for the unit itself."""
        return self.value(unit, bound) - sum((self.value(member, bound) for member in self.members(unit)), ZERO)

    def holds(self, upper: str, lower: str) -> bool:
        """Say whether `lower` is below `upper` along ja, or both run in one circle."""
        top, at = self.unit[upper], self.unit[lower]
        while at != top:
            mother = self.above(at)
            if mother is None or not self.includes_children(mother):
                return False
            at = mother
        return True

    def has_figure(self, unit: Unit) -> bool:
        """Say whether one of those in the unit who signed has a figure; an estimate is one."""
        return any(self.figures[name].maximum is not None for name in unit if name in self.signatories)

    def is_open(self, unit: Unit) -> bool:
        """Say whether nothing bounds what this unit emits."""
        above = self.group[unit]
        held = above is not None and self.includes_children(above) and self.has_figure(above)
        return not self.has_figure(unit) and not held
