"""Layers cut into squares: which squares a picture needs, what stands for a missing one, and which are kept."""

from __future__ import annotations

import errno
import itertools
import math
import threading
import weakref
from abc import abstractmethod
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from ui.map.helper import Helped
from ui.map.layer import Canvas, Layer, Stale
from ui.map.viewport import TILE_PX, Bounds, Viewport, to_world

MOST_KEPT_BYTES = 150 * TILE_PX * TILE_PX * 4
"""What all decoded tiles of the program may take together: about 150 of the usual ones."""

_LEAST_COST_BYTES = 512
"""What a remembered gap or a very small tile is counted as."""

_MOST_TILES = 600
_MOST_FAR_TILES = 2_000
"""From far away tiles are read reduced, so that more of them can be read in bearable time."""

_MOST_MADE_AHEAD = 100
"""Of the usual size, so that none of them goes from what is kept before it is drawn."""

_MOST_STEPS_UP = 6
"""How many zooms up a missing tile looks for one that covers it."""

_MOST_STEPS_DOWN = 2
_MOST_HALVINGS = 6
_FRAME_PX = 1.4
_HATCH_ALPHA = 70


class TileDamagedError(ValueError):
    """The bytes of a tile are no picture, or one that nobody should open."""


class Square(NamedTuple):
    """One tile: zoom, column from 180 degrees west, row from the north."""

    z: int
    x: int
    y: int

    def above(self, steps: int) -> Square:
        """The tile that covers this one so many zooms up."""
        return Square(self.z - steps, self.x >> steps, self.y >> steps)

    def below(self) -> tuple[Square, Square, Square, Square]:
        """The four tiles of the next zoom, row by row."""
        z, x, y = self.z + 1, 2 * self.x, 2 * self.y
        return Square(z, x, y), Square(z, x + 1, y), Square(z, x, y + 1), Square(z, x + 1, y + 1)


