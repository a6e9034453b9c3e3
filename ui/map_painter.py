"""Maps for paper, painted by the code that paints the window's map."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication, QImage

from ranger_app.domain.map_request import MapRequest
from ui.map import (
    PAPER,
    Bounds,
    GraticuleLayer,
    Layer,
    MapPoint,
    MapTrack,
    MapWords,
    PointsLayer,
    TracksLayer,
    Viewport,
    base_map_layers,
    render_map,
)

_MM_PER_INCH = 25.4
_FIT_MARGIN_SHARE = 0.1
"""Part of the shorter side that stays free around what a map is fitted to."""

_CLOSEST_ZOOM = 13.0
"""A single place is shown with about ten kilometres around it on a page."""

_PNG_COMPRESSION = 80
"""Qt's quality for PNG files; the lower, the smaller and slower."""

_application: list[QGuiApplication] = []


class QtMapPainter:
    """Paints the maps of a dossier; a :class:`ranger_app.domain.map_request.MapPainter`."""

    def paint(self, request: MapRequest) -> bytes:
        """The map as a PNG of ``size_mm`` at ``dpi``; equal requests give equal bytes.

        Makes an application without a display when there is none; a process that has one cannot open a window any
        more, so a window has to come first. Names on the map are Cyrillic when the furniture's
        words are. Legend words are taken from ``request.words`` by the names of the kinds: ``track``, ``incident``,
        ``conflict``, ``waypoint``, ``photo``; directions by ``south``, ``east`` and ``west``.
        """
        _ensure_application()
        width_px, height_px = (max(round(side / _MM_PER_INCH * request.dpi), 1) for side in request.size_mm)
        layers = _layers(request)
        image = render_map(
            layers,
            _viewport(request, layers, width_px, height_px),
            request.dpi,
            words=MapWords.from_mapping(request.words),
            furniture=PAPER,
        )
        return png(image)


def painter() -> QtMapPainter:
    """The painter that ``__main__`` hands to the core."""
    return QtMapPainter()


def _ensure_application() -> None:
    """Make the application that fonts need, off the screen, so that no display can be missing."""
    if QGuiApplication.instance() is None:
        _application.append(QGuiApplication(["ranger-app", "-platform", "offscreen"]))


def _layers(request: MapRequest) -> list[Layer]:
    tracks = [
        MapTrack(
            id=str(number),
            longitude_deg=track.longitude_deg,
            latitude_deg=track.latitude_deg,
            part_starts=track.part_starts,
        )
        for number, track in enumerate(request.tracks)
    ]
    marks = [
        MapPoint(
            id=str(number),
            longitude_deg=mark.longitude_deg,
            latitude_deg=mark.latitude_deg,
            kind=mark.kind,
            label=mark.label,
        )
        for number, mark in enumerate(request.marks)
    ]
    return [
        *base_map_layers("cyrillic" if _is_cyrillic(request.words) else "latin"),
        GraticuleLayer("graticule"),
        TracksLayer("tracks", tracks),
        PointsLayer("marks", marks, grouped=False),
    ]


def _is_cyrillic(words: Mapping[str, str]) -> bool:
    return any("Ѐ" <= letter <= "ӿ" for word in words.values() for letter in word)


def _viewport(request: MapRequest, layers: list[Layer], width_px: int, height_px: int) -> Viewport:
    bounds = request.bounds or _bounds(layers)
    if bounds is None:
        raise ValueError("a map without bounds needs a track or a mark to show")
    picture = Viewport(bounds[0], bounds[1], 5.0, width_px, height_px)
    margin_px = 0.0 if request.bounds else min(width_px, height_px) * _FIT_MARGIN_SHARE
    return picture.fit(bounds, margin_px=margin_px, most_zoom=_CLOSEST_ZOOM + math.log2(request.dpi / 96))


def _bounds(layers: list[Layer]) -> Bounds | None:
    boxes = [box for layer in layers if not layer.is_base and (box := layer.bounds()) is not None]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def png(image: QImage) -> bytes:
    """A picture as a PNG file, without moments or names in it."""
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG", _PNG_COMPRESSION):  # type: ignore[call-overload]
        raise RuntimeError("the picture could not be written as PNG")
    return bytes(held.data())
