"""What a review draws over the map with every key: the place of the cursor and the chosen stretch."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen

from ui.map import Bounds, Canvas, Viewport, polygon_from_pixels
from ui.profile_columns import Profile

MOST_POINTS = 4_000
"""Of a longer stretch every so many fixes are drawn: it lies over a line that has them all."""

STRETCH_PX = 6.0
STRETCH_ALPHA = 170
RING_PX = 9.0
DOT_PX = 3.0
EDGE_SHARE = 0.04


class Marker:
    """Cursor and stretch of a profile on the map; call it to paint."""

    def __init__(self) -> None:
        self._profile: Profile | None = None
        self._fix = 0
        self._index: list[np.ndarray] = []

    def show(self, profile: Profile | None, fix: int, stretch: tuple[int, int] | None) -> None:
        """Mark a fix, and a stretch where one is chosen."""
        self._profile, self._fix = profile, fix
        self._index = _thinned(profile, stretch) if profile is not None and stretch is not None else []

    def move(self, fix: int) -> None:
        """Mark another fix."""
        self._fix = fix

    @property
    def place(self) -> tuple[float, float] | None:
        """Longitude and latitude of the marked fix."""
        profile = self._profile
        if profile is None or not len(profile):
            return None
        return float(profile.longitude_deg[self._fix]), float(profile.latitude_deg[self._fix])

    def is_in_sight(self, view: Viewport) -> bool:
        """Whether the marked fix lies well inside of what is shown."""
        if self.place is None:
            return True
        x, y = view.project(*self.place)
        aside, down = view.width_px * EDGE_SHARE, view.height_px * EDGE_SHARE
        return aside <= x <= view.width_px - aside and down <= y <= view.height_px - down

    def __call__(self, canvas: Canvas) -> None:
        painter, colours = canvas.painter, canvas.colours
        painter.setBrush(Qt.BrushStyle.NoBrush)
        profile = self._profile
        if profile is None or self.place is None:
            return
        colour = QColor(colours.selection)
        colour.setAlpha(STRETCH_ALPHA)
        wide = QPen(colour, STRETCH_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.BevelJoin)
        painter.setPen(wide)
        for run in self._index:
            x, y = canvas.viewport.project(profile.longitude_deg[run], profile.latitude_deg[run])
            painter.drawPolyline(polygon_from_pixels(np.append(x, x[-1:] + 0.5), np.append(y, y[-1:])))
        at = QPointF(*canvas.viewport.project(*self.place))
        for ring, width in ((colours.halo, 5.0), (colours.incident, 2.5)):
            painter.setPen(QPen(QColor(ring), width))
            painter.drawEllipse(at, RING_PX, RING_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.incident))
        painter.drawEllipse(at, DOT_PX, DOT_PX)


def _thinned(profile: Profile, stretch: tuple[int, int]) -> list[np.ndarray]:
    """Some of the fixes of a stretch, broken where the walk is."""
    first, last = stretch
    stride = max((last - first) // MOST_POINTS, 1)
    index = np.unique(np.append(np.arange(first, last + 1, stride), last))
    part = np.searchsorted(profile.part_starts, index, side="right")
    return [run for run in np.split(index, np.flatnonzero(np.diff(part)) + 1) if len(run)]


def bounds_of(profile: Profile, stretch: tuple[int, int]) -> Bounds:
    """West, south, east, north of a stretch."""
    first, last = stretch
    lon, lat = profile.longitude_deg[first : last + 1], profile.latitude_deg[first : last + 1]
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
