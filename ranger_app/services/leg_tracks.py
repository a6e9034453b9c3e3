"""Tracks that go over to another leg, whole or from a moment on; the fixes themselves never change."""

from __future__ import annotations

import datetime as dt

from db.reader import Entry
from db.store import Store
from db.track_summaries import original_chunks
from db.transaction import ChangeBuilder, new_id
from ranger_app.domain.record_state import POSITION
from ranger_app.domain.track_edits import HIDE, Edits, Run, edit
from ranger_app.services.change_sheet import ChangeSheet
from ranger_app.services.edit_track import told_days
from ranger_app.services.record_moves import created, moved, piece_of_track

SPLIT = "on another leg"
"""Why the fixes are hidden that another leg has now."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def move_track(store: Store, change: ChangeBuilder, track: Entry, leg: str, *, position: str, reason: str) -> None:
    """Give a whole track, with what was done to it, to another leg."""
    for write in moved(store.reader, track, ("leg", leg), reason, **{POSITION: position}):
        write(change)


def split_track(
    store: Store, change: ChangeBuilder, sheet: ChangeSheet, track: Entry, leg: str, at: dt.datetime, *, position: str
) -> None:
    """Give the fixes of a track from the moment *at* on to another leg; nothing where it has nothing so late.

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
        return
    if not later[0]:
        move_track(store, change, track, leg, position=position, reason=SPLIT)
        return
    zone = _zone_of(store, track)
    first, stop = int(told.index[later[0]]), len(original) if edits.stop is None else min(edits.stop, len(original))
    piece = {name: value for name, value in track.values.items() if name != POSITION}
    piece = piece_of_track(store.reader, piece, first, stop, zone)
    created("track", piece, record=new_id(), parent=("leg", leg), position=position)(change)
    hidden = {f"{HIDE}{Run(first, stop - 1)}": SPLIT}
    sheet.set("track", track.id, {**hidden, **told_days({**track.values, **hidden}, zone, store.blobs)})


def _zone_of(store: Store, track: Entry) -> str:
    leg = store.reader.entry(track.parent, "leg")
    return str(store.reader.entry(leg.parent, "patrol").values.get("timezone", "UTC"))
