"""Outlines of very many lines and rings as a few paths of Qt, without a call for each line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QIODevice
from PySide6.QtGui import QPainterPath

from ui.map.shapes import Floats, Integers, following

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""

EDGE_COST_PX = 15.0
"""An edge without any length costs as much as so many pixels of one."""

MOST_AT_ONCE_PX = 20_000.0
"""What may be drawn with one call by a pen a pixel wide: as long as it lasts, the window's thread has to wait."""

_FAR_PX = 4096.0
"""Edges that reach farther out of the picture are cut, or Qt's numbers get too large."""

_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
_MOVE, _LINE = 0, 1
_END = (0).to_bytes(4, "big") + (1).to_bytes(4, "big")
"""Where the last figure begins, and the rule of filling: what `QDataStream` writes behind the points of a path."""


def outline_paths(
    x: Floats, y: Floats, starts: Integers, box: Box, *, closed: bool, most_px: float = MOST_AT_ONCE_PX
) -> Iterator[tuple[QPainterPath, float]]:
    """The edges that reach into *box*, in paths so short that the window is served between two, and what each costs.

    Args:
        x, y: Pixels of all points, line after line.
        starts: Index of each line's first point, with the number of points at the end.
        closed: Join the last point of each with its first.
        most_px: What a path may cost.
    """
    begin = np.arange(len(x))
    end = following(starts)
    if not closed:
        begin = np.delete(begin, starts[1:] - 1)
        end = begin + 1
    seen = np.maximum(x[begin], x[end]) >= box[0]
    seen &= np.minimum(x[begin], x[end]) <= box[2]
    seen &= np.maximum(y[begin], y[end]) >= box[1]
    seen &= np.minimum(y[begin], y[end]) <= box[3]
    begin, end = begin[seen], end[seen]
    if not len(begin):
        return
    edges = np.column_stack((x[begin], y[begin], x[end], y[end]))
    is_new = np.ones(len(begin), bool)
    is_new[1:] = begin[1:] != end[:-1]
    far = np.flatnonzero(np.abs(edges).max(axis=1) > _FAR_PX)
    if len(far):
        edges[far], inside = _cut(edges[far], (box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1))
        is_new[far] = True
        is_new[np.minimum(far + 1, len(is_new) - 1)] = True
        keep = np.ones(len(begin), bool)
        keep[far[~inside]] = False
        edges, is_new = edges[keep], is_new[keep]
    costs = np.cumsum(np.hypot(edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]) + EDGE_COST_PX)
    cuts = np.flatnonzero(np.diff(costs // most_px)) + 1
    for first, last in pairwise((0, *cuts.tolist(), len(edges))):
        if first < last:
            is_new[first] = True
            yield (
                _path(edges[first:last], is_new[first:last]),
                float(costs[last - 1] - (costs[first - 1] if first else 0)),
            )


def _path(edges: Floats, is_new: NDArray[np.bool_]) -> QPainterPath:
    at = np.arange(len(edges)) + np.cumsum(is_new)
    elements = np.empty(len(edges) + int(is_new.sum()), _ELEMENT)
    elements["kind"][at] = _LINE
    elements["x"][at], elements["y"][at] = edges[:, 2], edges[:, 3]
    moves = at[is_new] - 1
    elements["kind"][moves] = _MOVE
    elements["x"][moves], elements["y"][moves] = edges[is_new, 0], edges[is_new, 1]
    held = QByteArray(len(elements).to_bytes(4, "big") + elements.tobytes() + _END)
    stream = QDataStream(held, QIODevice.OpenModeFlag.ReadOnly)
    path = QPainterPath()
    stream >> path
    return path


def _cut(edges: Floats, box: Box) -> tuple[Floats, NDArray[np.bool_]]:
    """Cut edges to a box (Liang and Barsky); tell which of them reach into it."""
    along_x, along_y = edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]
    first, last = np.zeros(len(edges)), np.ones(len(edges))
    for step, room in (
        (-along_x, edges[:, 0] - box[0]),
        (along_x, box[2] - edges[:, 0]),
        (-along_y, edges[:, 1] - box[1]),
        (along_y, box[3] - edges[:, 1]),
    ):
        at = np.divide(room, step, out=np.where(room < 0, np.inf, 0.0), where=step != 0)
        np.maximum(first, at, out=first, where=(step < 0) | ((step == 0) & (room < 0)))
        np.minimum(last, at, out=last, where=step > 0)
    inside = first <= last
    first, last = np.where(inside, first, 0), np.where(inside, last, 0)
    cut = np.column_stack(
        (
            edges[:, 0] + first * along_x,
            edges[:, 1] + first * along_y,
            edges[:, 0] + last * along_x,
            edges[:, 1] + last * along_y,
        )
    )
    return cut, inside
