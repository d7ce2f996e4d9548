"""Opening the state file: migrations, durability settings, and what is refused with nothing changed."""

import random
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from reports.mail import Mail, MailKind
from scoring.memory import Memory, RememberedActor
from sync.errors import OutsideError, SetupError
from sync.state import opened_if_there, opened_to_look
from sync.state.database import _create, _engine, _migration_config, open_database, open_database_to_look
from sync.state.store import open_store
from sync.state.tables import metadata
from sync.timetable import Job

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A state file with two hundred actors and twenty mails."""
    store = open_store(path := tmp_path_factory.mktemp("good") / "state.db")
    actors = {f"u{number}": RememberedActor(uid=f"u{number}", key=f"k{number}", name="N" * 50) for number in range(200)}
    mails = [
        Mail(key=f"digest:2026-W{week}:a", kind=MailKind.DIGEST, recipient="a@b.de", subject="s", message=b"m" * 5000)
        for week in range(10, 30)
    ]
    store.commit(store.load(), Memory(actors=actors, is_baseline=False), mails, NOW)
    store.close()
    return path.read_bytes()


@pytest.fixture
def path(good: bytes, tmp_path: Path) -> Path:
    """A copy of it."""
    path = tmp_path / "state.db"
    path.write_bytes(good)
    return path


def test_migrations_from_nothing_give_the_tables(tmp_path: Path) -> None:
    with open_database(tmp_path / "state.db").connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == "0004"


def test_connection_is_durable_and_waits(tmp_path: Path) -> None:
    with open_database(tmp_path / "state.db").connect() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "secure_delete")
        ]
    assert settings == ["wal", 2, 5000, 1]  # 2 is FULL


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    open_store(tmp_path / "state.db")
    assert stat.S_IMODE((tmp_path / "state.db").stat().st_mode) == 0o600


def test_file_that_a_crash_left_empty_is_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "state.db").touch()
    assert open_store(tmp_path / "state.db").load().is_baseline


def test_newer_version_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(SetupError, match="newer version"):
        open_store(path)
    assert path.read_bytes() == before


def test_foreign_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "recipes.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(SetupError, match="another program"):
        open_store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database, only text" * 20, b"PK\x03\x04", b"SQLite format 3\x00"])
def test_other_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.db"
    path.write_bytes(content)
    with pytest.raises(SetupError) as refused:
        open_store(path)
    assert len(refused.value.problems) == 1
    assert path.read_bytes() == content


def test_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state.db").mkdir()
    with pytest.raises(SetupError):
        open_store(tmp_path / "state.db")


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be created"):
        open_store(tmp_path / "nowhere" / "state.db")


def test_cut_off_file_is_refused_and_left_alone(path: Path) -> None:
    cut = path.read_bytes()[:-8192]
    path.write_bytes(cut)
    with pytest.raises(SetupError, match="damaged"):
        open_store(path)
    assert path.read_bytes() == cut


def problem_of(path: Path) -> str | None:
    """Return what a run would say about the file, None when it reads everything."""
    try:
        store = open_store(path)
        store.load(), store.outbox(), store.runs(9)
    except (SetupError, OutsideError) as error:
        return str(error)
    return None


def problems_of_flips(good: bytes, path: Path, count: int, seed: int) -> list[str]:
    """Flip so many bits, one at a time; return what is said. Whatever it is, the file stays."""
    random_numbers, problems = random.Random(seed), []
    for _ in range(count):
        damaged = bytearray(good)
        damaged[random_numbers.randrange(len(damaged))] ^= 1 << random_numbers.randrange(8)
        path.write_bytes(damaged)
        problems.append(problem_of(path))
        assert path.read_bytes() == damaged
    return [problem for problem in problems if problem is not None]


def not_a_sentence(problems: list[str]) -> list[str]:
    """Return those that are no line about the state file."""
    return [text for text in problems if "\n" in text or ("state.db" not in text and "state file" not in text)]


def test_flipped_bit_is_data_or_one_sentence_and_never_makes_opening_change_the_file(good: bytes, path: Path) -> None:
    """SQLite has no checksums: a flip inside a text is not seen. Whatever is seen, is said."""
    found = problems_of_flips(good, path, 100, seed=1)
    assert (found != [], not_a_sentence(found)) == (True, [])


@pytest.mark.campaign
def test_two_thousand_flipped_bits_are_data_or_one_sentence(good: bytes, path: Path, seed: int) -> None:
    found = problems_of_flips(good, path, 2000, seed)
    assert (found != [], not_a_sentence(found)) == (True, [])


def test_text_that_is_none_is_damage_and_never_quoted(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE outbox SET subject = CAST(X'C3414E4E41' AS TEXT)")
        connection.commit()
    assert problem_of(path) == (
        "The state file is damaged (a text that is none): go back to a backup with `klima-allianz restore`."
    )


def test_damaged_name_of_a_table_is_damage(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b"CREATE TABLE meta", b"CREATE TABL\x93 meta"))
    problem = problem_of(path)
    assert problem is not None
    assert problem.startswith(f"The state file {path} is damaged (")


def test_file_in_use_is_tried_again_later_and_not_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE t (x)")
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OutsideError, match="in use by another program"):
            open_database(path, busy=0.2)


def test_file_of_another_kind_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "allianz.xlsx"
    path.write_bytes(b"PK\x03\x04 a workbook")
    with pytest.raises(SetupError, match="file of another kind"):
        open_database(path)
    assert path.read_bytes() == b"PK\x03\x04 a workbook"


def test_question_mark_in_the_name_is_a_character_like_any_other(tmp_path: Path) -> None:
    open_store(tmp_path / "st?#%.db").close()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".db"] == ["st?#%.db"]


# Who only looks


def older(path: Path, revision: str) -> Path:
    """Return a state file as a program of that version left it."""
    _create(path)
    engine, config = _engine(path), _migration_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.exec_driver_sql(
            "INSERT INTO actor VALUES ('u1', 'k', 'Stadtwerke', '', '', 0, 'identified', NULL, 1)"
        )
    return path


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_look_at_an_older_file_shows_it_and_leaves_it_to_the_program_of_its_version(
    tmp_path: Path, revision: str
) -> None:
    path = older(tmp_path / "state.db", revision)
    before = path.read_bytes()
    with opened_to_look(path) as store:
        assert [actor.name for actor in store.load().actors.values()] == ["Stadtwerke"]
        assert (store.runs(9), store.last_run(), store.outbox(), store.is_done(Job.SYNC, NOW)) == ((), None, (), False)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["state.db"]


def test_look_while_an_older_program_writes_shows_what_it_has_stored(tmp_path: Path) -> None:
    path = older(tmp_path / "state.db", "0003")
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("UPDATE actor SET name = 'Klinikum'")
        with opened_to_look(path) as store:
            assert [actor.name for actor in store.load().actors.values()] == ["Stadtwerke"]
        writer.commit()
        with opened_to_look(path) as store:
            assert [actor.name for actor in store.load().actors.values()] == ["Klinikum"]
        assert writer.execute("SELECT version_num FROM alembic_version").fetchall() == [("0003",)]


def test_whoever_looks_cannot_write(path: Path) -> None:
    before = path.read_bytes()
    with opened_to_look(path) as store:
        assert len(store.load().actors) == 200
        with pytest.raises(OutsideError, match="attempt to write a readonly database"):
            store.object_to_mail("anna@example.org")
    assert path.read_bytes() == before


def test_look_at_nothing_leaves_nothing(tmp_path: Path) -> None:
    assert open_database_to_look(tmp_path / "state.db") is None
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "state.db").touch()
    with opened_to_look(tmp_path / "state.db") as store:
        assert store.load().is_baseline
    assert (tmp_path / "state.db").read_bytes() == b""


def test_look_at_a_newer_file_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(SetupError, match="newer version"), opened_to_look(path):
        pass


def test_command_that_may_forget_something_makes_no_file(tmp_path: Path) -> None:
    with opened_if_there(tmp_path / "state.db") as store:
        store.keep_tabs((), NOW.date())
    assert list(tmp_path.iterdir()) == []


# A file that goes away


def test_file_that_is_gone_is_said_and_no_new_one_is_made(path: Path) -> None:
    with closing(open_store(path)) as store:
        path.rename(path.with_name("elsewhere.db"))
        for touch in (store.load, store.begin, lambda: store.take_slot(Job.SYNC, NOW), lambda: store.runs(1)):
            with pytest.raises(OutsideError) as raised:
                touch()
            assert (str(raised.value), raised.value.permanent) == (
                f"The state file {path} is gone: put it back, or go back to a backup with `klima-allianz restore`.",
                True,
            )
        assert not path.exists()
        path.with_name("elsewhere.db").rename(path)
        assert len(store.load().actors) == 200


def test_empty_file_in_the_place_of_the_state_is_damage(path: Path) -> None:
    with closing(open_store(path)) as store:
        path.write_bytes(b"")
        with pytest.raises(OutsideError, match="damaged") as raised:
            store.take_slot(Job.SYNC, NOW)
        assert raised.value.permanent
