"""What in a track a person should look at. Flags tell; nothing is repaired by them.

:func:`flags_of` looks at one track, :func:`flags_between` at two devices of one party, :func:`photo_flag` at a photo
that knows its own place. Kinds and severities stand in :data:`~ranger_app.domain.track_flag.KINDS`, the numbers from
which on something is flagged, each with its source, in ``resources/tracks/flags.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import NO_TIME, Degrees, Indices, Times, Track, longest_gap_s
from ranger_app.domain.track_flag import KINDS as KINDS
from ranger_app.domain.track_flag import Flag as Flag
from ranger_app.domain.track_flag import Limits, flag, limits
from ranger_app.domain.track_flag import Severity as Severity
from ranger_app.domain.track_flag_places import frozen_flags, no_fix_flags, simulated_flags, speed_flags, stop_flags
from ranger_app.domain.track_flag_times import clock_flags, gap_flags, order_flags, runs_of
from ranger_app.geodesy import distances_m

MOST_A_KIND = 200
"""Of more flags of one kind the rest is told as one, with their count."""


def flags_of(
    track: Track,
    *,
    transport: str = "",
    now_us: int | None = None,
    extras: Mapping[str, NDArray[np.float64]] | None = None,
    at: Limits | None = None,
) -> tuple[Flag, ...]:
    """Everything about one track that should be looked at, kind by kind, each in the order of the fixes.

    Args:
        transport: The office's key of the leg's transport; it says how fast one can be.
        now_us: When the track came in, by the laptop's clock; without it no time is in the future.
        extras: Columns that the device wrote beside its fixes, of the track's length.
        at: Other numbers than those that are shipped.
    """
    if not len(track):
        return ()
    numbers = at or limits()
    blind, is_fix = no_fix_flags(track, extras or {}, numbers)
    places = np.flatnonzero(is_fix).astype(np.int64)
    timed = places[track.time_us[places] != NO_TIME]
    found = [
        *blind,
        *frozen_flags(track, numbers),
        *clock_flags(track.time_us, numbers, now_us),
        *order_flags(track),
        *gap_flags(track),
        *speed_flags(track, timed, numbers, numbers.fastest_m_s(transport)),
        *stop_flags(track, timed, numbers),
        *simulated_flags(track, places, numbers),
    ]
    return _in_order(found)


def flags_between(track: Track, other: Track, *, at: Limits | None = None) -> tuple[Flag, ...]:
    """Where two devices of one party were in two places at once, by the fixes of *track*.

    Where *other* was between its fixes follows from the way straight on; its silences say nothing.
    """
    numbers = at or limits()
    span, other_span = track.span_us(), other.span_us()
    if span is None or other_span is None or span[0] > other_span[1] or span[1] < other_span[0]:
        return ()
    places = np.flatnonzero((track.time_us != NO_TIME) & _is_somewhere(track)).astype(np.int64)
    longitude, latitude, is_known = _where_at(other, track.time_us[places])
    places, longitude, latitude = places[is_known], longitude[is_known], latitude[is_known]
    metres = distances_m(track.longitude_deg[places], track.latitude_deg[places], longitude, latitude)
    found = []
    for first, last in runs_of(metres > numbers.apart_m):
        lasted = int(track.time_us[places[last]] - track.time_us[places[first]])
        if lasted >= numbers.apart_s * 1_000_000:
            apart = round(float(metres[first : last + 1].max()))
            found.append(flag("two-places", places[first], places[last], metres=apart, minutes=lasted // 60_000_000))
    return _in_order(found)


def photo_flag(
    track: Track, *, taken_us: int, longitude_deg: float, latitude_deg: float, at: Limits | None = None
) -> Flag | None:
    """A photo whose own place is not where the track was when it was taken, by the camera's clock.

    Returns:
        A flag on the nearest fix in time: ``metres`` is how far the track was then, ``shift_s`` what would put the
        clock right, as far as the track tells; ``None`` where both agree, and where the track says nothing of that
        moment and was never there at another.
    """
    numbers = at or limits()
    usable = np.flatnonzero((track.time_us != NO_TIME) & _is_somewhere(track))
    if not len(usable):
        return None
    place = np.array([longitude_deg]), np.array([latitude_deg])
    longitude, latitude, is_known = _where_at(track, np.array([taken_us], np.int64))
    apart = float(distances_m(longitude, latitude, *place)[0])
    if is_known[0] and apart <= numbers.photo_apart_m:
        return None
    everywhere = track.longitude_deg[usable], track.latitude_deg[usable]
    away = distances_m(*everywhere, np.full(len(usable), longitude_deg), np.full(len(usable), latitude_deg))
    shifts_us = track.time_us[usable] - taken_us
    near = np.flatnonzero(away <= numbers.photo_apart_m)
    beside = int(usable[np.abs(shifts_us).argmin()])
    facts: dict[str, int] = {"metres": round(apart)} if is_known[0] else {}
    if len(near):
        facts["shift_s"] = round(int(shifts_us[away.argmin()]) / 1e6)
    if not is_known[0] and (not len(near) or int(np.abs(shifts_us[near]).min()) <= numbers.photo_apart_s * 1_000_000):
        return None
    return flag("photo-time", beside, beside, **facts)


def _where_at(track: Track, time_us: Times) -> tuple[Degrees, Degrees, NDArray[np.bool_]]:
    """Where a track was at each moment, and whether it tells: not outside of it, and not in its silences."""
    usable = np.flatnonzero((track.time_us != NO_TIME) & _is_somewhere(track))
    if not len(usable) or not len(time_us):
        nothing = np.zeros(len(time_us))
        return nothing, nothing, np.zeros(len(time_us), np.bool_)
    usable = usable[np.argsort(track.time_us[usable], kind="stable")]
    times = track.time_us[usable]
    after = np.clip(np.searchsorted(times, time_us), 1 if len(times) > 1 else 0, len(times) - 1)
    before = np.maximum(after - 1, 0)
    silence = times[after] - times[before]
    is_known = (time_us >= times[0]) & (time_us <= times[-1]) & (silence <= longest_gap_s(track.time_us) * 1e6)
    east = np.unwrap(track.longitude_deg[usable], period=360.0)
    since = (time_us - times[0]).astype(np.float64)
    knots = (times - times[0]).astype(np.float64)
    longitude = (np.interp(since, knots, east) + 180.0) % 360.0 - 180.0
    return longitude, np.interp(since, knots, track.latitude_deg[usable]), is_known


def _is_somewhere(track: Track) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (track.longitude_deg != 0.0) | (track.latitude_deg != 0.0)
    return found


def _in_order(found: Iterable[Flag]) -> tuple[Flag, ...]:
    rank = {kind: place for place, kind in enumerate(KINDS)}
    ordered = sorted(found, key=lambda one: (rank[one.kind], one.first, one.last))
    return tuple(one for _, group in groupby(ordered, key=lambda one: one.kind) for one in _at_most(list(group)))


def _at_most(found: list[Flag]) -> Iterator[Flag]:
    """The flags of one kind, those beyond :data:`MOST_A_KIND` as one."""
    if len(found) <= MOST_A_KIND:
        yield from found
        return
    yield from found[: MOST_A_KIND - 1]
    rest = found[MOST_A_KIND - 1 :]
    last = max(one.last for one in rest)
    yield Flag(
        kind=rest[0].kind,
        first=rest[0].first,
        last=last,
        severity=rest[0].severity,
        facts={**rest[0].facts, "more": len(rest)},
    )


def original_flag(one: Flag, index: Indices) -> Flag:
    """The same flag about original fixes, where *index* has those of the edited track that it was found in."""
    return Flag(
        kind=one.kind,
        first=int(index[one.first]),
        last=int(index[one.last]),
        severity=one.severity,
        facts=one.facts,
    )
