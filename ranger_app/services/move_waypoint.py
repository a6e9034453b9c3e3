"""A waypoint is put to another place, for a reason; where it was stays in its history."""

from __future__ import annotations

from db.store import Store
from ranger_app.domain.records import Position
from ranger_app.domain.typed_text import typed_text
from ranger_app.services.incident_fields import position_fields
from ranger_app.services.take_back import ReasonMissingError, refuse_taken_back

MOVED_BECAUSE = "moved_because"
"""Field of a waypoint: why somebody put it to another place than the device did."""


class MoveWaypoint:
    """Correct where something was."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, waypoint_id: str, position: Position, *, officer: str, reason: str) -> bool:
        """Put the waypoint to *position*; answers whether it stands elsewhere now. Its height is not known there.

        Raises:
            RecordMissingError, RecordTakenBackError, ReasonMissingError: Nothing is changed.
        """
        entry = self._store.reader.entry(waypoint_id, "waypoint")
        refuse_taken_back(entry)
        reason = typed_text(reason)
        if not reason:
            raise ReasonMissingError
        told = {
            "latitude_deg": position.latitude_deg,
            "longitude_deg": position.longitude_deg,
            "accuracy_m": position.accuracy_m,
            "source": str(position.source),
        }
        fields = position_fields(told)
        if all(entry.values.get(name) == fields[name] for name in ("latitude", "longitude")):
            return False
        with self._store.act(officer=officer) as change:
            change.set("waypoint", waypoint_id, {**fields, "elevation_m": None, MOVED_BECAUSE: reason})
        return True
