"""Reading files one ahead of storing them, so that two cores have work.

What lets other threads run for long at a time is done beside: taking bytes from the disk with their digest, and
measuring geodesics. Parsing is a thousand short steps, and two threads of such steps mostly wait for each other.
"""

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
"""Files whose bytes are taken before they are asked for; larger ones than fit in memory are not."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one file.

    Attributes:
        read: ``None`` when it is no file of tracks, or was refused.
        error: Why it was refused; ``None`` too where its beginning shows that nobody wants it.
        measured: For each track, the lengths of the geodesics from each fix to the next, as soon as they are known.
    """

    content: Content
    read: TrackFile | None = None
    error: RangerAppError | None = None
    measured: Sequence[Future[NDArray[np.float64]]] = ()


def read_ahead(
    given: Sequence[Given], context: JobContext, mapping: CsvMapping | None = None
) -> Iterator[tuple[Given, Iterable[Reading]]]:
    """All files in the order given, each with what it holds; an archive holds several.

    With a *mapping*, what is text is read as a table by it. Looping over the readings of a file raises what kept the
    file as a whole from being read.
    """
    with ThreadPoolExecutor(1, "opening") as opener, ThreadPoolExecutor(1, "measuring") as measurer:
        files = _Files(context, mapping, measurer)
        waiting: deque[tuple[Given, Future[Content | None] | None]] = deque()
        ahead = iter(given)
        read: tuple[Given, Iterable[Reading]] | None = None
        try:
            while True:
                while len(waiting) < AHEAD and (one := next(ahead, None)) is not None:
                    is_small = len(given) > 1 and _size(one) <= IN_MEMORY_BYTES
                    waiting.append((one, opener.submit(_content, one) if is_small else None))
                if not waiting:
                    break
                one, work = waiting.popleft()
                before, read = read, (one, files.of(one, work))
                if before is not None:
                    yield before
            if read is not None:
                yield read
        finally:
            for _, work in waiting:
                if work is not None:
                    work.cancel()


def _size(given: Given) -> int:
    try:
        return given.path.stat().st_size
    except OSError:
        return 0


def _content(given: Given) -> Content | None:
    """What a file holds; ``None`` for an archive, for all that it holds may be more than memory does."""
    return None if is_archive(given) else content_of_file(given)


class _Files:
    """Reads files; what was read is measured in a thread of its own."""

    def __init__(self, context: JobContext, mapping: CsvMapping | None, measurer: ThreadPoolExecutor) -> None:
        self._context = context
        self._mapping = mapping
        self._measurer = measurer

    def of(self, given: Given, opened: Future[Content | None] | None) -> Iterable[Reading]:
        """What a file holds: read now where its bytes were taken ahead, and while somebody loops where not."""
        try:
            content = None if opened is None else opened.result()
        except RangerAppError as error:
            return _raised(error)
        return self._one_by_one(given) if content is None else [self._reading(content)]

    def _one_by_one(self, given: Given) -> Iterator[Reading]:
        for content in contents(given):
            yield self._reading(content)

    def _reading(self, content: Content) -> Reading:
        if content.error is not None or (not content.looks_like_tracks and not content.sha256):
            return Reading(content, error=content.error)
        told = self._mapping if content.is_table else None
        try:
            read = read_tracks(content.source, name=content.name, context=self._context, mapping=told)
        except Cancelled:
            raise
        except RangerAppError as error:
            return Reading(content, error=error)
        measured = [
            self._measurer.submit(segment_lengths_m, one.track.longitude_deg, one.track.latitude_deg)
            for one in read.tracks
        ]
        content.sha256 = content.sha256 or digest_of(content.source)
        return Reading(content, read, measured=measured)


def _raised(error: RangerAppError) -> Iterator[Reading]:
    """Readings of a file that gives none."""
    yield from ()
    raise error
