"""Who is part of whom: the forest that Teil von makes of the actors, without recursion, whatever people typed.

What belongs here: parents, cycles, and what of a child's tonnes already stands in its parent's figure. What does not:
which tonnes an actor has (`scoring.figures`) and what may be claimed of them (`scoring.coverage`).

All arrays run over the actors by position. Actors that are part of each other in a circle count as one: its *head*
stands for it, and for everyone else the head is the actor itself. Sums are `math.fsum`, which is exact before it rounds
once, so that no result depends on the order of the rows.
"""

import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.domain import YesNo

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NOBODY = -1
"""Stands in an array of positions for no actor."""

GRAMS = 6
"""Decimals to which tonnes are rounded before they are compared or floored, to take the noise off their last bits."""


@dataclass(frozen=True, kw_only=True)
class Families:
    """The parent forest.

    `typed` is each actor's parent, `part_of` the head of that parent (a member of a circle has its own head there),
    `parent` the same for heads only; all are NOBODY at the top. `includes` says of a head whether its figure holds
    those of its children; in a circle it does unless all members deny it. `order` lists the heads that have a parent
    or a child, children before parents.
    """

    head: Positions
    typed: Positions
    part_of: Positions
    parent: Positions
    includes: Flags
    cycles: tuple[tuple[int, ...], ...]
    order: tuple[int, ...]

    def absorbs(self, upper: Positions, lower: Positions) -> Flags:
        """Say for each pair whether `upper` is above `lower` with ja all the way, so that it holds lower's tonnes.

        Members of one circle absorb each other.
        """
        upper, lower = self.head[upper], self.head[lower]
        top, start, end = self._intervals()
        above = (start[top[lower]] <= start[upper]) & (start[upper] < start[lower]) & (start[lower] < end[upper])
        return np.asarray((upper == lower) | above)

    def nearest(self, signed: Flags) -> Positions:
        """Return the nearest signed ancestor of each head; NOBODY where there is none. `signed` is by head."""
        found = np.full(len(self.head), NOBODY)
        for head in reversed(self.order):
            parent = self.parent[head]
            if parent != NOBODY:
                found[head] = parent if signed[parent] else found[parent]
        return found

    def any_of_head(self, flags: Flags) -> Flags:
        """Say of each head whether the flag holds for any whom it stands for."""
        return np.asarray(self.largest_of_head(flags.astype(np.float64)) > 0)

    def largest_of_head(self, values: Floats) -> Floats:
        """Return for each head the largest value (≥ 0) among those whom it stands for; 0 for all others."""
        largest = np.zeros_like(values)
        np.maximum.at(largest, self.head, values)
        return largest

    def _intervals(self) -> tuple[Positions, Positions, Positions]:
        """Number the heads so that those below one lie in [start, end); `top` is the highest reached along ja."""
        size, top = np.zeros_like(self.head), np.arange(len(self.head))
        for head in self.order:
            size[head] += 1
            if self.parent[head] != NOBODY:
                size[self.parent[head]] += size[head]
        start, free, roots = np.zeros_like(size), np.zeros_like(size), 0
        for head in reversed(self.order):
            parent = self.parent[head]
            if parent == NOBODY:
                start[head], roots = roots, roots + size[head]
            else:
                start[head], free[parent] = free[parent], free[parent] + size[head]
                top[head] = top[parent] if self.includes[parent] else head
            free[head] = start[head] + 1
        return top, start, start + size


def families(actors: pd.DataFrame) -> Families:
    """Return the forest of the actors. A parent that is no actor's key is no parent."""
    typed = pd.Index(actors["key"]).get_indexer(pd.Index(actors["parent"]))
    order, circular = _peel(typed)
    cycles = _cycles(typed, circular)
    head = np.arange(len(typed))
    for cycle in cycles:
        head[list(cycle)] = min(cycle)
    part_of = np.where(typed == NOBODY, NOBODY, head[typed])
    includes = np.zeros(len(typed), dtype=np.bool_)
    np.logical_or.at(includes, head, (actors["includes_children"] != YesNo.NO).to_numpy())
    return Families(
        head=head,
        typed=typed,
        part_of=part_of,
        parent=np.where(part_of == head, NOBODY, part_of),
        includes=includes,
        cycles=cycles,
        order=(*order, *(min(cycle) for cycle in cycles)),
    )


def _peel(parent: Positions) -> tuple[list[int], Positions]:
    """Return the actors that have a parent, children before parents, and those that run in a circle.

    Childless actors are taken away until none is left: what then still has a child runs in a circle. The tops of
    families come last; actors without parent and child are in neither.
    """
    above = parent.tolist()
    children = np.bincount(parent[parent != NOBODY], minlength=len(parent)).tolist()
    order = [actor for actor, (up, count) in enumerate(zip(above, children, strict=True)) if up != NOBODY and not count]
    for actor in order:  # grows while it is walked
        up = above[actor]
        if up != NOBODY:
            children[up] -= 1
            if not children[up]:
                order.append(up)
    return order, np.flatnonzero(children)


def _cycles(parent: Positions, circular: Positions) -> tuple[tuple[int, ...], ...]:
    """Return the circles among those actors, each from its first row on along Teil von."""
    found: list[tuple[int, ...]] = []
    seen: set[int] = set()
    for first in circular.tolist():
        cycle = []
        actor = first
        while actor not in seen:
            seen.add(actor)
            cycle.append(actor)
            actor = int(parent[actor])
        if cycle:
            found.append(tuple(cycle))
    return tuple(found)


def missing_tonnes(tree: Families, signed: Flags, tonnes: Floats) -> Floats:
    """Return for each signed head the tonnes in its figure that belong to children who have not signed.

    `tonnes` are those that the bound takes off for an actor that has not signed (0 for none). What a signed child lacks
    is missing above it too, as long as its figure holds its own children's.
    """
    signed_head = tree.any_of_head(signed)
    lacking: defaultdict[int, list[float]] = defaultdict(list)
    for actor in np.flatnonzero(~signed & (tonnes > 0) & (tree.part_of != NOBODY)).tolist():
        lacking[int(tree.part_of[actor])].append(float(tonnes[actor]))
    missing = np.zeros(len(tonnes))
    for head in tree.order:
        if signed_head[head]:
            missing[head] = math.fsum(lacking[head])
            if tree.includes[head] and tree.parent[head] != NOBODY:
                lacking[int(tree.parent[head])].append(float(missing[head]))
    return missing


def added_tonnes(tree: Families, signed: Flags, own: Floats, missing: Floats) -> Floats:
    """Return for each signed head what it adds to the groups below it, t CO2e a year; the sum of all is the total.

    `own` holds each actor's figure at one bound, `missing` comes from `missing_tonnes`. A signatory belongs to the
    group of its nearest signed ancestor. A group whose figure includes its children is worth the larger of its own
    tonnes (less what is missing) and its members'; else both together. A circle has the largest figure in it.
    """
    signed_head = tree.any_of_head(signed)
    above = tree.nearest(signed_head)
    adds = tree.largest_of_head(np.where(signed, own, 0.0))
    members: defaultdict[int, list[float]] = defaultdict(list)
    for head in tree.order:
        if not signed_head[head]:
            continue
        below = math.fsum(members[head])
        if tree.includes[head]:
            adds[head] = max(adds[head] - missing[head] - below, 0.0)
        members[int(above[head])].append(float(adds[head] + below))
    return adds
