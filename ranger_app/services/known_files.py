"""Files that were imported before, known by their bytes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from db.fields import chosen
from db.patrols import DaySummary
from db.reader import Reader

if TYPE_CHECKING:
    from db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file record whose patrols can still be seen.

    Attributes:
        patrols: Ids of the patrols that its tracks and waypoints are in.
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
        patrols = tuple(p for p in chosen(entry.values, "patrols") if not reader.entry(p, "patrol").is_hidden)
        if patrols and not entry.is_hidden:
            return KnownFile(entry.id, str(entry.values.get("name", "")), patrols)
    return None


def date_untimed(reader: Reader, transaction: Transaction, file: KnownFile, date: dt.date, zone: ZoneInfo) -> None:
    """Give the tracks and waypoints of *file* that have no times their day."""
    day = date.isoformat()
    with transaction.change() as change:
        for patrol in file.patrols:
            for leg in reader.entries("leg", parent=patrol):
                for track in reader.entries("track", parent=leg.id):
                    days = [DaySummary.parse(text) for text in track.values.get("days", ())]
                    if track.values.get("file") == file.id and any(not summary.date for summary in days):
                        dated = [str(DaySummary(summary.date or day, summary.start, summary.end, summary.points,
                                                summary.distance_mm)) for summary in days]  # fmt: skip
                        change.set("track", track.id, {"date": day, "days": dated})
            for waypoint in reader.entries("waypoint", parent=patrol):
                if waypoint.values.get("file") == file.id and "at" not in waypoint.values:
                    change.set("waypoint", waypoint.id, {"at": start_of_day(date, zone).isoformat()})
            if "start" not in reader.entry(patrol, "patrol").values:
                change.set("patrol", patrol, {"start": day, "end": day})


def start_of_day(date: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Local midnight with its offset."""
    return dt.datetime.combine(date, dt.time(), zone)
