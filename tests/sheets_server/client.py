"""Real gspread against the local server: its own client, with nothing changed but the address."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gspread
from google.oauth2.service_account import Credentials

from tests.sheets_server.server import SheetsServer

GOOGLE = "https://sheets.googleapis.com"
SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)


def open_client(server: SheetsServer, folder: Path, scopes: Sequence[str] = SCOPES) -> gspread.Client:
    """Return gspread's client with the server's service account; its key file is written to `folder`."""
    key = server.key_file(folder)
    credentials = Credentials.from_service_account_file(str(key), scopes=list(scopes))

    class LocalClient(gspread.HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **options: Any) -> Any:
            return super().request(method, endpoint.replace(GOOGLE, server.url), *args, **options)

    return gspread.Client(auth=credentials, http_client=LocalClient)
