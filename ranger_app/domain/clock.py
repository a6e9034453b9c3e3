"""Readings of a laptop's clock as moments."""

from __future__ import annotations

import datetime as dt

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LATEST_MS = 253_370_764_800_000
"""Begin of the year 9999; no clock's reading beyond it can be told."""


def moment_at(clock_ms: int, zone: dt.tzinfo = dt.UTC) -> dt.datetime:
    """The moment that a clock showed, in *zone*; a reading outside the years 1 to 9999 becomes the nearest in it."""
    within = max(-_LATEST_MS // 8, min(clock_ms, _LATEST_MS))
    return (_EPOCH + dt.timedelta(milliseconds=within)).astimezone(zone)
