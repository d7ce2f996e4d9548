"""The reports as files: all three, each whole or not at all, again the same bytes."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reports.result import RunCounts
from reports.wording import words
from scoring.memory import Memory
from scoring.snapshot import Snapshot, Tab
from sync.cli import SETUP_WRONG, main
from sync.decision import Decision, Options, decide, look
from sync.errors import SetupError
from sync.report_files import write_reports
from sync.workbook import create_workbook
from tests.reports.pages.build import TODAY


def test_report_writes_three_files_and_prints_their_paths(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config, into = tmp_path / "config.toml", tmp_path / "into"
    config.write_text('[alliance]\nlanguage = "de"\n', encoding="utf-8")
    assert main(["setup", "--config", str(config)]) == 0
    capsys.readouterr()
    command = ["report", "--config", str(config), "--today", f"{TODAY}", "--into", str(into)]
    assert main(command) == 0
    paths = [into / "team" / "report.html", into / "team" / "result.json", into / "public" / "index.html"]
    assert capsys.readouterr().out.split() == list(map(str, paths))
    assert sorted(path for path in into.rglob("*") if path.is_file()) == sorted(paths)
    first = {path: path.read_bytes() for path in paths}
    assert main(command) == 0
    assert {path: path.read_bytes() for path in paths} == first
    public = (into / "public" / "index.html").read_text(encoding="utf-8")
    assert words("de").text("page.public.soon") in public


def test_report_is_refused_while_the_fuse_would_hold_and_leaves_the_files_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, report = tmp_path / "config.toml", tmp_path / "report"
    config.write_text('[alliance]\nlanguage = "de"\n', encoding="utf-8")
    create_workbook(tmp_path / "allianz.xlsx", "de", {"actors": [{"name": f"Akteur {number}"} for number in range(12)]})
    arguments = ["--config", str(config), "--today", f"{TODAY}"]
    assert (main(["sync", *arguments]), main(["report", *arguments])) == (0, 0)
    before = {path: path.read_bytes() for path in report.rglob("*") if path.is_file()}
    (tmp_path / "allianz.xlsx").unlink()
    create_workbook(tmp_path / "allianz.xlsx", "de", {"actors": [{"name": "Akteur 1"}]})
    capsys.readouterr()
    assert main(["report", *arguments]) == SETUP_WRONG
    assert "11 of 12 actors are suddenly gone: the reports stay as they are." in capsys.readouterr().err
    assert {path: path.read_bytes() for path in report.rglob("*") if path.is_file()} == before


def decision() -> Decision:
    """Return what a sheet with one actor gives."""
    cells = (("Name", "Art"), ("Werk", "Unternehmen"))
    snapshot = Snapshot(tabs=(Tab(id="1", title="Akteure", cells=cells),))
    options = Options(language="de", now=datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Europe/Berlin")), dry_run=True)
    return decide(look(snapshot, Memory(), options), snapshot, Memory(), options)


def test_the_team_s_page_links_to_the_sheet_and_the_public_one_does_not(tmp_path: Path) -> None:
    link = "https://docs.google.com/spreadsheets/d/abc/edit"
    team, result, public = write_reports(tmp_path, decision(), RunCounts(), "de", link)
    assert [link in path.read_text(encoding="utf-8") for path in (team, result, public)] == [True, False, False]


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file", encoding="utf-8")
    with pytest.raises(SetupError, match=r"The report folder .*taken cannot be written: Not a directory"):
        write_reports(taken, decision(), RunCounts(), "de")
    assert taken.read_text(encoding="utf-8") == "a file"


def test_a_file_that_cannot_be_replaced_stays_what_it_was(tmp_path: Path) -> None:
    in_the_way = tmp_path / "public" / "index.html"
    in_the_way.mkdir(parents=True)
    with pytest.raises(SetupError):
        write_reports(tmp_path, decision(), RunCounts(), "de")
    assert in_the_way.is_dir()
    assert (tmp_path / "team" / "report.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert list(tmp_path.rglob(".*.part")) == []
