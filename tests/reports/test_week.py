"""What a week was like: what changed, what was left lying, what is coming up."""

from dataclasses import replace
from datetime import date, timedelta

from reports.week import (
    Changes,
    StageChange,
    Task,
    TaskKind,
    changes,
    coming_tasks,
    new_signatures,
    overdue_tasks,
    unsigned_again,
)
from scoring.alliance import Alliance
from scoring.assess import assess
from scoring.domain import MeetingKind, Stage
from scoring.memory import Event, EventKind, HistoryRow, Memory, RememberedActor, StageSeen
from tests.scoring.build import alliance

TODAY = date(2026, 11, 24)


def row(day: date, share: float | None, members: int = 0, step: int = 1, restatement: str = "") -> HistoryRow:
    return HistoryRow(
        day=day,
        coverage_min=share,
        coverage_mid=share,
        coverage_max=share,
        members=members,
        step=step,
        restatement=restatement,
    )


def found(sheet: Alliance, memory: Memory, share: float | None = None) -> Changes:
    assessment = assess(sheet, memory, TODAY)
    covered = replace(assessment.coverage, minimum=share)
    return changes(sheet, replace(assessment, coverage=covered), memory)


def test_first_report_has_nothing_to_compare_with() -> None:
    assert found(alliance(), Memory()) == Changes()


def test_figures_are_compared_with_the_newest_row_of_a_week_ago_or_older() -> None:
    history = (row(date(2026, 11, 1), 0.10, 2), row(date(2026, 11, 17), 0.12, 3), row(date(2026, 11, 20), 0.13, 3))
    memory = Memory(history=history, last_report=date(2026, 11, 17))
    sheet = alliance(actors=[{"name": f"A{n}", "joined_on": date(2026, 1, 1)} for n in range(5)])
    assert found(sheet, memory, 0.15) == Changes(since=date(2026, 11, 17), points=3.0, members=2)


def test_young_history_is_compared_from_its_first_row() -> None:
    memory = Memory(history=(row(date(2026, 11, 22), 0.10),))
    assert found(alliance(), memory, 0.1004) == Changes(since=date(2026, 11, 22), points=0.0)
    assert found(alliance(), memory, 0.1004).is_empty


def test_old_history_is_compared_over_the_week_only() -> None:
    memory = Memory(history=(row(date(2026, 3, 1), None),), last_report=date(2026, 11, 20))
    assert found(alliance(), memory, 0.2) == Changes(since=date(2026, 11, 17))


def test_report_that_comes_late_tells_what_came_since_the_last_one() -> None:
    history = (row(date(2026, 11, 1), 0.10), row(date(2026, 11, 12), 0.12))
    stages = tuple(
        StageSeen(uid="u:a", stage=stage, since=None, seen_on=day)
        for stage, day in ((Stage.TALKED, date(2026, 11, 1)), (Stage.IDENTIFIED, date(2026, 11, 12)))
    )
    memory = Memory(history=history, stages=stages, last_report=date(2026, 11, 9))
    assert found(alliance(actors=[{"name": "A"}]), memory, 0.12) == Changes(
        since=date(2026, 11, 9),
        points=2.0,
        stages=(StageChange(name="A", before=Stage.TALKED, after=Stage.IDENTIFIED),),
    )
    assert found(alliance(), replace(memory, last_report=None), 0.12).since == date(2026, 11, 1)


def test_share_of_another_inventory_is_not_compared() -> None:
    restated = (row(date(2026, 11, 10), 0.10), row(date(2026, 11, 20), 0.30, restatement="BISKO 2023: 5 t"))
    assert found(alliance(), Memory(history=restated, last_report=date(2026, 11, 17)), 0.3) == Changes(
        since=date(2026, 11, 17), inventory_changed=True
    )
    changed_now = Memory(history=restated[:1], inventory="BISKO 2019: 7 t", last_report=date(2026, 11, 17))
    assert found(alliance(), changed_now, 0.3) == Changes(since=date(2026, 11, 17), inventory_changed=True)


def test_step_that_moved_is_named_by_where_it_was() -> None:
    assert found(alliance(), Memory(history=(row(date(2026, 11, 10), None, step=3),))).step_before == 3


