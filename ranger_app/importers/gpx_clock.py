"""Times of a GPX file against the clock of the laptop that reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ranger_app.importers.track_file import TrackFile
from ranger_app.problem import Problem

AHEAD_US = 24 * 3600 * 1_000_000
"""Microseconds that a time may be ahead: a time zone that somebody set wrong is no date that somebody made up."""


def times_ahead(file: TrackFile, *, now_us: int) -> Problem | None:
    """What is timed more than a day after *now_us*, the laptop's clock; ``None`` when nothing is.

    One of the two clocks is wrong, and nobody can say which; so the times stay as they are.
    """
    found = list(_places_ahead(file, now_us + AHEAD_US))
    if not found:
        return None
    where, _, first = found[0]
    value = dt.datetime.fromtimestamp(first / 1_000_000, dt.UTC).isoformat(timespec="seconds")
    count = sum(number for _, number, _ in found)
    return Problem(code="time-in-future", where=where, file=file.name, count=count, facts={"value": value})


def times_behind(file: TrackFile, *, now_us: int) -> Problem | None:
    """What is timed whole rounds of the weeks of GPS before *now_us*, the laptop's clock; ``None`` when nothing is.

    The receiver counted its weeks from the start again; a person corrects its clock. Times before GPS began are no
    times for any reader.
    """
    import numpy as np

    from ranger_app.domain.track_flag import limits
    from ranger_app.domain.track_flag_times import clock_flags

    parts = [(f"track {place}, point ", one.track.time_us) for place, one in enumerate(file.tracks, start=1)]
    parts.append(("waypoint ", np.array([one.time_us for one in file.waypoints], np.int64)))
    found = [
        (f"{where}{one.first + 1}", one)
        for where, times in parts
        for one in clock_flags(times, limits(), now_us)
        if one.kind == "week-rollover"
    ]
    if not found:
        return None
    where, first = found[0]
    facts = {name: first.facts[name] for name in ("value", "weeks", "meant")}
    count = sum(one.last - one.first + 1 for _, one in found)
    return Problem(code="time-week-rollover", where=where, file=file.name, count=count, facts=facts)


def _places_ahead(file: TrackFile, latest_us: int) -> Iterator[tuple[str, int, int]]:
    """First place, number of times and first time of each track, and of each waypoint."""
    for place, one in enumerate(file.tracks, start=1):
        is_ahead = one.track.time_us > latest_us
        if is_ahead.any():
            first = int(is_ahead.argmax())
            yield f"track {place}, point {first + 1}", int(is_ahead.sum()), int(one.track.time_us[first])
    for place, waypoint in enumerate(file.waypoints, start=1):
        if waypoint.time_us > latest_us:
            yield f"waypoint {place}", 1, waypoint.time_us
