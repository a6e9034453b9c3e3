"""What the server saw: every request, and every breach of a rule of the protocol."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.smart_connect.faults import Fault

KEPT_BODY = 1 << 20
"""Bytes of a body up to which it is kept with the request; files go to the data queue instead."""


@dataclass(slots=True, kw_only=True, eq=False)
class Seen:
    """One request as it arrived.

    Attributes:
        number: Counted from 1 in the order of arrival.
        path: Without the context path, such as ``/api/info``.
        headers: Names in lower case; the credentials are left out.
        user: Who was signed in; empty when nobody was.
        declared_bytes: Of the body, as the head said; -1 when it did not.
        received_bytes: Of the body, that were read.
        status: Of the answer that was begun; ``None`` when none was.
        echo: Whether the network delivered the request before a second time, and this is that.
        is_done: Whether the server has finished with it.
    """

    number: int
    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    user: str = ""
    declared_bytes: int = -1
    received_bytes: int = 0
    body: bytes = b""
    status: int | None = None
    fault: Fault | None = None
    echo: bool = False
    is_done: bool = False
    at_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule that a client broke; the rules stand in docs/formats/smart-connect-stand-in.md."""

    rule: str
    request: int
    text: str


class Ledger:
    """All that was seen, in order. May be read while the server runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.requests: list[Seen] = []
        self.breaches: list[Breach] = []
        self.crashes: list[str] = []
        """What went wrong in the stand-in itself; a test that finds anything here has found a mistake of ours."""
        self.handshakes_failed = 0
        """Clients that went away while the certificate was shown."""

    def begin(self, method: str, path: str, query: str, headers: dict[str, str]) -> Seen:
        with self._lock:
            seen = Seen(number=len(self.requests) + 1, method=method, path=path, query=query, headers=headers,
                        at_s=time.monotonic())  # fmt: skip
            self.requests.append(seen)
        return seen

    def breach(self, seen: Seen, rule: str, text: str) -> None:
        if not seen.echo:
            with self._lock:
                self.breaches.append(Breach(rule=rule, request=seen.number, text=f"{seen.method} {seen.path}: {text}"))

    def breach_elsewhere(self, rule: str, text: str) -> None:
        """A breach that was seen outside of any request, such as at the decoy."""
        with self._lock:
            self.breaches.append(Breach(rule=rule, request=0, text=text))

    def crash(self, text: str) -> None:
        with self._lock:
            self.crashes.append(text)

    def handshake_failed(self) -> None:
        with self._lock:
            self.handshakes_failed += 1

    def of(self, method: str, path: str) -> list[Seen]:
        """The requests with this method whose path begins with *path*."""
        return [seen for seen in self.requests if seen.method == method and seen.path.startswith(path)]

    def broken_rules(self) -> Counter[str]:
        """Each rule that was broken, and how often."""
        return Counter(breach.rule for breach in self.breaches)
