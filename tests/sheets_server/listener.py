"""The socket of the server: accepts connections, one thread for each, and ends them all when it closes."""

import contextlib
import socket
import sys
import threading
from http.server import ThreadingHTTPServer
from typing import Any

from tests.sheets_server.handler import Answers, Handler


class _Threads(ThreadingHTTPServer):
    """Remembers its open connections; a client that goes away is no news."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, handler: type[Handler]) -> None:
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError | ValueError):
            super().handle_error(request, client_address)


class Listener:
    """A listening server in a thread of its own."""

    def __init__(self, answers: Answers) -> None:
        self._threads = _Threads(type("BoundHandler", (Handler,), {"answers": answers}))
        self.url = f"http://127.0.0.1:{self._threads.server_address[1]}"
        self._thread = threading.Thread(target=self._threads.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        """Accept no more, break all connections and wait for their threads."""
        self._threads.shutdown()
        self._thread.join()
        for connection in list(self._threads.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._threads.server_close()
