"""A map on paper: what stands above and below it, and how much room that leaves for the map itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ui.map.arrow import ON_PAPER_PX, arrow_size, draw_arrow
from ui.map.labels import Lettering, text_size, write
from ui.map.layer import Canvas, Layer, LegendEntry
from ui.map.lines import broken, directed, elided, isolated, plain
from ui.map.viewport import Viewport
from ui.map.words import MapWords

if TYPE_CHECKING:
    from ui.map.furniture import Furniture

TITLE = Lettering(18, bold=True)
WORD = Lettering(12)
SMALL = Lettering(10)

FRAME_PX = 1.2
_OUTER_FRAME_PX = 2.0
_BAND_PX = 17.0
_GAP_PX = 6.0
_INSET_PX = 2.0
"""Signs of the legend reach a little out of their boxes."""

_SAMPLE_PX = 18.0
_ROW_PX = 21.0
_SMALL_ROW_PX = 14.5
_MOST_TITLE_LINES = 2
_MOST_NOTE_LINES = 4
_MOST_SOURCE_LINES = 6
_MOST_LEGEND_SHARE = 0.3
"""The legend takes at most this part of the sheet's height."""

_SCALE_SHARE = 0.34
"""The scale has this part of the sheet's width, and not more than it needs."""

_MOST_SCALE_PX = 210.0
_BAR_PX = 5.0
_BAR_PARTS = 4
_LARGEST_SCALE = 88_000_000
"""One to so many is as long as what is said of a scale becomes."""

_UNITS_PER_METRE = 96 / 0.0254


class Explained(NamedTuple):
    """One sign of the legend with its word.

    Attributes:
        x: Where it begins, from the side on which reading begins.
        row: Counted from 0.
    """

    entry: LegendEntry
    word: str
    x: float
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPlan:
    """Where everything of a sheet is, in drawing units from its top left corner.

    Attributes:
        map_box: The map.
        band_px: Width of the band around it for the numbers of the grid; 0 for none.
        title: Lines of the title.
        legend: Signs and words; all that have room.
        small: Lines below: notes first, then the sources.
        scale_px: Room for the scale on the side where reading ends.
        arrow: Size of the arrow beside the scale; empty for none. On paper it covers nothing of the map.
        middle_px: Height of the legend, the arrow and the scale.
    """

    map_box: QRectF
    band_px: float = 0.0
    title: tuple[str, ...] = ()
    legend: tuple[Explained, ...] = ()
    small: tuple[str, ...] = ()
    scale_px: float = 0.0
    arrow: QSizeF = field(default_factory=QSizeF)
    middle_px: float = 0.0

    @property
    def edge_px(self) -> float:
        """Width of the frames and the band around the map."""
        return self.band_px + (_OUTER_FRAME_PX if self.band_px else FRAME_PX)

    @property
    def below(self) -> float:
        """Where the legend begins."""
        return self.map_box.bottom() + self.edge_px + _GAP_PX


def sheet_plan(furniture: Furniture, sheet: Viewport, layers: Sequence[Layer], words: MapWords) -> SheetPlan:
    """Divide a sheet.

    Args:
        sheet: Its size in drawing units.
        layers: The visible layers.
    """
    width, height = float(sheet.width_px), float(sheet.height_px)
    title = broken(furniture.title, TITLE, width, _MOST_TITLE_LINES)
    title_px = len(title) * text_size(TITLE, "N")[1] + (_GAP_PX if title else 0.0)
    band = _BAND_PX if furniture.edge and any(layer.kind == "graticule" for layer in layers) else 0.0
    has_scale = furniture.scale_bar and bool(words.distance(1000.0))
    said_px = text_size(SMALL, words.scale_in_words(_LARGEST_SCALE))[0] + _GAP_PX
    scale_px = max(min(width * _SCALE_SHARE, _MOST_SCALE_PX), said_px) if has_scale else 0.0
    arrow = arrow_size(words.north, ON_PAPER_PX) if furniture.north_arrow and words.north else QSizeF(0.0, 0.0)
    legend: tuple[Explained, ...] = ()
    if furniture.legend:
        legend = legend_rows(
            layers, words, width - scale_px - arrow.width(), max(int(height * _MOST_LEGEND_SHARE / _ROW_PX), 1)
        )
    rows = max((one.row + 1 for one in legend), default=0)
    middle_px = max(rows * _ROW_PX, _scale_height(words) if has_scale else 0.0, arrow.height())
    small = tuple(_small_lines(furniture, layers, words, width))
    footer = (_GAP_PX + middle_px if middle_px else 0.0) + (_GAP_PX / 2 + len(small) * _SMALL_ROW_PX if small else 0.0)
    edge = band + (_OUTER_FRAME_PX if band else FRAME_PX)
    box = QRectF(0, 0, width, height).adjusted(edge, title_px + edge, -edge, -edge - footer)
    return SheetPlan(
        map_box=box, band_px=band, title=tuple(title), legend=legend, small=small, scale_px=scale_px, arrow=arrow,
        middle_px=middle_px,
    )  # fmt: skip


