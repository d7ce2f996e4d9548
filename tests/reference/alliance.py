"""Random alliances: from a seed, everything a team might have typed, sensible or not."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate
from random import Random

from scoring.domain import (
    ActorKind,
    Attitude,
    Authority,
    DataQuality,
    EmissionsScope,
    InventoryMethod,
    LetterStatus,
    MeasureStatus,
    MeetingKind,
    MeetingResult,
    MeetingStatus,
    PressOccasion,
    Publication,
    Role,
    Sector,
    Stage,
    YesNo,
)
from tests.reference.people import ROUND, People
from tests.reference.rows import Actor, Case, Letter, Measure, Meeting, Overlap, PressItem, Recipient, Split, Typed

YEARS_OFF = (0, 0, 0, 1, -2, 2, -3, 3, 5, -5, 6, -6)
ROUND_TOTALS = (1e3, 2e3, 5e3, 1e4, 2e4, 1e5, 1e6, 1e7)
INDUSTRIES = ("A", "C", "D", "E", "G", "L", "O", "U", "01", "10", "19", "23", "35", "43", "62", "68", "84", "99")


def generate(seed: int) -> Case:
    """Return the alliance of that seed, always the same."""
    people = People(seed)
    actors = _mothers_first(people, [_actor(people, number) for number in range(len(people.names))])
    has_status = people.random.random() < 0.8
    return Case(
        seed=seed,
        today=people.today,
        settings=_settings(people, actors),
        actors=actors,
        meetings=_meetings(people, has_status),
        letters=_letters(people),
        measures=[_measure(people) for _ in range(people.count(people.random.choice((0.3, 1, 2))))],
        press=[_press(people) for _ in range(people.count(0.5))],
        recipients=[_recipient(people, number) for number in range(people.random.randint(0, 3))],
        overlaps=[_overlap(people) for _ in range(people.count(people.random.choice((0.0, 0.3, 1))))],
        has_status_column=has_status,
    )


def _mothers_first(people: People, actors: Sequence[Actor]) -> Sequence[Actor]:
    """In some alliances each figure really holds those of the rows below it, as a mother's should."""
    if people.random.random() < 0.5:
        return actors
    emissions = [actor["emissions"] for actor in reversed(actors) if actor["emissions"] is not None]
    holding = [round(tonnes, 3) for tonnes in accumulate(emissions)]
    return [actor if actor["emissions"] is None else actor | {"emissions": holding.pop()} for actor in actors]


def _actor(people: People, number: int) -> Actor:
    return Actor(
        name=people.names[number],
        kind=people.code("kind", ActorKind),
        industry=people.random.choice(INDUSTRIES) if people.fills("industry") else "",
        sector=people.code("sector", Sector),
        low_hanging=people.code("low_hanging", YesNo) if people.random.random() < 0.3 else "",
        attitude=people.code("attitude", Attitude),
        relationship=people.scale("relationship"),
        jobs=people.number("jobs", 3000.0),
        revenue=people.number("revenue", 500.0),
        structural=people.scale("structural"),
        publicity=people.scale("publicity"),
        emissions=people.number("emissions"),
        emissions_scope=people.code("emissions_scope", EmissionsScope),
        **_split(people),
        emissions_year=people.inventory_year + people.random.choice(YEARS_OFF) if people.fills("year") else None,
        data_quality=people.code("data_quality", DataQuality),
        parent=_parent(people, number),
        includes_children=people.code("includes_children", YesNo),
        stage_override=people.code("stage_override", Stage) if people.random.random() < 0.2 else "",
        joined_on=people.day("joined_on") if people.random.random() < 0.5 else None,
        left_on=people.day("left_on") if people.random.random() < 0.15 else None,
    )


def _split(people: People) -> Split:
    if people.random.random() < 0.7:
        return Split(fuels=None, electricity=None, heat=None, process=None, sold_energy=None)
    return Split(
        fuels=people.number("fuels", 8000.0),
        electricity=people.number("electricity", 8000.0),
        heat=people.number("heat", 8000.0),
        process=people.number("process", 8000.0),
        sold_energy=people.number("sold_energy", 8000.0),
    )


def _parent(people: People, number: int) -> str:
    """A name of the same sheet: chains, stars, circles and nonsense, by the alliance's habit."""
    random, names = people.random, people.names
    match people.families:
        case "none":
            return ""
        case "deep":
            return names[number - 1] if number and random.random() < 0.9 else ""
        case "wide":
            return names[number % 2] if number > 1 else ""
        case "circles":
            return names[(number + 1) % min(len(names), 4)] if random.random() < 0.8 else ""
        case "some":
            return random.choice(names[:number]) if number and random.random() < 0.4 else ""
        case _:
            return people.reference() if random.random() < 0.5 else ""


