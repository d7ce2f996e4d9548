"""Opening the state file: migrations, durability settings, and what is refused with nothing changed."""

import random
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from reports.mail import Mail, MailKind
from scoring.memory import Memory, RememberedActor
from sync.errors import OutsideError, SetupError
from sync.state.database import open_database
from sync.state.store import open_store
from sync.state.tables import metadata

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def filled(path: Path) -> Path:
    store = open_store(path)
    actors = {f"u{number}": RememberedActor(uid=f"u{number}", key=f"k{number}", name="N" * 50) for number in range(200)}
    mails = [
        Mail(key=f"digest:2026-W{week}:a", kind=MailKind.DIGEST, recipient="a@b.de", subject="s", message=b"m" * 5000)
        for week in range(10, 30)
    ]
    store.commit(store.load(), Memory(actors=actors, is_baseline=False), mails, NOW)
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


def test_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = filled(tmp_path / "state.db")
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


def test_cut_off_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = filled(tmp_path / "state.db")
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


def test_flipped_bit_is_data_or_one_sentence_and_never_makes_opening_change_the_file(tmp_path: Path) -> None:
    """SQLite has no checksums: a flip inside a text is not seen. Whatever is seen, is said, and the file stays."""
    good = filled(tmp_path / "good.db").read_bytes()
    random_numbers, path = random.Random(1), tmp_path / "state.db"
    problems = []
    for _ in range(200):
        damaged = bytearray(good)
        damaged[random_numbers.randrange(len(damaged))] ^= 1 << random_numbers.randrange(8)
        path.write_bytes(damaged)
        problems.append(problem_of(path))
        assert path.read_bytes() == damaged
    found = [problem for problem in problems if problem is not None]
    assert found
    assert [
        problem for problem in found if "\n" in problem or ("state.db" not in problem and "state file" not in problem)
    ] == []


def test_text_that_is_none_is_damage_and_never_quoted(tmp_path: Path) -> None:
    path = filled(tmp_path / "state.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE outbox SET subject = CAST(X'C3414E4E41' AS TEXT)")
        connection.commit()
    assert problem_of(path) == (
        "The state file is damaged (a text that is none): go back to a backup with `klima-allianz restore`."
    )


def test_damaged_name_of_a_table_is_damage(tmp_path: Path) -> None:
    path = filled(tmp_path / "state.db")
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
            open_database(path)


def test_file_of_another_kind_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "allianz.xlsx"
    path.write_bytes(b"PK\x03\x04 a workbook")
    with pytest.raises(SetupError, match="file of another kind"):
        open_database(path)
    assert path.read_bytes() == b"PK\x03\x04 a workbook"


def test_question_mark_in_the_name_is_a_character_like_any_other(tmp_path: Path) -> None:
    open_store(tmp_path / "st?#%.db").close()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".db"] == ["st?#%.db"]