def _scale_height(words: MapWords) -> float:
    return 2 * text_size(SMALL, "N")[1] + _BAR_PX + 4 if words.scale else text_size(SMALL, "N")[1] + _BAR_PX + 4


def legend_rows(layers: Sequence[Layer], words: MapWords, width: float, most_rows: int) -> tuple[Explained, ...]:
    """Every kind of sign once, row by row; words that are wider than a row end with a mark."""
    entries: dict[tuple[str, str], LegendEntry] = {}
    for layer in layers:
        for entry in layer.legend():
            word = plain(entry.word or words.kinds.get(entry.kind, ""))
            if word:
                entries.setdefault((entry.kind, isolated(word, words)), entry)
    placed: list[Explained] = []
    x, row = _INSET_PX, 0
    for (_, word), entry in entries.items():
        shown = elided(word, WORD, width - _INSET_PX - entry.width_px - _GAP_PX)
        needed = entry.width_px + _GAP_PX + text_size(WORD, shown)[0]
        if x > _INSET_PX and x + needed > width:
            x, row = _INSET_PX, row + 1
        if row >= most_rows:
            break
        placed.append(Explained(entry, shown, x, row))
        x += needed + 2.5 * _GAP_PX
    return tuple(placed)


def _small_lines(furniture: Furniture, layers: Sequence[Layer], words: MapWords, width: float) -> list[str]:
    lines = []
    for note in furniture.notes:
        lines += broken(note, SMALL, width, _MOST_NOTE_LINES)
    names = list(dict.fromkeys(plain(name) for layer in layers for name in layer.attribution))
    sources = words.sources(names)
    if furniture.sources and sources:
        lines += broken(sources, SMALL, width, _MOST_SOURCE_LINES)
    return lines


# Drawing


def draw_sheet(canvas: Canvas, plan: SheetPlan, sheet_width: float) -> None:
    """Draw what stands around the map; the painter's origin is the map's top left corner."""
    painter = canvas.painter
    painter.save()
    painter.translate(-plan.map_box.topLeft())
    _write_title(canvas, plan, sheet_width)
    for one in plan.legend:
        _draw_explained(canvas, one, QRectF(0, plan.below + one.row * _ROW_PX, sheet_width, _ROW_PX))
    is_right = canvas.words.right_to_left
    if plan.scale_px:
        x = 0.0 if is_right else sheet_width - plan.scale_px
        _draw_scale(canvas, QRectF(x, plan.below, plan.scale_px, _scale_height(canvas.words)))
    if not plan.arrow.isEmpty():
        x = plan.scale_px if is_right else sheet_width - plan.scale_px - plan.arrow.width()
        box = QRectF(QPointF(x, plan.below - _GAP_PX / 2), plan.arrow)
        draw_arrow(painter, box, canvas.words.north, ON_PAPER_PX, canvas.colours)
    y = plan.below + plan.middle_px + _GAP_PX / 2 - (0.0 if plan.middle_px else _GAP_PX)
    for number, line in enumerate(plan.small):
        _write_line(canvas, line, SMALL, QRectF(0, y + number * _SMALL_ROW_PX, sheet_width, _SMALL_ROW_PX))
    painter.restore()
    _draw_frames(canvas, plan)


