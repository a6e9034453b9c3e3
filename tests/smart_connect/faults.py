"""What goes wrong on purpose, and when: told one by one, or drawn from a seed."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random


class FaultKind(StrEnum):
    """What can go wrong with one request."""

    CUT_REQUEST = "cut_request"
    """The connection ends while the request arrives: of an upload, the bytes before are kept."""
    CUT_ANSWER = "cut_answer"
    """The work is done, and the connection ends within the answer: at byte 0 the answer is lost."""
    LATE = "late"
    """The work is done, and the answer waits."""
    HTML = "html"
    """A page comes instead of an answer, as from a proxy or a hotel's sign-in."""
    ERROR = "error"
    """The server answers with an error in JSON."""
    WRONG_LOCATION = "wrong_location"
    """The server believes that it is called otherwise: the address it tells is that of a decoy."""
    LOCK_ACCOUNT = "lock_account"
    """The account is locked from this request on."""
    FORGET_SESSIONS = "forget_sessions"
    """Whoever signed in with a session is signed out."""
    RESTART = "restart"
    """The server goes down with every connection, and comes back with the same files and no sessions."""
    DUPLICATE = "duplicate"
    """The network delivers the request twice; the second answer is the one that arrives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong with one request.

    Attributes:
        at: Byte at which the connection is cut, counted from the first of the request (its head too) or answer.
        share: The same as a share of all the bytes, 0 to 1; used when *at* is ``None``.
        hard: Cut by a reset instead of an end.
        after_work: Of ``HTML``, ``ERROR`` and ``RESTART``: whether what was asked for is done nevertheless.
        status: Of ``HTML`` and ``ERROR``.
        late_s: How long an answer waits.
        down_s: How long the server stays away.
    """

    kind: FaultKind
    at: int | None = None
    share: float = 0.0
    hard: bool = False
    after_work: bool = False
    status: int = 502
    late_s: float = 0.2
    down_s: float = 0.05

    def cut(self, length: int) -> int:
        """Where to cut something of *length* bytes; never past its end."""
        return min(length, int(self.share * length) if self.at is None else self.at)


LOST_ANSWER = Fault(kind=FaultKind.CUT_ANSWER, at=0)
"""The work is done and nobody is told."""

EVERY_DAY: Mapping[FaultKind, float] = {
    FaultKind.CUT_REQUEST: 4.0, FaultKind.CUT_ANSWER: 4.0, FaultKind.LATE: 1.0, FaultKind.HTML: 2.0,
    FaultKind.ERROR: 1.0, FaultKind.WRONG_LOCATION: 1.0, FaultKind.FORGET_SESSIONS: 0.5, FaultKind.RESTART: 0.3,
    FaultKind.DUPLICATE: 1.0,
}  # fmt: skip
"""Weights of what a bad network and a tired server do; a locked account needs a person, and is left out."""

HEAD_BYTES = 600
"""About as many as a request or an answer has before its body."""


class Schedule:
    """Faults drawn from a seed: the n-th request has the same fate in every run.

    Args:
        seed: Print it, so that a run can be repeated.
        chance: That a request meets a fault, 0 to 1.
        kinds: Weights; ``EVERY_DAY`` unless told.
        late_s, down_s: Longest waits.
        last: Number of the last request that may meet a fault; ``None`` for no end.
    """

    def __init__(
        self, seed: int, *, chance: float = 0.2, kinds: Mapping[FaultKind, float] = EVERY_DAY,
        late_s: float = 0.2, down_s: float = 0.1, last: int | None = None,
    ) -> None:  # fmt: skip
        self.seed = seed
        self.chance = chance
        self.kinds = dict(kinds)
        self.late_s = late_s
        self.down_s = down_s
        self.last = last

    def __repr__(self) -> str:
        return f"Schedule(seed={self.seed}, chance={self.chance})"

    def fate(self, number: int) -> Fault | None:
        """What happens to the request of this number."""
        draws = Random(f"{self.seed}/{number}")
        if draws.random() >= self.chance or (self.last is not None and number > self.last):
            return None
        kind = draws.choices(list(self.kinds), weights=list(self.kinds.values()))[0]
        return Fault(
            kind=kind,
            at=draws.randrange(HEAD_BYTES) if draws.random() < 0.4 else None,
            share=draws.random(),
            hard=draws.random() < 0.5,
            after_work=draws.random() < 0.5,
            status=draws.choice((200, 502, 503, 504) if kind is FaultKind.HTML else (500, 503)),
            late_s=draws.uniform(0.0, self.late_s),
            down_s=draws.uniform(0.0, self.down_s),
        )


@dataclass(frozen=True, slots=True)
class _Told:
    fault: Fault
    method: str
    path: re.Pattern[str]
    times: int


class Faults:
    """What will go wrong; changed by tests while the server runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: list[_Told] = []
        self.schedule: Schedule | None = None

    def add(self, fault: Fault, *, method: str = "", path: str = "", times: int = 1) -> None:
        """Let *fault* meet the next requests that fit; what was told first comes first.

        Args:
            method: Such as ``PUT``; any when empty.
            path: A regular expression that the path begins with, such as ``/api/uploader/``; any when empty.
            times: How many requests it meets.
        """
        with self._lock:
            self._told.append(_Told(fault, method, re.compile(path), times))

    def add_all(self, faults: Sequence[Fault], *, method: str = "", path: str = "") -> None:
        """Let each of *faults* meet one of the next requests that fit, in this order."""
        for fault in faults:
            self.add(fault, method=method, path=path)

    def clear(self) -> None:
        """From now on nothing goes wrong."""
        with self._lock:
            self._told.clear()
            self.schedule = None

    def fate(self, number: int, method: str, path: str) -> Fault | None:
        """The fault that this request meets; ``None`` when it goes well."""
        with self._lock:
            for place, told in enumerate(self._told):
                if told.method in ("", method) and told.path.match(path):
                    if told.times > 1:
                        self._told[place] = replace(told, times=told.times - 1)
                    else:
                        del self._told[place]
                    return told.fault
            return self.schedule.fate(number) if self.schedule is not None else None
