"""A GPX file read block by block: regular points at once, the rest by the careful grammar, as one and the same walk.

Every byte is either fed to the XML parser, or belongs to a point that is known to be well-formed because only digits
differ between it and one that the parser has taken. Points that are certain but for texts nobody wants are fed without
listeners, which is as strict and much quicker. What is told to the stream is what a careful reading tells it; whoever
is not sure of that raises `Unsure`, and the file is read carefully from its beginning.
"""

from __future__ import annotations

import numpy as np

from ranger_app.importers.gpx_columns import WITHOUT_TIME, note_at_zero
from ranger_app.importers.gpx_digits import PADDING
from ranger_app.importers.gpx_points import PointReader, Points
from ranger_app.importers.gpx_stream import GpxStream
from ranger_app.importers.gpx_template import LONGEST_POINT

FEWEST_TOGETHER = 6
"""So few points between others are read sooner one by one."""

SMALLEST_BYTES = 2_000
"""Of so small a file the careful reader is sooner done."""

_LONGEST_HELD = 16 * LONGEST_POINT
_MOST_WAITING = 1 << 18
_MOST_VAIN_POINTS = 4_096


class Unsure(Exception):
    """This file has to be read carefully."""


class FastReading:
    """Feeds a stream with the bytes of a file.

    Attributes:
        points: How many points were read at once.
    """

    def __init__(self, stream: GpxStream) -> None:
        self.points = 0
        self._stream, self._walk = stream, stream.walk
        self._reader = PointReader(self._walk.prefixes)
        self._held = b""
        self._points_in_vain = 0

    def feed(self, piece: bytes, *, is_last: bool) -> None:
        """Read on; raises as `XmlWalk.feed` does, and `Unsure`."""
        if self._points_in_vain > _MOST_VAIN_POINTS:
            self._carefully(piece, 0, len(piece))
            return
        content = self._held + piece
        # The last point may go on in the next piece.
        cut = -1 if is_last else content.rfind(b"<trkpt")
        if cut < 0 or len(content) - cut > _LONGEST_HELD:
            cut = len(content)
        self._held = content[cut:]
        self._read(content, cut)

    def finish(self) -> None:
        """Say that the file is at its end; raises as `feed` does."""
        self._carefully(self._held, 0, len(self._held))
        self._walk.finish()

    def _read(self, content: bytes, size: int) -> None:
        first = content.find(b"<trkpt", 0, size)
        if first < 0 or size < SMALLEST_BYTES:
            self._carefully(content, 0, size)
            return
        self._carefully(content, 0, first)
        content += PADDING
        points = self._reader.read(content, size)
        at = first if points is None else self._regular(content, points, first)
        self._carefully(content, at, size)
        if self._points_in_vain > _MOST_VAIN_POINTS:
            self._carefully(self._held, 0, len(self._held))
            self._held = b""

    def _carefully(self, content: bytes, start: int, stop: int) -> None:
        """Feed the parser; where it waits for an end for long, the careful reader's limits are to be kept exactly."""
        if start < stop:
            self._walk.feed(memoryview(content)[start:stop])
            if self._walk.waiting > _MOST_WAITING:
                raise Unsure

    def _regular(self, content: bytes, points: Points, at: int) -> int:
        """Read stretches of points that are certain, and the bytes before each, from *at*; returns where that ends."""
        stream, walk = self._stream, self._walk
        follows = points.is_certain[1:] & points.is_certain[:-1] & points.goes_on[:-1]
        follows &= points.is_closed[1:] == points.is_closed[:-1]
        edges = np.concatenate(([0], (~follows).nonzero()[0] + 1, [len(points.starts)]))
        is_long = (edges[1:] - edges[:-1] >= FEWEST_TOGETHER) & points.is_certain[edges[:-1]]
        read = self.points
        for stretch in is_long.nonzero()[0].tolist():
            first, stop = int(edges[stretch]), int(edges[stretch + 1])
            self._carefully(content, at, int(points.starts[first]))
            at = int(points.starts[first])
            if not walk.is_among(stream.segment):
                continue
            end = int(points.ends[stop - 1])
            if points.is_closed[first]:
                walk.pass_lines(int(points.lines[first:stop].sum() + points.gap_lines[first : stop - 1].sum()))
            else:
                walk.feed_unheard(memoryview(content)[at:end])
                if not walk.is_among(stream.segment):
                    raise Unsure
            self._take(content, points, first, stop)
            at = end
        self._points_in_vain += len(points.starts) - 2 * (self.points - read)
        return at

    def _take(self, content: bytes, points: Points, first: int, stop: int) -> None:
        """Hand the points from *first* up to, not including, *stop* to the stream, and note what is wrong with them."""
        number, problems = self._stream.points + 1, self._stream.fix_problems
        columns = points.columns(first, stop, number=number)
        note_at_zero(columns.number, columns.longitude_deg, columns.latitude_deg, problems)
        untimed = (~points.has_time[first:stop]).nonzero()[0]
        if len(untimed):
            code = WITHOUT_TIME[problems.what]
            problems.note(code, number + int(untimed[0]), count=len(untimed), value="")
        zoneless = points.without_zone[first:stop].nonzero()[0]
        if len(zoneless):
            row = int(zoneless[0])
            value = content[points.time_starts[first + row] : points.time_ends[first + row]].decode()
            problems.note("time-without-zone", number + row, count=len(zoneless), value=value)
        self._stream.take_fixes(columns, stop - first)
        self.points += stop - first
