"""Places that would lie on each other, put together: first by squares of a grid, then with their nearest neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CELL_PX = 34.0
"""Places in one square of the grid are one group."""

_APART_PX = 21.0
"""Groups that lie closer to each other than this are put together: as near as two signs may be."""

_MOST_ROUNDS = 4
_ROW = 2**32


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Places as they are drawn at one zoom.

    Attributes:
        x, y: Where each group is, in world units: the mean of its places.
        members: The places of all groups, one group after the other.
        starts: Where in *members* each group begins, with their number at the end.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    members: NDArray[np.int64]
    starts: NDArray[np.int64]

    def of(self, group: int) -> list[int]:
        """The places of a group, ascending."""
        members: list[int] = self.members[self.starts[group] : self.starts[group + 1]].tolist()
        return members


def each_alone(x: NDArray[np.float64], y: NDArray[np.float64]) -> Groups:
    """Every place as a group of its own."""
    return Groups(x, y, np.arange(len(x)), np.arange(len(x) + 1))


def grouped(x: NDArray[np.float64], y: NDArray[np.float64], world_px: float) -> Groups:
    """Put together what would lie on each other where the whole world is so many pixels wide."""
    if not len(x):
        return each_alone(x, y)
    _, label = np.unique(_cells(x, y, world_px / CELL_PX), return_inverse=True)
    sizes = np.bincount(label)
    sum_x, sum_y = np.bincount(label, x), np.bincount(label, y)
    for _ in range(_MOST_ROUNDS):
        joined = _joined(sum_x / sizes, sum_y / sizes, world_px)
        if joined is None:
            break
        sizes = np.bincount(joined, sizes).astype(np.int64)
        sum_x, sum_y = np.bincount(joined, sum_x), np.bincount(joined, sum_y)
        label = joined[label]
    starts = np.concatenate(([0], np.cumsum(sizes)))
    return Groups(sum_x / sizes, sum_y / sizes, np.argsort(label, kind="stable"), starts)


def _cells(x: NDArray[np.float64], y: NDArray[np.float64], cells: float) -> NDArray[np.int64]:
    cell: NDArray[np.int64] = np.floor(y * cells).astype(np.int64) * _ROW + np.floor(x * cells).astype(np.int64)
    return cell


def _joined(x: NDArray[np.float64], y: NDArray[np.float64], world_px: float) -> NDArray[np.int64] | None:
    """New numbers of groups, the same for two that are each other's nearest and too close; ``None`` without such."""
    one, other, apart = _close_pairs(x, y, world_px)
    if not len(one):
        return None
    nearest = np.full(len(x), -1)
    order = np.lexsort((np.concatenate((other, one)), np.concatenate((apart, apart))))[::-1]
    # the last that is written stays: the nearest, of equals that with the lowest number
    nearest[np.concatenate((one, other))[order]] = np.concatenate((other, one))[order]
    numbers = np.arange(len(x))
    is_pair = (nearest >= 0) & (nearest[nearest] == numbers)
    if not is_pair.any():
        return None
    first = np.where(is_pair, np.minimum(numbers, nearest), numbers)
    return np.cumsum(first == numbers)[first] - 1


def _close_pairs(
    x: NDArray[np.float64], y: NDArray[np.float64], world_px: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of groups that lie too close to each other, and how far apart they are in pixels."""
    cell = _cells(x, y, world_px / CELL_PX)
    order = np.argsort(cell, kind="stable")
    in_order = cell[order]
    ones, others = [], []
    for step in (0, 1, _ROW - 1, _ROW, _ROW + 1):
        first, last = (np.searchsorted(in_order, in_order + step, side=side) for side in ("left", "right"))
        counts = last - first
        one = np.repeat(np.arange(len(cell)), counts)
        other = np.arange(len(one)) + np.repeat(first - np.cumsum(counts) + counts, counts)
        keep = one < other if step == 0 else np.ones(len(one), bool)
        ones.append(order[one[keep]])
        others.append(order[other[keep]])
    one, other = np.concatenate(ones), np.concatenate(others)
    apart = np.hypot(x[one] - x[other], y[one] - y[other]) * world_px
    close = apart < _APART_PX
    return one[close], other[close], apart[close]
