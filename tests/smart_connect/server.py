"""The stand-in itself: a server on loopback that can be stopped, started and restarted like a real one."""

from __future__ import annotations

import datetime as dt
import socket
import socketserver
import ssl
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.smart_connect.areas import Area, sample_area
from tests.smart_connect.certificates import Certificate
from tests.smart_connect.data_queue import DataQueue, Person
from tests.smart_connect.door import Door
from tests.smart_connect.exchange import Exchange
from tests.smart_connect.faults import Faults, Schedule
from tests.smart_connect.office import Office, office_clock
from tests.smart_connect.people import User
from tests.smart_connect.seen import Ledger

RANGER = User(name="ranger", password="Ир-бис 41°N")
"""The user of the sample office; the password holds a space and letters that are not ASCII."""


class Listener(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """The open port, and every connection to it."""

    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, stand_in: StandIn, place: tuple[str, int], tls: ssl.SSLContext | None) -> None:
        self.stand_in = stand_in
        self.tls = tls
        self.closing = threading.Event()
        self.to_reset: set[socket.socket] = set()
        self._connections: set[socket.socket] = set()
        super().__init__(place, Exchange)

    def get_request(self) -> tuple[Any, Any]:
        connection, peer = self.socket.accept()
        if self.tls is not None:
            try:
                connection = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            except OSError:
                connection.close()
                raise
        self._connections.add(connection)
        return connection, peer

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        if request in self.to_reset:
            self.to_reset.discard(request)
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def drop_connections(self) -> None:
        """End every connection, wherever it is."""
        for connection in tuple(self._connections):
            try:
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
            except OSError:
                continue  # it has ended by itself

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        self.stand_in.ledger.crash(traceback.format_exc())


class _Decoy(socketserver.BaseRequestHandler):
    """Where a wrong Location leads: nobody should come here."""

    server: _DecoyListener

    def handle(self) -> None:
        self.server.ledger.breach_elsewhere("followed-location", "the host of Location was believed")


class _DecoyListener(socketserver.TCPServer):
    def __init__(self, host: str, ledger: Ledger) -> None:
        self.ledger = ledger
        super().__init__((host, 0), _Decoy)


