"""Contacts from wherever they are kept: read through the real sheets, and never quoted."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from scoring.alliance import Alliance
from scoring.domain import MailConsent
from scoring.memory import Memory
from scoring.tabs import CONTACTS
from sync.config import Config, load_config
from sync.contacts import contact_findings, read_contacts
from sync.errors import OutsideError, SetupError
from sync.ports import Finding
from tests.scoring.build import alliance
from tests.sheets_server import SheetsServer
from tests.sheets_server.build import tab

MEMORY = Memory(address_key=b"secret")
HEADERS = ("Akteur", "Anrede", "Name", "E-Mail", "Mails")
ROWS = (
    ("Stadtwerke", "Frau", "Eva Lang", "lang@example.org", "ja"),
    ("Klinikm", "Herr", "Ole Meer", "meer@example.org", "widersprochen"),
    (None, None, "Ina Ruh", "Ruh@example.org", "widersprochen"),
    ("Verein", None, "Pat Ohne", "kein Postfach", "vielleicht"),
)
SECRETS = ("Lang", "Meer", "Ruh", "Ohne", "Postfach", "@", "vielleicht")


def team(**tabs: object) -> Alliance:
    return alliance(actors=[{"name": "Stadtwerke"}, {"name": "Klinikum"}, {"name": "Verein"}], **tabs)  # type: ignore[arg-type]


def second_workbook(
    path: Path, title: str = "Kontakte", rows: tuple[tuple[object, ...], ...] = (HEADERS, *ROWS)
) -> None:
    book = Workbook()
    (sheet,) = book.worksheets
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)


def configured(folder: Path, contacts: str) -> Config:
    file = folder / "config.toml"
    file.write_text(f'[sheet]\ncontacts = "{contacts}"\n', encoding="utf-8")
    return load_config(file)


def ids(*addresses: str) -> frozenset[str]:
    return frozenset(map(MEMORY.address_id, addresses))


def test_contacts_of_the_same_file_are_those_of_the_alliance(tmp_path: Path) -> None:
    content = team(
        contacts=[
            {"actor": "stadtwerke", "name": "Eva Lang", "email": "lang@example.org", "mails": MailConsent.YES},
            {"actor": "verein", "name": "Ole Meer", "email": "meer@example.org", "mails": MailConsent.OBJECTED},
        ]
    )
    memory = replace(MEMORY, objections=ids("ruh@example.org"))
    frame, objected = read_contacts(configured(tmp_path, ""), content, memory, "de")
    assert frame is content.contacts
    assert objected == ids("meer@example.org", "ruh@example.org")


def test_second_workbook_is_found_beside_the_configuration(tmp_path: Path) -> None:
    second_workbook(tmp_path / "kontakte.xlsx")
    frame, _ = read_contacts(configured(tmp_path, "kontakte.xlsx"), team(), MEMORY, "de")
    assert list(frame) == [column.field for column in CONTACTS.typed]
    assert frame[["actor", "name", "email", "mails"]].to_numpy().tolist() == [
        ["stadtwerke", "Eva Lang", "lang@example.org", "yes"],
        ["", "Ole Meer", "meer@example.org", "objected"],
        ["verein", "Pat Ohne", "", ""],
    ]


def test_objection_counts_whomever_the_row_is_about(tmp_path: Path) -> None:
    second_workbook(tmp_path / "kontakte.xlsx")
    content = team(contacts=[{"actor": "verein", "email": "alt@example.org", "mails": MailConsent.OBJECTED}])
    memory = replace(MEMORY, objections=ids("frueher@example.org"))
    _, objected = read_contacts(configured(tmp_path, "kontakte.xlsx"), content, memory, "de")
    assert objected == ids("meer@example.org", "ruh@example.org", "alt@example.org", "frueher@example.org")


@pytest.mark.parametrize(
    ("title", "rows"),
    [
        ("Tabelle1", (HEADERS, *ROWS)),
        ("Kontakte", (("Firma vor Ort", "Name", "E-Mail"), ("Stadtwerke", "Eva Lang", "lang@example.org"))),
    ],
)
def test_sheet_without_readable_contacts_is_refused_and_not_quoted(
    tmp_path: Path, title: str, rows: tuple[tuple[object, ...], ...]
) -> None:
    second_workbook(tmp_path / "kontakte.xlsx", title, rows)
    with pytest.raises(SetupError) as caught:
        read_contacts(configured(tmp_path, "kontakte.xlsx"), team(), MEMORY, "de")
    assert caught.value.problems == (
        "contacts: the sheet named by [sheet] contacts has no tab Kontakte with a column Akteur; "
        "rename the tab with the contacts to Kontakte and write Akteur above the actors' names.",
    )


def test_blank_tab_is_no_contacts_yet(tmp_path: Path) -> None:
    second_workbook(tmp_path / "kontakte.xlsx", rows=())
    frame, objected = read_contacts(configured(tmp_path, "kontakte.xlsx"), team(), MEMORY, "de")
    assert (len(frame), objected) == (0, frozenset())


def test_missing_workbook_is_said_to_be_the_contacts(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        read_contacts(configured(tmp_path, "fehlt.xlsx"), team(), MEMORY, "de")
    (problem,) = caught.value.problems
    assert problem.startswith("contacts: ")
    assert str(tmp_path / "fehlt.xlsx") in problem


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("", ""),
        ("https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUv/edit#gid=0", "1AbCdEfGhIjKlMnOpQrStUv"),
        ("1AbCdEfGhIjKlMnOpQrStUv", "1AbCdEfGhIjKlMnOpQrStUv"),
    ],
)
def test_configuration_keeps_the_id_of_a_google_sheet(tmp_path: Path, written: str, kept: str) -> None:
    assert configured(tmp_path, written).sheet.contacts == kept


def test_configuration_refuses_what_is_neither_sheet_nor_workbook(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        configured(tmp_path, "kontakte.ods")
    assert caught.value.problems == (
        "config.toml: [sheet] contacts = 'kontakte.ods': write the path of a workbook (.xlsx) or the link of a Google "
        "Sheet: this is neither the link of a Google Sheet (…/spreadsheets/d/…) nor its id.",
    )


def findings(folder: Path, contacts: str, content: Alliance) -> list[Finding]:
    return list(contact_findings(configured(folder, contacts), content, MEMORY, "de"))


def test_check_says_nothing_without_contacts(tmp_path: Path) -> None:
    assert findings(tmp_path, "", team()) == []


def test_check_warns_of_contacts_in_the_same_file(tmp_path: Path) -> None:
    (said,) = findings(tmp_path, "", team(contacts=[{"actor": "verein", "name": "Eva Lang"}]))
    assert (said.ok, said.text.partition(".")[0]) == (True, "contacts: 1 read")
    assert "Warning" in said.text


def test_check_names_cells_to_correct_but_not_what_stands_there(tmp_path: Path) -> None:
    second_workbook(tmp_path / "kontakte.xlsx")
    (said,) = findings(tmp_path, "kontakte.xlsx", team())
    assert said == Finding(ok=True, text="contacts: 3 read from their own sheet, to correct there: A3, A4, D5, E5")
    assert [secret for secret in SECRETS if secret in said.text] == []


def test_check_finds_rows_that_were_left_behind_and_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    left, missing = findings(tmp_path, "fehlt.xlsx", team(contacts=[{"actor": "verein", "name": "Eva Lang"}]))
    assert (left.ok, missing.ok) == (False, False)
    assert "Lang" not in left.text


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as server:
        yield server


def google(server: SheetsServer, folder: Path, *, shared: bool = True) -> Config:
    """A configuration whose sheet is a workbook and whose contacts are a Google Sheet of nothing but contacts."""
    book = server.add_spreadsheet()
    book.sheets[:] = [tab(0, "Kontakte", list(HEADERS), *map(list, ROWS))]
    server.share(book, "reader" if shared else None)
    key = str(server.key_file(folder))
    return Config.model_validate({"sheet": {"contacts": book.id, "credentials": key, "api": server.url}})


def test_contacts_of_a_google_sheet_take_two_reads_and_no_write(server: SheetsServer, tmp_path: Path) -> None:
    frame, objected = read_contacts(google(server, tmp_path), team(), MEMORY, "de")
    assert frame[["actor", "email"]].to_numpy().tolist() == [
        ["stadtwerke", "lang@example.org"],
        ["", "meer@example.org"],
        ["verein", ""],
    ]
    assert objected == ids("meer@example.org", "ruh@example.org")
    assert [call.method for call in server.log if "/spreadsheets/" in call.path] == ["GET", "GET"]


def test_contacts_that_are_not_shared_with_the_service_are_said_to_be_them(
    server: SheetsServer, tmp_path: Path
) -> None:
    with pytest.raises(OutsideError) as caught:
        read_contacts(google(server, tmp_path, shared=False), team(), MEMORY, "de")
    assert caught.value.permanent
    assert str(caught.value).startswith("contacts: ")