def test_stages_are_compared_with_a_week_ago_or_when_the_actor_was_first_seen() -> None:
    """Held talks give talked; A was contacted a week ago, B came in this week, C stays, D has lost its talk."""
    talks = [
        {"actors": name, "date": date(2026, 11, 20), "status": "held", "kind": "talk"} for name in ("A", "B", "C", "Z")
    ]
    sheet = alliance(actors=[{"name": name} for name in "ABCDZ"], meetings=talks)
    seen = [
        ("u:a", Stage.IDENTIFIED, 40),
        ("u:a", Stage.CONTACTED, 7),
        ("u:a", Stage.TALKED, 4),
        ("u:b", Stage.MEETING_PLANNED, 3),
        ("u:b", Stage.TALKED, 2),
        ("u:c", Stage.TALKED, 8),
        ("u:d", Stage.TALKED, 9),
        ("u:gone", Stage.SIGNED, 9),
    ]
    stages = tuple(
        StageSeen(uid=uid, stage=stage, since=None, seen_on=TODAY - timedelta(days=days)) for uid, stage, days in seen
    )
    memory = Memory(history=(row(date(2026, 11, 10), None),), stages=stages, last_report=date(2026, 11, 17))
    assert found(sheet, memory).stages == (
        StageChange(name="A", before=Stage.CONTACTED, after=Stage.TALKED),
        StageChange(name="B", before=Stage.MEETING_PLANNED, after=Stage.TALKED),
        StageChange(name="D", before=Stage.TALKED, after=Stage.IDENTIFIED),
    )
    assert [change.is_progress for change in found(sheet, memory).stages] == [True, True, False]


def test_side_state_is_never_progress_and_coming_back_is() -> None:
    change = StageChange(name="A", before=Stage.TALKED, after=Stage.DECLINED)
    assert not change.is_progress
    assert replace(change, before=Stage.POSTPONED, after=Stage.IDENTIFIED).is_progress


def test_overdue_is_every_kind_once_longest_first() -> None:
    sheet = alliance(
        actors=[
            {"name": "A", "owner": "Jörg", "next_step": "anrufen", "due_on": date(2026, 11, 23)},
            {"name": "B", "next_step": "heute dran", "due_on": TODAY},
        ],
        meetings=[
            {
                "actors": "A",
                "date": date(2026, 11, 1),
                "status": "held",
                "next_step": "anrufen",
                "due_on": date(2026, 11, 23),
            },
            {"actors": "A;B", "date": date(2026, 11, 12)},
            {
                "actors": "B",
                "date": date(2026, 11, 13),
                "status": "held",
                "next_step": "x",
                "due_on": date(2026, 11, 14),
                "done": "yes",
            },
        ],
        measures=[
            {"actor": "A", "title": "Dach", "planned_end": date(2026, 10, 1), "responsible": "Haustechnik"},
            {"actor": "B", "title": "Netz", "actual_start": date(2025, 1, 1), "status": "in_progress"},
        ],
    )
    assert overdue_tasks(sheet, assess(sheet, Memory(), TODAY)) == (
        Task(kind=TaskKind.MEASURE_CHECK, actor="B", what="Netz", day=date(2025, 7, 1)),
        Task(kind=TaskKind.MEASURE_LATE, actor="A", what="Dach", day=date(2026, 10, 1), owners="Haustechnik"),
        Task(
            kind=TaskKind.OUTCOME,
            actor="A, B",
            what="",
            day=date(2026, 11, 12),
            owners="Jörg",
            meeting=MeetingKind.TALK,
        ),
        Task(kind=TaskKind.NEXT_STEP, actor="A", what="anrufen", day=date(2026, 11, 23), owners="Jörg"),
    )


