"""Numbers of patrols, incidents, cases and exhibits: ``KG-NAR_K7QD_000012``."""

from __future__ import annotations

from db.stations import last_number, number_prefix
from db.store import Store
from ranger_app.services.stations import station_of


class Numbers:
    """Gives the next numbers inside one use case; nothing is reserved until the change that uses one is written."""

    def __init__(self, store: Store, officer: str) -> None:
        code = store.ensure_log(officer)
        self._reader = store.reader
        self._prefix = number_prefix(station_of(store).area_id, code)
        self._last: int | None = None

    def next(self) -> str:
        """The next number, for whatever is numbered: none stands for two records, be they of two kinds."""
        if self._last is None:
            self._last = last_number(self._reader, self._prefix)
        self._last += 1
        return f"{self._prefix}{self._last:06d}"
