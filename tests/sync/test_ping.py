"""The sign of life, against a real server: whatever it does, one sentence without the address, and in time."""

import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from sync import VERSION
from sync.ping import ping

SECRET = "5f3a-geheim"  # noqa: S105  it is none


class Server(ThreadingHTTPServer):
    """Answers by the last part of the path, and keeps what it was asked."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str | None]] = []
        self.over = Event()

    def url(self, how: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{SECRET}/{how}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["User-Agent"]))
        how = self.path.rpartition("/")[2]
        match how:
            case "hang":
                self.server.over.wait(5)
            case "crumbs":
                while not self.server.over.wait(0.05):
                    self.wfile.write(b"H")
            case "nonsense":
                self.wfile.write(b"geheim\r\n\r\n")
            case "cut":
                pass
            case _ if how.isdigit():
                self.send_response(int(how))
                self.end_headers()
            case _:
                self.send_response(302)
                self.send_header("Location", {"moved": "200", "loop": "loop"}.get(how) or self._elsewhere(how))
                self.end_headers()

    def _elsewhere(self, how: str) -> str:
        return {
            "tls": self.server.url("200").replace("http", "https"),
            "file": "file:///etc/passwd",
            "ftp": f"ftp://127.0.0.1/{SECRET}",
            "bracket": f"http://[{SECRET}",
        }[how]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on this machine."""
    with Server() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("how", ["200", "204"])
def test_good_answer_is_nothing_to_say(server: Server, how: str) -> None:
    assert ping(server.url(how)) == ""
    assert server.asked == [(f"/{SECRET}/{how}", f"klima-allianz/{VERSION}")]


def test_redirect_is_followed(server: Server) -> None:
    assert ping(server.url("moved")) == ""
    assert [path for path, _ in server.asked] == [f"/{SECRET}/moved", f"/{SECRET}/200"]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("404", "The ping failed: it was answered with 404."),
        ("500", "The ping failed: it was answered with 500."),
        ("tls", "The ping failed: it was answered with 302."),
        ("file", "The ping failed: it was answered with 302."),
        ("ftp", "The ping failed: it was answered with 302."),
        ("loop", "The ping failed: it was answered with 302."),
        ("bracket", "The ping failed: the answer makes no sense."),
        ("nonsense", "The ping failed: the answer makes no sense."),
    ],
)
def test_bad_answer_is_one_sentence(server: Server, how: str, said: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert ping(server.url(how)) == said
    assert tuple(capfd.readouterr()) == ("", "")


def test_connection_that_is_cut_is_one_sentence(server: Server) -> None:
    assert ping(server.url("cut")) == "The ping failed: the connection was cut."


@pytest.mark.parametrize("how", ["hang", "crumbs"])
def test_nobody_keeps_us_waiting_longer_than_we_say(server: Server, how: str) -> None:
    began = time.monotonic()
    assert ping(server.url(how), timeout=0.3) == "The ping failed: there was no answer in time."
    assert time.monotonic() - began < 2


def test_server_that_is_not_there_is_one_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert ping(f"http://127.0.0.1:{free.getsockname()[1]}/{SECRET}") == "The ping failed: Connection refused."


def test_server_without_tls_is_one_sentence(server: Server) -> None:
    said = ping(server.url("200").replace("http", "https"))
    assert said == "The ping failed: the server does not prove who it is."


@pytest.mark.parametrize("url", [f"http://{SECRET}.invalid/x", f"http://[{SECRET}", SECRET, f"http://{'a' * 70}.de/"])
def test_address_that_is_none_is_not_repeated(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    said = ping(url, timeout=3)
    assert said.startswith("The ping failed: ")
    assert (SECRET in said, tuple(capfd.readouterr())) == (False, ("", ""))
