"""What a track record says of its days, also where people edited the track.

``days`` tells of the track as it was stored. Once an edit stands, the days follow from fixes and edits together; lists
must not unpack tracks for that, so whoever edits adds the answer as an element of a set, named by the edits that it is
true of: ``told_days/<key>.<day>.<day>``. Elements never differ between laptops; those of other edits are passed over;
and where none fits, after a merge or an undo, the days are counted from the fixes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ranger_app.domain.track_edit_names import FAMILIES

if TYPE_CHECKING:  # a first list needs none of these, and the window waits for it
    import datetime as dt
    from zoneinfo import ZoneInfo

    from db.blobs import Blobs
    from ranger_app.domain.track import Track
    from ranger_app.domain.track_days import LegDay
    from ranger_app.domain.track_edits import EditedTrack, Edits

TOLD_DAYS = "told_days/"

MOST_COUNTED = 4096
"""Summaries counted from fixes that are remembered while the program runs."""

_counted: dict[str, tuple[DaySummary, ...]] = {}


class DaySummary(NamedTuple):
    """What a track record says of one of its days.

    Attributes:
        date: Local date; the empty text when its fixes have no times and nobody gave a day.
        distance_mm: Geodesic length in millimetres, whole, because a change carries no floats.
    """

    date: str
    start: str
    end: str
    points: int
    distance_mm: int

    def __str__(self) -> str:
        return f"{self.date}|{self.start}|{self.end}|{self.points}|{self.distance_mm}"

    @classmethod
    def parse(cls, text: str) -> DaySummary:
        date, start, end, points, distance = text.split("|")
        return cls(date, start, end, int(points), int(distance))

    @property
    def in_name(self) -> str:
        """The same in the letters that the name of a field may have."""
        return str(self).replace("|", "_").replace(":", "")

    @classmethod
    def from_name(cls, text: str) -> DaySummary:
        """What :attr:`in_name` wrote."""
        date, start, end, points, distance = text.split("_")
        return cls(date, _clock(start), _clock(end), int(points), int(distance))


def is_edited(values: Mapping[str, Any]) -> bool:
    """Whether an edit may stand on the track with these values; a window alone is none."""
    return any(name.startswith(FAMILIES) for name in values)


def stored_days(values: Mapping[str, Any]) -> tuple[DaySummary, ...]:
    """The days of a track as it was stored, before any edit."""
    stored = values.get("days")
    return tuple(map(DaySummary.parse, stored)) if isinstance(stored, list) else ()


def days_of(values: Mapping[str, Any], zone: str, blobs: Blobs) -> tuple[DaySummary, ...]:
    """The days of a track as it is told now.

    Args:
        values: Of its record.
        zone: Name of the zone in which the patrol's days are cut.

    Returns:
        Those of the track as it was stored where its fixes are not here.
    """
    plain = stored_days(values)
    if not is_edited(values):
        return plain
    from ranger_app.domain.track_edits import Edits

    edits = Edits.parse(values)
    if not edits.stands:
        return plain
    key = _key(values, edits, zone)
    told = _told(values, key)
    if told is None:
        told = _counted.get(key)
    if told is not None:
        return told
    from db.blobs import BlobMissingError
    from ranger_app.domain.track_codec import TrackChunkDamagedError

    try:
        return _remember(key, counted_days(values, zone, blobs))
    except (BlobMissingError, TrackChunkDamagedError):
        return plain


def days_field(values: Mapping[str, Any], zone: str, blobs: Blobs) -> str:
    """Name of the element that tells the days of a track with these values; empty while no edit stands.

    Raises:
        BlobMissingError, TrackChunkDamagedError: Its fixes are not here, or damaged.
    """
    from ranger_app.domain.track_edits import Edits

    edits = Edits.parse(values)
    if not edits.stands:
        return ""
    days = _remember(key := _key(values, edits, zone), counted_days(values, zone, blobs))
    return ".".join((f"{TOLD_DAYS}{key}", *(day.in_name for day in days)))


def counted_days(values: Mapping[str, Any], zone: str, blobs: Blobs) -> tuple[DaySummary, ...]:
    """The days of a track, counted from its fixes and edits.

    Raises:
        BlobMissingError, TrackChunkDamagedError: Its fixes are not here, or damaged.
    """
    from zoneinfo import ZoneInfo

    told = edited_track(values, blobs)
    return tuple(day_summaries(told.track, leg_days_of(values, told, ZoneInfo(zone))))


def day_summaries(track: Track, days: Iterable[LegDay]) -> list[DaySummary]:
    """What is told of *days* of *track*: wall-clock times, geodesic length of each day's own parts."""
    import datetime as dt

    from ranger_app.geodesy import track_length_m

    found = []
    for day in days:
        fixes = day.fixes_of(track)
        length = track_length_m(fixes.longitude_deg, fixes.latitude_deg, fixes.part_starts)
        found.append(
            DaySummary(
                date=day.date.isoformat() if day.date else "",
                start=(day.start_time or dt.time()).isoformat("seconds"),
                end=(day.end_time or dt.time()).isoformat("seconds"),
                points=day.points,
                distance_mm=round(length * 1000),
            )
        )
    return found


