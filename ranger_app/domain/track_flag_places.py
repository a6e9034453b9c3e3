"""Flags about the places of a track: no fix, impossible speed, standing still, and fixes too even to be measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import NO_TIME, Indices, Metres, Track
from ranger_app.domain.track_flag import Flag, Limits, flag
from ranger_app.domain.track_flag_times import runs_of
from ranger_app.geodesy import distances_m, segment_lengths_m

M_A_DEGREE = 111_195.0
"""Metres of a degree of a great circle on a sphere of the Earth's mean radius: for what needs no exactness."""

EVEN = 0.005
"""Speeds or steps that spread by less than half a percent were not measured: a car on cruise control does worse."""

STRAIGHT_M = 0.03
"""A walker sways, and no receiver is this quiet; fixes drawn on a map lie on straight lines to the last digit."""

LOST_US = 60_000_000
"""A position that stays the same for a minute while fixes are written."""


def no_fix_flags(
    track: Track, extras: Mapping[str, NDArray[np.float64]], limits: Limits
) -> tuple[list[Flag], NDArray[np.bool_]]:
    """Fixes that are none, as far as the receiver told it; and which fixes are left."""
    is_zero = (track.longitude_deg == 0.0) & (track.latitude_deg == 0.0)
    found = [flag("zero-zero", first, last, count=last - first + 1) for first, last in runs_of(is_zero)]
    is_blind = np.zeros(len(track), np.bool_)
    with np.errstate(invalid="ignore"):
        if "satellites" in extras:
            is_blind |= extras["satellites"] < limits.least_satellites
        for name in ("hdop", "pdop"):
            if name in extras:
                is_blind |= extras[name] >= limits.worst_dop
    is_blind &= ~is_zero
    found += [flag("no-fix", first, last, count=last - first + 1) for first, last in runs_of(is_blind)]
    return found, ~(is_zero | is_blind)


def frozen_flags(track: Track, limits: Limits) -> Iterator[Flag]:
    """One position to the last digit, again and again."""
    same = (np.diff(track.longitude_deg) == 0.0) & (np.diff(track.latitude_deg) == 0.0)
    same &= (track.longitude_deg[1:] != 0.0) | (track.latitude_deg[1:] != 0.0)
    for first, last in runs_of(same):
        began, ended = int(track.time_us[first]), int(track.time_us[last + 1])
        lasted = ended - began if NO_TIME not in (began, ended) else LOST_US
        if last - first + 2 >= limits.frozen_fixes and lasted >= LOST_US:
            yield flag("frozen", first, last + 1, count=last - first + 2)


def speed_flags(track: Track, places: Indices, limits: Limits, fastest_m_s: float) -> Iterator[Flag]:
    """Spikes, where the track comes back as impossibly as it went, and jumps, where it stays away.

    Args:
        places: Indices of the fixes to look at, ascending, each with a time.
    """
    is_jump, metres, seconds = _too_fast(track, places[:-1], places[1:], limits, fastest_m_s)
    left = is_jump.copy()
    for width in range(1, limits.spike_fixes + 1):
        if len(places) < width + 2:
            break
        candidates = np.flatnonzero(left[: -width or None] & left[width:])
        across, _, _ = _too_fast(track, places[candidates], places[candidates + width + 1], limits, fastest_m_s)
        reached = -1
        for place in candidates[~across].tolist():
            if place < reached or not (left[place] and left[place + width]):
                continue
            reached = place + width + 1
            left[place : place + width + 1] = False
            away = max(float(metres[place]), float(metres[place + width]))
            yield flag("spike", places[place + 1], places[place + width], count=width, metres=round(away))
    for place in np.flatnonzero(left).tolist():
        speed = float(metres[place]) / max(float(seconds[place]), 1.0)
        yield flag(
            "jump", places[place], places[place + 1], metres=round(float(metres[place])), speed_km_h=round(speed * 3.6)
        )


def _too_fast(
    track: Track, before: Indices, after: Indices, limits: Limits, fastest_m_s: float
) -> tuple[NDArray[np.bool_], Metres, Metres]:
    """Whether nobody goes so from fix to fix, with metres and seconds; lengths are exact where it depends on them."""
    longitude, latitude = track.longitude_deg, track.latitude_deg
    seconds = np.abs(track.time_us[after] - track.time_us[before]) / 1e6
    allowed = limits.noise_m + fastest_m_s * np.maximum(seconds, 1.0)
    east = np.abs(longitude[after] - longitude[before])
    metres = M_A_DEGREE * np.hypot(
        np.minimum(east, 360.0 - east) * np.cos(np.radians(latitude[before])), latitude[after] - latitude[before]
    )
    near = np.flatnonzero(metres > 0.9 * allowed)
    metres[near] = distances_m(
        longitude[before[near]], latitude[before[near]], longitude[after[near]], latitude[after[near]]
    )
    return metres > allowed, metres, seconds