def _write_title(canvas: Canvas, plan: SheetPlan, width: float) -> None:
    height = text_size(TITLE, "N")[1]
    for number, line in enumerate(plan.title):
        _write_line(canvas, line, TITLE, QRectF(0, number * height, width, height))


def _write_line(canvas: Canvas, line: str, lettering: Lettering, row: QRectF) -> None:
    """Write from the side of *row* on which reading begins."""
    is_right = canvas.words.right_to_left
    text = directed(line, right_to_left=is_right)
    width, height, _ = text_size(lettering, text)
    x = row.right() - width if is_right else row.left()
    write(canvas.painter, QRectF(x, row.center().y() - height / 2, width, height), text, lettering, _ink(canvas))


def _ink(canvas: Canvas) -> str:
    return canvas.colours.furniture


def _draw_explained(canvas: Canvas, one: Explained, row: QRectF) -> None:
    width, middle = one.entry.width_px, row.center().y()
    is_right = canvas.words.right_to_left
    x = row.right() - one.x - width if is_right else row.left() + one.x
    sample = QRectF(x, middle - _SAMPLE_PX / 2, width, _SAMPLE_PX)
    one.entry.draw_in(canvas.painter, sample, canvas.colours, right_to_left=is_right)
    rest = one.x + width + _GAP_PX
    beside = row.adjusted(0, 0, -rest, 0) if is_right else row.adjusted(rest, 0, 0, 0)
    _write_line(canvas, one.word, WORD, beside)


def _draw_scale(canvas: Canvas, box: QRectF) -> None:
    """A bar of four parts with its ends written above, and below it one to how many."""
    from ui.map.furniture import round_distance

    words, viewport = canvas.words, canvas.viewport
    zero, height = "0", text_size(SMALL, "N")[1]
    most = box.width() - 2 * _GAP_PX - text_size(SMALL, words.distance(2000.0))[0]
    metres = round_distance(most * viewport.scale)
    length, text = metres / viewport.scale, words.distance(metres)
    end_width = text_size(SMALL, text)[0]
    # the whole of it, from the middle of the nought to the end of the words, stands at the sheet's edge
    x = box.left() + text_size(SMALL, zero)[0] if words.right_to_left else box.right() - end_width / 2 - length
    for at, said in ((x, zero), (x + length, text)):
        width = text_size(SMALL, said)[0]
        write(canvas.painter, QRectF(at - width / 2, box.top(), width, height), said, SMALL, _ink(canvas))
    _draw_bar(canvas, QPointF(x, box.top() + height + 1), length)
    if words.scale:
        said = directed(words.scale_in_words(viewport.scale * _UNITS_PER_METRE), right_to_left=words.right_to_left)
        width = text_size(SMALL, said)[0]
        left = box.left() if words.right_to_left else box.right() - width
        place = QRectF(left, box.top() + height + _BAR_PX + 3, width, height)
        write(canvas.painter, place, said, SMALL, _ink(canvas))


def _draw_bar(canvas: Canvas, start: QPointF, length: float) -> None:
    painter, part = canvas.painter, length / _BAR_PARTS
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(_ink(canvas)), 0.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    for number in range(_BAR_PARTS):
        painter.setBrush(QColor(_ink(canvas) if number % 2 == 0 else canvas.colours.halo))
        painter.drawRect(QRectF(start.x() + number * part, start.y(), part, _BAR_PX))


def _draw_frames(canvas: Canvas, plan: SheetPlan) -> None:
    painter, ink = canvas.painter, QColor(_ink(canvas))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    box, half = QRectF(0, 0, canvas.viewport.width_px, canvas.viewport.height_px), FRAME_PX / 2
    painter.setPen(QPen(ink, FRAME_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin))
    painter.drawRect(box.adjusted(-half, -half, half, half))
    if plan.band_px:
        away = plan.band_px + _OUTER_FRAME_PX / 2
        pen = QPen(ink, _OUTER_FRAME_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(box.adjusted(-away, -away, away, away))
