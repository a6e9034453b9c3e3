"""Files that were imported before, known by their bytes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from db.fields import chosen, moment
from db.patrol_pages import DaySummary
from db.reader import Entry, Reader

if TYPE_CHECKING:
    from db.transaction import ChangeBuilder, Transaction


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file record whose patrols can still be seen.

    Attributes:
        patrols: Ids of the patrols that its tracks and waypoints are in, the earliest first.
    """

    id: str
    name: str
    patrols: tuple[str, ...]


def known_file(reader: Reader, sha256: str) -> KnownFile | None:
    """The file with these bytes; ``None`` when it is new here, or every patrol made of it was taken back."""
    rows = reader.derived.execute(
        "SELECT r.id FROM file f JOIN record r ON r.no = f.no WHERE f.sha256 = ? ORDER BY r.no", (sha256,)
    ).fetchall()
    for (raw,) in rows:
        entry = reader.entry(raw.hex(), "file")
        patrols = [reader.entry(patrol, "patrol") for patrol in chosen(entry.values, "patrols")]
        seen = sorted((one for one in patrols if not one.is_hidden), key=lambda one: str(one.values.get("start", "~")))
        if seen and not entry.is_hidden:
            return KnownFile(entry.id, str(entry.values.get("name", "")), tuple(one.id for one in seen))
    return None


def date_untimed(reader: Reader, transaction: Transaction, file: KnownFile, date: dt.date, zone: ZoneInfo) -> None:
    """Give the tracks and waypoints of *file* that have no times their day, or another day than they were given."""
    day = date.isoformat()
    writes: list[tuple[str, str, dict[str, Any]]] = []
    for patrol in file.patrols:
        own_zone = ZoneInfo(str(reader.entry(patrol, "patrol").values.get("timezone", zone.key)))
        at = start_of_day(date, own_zone).isoformat()
        dates: list[str] = []
        for leg in reader.entries("leg", parent=patrol):
            for track in reader.entries("track", parent=leg.id):
                days = [DaySummary.parse(text) for text in track.values.get("days", ())]
                if track.values.get("file") == file.id and (_was_given(track) or not all(one.date for one in days)):
                    days = [replace(one, date=day) for one in days]
                    writes.append(("track", track.id, {"date": day, "days": [str(one) for one in days]}))
                dates += [one.date for one in days]
        for waypoint in reader.entries("waypoint", parent=patrol):
            known = moment(waypoint.values.get("at"))
            if waypoint.values.get("file") == file.id and (_was_given(waypoint) or known is None):
                writes.append(("waypoint", waypoint.id, {"at": at, "date": day}))
                dates.append(day)
            elif known is not None:
                dates.append(known.astimezone(own_zone).date().isoformat())
        if dates := sorted(filter(None, dates)):
            writes.append(("patrol", patrol, {"start": dates[0], "end": dates[-1]}))
    transaction.spread(partial(_set, *write) for write in writes)


def _set(kind: str, record: str, values: dict[str, Any], change: ChangeBuilder) -> None:
    change.set(kind, record, values)


def _was_given(entry: Entry) -> bool:
    """Whether a person said the day of a track or waypoint that has no times."""
    return "date" in entry.values


def start_of_day(date: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Local midnight with its offset."""
    return dt.datetime.combine(date, dt.time(), zone)
