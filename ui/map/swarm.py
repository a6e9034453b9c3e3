"""Very many lines as pixels: NumPy fills them in, while the window's thread goes on.

Qt strokes a line of a few thousand points well, but takes the interpreter with it for as long as that lasts, and with a
million points it lasts long. Here the points become cells of a grid, the cells become wider, and the grid a picture:
what that costs hardly depends on how many lines there are or how wide, and NumPy lets other threads run meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPolygonF

from ui.map.layer import Canvas
from ui.map.strokes import Floats, Integers, Lines, grown_box, polygon_from_pixels
from ui.map.viewport import Viewport

_AT_ONCE = 1 << 16
"""Points that are turned into cells in one go: what a processor's cache holds."""

_MOST_CELLS_AT_ONCE = 1 << 16
_ROWS_AT_ONCE = 64

_FINE_UNTIL = 2.0
"""Pictures with fewer device pixels to a unit get four cells for each, so that lines have soft edges."""

_NEIGHBOURS = 1.0 + 1e-6
"""Points no farther apart than this are in the same cell or in neighbouring ones."""

_MOST_STEPS = 8
"""Between points no farther apart than this, cells are filled without looking whether they are in the picture."""

_SUM_CODES = 5
"""How many of the four cells of a pixel are filled: none to all."""

_FULL_CODE = 7.0

HAIR_PX = 1.0
"""Lines no wider than this are drawn a cell wide, with soft edges."""

Cells = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brush:
    """How the lines look.

    Attributes:
        colour: Of the lines.
        width: Of the lines, in drawing units.
        halo: How much wider their halo is; 0 for none.
        halo_colour: Of the halo.
    """

    colour: str
    width: float
    halo: float = 0.0
    halo_colour: str = "#FFFFFF"


def draw_swarm(canvas: Canvas, lines: Lines, brush: Brush, chosen: Integers | None = None) -> None:
    """Draw lines over the picture.

    Args:
        lines: At their full detail.
        chosen: Which lines to draw, ascending; all when ``None``.
    """
    codes, palette = _codes(canvas, lines, brush, chosen)
    canvas.check()
    height, width = codes.shape
    pixels = np.empty((height, width), np.uint32)
    for row in range(0, height, _ROWS_AT_ONCE):
        # NumPy lets no other thread run while it looks up
        some = slice(row, row + _ROWS_AT_ONCE)
        np.take(palette, codes[some], out=pixels[some], mode="clip")
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(canvas.viewport.dpr)
    canvas.painter.drawImage(QPointF(), image)


def _codes(canvas: Canvas, lines: Lines, brush: Brush, chosen: Integers | None) -> tuple[Cells, NDArray[np.uint32]]:
    """What each device pixel shows, and the colours that these numbers stand for."""
    viewport, check = canvas.viewport, canvas.check
    is_hair = brush.width <= HAIR_PX and not brush.halo
    fine = 2 if viewport.dpr < _FINE_UNTIL and not is_hair else 1
    width, height = (round(size * viewport.dpr) for size in (viewport.width_px, viewport.height_px))
    # a border takes what lies outside
    ground = np.zeros((height * fine + 2, width * fine + 2), np.uint8)
    scale = viewport.dpr * fine
    for x, y, joins in _pieces(lines, viewport, chosen, scale):
        check()
        _fill(ground, x, y, joins)
    cells = np.ascontiguousarray(ground[1:-1, 1:-1])
    del ground
    if is_hair:
        _widen(cells, max(round(viewport.dpr - 1.0), 0), check)
        return _softened(cells), _shades(brush)
    _widen(cells, _steps(brush.width * scale), check)
    codes = _sums(cells, fine)
    if brush.halo:
        _widen(cells, _steps((brush.width + brush.halo) * scale) - _steps(brush.width * scale), check)
        codes *= _SUM_CODES
        codes += _sums(cells, fine)
    return codes, _palette(brush)


def points_near(lines: Lines, viewport: Viewport, chosen: Integers | None = None) -> int:
    """How many points the lines have that may be in the picture."""
    level = lines.level(viewport.zoom)
    return int(np.diff(level.starts)[_near(level, viewport, chosen)].sum())


