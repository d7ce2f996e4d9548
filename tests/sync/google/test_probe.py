"""`check --probe`: against the local server every fact holds; the scratch copy is left as it was, whatever happens."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sync.errors import OutsideError, SetupError
from sync.google import GoogleAccess, Patience, connect, probe_findings
from sync.google.ids import PROBE_TAB_IDS
from sync.google.probe.bench import Bench
from sync.google.probe.facts import FACTS
from sync.ownership import OwnershipError
from sync.ports import Finding
from tests.sheets_server import Fault, SheetsServer
from tests.sheets_server.model import Cell, Formula, Sheet, Spreadsheet

TEAMS = "1teams-own-sheet-0000000000"
PATIENCE = Patience(connect=2, answer=5, deadline=0.2, first_wait=0.01, longest_wait=0.02)


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as running:
        yield running


@pytest.fixture
def scratch(server: SheetsServer) -> Spreadsheet:
    """A copy of a sheet: one filled tab with a formula of its own."""
    book = server.add_spreadsheet(title="Kopie von Klima-Allianz", tabs=["Akteure"])
    book.sheets[0].cells[0, 0] = Cell(entered="Name")
    book.sheets[0].cells[0, 1] = Cell(entered=Formula(text="=1+1"))
    server.share(book)
    return book


def access(server: SheetsServer, folder: Path) -> GoogleAccess:
    return GoogleAccess(spreadsheet=TEAMS, credentials=server.key_file(folder), api=server.url, patience=PATIENCE)


def tabs(book: Spreadsheet) -> list[Sheet]:
    return copy.deepcopy(book.sheets)


def test_every_fact_holds_on_the_server_and_the_copy_stays_as_it_was(
    server: SheetsServer, scratch: Spreadsheet, tmp_path: Path
) -> None:
    before = tabs(scratch)
    found = list(probe_findings(access(server, tmp_path), scratch.id))
    assert [(line.ok, line.text) for line in found if not line.ok] == []
    assert (len(found), tabs(scratch)) == (len(FACTS) + 1, before)
    assert {write.sheet_id for write in scratch.writes} <= set(PROBE_TAB_IDS)


def test_fact_that_does_not_hold_says_what_was_seen_and_what_follows(
    server: SheetsServer, scratch: Spreadsheet, tmp_path: Path
) -> None:
    scratch.locale = "zh_TW"  # the server wants semicolons there, the service expects commas
    found = list(probe_findings(access(server, tmp_path), scratch.id))
    assert [line for line in found if not line.ok] == [
        Finding(
            ok=False,
            text='the lookup formula is read with the separator of the locale: with "," in the locale zh_TW the header '
            "shows '#ERROR!'. What follows: nothing to do: `klima-allianz setup` then takes the other separator",
        )
    ]


def test_refused_try_is_a_fact_that_does_not_hold(server: SheetsServer, scratch: Spreadsheet, tmp_path: Path) -> None:
    before = tabs(scratch)
    server.faults.add(Fault(call="write", nth=3, status=400, message="Cannot do that."))
    found = list(probe_findings(access(server, tmp_path), scratch.id))
    assert ([line.ok for line in found].count(False), len(found), tabs(scratch)) == (1, len(FACTS) + 1, before)


@pytest.mark.parametrize(("nth", "failed"), [(1, 0), (2, 1), (3, 1), (20, 1), (40, 1)])
def test_write_of_unknown_outcome_leaves_no_tab(
    server: SheetsServer, scratch: Spreadsheet, tmp_path: Path, nth: int, failed: int
) -> None:
    before = tabs(scratch)
    server.faults.add(Fault(call="write", nth=nth, reset=True, effect=True))
    found = list(probe_findings(access(server, tmp_path), scratch.id))
    assert ([line.ok for line in found].count(False), tabs(scratch)) == (failed, before)


def test_probe_of_a_copy_that_the_account_may_only_read_ends_with_one_sentence(
    server: SheetsServer, scratch: Spreadsheet, tmp_path: Path
) -> None:
    server.share(scratch, role="reader")
    with pytest.raises(OutsideError) as caught:
        list(probe_findings(access(server, tmp_path), scratch.id))
    assert str(caught.value).count("as editor (Teilen, Bearbeiter).") == 1
    assert scratch.writes == []


AT_ONCE = Patience(connect=2, answer=5, deadline=0, first_wait=0.01, longest_wait=0.02)


@pytest.mark.parametrize("nth", [3, 4, 20])
def test_outage_ends_the_probe_and_leaves_no_tab(
    server: SheetsServer, scratch: Spreadsheet, tmp_path: Path, nth: int
) -> None:
    before = tabs(scratch)
    server.faults.add(Fault(call="read", nth=nth, status=503))
    with pytest.raises(OutsideError) as failed:
        list(probe_findings(replace(access(server, tmp_path), patience=AT_ONCE), scratch.id))
    assert (str(failed.value), tabs(scratch)) == (
        "Google has a disturbance of its own (503); the next run tries again.",
        before,
    )


def test_tabs_that_could_not_be_taken_away_are_named(
    server: SheetsServer, scratch: Spreadsheet, tmp_path: Path
) -> None:
    server.faults.add(Fault(call="read", nth=3, times=2, status=503))
    with pytest.raises(OutsideError) as failed:
        list(probe_findings(replace(access(server, tmp_path), patience=AT_ONCE), scratch.id))
    assert str(failed.value) == (
        "Google has a disturbance of its own (503); the next run tries again. "
        'Tabs called "Probe …" may be left in the copy: delete them there.'
    )


def test_probe_that_is_stopped_takes_its_tabs_away(server: SheetsServer, scratch: Spreadsheet, tmp_path: Path) -> None:
    before = tabs(scratch)
    findings = probe_findings(access(server, tmp_path), scratch.id)
    next(findings)
    assert len(scratch.sheets) == len(before) + 2
    findings.close()  # type: ignore[attr-defined]
    assert tabs(scratch) == before


def test_tabs_of_an_earlier_probe_go_too(server: SheetsServer, scratch: Spreadsheet, tmp_path: Path) -> None:
    before = tabs(scratch)
    scratch.sheets.append(Sheet(id=PROBE_TAB_IDS[0], title="Probe 1 Akteure"))
    assert all(line.ok for line in probe_findings(access(server, tmp_path), scratch.id))
    assert tabs(scratch) == before


def refusal(server: SheetsServer, folder: Path, scratch: str) -> str:
    with pytest.raises(SetupError) as refused:
        list(probe_findings(access(server, folder), scratch))
    assert {call.kind for call in server.log} <= {"token", "read"}
    return str(refused.value)


def test_probe_without_a_link_says_how_to_get_one(server: SheetsServer, tmp_path: Path) -> None:
    assert refusal(server, tmp_path, "") == (
        "--probe needs a sheet to try things on: make a copy of the sheet (File, Make a copy), share it with "
        f"{server.account} as editor (Bearbeiter), run `klima-allianz check --probe LINK`."
    )
    assert server.log == []


def test_probe_refuses_the_sheet_that_the_team_works_on(server: SheetsServer, tmp_path: Path) -> None:
    assert refusal(server, tmp_path, TEAMS) == (
        "--probe is not for the sheet that the team works on: make a copy of it (File, Make a copy)."
    )
    assert server.log == []


def test_probe_refuses_a_sheet_that_may_be_in_use(server: SheetsServer, scratch: Spreadsheet, tmp_path: Path) -> None:
    scratch.title = "Haushalt 2026"
    assert refusal(server, tmp_path, scratch.id) == (
        '"Haushalt 2026" may be in use: put the word Kopie, Copy, Test or Probe into its title, or use an empty one.'
    )


def test_probe_takes_an_empty_sheet_of_any_title(server: SheetsServer, tmp_path: Path) -> None:
    book = server.add_spreadsheet(title="Ohne Namen")
    server.share(book)
    assert all(line.ok for line in probe_findings(access(server, tmp_path), book.id))


@pytest.mark.parametrize(
    "request_",
    [
        {"deleteSheet": {"sheetId": 0}},
        {"updateCells": {"range": {"sheetId": 1}, "rows": [], "fields": "*"}},
        {"duplicateSheet": {"sourceSheetId": 0, "newSheetId": PROBE_TAB_IDS[0]}},
        {"sortRange": {"range": {}, "sortSpecs": []}},
        {"updateSpreadsheetProperties": {"properties": {"title": "x"}, "fields": "title"}},
    ],
    ids=lambda request: next(iter(request)),
)
def test_request_that_names_another_tab_or_none_is_never_sent(
    server: SheetsServer, scratch: Spreadsheet, tmp_path: Path, request_: dict[str, Any]
) -> None:
    bench = Bench(connect(replace(access(server, tmp_path), spreadsheet=scratch.id)), "de_DE")
    with pytest.raises(OwnershipError):
        bench.send(request_)
    assert server.log == []
