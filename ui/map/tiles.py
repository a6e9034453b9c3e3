"""The layer of tiles, what a source of tiles has to be able to do, and how a tile found somewhere is opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Protocol

from PySide6.QtCore import QBuffer, QIODevice, QLoggingCategory, QSize
from PySide6.QtGui import QImage, QImageReader

from ui.map.layer import Canvas
from ui.map.png_check import is_whole_png
from ui.map.tiled import Square, TileDamagedError, TiledLayer
from ui.map.viewport import Bounds

_MOST_BYTES = 4 * 1024 * 1024
_MOST_SIDE_PX = 1024
_MOST_SCANS = 64
"""A JPEG tells its picture in a dozen scans; one of thousands takes minutes to open."""

_FORMATS = ((b"\x89PNG\r\n\x1a\n", b"png"), (b"\xff\xd8\xff", b"jpeg"), (b"RIFF", b"webp"))
"""How a file begins, and the only reader that is let at it then."""

_START_OF_SCAN = b"\xff\xda"


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


class TilesLayer(TiledLayer):
    """Tiles of one source."""

    def __init__(
        self,
        layer_id: str,
        source: TileSource,
        *,
        visible: bool = True,
        opacity: float = 1.0,
        on_end: Callable[[], object] | None = None,
    ) -> None:
        """Make the layer.

        Args:
            on_end: Called when neither the layer nor a copy of it is used any more: closes the source.
        """
        super().__init__(
            layer_id,
            bounds=source.bounds,
            zooms=source.zooms,
            visible=visible,
            opacity=opacity,
            attribution=(source.attribution,) if source.attribution else (),
            on_end=on_end,
        )
        self._source = source

    def _picture(self, square: Square, halvings: int, canvas: Canvas) -> QImage | None:
        tile = self._source.tile(*square)
        return decoded(tile, halvings) if tile is not None else None


def decoded(tile: bytes, halvings: int = 0) -> QImage:
    """A tile as a picture, each side halved so many times.

    Raises:
        TileDamagedError: It is no PNG, JPEG or WebP, it is damaged, or it is larger than any tile; nothing of the
            size that it claims is taken from memory then.
    """
    form = next((name for start, name in _FORMATS if tile.startswith(start)), None)
    if form is None or len(tile) > _MOST_BYTES:
        raise TileDamagedError
    if form == b"jpeg" and tile.count(_START_OF_SCAN) > _MOST_SCANS:
        raise TileDamagedError
    if form == b"png" and not is_whole_png(tile, _MOST_SIDE_PX):
        raise TileDamagedError
    _stop_grumbling()
    buffer = QBuffer()
    buffer.setData(tile)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, form)
    reader.setAutoDetectImageFormat(False)
    size = reader.size()
    if not 0 < size.width() <= _MOST_SIDE_PX or not 0 < size.height() <= _MOST_SIDE_PX:
        raise TileDamagedError
    if halvings:
        reader.setScaledSize(QSize(max(size.width() >> halvings, 1), max(size.height() >> halvings, 1)))
    image = reader.read()
    if image.isNull() or image.width() > _MOST_SIDE_PX or image.height() > _MOST_SIDE_PX:
        raise TileDamagedError
    has_alpha = image.hasAlphaChannel()
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied if has_alpha else QImage.Format.Format_RGB32)


@cache
def _stop_grumbling() -> None:
    """Let Qt's readers of pictures write no line for every damaged tile: what is damaged is counted and told."""
    QLoggingCategory.setFilterRules("qt.gui.imageio.*.warning=false")
