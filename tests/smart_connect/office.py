"""Everything a server keeps when it is restarted: areas, accounts, queue, records, alerts."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.smart_connect.areas import Area
from tests.smart_connect.data_queue import DataQueue, Person
from tests.smart_connect.direct_records import Records
from tests.smart_connect.people import Accounts, User

BISHKEK = dt.timezone(dt.timedelta(hours=6))


class Office:
    """The office behind the server.

    Args:
        version: Of SMART Connect, such as ``8.1.3``; it decides which calls there are.
        folder: Where uploads are kept; ``None`` counts and hashes them only.
        person: Who processes what is queued; ``None`` for nobody.
        clock: The server's clock, with an offset.
    """

    def __init__(
        self,
        *,
        areas: Iterable[Area],
        users: Iterable[User],
        version: str,
        folder: Path | None,
        person: Person | None,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self.lock = threading.RLock()
        self.version = version
        self.clock = clock
        self.areas = {area.uuid: area for area in areas}
        self.accounts = Accounts(users)
        self.queue = DataQueue(folder, person=person, clock=clock)
        self.alerts: dict[str, dict[str, Any]] = {}
        self._records: dict[UUID, Records] = {}

    @property
    def version_numbers(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.version.split("."))

    def has(self, since: tuple[int, ...]) -> bool:
        """Whether this version has what came with *since*."""
        return self.version_numbers >= since

    def records(self, area: Area) -> Records:
        """What came directly into *area*."""
        with self.lock:
            return self._records.setdefault(area.uuid, Records())


def office_clock() -> dt.datetime:
    """This moment, as a server in Bishkek tells it."""
    return dt.datetime.now(BISHKEK)
