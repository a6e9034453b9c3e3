"""Reading files while others are being stored: one is ahead, so that two cores have work."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ranger_app.errors import RangerAppError
from ranger_app.geodesy import segment_lengths_m
from ranger_app.importers.csv_tracks_mapping import CsvMapping
from ranger_app.importers.track_file import TrackFile
from ranger_app.importers.tracks import read_tracks
from ranger_app.jobs import Cancelled, JobContext
from ranger_app.services.gather_tracks import (
    IN_MEMORY_BYTES,
    Content,
    Given,
    content_of_file,
    contents,
    digest_of,
    is_archive,
)

AHEAD = 2
"""Files that are read before they are asked for; larger ones than fit in memory are not."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one file.

    Attributes:
        read: ``None`` when it is no file of tracks, or was refused.
        error: Why it was refused; ``None`` too where its beginning shows that nobody wants it.
        lengths_m: For each track, the lengths of the geodesics from each fix to the next.
    """

    content: Content
    read: TrackFile | None = None
    error: RangerAppError | None = None
    lengths_m: Sequence[NDArray[np.float64]] = ()


def read_ahead(
    given: Sequence[Given], context: JobContext, mapping: CsvMapping | None = None
) -> Iterator[tuple[Given, Iterable[Reading]]]:
    """All files in the order given, each with what it holds; an archive holds several.

    With a *mapping*, what is text is read as a table by it. Looping over the readings of a file raises what kept the
    file as a whole from being read.
    """
    with ThreadPoolExecutor(1, "reading") as reader:
        waiting: deque[tuple[Given, Future[list[Reading] | None] | None]] = deque()
        ahead = iter(given)
        try:
            while True:
                while len(waiting) < AHEAD and (one := next(ahead, None)) is not None:
                    is_small = len(given) > 1 and _size(one) <= IN_MEMORY_BYTES
                    # A context of its own: progress is told by one thread only.
                    work = reader.submit(_all, one, _Quiet(context), mapping) if is_small else None
                    waiting.append((one, work))
                if not waiting:
                    return
                one, work = waiting.popleft()
                yield one, _answered(one, work, context, mapping)
        finally:
            for _, work in waiting:
                if work is not None:
                    work.cancel()


def _answered(
    given: Given, work: Future[list[Reading] | None] | None, context: JobContext, mapping: CsvMapping | None
) -> Iterator[Reading]:
    found = None if work is None else work.result()
    yield from _readings(given, context, mapping) if found is None else found


class _Quiet(JobContext):
    """Is stopped with another context, and tells nobody how far it is."""

    def __init__(self, context: JobContext) -> None:
        super().__init__()
        self._context = context

    def step(self, done: int, total: int | None, stage: str) -> None:
        if self._context.is_cancelled:
            raise Cancelled(stage=stage)


def _size(given: Given) -> int:
    try:
        return given.path.stat().st_size
    except OSError:
        return 0


def _all(given: Given, context: JobContext, mapping: CsvMapping | None) -> list[Reading] | None:
    """Everything of a file; nothing of an archive, for all that it holds may be more than memory does."""
    return None if is_archive(given) else [_reading(content_of_file(given), context, mapping)]


def _readings(given: Given, context: JobContext, mapping: CsvMapping | None) -> Iterator[Reading]:
    for content in contents(given):
        yield _reading(content, context, mapping)


def _reading(content: Content, context: JobContext, mapping: CsvMapping | None) -> Reading:
    if content.error is not None or (not content.looks_like_tracks and not content.sha256):
        return Reading(content, error=content.error)
    told = mapping if content.is_table else None
    try:
        read = read_tracks(content.source, name=content.name, context=context, mapping=told)
    except Cancelled:
        raise
    except RangerAppError as error:
        return Reading(content, error=error)
    content.sha256 = content.sha256 or digest_of(content.source)
    lengths = [segment_lengths_m(one.track.longitude_deg, one.track.latitude_deg) for one in read.tracks]
    return Reading(content, read, lengths_m=lengths)
