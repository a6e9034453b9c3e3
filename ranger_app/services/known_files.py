"""Files that were imported before, known by their bytes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
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
    found = (file_with_id(reader, raw.hex()) for (raw,) in rows)
    return next((file for file in found if file is not None), None)


def file_digests(reader: Reader) -> frozenset[str]:
    """Digests of all files that were ever recorded here."""
    rows = reader.derived.execute("SELECT sha256 FROM file WHERE sha256 IS NOT NULL")
    found: set[str] = set()
    while some := rows.fetchmany(500):
        found.update(digest for (digest,) in some)
    return frozenset(found)


def file_with_id(reader: Reader, record: str) -> KnownFile | None:
    """The file of a record; ``None`` when every patrol made of it was taken back."""
    entry = reader.entry(record, "file")
    patrols = [reader.entry(patrol, "patrol") for patrol in chosen(entry.values, "patrols")]
    seen = sorted((one for one in patrols if not one.is_hidden), key=lambda one: str(one.values.get("start", "~")))
    if not seen or entry.is_hidden:
        return None
    return KnownFile(entry.id, str(entry.values.get("name", "")), tuple(one.id for one in seen))


def has_times(reader: Reader, file: KnownFile) -> bool:
    """Whether anything in *file* says when it was."""
    return any(_is_timed(part) for patrol in file.patrols for part in _parts_of(reader, file, patrol))


def days_given(reader: Reader, file: KnownFile) -> set[str]:
    """Days that a person gave to what has no times in *file*."""
    parts = (part for patrol in file.patrols for part in _parts_of(reader, file, patrol))
    return {str(part.values["date"]) for part in parts if part.values.get("date")}


def _parts_of(reader: Reader, file: KnownFile, patrol: str) -> list[Entry]:
    """Tracks and waypoints of one patrol that came from *file*."""
    legs = reader.entries("leg", parent=patrol)
    tracks = [track for leg in legs for track in reader.entries("track", parent=leg.id)]
    return [one for one in (*tracks, *reader.entries("waypoint", parent=patrol)) if one.values.get("file") == file.id]


def _is_timed(part: Entry) -> bool:
    """Whether a track or waypoint has a time of its own, and not only the day that a person gave it."""
    if "date" in part.values:
        return False
    return bool(part.values.get("at")) or any(day.date for day in _days_of(part))


def _days_of(track: Entry) -> list[DaySummary]:
    return [DaySummary.parse(text) for text in track.values.get("days", ())]


def date_untimed(reader: Reader, transaction: Transaction, file: KnownFile, date: dt.date, zone: ZoneInfo) -> bool:
    """Give the tracks and waypoints of *file* that have no times their day, or another day than they were given.

    Waypoints of a patrol whose tracks in the file have times stay without a day of their own.

    Returns:
        Whether anything has another day now.
    """
    day = date.isoformat()
    writes: list[tuple[str, str, dict[str, Any]]] = []
    for patrol in file.patrols:
        own = _parts_of(reader, file, patrol)
        is_told = any(one.kind == "track" and _is_timed(one) for one in own)
        dated = [one for one in own if not _is_timed(one) and not (is_told and one.kind == "waypoint")]
        for part in dated:
            told: dict[str, Any] = {"date": day}
            if part.kind == "track":
                told["days"] = [str(one._replace(date=day)) for one in _days_of(part)]
            elif "at" in part.values:
                told["at"] = None
            if any(part.values.get(name) != value for name, value in told.items()):
                writes.append((part.kind, part.id, told))
        values = reader.entry(patrol, "patrol").values
        others = _days_told(reader, patrol, {one.id for one in dated}, ZoneInfo(str(values.get("timezone", zone.key))))
        days = sorted({*others, *([day] if dated else ())})
        if dated and (values.get("start"), values.get("end")) != (days[0], days[-1]):
            writes.append(("patrol", patrol, {"start": days[0], "end": days[-1]}))
    transaction.spread(partial(_set, *write) for write in writes)
    return bool(writes)


def _days_told(reader: Reader, patrol: str, but: set[str], zone: ZoneInfo) -> set[str]:
    """Days of a patrol that its tracks and waypoints tell, those of *but* left out."""
    found: set[str] = set()
    for leg in reader.entries("leg", parent=patrol):
        for track in reader.entries("track", parent=leg.id):
            found |= {one.date for one in _days_of(track)} if track.id not in but else set()
    for waypoint in reader.entries("waypoint", parent=patrol):
        if waypoint.id not in but:
            at = moment(waypoint.values.get("at"))
            found.add(at.astimezone(zone).date().isoformat() if at else str(waypoint.values.get("date", "")))
    return found - {""}


def _set(kind: str, record: str, values: dict[str, Any], change: ChangeBuilder) -> None:
    change.set(kind, record, values)