def single_points(lines: Lines, viewport: Viewport, chosen: Integers | None = None) -> QPolygonF:
    """The lines near the picture that are a single point, in drawing units."""
    level = lines.level(viewport.zoom)
    near = _near(level, viewport, chosen)
    firsts = level.starts[near]
    firsts = firsts[level.starts[near + 1] - firsts == 1]
    left, top = viewport.origin
    return polygon_from_pixels(
        (level.x[firsts] - left) * viewport.world_px, (level.y[firsts] - top) * viewport.world_px
    )


def _near(level: Lines, viewport: Viewport, chosen: Integers | None) -> Integers:
    near = level.near(grown_box(viewport))
    return near if chosen is None else near[np.isin(near, chosen, assume_unique=True)]


def _steps(width: float) -> int:
    """How often a line one cell wide is made two wider, to be *width* wide."""
    return max(round((width - 1.0) / 2.0), 0)


def _pieces(
    lines: Lines, viewport: Viewport, chosen: Integers | None, scale: float
) -> Iterator[tuple[Floats, Floats, NDArray[np.bool_]]]:
    """Points of the lines that are near, *scale* cells to a unit, and for each whether the next one goes on from it."""
    level = lines.level(viewport.zoom)
    near = _near(level, viewport, chosen)
    left, top = viewport.origin
    for first, last in _runs(near):
        begin, end = int(level.starts[first]), int(level.starts[last + 1])
        ends = level.starts[first + 1 : last + 2] - 1
        for start in range(begin, end, _AT_ONCE):
            stop = min(start + _AT_ONCE + 1, end)
            joins = np.ones(stop - start, np.bool_)
            joins[-1] = False
            joins[ends[np.searchsorted(ends, start) : np.searchsorted(ends, stop)] - start] = False
            x, y = level.x[start:stop] - left, level.y[start:stop] - top
            x *= viewport.world_px * scale
            y *= viewport.world_px * scale
            yield x, y, joins


def _runs(numbers: Integers) -> list[tuple[int, int]]:
    """First and last of numbers that follow each other."""
    if not len(numbers):
        return []
    breaks = np.flatnonzero(np.diff(numbers) != 1)
    firsts, lasts = np.append(0, breaks + 1), np.append(breaks, len(numbers) - 1)
    return list(zip(numbers[firsts].tolist(), numbers[lasts].tolist(), strict=True))


def _fill(ground: Cells, x: Floats, y: Floats, joins: NDArray[np.bool_]) -> None:
    """Fill the cells of points, and those that lie between points that go on."""
    _put(ground, x, y)
    apart = np.maximum(np.abs(np.diff(x)), np.abs(np.diff(y)))
    far = np.flatnonzero((apart > _NEIGHBOURS) & joins[:-1])
    if not len(far):
        return
    counts = np.ceil(apart[far]).astype(np.int64)
    for count in range(2, _MOST_STEPS + 1):
        some = far[counts == count]
        if len(some):
            x0, y0 = x[some], y[some]
            step_x, step_y = (x[some + 1] - x0) / count, (y[some + 1] - y0) / count
            for _ in range(count - 1):
                x0 += step_x
                y0 += step_y
                _put(ground, x0, y0)
    _put_long(ground, x, y, far[counts > _MOST_STEPS])


def _put_long(ground: Cells, x: Floats, y: Floats, far: Integers) -> None:
    """Fill the cells between points that are far from the next, as far as these cells are in the picture."""
    height, width = (size - 2 for size in ground.shape)
    x0, y0, x1, y1 = x[far], y[far], x[far + 1], y[far + 1]
    inside = (np.maximum(x0, x1) >= 0) & (np.minimum(x0, x1) <= width)
    inside &= (np.maximum(y0, y1) >= 0) & (np.minimum(y0, y1) <= height)
    x0, y0, x1, y1 = x0[inside], y0[inside], x1[inside], y1[inside]
    begin, end = _cut(x0, y0, x1, y1, width, height)
    apart = np.maximum(np.abs(x1 - x0), np.abs(y1 - y0))
    counts = np.ceil(np.maximum(end - begin, 0.0) * apart).astype(np.int64)
    steps = (end - begin) / np.maximum(counts, 1)
    begin += steps / 2
    x1 -= x0
    y1 -= y0
    sums = np.cumsum(counts)
    done = 0
    while done < len(counts):
        upto = max(int(np.searchsorted(sums, (sums[done - 1] if done else 0) + _MOST_CELLS_AT_ONCE)), done + 1)
        some = slice(done, upto)
        owner = np.repeat(np.arange(done, upto), counts[some])
        number = np.arange(len(owner)) - np.repeat(
            sums[some] - counts[some] - (sums[done] - counts[done]), counts[some]
        )
        part = begin[owner] + number * steps[owner]
        _put(ground, x0[owner] + part * x1[owner], y0[owner] + part * y1[owner])
        done = upto


