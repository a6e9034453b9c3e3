"""Tracks that go over to another leg, whole or from a moment on; the fixes themselves never change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from db.reader import Entry
from db.store import Store
from db.track_summaries import TOLD_DAYS, day_summaries, days_field, leg_days_of, original_chunks
from db.transaction import ChangeBuilder
from ranger_app.domain.record_state import POSITION
from ranger_app.domain.track_edits import HIDE, Edits, Run, edit
from ranger_app.services.change_sheet import ChangeSheet

SPLIT = "on another leg"
"""Why the fixes are hidden that another leg has now."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def move_track(change: ChangeBuilder, track: Entry, leg: str, *, position: str, reason: str) -> str:
    """Give a whole track, with what was done to it, to another leg; return the id of its record there."""
    values = {name: value for name, value in track.values.items() if name != POSITION}
    change.take_back("track", track.id, reason)
    return change.create("track", values, parent=("leg", leg), position=position, blobs=_blobs(values))


def split_track(
    store: Store, change: ChangeBuilder, sheet: ChangeSheet, track: Entry, leg: str, at: dt.datetime, *, position: str
) -> str:
    """Give the fixes of a track from the moment *at* on to another leg.

    Returns:
        Id of the record there; empty where the track has nothing so late.

    Raises:
        BlobMissingError, TrackChunkDamagedError: Its fixes are not here, or damaged.
    """
    import numpy as np

    from ranger_app.domain.track import NO_TIME

    edits = Edits.parse(track.values)
    original = original_chunks(track.values, store.blobs)
    told = edit(original, edits)
    time_us = told.track.time_us
    later = np.flatnonzero((time_us != NO_TIME) & (time_us >= (at - _EPOCH) // dt.timedelta(microseconds=1)))
    if not len(later):
        return ""
    if not later[0]:
        return move_track(change, track, leg, position=position, reason=SPLIT)
    zone = _zone_of(store, track)
    first, stop = int(told.index[later[0]]), len(original) if edits.stop is None else min(edits.stop, len(original))
    kept = {name: value for name, value in track.values.items() if not name.startswith(_NOT_KEPT)}
    window = {**kept, "first": first, "stop": stop, "points": stop - first}
    piece = edit(original, Edits.parse(window))
    window["days"] = [str(day) for day in day_summaries(piece.track, leg_days_of(window, piece, ZoneInfo(zone)))]
    if (span := piece.track.span_us()) is not None:
        window |= {"start_us": span[0], "end_us": span[1]}
    window |= edits.within(first, stop)
    window |= _told_days(window, zone, store)
    hidden = {f"{HIDE}{Run(first, stop - 1)}": SPLIT}
    sheet.set("track", track.id, {**hidden, **_told_days({**track.values, **hidden}, zone, store)})
    return change.create("track", window, parent=("leg", leg), position=position, blobs=_blobs(window))


_NOT_KEPT = ("~", TOLD_DAYS, "hide/", "pause/", "break/", "day/", "clock/", "distance_km", "is_line", "start_us",
             "end_us", "days")  # fmt: skip
"""Fields that tell of the whole track, and edits, which are handed over by themselves."""


def _told_days(values: Mapping[str, Any], zone: str, store: Store) -> dict[str, Any]:
    name = days_field(values, zone, store.blobs)
    return {name: True} if name else {}


def _zone_of(store: Store, track: Entry) -> str:
    leg = store.reader.entry(track.parent, "leg")
    return str(store.reader.entry(leg.parent, "patrol").values.get("timezone", "UTC"))


def _blobs(values: Mapping[str, Any]) -> list[str]:
    return [*values.get("chunks", ()), *(values.get("extras") or ())]
