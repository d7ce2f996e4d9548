"""A running server, one shared spreadsheet of two tabs, and real gspread for the server's own tests."""

from collections.abc import Iterator
from pathlib import Path

import gspread
import pytest

from tests.sheets_server import SheetsServer
from tests.sheets_server.client import open_client
from tests.sheets_server.model import Spreadsheet


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as running:
        yield running


@pytest.fixture
def book(server: SheetsServer) -> Spreadsheet:
    added = server.add_spreadsheet(title="Allianz", tabs=("Akteure", "Termine"))
    server.share(added)
    return added


@pytest.fixture
def client(server: SheetsServer, tmp_path: Path) -> Iterator[gspread.Client]:
    opened = open_client(server, tmp_path)
    yield opened
    opened.http_client.session.close()