class _KeptTiles:
    """Decoded tiles of all layers, those used last; any thread may ask."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._tiles: OrderedDict[tuple[int, Square, int], QImage | None] = OrderedDict()
        self._gone: deque[int] = deque()
        self._lock = threading.Lock()

    @property
    def bytes(self) -> int:
        """What they take."""
        return self._bytes

    def find(self, key: tuple[int, Square, int]) -> tuple[bool, QImage | None]:
        """Whether the tile is known, and its picture."""
        with self._lock:
            if key not in self._tiles:
                return False, None
            self._tiles.move_to_end(key)
            return True, self._tiles[key]

    def keep(self, key: tuple[int, Square, int], image: QImage | None) -> None:
        """Keep a tile, or that there is none; what was not used for longest goes for it."""
        with self._lock:
            self._sweep()
            self._bytes += _cost(image) - (_cost(self._tiles.pop(key)) if key in self._tiles else 0)
            self._tiles[key] = image
            while self._bytes > self._most_bytes:
                self._bytes -= _cost(self._tiles.popitem(last=False)[1])

    def forget(self, owner: int) -> None:
        """Drop the tiles of a layer that is gone: now, or later where this came in the middle of something else.

        Garbage is collected at any moment, even while this thread holds the lock.
        """
        self._gone.append(owner)
        if self._lock.acquire(blocking=False):
            try:
                self._sweep()
            finally:
                self._lock.release()

    def _sweep(self) -> None:
        while self._gone:
            owner = self._gone.popleft()
            for key in [key for key in self._tiles if key[0] == owner]:
                self._bytes -= _cost(self._tiles.pop(key))


def _cost(image: QImage | None) -> int:
    return _LEAST_COST_BYTES if image is None else max(image.sizeInBytes(), _LEAST_COST_BYTES)


KEPT = _KeptTiles(MOST_KEPT_BYTES)
_owners = itertools.count()


class _Shared:
    """What all copies of one layer have together; ends with the last of them."""

    def __init__(self, on_end: Callable[[], object] | None) -> None:
        self.owner = next(_owners)
        self.damaged: set[Square] = set()
        weakref.finalize(self, KEPT.forget, self.owner)
        if on_end is not None:
            weakref.finalize(self, on_end)


@dataclass(slots=True)
class _Painting:
    """One picture in the making.

    Attributes:
        covered: Where the layer says that it has something.
        halvings: How often the tiles are halved before they are drawn, because they come out that small.
        can_read: Turned off by the first failure, so that a stick that was pulled is asked once a picture.
    """

    canvas: Canvas
    covered: _Squares
    halvings: int
    can_read: bool = True
    damaged: set[Square] = field(default_factory=set)


class TiledLayer(Layer):
    """A layer of squares; a missing one shows the part of a coarser one that covers it, or the finer ones below it.

    Attributes:
        opacity: As for every layer; squares never lie on each other.
    """

    kind = "tiles"

    def __init__(
        self,
        layer_id: str,
        *,
        bounds: Bounds,
        zooms: tuple[int, int],
        visible: bool = True,
        opacity: float = 1.0,
        attribution: tuple[str, ...] = (),
        on_end: Callable[[], object] | None = None,
    ) -> None:
        """Make the layer.

        Args:
            bounds: What the squares cover.
            zooms: The lowest and the highest zoom that has squares.
            on_end: Called when neither the layer nor a copy of it is used any more, in whatever thread that happens.
        """
        super().__init__(layer_id, visible=visible, opacity=opacity, attribution=attribution, is_base=True)
        self._bounds = bounds
        self._zooms = zooms
        self._shared = _Shared(on_end)

    @property
    def damaged_tiles(self) -> int:
        """How many different tiles turned out to be no pictures so far."""
        return len(self._shared.damaged)

    @abstractmethod
    def _picture(self, square: Square, halvings: int, canvas: Canvas) -> QImage | None:
        """Make the picture of one square, each side halved so many times; ``None`` where there is none.

        Raises:
            OSError: The source cannot be read any more; with ``EFBIG`` it is this square alone.
            TileDamagedError: There is something, but no picture.
        """

    def paint(self, canvas: Canvas) -> None:
        viewport = canvas.viewport
        canvas.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        least, most = self._zooms
        zoom = min(max(round(viewport.zoom + math.log2(viewport.dpr)), least), most)
        side_px = viewport.world_px / 2**zoom * viewport.dpr
        halvings = min(max(math.floor(math.log2(TILE_PX / side_px)), 0), _MOST_HALVINGS)
        covered = _squares(viewport, zoom, self._bounds)
        squares = _squares(viewport, zoom, None)
        if len(squares) > _MOST_TILES:
            squares = covered
        if len(squares) > _MOST_FAR_TILES:
            self._draw_extent(canvas)
            canvas.remarks.append((self.id, "map-too-detailed"))
            return
        painting = _Painting(canvas, covered, halvings)
        snap = _Snap(canvas.painter)
        with Helped(self._missing(painting, squares), lambda square: self._make(painting, square)) as help_:
            for square in squares:
                canvas.check()
                help_.reached(square)
                self._draw(painting, square, snap.box(_box(viewport, square)))
        if painting.damaged:
            canvas.source_errors.append((self.id, "tile-damaged"))

    def _missing(self, painting: _Painting, squares: _Squares) -> list[Square]:
        """Squares that have to be made; none where there are more than can be kept."""
        if len(squares) > _MOST_MADE_AHEAD:
            return []
        owner, halvings = self._shared.owner, painting.halvings
        return [one for one in squares if one in painting.covered and not KEPT.find((owner, one, halvings))[0]]

    def _make(self, painting: _Painting, square: Square) -> None:
        """Make a square that will be drawn soon; what cannot be made is told when it is its turn to be drawn."""
        if not painting.can_read:
            raise Stale
        try:
            image = self._picture(square, painting.halvings, painting.canvas)
        except TileDamagedError:
            return
        except OSError as error:
            if error.errno == errno.EFBIG:
                return
            raise Stale from error
        KEPT.keep((self._shared.owner, square, painting.halvings), image)

    def _draw(self, painting: _Painting, square: Square, box: QRectF) -> None:
        image = self._found(painting, square)
        if image is not None:
            painting.canvas.painter.drawImage(box, image, QRectF(image.rect()))
            return
        painting.canvas.missing_tiles += square in painting.covered
        for up in range(1, min(_MOST_STEPS_UP, square.z - self._zooms[0]) + 1):
            image = self._found(painting, square.above(up))
            if image is not None:
                share = 2**up
                width, height = image.width() / share, image.height() / share
                part = QRectF((square.x % share) * width, (square.y % share) * height, width, height)
                painting.canvas.painter.drawImage(box, image, part)
                return
        if square in painting.covered:
            self._draw_finer(painting, square, box, _MOST_STEPS_DOWN)

    def _draw_finer(self, painting: _Painting, square: Square, box: QRectF, steps: int) -> None:
        if steps == 0 or square.z >= self._zooms[1]:
            return
        middle = _Snap(painting.canvas.painter).box(QRectF(box.topLeft(), box.center())).bottomRight()
        for number, finer in enumerate(square.below()):
            left, right = (middle.x(), box.right()) if number % 2 else (box.left(), middle.x())
            top, bottom = (middle.y(), box.bottom()) if number >= 2 else (box.top(), middle.y())
            part = QRectF(left, top, right - left, bottom - top)
            image = self._found(painting, finer)
            if image is not None:
                painting.canvas.painter.drawImage(part, image, QRectF(image.rect()))
            else:
                self._draw_finer(painting, finer, part, steps - 1)

    def _found(self, painting: _Painting, square: Square) -> QImage | None:
        key = (self._shared.owner, square, painting.halvings)
        is_known, image = KEPT.find(key)
        if square in self._shared.damaged:
            painting.damaged.add(square)
        if is_known or not painting.can_read:
            return image
        try:
            image = self._picture(square, painting.halvings, painting.canvas)
        except OSError as error:
            if error.errno == errno.EFBIG:  # this tile alone is larger than any
                self._damaged(painting, key)
                return None
            painting.can_read = False
            painting.canvas.source_errors.append((self.id, "tile-source-unreadable"))
            return None
        except TileDamagedError:
            self._damaged(painting, key)
            return None
        KEPT.keep(key, image)
        return image

    def _damaged(self, painting: _Painting, key: tuple[int, Square, int]) -> None:
        painting.damaged.add(key[1])
        self._shared.damaged.add(key[1])
        KEPT.keep(key, None)

    def _draw_extent(self, canvas: Canvas) -> None:
        """Show where the map lies when it is looked at from much too far away for its tiles."""
        west, south, east, north = self._bounds
        left, top = canvas.viewport.project(west, north)
        right, bottom = canvas.viewport.project(east, south)
        hatch = QColor(canvas.colours.place_quiet)
        hatch.setAlpha(_HATCH_ALPHA)
        seen = QRectF(0, 0, canvas.viewport.width_px, canvas.viewport.height_px).adjusted(-9, -9, 9, 9)
        box = QRectF(left, top, right - left, bottom - top).intersected(seen)
        canvas.painter.fillRect(box, hatch)
        canvas.painter.setPen(QPen(QColor(canvas.colours.place_quiet), _FRAME_PX, Qt.PenStyle.DashLine))
        canvas.painter.drawRect(box)

    def bounds(self, feature_id: str | None = None) -> Bounds | None:
        return self._bounds if feature_id is None else None


class _Squares:
    """The squares of one zoom in a box, row by row, without a list of them."""

    def __init__(self, z: int, columns: range, rows: range) -> None:
        self._z, self._columns, self._rows = z, columns, rows

    def __len__(self) -> int:
        return len(self._columns) * len(self._rows)

    def __contains__(self, square: Square) -> bool:
        return square.x in self._columns and square.y in self._rows

    def __iter__(self) -> Iterator[Square]:
        return (Square(self._z, x, y) for y in self._rows for x in self._columns)


def _squares(viewport: Viewport, z: int, bounds: Bounds | None) -> _Squares:
    """The squares of a zoom that are seen; only those in *bounds* when given.

    Bounds are not asked where it can be helped: what files say of themselves is often too small.
    """
    count = 2**z
    left, top, right, bottom = viewport.world_box
    if bounds is not None:
        west, north = to_world(float(bounds[0]), float(bounds[3]))
        east, south = to_world(float(bounds[2]), float(bounds[1]))
        left, top, right, bottom = max(left, west), max(top, north), min(right, east), min(bottom, south)
    columns = range(max(math.floor(left * count), 0), min(math.ceil(right * count), count))
    rows = range(max(math.floor(top * count), 0), min(math.ceil(bottom * count), count))
    return _Squares(z, columns, rows)


def _box(viewport: Viewport, square: Square) -> QRectF:
    count = 2**square.z
    left, top = viewport.origin
    x, y = (square.x / count - left) * viewport.world_px, (square.y / count - top) * viewport.world_px
    side = viewport.world_px / count
    return QRectF(x, y, side, side)


class _Snap:
    """Puts edges on whole pixels of the device, or seams show between squares."""

    def __init__(self, painter: QPainter) -> None:
        matrix = painter.deviceTransform()
        self._across = (matrix.m11(), matrix.dx())
        self._down = (matrix.m22(), matrix.dy())

    def box(self, box: QRectF) -> QRectF:
        left, right = (_snapped(x, *self._across) for x in (box.left(), box.right()))
        top, bottom = (_snapped(y, *self._down) for y in (box.top(), box.bottom()))
        return QRectF(left, top, right - left, bottom - top)


def _snapped(value: float, scale: float, offset: float) -> float:
    return (math.floor(value * scale + offset + 0.5) - offset) / scale
