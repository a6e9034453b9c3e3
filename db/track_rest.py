"""What is left of a track of which chunks are missing or damaged: its way is broken there, and the rest is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from db.blobs import BlobMissingError, Blobs
from db.track_rows import told_boxes
from db.track_summaries import edited_track
from ranger_app.domain.track_edits import CUT, EditedTrack, Edits, Run, edit

if TYPE_CHECKING:
    from ranger_app.domain.track import Track


@dataclass(frozen=True, slots=True, eq=False)
class TrackRest:
    """A track as far as it can be read.

    Attributes:
        told: As its edits tell it, with the original index of each fix; nothing where nothing of it can be read.
        unread: Places of the chunks that are missing or damaged.
    """

    told: EditedTrack
    unread: frozenset[int] = frozenset()

    @property
    def track(self) -> Track:
        return self.told.track


def track_rest(values: Mapping[str, Any], blobs: Blobs, *, lost: Collection[str] = ()) -> TrackRest:
    """What can be read of the track of a record with these values.

    Edits name fixes by their number, so that nothing is told of an edited track that does not say how many fixes its
    missing chunks hold.

    Args:
        lost: Digests of chunks that are passed over although they may be here.
    """
    from ranger_app.domain.track_series import TrackChunkDamagedError  # the window starts without NumPy

    if lost and not set(lost).isdisjoint(values.get("chunks", ())):
        return _rest(values, blobs, lost)
    try:
        return TrackRest(edited_track(values, blobs))
    except (BlobMissingError, TrackChunkDamagedError):
        return _rest(values, blobs, lost)


def _rest(values: Mapping[str, Any], blobs: Blobs, lost: Collection[str]) -> TrackRest:
    from ranger_app.domain.track import concatenate, empty_track
    from ranger_app.domain.track_codec import decode_chunks

    digests, edits = [str(one) for one in values.get("chunks", ())], Edits.parse(values)
    unread = frozenset(
        place for place, digest in enumerate(digests) if digest in lost or not _is_readable(digest, blobs)
    )
    boxes = told_boxes(values.get("boxes"), len(digests))
    if edits.changes_fixes and not boxes:
        return TrackRest(edit(empty_track(), Edits()), unread)
    pieces: list[Track] = []
    gaps: list[Run] = []
    first = 0
    for is_lost, places in groupby(range(len(digests)), unread.__contains__):
        run = list(places)
        piece = (
            _nothing_told(sum(boxes[place].count for place in run) if boxes else 1) if is_lost
            else decode_chunks([blobs.get(digests[place]) for place in run])
        )  # fmt: skip
        if is_lost:
            gaps.append(Run(first, first + len(piece) - 1))
        pieces.append(piece)
        first += len(piece)
    return TrackRest(edit(concatenate(pieces), _without(edits, gaps)), unread)


def _is_readable(digest: str, blobs: Blobs) -> bool:
    from ranger_app.domain.track_codec import TrackChunkDamagedError, decode_chunks

    try:
        decode_chunks([blobs.get(digest)])
    except (BlobMissingError, TrackChunkDamagedError):
        return False
    return True


def _nothing_told(count: int) -> Track:
    """So many fixes in the place of those that cannot be read; they are hidden."""
    import numpy as np

    from ranger_app.domain.track import NO_TIME, Track

    nowhere = np.zeros(count)
    return Track(
        time_us=np.full(count, NO_TIME, np.int64), longitude_deg=nowhere, latitude_deg=nowhere,
        elevation_m=np.full(count, np.nan), part_starts=np.zeros(1, np.int64),
    )  # fmt: skip


def _without(edits: Edits, gaps: list[Run]) -> Edits:
    """The same edits, and nothing told of the gaps nor any way across them."""
    cuts = {gap.last + 1: CUT for gap in gaps}
    breaks = {
        place: what for place, what in edits.breaks.items()
        if not any(gap.first <= place <= gap.last for gap in gaps)
    }  # fmt: skip
    return replace(edits, hidden={**edits.hidden, **dict.fromkeys(gaps, "")}, breaks={**breaks, **cuts})
