"""Answers and files that no honest Google or team gives: each ends in a sentence and in time, and is never believed."""

import gzip
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from sync.collector import collector_paused
from sync.errors import OutsideError, SetupError
from sync.google import GoogleAccess, Patience
from sync.google.connection import Connection, ValueRange
from sync.google.key import NEW_KEY, read_key
from sync.google.transport import LARGEST
from tests.sheets_server import SheetsServer
from tests.sheets_server.model import Sheet
from tests.sync.google.build import QUICK, STEADY, key_for
from tests.sync.worlds import Worlds

STRANGE = (
    "There was an answer that was cut off or is not Google's: if it stays so, check the network or proxy; "
    "the next run tries again."
)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\n"
GOOD = b'{"valueRanges": [{"range": "Akteure!A1:B9", "values": [["Name"], ["Stadtwerke", 12.5]]}]}'
ONCE = replace(STEADY, deadline=0.1)
SLACK = 2.0  # seconds that a busy machine may take on top

Answer = Callable[[socket.socket], None]


@pytest.fixture(scope="module")
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as running:
        yield running


@contextmanager
def answering(answer: Answer, server: SheetsServer, patience: Patience) -> Iterator[Connection]:
    """Give a connection to an API that answers each request with whatever `answer` sends."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, suppress(OSError):
                    while b"\r\n\r\n" not in client.recv(65536):
                        pass
                    answer(client)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        api = f"http://127.0.0.1:{listener.getsockname()[1]}"
        access = GoogleAccess(spreadsheet="1", credentials=Path("key.json"), api=api, patience=patience)
        connection = Connection(access, key_for(server), lambda: 1.0)
        connection._client.session.headers["Connection"] = "close"
        yield connection
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def whole(body: bytes, head: bytes = b"") -> Answer:
    return lambda client: client.sendall(HEAD + head + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def drips(client: socket.socket) -> None:
    client.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
    for _ in range(1000):
        client.sendall(b" ")
        time.sleep(0.02)


def in_chunks(client: socket.socket) -> None:
    body = gzip.compress(GOOD)
    client.sendall(HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
    for byte in body:
        client.sendall(b"1\r\n%c\r\n" % byte)
    client.sendall(b"0\r\n\r\n")


def refused(answer: Answer, server: SheetsServer, patience: Patience = QUICK) -> str:
    with answering(answer, server, patience) as connection, pytest.raises(OutsideError) as caught:
        connection.values(["Akteure"])
    return str(caught.value)


@pytest.mark.parametrize("answer", [whole(GOOD), in_chunks], ids=["whole", "chunked"])
def test_answer_is_read_to_its_end(answer: Answer, server: SheetsServer) -> None:
    with answering(answer, server, STEADY) as connection:
        assert connection.values(["Akteure"]) == [
            ValueRange(title="Akteure", rows=9, columns=2, values=[["Name"], ["Stadtwerke", 12.5]])
        ]


def test_answer_that_drips_ends_in_time(server: SheetsServer) -> None:
    start = time.monotonic()
    assert refused(drips, server) == "Google did not answer in time; the next run tries again."
    assert time.monotonic() - start < QUICK.deadline + 2 * QUICK.answer + SLACK


def test_answer_that_would_fill_the_memory_is_not_read_to_its_end(server: SheetsServer) -> None:
    bomb = gzip.compress(b" " * (LARGEST + 1), compresslevel=1)
    assert refused(whole(bomb, b"Content-Encoding: gzip\r\n"), server, ONCE) == STRANGE


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"valueRanges": [{"range": "A1:B9", "values": [[%s]]}]}' % (b"9" * 5000),
        b'{"valueRanges": null}',
        b'{"valueRanges": {"a": 1}}',
        b'{"valueRanges": [null]}',
        b'{"valueRanges": [{}]}',
        b'{"valueRanges": [{"range": 5}]}',
        b'{"valueRanges": [{"range": "Akteure"}]}',
        b'{"valueRanges": [{"range": "A1:B9", "values": null}]}',
        b'{"valueRanges": [{"range": "A1:B9", "values": "text"}]}',
        b'{"valueRanges": [{"range": "A1:B9", "values": ["text"]}]}',
        b'{"valueRanges": [{"range": "A1:B9", "values": [[{}]]}]}',
        b'{"valueRanges": [{"range": "A1:B9"}, {"range": "A1:B9"}]}',
    ],
    ids=lambda body: body[:60].decode(),
)
def test_answer_of_another_shape_is_not_believed(body: bytes, server: SheetsServer) -> None:
    with collector_paused():  # as in a run: whatever it finalises at the end of the stack would fail this test
        assert refused(whole(body), server) == STRANGE


def test_refusal_that_is_nested_without_end_is_not_googles(server: SheetsServer) -> None:
    body = b'{"error":' * 100_000
    head = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n" % len(body)
    with collector_paused():
        told = refused(lambda client: client.sendall(head + body), server)
    assert told == STRANGE.replace("answer", "answer (400)", 1)


def test_chart_on_a_tab_of_its_own_keeps_its_title(worlds: Worlds, tmp_path: Path) -> None:
    world = worlds.google(tmp_path)
    world.delete_tab("Auswertung")
    world.book.sheets.append(Sheet(id=5, title="Auswertung", properties={"sheetType": "OBJECT"}))
    world.fill("Akteure", 2, [["Stadtwerke"]])
    world.sync()
    assert world.titles[-2:] == ("Auswertung", "Auswertung (Klima-Allianz)")
    assert world.service_tab("results").cells[1][0] == "Stadtwerke"


@pytest.mark.skipif(os.name != "posix", reason="there are no pipes with a name")
def test_pipe_in_place_of_the_key_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(SetupError) as caught:
        read_key(tmp_path / "pipe")
    assert str(caught.value) == f"{tmp_path / 'pipe'} is not the key of a service account: {NEW_KEY}."