def stop_flags(track: Track, places: Indices, limits: Limits) -> Iterator[Flag]:
    """Where somebody stayed within a circle for some minutes; parts of a track are looked at one by one."""
    part = np.searchsorted(track.part_starts, places, side="right")
    lasts_us = limits.stop_s * 1_000_000
    times = track.time_us[places]
    if len(times) < 2 or (np.diff(times) < 0).any():
        order = np.flatnonzero(times == np.maximum.accumulate(times)) if len(times) else places
        places, part, times = places[order], part[order], times[order]
    after = np.searchsorted(times, times + lasts_us)
    inside = np.flatnonzero(after < len(times))
    inside = inside[part[after[inside]] == part[inside]]
    near = np.zeros(len(times), np.bool_)
    near[inside] = _metres(track, places[inside], places[after[inside]]) <= limits.stop_radius_m
    place = 0
    for first, last in runs_of(near):
        place = max(place, first)
        while place <= last:
            reached = _leaves_at(track, places, place, int(after[last]) + 1, part, limits.stop_radius_m)
            if int(times[reached - 1] - times[place]) >= lasts_us:
                minutes = int(times[reached - 1] - times[place]) // 60_000_000
                yield flag("stop", places[place], places[reached - 1], minutes=minutes, metres=limits.stop_radius_m)
                place = reached
            else:
                place = max(place + 1, (place + reached) // 2)


def _leaves_at(track: Track, places: Indices, start: int, stop: int, part: Indices, radius_m: int) -> int:
    """Index among *places* of the first fix that is farther than *radius_m* from the one at *start*, or *stop*."""
    at, length = start + 1, 64
    while at < stop:
        some = places[at : min(at + length, stop)]
        anchor = np.full(len(some), places[start])
        is_away = (_metres(track, anchor, some) > radius_m) | (part[at : at + len(some)] != part[start])
        if is_away.any():
            return at + int(is_away.argmax())
        at, length = at + len(some), length * 2
    return stop


def simulated_flags(track: Track, places: Indices, limits: Limits) -> Iterator[Flag]:
    """Parts of a track that are too even to be measured by a receiver, by at least two signs."""
    for start, stop in track.parts():
        part = places[(places >= start) & (places < stop)]
        if len(part) < limits.simulated_fixes:
            continue
        signs = _signs(track, part)
        if len({_GROUPS[sign] for sign in signs}) >= 2:
            yield flag("simulated", part[0], part[-1], signs=" ".join(signs), count=len(part))


_GROUPS = {"speed": "even", "spacing": "even", "straight": "straight", "fractions": "fractions", "elevation": "flat"}
"""Signs that mean the same count once."""


def _signs(track: Track, part: Indices) -> list[str]:
    longitude, latitude = track.longitude_deg[part], track.latitude_deg[part]
    metres = segment_lengths_m(longitude, latitude)
    moves = metres > 0.5
    if np.count_nonzero(moves) < 0.9 * len(metres):
        return []
    times = track.time_us[part]
    seconds = np.diff(times) / 1e6 if (times != NO_TIME).all() else np.zeros(len(metres))
    found = []
    if (seconds > 0).all() and _spread(metres / seconds) < EVEN:
        found.append("speed")
    if _spread(metres) < EVEN:
        found.append("spacing")
    if _sway_m(longitude, latitude) < STRAIGHT_M:
        found.append("straight")
    if _shares_fractions(longitude) and _shares_fractions(latitude):
        found.append("fractions")
    elevation = track.elevation_m[part]
    if float(metres.sum()) > 1000.0 and np.ptp(elevation) == 0.0:
        found.append("elevation")
    return found


def _spread(values: Metres) -> float:
    return float(np.std(values) / np.mean(values))


def _sway_m(longitude_deg: Metres, latitude_deg: Metres) -> float:
    """How far a fix typically lies from the middle of its two neighbours, in metres."""
    east = np.unwrap(longitude_deg, period=360.0) * np.cos(np.radians(latitude_deg.mean()))
    bend = np.hypot(np.diff(east, n=2), np.diff(latitude_deg, n=2)) * M_A_DEGREE / 2
    return float(np.median(bend))


def _shares_fractions(degrees: Metres) -> bool:
    """Whether all positions end in the same digits beyond a thousandth of a degree."""
    beyond = np.round(np.abs(degrees) * 1000.0, 6) % 1.0
    return bool(np.ptp(beyond) < 1e-6)


def _metres(track: Track, before: Indices, after: Indices) -> Metres:
    longitude, latitude = track.longitude_deg, track.latitude_deg
    return distances_m(longitude[before], latitude[before], longitude[after], latitude[after])
