"""Direct JSON: transactions of a patrol or an incident go one after the other, each exactly once.

What makes it exactly once: before the first transaction of a pass, and whenever an answer was lost or a transaction
refused, the server is asked whether it has the leg or the incident already; what it has is written down before the
next one leaves. After a lost answer nothing is sent again in the same pass: the server may still be at work on it.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

from ranger_app.domain.direct_file import DirectFileBrokenError, Step, steps_of
from ranger_app.domain.outbox import Attempts, Item, State
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.sync.carrying import (
    REST_S,
    Book,
    ItemFileChangedError,
    ItemFileGoneError,
    Passed,
    Progress,
    TrackLostError,
    asked_again,
    checked,
    is_due,
)
from ranger_app.sync.connect_errors import ConnectError, MissingThereError, RefusedThereError, ServerFailedError
from ranger_app.sync.courier import Courier
from ranger_app.sync.smart_connect import Connect

Answer = TypeVar("Answer")

UNHEARD: Final = "[direct-unheard]"
"""Stands in an answer for one that was lost; said in the reader's words by ``messages.answers``."""

LONGEST_ANSWER: Final = 4000
OWN_FAULT: Final = 500
"""What a server answers when it broke down over this very transaction."""


class DirectBook(Book, Protocol):
    """Where a pass writes down what happened; each call is stored before it returns."""

    def stepped(self, item: Item, steps: int, answer: str = "") -> Item:
        """The server has so many transactions of an item, and said *answer* of all of them."""


class LegsUntoldError(TrackLostError):
    """The server has the patrol, and does not say which of its legs: only the office can."""

    code = "direct-legs-untold"


class ServerBrokeError(RangerAppError):
    """The server broke down over this item, and would again: a person has to see to it."""

    code = "direct-server-broke"


_ITS_OWN: Final = (
    RefusedThereError, MissingThereError, ItemFileGoneError, ItemFileChangedError, TrackLostError,
    DirectFileBrokenError, ServerBrokeError,
)  # fmt: skip
"""What only one item suffers from."""


def carried(
    connect: Connect, book: DirectBook, attempts: Mapping[str, Attempts], items: Sequence[Item], context: JobContext, *,
    now: Callable[[], float] = time.time, pause: Callable[[float], None] = time.sleep, known: Collection[str] = (),
) -> Passed:  # fmt: skip
    """One pass over the items of a place, each carried in its own way; the files of the data queue go first.

    Raises:
        Cancelled: A person stopped it; what was sent is written down.
    """
    of_queue = [item for item in items if item.how != "direct"]
    passed = Courier(connect, book, attempts, now=now, pause=pause, known=known)(of_queue, context)
    if passed.stopped is None:
        direct = [item for item in items if item.how == "direct"]
        also = DirectCourier(connect, book, attempts, now=now, pause=pause)(direct, context)
        passed.sent += also.sent
        passed.heard += also.heard
        passed.failed += also.failed
        passed.stopped = also.stopped
    return passed


class DirectCourier:
    """Sends direct items to one server, one after the other."""

    def __init__(
        self, connect: Connect, book: DirectBook, attempts: Mapping[str, Attempts], *,
        now: Callable[[], float] = time.time, pause: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._connect = connect
        self._book = book
        self._attempts = attempts
        self._now = now
        self._pause = pause

    def __call__(self, items: Sequence[Item], context: JobContext) -> Passed:
        """Send what is not there; what only one item suffers from does not stop the others.

        Raises:
            Cancelled: A person stopped it; what was sent is written down.
        """
        passed = Passed()
        due = [item for item in items if is_due(item, self._attempts, self._now())]
        total, done = sum(item.size for item in due), 0
        try:
            for item in due:
                context.step(done, total, "sending")
                self._send_one(item, passed, Progress(context, done, total))
                done += item.size
        except ConnectError as error:
            context.step(done, total, "sending")  # a connection that ended because somebody stopped it
            passed.stopped = error
        return passed

    def _send_one(self, item: Item, passed: Passed, told: Progress) -> None:
        try:
            item = self._bring(item, told)
        except _ITS_OWN as error:
            passed.failed.append((item, error))
        else:
            passed.heard.append(item)
            if item.outcome == State.ACCEPTED:
                passed.sent.append(item)

    def _bring(self, item: Item, told: Progress) -> Item:
        path = checked(self._book.path(item), item)
        try:
            steps = steps_of(path)
        except OSError as error:
            raise ItemFileGoneError(name=item.name, reason=error.strerror or "") from error
        there = self._there(item, steps)
        for number, step in enumerate(steps):
            if number < item.steps:
                continue
            if number in there:
                item = self._stepped(item, number + 1, [UNHEARD])
                continue
            try:
                warnings = self._connect.post_file(item.area, path, start=step.start, stop=step.stop, tell=told)
            except ConnectError as error:
                if not (error.may_be_done or isinstance(error, RefusedThereError)):
                    raise
                self._pause(REST_S)
                if number not in self._there(item, steps):
                    return self._not_taken(item, number, len(steps), error)
                warnings = (UNHEARD,)
            item = self._stepped(item, number + 1, warnings)
        return self._book.ended(item, State.ACCEPTED, item.answer)

    def _stepped(self, item: Item, steps: int, said: Sequence[str]) -> Item:
        lines = dict.fromkeys([*item.answer.split("\n"), *(" ".join(one.split()) for one in said)])
        return self._book.stepped(item, steps, "\n".join(filter(None, lines))[:LONGEST_ANSWER])

    def _not_taken(self, item: Item, number: int, count: int, error: ConnectError) -> Item:
        """The server has not got a transaction: it said no, which ends the item, or nobody knows why."""
        words = str(error.facts.get("words") or "")
        status = error.facts.get("status")
        if isinstance(error, ServerFailedError) and status == OWN_FAULT and words:
            raise ServerBrokeError(number=item.number, words=words) from error
        if not isinstance(error, RefusedThereError):
            raise error
        part = f"[direct-part steps={number} count={count}]" if number else ""
        lines = [item.answer, words or f"HTTP {status}", part]
        return self._book.ended(item, State.REFUSED, "\n".join(filter(None, lines))[:LONGEST_ANSWER])

    # What the server has

    def _there(self, item: Item, steps: Sequence[Step]) -> frozenset[int]:
        """Numbers of the transactions that the server has."""
        first = steps[0]
        if first.incident:
            found = self._asked(lambda: self._connect.incidents(client_incident_uuid=first.incident))
            return frozenset({0} if found else ())
        patrols = self._asked(lambda: self._connect.patrols(client_patrol_uuid=first.patrol))
        if not patrols:
            return frozenset()
        if len(steps) == 1:
            return frozenset({0})
        legs = [_client_id(leg) for one in patrols for leg in _legs(one)]
        if not legs or not all(legs):
            raise LegsUntoldError(name=item.number, server=self._connect.host)
        return frozenset(number for number, step in enumerate(steps) if uuid.UUID(step.leg).hex in legs)

    def _asked(self, ask: Callable[[], Answer]) -> Answer:
        return asked_again(ask, pause=self._pause)


def _legs(patrol: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    legs = patrol.get("legs")
    return [leg for leg in legs if isinstance(leg, dict)] if isinstance(legs, list) else []


def _client_id(leg: Mapping[str, Any]) -> str:
    """Our own id of a leg, 32 hex digits; empty where the server does not tell it."""
    try:
        return uuid.UUID(str(leg.get("client_uuid"))).hex
    except ValueError:
        return ""
