"""Maps for paper, painted by the code that paints the window's map."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QPageSize, QPainter, QPdfWriter

from ranger_app.domain.layer_order import layer_order, own_id
from ranger_app.domain.map_request import MARGIN_MM, Gap, HeatShown, MapNotShownError, MapRequest, MapSheet, Mark
from ui.map import (
    PAPER,
    Bounds,
    Furniture,
    Layer,
    MapPoint,
    MapTrack,
    MapWords,
    PointsLayer,
    TracksLayer,
    Viewport,
    base_map_layers,
    grid_layer,
)
from ui.map.furniture import planned
from ui.map.lines import plain
from ui.map.marks import MarksLayer
from ui.map.own_maps import own_name
from ui.map.render import map_view, new_image, paint_picture
from ui.map.viewport import EQUATOR_M, LAST_LATITUDE, TILE_PX, from_world, to_world
from ui.theme import LIGHT

if TYPE_CHECKING:
    from ranger_app.domain.track import Track

_MM_PER_INCH = 25.4
_UNITS_PER_METRE = 96 / 0.0254
_FIT_MARGIN_SHARE = 0.1
"""Part of the shorter side that stays free around what a map is fitted to."""

_CLOSEST_ZOOM = 13.0
"""A single place is shown with about ten kilometres around it on a page."""

_CLOSEST_ASKED_ZOOM = 20.0
_PNG_COMPRESSION = 80
"""Qt's quality for PNG files; the lower, the smaller and slower."""

_application: list[QGuiApplication] = []


class QtMapPainter:
    """Paints maps for paper; a :class:`ranger_app.domain.map_request.MapPainter`.

    Makes an application without a display when there is none; a process that has one cannot open a window any
    more, so a window has to come first. Names on the map are Cyrillic when the furniture's words are.
    """

    def paint(self, request: MapRequest) -> bytes:
        """The map as a PNG of ``size_mm`` at ``dpi``; equal requests give equal bytes."""
        sheet = _sheet(request, request.size_mm)
        shown = sheet.view.drawn_at(request.dpi)
        image = new_image(sheet.view, shown.dpr, LIGHT.map)
        painter = QPainter(image)
        try:
            sheet.paint(painter, shown)
        finally:
            painter.end()
        return png(image)

    def paint_pdf(self, request: MapRequest) -> bytes:
        """The map as a PDF of one page of ``size_mm`` with a white margin; words are text, lines are lines.

        Equal requests give equal bytes.
        """
        width_mm, height_mm = request.size_mm
        sheet = _sheet(request, (width_mm - 2 * MARGIN_MM, height_mm - 2 * MARGIN_MM))
        held = QByteArray()
        buffer = QBuffer(held)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setPageSize(QPageSize(QSizeF(width_mm, height_mm), QPageSize.Unit.Millimeter))
        writer.setPageMargins(QMarginsF())
        writer.setResolution(request.dpi)
        painter = QPainter(writer)
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        try:
            unit = request.dpi / 96
            margin = MARGIN_MM / _MM_PER_INCH * 96
            painter.scale(unit, unit)
            painter.translate(margin, margin)
            sheet.paint(painter, sheet.view.drawn_at(request.dpi))
        finally:
            painter.end()
        return _timeless(bytes(held.data()), request.title, request.words.get("language", ""))