class StandIn:
    """A SMART Connect that is none; see docs/formats/smart-connect-stand-in.md.

    Args:
        areas, users: Of the office; one sample area and ``RANGER`` unless told.
        version: Of SMART Connect, such as ``8.1.3``; decides which calls there are.
        host, port: Where to listen; port 0 takes a free one, which is kept from then on.
        context: The context path.
        certificate: Makes it https.
        folder: Where uploads are kept; one that is removed in the end unless told.
        keep_files: Whether uploads are kept at all, or only counted and hashed.
        person: Who processes what is queued, a step each time the queue is looked at; ``None`` for nobody.
        schedule: Faults drawn from a seed.
        clock: The server's clock, with an offset.
    """

    def __init__(
        self,
        *,
        areas: Iterable[Area] | None = None,
        users: Iterable[User] = (RANGER,),
        version: str = "8.1.3",
        host: str = "127.0.0.1",
        port: int = 0,
        context: str = "/server",
        certificate: Certificate | None = None,
        folder: Path | None = None,
        keep_files: bool = True,
        person: Person | None = None,
        schedule: Schedule | None = None,
        clock: Callable[[], dt.datetime] = office_clock,
    ) -> None:
        self.context = context
        self.host = host
        self.port = port
        self.pace_bytes_s: float | None = None
        """Bytes a second that the line brings at most; ``None`` for as many as come. May be set while it runs."""
        self.ledger = Ledger()
        self.faults = Faults()
        self.faults.schedule = schedule
        self._own_folder = tempfile.TemporaryDirectory(prefix="smart-connect-") if keep_files and not folder else None
        kept_in = Path(self._own_folder.name) if self._own_folder is not None else folder
        self.office = Office(areas=[sample_area()] if areas is None else areas, users=users, version=version,
                             folder=kept_in if keep_files else None, person=person, clock=clock)  # fmt: skip
        self.door = Door(self.office, self.ledger)
        self._certificate = certificate
        self._changing = threading.Lock()
        self._listener: Listener | None = None
        self._serving: threading.Thread | None = None
        self._restarts: list[threading.Thread] = []
        self._decoy = _DecoyListener(host, self.ledger)
        self._decoying = threading.Thread(target=self._decoy.serve_forever, args=(0.02,), name="smart-connect-decoy")
        self._decoying.start()

    @property
    def address(self) -> str:
        """The base address that an office would paste, without a slash at the end."""
        return f"{'http' if self._certificate is None else 'https'}://{self.host}:{self.port}{self.context}"

    @property
    def decoy_address(self) -> str:
        """The base address of a server that nobody should ask."""
        return f"http://{self.host}:{self._decoy.server_address[1]}{self.context}"

    @property
    def queue(self) -> DataQueue:
        """What arrived for people to process."""
        return self.office.queue

    @property
    def area(self) -> Area:
        """The first area."""
        return next(iter(self.office.areas.values()))

    def __enter__(self) -> StandIn:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        self.close()

    def start(self) -> None:
        """Listen, on the same port as before."""
        with self._changing:
            self._listen()

    def stop(self) -> None:
        """Go down with every connection, sessions forgotten; nobody answers until :meth:`start`."""
        for restart in self._restarts:
            restart.join()
        self._restarts.clear()
        with self._changing:
            self._hush()

    def restart(self, *, down_s: float = 0.0) -> None:
        """Go down with every connection, stay away for *down_s* seconds, and come back without sessions."""
        with self._changing:
            self._hush()
            time.sleep(down_s)
            self._listen()

    def restart_soon(self, *, down_s: float = 0.0) -> None:
        """Restart without waiting for it; for those who are part of what goes down."""
        thread = threading.Thread(target=self.restart, kwargs={"down_s": down_s}, name="smart-connect-restart")
        self._restarts.append(thread)
        thread.start()

    def close(self) -> None:
        """Stop for good and remove what was kept, unless a folder was given."""
        self.stop()
        self._decoy.shutdown()
        self._decoying.join()
        self._decoy.server_close()
        if self._own_folder is not None:
            self._own_folder.cleanup()

    def change_certificate(self, certificate: Certificate) -> None:
        """Show another certificate from the next connection on."""
        with self._changing:
            self._certificate = certificate
            if self._listener is not None:
                self._listener.tls = certificate.context()

    def a_person_asked(self) -> None:
        """A person pressed a button after a 401: what was refused may be tried again."""
        self.door.a_person_asked()

    def lock_sender(self, authorization: str, cookies: str, query: str) -> None:
        """Lock the account of whoever sends this."""
        user = self.office.accounts.credentials(authorization, cookies, query).user
        if user is not None:
            self.office.accounts.lock(user.name)

    def check(self) -> None:
        """Fail when a rule was broken or the stand-in itself stumbled."""
        assert not self.ledger.crashes, "\n".join(self.ledger.crashes)
        assert not self.ledger.breaches, "\n".join(f"{one.rule}: {one.text}" for one in self.ledger.breaches[:20])

    def _listen(self) -> None:
        assert self._listener is None, "it listens already"
        tls = self._certificate.context() if self._certificate is not None else None
        self._listener = Listener(self, (self.host, self.port), tls)
        self.port = self._listener.server_address[1]
        self._serving = threading.Thread(target=self._listener.serve_forever, args=(0.02,), name="smart-connect")
        self._serving.start()

    def _hush(self) -> None:
        if self._listener is None or self._serving is None:
            return
        self._listener.closing.set()
        self._listener.shutdown()
        self._serving.join()
        self._listener.socket.close()
        self._listener.drop_connections()
        self._listener.server_close()
        self._listener = self._serving = None
        self.office.accounts.forget_sessions()
