"""The plainest client there can be, to try the stand-in itself with: one request, one connection, nothing clever."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.smart_connect.people import User
from tests.smart_connect.server import RANGER, StandIn

CUT = (OSError, http.client.HTTPException)
"""What a client meets when a connection ends too early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Caller:
    """Asks one server as one user; ``None`` as user sends no credentials.

    Args:
        trust: For https, what to trust.
        timeout_s: How long to wait for an answer.
    """

    def __init__(
        self,
        server: StandIn,
        user: User | None = RANGER,
        *,
        trust: ssl.SSLContext | None = None,
        timeout_s: float = 10.0,
    ) -> None:
        self._server = server
        self._trust = trust
        self._timeout_s = timeout_s
        self._headers: dict[str, str] = {}
        if user is not None:
            coded = base64.b64encode(f"{user.name}:{user.password}".encode()).decode("ascii")
            self._headers["Authorization"] = f"Basic {coded}"

    def ask(
        self, method: str, path: str, body: bytes | Any | None = None, *, headers: dict[str, str] | None = None
    ) -> Reply:  # fmt: skip
        """One request; a *body* that is not bytes goes as JSON. Raises what :mod:`http.client` raises."""
        sent = self._headers | (headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode("ascii")
            sent.setdefault("Content-Type", "application/json")
        address = urlsplit(self._server.address)
        assert address.hostname is not None, "the stand-in has a host"
        connection: http.client.HTTPConnection
        if address.scheme == "https":
            connection = http.client.HTTPSConnection(
                address.hostname, address.port, timeout=self._timeout_s, context=self._trust
            )
        else:
            connection = http.client.HTTPConnection(address.hostname, address.port, timeout=self._timeout_s)
        try:
            connection.request(method, address.path + path, body, sent)
            with connection.getresponse() as answer:
                if not (answer.getheader("Content-Length") or "").isdigit():
                    raise http.client.HTTPException("it ends within its head")  # http.client takes such for whole
                headers = {name.casefold(): value for name, value in answer.getheaders()}
                return Reply(status=answer.status, headers=headers, body=answer.read())
        finally:
            connection.close()

    def announce(self, name: str, size: int, *, kind: str = "PATROL_XML") -> str:
        """Step 1 of an upload; the answer is the path of the upload."""
        said = {"conservationArea": str(self._server.area.uuid), "type": kind, "name": name}
        reply = self.ask("POST", "/api/dataqueue/items/", said, headers={"X-Upload-Content-Length": str(size)})
        assert reply.status == 200, reply
        return "/api/uploader/" + reply.headers["location"].rpartition("/")[2]

    def put(self, path: str, content: bytes) -> Reply:
        """Step 2: bring bytes."""
        return self.ask("PUT", path, content, headers={"Content-Type": "application/octet-stream"})

    def send(self, name: str, content: bytes, *, kind: str = "PATROL_XML") -> Reply:
        """Announce and bring a whole file."""
        return self.put(self.announce(name, len(content), kind=kind), content)


def signed_in(caller: Caller) -> dict[str, str]:
    """The header of a session in which the ranger has signed in."""
    begun = caller.ask("GET", "/connect/home").headers["set-cookie"].partition(";")[0]
    coded = "".join(f"%{byte:02X}" for byte in RANGER.password.encode())
    reply = caller.ask(
        "POST", "/j_security_check", f"j_username=ranger&j_password={coded}".encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded", "Cookie": begun},
    )  # fmt: skip
    assert reply.status == 303, reply
    return {"Cookie": reply.headers["set-cookie"].partition(";")[0]}


def answers(caller: Caller) -> bool:
    """Whether the server is there."""
    try:
        return caller.ask("GET", "/api/info").status == 200
    except CUT:
        return False


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that another thread will bring about."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)
