"""The data queue: files on their way to the office, and what a person there does with them."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid4

from tests.smart_connect.areas import Area

JSON_TYPES = frozenset({"JSON_CT", "JSON_ZLIB_CT"})
TYPES = frozenset({"PATROL_XML", "INCIDENT_XML", "MISSION_XML", "I2_RECORD_XML"}) | JSON_TYPES


class ItemStatus(StrEnum):
    """Where an item of the queue is."""

    UPLOADING = "UPLOADING"
    QUEUED = "QUEUED"
    PROCESSING = "PROCESSING"
    COMPLETE = "COMPLETE"
    COMPLETE_WARN = "COMPLETE_WARN"
    DUPLICATE = "DUPLICATE"
    ERROR = "ERROR"


ENDS = frozenset({ItemStatus.COMPLETE, ItemStatus.COMPLETE_WARN, ItemStatus.DUPLICATE, ItemStatus.ERROR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What processing came to."""

    status: ItemStatus = ItemStatus.COMPLETE
    message: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class QueueItem:
    """One file in the queue, and the upload that brings it.

    Attributes:
        uuid: Of the item in the queue.
        work_item: Of the upload; what is asked at ``/api/uploader/``.
        path: Where the bytes are; ``None`` when they are not kept.
        writers: Uploads that append to it right now; more than one spoil it.
        pieces: Bytes that each upload brought.
        must_ask: Whether an upload broke off since the client last asked for the size.
        told_as: A word that the queue tells instead of its status, as a later version might; empty for none.
        echo_of: The item of which this is the network's second delivery.
    """

    uuid: UUID = field(default_factory=uuid4)
    work_item: UUID = field(default_factory=uuid4)
    area: Area
    type: str
    name: str
    user: str
    expected_size: int
    path: Path | None
    begun_at: dt.datetime
    changed_at: dt.datetime
    status: ItemStatus = ItemStatus.UPLOADING
    message: str = ""
    current_size: int = 0
    digest: Any = field(default_factory=hashlib.sha256, repr=False)
    writers: int = 0
    pieces: list[int] = field(default_factory=list)
    must_ask: bool = False
    is_settled: bool = False
    told_as: str = ""
    echo_of: UUID | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every byte that was announced has arrived, and none more."""
        return self.current_size == self.expected_size

    @property
    def sha256(self) -> str:
        """Of the bytes that arrived."""
        return str(self.digest.hexdigest())

    def content(self) -> bytes:
        """The bytes that arrived; only where the server keeps them."""
        assert self.path is not None, "this server was told not to keep what it receives"
        return self.path.read_bytes()

    @property
    def upload_status(self) -> str:
        """The word of the uploader, which ends before the queue begins."""
        if self.status in (ItemStatus.UPLOADING, ItemStatus.ERROR) and not self.is_settled:
            return self.status.value
        return "COMPLETE" if self.is_settled else "PROCESSING"


Person = Callable[[QueueItem], Outcome]
"""Somebody at SMART Desktop: looks at a file and says what came of it."""


def accepts_all(_item: QueueItem) -> Outcome:
    """A person who asks nothing."""
    return Outcome()


class DataQueue:
    """The items of all areas, in the order in which they were announced.

    Args:
        folder: Where files are kept; ``None`` counts and hashes them only.
        person: Who processes what is queued, each time somebody has looked at it; ``None`` for nobody, then
            :meth:`process` is the person.
        clock: The server's clock, with an offset.
    """

    def __init__(self, folder: Path | None, *, person: Person | None, clock: Callable[[], dt.datetime]) -> None:
        self.lock = threading.RLock()
        self.items: list[QueueItem] = []
        self.withdrawn: list[QueueItem] = []
        """What was deleted or purged."""
        self.person = person
        self.most_at_once = 0
        """Uploads that ran at one moment, at most."""
        self._folder = folder
        self._clock = clock

    def announce(
        self, area: Area, kind: str, name: str, size: int, user: str, *, echo_of: UUID | None = None
    ) -> QueueItem:  # fmt: skip
        now = self._clock()
        item = QueueItem(area=area, type=kind, name=name, user=user, expected_size=size, path=None, begun_at=now,
                         changed_at=now, echo_of=echo_of)  # fmt: skip
        if self._folder is not None:
            item.path = self._folder / item.uuid.hex
            item.path.touch()
        with self.lock:
            self.items.append(item)
        return item

    def item(self, wanted: UUID | str) -> QueueItem:
        """The item of this id (its own or of its upload) or name, the newest; ``KeyError`` for none."""
        for item in reversed(self.items):
            if wanted in (item.uuid, item.work_item, item.name):
                return item
        raise KeyError(wanted)

    def named(self, area: Area, name: str) -> list[QueueItem]:
        """Every item of this name that was ever announced to the area, withdrawn ones too."""
        return [item for item in [*self.withdrawn, *self.items] if item.area is area and item.name == name]

    @contextmanager
    def uploading(self, item: QueueItem) -> Iterator[Callable[[bytes], None]]:
        """Append to *item* while the block lasts; what arrived before the block broke off stays."""
        with self.lock:
            item.writers += 1
            running = sum(other.writers for other in self.items)
            self.most_at_once = max(self.most_at_once, running)
        sink = item.path.open("ab") if item.path is not None else None
        before = item.current_size
        try:
            yield lambda piece: self._append(item, piece, sink)
        finally:
            if sink is not None:
                sink.close()
            with self.lock:
                item.writers -= 1
                item.pieces.append(item.current_size - before)
                item.must_ask = True
                item.changed_at = self._clock()

    def _append(self, item: QueueItem, piece: bytes, sink: IO[bytes] | None) -> None:
        with self.lock:
            if sink is not None:
                sink.write(piece)
            item.digest.update(piece)
            item.current_size += len(piece)
            if item.current_size > item.expected_size:
                self.fail(item, "more bytes than were announced")

    def uploaded(self, item: QueueItem) -> None:
        """Pass an item on when all its bytes are here."""
        with self.lock:
            item.must_ask = False
            if item.status is ItemStatus.UPLOADING and item.is_whole:
                item.status = ItemStatus.QUEUED
                if item.type in JSON_TYPES:
                    item.status = ItemStatus.COMPLETE

    def fail(self, item: QueueItem, message: str) -> None:
        with self.lock:
            item.status, item.message, item.changed_at = ItemStatus.ERROR, message, self._clock()

    def looked_at(self, items: list[QueueItem]) -> None:
        """Go on with what somebody has just been told of: queued, then processing, then done."""
        if self.person is None:
            return
        for item in items:
            with self.lock:
                if item.status is ItemStatus.QUEUED:
                    item.status, item.changed_at = ItemStatus.PROCESSING, self._clock()
                elif item.status is ItemStatus.PROCESSING:
                    self.process(item, self.person(item))

    def process(self, wanted: QueueItem | UUID | str, outcome: Outcome = Outcome()) -> QueueItem:
        """Do what a person at SMART Desktop does with a file that waits; ``ValueError`` when it does not wait."""
        item = wanted if isinstance(wanted, QueueItem) else self.item(wanted)
        with self.lock:
            if item.status not in (ItemStatus.QUEUED, ItemStatus.PROCESSING):
                raise ValueError(f"{item.name} is {item.status.value} and does not wait for a person")
            item.status, item.message, item.changed_at = outcome.status, outcome.message, self._clock()
            item.is_settled = True
        return item

    def process_all(self, person: Person = accepts_all) -> int:
        """Let *person* process everything that waits; the answer counts it."""
        waiting = [item for item in self.items if item.status in (ItemStatus.QUEUED, ItemStatus.PROCESSING)]
        for item in waiting:
            self.process(item, person(item))
        return len(waiting)

    def withdraw(self, item: QueueItem) -> None:
        """Delete an item, or purge it as the server does with old ones."""
        with self.lock:
            self.items.remove(item)
            self.withdrawn.append(item)

    def arrived(self) -> list[QueueItem]:
        """Items whose every byte is at the office and that nobody withdrew or found broken: what counts as sent."""
        return [item for item in self.items if item.is_whole and item.status is not ItemStatus.ERROR]

    def unfinished(self) -> list[QueueItem]:
        """Items that were announced and never became whole; not those of which the network's other delivery did."""
        arrived = {(item.area.uuid, item.name) for item in self.arrived()}
        return [item for item in self.items if item.status is ItemStatus.UPLOADING
                and (item.area.uuid, item.name) not in arrived]  # fmt: skip


