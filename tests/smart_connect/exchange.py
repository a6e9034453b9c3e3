"""One connection: requests come in, answers go out, and faults happen between."""

from __future__ import annotations

import io
import socket
import ssl
import struct
import sys
import time
from dataclasses import replace
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.smart_connect.answers import Answer, error, page
from tests.smart_connect.body import Body, CutError
from tests.smart_connect.faults import Fault, FaultKind
from tests.smart_connect.seen import Seen
from tests.smart_connect.writing import MOST_BYTES, upload_in_trouble

if TYPE_CHECKING:
    from tests.smart_connect.server import Listener

SECRETS = frozenset({"authorization", "cookie"})
"""Headers that are not written down."""
GONE = (ConnectionError, ssl.SSLError, TimeoutError, CutError)
"""What a connection ends with."""
HIDING = frozenset({FaultKind.HTML, FaultKind.ERROR, FaultKind.CUT_ANSWER})
"""Faults behind which a client cannot see what became of its request."""

LOOK_S = 0.02
"""How often a slow line is asked whether it is still slow."""


class Exchange(BaseHTTPRequestHandler):
    """The requests of one connection, one after the other."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True
    server: Listener

    def handle(self) -> None:
        if isinstance(self.connection, ssl.SSLSocket):
            try:
                self.connection.do_handshake()
            except OSError:
                self.server.stand_in.ledger.handshake_failed()
                return
        super().handle()

    def handle_one_request(self) -> None:
        try:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            self._exchange()
        except GONE:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: what was seen is in the ledger."""

    def _exchange(self) -> None:
        stand_in = self.server.stand_in
        told = urlsplit(self.path)
        path = (
            told.path.removeprefix(stand_in.context)
            if told.path.startswith(f"{stand_in.context}/")
            else "/.." + told.path
        )
        headers = {name.casefold(): value for name, value in self.headers.items()}
        seen = stand_in.ledger.begin(
            self.command, path, told.query, {name: value for name, value in headers.items() if name not in SECRETS}
        )
        length = headers.get("content-length", "")
        seen.declared_bytes = int(length) if length.isascii() and length.isdigit() else -1
        seen.fault = stand_in.faults.fate(seen.number, seen.method, seen.path)
        try:
            answer = self._answer(seen, seen.fault)
            if seen.fault is not None and seen.fault.kind in HIDING:
                self._note_trouble(seen)
            self._send(seen, answer, seen.fault)
        except GONE as end:
            self._note_trouble(seen)
            if isinstance(end, CutError):
                self._cut_hard(seen.fault)
            raise
        finally:
            seen.is_done = True

    def _note_trouble(self, seen: Seen) -> None:
        """Its client cannot know what became of this request."""
        if seen.path.startswith("/api/uploader/") and seen.method != "GET":
            upload_in_trouble(self.server.stand_in.office, seen.path)

    def _answer(self, seen: Seen, fault: Fault | None) -> Answer:
        """The answer, after the work and whatever goes wrong before it is sent."""
        stand_in = self.server.stand_in
        kind = fault.kind if fault is not None else None
        body = Body(
            self.rfile, seen, max(0, seen.declared_bytes), cut_at=self._cut_in_body(seen, fault), pause=self._pause
        )
        if fault is not None and not fault.after_work:
            if kind in (FaultKind.HTML, FaultKind.ERROR):
                body.drain()
                return self._wrong_answer(fault)
            if kind is FaultKind.RESTART:
                stand_in.restart_soon(down_s=fault.down_s)
                raise CutError("restart")
        if kind is FaultKind.FORGET_SESSIONS:
            stand_in.office.accounts.forget_sessions()
        if kind is FaultKind.LOCK_ACCOUNT:
            stand_in.lock_sender(self.headers.get("Authorization", ""), self.headers.get("Cookie", ""), seen.query)
        answer = self._done(seen, body)
        if kind is FaultKind.CUT_REQUEST:
            raise CutError("on purpose, behind the last byte")
        if kind is FaultKind.DUPLICATE:
            seen.echo = True
            again = Body(io.BytesIO(), seen, 0)
            again.reuse(body)
            answer = self._done(seen, again)
            seen.echo = False
        if fault is not None and kind in (FaultKind.HTML, FaultKind.ERROR):
            return self._wrong_answer(fault)
        if fault is not None and kind is FaultKind.RESTART:
            stand_in.restart_soon(down_s=fault.down_s)
            raise CutError("restart")
        return answer

    def _pause(self, count: int) -> None:
        """Wait as the pace says; whoever changes it meanwhile is heard."""
        begun = time.monotonic()
        while (pace := self.server.stand_in.pace_bytes_s) is not None:
            left_s = begun + count / pace - time.monotonic()
            if left_s <= 0 or self.server.closing.wait(min(left_s, LOOK_S)):
                return

    def _cut_in_body(self, seen: Seen, fault: Fault | None) -> int | None:
        """Byte of the body at which the request is cut; raises at once where it is cut in its head."""
        if fault is None or fault.kind is not FaultKind.CUT_REQUEST:
            return None
        head = len(self.raw_requestline) + sum(len(name) + len(value) + 4 for name, value in self.headers.items()) + 2
        cut = fault.cut(head + max(0, seen.declared_bytes))
        if cut <= head and cut < head + max(0, seen.declared_bytes):
            raise CutError("on purpose, in the head")
        return cut - head

    def _done(self, seen: Seen, body: Body) -> Answer:
        stand_in = self.server.stand_in
        if seen.path.startswith("/.."):
            stand_in.ledger.breach(seen, "unknown-call", "outside of the server's context path")
            body.drain()
            return page(404, "HTTP Status 404 – Not Found")
        if self.headers.get("Transfer-Encoding"):
            stand_in.ledger.breach(seen, "chunked", "no chunked encoding")
            self.close_connection = True
            return error(411, "Content-Length is needed")
        answer = stand_in.door.answer(
            seen, body, self.headers.get("Authorization", ""), self.headers.get("Cookie", ""), base=stand_in.address
        )
        if body.left >= MOST_BYTES:
            self.close_connection = True
        else:
            body.drain()
        return answer

    @staticmethod
    def _wrong_answer(fault: Fault) -> Answer:
        if fault.kind is FaultKind.HTML:
            return page(fault.status, "Bad gateway" if fault.status >= 500 else "Sign in to this network")
        return error(fault.status, "an error in the server")

    def _send(self, seen: Seen, answer: Answer, fault: Fault | None) -> None:
        """Put the answer on the wire, all of it or as much as the fault lets."""
        stand_in = self.server.stand_in
        if fault is not None and fault.kind is FaultKind.LATE:
            self.server.closing.wait(fault.late_s)
        if fault is not None and fault.kind is FaultKind.WRONG_LOCATION:
            answer = replace(answer, headers=tuple(
                (name, value.replace(stand_in.address, stand_in.decoy_address) if name == "Location" else value)
                for name, value in answer.headers
            ))  # fmt: skip
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}", f"Date: {formatdate(usegmt=True)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        if answer.content_type:
            lines.append(f"Content-Type: {answer.content_type}")
        lines.append(f"Content-Length: {len(answer.body)}")
        if self.close_connection:
            lines.append("Connection: close")
        wire = "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body
        seen.status = answer.status
        if fault is not None and fault.kind is FaultKind.CUT_ANSWER:
            self.wfile.write(wire[: fault.cut(len(wire) - 1)])
            raise CutError("on purpose, in the answer")
        self.wfile.write(wire)

    def _cut_hard(self, fault: Fault | None) -> None:
        """Let the connection end with a reset, where the fault says so."""
        if fault is not None and fault.hard:
            linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.server.to_reset.add(self.connection)
