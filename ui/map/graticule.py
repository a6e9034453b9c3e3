"""The layer of meridians and parallels."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPen

from ui.map.edges import EdgeMark, Side, write_marks
from ui.map.layer import Canvas, Layer
from ui.map.viewport import Viewport

_STEPS_S = (108_000, 72_000, 36_000, 18_000, 7_200, 3_600, 1_800, 1_200, 600, 300, 120, 60, 30, 20, 10, 5, 2, 1)
"""Distances between two lines, in seconds of arc, the widest first."""

_LEAST_APART_PX = 110.0
_ACROSS: tuple[Side, ...] = ("top", "bottom")
_DOWN: tuple[Side, ...] = ("left", "right")


class GraticuleLayer(Layer):
    """Meridians and parallels at round degrees, minutes or seconds, written at the edge of the picture."""

    kind = "graticule"

    def paint(self, canvas: Canvas) -> None:
        viewport, painter = canvas.viewport, canvas.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        pen = QPen(QColor(canvas.colours.graticule), 1.0)
        pen.setCosmetic(viewport.dpr <= 1.0)
        painter.setPen(pen)
        across, down = graticule(viewport)
        painter.drawLines([QLineF(round(x), 0, round(x), viewport.height_px) for _, x in across])
        painter.drawLines([QLineF(0, round(y), viewport.width_px, round(y)) for _, y in down])

    def paint_edge(self, canvas: Canvas) -> None:
        words = canvas.words
        across, down = graticule(canvas.viewport)
        marks = [
            EdgeMark(side=side, at=x, text=angle(seconds, words.east if seconds >= 0 else words.west))
            for seconds, x in across
            for side in _ACROSS
        ]
        marks += [
            EdgeMark(side=side, at=y, text=angle(seconds, words.north if seconds >= 0 else words.south))
            for seconds, y in down
            for side in _DOWN
        ]
        write_marks(canvas, marks, canvas.colours.place_quiet)


def graticule(viewport: Viewport) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
    """The meridians and parallels of a picture: seconds of arc, and where they are in pixels."""
    west, south, east, north = viewport.bounds
    px_per_s = viewport.world_px / (360 * 3600)
    step = next((s for s in reversed(_STEPS_S) if s * px_per_s >= _LEAST_APART_PX), _STEPS_S[0])
    lons = range(_first(max(west, -180.0), step), math.floor(min(east, 180.0) * 3600) + 1, step)
    lats = range(_first(max(south, -85.0), step), math.floor(min(north, 85.0) * 3600) + 1, step)
    across = [(lon, viewport.project(lon / 3600, 0.0)[0]) for lon in lons]
    down = [(lat, viewport.project(0.0, lat / 3600)[1]) for lat in lats]
    return across, down


def _first(degrees: float, step: int) -> int:
    return math.ceil(degrees * 3600 / step) * step


def angle(seconds: int, letter: str) -> str:
    """An angle with no more parts than it has, such as ``74°30′ E``."""
    degrees, rest = divmod(abs(seconds), 3600)
    minutes, rest_s = divmod(rest, 60)
    text = f"{degrees}°"
    if minutes or rest_s:
        text += f"{minutes:02d}′"
    if rest_s:
        text += f"{rest_s:02d}″"
    return f"{text} {letter}".strip()
