"""The track of a leg day as SMART wants it: WKB whose third value is the local time of the fix.

SMART's third value counts milliseconds of the local wall clock as if that clock showed UTC.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from ranger_app.domain.track import Indices, Times, Track, timed
from ranger_app.domain.wkb import Points, WkbKind, decode_wkb, encode_wkb

__all__ = ["WkbKind", "decode_wkb", "encode_wkb", "local_time_us", "smart_parts", "wkb_hex"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LOOK_US = 3600 * 1_000_000
"""How far apart a zone's offset is looked up; no zone changed its clocks twice within an hour."""


def wkb_hex(track: Track, zone: dt.tzinfo, *, untimed_at_us: int | None = None, is_line: bool = False) -> str:
    """MultiLineString Z of *track* in lower-case hexadecimal, one part for each unbroken part of the track.

    A line of one point is no line to the library that SMART reads with, so a part of a single fix is written as that
    fix twice: nothing is lost and the length stays. A fix without a time takes the time of the fix before it that has
    one, or, at the beginning, of the first that has one.

    Args:
        track: At least one fix.
        zone: The zone in which the leg days were cut.
        untimed_at_us: The time of every fix of a track in which none has one; left out, such a track is refused.
        is_line: Write LineString Z, as SMART did before 7, when the track is of one part.
    """
    parts = smart_parts(track, zone, untimed_at_us=untimed_at_us)
    return encode_wkb(WkbKind.LINE_STRING if is_line and len(parts) == 1 else WkbKind.MULTI_LINE_STRING, parts)


def smart_parts(track: Track, zone: dt.tzinfo, *, untimed_at_us: int | None = None) -> list[Points]:
    """Rows of longitude, latitude and local milliseconds for each part; see :func:`wkb_hex`."""
    if not len(track):
        raise ValueError("an empty track has no geometry")
    points = np.empty((len(track), 3))
    points[:, 0] = track.longitude_deg
    points[:, 1] = track.latitude_deg
    points[:, 2] = local_time_us(timed(track.time_us, untimed_at_us), zone) // 1000
    return [
        points[np.array([start, start])] if stop - start == 1 else points[start:stop] for start, stop in track.parts()
    ]


def local_time_us(time_us: Times, zone: dt.tzinfo) -> Times:
    """What the clocks of *zone* showed, in microseconds as if they showed UTC.

    The hour that clocks repeat in autumn comes out twice, as it did on the wall.
    """
    if not len(time_us):
        return time_us
    starts_us, offsets_us = _offsets(time_us, zone)
    local_us: Times = time_us + offsets_us[np.searchsorted(starts_us, time_us, side="right") - 1]
    return local_us


def _offsets(time_us: Times, zone: dt.tzinfo) -> tuple[Times, Indices]:
    """Since when each offset of *zone* held around *time_us*, ascending, and the offsets, in microseconds."""
    first, last = int(time_us.min()), int(time_us.max())
    starts, offsets = [first], [_offset_us(first, zone)]
    hours = range(first // _LOOK_US, last // _LOOK_US + 1)
    # A receiver with a broken clock may claim centuries between two fixes.
    for look in hours if len(hours) < 1000 else np.unique(time_us // _LOOK_US).tolist():
        low, high = max(first, look * _LOOK_US), min(last, (look + 1) * _LOOK_US)
        for at in (low, high):
            offset = _offset_us(at, zone)
            if offset != offsets[-1]:
                starts.append(_change_us(low, at, offset, zone))
                offsets.append(offset)
    return np.array(starts, np.int64), np.array(offsets, np.int64)


def _change_us(before: int, after: int, offset: int, zone: dt.tzinfo) -> int:
    """The first moment in ``before..after``, to the microsecond, since when *offset* has held."""
    while after - before > 1:
        middle = (before + after) // 2
        if _offset_us(middle, zone) == offset:
            after = middle
        else:
            before = middle
    return after


def _offset_us(time_us: int, zone: dt.tzinfo) -> int:
    local = (_EPOCH + dt.timedelta(microseconds=time_us)).astimezone(zone)
    return (local.utcoffset() or dt.timedelta()) // dt.timedelta(microseconds=1)
