"""The points in a block of a GPX file, read all at once: each is certain, or is left to the careful reader.

Marks (``<`` and the quote) are found in one go; points that fit one template are checked and read together. A point is
certain when every byte that says what it is equals the template, and every value has one meaning and needs no word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np

from ranger_app.domain.track import NO_TIME
from ranger_app.importers.gpx_columns import HIGHEST_M, LOWEST_M, Columns, numbers_from_texts
from ranger_app.importers.gpx_digits import Floats, Ints, Mask, numbers_at, windows
from ranger_app.importers.gpx_extras import LIMITS, within_limits
from ranger_app.importers.gpx_moments import times_at
from ranger_app.importers.gpx_template import (
    ELEVATION,
    LATITUDE,
    LONGEST_POINT,
    LONGITUDE,
    PointTemplate,
    template_of,
)

FEWEST_POINTS = 12
"""So few points in a block are read sooner one by one."""

_MOST_TEMPLATES = 24
_MOST_FAILURES = 4
_SAMPLE_BYTES = LONGEST_POINT + 512
_LONGEST_VALUE = 40
_BEGIN, _BEGIN_BYTES = np.frombuffer(b"<trkpt\0\0", "<u8")[0], np.uint64((1 << 48) - 1)
_LESS_THAN, _FOURTH_AFTER = ord("<"), b"<trkpt"[4]
_QUOTE = re.compile(rb"<trkpt[ \t\r\n]+l(?:at|on)=([\"'])")
_PLAIN_VALUE = re.compile(rb"[0-9A-Za-z.+\- ]*")


@dataclass(slots=True, eq=False)
class Points:
    """The points of one block, as columns of one length.

    Attributes:
        starts, ends: Where each begins, and, of those that are certain, ends.
        following: Where the next begins; -1 after the last.
        is_certain: Whether what the columns say of it is what a careful reader finds.
        is_closed: Whether it is known to be well-formed too.
        goes_on: Whether only the blanks that its template names stand between it and the next.
        lines, gap_lines: Line ends inside it, and up to the next.
        time_starts, time_ends: Where its time stands, if it has one; *without_zone*, whether that names no zone.
        extras: By name; NaN where a point has none.
    """

    starts: Ints
    following: Ints
    ends: Ints
    is_certain: Mask
    is_closed: Mask
    goes_on: Mask
    lines: Ints
    gap_lines: Ints
    time_us: Ints
    longitude_deg: Floats
    latitude_deg: Floats
    elevation_m: Floats
    has_time: Mask
    time_starts: Ints
    time_ends: Ints
    without_zone: Mask
    extras: dict[str, Floats]

    def columns(self, first: int, stop: int, *, number: int) -> Columns:
        """The points from *first* up to, not including, *stop*, of which the first has this *number* in the file."""
        return Columns(
            number=np.arange(number, number + stop - first, dtype=np.int64),
            time_us=self.time_us[first:stop],
            longitude_deg=self.longitude_deg[first:stop],
            latitude_deg=self.latitude_deg[first:stop],
            elevation_m=self.elevation_m[first:stop],
            extras={name: column[first:stop] for name, column in self.extras.items()},
        )


def _no_points_read(starts: Ints) -> Points:
    count = len(starts)
    return Points(
        starts=starts,
        following=np.concatenate((starts[1:], [-1])),
        ends=np.zeros(count, np.int64),
        is_certain=np.zeros(count, np.bool_),
        is_closed=np.zeros(count, np.bool_),
        goes_on=np.zeros(count, np.bool_),
        lines=np.zeros(count, np.int64),
        gap_lines=np.zeros(count, np.int64),
        time_us=np.full(count, NO_TIME, np.int64),
        longitude_deg=np.zeros(count),
        latitude_deg=np.zeros(count),
        elevation_m=np.full(count, np.nan),
        has_time=np.zeros(count, np.bool_),
        time_starts=np.zeros(count, np.int64),
        time_ends=np.zeros(count, np.int64),
        without_zone=np.zeros(count, np.bool_),
        extras={},
    )


class PointReader:
    """Reads the points of blocks of one file, and learns its templates as it goes.

    Args:
        prefixes: Prefixes of elements that count as none; may grow until the first block.
    """

    def __init__(self, prefixes: Set[str]) -> None:
        self._prefixes = prefixes
        self._templates: list[PointTemplate] = []
        self._learned = 0
        self._quote = 0

    def read(self, content: bytes, size: int) -> Points | None:
        """Read the points in the first *size* bytes of *content*; ``None`` when there are too few.

        Args:
            content: Goes on with `gpx_digits.PADDING` at least. A point that is not ended within *size* is not certain.
        """
        if not self._quote:
            quote = _QUOTE.search(content)
            if quote is None:
                return None
            self._quote = quote[1][0]
        block = _Block(content, size, self._quote)
        if len(block.first_marks) < FEWEST_POINTS:
            return None
        points = _no_points_read(block.marks[block.first_marks])
        is_left = np.ones(len(points.starts), np.bool_)
        for template in tuple(self._templates):
            left = is_left.nonzero()[0]
            if not len(left):
                return points
            found = block.read(template, left, points)
            is_left[found] = False
            if len(found) * 2 > len(left) and template is not self._templates[0]:
                self._templates.remove(template)
                self._templates.insert(0, template)
        self._learn(block, is_left, points)
        return points

    def _learn(self, block: _Block, is_left: Mask, points: Points) -> None:
        """Make templates of points that fit none, as long as few of them are in vain."""
        failures = 0
        while (left := is_left.nonzero()[0]).size and failures < _MOST_FAILURES and self._learned < _MOST_TEMPLATES:
            at = int(points.starts[left[0]])
            sample = block.content[at : min(at + _SAMPLE_BYTES, block.size)]
            template = template_of(sample, prefixes=self._prefixes)
            is_left[left[0]] = False
            found = left[:0]
            if template is not None:
                self._learned += 1
                found = block.read(template, left, points)
                is_left[found] = False
            if template is None or not len(found):
                failures += 1
            else:
                self._templates.append(template)


class _Block:
    """Bytes with the places of all marks in them."""

    def __init__(self, content: bytes, size: int, quote: int) -> None:
        self.content, self.size = content, size
        self.window = windows(content)
        self.bytes = np.frombuffer(content, np.uint8)
        part = self.bytes[:size]
        self.marks = ((part == _LESS_THAN) | (part == quote)).nonzero()[0]
        likely = (self.bytes[self.marks + 4] == _FOURTH_AFTER).nonzero()[0]
        is_begin = (self.window[self.marks[likely]] & _BEGIN_BYTES) == _BEGIN
        self.first_marks = likely[is_begin]

    def read(self, template: PointTemplate, rows: Ints, points: Points) -> Ints:
        """Read those of *rows* that fit *template* into *points*; the answer is which these are.

        One that fits is not certain yet when a value of it is odd.
        """
        marks = self.first_marks[rows]
        # The marks ascend, and so only the last points can lack some.
        rows = rows[: np.searchsorted(marks, len(self.marks) - template.size, side="right")]
        if not len(rows):
            return rows
        literals = self.marks[self.first_marks[rows] + template.anchors[:, np.newaxis]] - template.before_anchor
        fits = self._fits(template, literals)
        if not fits.all():
            rows, literals = rows[fits], np.ascontiguousarray(literals[:, fits])
        if len(rows):
            self._read_values(template, rows, literals, points)
        return rows

    def _fits(self, template: PointTemplate, literals: Ints) -> Mask:
        differs = np.zeros(literals.shape[1], np.uint64)
        for literal, offset, word, mask in template.words:  # one after the other stays in the nearest memory
            found = self.window[literals[literal] + offset]
            found ^= word
            if mask is not None:
                found &= mask
            differs |= found
        fits: Mask = differs == 0
        fits &= literals[-1] + template.lengths[-1] <= self.size
        fits &= (literals[1:] >= literals[:-1] + template.lengths[:-1]).all(axis=0)
        return fits

    def _read_values(self, template: PointTemplate, rows: Ints, literals: Ints, points: Points) -> None:
        into = slice(None) if len(rows) == len(points.starts) else rows
        starts, ends = literals[:-1] + template.lengths[:-1], literals[1:]
        numbers = template.number_slots
        flat, flat_certain = numbers_at(self.window, starts[numbers].ravel(), ends[numbers].ravel())
        values, known = flat.reshape(len(numbers), -1), flat_certain.reshape(len(numbers), -1)
        if not flat_certain.all():
            self._read_odd(starts[numbers], ends[numbers], values, known)
        certain = known.all(axis=0)
        for slot, column in zip(numbers.tolist(), values, strict=True):
            name = template.columns[slot]
            if name in LIMITS:
                extra = points.extras.setdefault(name, np.full(len(points.starts), np.nan))
                extra[into] = within_limits(name, column)
            elif name == LATITUDE:
                certain &= np.abs(column) <= 90.0
                points.latitude_deg[into] = column
            elif name == LONGITUDE:
                certain &= np.abs(column) <= 180.0
                points.longitude_deg[into] = column
            elif name == ELEVATION:
                # An empty element is no height, which the column says already.
                certain &= ((column >= LOWEST_M) & (column <= HIGHEST_M)) | (ends[slot] == starts[slot])
                points.elevation_m[into] = column
        if template.time_slot is not None:
            slot = template.time_slot
            points.time_us[into], is_time, without_zone = times_at(self.window, self.bytes, starts[slot], ends[slot])
            certain &= is_time
            points.without_zone[into] = without_zone
            points.time_starts[into], points.time_ends[into] = starts[slot], ends[slot]
            points.has_time[into] = True
        points.is_certain[into] = certain
        points.ends[into] = point_ends = literals[-1] + template.lengths[-1]
        points.is_closed[into] = template.is_closed
        points.lines[into], points.gap_lines[into] = template.lines, template.gap_lines
        points.goes_on[into] = self._goes_on(template, points.following[into], point_ends)

    def _goes_on(self, template: PointTemplate, following: Ints, ends: Ints) -> Mask:
        """Whether exactly the blanks of the template stand between each point and the next."""
        goes_on: Mask = following == ends + len(template.gap)
        for offset, word, mask in template.gap_words:
            goes_on &= (self.window[ends + offset] & mask) == word
        return goes_on

    def _read_odd(self, starts: Ints, ends: Ints, values: Floats, known: Mask) -> None:
        """Read numbers of unusual shape as the careful reader does, where no letter of them can mean another."""
        slots, rows = np.nonzero(~known)
        spans = zip(starts[slots, rows].tolist(), ends[slots, rows].tolist(), strict=True)
        texts: Sequence[bytes] = [self.content[start : min(end, start + _LONGEST_VALUE + 1)] for start, end in spans]
        plain = [bool(_PLAIN_VALUE.fullmatch(text)) and len(text) <= _LONGEST_VALUE for text in texts]
        kept = np.flatnonzero(plain)
        numbers = numbers_from_texts([texts[place].decode("ascii") for place in kept.tolist()])
        values[slots[kept], rows[kept]] = numbers
        known[slots[kept], rows[kept]] = True
