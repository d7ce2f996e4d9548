"""Finding room: marks side by side instead of on each other, labels beside them. Pure geometry.

All sizes are px; a box is (left, bottom, right, top).
"""

from collections.abc import Iterator, Sequence

Box = tuple[float, float, float, float]
Point = tuple[float, float]


STEPS_ASIDE = 4


def spread(points: Sequence[Point], distance: float) -> tuple[Point, ...]:
    """Return the points, those that lie on an earlier one moved aside by a few steps, so that each can be seen.

    They keep their height. Where there is no room within `STEPS_ASIDE` steps of `distance`, a point stays where it is.
    """
    found: list[Point] = []
    for x, y in points:
        near = [other for other in found if abs(other[1] - y) < distance]
        places = (x + sign * step * distance for step in range(STEPS_ASIDE + 1) for sign in (1, -1))
        free = (place for place in places if all(abs(place - other[0]) >= distance for other in near))
        found.append((next(free, x), y))
    return tuple(found)


def placed(
    points: Sequence[Point], sizes: Sequence[Point], area: Box, *, radius: float, taken: Sequence[Box] = ()
) -> tuple[Box | None, ...]:
    """Return a box for the label of each point, None where there is no room for it.

    `sizes` are the widths and heights of the labels, of which earlier ones choose first; there may be fewer labels than
    points. No box leaves the area or touches another one, the mark of any point (a square of `radius` around it), or
    what is `taken`.
    """
    blocked = [*taken, *((x - radius, y - radius, x + radius, y + radius) for x, y in points)]
    found: list[Box | None] = []
    for point, size in zip(points, sizes, strict=False):
        box = next((box for box in _candidates(point, size, radius) if _fits(box, area, blocked)), None)
        found.append(box)
        if box is not None:
            blocked.append(box)
    return tuple(found)


def _candidates(point: Point, size: Point, radius: float) -> Iterator[Box]:
    """Yield places from the best on: right, left, above, below, at the corners; then the same further up and down."""
    (x, y), (width, height) = point, size
    gap = radius + 3
    right, left, centre = x + gap, x - gap - width, x - width / 2
    middle, above, below = y - height / 2, y + gap - 1, y - gap - height + 1
    for left_edge, bottom in (
        (right, middle),
        (left, middle),
        (centre, above),
        (centre, below),
        (right, y + 2),
        (right, y - height - 2),
        (left, y + 2),
        (left, y - height - 2),
        (x - 2, above),
        (x - 2, below),
        (x - width + 2, above),
        (x - width + 2, below),
    ):
        yield left_edge, bottom, left_edge + width, bottom + height


def _fits(box: Box, area: Box, blocked: Sequence[Box]) -> bool:
    inside = area[0] <= box[0] and area[1] <= box[1] and box[2] <= area[2] and box[3] <= area[3]
    return inside and not any(_overlap(box, other) for other in blocked)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
