"""`check` on a Google Sheet: each stumbling block is one line with its way out, and nothing is ever written."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scoring.domain import Language
from scoring.tabs import OUTBOX, OVERVIEW, SERVICE_TABS
from sync.cli import DONE, SETUP_WRONG, main
from sync.google import GoogleAccess, Patience, access_findings
from sync.google.ids import SERVICE_TAB_IDS
from sync.google.protection import tab_protection
from tests.sheets_server import Fault, SheetsServer
from tests.sheets_server.copies import sheet_copy
from tests.sheets_server.model import Cell, Sheet, Spreadsheet

PATIENCE = Patience(connect=2, answer=5, deadline=0.2, first_wait=0.01, longest_wait=0.02)
BERLIN = ZoneInfo("Europe/Berlin")
Lines = list[tuple[bool, str]]
Ready = tuple[SheetsServer, Spreadsheet, str]


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    """A server on which a check has not written anything when the test is over."""
    with SheetsServer() as running:
        yield running
        assert {call.kind for call in running.log} <= {"page", "token", "read"}


@pytest.fixture
def book(server: SheetsServer) -> Spreadsheet:
    """A sheet as `setup` leaves it, shared with the account."""
    book = server.add_spreadsheet(title="Klima-Allianz Musterstadt", tabs=["Akteure"])
    book.sheets += [
        Sheet(id=SERVICE_TAB_IDS[spec.name], title=spec.de, protected_ranges=[tab_protection(spec, server.account)])
        for spec in SERVICE_TABS
    ]
    server.share(book)
    return book


def access(server: SheetsServer, book: Spreadsheet, folder: Path) -> GoogleAccess:
    key = server.key_file(folder)
    return GoogleAccess(spreadsheet=book.id, credentials=key, api=server.url, patience=PATIENCE)


def lines(
    server: SheetsServer, where: GoogleAccess, *, ahead: timedelta = timedelta(0), language: Language = "de"
) -> Lines:
    """What is found, with this machine's clock so far ahead of the server's."""
    clock = server.now_http() + ahead
    return [(found.ok, found.text) for found in access_findings(where, clock, language, BERLIN, {})]


def wrong(found: Lines) -> list[str]:
    return [text for ok, text in found if not ok]


def test_check_of_a_sheet_in_order_asks_twice(server: SheetsServer, book: Spreadsheet, tmp_path: Path) -> None:
    where = access(server, book, tmp_path)
    share = f"share the sheet with {server.account} as editor (Bearbeiter)"
    assert lines(server, where) == [
        (True, f"key file {where.credentials} read; {share}"),
        (True, "this machine's clock agrees with Google's"),
        (True, 'Google opens the sheet "Klima-Allianz Musterstadt" for the account'),
        (True, "the account may edit the sheet"),
        (True, "the link alone does not open the sheet to strangers"),
        (True, "the sheet's locale is German (de_DE)"),
        (True, "the sheet's time zone is Europe/Berlin"),
        (True, "the service tabs are protected; the tick box and Freigabe are open to people"),
    ]
    assert [call.kind for call in server.log] == ["page", "token", "read"]


def key_in(folder: Path, content: str) -> Path:
    path = folder / "key.json"
    path.touch(mode=0o600)
    path.write_text(content, encoding="utf-8")
    return path


def missing(folder: Path, _: str) -> Path:
    return folder / "key.json"


def a_folder(folder: Path, _: str) -> Path:
    return folder


def below_a_file(folder: Path, key: str) -> Path:
    return key_in(folder, key) / "key.json"


def open_to_others(folder: Path, key: str) -> Path:
    path = key_in(folder, key)
    path.chmod(0o644)
    return path


def a_picture(folder: Path, _: str) -> Path:
    return key_in(folder, "GIF89a")


def of_an_application(folder: Path, _: str) -> Path:
    return key_in(folder, json.dumps({"installed": {"client_id": "x", "client_secret": "y"}}))


def of_a_person(folder: Path, _: str) -> Path:
    return key_in(folder, json.dumps({"type": "authorized_user", "refresh_token": "x"}))


def damaged(folder: Path, key: str) -> Path:
    return key_in(folder, json.dumps(json.loads(key) | {"private_key": "-----BEGIN PRIVATE KEY-----\nx\n"}))


def without_account(folder: Path, key: str) -> Path:
    return key_in(folder, json.dumps({name: part for name, part in json.loads(key).items() if name != "client_email"}))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (missing, "key file: The key {path} does not exist: create a key of the service account"),
        (a_folder, "key file: The key {path} is a folder"),
        (below_a_file, "key file: The key {path} cannot be read"),
        (open_to_others, "key file: The key {path} can be read by others on this machine: run chmod 600 {path}."),
        (a_picture, "key file: {path} is not the key of a service account"),
        (of_an_application, "key file: {path} is the key of a person's sign-in, not of a service account"),
        (of_a_person, "key file: {path} is the key of a person's sign-in, not of a service account"),
        (damaged, "key file: The private key in {path} is damaged"),
        (without_account, "key file: The key {path} lacks client_email"),
    ],
)
def test_check_stops_at_a_key_that_is_of_no_use(
    server: SheetsServer, tmp_path: Path, make: Callable[[Path, str], Path], sentence: str
) -> None:
    (tmp_path / "given").mkdir()
    path = make(tmp_path, server.key_file(tmp_path / "given").read_text())
    found = lines(server, GoogleAccess(spreadsheet="x" * 20, credentials=path, api=server.url, patience=PATIENCE))
    assert [(ok, text.startswith(sentence.format(path=path))) for ok, text in found] == [(False, True)]
    assert server.log == []


def key_deleted(server: SheetsServer, _: Spreadsheet) -> None:
    server.revoke_key()


def api_off(server: SheetsServer, _: Spreadsheet) -> None:
    server.disable_api()


def not_shared(server: SheetsServer, book: Spreadsheet) -> None:
    server.share(book, None)


def an_excel_file(_: SheetsServer, book: Spreadsheet) -> None:
    book.kind = "xlsx"


def gone(server: SheetsServer, book: Spreadsheet) -> None:
    del server.spreadsheets[book.id]


def disturbed(server: SheetsServer, _: Spreadsheet) -> None:
    server.faults.add(Fault(call="read", times=1000, status=503))


@pytest.mark.parametrize(
    ("happen", "beginning", "way_out"),
    [
        (key_deleted, "Google: Google refuses the key of ", "create a new one"),
        (api_off, "Google: The Google Sheets API is switched off: enable it at https://console.", "wait a few minutes"),
        (not_shared, "Google: klima-allianz@klima-allianz-test.iam.gserviceaccount.com may not open", "as editor"),
        (an_excel_file, "Google: The file is an Excel file in Drive", "Save as Google Sheets"),
        (gone, "Google: There is no such Google Sheet", "copy its link"),
        (disturbed, "Google: Google has a disturbance of its own (503)", "the next run tries again"),
    ],
)
def test_check_stops_where_google_refuses(
    server: SheetsServer,
    book: Spreadsheet,
    tmp_path: Path,
    happen: Callable[[SheetsServer, Spreadsheet], None],
    beginning: str,
    way_out: str,
) -> None:
    happen(server, book)
    *before, (ok, last) = lines(server, access(server, book, tmp_path))
    assert ([ok for ok, _ in before], ok) == ([True, True], False)
    assert (last.startswith(beginning), way_out in last) == (True, True)


def test_check_without_network_says_so(server: SheetsServer, book: Spreadsheet, tmp_path: Path) -> None:
    where = access(server, book, tmp_path)
    server.stop()
    assert wrong(lines(server, where)) == [
        "Google: Google cannot be reached: check the network of this machine; the next run tries again."
    ]


def test_check_tells_a_reader_from_an_editor(server: SheetsServer, book: Spreadsheet, tmp_path: Path) -> None:
    server.share(book, "reader")
    share = f"share the sheet with {server.account} as editor (Bearbeiter)"
    assert wrong(lines(server, access(server, book, tmp_path))) == [
        f"the account may only read the sheet; {share}, not as viewer (Betrachter)"
    ]


def test_check_does_not_guess_rights_before_setup(server: SheetsServer, book: Spreadsheet, tmp_path: Path) -> None:
    del book.sheets[1:]
    assert wrong(lines(server, access(server, book, tmp_path))) == [
        "whether the account may edit the sheet shows once the service tabs are protected; run `klima-allianz setup`"
    ]


RESTRICT = "Share (Freigeben), General access (Allgemeiner Zugriff): Restricted (Eingeschränkt)"


@pytest.mark.parametrize("role", ["reader", "writer"])
def test_check_finds_a_sheet_that_everyone_can_read(
    server: SheetsServer, book: Spreadsheet, tmp_path: Path, role: str
) -> None:
    server.share_with_anyone(book, role)
    assert wrong(lines(server, access(server, book, tmp_path))) == [
        f"everyone who has the link can read the sheet; in the sheet, {RESTRICT}"
    ]


@pytest.mark.parametrize("fault", [Fault(call="page", status=503), Fault(call="page", reset=True)])
def test_check_says_when_it_cannot_know_who_reads(
    server: SheetsServer, book: Spreadsheet, tmp_path: Path, fault: Fault
) -> None:
    server.faults.add(fault)
    (found,) = wrong(lines(server, access(server, book, tmp_path)))
    assert (found.startswith("whether strangers can read the sheet by its link is not known"), RESTRICT in found) == (
        True,
        True,
    )


@pytest.mark.parametrize(
    ("locale", "language", "text"),
    [
        ("de_AT", "de", ""),
        ("en_GB", "en", ""),
        ("en_US", "de", 'the sheet\'s locale is "en_US", but language = "de": numbers and dates would be misread'),
        ("de_DE", "en", 'the sheet\'s locale is "de_DE", but language = "en": numbers and dates would be misread'),
    ],
)
def test_check_wants_the_locale_of_the_language(
    server: SheetsServer, book: Spreadsheet, tmp_path: Path, locale: str, language: Language, text: str
) -> None:
    book.locale = locale
    found = wrong(lines(server, access(server, book, tmp_path), language=language))
    assert [line.partition(";")[0] for line in found] == [text][: bool(text)]


@pytest.mark.parametrize(
    ("zone", "is_right"), [("Europe/Vienna", True), ("America/New_York", False), ("Africa/Tunis", False), ("", False)]
)
def test_check_compares_time_zones_by_their_clocks(
    server: SheetsServer, book: Spreadsheet, tmp_path: Path, zone: str, is_right: bool
) -> None:
    book.time_zone = zone
    found = wrong(lines(server, access(server, book, tmp_path)))
    expected = f'the sheet\'s time zone is "{zone}", the configuration says "Europe/Berlin"; make them agree'
    assert [line.startswith(expected) for line in found] == [] if is_right else [True]


@pytest.mark.parametrize(
    ("minutes", "text"), [(4, ""), (-4, ""), (6, "6 minutes ahead of Google's"), (-90, "90 minutes behind Google's")]
)
def test_check_finds_a_clock_that_is_wrong(
    server: SheetsServer, book: Spreadsheet, tmp_path: Path, minutes: int, text: str
) -> None:
    found = wrong(lines(server, access(server, book, tmp_path), ahead=timedelta(minutes=minutes)))
    assert [line.partition(",")[0] for line in found] == [f"this machine's clock is {text}"][: bool(text)]


def unprotected(book: Spreadsheet, _: str) -> str:
    book.by_id(SERVICE_TAB_IDS["notes"]).protected_ranges = []
    return "Hinweise: there is none"


def only_a_warning(book: Spreadsheet, _: str) -> str:
    book.by_id(SERVICE_TAB_IDS["results"]).protected_ranges[0] |= {"warningOnly": True, "editors": {}}
    return "Auswertung: it only warns"


CHANGED = "somebody changed what it covers, what is open or who may edit"


def more_editors(book: Spreadsheet, account: str) -> str:
    users = [account, "a@example.org", "b@example.org"]
    book.by_id(SERVICE_TAB_IDS["results"]).protected_ranges[0]["editors"] = {"users": users}
    return f"Auswertung: {CHANGED}"


def a_part(book: Spreadsheet, _: str) -> str:
    sheet_id = SERVICE_TAB_IDS["steps"]
    book.by_id(sheet_id).protected_ranges[0]["range"] = {"sheetId": sheet_id, "endRowIndex": 5}
    return f"Schritte: {CHANGED}"


def closed_tick_box(book: Spreadsheet, _: str) -> str:
    book.by_id(SERVICE_TAB_IDS[OVERVIEW.name]).protected_ranges[0]["unprotectedRanges"] = []
    return f"Übersicht: {CHANGED}"


def closed_release(book: Spreadsheet, _: str) -> str:
    book.by_id(SERVICE_TAB_IDS[OUTBOX.name]).protected_ranges[0]["unprotectedRanges"] = []
    return f"Postausgang: {CHANGED}"


@pytest.mark.parametrize("change", [unprotected, only_a_warning, more_editors, a_part, closed_tick_box, closed_release])
def test_check_names_the_tab_whose_protection_is_not_in_force(
    server: SheetsServer, book: Spreadsheet, tmp_path: Path, change: Callable[[Spreadsheet, str], str]
) -> None:
    problem = change(book, server.account)
    assert wrong(lines(server, access(server, book, tmp_path))) == [
        f"protection of {problem}; `klima-allianz setup` puts it right"
    ]


def configured(server: SheetsServer, book: Spreadsheet, folder: Path) -> str:
    key = server.key_file(folder)
    path = folder / "config.toml"
    path.write_text(
        f'[sheet]\nsource = "google"\nspreadsheet = "{book.id}"\ncredentials = "{key.name}"\napi = "{server.url}"\n',
        encoding="utf-8",
    )
    return str(path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    """A sheet that `setup` made, with one actor, and its configuration."""
    with SheetsServer() as server:
        book = server.add_spreadsheet(title="Klima-Allianz Musterstadt")
        server.share(book)
        config = configured(server, book, tmp_path_factory.mktemp("made"))
        assert main(["setup", "--config", config]) == DONE
        book.sheet("Akteure").cells[1, 0] = Cell(entered="Stadtwerke")
        yield server, book, config


@pytest.fixture
def ready(made: Ready) -> Iterator[Ready]:
    """That sheet, for one test: a check does not write, and what the test changes is undone."""
    server, book, _ = made
    sheets = [sheet_copy(sheet) for sheet in book.sheets]
    server.log.clear()
    yield made
    assert {call.kind for call in server.log} <= {"page", "token", "read"}
    book.sheets = sheets


def checked(config: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """The exit code, and the lines between the protection and the state."""
    capsys.readouterr()
    code = main(["check", "--config", config])
    return code, capsys.readouterr().out.splitlines()[9:-4]


def test_whole_check_of_a_sheet_after_setup_is_right_with_two_reads(
    ready: Ready, capsys: pytest.CaptureFixture[str]
) -> None:
    server, _, config = ready
    assert checked(config, capsys) == (
        DONE,
        [
            "✓ sheet read: 1 actors",
            "✓ all tabs are there",
            "✓ the grey columns are in place",
            "✓ 0 things to correct in the sheet (a sync lists them on the tab Hinweise)",
            "✓ Google was asked 2 times for this; nothing was written",
        ],
    )
    assert [call.kind for call in server.log] == ["page", "token", "read", "read"]


def test_check_on_another_day_still_compares_the_real_clock(ready: Ready, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, config = ready
    assert main(["check", "--config", config, "--today", "2031-05-05"]) == DONE
    assert "✓ this machine's clock agrees with Google's" in capsys.readouterr().out


def something_below_the_header(book: Spreadsheet) -> str:
    book.sheet("Akteure").cells[3, 2] = Cell(entered="von Hand")
    return "✗ Akteure!C4 blocks the grey column Rang; clear the cell"


def broken_header(book: Spreadsheet) -> str:
    book.sheet("Akteure").cells[0, 2] = Cell(error="#REF!")
    return "✗ Akteure!C1 is broken, the grey column Rang shows nothing; `klima-allianz setup` mends it"


def no_headers(book: Spreadsheet) -> str:
    del book.sheet("Akteure").cells[0, 2], book.sheet("Akteure").cells[0, 3]
    return "✗ grey columns missing: Rang, Schlüsselakteur; `klima-allianz setup` adds them"


def no_tab(book: Spreadsheet) -> str:
    book.sheets.remove(book.sheet("Termine"))
    return "✗ tabs missing: Termine; `klima-allianz setup` adds them"


def no_name(book: Spreadsheet) -> str:
    book.sheet("Akteure").cells[0, 0] = Cell(entered="Nahme")
    return "✗ sheet: "


@pytest.mark.parametrize("change", [something_below_the_header, broken_header, no_headers, no_tab, no_name])
def test_check_names_what_is_wrong_on_the_tabs(
    ready: Ready,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Spreadsheet], str],
) -> None:
    _, book, config = ready
    expected = change(book)
    code, printed = checked(config, capsys)
    assert (code, [line.startswith(expected) for line in printed if line[0] == "✗"]) == (SETUP_WRONG, [True])


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ([], "✗ --probe needs a sheet to try things on"),
        (["Kopie"], "✗ --probe Kopie: this is neither the link of a Google Sheet"),
        (["https://docs.google.com/spreadsheets/d/{id}/edit#gid=0"], "✗ --probe is not for the sheet that the team"),
    ],
)
def test_probe_refuses_in_one_sentence(
    ready: Ready,
    capsys: pytest.CaptureFixture[str],
    link: list[str],
    sentence: str,
) -> None:
    _, book, config = ready
    capsys.readouterr()
    assert main(["check", "--config", config, "--probe", *(text.format(id=book.id) for text in link)]) == SETUP_WRONG
    assert [line.startswith(sentence) for line in capsys.readouterr().err.splitlines()] == [True]


def test_probe_is_for_google_sheets_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.toml"
    path.touch()
    assert main(["check", "--config", str(path), "--probe", "1scratch-copy-0000000000"]) == SETUP_WRONG
    assert capsys.readouterr().err == (
        '✗ --probe tries facts about Google; the configuration has [sheet] source = "workbook".\n'
    )
