"""Flags about the times of a track: clocks that cannot be right, times that go back or stand still, silences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import NO_TIME, Indices, Times, Track, longest_gap_s
from ranger_app.domain.track_flag import Flag, Limits, flag
from ranger_app.geodesy import distances_m

GPS_EPOCH_US = 315_964_800_000_000
"""1980-01-06 UTC, when GPS time began; no receiver has seen an earlier moment."""

WEEKS_A_ROUND = 1024
"""The week number of the GPS signal has 10 bits and begins again after so many weeks."""

ROUND_US = WEEKS_A_ROUND * 7 * 86_400 * 1_000_000

_DAY_US = 86_400 * 1_000_000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def runs_of(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of each run of consecutive marks."""
    if not mask.any():
        return []
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return [(int(start), int(stop) - 1) for start, stop in edges.reshape(-1, 2)]


def clock_flags(time_us: Times, limits: Limits, now_us: int | None) -> Iterator[Flag]:
    """Times that cannot be: before GPS began, whole rounds of weeks ago, ahead of the clock of this laptop.

    Args:
        now_us: When the track came in by the laptop's clock; left out, only the first is asked.
    """
    is_timed = time_us != NO_TIME
    is_early = is_timed & (time_us < GPS_EPOCH_US)
    for first, last in runs_of(is_early):
        yield flag("before-gps", first, last, count=last - first + 1, value=_iso(time_us[first]))
    if now_us is None:
        return
    ahead_us = limits.ahead_s * 1_000_000
    earliest = int(np.where(is_timed, time_us, now_us).min(initial=now_us))
    for rounds in (1, 2):
        if earliest > now_us - rounds * ROUND_US + ahead_us:
            break  # nothing is so old
        behind = now_us - (np.where(is_timed, time_us, 0) + rounds * ROUND_US)
        is_rolled = is_timed & (behind >= -ahead_us) & (behind <= limits.rollover_days * _DAY_US)
        for first, last in runs_of(is_rolled):
            yield flag(
                "week-rollover", first, last,
                count=last - first + 1, value=_iso(time_us[first]), weeks=rounds * WEEKS_A_ROUND,
                shift_s=rounds * WEEKS_A_ROUND * 7 * 86_400, meant=_iso(time_us[first] + rounds * ROUND_US),
            )  # fmt: skip
    is_ahead = is_timed & (time_us > now_us + ahead_us)
    for first, last in runs_of(is_ahead):
        yield flag("future", first, last, count=last - first + 1, value=_iso(time_us[first]))


def order_flags(track: Track) -> Iterator[Flag]:
    """Times that go back, and several places at one time."""
    timed = np.flatnonzero(track.time_us != NO_TIME)
    steps = np.diff(track.time_us[timed])
    for place in np.flatnonzero(steps < 0).tolist():
        yield flag("time-back", timed[place], timed[place + 1], seconds=round(-int(steps[place]) / 1e6, 3))
    for first, last in runs_of(steps == 0):
        before, after = timed[first : last + 1], timed[first + 1 : last + 2]
        metres = _metres(track, before, after)
        if metres.max() > 0.0:
            yield flag(
                "time-repeat", timed[first], timed[last + 1],
                count=last - first + 2, metres=round(float(metres.max()), 1), value=_iso(track.time_us[timed[first]]),
            )  # fmt: skip


def gap_flags(track: Track) -> Iterator[Flag]:
    """Silences in which the receiver was off or saw no sky; the rule by which a track breaks."""
    timed = np.flatnonzero(track.time_us != NO_TIME)
    steps = np.diff(track.time_us[timed])
    silent = np.flatnonzero(steps > longest_gap_s(track.time_us) * 1e6)
    metres = _metres(track, timed[silent], timed[silent + 1])
    for place, apart in zip(silent.tolist(), metres.tolist(), strict=True):
        minutes = int(steps[place]) // 60_000_000
        yield flag("gap", timed[place], timed[place + 1], minutes=minutes, metres=round(apart))


def _metres(track: Track, before: Indices, after: Indices) -> NDArray[np.float64]:
    longitude, latitude = track.longitude_deg, track.latitude_deg
    return distances_m(longitude[before], latitude[before], longitude[after], latitude[after])


def _iso(time_us: int | np.int64) -> str:
    return (_EPOCH + dt.timedelta(microseconds=int(time_us))).isoformat(timespec="seconds")
