"""A leg as direct JSON tells it: one line of places in the order of time, from its beginning to its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ranger_app.domain.preflight import leg_day_of
from ranger_app.domain.records import Leg, LegDay, Waypoint

if TYPE_CHECKING:
    from ranger_app.domain.track import Track

MOST_FIXES: Final = 500
"""Of one leg: SMART writes its whole track anew for each of them (decision 12)."""

MOST_OFF_M: Final = 20.0
"""Metres by which a track may be told otherwise than it was recorded, about what a receiver is wrong by in a forest."""

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One place of the line.

    Attributes:
        at: Local wall clock, whole seconds, without an offset.
        waypoint: What was noted there; ``None`` for a fix.
    """

    at: dt.datetime
    longitude_deg: float
    latitude_deg: float
    waypoint: Waypoint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegLine:
    """A leg in the order of time.

    Attributes:
        began, ended: Where and when; no spot is outside.
        fixes: Of its track as it was recorded.
        kept: Of them, those that are told.
        off_m: How far the farthest of the others is from the line told.
        breaks: Places where the track was broken and the line goes straight on.
        is_clock_back: Clocks were set back on the way: times after it are told no earlier than those before.
    """

    began: Spot
    spots: tuple[Spot, ...]
    ended: Spot
    fixes: int
    kept: int
    off_m: float
    breaks: int
    is_clock_back: bool


@dataclass(frozen=True, slots=True)
class _Moment:
    """A spot before it has its clock time; *at_us* are microseconds since 1970 UTC."""

    at_us: int
    longitude_deg: float
    latitude_deg: float
    waypoint: Waypoint | None = None


@dataclass(frozen=True, slots=True)
class _Fixes:
    moments: tuple[_Moment, ...] = ()
    count: int = 0
    off_m: float = 0.0
    breaks: int = 0


def leg_line(leg: Leg, waypoints: Sequence[Waypoint], zone: dt.tzinfo) -> LegLine | None:
    """The line of *leg*; ``None`` when nobody knows where it was.

    Args:
        leg: With the tracks of its days.
        waypoints: Of its patrol; those of other legs, and those of which no day is known, are left out.
    """
    fixes = _fixes_of(leg, zone)
    moments = [*fixes.moments, *_noted(leg, waypoints, zone)]
    if not moments:
        return None
    moments.sort(key=lambda one: one.at_us)
    days = sorted((day for day in leg.days if day.is_timed), key=lambda day: day.date)
    first, last = moments[0], moments[-1]
    began_us = min([first.at_us, *(_us(day.date, day.start, zone) for day in days[:1])])
    ended_us = max([last.at_us, *(_us(day.date, day.end, zone) for day in days[-1:])])
    whole = [replace(first, at_us=began_us, waypoint=None), *moments, replace(last, at_us=ended_us, waypoint=None)]
    spots, is_clock_back = _on_the_clock(whole, zone)
    return LegLine(
        began=spots[0], spots=tuple(spots[1:-1]), ended=spots[-1], fixes=fixes.count, kept=len(fixes.moments),
        off_m=fixes.off_m, breaks=fixes.breaks, is_clock_back=is_clock_back,
    )  # fmt: skip


def _on_the_clock(moments: Sequence[_Moment], zone: dt.tzinfo) -> tuple[list[Spot], bool]:
    spots: list[Spot] = []
    is_clock_back = False
    for one in moments:
        local = (_EPOCH + dt.timedelta(microseconds=one.at_us)).astimezone(zone)
        at = local.replace(tzinfo=None, fold=0, microsecond=0)
        if spots and at < spots[-1].at:
            at, is_clock_back = spots[-1].at, True
        spots.append(Spot(at=at, longitude_deg=one.longitude_deg, latitude_deg=one.latitude_deg, waypoint=one.waypoint))
    return spots, is_clock_back


def _noted(leg: Leg, waypoints: Sequence[Waypoint], zone: dt.tzinfo) -> Iterator[_Moment]:
    starts = {day.date: day.start for day in leg.days}
    for one in waypoints:
        leg_id, date = leg_day_of(one, zone)
        if leg_id != leg.id or date is None:
            continue
        at_us = _us(date, starts.get(date, dt.time()), zone) if one.at is None else _since_epoch(one.at)
        yield _Moment(at_us, one.position.longitude_deg, one.position.latitude_deg, one)


def _fixes_of(leg: Leg, zone: dt.tzinfo) -> _Fixes:
    """The fixes of all days that are told, each with a time: that of the fix before it where it has none."""
    days = sorted((day for day in leg.days if day.points or day.track is not None), key=lambda day: day.date)
    tracks = [(day, _track_of(day)) for day in days]
    tracks = [(day, track) for day, track in tracks if len(track)]
    if not tracks:
        return _Fixes()
    import numpy as np

    from ranger_app.domain.track import concatenate, timed
    from ranger_app.domain.track_thinning import thinned

    whole = concatenate([track for _, track in tracks])
    times = np.concatenate([timed(track.time_us, _us(day.date, day.start, zone)) for day, track in tracks])
    starts = whole.part_starts
    order = np.argsort(times, kind="stable")
    if (np.diff(order) < 0).any():  # a receiver whose clock went back: parts are no runs any more
        starts = np.zeros(1, np.int64)
    longitude, latitude, times = whole.longitude_deg[order], whole.latitude_deg[order], times[order]
    ends = {*starts.tolist(), *(starts[1:] - 1).tolist()}
    kept, off_m = thinned(longitude, latitude, most=MOST_FIXES, ends=ends)
    moments = tuple(
        _Moment(*told)
        for told in zip(times[kept].tolist(), longitude[kept].tolist(), latitude[kept].tolist(), strict=True)
    )
    return _Fixes(moments, len(whole), off_m, len(whole.part_starts) - len(tracks))


def _track_of(day: LegDay) -> Track:
    if day.track is None:
        raise ValueError(f"the track of {day.date} was not loaded")
    return day.track


def _us(date: dt.date, time: dt.time, zone: dt.tzinfo) -> int:
    return _since_epoch(dt.datetime.combine(date, time, zone))


def _since_epoch(at: dt.datetime) -> int:
    return (at - _EPOCH) // dt.timedelta(microseconds=1)
