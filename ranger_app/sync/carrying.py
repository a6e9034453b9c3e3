"""What both ways of carrying an item share: where it is written down, what can go wrong with it, how one asks again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, TypeVar

from ranger_app.domain.outbox import Attempts, Item, State
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.sync.connect_errors import ConnectError

Answer = TypeVar("Answer")

TRIES: Final = 4
"""So often a broken connection is taken up again within one pass."""

REST_S: Final = 0.5
"""Between two tries, and two looks at an upload that was cut: its last bytes may still be arriving."""


class ItemFileGoneError(RangerAppError):
    """The file of an item is not in the station's outbox any more."""

    code = "outbox-file-gone"


class ItemFileChangedError(RangerAppError):
    """The file of an item is not what was queued; it is not sent."""

    code = "outbox-file-changed"


class TrackLostError(RangerAppError):
    """The server no longer knows an upload that had begun: whether it arrived, only the office can say."""

    code = "outbox-track-lost"


class Book(Protocol):
    """Where a pass writes down what happened; each call is stored before it returns."""

    def begun(self, item: Item, name: str, work_item: str) -> Item:
        """The server gave the file a place."""

    def ended(self, item: Item, outcome: State, answer: str) -> Item:
        """The server has the whole file, or said what became of it."""

    def path(self, item: Item) -> Path:
        """Where the file of an item is."""


@dataclass(slots=True)
class Passed:
    """What a pass did.

    Attributes:
        sent: Items whose file the server has now.
        heard: Items of which the server said the end.
        failed: Error of each item that did not get further.
        stopped: What ended the pass for the whole place.
    """

    sent: list[Item] = field(default_factory=list)
    heard: list[Item] = field(default_factory=list)
    failed: list[tuple[Item, RangerAppError]] = field(default_factory=list)
    stopped: RangerAppError | None = None


def checked(path: Path, item: Item) -> Path:
    """The item's file, after a look at every byte of it.

    Raises:
        ItemFileGoneError, ItemFileChangedError: It is not there, or not what was queued.
    """
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ItemFileGoneError(name=item.name, reason=error.strerror or "") from error
    if digest != item.sha256:
        raise ItemFileChangedError(name=item.name)
    return path


class Progress:
    """Tells how many bytes of all have left, and lets a person stop between two pieces.

    Args:
        done, total: Bytes of the items before this one, and of all.

    Attributes:
        begun_anew: So often the item began again under another name.
    """

    def __init__(self, context: JobContext, done: int, total: int) -> None:
        self.begun_anew = 0
        self._context = context
        self._done = done
        self._total = total

    def __call__(self, sent: int) -> None:
        self._context.step(min(self._done + sent, self._total), self._total, "sending")


def is_due(item: Item, attempts: Mapping[str, Attempts], now: float) -> bool:
    """Whether an item that has not arrived may be tried by itself."""
    tried = attempts.get(item.id)
    return not item.outcome and (tried is None or tried.is_due(now))


def asked_again(
    ask: Callable[[], Answer],
    *,
    pause: Callable[[float], None] = time.sleep,
    tries: int = TRIES,
    rest_s: float = REST_S,
    but: tuple[type[ConnectError], ...] = (),
) -> Answer:
    """The answer to a question that changes nothing: asked again when the connection broke or the server stumbled.

    Args:
        but: Errors after which it is not asked again.

    Raises:
        ConnectError: The last one.
    """
    for left in reversed(range(tries)):
        try:
            return ask()
        except ConnectError as error:
            if not (error.is_passing and error.may_be_done) or isinstance(error, but) or not left:
                raise
            pause(rest_s)
    raise AssertionError("the last try answers or raises")
