"""Mails in the store: stored once, claimed once, and over without a trace of whom they went to."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from reports.mail import Mail, MailKind, MailState, QueuedMail, fingerprint_of
from scoring.memory import Memory
from sync.ports import Cause, Pause, PauseReason
from sync.state.outbox_rows import INTERRUPTED, TOO_LATE
from sync.state.store import SqlStore, open_store

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=timezone(timedelta(hours=1)))
LATER = NOW + timedelta(hours=1)
DAYS_3, DAYS_7 = NOW + timedelta(days=3), NOW + timedelta(days=7)
ENDS = [state for state in MailState if not state.is_open]


def mail(number: int, *, kind: MailKind = MailKind.DIGEST, needs_release: bool = False) -> Mail:
    return Mail(
        key=f"{kind}:2026-W48:{number}",
        kind=kind,
        recipient=f"canary{number}@example.org",
        recipient_name="Jörg Müller",
        subject="Klima-Allianz: mindestens 13 %",
        preview="Als Nächstes dran: Klinikum.\n\nHallo canary, schön, dass Sie dabei sind.",
        message=b"From: a\r\n\r\nHallo canary\x00\xff",
        needs_release=needs_release,
    )


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state file without mails: making it anew would take most of the time."""
    path = tmp_path_factory.mktemp("empty") / "state.db"
    store = open_store(path)
    store.commit(store.load(), Memory(is_baseline=False), (), NOW)
    store.close()
    return path


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> SqlStore:
    return open_store(shutil.copy(empty, tmp_path / "state.db"))


def queue(store: SqlStore, *mails: Mail, now: datetime = NOW) -> int:
    memory = store.load()
    return store.commit(memory, memory, mails, now)


def released(store: SqlStore, said: dict[int, bool]) -> None:
    memory = store.load()
    store.commit(memory, memory, (), LATER, releases=said)


def queued(number: int, of: Mail, when: datetime = NOW) -> QueuedMail:
    return QueuedMail(
        number=number,
        mail=of,
        state=MailState.QUEUED,
        created_at=when,
        fingerprint=fingerprint_of(of.message),
        expires_at=when + of.kind.lifetime,
    )


def over(before: QueuedMail, state: MailState, **changes: object) -> QueuedMail:
    """Return what is left of a mail that is over."""
    forgotten = replace(before.mail, recipient="", message=b"")
    return replace(before, mail=forgotten, state=state, **changes)  # type: ignore[arg-type]  # its fields


def test_mail_is_stored_once_per_key(store: SqlStore) -> None:
    same_key = replace(mail(1), subject="another")
    assert queue(store, mail(1), same_key, mail(2)) == 2
    assert queue(store, same_key, mail(3), now=LATER) == 1
    assert store.outbox() == (queued(1, mail(1)), queued(2, mail(2)), queued(3, mail(3), LATER))


def test_moments_come_back_as_utc(store: SqlStore) -> None:
    queue(store, mail(1))
    assert store.outbox()[0].created_at.tzinfo == UTC


def test_new_mails_are_numbered_on_from_what_the_sheet_shows(store: SqlStore) -> None:
    memory = store.load()
    store.commit(memory, memory, [mail(1)], NOW, last_number=7)
    queue(store, mail(2))
    assert [queued.number for queued in store.outbox()] == [8, 9]


@pytest.mark.parametrize("kind", list(MailKind))
def test_lifetime_begins_with_the_release(store: SqlStore, kind: MailKind) -> None:
    lifetime = timedelta(days=3 if kind in {"digest", "reminder", "operator"} else 7)
    queue(store, mail(1, kind=kind), mail(2, kind=kind, needs_release=True))
    assert [(it.state, it.expires_at) for it in store.outbox()] == [
        (MailState.QUEUED, NOW + lifetime),
        (MailState.WAITING, None),
    ]
    released(store, {2: True})
    after = (MailState.CANCELLED, None) if kind is MailKind.FUSE else (MailState.QUEUED, LATER + lifetime)
    assert (store.outbox()[1].state, store.outbox()[1].expires_at) == after


def test_shown_is_remembered_of_these_mails_alone(store: SqlStore) -> None:
    queue(store, *(mail(number, needs_release=True) for number in (1, 2, 3)))
    store.note_shown({1, 99})
    memory = store.load()
    store.commit(memory, memory, (), LATER, shown={3})
    store.note_shown(())
    assert [it.shown for it in store.outbox()] == [True, False, True]