def test_coming_are_today_and_the_six_days_after() -> None:
    sheet = alliance(
        actors=[{"name": "A", "next_step": "anrufen", "due_on": date(2026, 11, 30)}, {"name": "B", "due_on": TODAY}],
        meetings=[
            {"actors": "A", "date": TODAY, "kind": "executive_meeting", "team": "Ayşe"},
            {"date": date(2026, 11, 30), "kind": "party"},
            {"actors": "A", "date": date(2026, 12, 1)},
            {"actors": "A", "date": date(2026, 11, 25), "status": "cancelled"},
        ],
    )
    assert coming_tasks(sheet, assess(sheet, Memory(), TODAY)) == (
        Task(
            kind=TaskKind.MEETING, actor="A", what="", day=TODAY, owners="Ayşe", meeting=MeetingKind.EXECUTIVE_MEETING
        ),
        Task(kind=TaskKind.NEXT_STEP, actor="B", what="", day=TODAY),
        Task(kind=TaskKind.MEETING, actor="", what="", day=date(2026, 11, 30), meeting=MeetingKind.PARTY),
        Task(kind=TaskKind.NEXT_STEP, actor="A", what="anrufen", day=date(2026, 11, 30)),
    )


def test_days_late_counts_days() -> None:
    task = Task(kind=TaskKind.NEXT_STEP, actor="A", what="", day=date(2026, 11, 1))
    assert task.days_late(TODAY) == 23


def signature(actor: str, day: date, kind: EventKind = EventKind.SIGNED, *, silent: bool = False) -> Event:
    uid = f"u:{actor}"
    return Event(key=f"{kind}:{uid}", kind=kind, day=day, uid=uid, silent=silent)


def remembering(*events: Event, names: tuple[str, ...] = ()) -> Memory:
    actors = {f"u:{name}": RememberedActor(uid=f"u:{name}", key=name, name=name.title()) for name in names}
    return Memory(events={event.key: event for event in events}, actors=actors)


def signed_by(*names: str) -> Alliance:
    """A, B, C, D are actors; these have signed."""
    letters = [
        {"actor": name, "status": "signed", "signed_on": date(2026, 11, 1), "signed_by": "Vorstand"} for name in names
    ]
    return alliance(actors=[{"name": name} for name in "ABCD"], letters=letters)


def test_new_signatures_are_those_of_the_week_that_still_stand() -> None:
    """A a week ago, B today, C eight days ago, D has none any more."""
    memory = remembering(
        signature("b", TODAY),
        signature("a", TODAY - timedelta(days=7)),
        signature("c", TODAY - timedelta(days=8)),
        signature("d", TODAY),
    )
    assert new_signatures(assess(signed_by("A", "B", "C"), memory, TODAY), memory) == ("A", "B")


def test_signatures_since_a_report_of_long_ago_are_new() -> None:
    memory = replace(remembering(signature("c", TODAY - timedelta(days=8))), last_report=TODAY - timedelta(days=14))
    assert new_signatures(assess(signed_by("C"), memory, TODAY), memory) == ("C",)


def test_signatures_found_on_a_first_run_are_not_new() -> None:
    memory = remembering(signature("a", TODAY, silent=True))
    assert new_signatures(assess(signed_by("A"), memory, TODAY), memory) == ()


def test_signature_that_vanished_is_one_without_a_withdrawal() -> None:
    """A still signs, B lost its letter, C withdrew, the row of E is gone; B was found on a first run."""
    memory = remembering(
        *(signature(name, date(2026, 5, 1), silent=name == "b") for name in "abce"),
        signature("c", date(2026, 6, 1), EventKind.WITHDRAWN),
        names=("e",),
    )
    assert unsigned_again(assess(signed_by("A"), memory, TODAY), memory) == ("B", "E")


def test_erased_signatories_are_not_announced_as_gone() -> None:
    """B lost its letter; the row of F is gone, that of C, whose letter is deleted already, is still there: erased."""
    memory = remembering(*(signature(name, date(2026, 5, 1)) for name in "bcf"), names=("b", "c", "f"))
    forgotten = replace(memory, erased={"hash of C": "u:c", "hash of F": "u:f"})
    assessment = assess(signed_by("A"), memory, TODAY)
    assert unsigned_again(assessment, memory) == ("B", "C", "F")
    assert unsigned_again(assessment, forgotten) == ("B",)


def test_while_the_letters_cannot_be_read_no_signature_has_vanished() -> None:
    memory = remembering(signature("a", date(2026, 5, 1)))
    unread = replace(signed_by(), letters_read=False)
    assert unsigned_again(assess(unread, memory, TODAY), memory) == ()
