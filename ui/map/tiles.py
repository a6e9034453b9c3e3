"""The layer of tiles, and what a source of tiles has to be able to do."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from typing import Protocol

from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QImage, QImageReader, QPainter

from ui.map.layer import Canvas, Layer
from ui.map.viewport import Bounds

_MOST_BYTES = 2 * 1024 * 1024
_MOST_SIDE_PX = 1024
_KEPT_TILES = 150
_MOST_TILES = 600
_MOST_STEPS_UP = 6
"""How many zooms up a missing tile looks for one that covers it."""


class TileSource(Protocol):
    """Pictures of the world cut into squares; asked from several threads."""

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north of what the source covers."""

    @property
    def zooms(self) -> tuple[int, int]:
        """The lowest and the highest zoom."""

    @property
    def attribution(self) -> str:
        """What has to be written on the map."""

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """One tile as a PNG, JPEG or WebP file, y counted from the north; ``None`` where the source has none.

        Raises:
            OSError: The source cannot be read.
        """


class TilesLayer(Layer):
    """Tiles of one source; a missing tile shows the part of a coarser one that covers it."""

    kind = "tiles"

    def __init__(self, layer_id: str, source: TileSource, *, visible: bool = True, opacity: float = 1.0) -> None:
        names = (source.attribution,) if source.attribution else ()
        super().__init__(layer_id, visible=visible, opacity=opacity, attribution=names, is_base=True)
        self._source = source
        self._kept: OrderedDict[tuple[int, int, int], QImage | None] = OrderedDict()
        self._lock = threading.Lock()

    def paint(self, canvas: Canvas) -> None:
        viewport = canvas.viewport
        canvas.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        least, most = self._source.zooms
        zoom = min(max(round(viewport.zoom + math.log2(viewport.dpr)), least), most)
        count = 2**zoom
        side_px = viewport.world_px / count
        origin_x, origin_y = viewport.origin
        left, top, right, bottom = (edge * count for edge in viewport.world_box)
        if (right - left) * (bottom - top) > _MOST_TILES:
            return  # looked at from much too far away for this source
        for y in range(max(math.floor(top), 0), min(math.ceil(bottom), count)):
            for x in range(max(math.floor(left), 0), min(math.ceil(right), count)):
                canvas.check()
                x0, y0 = (x / count - origin_x) * viewport.world_px, (y / count - origin_y) * viewport.world_px
                # edges on whole pixels, or seams show between tiles
                first, last = (round(x0), round(y0)), (round(x0 + side_px), round(y0 + side_px))
                self._draw(canvas, zoom, x, y, QRectF(*first, last[0] - first[0], last[1] - first[1]))

    def _draw(self, canvas: Canvas, zoom: int, x: int, y: int, box: QRectF) -> None:
        for up in range(min(_MOST_STEPS_UP, zoom - self._source.zooms[0]) + 1):
            try:
                image = self._tile(zoom - up, x >> up, y >> up)
            except OSError:
                canvas.source_errors.append((self.id, "tile-source-unreadable"))
                return
            if image is not None:
                share = 2**up
                width, height = image.width() / share, image.height() / share
                part = QRectF((x % share) * width, (y % share) * height, width, height)
                canvas.painter.drawImage(box, image, part)
                break
            canvas.missing_tiles += up == 0

    def _tile(self, z: int, x: int, y: int) -> QImage | None:
        key = (z, x, y)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        image = decoded(self._source.tile(z, x, y))
        with self._lock:
            self._kept[key] = image
            while len(self._kept) > _KEPT_TILES:
                self._kept.popitem(last=False)
        return image

    def bounds(self, feature_id: str | None = None) -> Bounds | None:
        return self._source.bounds if feature_id is None else None


def decoded(tile: bytes | None) -> QImage | None:
    """A tile as a picture; ``None`` when there is none, it is too large, or it is no picture."""
    if not tile or len(tile) > _MOST_BYTES:
        return None
    buffer = QBuffer()
    buffer.setData(tile)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if not 0 < size.width() <= _MOST_SIDE_PX or not 0 < size.height() <= _MOST_SIDE_PX:
        return None
    image = reader.read()
    return None if image.isNull() else image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
