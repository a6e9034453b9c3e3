"""What of a chunk of fixes lies in a span of time: told by the index where it can, by the fixes at the span's ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from db.blobs import Blobs
from db.reader import Reader
from db.track_index import Window, chunks_inside, chunks_touched
from db.track_summaries import edited_track
from ranger_app.domain.track_codec import decode_walk, fixes_in_chunk
from ranger_app.domain.track_levels import Line, line_of

EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)


def chunks_of_span(
    reader: Reader, chunks: Sequence[tuple[int, int, bool]], span: tuple[int, int]
) -> tuple[list[int], set[int]]:
    """Which chunks may hold fixes of a span.

    Args:
        chunks: Number of the record, place, and whether the tables know no box of it.
        span: First and last moment, microseconds since 1970 UTC, as corrected by edits.

    Returns:
        Their numbers in *chunks*; and the numbers in that list of those that may hold other fixes too.
    """
    touched, inside = chunks_touched(reader, Window(*EVERYWHERE, *span)), chunks_inside(reader, *span)
    keeps = [n for n, (no, place, lacks_box) in enumerate(chunks) if lacks_box or (no, place) in touched]
    return keeps, {number for number, n in enumerate(keeps) if chunks[n][:2] not in inside}


def line_in_span(reader: Reader, blobs: Blobs, record: str, place: int, is_edited: bool, span: tuple[int, int]) -> Line:
    """The fixes of a chunk that are told and lie in a span.

    Raises:
        BlobMissingError, TrackChunkDamagedError: A chunk is not here, or not what was written.
    """
    values = reader.entry(record).values
    chunks = values["chunks"]
    if is_edited:
        told = edited_track(values, blobs)
        first = sum(fixes_in_chunk(blobs.get(digest)) for digest in chunks[:place])
        stop = first + fixes_in_chunk(blobs.get(chunks[place]))
        begin, end = told.index.searchsorted((first, stop)).tolist()
        track = told.track.slice(begin, end)
        time_us, longitude_deg, latitude_deg = track.time_us, track.longitude_deg, track.latitude_deg
        starts = told.track.part_starts - begin
    else:
        starts, time_us, longitude_deg, latitude_deg = decode_walk(blobs.get(chunks[place]))
    line = line_of(longitude_deg, latitude_deg, starts)
    keeps = (time_us >= span[0]) & (time_us <= span[1])
    begins = line.begins | ~np.concatenate((np.ones(1, np.bool_), keeps[:-1]))[: len(keeps)]
    return Line(line.x[keeps], line.y[keeps], begins[keeps])
