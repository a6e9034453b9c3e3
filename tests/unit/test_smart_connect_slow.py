"""The client of SMART Connect on a network that carries a few kilobytes a second."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from ranger_app.sync.smart_connect import Connect
from tests.smart_connect import Certificate, self_signed

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


def ignored(_sent: int) -> None:
    """Nobody wants to know how many bytes have left."""


@pytest.mark.parametrize("is_direct", [False, True])
def test_what_leaves_slowly_leaves_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_direct: bool
) -> None:
    def little(connection: socket.socket, _options: object) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)

    monkeypatch.setattr("urllib3.util.connection._set_socket_options", little)
    certificate, content = self_signed(tmp_path), bytes(400_000)
    file = tmp_path / "patrol.zip"
    file.write_bytes(content)

    with trickling(certificate, len(content)) as base:
        connect = Connect(base, "a", "b", pin=certificate.sha256, begin_s=0.3, patience_s=10)
        with connect:
            if is_direct:
                connect.post_data(str(uuid4()), {"comment": "x" * len(content)})
            else:
                connect.put(str(uuid4()), file, start=0, size=len(content), tell=ignored)


@contextmanager
def trickling(certificate: Certificate, size: int) -> Iterator[str]:
    """A server behind a network that carries a block in more time than a connection may take to begin."""

    def serve() -> None:
        plain, _ = listener.accept()
        with certificate.context().wrap_socket(plain, server_side=True) as connection:
            heard = 0
            while heard < size and (piece := connection.recv(8192)):
                heard += len(piece)
                threading.Event().wait(0.03)
            if heard >= size:
                connection.sendall(OK)
                while connection.recv(8192):
                    continue  # until the client has hung up

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        listener.settimeout(5)
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/server"
        thread.join()