def test_memory_that_is_a_baseline_again_stays_one_until_a_run_that_is_none(store: SqlStore) -> None:
    found = []
    for is_baseline in (True, True, False):
        memory = store.load()
        store.commit(memory, replace(memory, is_baseline=is_baseline), (), LATER)
        found.append(store.load().is_baseline)
    assert found == [True, True, False]


def test_highest_number_is_that_of_the_sheet_or_of_the_newest_mail(store: SqlStore) -> None:
    memory = store.load()
    found = [memory.last_number]
    for number in (7, 3):
        store.commit(memory, memory, (), NOW, last_number=number)
        found.append(store.load().last_number)
    queue(store, mail(1))
    store.commit(memory, memory, [mail(2)], NOW, last_number=7)
    assert [*found, store.load().last_number] == [0, 7, 7, 9]
    assert [queued.number for queued in store.outbox()] == [8, 9]


def test_ja_queues_what_waits_and_nein_cancels_what_is_open(store: SqlStore) -> None:
    welcome = [mail(number, kind=MailKind.WELCOME, needs_release=True) for number in (1, 2, 3)]
    queue(store, *welcome, mail(4))
    before = store.outbox()
    released(store, {1: True, 2: False, 4: False, 99: True})
    first, second, third, fourth = store.outbox()
    assert first == replace(before[0], state=MailState.QUEUED, expires_at=LATER + timedelta(days=7))
    nobody = replace(before[1].mail, recipient="", recipient_name="", message=b"", preview="")
    assert second == replace(before[1], mail=nobody, state=MailState.CANCELLED)
    assert third == before[2]
    assert fourth == over(before[3], MailState.CANCELLED)
    released(store, {1: False, 2: True})
    assert [it.state for it in store.outbox()] == ["cancelled", "cancelled", "waiting", "cancelled"]


@pytest.mark.parametrize("state", ENDS)
def test_mail_that_is_over_leaves_no_trace_of_its_recipient(store: SqlStore, tmp_path: Path, state: MailState) -> None:
    queue(store, mail(1, kind=MailKind.WELCOME, needs_release=True), mail(2))
    assert b"canary" in (tmp_path / "state.db").read_bytes()
    released(store, {1: True})
    for number in (1, 2):
        store.settle(number, state, LATER, problem="So it was.")
    nobody, team = (it.mail for it in store.outbox())
    assert (nobody.recipient_name, nobody.preview) == ("", "")  # a contact is nobody's colleague
    assert (team.recipient_name, team.preview) == ("Jörg Müller", mail(2).preview)
    sent_at = LATER if state is MailState.SENT else None
    before = queued(2, mail(2))
    assert store.outbox()[1] == over(before, state, sent_at=sent_at, attempts=1, problem="So it was.")
    left = (tmp_path / "state.db").read_bytes().replace(mail(2).preview.encode(), b"")
    assert b"canary" not in left
    assert sorted(tmp_path.iterdir()) == [tmp_path / "state.db"]


@pytest.mark.parametrize("state", ENDS)
def test_what_is_over_stays_as_it_is(store: SqlStore, state: MailState) -> None:
    queue(store, mail(1))
    store.settle(1, state, NOW)
    before = store.outbox()
    assert not store.claim(1, LATER)
    store.before_dot(1, LATER)
    store.settle(1, MailState.QUEUED, LATER)
    store.settle(1, MailState.SENT, LATER, problem="again")
    assert store.recover(LATER + timedelta(days=365)) == 0
    assert store.outbox() == before


def test_open_mail_is_claimed_once(store: SqlStore, tmp_path: Path) -> None:
    queue(store, mail(1))
    other = open_store(tmp_path / "state.db")
    assert [store.claim(1, NOW), other.claim(1, NOW), store.claim(1, NOW), store.claim(2, NOW)] == [True, *[False] * 3]
    assert store.outbox() == (replace(queued(1, mail(1)), state=MailState.SENDING),)


def test_mail_is_claimed_when_it_is_due_and_not_too_old(store: SqlStore) -> None:
    queue(store, mail(1))
    assert store.claim(1, NOW)
    store.settle(1, MailState.QUEUED, NOW, next_at=LATER, problem="Busy.")
    assert store.outbox()[0] == replace(queued(1, mail(1)), attempts=1, next_at=LATER, problem="Busy.")
    assert not store.claim(1, LATER - timedelta(seconds=1))
    assert not store.claim(1, DAYS_3)
    assert store.claim(1, LATER)


@pytest.mark.parametrize("kind", [MailKind.FUSE, MailKind.WELCOME])
def test_what_waits_and_the_fuse_are_never_claimed(store: SqlStore, kind: MailKind) -> None:
    queue(store, mail(1, kind=kind, needs_release=kind is not MailKind.FUSE))
    assert not store.claim(1, LATER)


