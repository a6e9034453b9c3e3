"""Wall clocks of a SMART file become moments, in a zone in which every one of them comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import numpy as np

from exporters.smart_track import local_time_us
from ranger_app.domain.track import EARLIEST_US, LATEST_US, NO_TIME, Times, Track
from ranger_app.domain.wkb import Points
from ranger_app.importers.smart_parts import SmartPatrol, SmartTrack

_DAY_US = 86_400_000_000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
_MICROSECOND = dt.timedelta(microseconds=1)


def zone_for(told: SmartPatrol, station_zone: ZoneInfo) -> ZoneInfo:
    """The station's zone; where its clocks skip or repeat one of the file's times, one of whole hours that is fixed."""
    for times in _wall_clocks(told):
        if _moments(times, station_zone) is None:
            return _fixed(int(times[0]), station_zone)
    return station_zone


def moment_in(at: dt.datetime, station_zone: ZoneInfo) -> dt.datetime:
    """The moment when clocks there showed *at*; a skipped or repeated time hangs on an offset of its own."""
    times = np.array([(at - _EPOCH) // _MICROSECOND], np.int64)
    if _moments(times, station_zone) is not None:
        return at.replace(tzinfo=station_zone)
    offset = at.replace(tzinfo=station_zone).utcoffset() or dt.timedelta()
    return at.replace(tzinfo=dt.timezone(offset))


def track_from(told: SmartTrack, zone: ZoneInfo) -> tuple[Track, int]:
    """The fixes of a leg day, and how many of them say no time that can be one."""
    parts = [_without_second_self(part) for part in told.parts]
    points = np.concatenate(parts)
    local_ms = points[:, 2]
    is_time = np.isfinite(local_ms)
    is_time &= np.abs(np.where(is_time, local_ms, 0.0) * 1000.0) < float(LATEST_US)
    local_us = np.rint(np.where(is_time, local_ms, 0.0) * 1000.0).astype(np.int64)
    is_time &= (local_us > EARLIEST_US + _DAY_US) & (local_us < LATEST_US - _DAY_US)
    time_us = np.full(len(points), NO_TIME, np.int64)
    if is_time.any():
        moments = _moments(local_us[is_time], zone)
        assert moments is not None
        time_us[is_time] = moments
    lengths = [len(part) for part in parts]
    track = Track(
        time_us=time_us,
        longitude_deg=np.ascontiguousarray(points[:, 0]),
        latitude_deg=np.ascontiguousarray(points[:, 1]),
        elevation_m=np.full(len(points), np.nan),
        part_starts=np.cumsum([0, *lengths[:-1]]).astype(np.int64),
    )
    return track, int((~is_time).sum())


def _without_second_self(part: Points) -> Points:
    """A line of one fix that stands there twice, for SMART's lines need two points, is one fix."""
    is_one = len(part) == 2 and np.array_equal(part[0], part[1], equal_nan=True)
    return part[:1] if is_one else part


def _wall_clocks(told: SmartPatrol) -> Iterator[Times]:
    """All times of a file, in microseconds as if the clocks showed UTC, a column each."""
    for leg in told.legs:
        for day in leg.days:
            if day.waypoints:
                yield np.array([(one.at - _EPOCH) // _MICROSECOND for one in day.waypoints], np.int64)
            if day.track is not None:
                local_ms = np.concatenate([part[:, 2] for part in day.track.parts])
                usable = np.isfinite(local_ms) & (np.abs(local_ms) < (LATEST_US - _DAY_US) / 1000)
                if usable.any():
                    yield np.rint(local_ms[usable] * 1000.0).astype(np.int64)


def _moments(local_us: Times, zone: ZoneInfo) -> Times | None:
    """The moments when clocks showed these times; ``None`` when one of them was skipped or came twice."""
    found = np.zeros(len(local_us), np.int64)
    often = np.zeros(len(local_us), np.int64)
    for offset in _offsets_around(local_us, zone):
        candidates = local_us - offset
        fits = local_time_us(candidates, zone) == local_us
        found[fits] = candidates[fits]
        often += fits
    return found if bool((often == 1).all()) else None


def _offsets_around(local_us: Times, zone: ZoneInfo) -> list[int]:
    """Every offset from UTC that held within a day of one of the times, in microseconds."""
    days = np.unique(local_us // _DAY_US)
    looked = np.unique(np.concatenate([days - 1, days, days + 1, days + 2]))
    offsets = set()
    for day in looked.tolist():
        offset = (_EPOCH.replace(tzinfo=dt.UTC) + dt.timedelta(days=day)).astimezone(zone).utcoffset()
        offsets.add((offset or dt.timedelta()) // _MICROSECOND)
    return sorted(offsets)


def _fixed(local_us: int, zone: ZoneInfo) -> ZoneInfo:
    """The zone of whole hours nearest to what holds there; its name counts westward."""
    offset = (_EPOCH + dt.timedelta(microseconds=local_us)).replace(tzinfo=zone).utcoffset() or dt.timedelta()
    hours = max(-12, min(14, round(offset / dt.timedelta(hours=1))))
    return ZoneInfo(f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT")
