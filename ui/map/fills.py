"""Filling very many small areas at once: which pixels they cover, by NumPy instead of one path after the other.

Each edge of a ring crosses the middles of some rows of pixels. What lies between a crossing on the left and one on the
right is covered, so that it is enough to add up crossings along each row.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from ui.map.shapes import Floats, Integers, following

Mask: TypeAlias = NDArray[np.bool_]

_CROSSINGS_AT_ONCE = 400_000


class Cover:
    """The pixels that areas cover, put together ring by ring; pixels are counted from the top left corner."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        # beyond the last column is room for what leaves the picture on the right
        self._turns = np.zeros(height * (width + 1), np.int16)
        self._dots = np.zeros(height * width, bool)

    def add_rings(self, x: Floats, y: Floats, starts: Integers, turns: NDArray[np.int8]) -> Iterator[int]:
        """Cover what lies in rings, step by step; tell how many crossings each step took.

        Args:
            x, y: Pixels of all points, ring after ring.
            starts: Index of each ring's first point, with the number of points at the end.
            turns: 1 or -1 for each ring, such that areas count up and their holes down.
        """
        after = following(starts)
        top, bottom = np.minimum(y, y[after]), np.maximum(y, y[after])
        first = np.clip(np.ceil(top - 0.5), 0, self.height).astype(np.int64)
        rows = np.clip(np.ceil(bottom - 0.5), 0, self.height).astype(np.int64) - first
        # an edge that lies wholly beyond the right does not matter; one beyond the left does
        edges = np.flatnonzero((rows > 0) & (np.minimum(x, x[after]) < self.width))
        if not len(edges):
            return
        signs = np.where(y[after] > y, 1, -1).astype(np.int16) * np.repeat(turns, np.diff(starts)).astype(np.int16)
        slope = (x[after[edges]] - x[edges]) / (y[after[edges]] - y[edges])
        ends = np.cumsum(rows[edges])
        begin = 0
        while begin < len(edges):
            wanted = (ends[begin - 1] if begin else 0) + _CROSSINGS_AT_ONCE
            end = max(int(np.searchsorted(ends, wanted, side="right")), begin + 1)
            some = edges[begin:end]
            self._cross(x[some], y[some], slope[begin:end], first[some], rows[some], signs[some])
            yield int(rows[some].sum())
            begin = end

    def _cross(
        self, x: Floats, y: Floats, slope: Floats, first: Integers, rows: Integers, signs: NDArray[np.int16]
    ) -> None:
        begins = np.cumsum(rows) - rows
        row = np.arange(int(rows.sum())) + np.repeat(first - begins, rows)
        at = np.repeat(x - y * slope, rows) + (row + 0.5) * np.repeat(slope, rows)
        column = np.clip(np.ceil(at - 0.5), 0, self.width).astype(np.int64)
        np.add.at(self._turns, row * (self.width + 1) + column, np.repeat(signs, rows))

    def add_dots(self, x: Floats, y: Floats) -> None:
        """Mark single pixels."""
        column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
        inside = (column >= 0) & (column < self.width) & (row >= 0) & (row < self.height)
        self._dots[row[inside] * self.width + column[inside]] = True

    def image(self, colour: QColor, opacity: float) -> QImage:
        """What is covered in *colour* at *opacity*, dots at full strength; the rest can be seen through."""
        lines = np.cumsum(self._turns.reshape(self.height, self.width + 1)[:, :-1], axis=1, dtype=np.int16)
        image = QImage(self.width, self.height, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        # written where it lies: a page of paper has sixteen million pixels
        pixels = np.frombuffer(image.bits(), np.uint32).reshape(self.height, self.width)
        pixels[lines != 0] = _premultiplied(colour, opacity)
        pixels[self._dots.reshape(self.height, self.width)] = _premultiplied(colour, 1.0)
        return image


def _premultiplied(colour: QColor, opacity: float) -> int:
    red, green, blue = (round(part * opacity) for part in (colour.red(), colour.green(), colour.blue()))
    return round(255 * opacity) << 24 | red << 16 | green << 8 | blue