def painter() -> QtMapPainter:
    """The painter that ``__main__`` hands to the core."""
    return QtMapPainter()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What is painted.

    Attributes:
        view: In dots of the paper, furniture included.
        known_gaps: What may be missing.
    """

    layers: list[Layer]
    view: Viewport
    words: MapWords
    furniture: Furniture
    known_gaps: frozenset[Gap]

    def paint(self, painter: QPainter, shown: Viewport) -> None:
        """Paint everything.

        Raises:
            MapNotShownError: A map file could not be read: what a map lacks has to be told on it.
        """
        failed = paint_picture(painter, self.layers, shown, self.words, LIGHT.map, self.furniture)
        gaps = [gap for layer, code in failed if (gap := (own_name(layer), code)) not in self.known_gaps]
        if gaps:
            raise MapNotShownError(gaps)


def _sheet(request: MapRequest, size_mm: tuple[float, float]) -> _Sheet:
    _ensure_application()
    own, words = _own_maps(request.maps), MapWords.from_mapping(request.words)
    layers = _layers(request, request.marks, own)
    furniture = PAPER._replace(title=request.title, notes=request.notes)
    width_px, height_px = (max(round(side / _MM_PER_INCH * request.dpi), 1) for side in size_mm)
    blank = Viewport(0.0, 0.0, 5.0, width_px, height_px)
    shown = blank.drawn_at(request.dpi)
    room = map_view(shown, planned(furniture, shown, layers, words))
    lon, lat, zoom = _aim(request, layers, room)
    view = replace(blank, center_lon=lon, center_lat=lat, zoom=zoom + math.log2(request.dpi / 96))
    # the legend explains no sign that is nowhere on the sheet
    seen = view.bounds
    tracks = tuple(track for track in request.tracks if _reaches_into(track, seen))
    layers = _layers(replace(request, tracks=tracks), [mark for mark in request.marks if _lies_in(mark, seen)], own)
    words = _without_unseen(words, layers, view.drawn_at(request.dpi), furniture)
    return _Sheet(layers=layers, view=view, words=words, furniture=furniture, known_gaps=request.known_gaps)


def _without_unseen(words: MapWords, layers: Sequence[Layer], shown: Viewport, furniture: Furniture) -> MapWords:
    """The words without those of signs that are not on the map, neither now nor when the legend has become lower."""
    without = _of_seen(words, _unseen(words, layers, shown, furniture))
    return _of_seen(words, _unseen(words, layers, shown, furniture) & _unseen(without, layers, shown, furniture))


def _unseen(words: MapWords, layers: Sequence[Layer], shown: Viewport, furniture: Furniture) -> frozenset[str]:
    """Signs of tracks and places that are in the legend and nowhere on the map, as these words leave it room."""
    inner = map_view(shown, planned(furniture, shown, layers, words))
    told = [layer for layer in layers if isinstance(layer, TracksLayer | PointsLayer)]
    explained = {entry.kind for layer in told for entry in layer.legend()}
    return frozenset(explained.difference(*(layer.kinds_seen(inner) for layer in told)))


def _of_seen(words: MapWords, unseen: frozenset[str]) -> MapWords:
    return words._replace(kinds={kind: word for kind, word in words.kinds.items() if kind not in unseen})


def _ensure_application() -> None:
    """Make the application that fonts need, off the screen, so that no display can be missing."""
    if QGuiApplication.instance() is None:
        _application.append(QGuiApplication(["ranger-app", "-platform", "offscreen"]))


def _lies_in(mark: Mark, bounds: Bounds) -> bool:
    west, south, east, north = bounds
    return west <= mark.longitude_deg <= east and south <= mark.latitude_deg <= north


def _reaches_into(track: Track, bounds: Bounds) -> bool:
    box = track.bounds()
    if box is None:
        return False
    return box[0] <= bounds[2] and box[2] >= bounds[0] and box[1] <= bounds[3] and box[3] >= bounds[1]


def _layers(request: MapRequest, shown: Sequence[Mark], own: Sequence[Layer]) -> list[Layer]:
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
        for number, mark in enumerate(shown)
    ]
    layers: list[Layer] = [
        *base_map_layers("cyrillic" if _is_cyrillic(request.words) else "latin"),
        *own,
        grid_layer(request.grid),
    ]
    layers += _shading(request, marks)
    if tracks:
        layers.append(TracksLayer("tracks", tracks))
    if marks:
        layers.append(PointsLayer("marks", marks) if request.is_gathered else MarksLayer("marks", marks))
    return _in_order(request, layers)


def _in_order(request: MapRequest, layers: Sequence[Layer]) -> list[Layer]:
    """The layers as they lie on each other, the lowest first, and as strongly as they are shown.

    Signs are one layer, in which none lies on another: it lies where the uppermost of them would.
    """
    order = layer_order(request.order, {own_id(sheet.name): sheet.kind for sheet in request.maps})
    kinds = [one for one in order if one in {mark.kind for mark in request.marks}]

    def listed(layer: Layer) -> str:
        if layer.id == "marks":
            return kinds[0] if kinds else ""
        return "grid" if layer.kind == "graticule" else layer.id

    def depth(layer: Layer) -> int:
        name = listed(layer)
        return order.index(name) if name in order else -1

    return [
        layer.shown(opacity=request.opacities.get(listed(layer), layer.opacity))
        for layer in sorted(layers, key=depth, reverse=True)
    ]


def _shading(request: MapRequest, marks: Sequence[MapPoint]) -> list[Layer]:
    """Effort, and heat above it."""
    from ui.map import CoverageLayer, HeatLayer

    layers: list[Layer] = []
    if (effort := request.effort) is not None:
        empty_in = effort.grid.bounds() if effort.empty_word else None
        layers.append(CoverageLayer(
            "effort", effort.grid, effort.measure, breaks=effort.breaks, words=effort.words, empty_in=empty_in,
            empty_word=effort.empty_word,
        ))  # fmt: skip
    heats = [] if request.heat is None else [request.heat]
    if request.heat_m and marks:
        places = tuple((mark.longitude_deg, mark.latitude_deg) for mark in marks)
        heats.append(HeatShown(places=places, radius_m=request.heat_m, word=request.words.get("heat", "")))
    for heat in heats:
        columns = np.array(heat.places, np.float64).reshape(-1, 2)
        layers.append(HeatLayer("heat", columns[:, 0], columns[:, 1], radius_m=heat.radius_m, word=heat.word))
    return layers


def _own_maps(sheets: Sequence[MapSheet]) -> list[Layer]:
    """The layers of own map files; each names its source, if only by its own name.

    Raises:
        MapNotShownError: One cannot be shown any more.
    """
    if not sheets:
        return []
    from ranger_app.services.map_list import MapEntry
    from ui.map import own_layers

    entries = [
        MapEntry(
            name=sheet.name, kind=sheet.kind, path=sheet.path, is_kept=True,
            attribution=sheet.attribution or sheet.name, bounds=sheet.bounds, zooms=sheet.zooms, visible=True,
            opacity=sheet.opacity, order=order, style=sheet.style,
        )
        for order, sheet in enumerate(sheets)
    ]  # fmt: skip
    layers, failed = own_layers(entries)
    if failed:
        raise MapNotShownError(failed)
    return layers


def _is_cyrillic(words: Mapping[str, str]) -> bool:
    return any("Ѐ" <= letter <= "ӿ" for word in words.values() for letter in word)


def _aim(request: MapRequest, layers: list[Layer], room: Viewport) -> tuple[float, float, float]:
    """Longitude and latitude of the middle, and the zoom in drawing units: everything is seen, the scale is round."""
    bounds = request.bounds or _bounds(layers)
    if bounds is None:
        raise ValueError("a map without bounds needs a track or a mark to show")
    west, south, east, north = bounds
    left, top = to_world(float(west), float(north))
    right, bottom = to_world(float(east), float(south))
    lon, lat = from_world((left + right) / 2, (top + bottom) / 2)
    margin = 0.0 if request.bounds else min(room.width_px, room.height_px) * _FIT_MARGIN_SHARE
    zoom = _CLOSEST_ASKED_ZOOM if request.bounds else _CLOSEST_ZOOM
    for span, size in ((right - left, room.width_px), (bottom - top, room.height_px)):
        if span > 0:
            zoom = min(zoom, math.log2(max(size - 2 * margin, 1.0) / (span * TILE_PX)))
    lat = min(max(lat, -LAST_LATITUDE), LAST_LATITUDE)
    times = EQUATOR_M * math.cos(math.radians(lat)) / (TILE_PX * 2.0**zoom) * _UNITS_PER_METRE
    return lon, lat, zoom - math.log2(_round_up(times) / times)


def _round_up(times: float) -> float:
    """The next number of two figures, so that what is printed as the scale is the scale."""
    step = 10.0 ** (math.floor(math.log10(times)) - 1)
    return math.ceil(times / step - 1e-9) * step


def _bounds(layers: list[Layer]) -> Bounds | None:
    boxes = [box for layer in layers if layer.id in ("tracks", "marks") and (box := layer.bounds()) is not None]
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


def _timeless(written: bytes, title: str, language: str) -> bytes:
    """A PDF of Qt without the moment and the random name that Qt writes into it."""
    import io

    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(written)) as pdf:
        if "/Metadata" in pdf.Root:
            del pdf.Root.Metadata
        if "/ID" in pdf.trailer:
            del pdf.trailer["/ID"]
        for name in list(pdf.docinfo.keys()):
            del pdf.docinfo[name]
        pdf.docinfo["/Producer"] = "Ranger App"
        if plain(title):
            pdf.docinfo["/Title"] = plain(title)
        if language:
            pdf.Root.Lang = pikepdf.String(language)
        contents = pdf.pages[0].Contents
        contents.write(_without_lone_ends(contents.read_bytes()))
        pdf.save(out, deterministic_id=True, compress_streams=True)
    return out.getvalue()


_OF_PATHS = [[operator] for operator in (b"m", b"l", b"c", b"v", b"y", b"h", b"re")]


def _without_lone_ends(content: bytes) -> bytes:
    """Drawing without ends of paths that have no beginning: Qt writes one for a line that lies outside of the page."""
    lines = content.split(b"\n")
    kept = [
        line
        for before, line in pairwise([b"", *lines])
        if line.split()[:1] != [b"h"] or before.split()[-1:] in _OF_PATHS
    ]
    return b"\n".join(kept)