def _put(ground: Cells, x: Floats, y: Floats) -> None:
    height, width = ground.shape
    place = np.clip(y + 1.0, 0.0, height - 1.0).astype(np.int64)
    place *= width
    place += np.clip(x + 1.0, 0.0, width - 1.0).astype(np.int64)
    ground.reshape(-1)[place] = 1


def _cut(x0: Floats, y0: Floats, x1: Floats, y1: Floats, width: float, height: float) -> tuple[Floats, Floats]:
    """From which part to which part of each line from (x0, y0) to (x1, y1) it is inside the picture."""
    begin, end = np.zeros(len(x0)), np.ones(len(x0))
    for start, stop, size in ((x0, x1, width), (y0, y1, height)):
        span = stop - start
        flat = span == 0
        span[flat] = 1.0
        to_near, to_far = -start / span, (size - start) / span
        into, out = np.minimum(to_near, to_far), np.maximum(to_near, to_far)
        np.maximum(begin, into, out=begin, where=~flat)
        np.minimum(end, out, out=end, where=~flat)
    return begin, end


def _widen(cells: Cells, steps: int, check: Callable[[], None]) -> None:
    """Fill the neighbours of what is filled, *steps* times: in turns those beside and those around, for round ends."""
    for step in range(steps):
        check()
        if step % 2:
            before = cells.copy()
            cells[:, 1:] |= before[:, :-1]
            cells[:, :-1] |= before[:, 1:]
            cells[1:] |= before[:-1]
            cells[:-1] |= before[1:]
        else:
            before = cells.copy()
            cells[:, 1:] |= before[:, :-1]
            cells[:, :-1] |= before[:, 1:]
            before = cells.copy()
            cells[1:] |= before[:-1]
            cells[:-1] |= before[1:]


def _sums(cells: Cells, fine: int) -> Cells:
    """How many of four cells of each pixel are filled; of pixels that are one cell, all or none."""
    if fine == 1:
        return cells * np.uint8(_SUM_CODES - 1)
    rows: Cells = cells[0::2] + cells[1::2]
    pairs: NDArray[np.uint16] = rows.view(np.uint16)
    sums: Cells = ((pairs & 0xFF) + (pairs >> 8)).astype(np.uint8)
    return sums


def _softened(cells: Cells) -> Cells:
    """0 to 16: how much of a cell and of the eight around it is filled, the nearer counting more."""
    across: Cells = cells << np.uint8(1)
    across[:, 1:] += cells[:, :-1]
    across[:, :-1] += cells[:, 1:]
    both: Cells = across << np.uint8(1)
    both[1:] += across[:-1]
    both[:-1] += across[1:]
    return both


def _shades(brush: Brush) -> NDArray[np.uint32]:
    """The premultiplied colour of each code of a soft line: a line alone, 8 in its middle and 4 beside it, is full."""
    return np.array([_mixed(brush, min(code / _FULL_CODE, 1.0) ** 1.5, 0.0) for code in range(17)], np.uint32)


def _palette(brush: Brush) -> NDArray[np.uint32]:
    """The premultiplied colour of each code: of the line's own cells; times five plus its halo's, where it has one."""
    shares = [code / (_SUM_CODES - 1) for code in range(_SUM_CODES)]
    if not brush.halo:
        return np.array([_mixed(brush, share, 0.0) for share in shares], np.uint32)
    return np.array([_mixed(brush, core, around) for core in shares for around in shares], np.uint32)


def _mixed(brush: Brush, core: float, around: float) -> int:
    """The line's colour over the halo's, as 0xAARRGGBB, premultiplied."""
    line, halo = QColor(brush.colour), QColor(brush.halo_colour)
    under = around * (1.0 - core)
    parts = [core + under]
    for ours, theirs in ((line.redF(), halo.redF()), (line.greenF(), halo.greenF()), (line.blueF(), halo.blueF())):
        parts.append(ours * core + theirs * under)
    packed = 0
    for part in parts:
        packed = packed << 8 | round(255 * part)
    return packed