def leg_days_of(values: Mapping[str, Any], told: EditedTrack, zone: ZoneInfo) -> tuple[LegDay, ...]:
    """The leg days of an edited track: a SMART file put all fixes on one day, a person may have given another."""
    import numpy as np

    from ranger_app.domain.track_days import EPOCH_ORDINAL, leg_days
    from ranger_app.domain.track_edits import NO_DAY

    given = told.day
    if (on := date_in(values.get("leg_day"))) is not None:
        given = np.where(given == NO_DAY, on.toordinal() - EPOCH_ORDINAL, given)
    return leg_days(told.track, zone, date=date_in(values.get("date")), given=given)


def original_chunks(values: Mapping[str, Any], blobs: Blobs) -> Track:
    """The fixes as they were stored, all of them.

    Raises:
        BlobMissingError, TrackChunkDamagedError: A chunk is not here, or not what was written.
    """
    from ranger_app.domain.track_codec import decode_chunks

    return decode_chunks([blobs.get(digest) for digest in values.get("chunks", ())])


def edited_track(values: Mapping[str, Any], blobs: Blobs) -> EditedTrack:
    """The track of a record with these values as it is told, with the original index of each fix.

    Raises:
        BlobMissingError, TrackChunkDamagedError: A chunk is not here, or not what was written.
    """
    from ranger_app.domain.track_edits import Edits, edit

    return edit(original_chunks(values, blobs), Edits.parse(values))


def told_track(values: Mapping[str, Any], blobs: Blobs) -> Track:
    """The track of a record with these values as it is told.

    Raises:
        BlobMissingError, TrackChunkDamagedError: A chunk is not here, or not what was written.
    """
    from ranger_app.domain.track_edits import Edits, edited

    return edited(original_chunks(values, blobs), Edits.parse(values))


def date_in(value: object) -> dt.date | None:
    """The day that a field holds; ``None`` for anything else."""
    import datetime as dt

    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _key(values: Mapping[str, Any], edits: Edits, zone: str) -> str:
    return edits.key(zone, tuple(values.get("chunks", ())), values.get("date"), values.get("leg_day"))


def _told(values: Mapping[str, Any], key: str) -> tuple[DaySummary, ...] | None:
    """The days that somebody told of exactly these edits; of two answers always the same one."""
    begin = f"{TOLD_DAYS}{key}"
    for name in sorted(name for name, value in values.items() if name.startswith(begin) and value is True):
        try:
            return tuple(DaySummary.from_name(part) for part in name[len(begin) :].split(".")[1:])
        except ValueError:
            continue
    return None


def _remember(key: str, days: tuple[DaySummary, ...]) -> tuple[DaySummary, ...]:
    if len(_counted) >= MOST_COUNTED:
        _counted.clear()
    _counted[key] = days
    return days


def _clock(digits: str) -> str:
    return f"{digits[:2]}:{digits[2:4]}:{digits[4:6]}"