def test_crash_before_the_dot_is_a_mail_to_send_and_after_it_an_uncertain_one(store: SqlStore) -> None:
    queue(store, mail(1), mail(2), mail(3))
    store.claim(1, NOW)
    store.claim(2, NOW)
    store.before_dot(2, LATER)
    assert store.recover(LATER) == 2
    maybe = replace(queued(2, mail(2)), state=MailState.UNCERTAIN, dot_at=LATER, problem=INTERRUPTED)
    assert store.outbox() == (queued(1, mail(1)), maybe, queued(3, mail(3)))
    assert store.claim(2, LATER)
    assert store.outbox()[1] == replace(maybe, state=MailState.SENDING, dot_at=None)


def test_mail_expires_at_its_time_and_says_why(store: SqlStore) -> None:
    queue(store, mail(1), mail(2), mail(3, kind=MailKind.LOI_UPDATE))
    store.claim(2, NOW)
    store.settle(2, MailState.QUEUED, NOW, problem="Busy.")
    assert store.recover(DAYS_3 - timedelta(seconds=1)) == 0
    assert store.recover(DAYS_3) == 2
    assert [(it.state, it.problem) for it in store.outbox()] == [
        (MailState.EXPIRED, TOO_LATE),
        (MailState.EXPIRED, "Busy."),
        (MailState.QUEUED, ""),
    ]
    assert store.recover(DAYS_7) == 1


def test_nobody_s_address_waits_for_longer_than_90_days_but_the_fuse_does(store: SqlStore) -> None:
    queue(store, mail(1, kind=MailKind.WELCOME, needs_release=True), mail(2, kind=MailKind.FUSE, needs_release=True))
    assert store.recover(NOW + timedelta(days=90, seconds=-1)) == 0
    assert store.recover(NOW + timedelta(days=90)) == 1
    assert [(it.state, it.mail.recipient) for it in store.outbox()] == [("expired", ""), ("waiting", mail(2).recipient)]


@pytest.mark.parametrize("until", [None, LATER])
def test_pause_comes_back_as_it_was_set(store: SqlStore, until: datetime | None) -> None:
    assert store.pause() is None
    for reason in PauseReason:
        store.set_pause(Pause(reason=reason, since=NOW, until=until))
        assert store.pause() == Pause(reason=reason, since=NOW, until=until)
    store.set_pause(None)
    assert store.pause() is None


def test_operator_hears_once_that_something_fails_and_once_that_it_is_over(store: SqlStore) -> None:
    failing, still, fine = (mail(number, kind=MailKind.OPERATOR) for number in (1, 2, 3))
    assert not store.end_episode(Cause.SYNC, [fine], NOW)
    assert store.begin_episode(Cause.SYNC, [failing], NOW)
    assert not store.begin_episode(Cause.SYNC, [still], LATER)
    assert store.begin_episode(Cause.MAIL, (), LATER)
    assert store.episodes() == {Cause.SYNC: NOW, Cause.MAIL: LATER}
    assert store.end_episode(Cause.SYNC, [fine], LATER)
    assert not store.end_episode(Cause.SYNC, [fine], LATER)
    assert store.episodes() == {Cause.MAIL: LATER}
    assert store.outbox() == (queued(1, failing), queued(2, fine, LATER))


def test_whoever_objects_gets_nothing_any_more(store: SqlStore) -> None:
    waiting = mail(4, kind=MailKind.WELCOME, needs_release=True)
    mine = [replace(it, recipient="Canary1@Example.org") for it in (mail(1), mail(2), mail(3), waiting)]
    queue(store, *mine, mail(5))
    store.claim(2, NOW)
    store.settle(2, MailState.SENT, NOW)
    store.claim(3, NOW)
    assert store.object_to_mail(" canary1@example.org") == 3
    assert [it.state for it in store.outbox()] == ["cancelled", "sent", "cancelled", "cancelled", "queued"]
    assert store.load().objections == {store.load().address_id("canary1@example.org")}
    assert store.object_to_mail("canary1@example.org") == 0
    assert queue(store, replace(mail(6), recipient="canary1@example.org")) == 1
    assert store.outbox()[-1].state == MailState.CANCELLED


def test_objection_that_a_run_found_cancels_what_is_open(store: SqlStore) -> None:
    queue(store, mail(1), mail(2))
    memory = store.load()
    found = replace(memory, objections=frozenset({memory.address_id(mail(1).recipient)}))
    store.commit(memory, found, (), LATER)
    assert [it.state for it in store.outbox()] == ["cancelled", "queued"]
