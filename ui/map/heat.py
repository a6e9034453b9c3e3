"""The layer of heat: where incidents or observations gather, within a radius that is metres on the ground."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPaintEngine, QPainter

from ui.map.effort import is_dark
from ui.map.layer import Canvas, Layer, LegendEntry
from ui.map.viewport import EQUATOR_M, Bounds, Viewport, from_world, to_world
from ui.theme import MapColours

Floats = NDArray[np.float64]
Heat = NDArray[np.float32]

RAMP = (
    (0.0, "#F7D54A", 0),
    (0.15, "#F7C53C", 110),
    (0.45, "#EE7B30", 175),
    (0.75, "#B93A46", 205),
    (1.0, "#5B1B52", 225),
)
"""Share of the greatest heat, colour and how much it covers; the hotter, the darker, so that grey print shows it."""

_CELLS_A_RADIUS = 8
_LEAST_CELL_PX = 3.0
_GROWN_SHARE = 0.5
"""How much more than a picture is counted on each side, so that the next picture beside it need not be."""

_KEPT_ZOOMS = 6
_COLOURS = 256
_SAMPLE_PX = 48.0


class HeatLayer(Layer):
    """Heat of places: at each point the number of places within a radius, the nearer the more they count.

    A place at a distance d of the radius R counts (1 - (d / R)²)², which is Epanechnikov's square kernel.

    Args:
        word: What the legend says of it.
    """

    kind = "heat"

    def __init__(
        self,
        layer_id: str,
        longitude_deg: Floats,
        latitude_deg: Floats,
        *,
        radius_m: float,
        word: str = "",
        visible: bool = True,
        opacity: float = 1.0,
    ) -> None:
        super().__init__(layer_id, visible=visible, opacity=opacity)
        if not radius_m > 0:
            raise ValueError(f"radius_m {radius_m} is not above 0")
        self.radius_m = radius_m
        self._x, self._y = to_world(np.asarray(longitude_deg, np.float64), np.asarray(latitude_deg, np.float64))
        self._word = word
        self._fields: dict[float, _Field] = {}
        self._peaks: list[float] = []

    def paint(self, canvas: Canvas) -> None:
        if not len(self._x):
            return
        field = self._field(canvas)
        viewport = canvas.viewport
        left, top = viewport.origin
        box = QRectF(
            (field.left * field.cell - left) * viewport.world_px,
            (field.top * field.cell - top) * viewport.world_px,
            field.heat.shape[1] * field.cell * viewport.world_px,
            field.heat.shape[0] * field.cell * viewport.world_px,
        )
        canvas.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        image = _image(field.heat, self.peak(), is_dark(canvas.colours))
        if canvas.painter.paintEngine().type() == QPaintEngine.Type.Pdf:
            # readers of pages draw large pixels where Qt draws smooth ones
            image = image.scaled(
                max(round(box.width()), 1), max(round(box.height()), 1), mode=Qt.TransformationMode.SmoothTransformation
            )
        canvas.painter.drawImage(box, image)

    def peak(self) -> float:
        """The greatest heat at any of the places, whatever is looked at."""
        if not self._peaks:
            self._peaks.append(self._greatest())
        return self._peaks[0]

    def heat_at(self, longitude_deg: float, latitude_deg: float) -> float:
        """The heat at one point, from the places themselves."""
        x, y = to_world(longitude_deg, latitude_deg)
        apart = np.hypot(self._x - x, self._y - y) * EQUATOR_M * math.cos(math.radians(latitude_deg)) / self.radius_m
        return float((np.clip(1.0 - apart * apart, 0.0, None) ** 2).sum())

    def _greatest(self) -> float:
        """Found on those cells of a grid that hold places, so it does not matter how far apart they lie."""
        cell = self._cell()
        wide = 2**31
        occupied, counts = np.unique(
            np.floor(self._y / cell).astype(np.int64) * wide + np.floor(self._x / cell).astype(np.int64),
            return_counts=True,
        )
        metres = cell * EQUATOR_M * _shrinks((occupied // wide + 0.5) * cell)
        heat = np.zeros(len(occupied))
        reach = math.ceil(self.radius_m / max(float(metres.min()), 1e-6))
        reach = min(reach, 3 * _CELLS_A_RADIUS)
        for down in range(-reach, reach + 1):
            for right in range(-reach, reach + 1):
                share = (down * down + right * right) * (metres / self.radius_m) ** 2
                if float(share.min(initial=1.0)) >= 1.0:
                    continue
                beside = occupied + down * wide + right
                at = np.minimum(np.searchsorted(occupied, beside), len(occupied) - 1)
                heat += np.where(occupied[at] == beside, counts[at], 0) * np.clip(1.0 - share, 0.0, None) ** 2
        return float(heat.max(initial=1.0))

    def _cell(self) -> float:
        """World units of a cell of which enough lie within the radius, where the places are."""
        return self.radius_m / _CELLS_A_RADIUS / (EQUATOR_M * _shrink(float(np.median(self._y))))

    def _field(self, canvas: Canvas) -> _Field:
        """Heat around what the picture shows, counted before for this zoom or now."""
        viewport = canvas.viewport
        known = self._fields.get(viewport.zoom)
        if known is not None and known.holds(viewport):
            return known
        found = self._counted(canvas)
        if len(self._fields) >= _KEPT_ZOOMS:
            self._fields.clear()
        self._fields[viewport.zoom] = found
        return found

    def _counted(self, canvas: Canvas) -> _Field:
        viewport = canvas.viewport
        left, top, right, bottom = viewport.world_box
        across, up = (right - left) * _GROWN_SHARE, (bottom - top) * _GROWN_SHARE
        cell = max(self._cell(), _LEAST_CELL_PX / viewport.world_px)
        columns = math.floor((left - across) / cell), math.ceil((right + across) / cell)
        rows = math.floor(max(top - up, 0.0) / cell), math.ceil(min(bottom + up, 1.0) / cell)
        height, width = max(rows[1] - rows[0], 1), max(columns[1] - columns[0], 1)
        metres = cell * EQUATOR_M * _shrinks((np.arange(rows[0], rows[0] + height) + 0.5) * cell)
        reach = max(math.ceil(self.radius_m / max(float(metres.min()), 1e-6)), 1)
        counts = self._counts(cell, columns[0] - reach, rows[0] - reach, width + 2 * reach, height + 2 * reach)
        heat = np.zeros((height, width), np.float32)
        for down in range(-reach, reach + 1):
            canvas.check()
            lot = counts[reach + down : reach + down + height]
            if not lot.any():
                continue
            for side in range(reach + 1):
                share = (down * down + side * side) * (metres / self.radius_m) ** 2
                weight = (np.clip(1.0 - share, 0.0, None) ** 2).astype(np.float32)
                if not weight.any():
                    break
                both = lot[:, reach + side : reach + side + width]
                if side:
                    both = both + lot[:, reach - side : reach - side + width]
                heat += weight[:, None] * both
        return _Field(cell, columns[0], rows[0], heat)

    def _counts(self, cell: float, left: int, top: int, width: int, height: int) -> Heat:
        """How many places lie in each cell of a block.

        Each is shared out to the four cells whose middles are around it, so that heat lies around its places and not
        around the middles of cells.
        """
        across, down = self._x / cell - (left + 0.5), self._y / cell - (top + 0.5)
        inside = (across >= 0) & (across < width - 1) & (down >= 0) & (down < height - 1)
        across, down = across[inside], down[inside]
        column, row = np.floor(across).astype(np.int64), np.floor(down).astype(np.int64)
        right, below = across - column, down - row
        first = row * width + column
        counts = np.zeros(width * height)
        for step, share in (
            (0, (1 - right) * (1 - below)), (1, right * (1 - below)), (width, (1 - right) * below),
            (width + 1, right * below),
        ):  # fmt: skip
            counts += np.bincount(first + step, weights=share, minlength=width * height)
        return counts.reshape(height, width).astype(np.float32)

    def bounds(self, feature_id: str | None = None) -> Bounds | None:
        if feature_id is not None or not len(self._x):
            return None
        west, north = from_world(float(self._x.min()), float(self._y.min()))
        east, south = from_world(float(self._x.max()), float(self._y.max()))
        return west, south, east, north

    def legend(self) -> tuple[LegendEntry, ...]:
        if not len(self._x) or not self._word:
            return ()
        return (LegendEntry("heat", _draw_sample, _SAMPLE_PX, self._word, is_directed=True),)


class _Field:
    """Heat on a block of cells.

    Attributes:
        cell: Side of a cell in world units.
        left, top: Column and row of the first cell, from the world's corner.
    """

    def __init__(self, cell: float, left: int, top: int, heat: Heat) -> None:
        self.cell, self.left, self.top, self.heat = cell, left, top, heat

    def holds(self, viewport: Viewport) -> bool:
        """Whether it reaches around all that a picture shows."""
        left, top, right, bottom = viewport.world_box
        rows, columns = self.heat.shape
        return (
            self.left * self.cell <= left
            and (self.left + columns) * self.cell >= right
            and self.top * self.cell <= max(top, 0.0)
            and (self.top + rows) * self.cell >= min(bottom, 1.0)
        )


def _shrink(y: float) -> float:
    """How much shorter than at the equator a length on the ground is for its length on the map."""
    return 1.0 / math.cosh((0.5 - y) * 2 * math.pi)


def _shrinks(y: NDArray[np.floating]) -> Floats:
    shrunk: Floats = 1.0 / np.cosh((0.5 - y) * 2 * np.pi)
    return shrunk


def _image(heat: Heat, peak: float, on_dark: bool) -> QImage:
    """A pixel a cell; rows begin at whole words."""
    height, width = heat.shape
    levels = np.zeros((height, -(-width // 4) * 4), np.uint8)
    share = np.sqrt(np.clip(heat / np.float32(peak), 0.0, 1.0))  # a single place is to be seen beside a hundred
    levels[:, :width] = np.ceil(share * (_COLOURS - 1))
    image = QImage(levels.data, width, height, levels.shape[1], QImage.Format.Format_Indexed8)
    image.setColorTable(_palette(on_dark))
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _ramp(on_dark: bool) -> tuple[tuple[float, str, int], ...]:
    """The colours, turned round on a dark map: the hotter, the lighter."""
    if not on_dark:
        return RAMP
    return tuple((stop, other, covers) for (stop, _, covers), (_, other, _) in zip(RAMP, RAMP[::-1], strict=True))


@cache
def _palette(on_dark: bool) -> tuple[int, ...]:
    """Colours from none to the greatest heat."""
    ramp = _ramp(on_dark)
    share = np.linspace(0.0, 1.0, _COLOURS)
    stops = [stop for stop, _, _ in ramp]
    alpha = np.interp(share, stops, [covers for _, _, covers in ramp])
    channels = [
        np.interp(share, stops, [int(colour[start : start + 2], 16) for _, colour, _ in ramp]) for start in (1, 3, 5)
    ]
    red, green, blue, cover = (np.round(one).astype(np.int64) for one in (*channels, alpha))
    return tuple((cover << 24 | red << 16 | green << 8 | blue).tolist())


def _draw_sample(painter: QPainter, box: QRectF, colours: MapColours) -> None:
    inner = box.adjusted(0, 3, 0, -3)
    gradient = QLinearGradient(inner.topLeft(), inner.topRight())
    for stop, colour, covers in _ramp(is_dark(colours)):
        shade = QColor(colour)
        shade.setAlpha(covers)
        gradient.setColorAt(stop, shade)
    painter.fillRect(inner, gradient)