def upload_told(item: QueueItem) -> dict[str, Any]:
    """The upload, as ``/api/uploader/{id}`` tells it; ids without dashes."""
    return {
        "uuid": item.work_item.hex,
        "status": item.upload_status,
        "current_size": item.current_size,
        "expected_size": item.expected_size,
        "percent_complete": int(100 * item.current_size / item.expected_size),
        "message": item.message or None,
    }


def work_item_told(item: QueueItem) -> dict[str, Any]:
    """The work item, as the answer to an upload tells it."""
    return {"uuid": str(item.work_item), "status": item.upload_status, "totalBytes": item.expected_size,
            "message": item.message or None}  # fmt: skip


def item_told(item: QueueItem) -> dict[str, Any]:
    """The item, as ``detailedItems`` tells it; ids with dashes."""
    return {
        "uuid": str(item.uuid),
        "type": item.type,
        "conservationArea": str(item.area.uuid),
        "caName": item.area.label,
        "name": item.name,
        "status": item.told_as or item.status.value,
        "statusMessage": item.message or None,
        "uploadedBy": item.user,
        "uploadedDate": item.begun_at.isoformat(),
        "lastModifiedDate": item.changed_at.isoformat(),
        "canProcessLocally": item.status is ItemStatus.QUEUED,
    }


def whole_item_told(item: QueueItem) -> dict[str, Any]:
    """The item, as ``items/{uuid}`` tells it: with its upload."""
    return item_told(item) | {"workItem": item.work_item.hex, "file": item.name,
                              "lastModified": item.changed_at.isoformat()}  # fmt: skip
