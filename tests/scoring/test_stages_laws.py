"""Laws of the stages, on random little alliances; a reference reads the table of stages row by row, in plain Python."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.alliance import Alliance, Settings
from scoring.domain import LADDER, LetterStatus, MeasureStatus, MeetingKind, MeetingResult, MeetingStatus, Stage
from scoring.meetings import classify
from scoring.memory import Memory, RememberedActor
from scoring.stages import RANK, stages
from tests.scoring.build import Row, alliance

TODAY = date(2026, 6, 1)
NAMES = ("Werk", "Bad", "Chor")
CONVERSATIONS = {
    "",
    "executive_meeting",
    "talk",
    "follow_up",
    "mini_climate_decision",
    "measures_workshop",
    "letter_signing",
}

days = st.sampled_from([TODAY + timedelta(days=step) for step in (-400, -200, -30, -1, 0, 1, 30)])


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def rows(**cells: st.SearchStrategy[Any]) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries(cells).map(lambda row: {f: cell for f, cell in row.items() if cell not in (None, "")})


def code(choices: type) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *(choice.value for choice in choices)])


meetings = rows(
    actors=st.sampled_from([*NAMES, "Werk; Bad", ""]),
    date=maybe(days),
    kind=code(MeetingKind),
    status=code(MeetingStatus),
    result=code(MeetingResult),
    minutes=st.sampled_from(["", "https://example.org"]),
)
letters = rows(
    actor=st.sampled_from([*NAMES, ""]),
    status=code(LetterStatus),
    signed_on=maybe(days),
    authority=st.sampled_from(["", "yes", "no", "unclear"]),
    withdrawn_on=maybe(days),
)
measures = rows(
    actor=st.sampled_from([*NAMES, ""]),
    status=code(MeasureStatus),
    actual_start=maybe(days),
    checked_on=maybe(days),
)
actors = st.tuples(
    *(
        rows(name=st.just(name), stage_override=code(Stage), joined_on=maybe(days), left_on=maybe(days))
        for name in NAMES
    )
)


def as_read(drawn: dict[str, Any]) -> dict[str, Any]:
    """Blank every Status of a tab that has no such column."""
    if drawn["has_status_column"]:
        return drawn
    return drawn | {"meetings": [{f: row[f] for f in row if f != "status"} for row in drawn["meetings"]]}


tabs = st.fixed_dictionaries(
    {
        "actors": actors,
        "meetings": st.lists(meetings, max_size=6),
        "letters": st.lists(letters, max_size=5),
        "measures": st.lists(measures, max_size=4),
        "has_status_column": st.booleans(),
        "settings": st.sampled_from([Settings(), Settings(loi_published_on=TODAY - timedelta(days=30))]),
    }
).map(as_read)


def stand(tables: Alliance, today: date = TODAY, memory: Memory | None = None) -> pd.DataFrame:
    table = stages(tables, memory or Memory(), today)[0]
    return table.set_axis(tables.actors["key"]).sort_index()


# The reference


def come(day: date | None) -> bool:
    return day is not None and day <= TODAY


def took_place(meeting: Row, *, has_status_column: bool) -> bool:
    outcome = meeting.get("result", "open") != "open" or "minutes" in meeting
    status = meeting.get("status", "")
    return come(meeting.get("date")) and (status == "held" or (not status and outcome) or not has_status_column)


def is_planned(meeting: Row, *, has_status_column: bool) -> bool:
    day, status = meeting.get("date"), meeting.get("status", "")
    held = took_place(meeting, has_status_column=has_status_column)
    return day is not None and day >= TODAY and status in {"", "planned"} and not held


def is_silent(meeting: Row, *, has_status_column: bool) -> bool:
    held = took_place(meeting, has_status_column=has_status_column)
    return has_status_column and meeting.get("date", TODAY) < TODAY and "status" not in meeting and not held


def is_valid(letter: Row) -> bool:
    return (
        letter.get("status") == "signed"
        and come(letter.get("signed_on"))
        and letter.get("authority") != "no"
        and not come(letter.get("withdrawn_on"))
    )


def has_started(measure: Row) -> bool:
    return come(measure.get("actual_start")) or measure.get("status") in {"in_progress", "done"}


def was_seen(measure: Row) -> bool:
    """Say whether the measure was checked or started within the 6 months up to today."""
    seen = [day for day in (measure.get("actual_start"), measure.get("checked_on")) if come(day)]
    return any(day >= date(2025, 12, 1) for day in seen)


def side_state(actor: Row, loi: Sequence[Row]) -> Stage | None:
    typed = actor.get("stage_override")
    ever_signed = [row for row in loi if row.get("status") in {"signed", "withdrawn"}]
    withdrawn = [row for row in ever_signed if row["status"] == "withdrawn" or come(row.get("withdrawn_on"))]
    if come(actor.get("left_on")) or typed == "left" or (ever_signed and withdrawn == ever_signed):
        return Stage.LEFT
    if any(is_valid(row) for row in loi):
        return None
    answers = [row["status"] for row in loi if row.get("status") in {"pledged", "signed", "declined"}]
    if typed == "declined" or answers[-1:] == ["declined"]:
        return Stage.DECLINED
    return Stage.POSTPONED if typed == "postponed" else None


def ladder(actor: Row, held: Sequence[Row], met: Sequence[Row], loi: Sequence[Row], plans: Sequence[Row]) -> Stage:
    """Return the highest stage with evidence; `held` took place, `met` has a pair of a meeting and what it is."""
    if any(is_valid(row) for row in loi):
        begun = [measure for measure in plans if has_started(measure)]
        unfinished = [measure for measure in begun if measure.get("status") != "done"]
        if not plans:
            return Stage.SIGNED
        if not begun:
            return Stage.MEASURES_PLANNED
        checked = any(come(measure.get("checked_on")) for measure in begun)
        return Stage.MONITORING if checked and all(map(was_seen, unfinished)) else Stage.IMPLEMENTING
    if come(actor.get("joined_on")) or any(row.get("status") == "pledged" for row in loi):
        return Stage.CONVINCED
    if any(meeting.get("result") == "pledge" for meeting in held):
        return Stage.CONVINCED
    if any(meeting.get("kind", "") in CONVERSATIONS for meeting in held):
        return Stage.TALKED
    if any(what == "planned" and meeting.get("kind", "") in CONVERSATIONS for meeting, what in met):
        return Stage.MEETING_PLANNED
    return Stage.CONTACTED if held or any(what == "silent" for _, what in met) else Stage.IDENTIFIED


def by_hand(drawn: dict[str, Any], actor: Row) -> Stage:
    status = {"has_status_column": drawn["has_status_column"]}
    own = [meeting for meeting in drawn["meetings"] if actor["name"] in meeting.get("actors", "").split("; ")]
    held = [meeting for meeting in own if took_place(meeting, **status)]
    met = [(meeting, "planned") for meeting in own if is_planned(meeting, **status)]
    met += [(meeting, "silent") for meeting in own if is_silent(meeting, **status)]
    loi = [row for row in drawn["letters"] if row.get("actor") == actor["name"]]
    plans = [row for row in drawn["measures"] if row.get("actor") == actor["name"]]
    return side_state(actor, loi) or ladder(actor, held, met, loi, plans)


@settings(max_examples=60, deadline=None)
@given(tabs)
def test_evidence_is_what_reading_row_by_row_finds(drawn: dict[str, Any]) -> None:
    found = stand(alliance(**drawn))["evidence"]
    assert found.to_dict() == {actor["name"].casefold(): by_hand(drawn, actor) for actor in drawn["actors"]}


# The laws


@settings(max_examples=20, deadline=None)
@given(tabs, st.randoms(use_true_random=False))
def test_order_of_the_rows_changes_nothing(drawn: dict[str, Any], random: Any) -> None:
    tables = alliance(**drawn)
    shuffled = {
        tab: getattr(tables, tab).sample(frac=1, random_state=random.randrange(1000))
        for tab in ("actors", "meetings", "letters", "measures")
    }
    assert stand(replace(tables, **shuffled)).equals(stand(tables))


@settings(max_examples=20, deadline=None)
@given(tabs)
def test_what_others_do_changes_nothing(drawn: dict[str, Any]) -> None:
    others = {
        tab: [row for row in drawn[tab] if row.get(field) not in {"Chor", ""}]
        for tab, field in (("meetings", "actors"), ("letters", "actor"), ("measures", "actor"))
    }
    without = alliance(**drawn | others | {"actors": drawn["actors"][:2]})
    assert stand(without).equals(stand(alliance(**drawn)).drop("chor"))


more_evidence = st.one_of(
    st.tuples(
        st.just("meetings"),
        st.fixed_dictionaries(
            {
                "actors": st.just("Werk"),
                "date": days.filter(come),
                "kind": code(MeetingKind),
                "status": st.just("held"),
                "result": code(MeetingResult),
            }
        ),
    ),
    st.tuples(
        st.just("letters"),
        st.sampled_from([{"actor": "Werk", "status": status} for status in ("requested", "pledged")]),
    ),
    st.tuples(
        st.just("letters"),
        st.builds(lambda day: {"actor": "Werk", "status": "signed", "signed_on": day}, days.filter(come)),
    ),
)


@settings(max_examples=25, deadline=None)
@given(tabs, more_evidence)
def test_more_evidence_never_lowers_a_stage(drawn: dict[str, Any], more: tuple[str, Row]) -> None:
    tab, row = more
    before = stand(alliance(**drawn)).loc["werk", "evidence"]
    after = stand(alliance(**drawn | {tab: [*drawn[tab], row]})).loc["werk", "evidence"]
    if before in RANK:
        assert RANK[after] >= RANK[before]
    else:
        assert after == before or after in RANK


@settings(max_examples=60, deadline=None)
@given(st.lists(meetings, min_size=1, max_size=8), st.booleans(), st.integers(min_value=0, max_value=500))
def test_meeting_that_took_place_does_not_unhappen(drawn: list[Row], has_status_column: bool, later: int) -> None:
    tables = alliance(meetings=drawn, has_status_column=has_status_column)
    before, after = classify(tables, TODAY), classify(tables, TODAY + timedelta(days=later))
    assert not (before["held"] & ~after["held"]).any()
    assert not (before["pledge"] & ~after["pledge"]).any()


@settings(max_examples=60, deadline=None)
@given(st.lists(meetings, min_size=1, max_size=8), st.booleans())
def test_meeting_is_in_one_state_only(drawn: list[Row], has_status_column: bool) -> None:
    found = classify(alliance(meetings=drawn, has_status_column=has_status_column), TODAY)
    assert found[["held", "planned", "unanswered"]].sum(axis=1).max() <= 1
    assert not (found["silent"] & ~found["unanswered"]).any()


@settings(max_examples=20, deadline=None)
@given(tabs)
def test_flags_follow_from_the_evidence(drawn: dict[str, Any]) -> None:
    for row in stand(alliance(**drawn)).itertuples():
        rank = RANK.get(row.evidence, -1)
        assert row.convinced == (rank >= RANK[Stage.CONVINCED])
        assert row.signatory == (rank >= RANK[Stage.SIGNED])
        assert row.talked >= row.convinced
        assert row.contacted >= row.talked
        assert row.member >= row.signatory
        assert row.member >= row.new_member
        assert row.stage == row.evidence or LADDER.index(row.stage) > rank >= 0


@settings(max_examples=20, deadline=None)
@given(tabs)
def test_second_run_with_the_memory_of_the_first_finds_the_same(drawn: dict[str, Any]) -> None:
    tables = alliance(**drawn)
    first = stand(tables)
    remembered = {
        f"u:{row.Index}": RememberedActor(
            uid=f"u:{row.Index}",
            key=row.Index,
            name=row.Index,
            evidence=Stage(row.evidence),
            evidence_since=row.stage_since.date(),
        )
        for row in first.itertuples()
    }
    assert stand(tables, memory=Memory(actors=remembered)).equals(first)
