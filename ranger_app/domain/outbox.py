"""The outbox: what is to go to an office, what became of it, and when to try again."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

FIRST_WAIT_S: Final = 30.0
LONGEST_WAIT_S: Final = 6 * 3600.0
JITTER: Final = 0.5
"""A wait is shortened by up to this share, so that laptops which lost the same network do not all come back at once."""


NAME: Final = re.compile(r"(?P<number>.*)-[0-9a-f]{12}_*\.[a-z]+")
"""Name of a file at the server: the record's number, the first digits of the item's id, an underscore a new try."""


def number_in(name: str) -> str:
    """The record's number in the name of a file as we give it; empty in another's."""
    found = NAME.fullmatch(name)
    return found["number"] if found is not None else ""


class State(StrEnum):
    """Where an item is, as it is shown."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    FAILED = "failed"


OUTCOMES: Final = frozenset({State.SENT, State.ACCEPTED, State.REFUSED})
"""What a server answered: these stand in the journal, the others follow from it and from this laptop's attempts."""

CLOSED: Final = frozenset({State.ACCEPTED, State.REFUSED})

DONE_AT_SERVER: Final = {
    "COMPLETE": State.ACCEPTED,
    "COMPLETE_WARN": State.ACCEPTED,
    "DUPLICATE": State.ACCEPTED,
    "ERROR": State.REFUSED,
}
"""What a status of the data queue means for us; every other one, known or not, is still open (FORMATS 6.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to send, as the journal knows it.

    Attributes:
        place: Name of the place at the laptop that queued it.
        server: Base address to which it goes.
        area: UUID of the conservation area there.
        how: ``queue`` or ``direct``.
        record_kind, record, number: What it tells of.
        name: Under which the server lists it: no two items have the same.
        type: SMART's type of the file, such as ``PATROL_XML``.
        sha256, size: Of the file; the size in bytes.
        covers: Digest of what the record said when it was queued.
        origin: Id of the log that queued it: the laptop that may send it.
        queued_at: Milliseconds since 1970 by that laptop's clock.
        work_item: Under which the server takes the bytes; empty until it was asked for.
        outcome: ``sent``, ``accepted`` or ``refused``; empty before.
        answer: The server's own words.
        answered_at: Milliseconds since 1970; 0 before.
        steps: Of a direct item: how many of its transactions the server has.
        sure: 1 when a person said that another file of the same number at the server is another thing.
    """

    id: str
    place: str
    server: str
    area: str
    how: str
    record_kind: str
    record: str
    number: str
    name: str
    type: str
    sha256: str
    size: int
    version: str
    covers: str
    origin: str
    queued_at: int
    work_item: str = ""
    outcome: str = ""
    answer: str = ""
    answered_at: int = 0
    steps: int = 0
    sure: int = 0

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done or to be heard of it."""
        return self.outcome not in CLOSED


@dataclass(slots=True, kw_only=True)
class Attempts:
    """What this laptop tried with one item or one place.

    Attributes:
        count: Tries that failed since the last success.
        next_at: Seconds since 1970 by this laptop's clock before which nothing is tried by itself.
        code, facts: Of the last error; empty for none.
        needs_person: Nothing is tried before somebody asked for it.
    """

    count: int = 0
    next_at: float = 0.0
    code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    needs_person: bool = False

    def failed(self, code: str, facts: Mapping[str, Any], *, now: float, needs_person: bool = False) -> None:
        """Count a try that failed, and say when to try again."""
        self.count += 1
        self.code, self.facts, self.needs_person = code, dict(facts), needs_person
        self.next_at = now + wait_s(self.count)

    def is_due(self, now: float) -> bool:
        """Whether it may be tried by itself; a clock that was set back makes nothing wait longer than the longest."""
        return not self.needs_person and (now >= self.next_at or self.next_at - now > LONGEST_WAIT_S)


def wait_s(count: int) -> float:
    """Seconds to wait after so many failures: doubled each time, up to a limit, with jitter."""
    whole = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(count - 1, 20))
    return whole * (1 - JITTER * random.random())


def state_of(item: Item, attempts: Attempts | None) -> State:
    """What to show of an item."""
    if item.outcome:
        return State(item.outcome)
    if attempts is not None and attempts.needs_person:
        return State.FAILED
    return State.SENDING if item.work_item or item.steps else State.WAITING
