"""A row of a paper booklet becomes a waypoint with one observation, or one observation more at a waypoint."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from db.fields import ordered
from db.reader import Entry
from db.store import Store
from db.transaction import ChangeBuilder, new_id
from ranger_app.domain.ordering import position_at
from ranger_app.domain.track_edits import Shift
from ranger_app.domain.typed_text import composed
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.services.attach_photos import AttachPhotos, ReadPhoto
from ranger_app.services.child_records import TAKEN_OUT
from ranger_app.services.incident_fields import observation_record, observation_values, position_fields
from ranger_app.services.take_back import refuse_taken_back

KINDS = ("waypoint", "observation")


class RowWithoutPlaceError(RangerAppError):
    """A new waypoint needs a place."""

    code = "booklet-no-place"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookletRow:
    """What one row says.

    Attributes:
        observation: ``category`` and ``attributes`` as documents have them; ``None`` for a place with a note only.
        at: Aware; ``None`` where the booklet tells no time.
        date: Local day of a row without a time.
        position: As documents have it; not needed where the row goes to a waypoint that is there.
        direction_deg, distance_m: From the observer to what was seen, the direction from true north.
        photos: Files to be kept with it.
        shift: A correction of the clock of their camera.
    """

    observation: Mapping[str, Any] | None
    at: dt.datetime | None = None
    date: dt.date | None = None
    position: Mapping[str, Any] | None = None
    direction_deg: str | None = None
    distance_m: str | None = None
    comment: str = ""
    photos: Sequence[Path] = field(default_factory=tuple)
    shift: Shift | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowStored:
    """Where a row is now.

    Attributes:
        waypoint, observation: Ids; *observation* is empty where the row had none.
        is_new: Whether the waypoint was made for it.
    """

    waypoint: str
    observation: str
    is_new: bool


class RecordBooklet:
    """Write rows of a booklet down, each as one act."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        patrol: str,
        row: BookletRow,
        *,
        officer: str,
        waypoint: str = "",
        is_new: bool = False,
        context: JobContext | None = None,
    ) -> RowStored:
        """Store one row.

        Args:
            patrol: Id of the patrol on which it was written.
            waypoint: Id of the waypoint that it was seen at; a new one is made without it.
            is_new: Make a new one of that id.

        Raises:
            RecordMissingError, RecordTakenBackError: There is no such patrol or waypoint, or it was taken back.
            RowWithoutPlaceError: Neither a place nor a waypoint is given.
            NotAPhotoError: A file is no photo. Nothing is stored.
        """
        entry = self._store.reader.entry(patrol, "patrol")
        refuse_taken_back(entry)
        is_new = is_new or not waypoint
        if not is_new:
            refuse_taken_back(self._store.reader.entry(waypoint, "waypoint"))
        elif row.position is None:
            raise RowWithoutPlaceError()
        photos = AttachPhotos(self._store)
        read = photos.read(row.photos, context or JobContext(), shift=row.shift) if row.photos else []
        with self._store.transaction(officer) as transaction:
            with transaction.change() as change:
                stored = self._write(change, entry, row, waypoint or new_id(), is_new=is_new)
            self._keep(photos, read, transaction, stored)
        return stored

    def _write(self, change: ChangeBuilder, entry: Entry, row: BookletRow, waypoint: str, *, is_new: bool) -> RowStored:
        if is_new:
            self._make_waypoint(change, entry, row, waypoint)
        elif row.comment:
            before = str(self._store.reader.entry(waypoint, "waypoint").values.get("comment") or "")
            told = "\n".join(part for part in (before, composed(row.comment)) if part)
            change.set("waypoint", waypoint, {"comment": told})
        observation = ""
        if row.observation is not None:
            attributes = observation_values(row.observation.get("attributes") or {})
            fields = observation_record(str(row.observation["category"]), attributes)
            known = () if is_new else self._store.reader.entries("observation", parent=waypoint)
            observation = change.create(
                "observation", fields, parent=("waypoint", waypoint), position=position_at(len(known))
            )
        return RowStored(waypoint=waypoint, observation=observation, is_new=is_new)

    def _make_waypoint(self, change: ChangeBuilder, entry: Entry, row: BookletRow, waypoint: str) -> None:
        reader = self._store.reader
        numbers = (int(one.values.get("number", 0)) for one in reader.entries("waypoint", parent=entry.id))
        day = row.date
        if row.at is not None:
            day = row.at.astimezone(ZoneInfo(str(entry.values.get("timezone", "UTC")))).date()
        values: dict[str, Any] = {
            "number": max(numbers, default=0) + 1,
            "leg": self._leg_on(entry, day),
            "at": row.at.isoformat() if row.at is not None else None,
            "date": row.date.isoformat() if row.at is None and row.date is not None else None,
            "direction_deg": row.direction_deg,
            "distance_m": row.distance_m,
            "comment": composed(row.comment) or None,
            **position_fields(row.position),
        }
        self._stretch(change, entry, day)
        change.create("waypoint", values, record=waypoint, parent=("patrol", entry.id))

    def _leg_on(self, entry: Entry, day: dt.date | None) -> str | None:
        """The leg that walked on that day; the first one where none did, or the day is not known."""
        from db.patrols import patrol

        legs = ordered(self._store.reader.entries("leg", parent=entry.id))
        if day is not None and len(legs) > 1:
            for leg in patrol(self._store.reader, entry.id).legs:
                if any(one.date == day for one in leg.days):
                    return leg.id
        return legs[0].id if legs else None

    @staticmethod
    def _stretch(change: ChangeBuilder, entry: Entry, day: dt.date | None) -> None:
        """Let the patrol's first and last day hold the day of the row."""
        if day is None:
            return
        days = {day.isoformat(), *(str(entry.values[name]) for name in ("start", "end") if entry.values.get(name))}
        change.set("patrol", entry.id, {"start": min(days), "end": max(days)})

    @staticmethod
    def _keep(photos: AttachPhotos, read: list[ReadPhoto], transaction: Any, stored: RowStored) -> None:
        if not read:
            return
        parent = ("observation", stored.observation) if stored.observation else ("waypoint", stored.waypoint)
        photos.write(transaction, read, parent)


def take_out_row(store: Store, waypoint: str, observation: str, *, officer: str) -> None:
    """Take a row back: its observation, and its waypoint when nothing else was seen there.

    Raises:
        RecordMissingError, RecordTakenBackError: It is not there, or not any more.
    """
    seen = store.reader.entries("observation", parent=waypoint)
    with store.act(officer=officer) as change:
        if observation:
            refuse_taken_back(store.reader.entry(observation, "observation"))
            change.take_back("observation", observation, TAKEN_OUT)
        if all(one.id == observation for one in seen):
            refuse_taken_back(store.reader.entry(waypoint, "waypoint"))
            change.take_back("waypoint", waypoint, TAKEN_OUT)
