"""Where a track is cut: leg days at local midnight, patrols at long silences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import NO_TIME, PATROL_SILENCE_S, Indices, Times, Track, concatenate
from ranger_app.domain.track_edits import NO_DAY

_DAY_US = 86_400_000_000
_PIECE = 65_536
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()
"""Python's number of the day that is 0 here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegDay:
    """The fixes of a track that fall on one local date.

    Attributes:
        date: Local date; ``None`` when no fix of its track has a time and nobody gave a day.
        start_us, end_us: Earliest and latest moment, microseconds since 1970 UTC; ``None`` without times.
        start_time, end_time: The same on the wall clock of the zone, never beyond the ends of *date*; where clocks are
            set back in between, the end may read earlier than the start.
        ranges: First index and index after the last, in the order recorded; more than one when times go back over
            midnight.
    """

    date: dt.date | None
    start_us: int | None
    end_us: int | None
    start_time: dt.time | None
    end_time: dt.time | None
    ranges: tuple[tuple[int, int], ...]

    @property
    def points(self) -> int:
        """Number of fixes, those without a time too."""
        return sum(stop - start for start, stop in self.ranges)

    def fixes_of(self, track: Track) -> Track:
        """This day's fixes of the track that was cut."""
        return concatenate([track.slice(start, stop) for start, stop in self.ranges])


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPiece:
    """A run of fixes without a long silence.

    Attributes:
        track: Index among the tracks given.
        start, stop: First index in that track, and the index after the last.
    """

    track: int
    start: int
    stop: int

    def fixes_of(self, tracks: Sequence[Track]) -> Track:
        """The fixes of this piece of the tracks that were cut."""
        return tracks[self.track].slice(self.start, self.stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRun:
    """Fixes of one track without a long silence.

    Attributes:
        start, stop: First index, and the index after the last.
        first_us, last_us: Earliest and latest moment; both ``None`` when no fix of the track has a time.
    """

    start: int
    stop: int
    first_us: int | None
    last_us: int | None


def leg_days(
    track: Track, zone: ZoneInfo, *, date: dt.date | None = None, given: Indices | None = None
) -> tuple[LegDay, ...]:
    """Cut *track* at local midnight of *zone*.

    A fix belongs to the local date of its own time. One without a time goes with the fix before it that has one, or, at
    the beginning, with the first that has one. A track without any time is one day: *date*, which is used only then.

    Args:
        given: For each fix the day that a person gave it, in days since 1970-01-01, which goes before all that;
            ``NO_DAY`` where nobody did.

    Returns:
        Days in ascending order, one without a date first; empty when the track is empty.
    """
    if not len(track):
        return ()
    day = _days_by_time(track.time_us, zone, date)
    if given is not None:
        day = np.where(given == NO_DAY, day, given)
    edges = [0, *(np.flatnonzero(np.diff(day)) + 1).tolist(), len(track)]
    ranges: dict[int, list[tuple[int, int]]] = {}
    for start, stop in pairwise(edges):
        ranges.setdefault(int(day[start]), []).append((start, stop))
    return tuple(_leg_day(track.time_us, number, tuple(ranges[number]), zone) for number in sorted(ranges))


def _days_by_time(time_us: Times, zone: ZoneInfo, date: dt.date | None) -> NDArray[np.int64]:
    """Local date of each fix as days since 1970-01-01; ``NO_DAY`` where nothing tells it."""
    timed = np.flatnonzero(time_us != NO_TIME)
    if not len(timed):
        return np.full(len(time_us), NO_DAY if date is None else date.toordinal() - EPOCH_ORDINAL, np.int64)
    if len(timed) == len(time_us):
        return local_days(time_us, zone)
    day_of_timed = local_days(time_us[timed], zone)
    return day_of_timed[np.maximum(np.searchsorted(timed, np.arange(len(time_us)), side="right") - 1, 0)]


def local_days(time_us: Times, zone: ZoneInfo) -> NDArray[np.int64]:
    """Local date of each moment as days since 1970-01-01; every moment must have a time."""
    day_of = time_us // _DAY_US
    days = np.unique(day_of[np.flatnonzero(np.diff(day_of, prepend=np.int64(-1 << 62)))])
    near = np.unique(np.concatenate((days - 1, days, days + 1, days + 2)))
    midnights = np.array([_midnight_us(int(day), zone) for day in near], np.int64)
    found = np.empty(len(time_us), np.int64)
    for start in range(0, len(time_us), _PIECE):
        piece = slice(start, start + _PIECE)
        found[piece] = near[np.searchsorted(midnights, time_us[piece], side="right") - 1]
    return found


def runs_of(track: Track, *, silence_s: float = PATROL_SILENCE_S) -> tuple[TrackRun, ...]:
    """Cut *track* where it falls silent, or jumps back, for longer than that; an empty track has no runs."""
    if not track.is_timed:
        return (TrackRun(start=0, stop=len(track), first_us=None, last_us=None),) if len(track) else ()
    starts = _starts_after_silence(track.time_us, silence_s)
    spans = _spans(track.time_us, starts).tolist()
    edges = pairwise([*starts.tolist(), len(track)])
    return tuple(
        TrackRun(start=start, stop=stop, first_us=first, last_us=last)
        for (start, stop), (first, last) in zip(edges, spans, strict=True)
    )


def grouped_by_silence(
    spans: Sequence[tuple[int, int]], *, silence_s: float = PATROL_SILENCE_S
) -> list[tuple[int, ...]]:
    """Which spans, as first and last moment, no longer silence separates: indices, by their first moments."""
    if not spans:
        return []
    order, edges = _order_and_edges(np.array(spans, np.int64), silence_s)
    return [tuple(order[start:stop].tolist()) for start, stop in pairwise(edges)]


def patrols_by_silence(
    tracks: Sequence[Track], *, silence_s: float = PATROL_SILENCE_S
) -> tuple[tuple[TrackPiece, ...], ...]:
    """Propose which fixes belong to one patrol: those without a silence longer than *silence_s* between them.

    Tracks are cut inside where they fall silent, or jump back, for longer than that. The pieces are put in the order of
    their first times; what overlaps belongs together. Tracks without any time say nothing about when they were walked:
    they come last, as one proposal of their own.

    Returns:
        Proposals in the order of their first times, each with its pieces in that order; empty tracks are in none.
    """
    timed: list[TrackPiece] = []
    untimed: list[TrackPiece] = []
    spans: list[Indices] = []
    for number, track in enumerate(tracks):
        if not track.is_timed:
            if len(track):
                untimed.append(TrackPiece(track=number, start=0, stop=len(track)))
            continue
        starts = _starts_after_silence(track.time_us, silence_s)
        spans.append(_spans(track.time_us, starts))
        timed.extend(
            TrackPiece(track=number, start=start, stop=stop) for start, stop in pairwise([*starts.tolist(), len(track)])
        )
    proposals = _grouped(timed, np.concatenate(spans), silence_s) if timed else []
    return (*proposals, *([tuple(untimed)] if untimed else []))


def _leg_day(time_us: Times, number: int, ranges: tuple[tuple[int, int], ...], zone: ZoneInfo) -> LegDay:
    times = np.concatenate([time_us[start:stop] for start, stop in ranges])
    times = times[times != NO_TIME]
    date = None if number == NO_DAY else dt.date.fromordinal(number + EPOCH_ORDINAL)
    if not len(times):
        return LegDay(date=date, start_us=None, end_us=None, start_time=None, end_time=None, ranges=ranges)
    first, last = int(times.min()), int(times.max())
    return LegDay(
        date=date,
        start_us=first,
        end_us=last,
        start_time=_wall_time(first, zone, date),
        end_time=_wall_time(last, zone, date),
        ranges=ranges,
    )


def _wall_time(moment_us: int, zone: ZoneInfo, date: dt.date | None) -> dt.time:
    """What the wall clock showed; where a person gave the moment to another *date*, the end of it that is nearer."""
    local = (_EPOCH + dt.timedelta(microseconds=moment_us)).astimezone(zone)
    if date is None or local.date() == date:
        return local.time()
    return dt.time() if local.date() < date else dt.time(23, 59, 59)


def _midnight_us(day: int, zone: ZoneInfo) -> int:
    """The moment a local date begins; where clocks skip midnight, the moment they are moved."""
    local = dt.datetime.combine(dt.date.fromordinal(day + EPOCH_ORDINAL), dt.time())
    offset = zone.utcoffset(local) or dt.timedelta()
    return day * _DAY_US - offset // dt.timedelta(microseconds=1)


def _starts_after_silence(time_us: Times, silence_s: float) -> Indices:
    timed = np.flatnonzero(time_us != NO_TIME)
    cut = np.abs(np.diff(time_us[timed])) > silence_s * 1e6
    return np.concatenate((np.zeros(1, np.int64), timed[1:][cut].astype(np.int64)))


def _spans(time_us: Times, starts: Indices) -> NDArray[np.int64]:
    """First and last moment of each piece, one row a piece; every piece holds a fix with a time."""
    latest = np.maximum.reduceat(time_us, starts)
    earliest = np.minimum.reduceat(np.where(time_us == NO_TIME, np.iinfo(np.int64).max, time_us), starts)
    return np.stack((earliest, latest), axis=1)


def _grouped(pieces: list[TrackPiece], spans: NDArray[np.int64], silence_s: float) -> list[tuple[TrackPiece, ...]]:
    order, edges = _order_and_edges(spans, silence_s)
    return [tuple(pieces[index] for index in order[start:stop]) for start, stop in pairwise(edges)]


def _order_and_edges(spans: NDArray[np.int64], silence_s: float) -> tuple[Indices, list[int]]:
    """Spans by their first moments, and where in that order a silence stands."""
    order = np.argsort(spans[:, 0], kind="stable")
    earliest, latest = spans[order, 0], np.maximum.accumulate(spans[order, 1])
    breaks = np.flatnonzero(earliest[1:] - latest[:-1] > silence_s * 1e6) + 1
    return order, [0, *breaks.tolist(), len(spans)]