def _settings(people: People, actors: Sequence[Actor]) -> Typed:
    random = people.random
    total = _total(people, actors)
    return Typed(
        municipality="Musterstadt" if random.random() < 0.9 else None,
        population=max(100.0, round(total * random.choice((0.01, 0.1, 0.5, 1.5)))) if random.random() < 0.7 else None,
        jobs_total=float(random.randint(300, 90_000)) if random.random() < 0.5 else None,
        revenue_total=float(random.randint(50, 20_000)) if random.random() < 0.5 else None,
        resolution_date=people.day("resolution_date"),
        inventory_method=random.choice(list(InventoryMethod)).value if random.random() < 0.95 else None,
        inventory_year=people.inventory_year if random.random() < 0.95 else None,
        inventory_total=total if random.random() < 0.95 else None,
        inventory_by_sector=_sectors(random, total),
        weights=_weights(random),
        top_n=random.choice((None, 1, 2, 5, 20)),
        step2_pledges=random.choice((None, 1, 5)),
        step6_share=random.choice((None, 50.0, 66.7, 80.0, 100.0)),
        founded_on=people.day("founded_on"),
        loi_published_on=people.day("loi_published_on"),
        success_reported_on=people.day("success_reported_on"),
        review_months=people.review_months,
    )


def _sectors(random: Random, total: float) -> dict[str, float]:
    if random.random() < 0.4:
        return {}
    return {code: round(total * random.choice((0.1, 0.5, 1.0)), 1) for code in Sector if random.random() < 0.3}


def _total(people: People, actors: Sequence[Actor]) -> float:
    """The inventory's total: mostly larger than the largest actor; round ones make whole percents."""
    emitted = 2 * max((actor["emissions"] or 0.0 for actor in actors), default=0.0) or 1000.0
    if people.is_round:
        return people.random.choice([emitted, *[total for total in ROUND_TOTALS if total > emitted][:3]])
    return max(100.0, round(emitted * people.random.choice((0.3, 1, 2, 5, 50)), -2))


def _weights(random: Random) -> tuple[float | None, float | None, float | None, float | None]:
    one, two, three, four = (random.choice((None, 0.0, 0.2, 0.5, 1.0, 3.0, -1.0)) for _ in range(4))
    return random.choice(
        ((None, None, None, None), (one, two, three, four), (0.0, 0.0, 0.0, 0.0), (1.0, 1.0, 1.0, 1.0))
    )


def _meetings(people: People, has_status: bool) -> list[Meeting]:
    """Half of the alliances had a Kickoff, so that there is more than step 1."""
    kickoff = Meeting(date=people.today, actors=[], kind="kickoff", status="", result="positive", minutes="")
    rows = [_meeting(people, has_status) for _ in range(people.count(people.random.choice((0.3, 1, 3))))]
    return rows + [kickoff] * people.random.randint(0, 1)


def _meeting(people: People, has_status: bool) -> Meeting:
    return Meeting(
        date=people.some_day() if people.random.random() < 0.95 else None,
        actors=[people.reference() for _ in range(people.random.choice((0, 1, 1, 1, 2, 4)))],
        kind=people.code("meeting_kind", MeetingKind),
        status=people.code("meeting_status", MeetingStatus) if has_status else "",
        result=people.code("result", MeetingResult),
        minutes="https://example.org/p" if people.fills("minutes") else "",
    )


def _letters(people: People) -> list[Letter]:
    """Those who sign properly, the first mother mostly, and rows in every other state."""
    signing = [name for name in people.names if people.random.random() < people.signing]
    if people.names and people.signing and people.random.random() < 0.7:
        signing = [people.names[0], *(name for name in signing if name != people.names[0])]
    proper = [_signature(people, name) for name in signing]
    rows = [*proper, *(_letter(people) for _ in range(people.count(people.random.choice((0.0, 0.5, 1)))))]
    people.random.shuffle(rows)
    return rows


def _signature(people: People, name: str) -> Letter:
    return Letter(
        actor=name,
        status="signed",
        signed_on=people.today - timedelta(days=people.random.choice((0, 1, 30, 300))),
        authority=people.random.choice(("yes", "unclear", "")),
        publication=people.code("publication", Publication),
        withdrawn_on=people.random.choice((None, None, None, people.today + timedelta(days=1))),
    )


def _letter(people: People) -> Letter:
    return Letter(
        actor=people.reference(),
        status=people.code("letter_status", LetterStatus),
        signed_on=people.day("signed_on"),
        authority=people.code("authority", Authority),
        publication=people.code("publication", Publication),
        withdrawn_on=people.day("withdrawn_on") if people.random.random() < 0.3 else None,
    )


def _measure(people: People) -> Measure:
    return Measure(
        actor=people.reference(),
        title=people.random.choice(("Solardach", "Wärmepumpe", "Jobrad")),
        status=people.code("measure_status", MeasureStatus),
        planned_start=people.day("planned_start"),
        planned_end=people.day("planned_end"),
        actual_start=people.day("actual_start"),
        actual_end=people.day("actual_end") if people.random.random() < 0.2 else None,
        savings=people.number("savings", 5000.0),
        promoted_link="https://example.org/m" if people.fills("promoted_link") else "",
        checked_on=people.day("checked_on"),
    )


def _press(people: People) -> PressItem:
    return PressItem(
        date=people.some_day(),
        title="Gemeinsam fürs Klima",
        occasion=people.code("occasion", PressOccasion),
        actor=people.reference() if people.random.random() < 0.7 else "",
    )


def _recipient(people: People, number: int) -> Recipient:
    return Recipient(name=f"Person {number}", email=f"p{number}@example.org", role=people.code("role", Role))


def _overlap(people: People) -> Overlap:
    """Tonnes are rarely forgotten, because a forgotten one stops the public share."""
    tonnes = people.number("overlap", 2000.0) if people.random.random() < 0.03 else people.random.choice(ROUND)
    return Overlap(actor_a=people.reference(), actor_b=people.reference(), tonnes=tonnes)
