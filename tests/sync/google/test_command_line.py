"""The commands as a person types them, on a Google Sheet, from an empty one on, in German and English."""

import json
from pathlib import Path

import pytest

from scoring.domain import Language
from scoring.tabs import ACTORS, MEETINGS, RESULTS, SETTINGS
from sync.cli import DONE, main
from sync.layout import ORDER
from tests.sync.worlds import GREY, GoogleWorld, Worlds, column_of

TODAY = "2026-11-24"


@pytest.fixture(params=["de", "en"], ids=["de_DE", "en_US"])
def world(request: pytest.FixtureRequest, worlds: Worlds, tmp_path: Path) -> GoogleWorld:
    """An empty Google Sheet that its owner has shared with the service's account and with Anna."""
    language: Language = request.param
    return worlds.empty(tmp_path, language)


class Terminal:
    """Types commands for a sheet; each must end well. `calls` are the kinds of requests that the last one made."""

    def __init__(self, world: GoogleWorld, capsys: pytest.CaptureFixture[str]) -> None:
        self.world = world
        self.capsys = capsys
        self.config = str(world.configured())
        self.calls: list[str] = []

    def types(self, command: str, *options: str) -> str:
        """Run one command and return what it prints."""
        self.world.server.log.clear()
        today = ("--today", TODAY) if command in {"check", "sync", "report"} else ()
        code = main([command, *options, *today, "--config", self.config])
        printed = self.capsys.readouterr()
        assert (code, printed.err.count("✗")) == (DONE, 0), printed.err
        self.calls = [call.kind for call in self.world.server.log if call.kind not in {"token", "page"}]
        return printed.out


def test_from_an_empty_sheet_to_a_quiet_one(world: GoogleWorld, capsys: pytest.CaptureFixture[str]) -> None:
    terminal, language = Terminal(world, capsys), world.language
    actors, anna = ACTORS.title(language), world.anna

    set_up = terminal.types("setup")
    assert set_up.startswith("The Google Sheet: added\n")
    assert [f"  {spec.title(language)}" in set_up.splitlines() for spec in ORDER] == [True] * len(ORDER)
    assert "enter the first actors" in set_up
    assert terminal.calls.count("write") == 1

    half = "12,5" if language == "de" else "12.5"
    anna.type(actors, "A2", "Bürger*innen-Energie e.V.")
    anna.type(actors, f"{column_of('revenue')}2", half)
    anna.type(actors, "A3", "Klinikum")
    anna.type(actors, f"{column_of('low_hanging')}3", "ja" if language == "de" else "yes")

    checked = terminal.types("check")
    assert [line for line in checked.splitlines() if not line.startswith("✓")] == []
    assert "✓ sheet read: 2 actors" in checked.splitlines()
    assert "write" not in terminal.calls

    dry = terminal.types("sync", "--dry-run")
    assert "dry run, nothing touched: 2 actors" in dry
    assert (terminal.calls, world.grey(), (world.folder / "state.db").exists()) == (["read", "read"], {}, False)

    terminal.types("sync")
    assert terminal.calls == ["read", "read", "write"]

    document = json.loads(terminal.types("sync", "--json"))
    assert terminal.calls == ["read"]
    assert document["run"] == {"cells_written": 0, "mails_queued": 0, "reads": 1, "writes": 0}
    ranks = {actor["name"]: actor["rank"] for actor in document["actors"]}
    assert sorted(ranks.values()) == [1, 2]
    shown = {row: cells[GREY.index("rank")] for row, cells in world.grey().items()}
    assert shown == {2: ranks["Bürger*innen-Energie e.V."], 3: ranks["Klinikum"]}
    assert [note["code"] for note in document["notes"] if note["tab"] == actors] == []

    status = json.loads(terminal.types("status", "--json"))
    assert [(run["outcome"], run["cells_written"] > 0) for run in status["runs"]] == [("ok", False), ("ok", True)]
    assert terminal.calls == []

    written = ("team/report.html", "team/result.json", "public/index.html")
    assert terminal.types("report").split() == [str(world.folder / "report" / path) for path in written]
    assert terminal.calls == ["read"]
    reported = json.loads((world.folder / "report" / "team" / "result.json").read_text(encoding="utf-8"))
    assert {**reported, "run": None} == {**document, "run": None}

    again = terminal.types("setup")
    assert again.startswith("The Google Sheet: everything is there, nothing changed\n")
    assert "write" not in terminal.calls

    anna.type(SETTINGS.title(language), "B2", "Musterstadt")
    terminal.types("sync")
    assert terminal.calls == ["read", "write"]
    assert world.book.sheet(RESULTS.title(language)).cells[1, 0].written_by == world.server.account


def test_a_sync_of_a_sheet_that_setup_never_saw_adds_the_service_tabs_only(
    world: GoogleWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    title = ACTORS.title(world.language)
    world.book.sheets[0].title = title
    world.fill(title, 1, [["Name", "Kasse"], ["Stadtwerke", 12.5], ["Klinikum", "geheim"]])
    before = dict(world.book.sheets[0].cells)
    document = json.loads(Terminal(world, capsys).types("sync", "--json"))
    assert [actor["name"] for actor in document["actors"]] == ["Stadtwerke", "Klinikum"]
    assert world.book.sheets[0].cells == before
    services = [spec.title(world.language) for spec in ORDER if spec.title(world.language) in world.titles[1:]]
    assert sorted(world.titles) == sorted([title, *services])
    assert len(services) == 8


def test_a_run_after_setup_sees_the_tabs_that_it_added(world: GoogleWorld, capsys: pytest.CaptureFixture[str]) -> None:
    terminal, meetings = Terminal(world, capsys), MEETINGS.title(world.language)
    terminal.types("setup")
    world.anna.type(ACTORS.title(world.language), "A2", "Klinikum")
    terminal.types("sync")
    world.anna.delete_tab(meetings)
    missing = json.loads(terminal.types("sync", "--json"))
    assert "tab_missing" in {note["code"] for note in missing["notes"]}
    assert f"  {meetings}" in terminal.types("setup").splitlines()
    found = json.loads(terminal.types("sync", "--json"))
    assert "tab_missing" not in {note["code"] for note in found["notes"]}
