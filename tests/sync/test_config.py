"""The configuration file: the example is the manual, and every problem is told at once."""

import tomllib
from pathlib import Path

import pytest

from sync.config import Config, load_config
from sync.errors import SetupError

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def load(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(SetupError) as caught:
        load(folder, text)
    return caught.value.problems


def test_example_is_the_default_configuration(tmp_path: Path) -> None:
    assert load(tmp_path, EXAMPLE.read_text(encoding="utf-8")) == load(tmp_path, "")


def test_example_names_every_setting() -> None:
    written = {section: set(keys) for section, keys in tomllib.loads(EXAMPLE.read_text(encoding="utf-8")).items()}
    known = {
        section: {field.alias or name for name, field in type(getattr(Config(), section)).model_fields.items()}
        for section in Config.model_fields
    }
    assert written == known


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    config = load(tmp_path, '[sheet]\nworkbook = "liste/allianz.xlsx"\n[state]\nfile = "/var/lib/state.db"\n')
    assert (config.sheet.workbook, config.state.file) == (tmp_path / "liste/allianz.xlsx", Path("/var/lib/state.db"))


def test_workbook_may_unpack_to_50_mb_unless_it_is_configured(tmp_path: Path) -> None:
    assert [load(tmp_path, text).sheet.workbook_mb for text in ("", "[sheet]\nworkbook_mb = 1000")] == [50, 1000]


def test_missing_file_says_what_to_copy(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        load_config(tmp_path / "config.toml")
    assert caught.value.problems == (
        f"The configuration {tmp_path / 'config.toml'} does not exist. Copy config.example.toml to config.toml and "
        "adjust it, or name another file with --config.",
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[alliance]\nlanguage = 'fr'", "config.toml: [alliance] language = 'fr': Input should be 'de' or 'en'."),
        (
            "[alliance]\ntimezone = 'Mars'",
            "config.toml: [alliance] timezone = 'Mars': \"Mars\" is not a time zone; write for example "
            '"Europe/Berlin".',
        ),
        ("[sheet]\nworkbok = 'x'", "config.toml: [sheet] workbok is not a setting. Did you mean workbook?"),
        ("[sheet]\nworkbook = 3", "config.toml: [sheet] workbook = 3: write a path."),
        (
            "[sheet]\nworkbook_mb = 0",
            "config.toml: [sheet] workbook_mb = 0: Input should be greater than or equal to 1.",
        ),
        (
            "[sheet]\nworkbook_mb = 1001",
            "config.toml: [sheet] workbook_mb = 1001: Input should be less than or equal to 1000.",
        ),
        (
            "[sheet]\nworkbook_mb = 'viel'",
            "config.toml: [sheet] workbook_mb = 'viel': Input should be a valid integer, unable to parse string as an "
            "integer.",
        ),
        ("[sheet]\nworkbok_mb = 60", "config.toml: [sheet] workbok_mb is not a setting. Did you mean workbook_mb?"),
        ("[state]\nfile = ''", "config.toml: [state] file = '': write a path."),
        (
            "[mail]\nfrom = 'nobody'",
            "config.toml: [mail] from = 'nobody': write a sender such as \"Klima-Allianz <name@example.org>\".",
        ),
        (
            '[mail]\ntransport = "smtp"\nhost = "mail.example.net"',
            'config.toml: [mail]: transport = "smtp" needs your own address as from = "Klima-Allianz <…>".',
        ),
        ("[shet]\na = 1", "config.toml: [shet] is not a setting. Did you mean sheet?"),
        ("xyz = 1", "config.toml: [xyz] is not a setting. Known: alliance, sheet, state, mail, schedule, report."),
        ("alliance = 1", "config.toml: [alliance] must be a section with settings below it."),
    ],
)
def test_wrong_setting_is_one_sentence(tmp_path: Path, text: str, problem: str) -> None:
    assert problems(tmp_path, text) == (problem,)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "[alliance]\nlanguage = 'fr'\n[mail]\nenabled = 'x'\nto = 1\n")) == 3


def test_broken_toml_is_one_sentence(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "[alliance\n")
    assert problem.startswith(f"The configuration {tmp_path / 'config.toml'} is not valid TOML: ")


def test_folder_instead_of_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        load_config(tmp_path)
    assert len(caught.value.problems) == 1
