"""The layer of place names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from ui.map.labels import Lettering, boxes_around, boxes_aslant, text_size, write
from ui.map.layer import Canvas, Layer
from ui.map.lines import directed, isolated
from ui.map.pointers import draw_pointer, neighbours
from ui.map.viewport import Viewport, to_world

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    _Floats: TypeAlias = NDArray[np.float64]
    _Places: TypeAlias = tuple[_Floats, _Floats, _Floats, _Floats]
    """World units, and the first and last zoom of each name."""

Script = Literal["latin", "cyrillic"]

_FIRST_ZOOMS = (2.5, 4.2, 5.0, 5.8, 6.6, 7.4, 8.2, 9.0, 9.6)
"""From which zoom on a place of each rank is written."""

_COUNTRY_ZOOMS = (2.0, 7.5)
_LETTERS = {
    "country": Lettering(13, spaced=True),
    "capital": Lettering(14, bold=True),
    "centre": Lettering(13, bold=True),
}
_LARGE = Lettering(13)
_SMALL = Lettering(12)
_LAST_LARGE_RANK = 4
_DOT_PX = 2.4
_GAP_PX = 5.0
_MOST_NAMES = 250
"""More names than this in one picture help nobody."""


class MapName(NamedTuple):
    """A name on the map.

    Attributes:
        kind: ``country``, ``capital``, ``centre`` or ``town``.
        rank: 0 is written first and from farthest away.
        cyrillic: The Cyrillic spelling; empty where none is known, then the name stands for both.
    """

    kind: str
    rank: int
    longitude_deg: float
    latitude_deg: float
    name: str
    cyrillic: str = ""

    def in_script(self, script: Script) -> str:
        """The spelling to write."""
        return self.cyrillic if script == "cyrillic" and self.cyrillic else self.name


class LabelsLayer(Layer):
    """Names of places, as many as there is room for, the important ones first."""

    kind = "labels"

    def __init__(
        self,
        layer_id: str,
        names: Callable[[], Sequence[MapName]],
        *,
        script: Script = "latin",
        visible: bool = True,
        opacity: float = 1.0,
        attribution: tuple[str, ...] = (),
        is_base: bool = False,
    ) -> None:
        """Take *names* as a function, so that nothing is read before the first painting."""
        super().__init__(layer_id, visible=visible, opacity=opacity, attribution=attribution, is_base=is_base)
        self._names = names
        self._script = script
        self._places: _Places | None = None

    def paint(self, canvas: Canvas) -> None:
        """Only get ready: names are written after all layers were painted."""
        self._read_places()

    def paint_labels(self, canvas: Canvas) -> None:
        names = self._names()
        canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        written = 0
        for number in self._seen(canvas.viewport):
            name = names[number]
            at = QPointF(*canvas.viewport.project(name.longitude_deg, name.latitude_deg))
            written += _write_name(canvas, name, name.in_script(self._script), at)
            if written >= _MOST_NAMES:
                break
            canvas.check()

    def paint_edge(self, canvas: Canvas) -> None:
        if self._places is None:
            return  # not painted before: the window's thread is not the one to read the names
        x, y, _, last_zoom = self._places
        towns = last_zoom == float("inf")
        names = [name for name in self._names() if name.kind != "country"]
        for number, metres, direction in neighbours(canvas.viewport, x[towns], y[towns]):
            far = canvas.words.distance(max(round(metres / 1000), 1) * 1000)
            text = f"{isolated(names[number].in_script(self._script), canvas.words)} {far}".strip()
            draw_pointer(canvas, directed(text, right_to_left=canvas.words.right_to_left), direction)

    def _read_places(self) -> _Places:
        import numpy as np

        if self._places is None:
            names = self._names()
            lon = np.array([name.longitude_deg for name in names])
            lat = np.array([name.latitude_deg for name in names])
            first = [_zooms(name)[0] for name in names]
            last = [_zooms(name)[1] for name in names]
            self._places = (*to_world(lon, lat), np.array(first), np.array(last))
        return self._places

    def _seen(self, viewport: Viewport) -> list[int]:
        import numpy as np

        x, y, first_zoom, last_zoom = self._read_places()
        left, top, right, bottom = viewport.world_box
        inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        seen: list[int] = np.flatnonzero(inside & (first_zoom <= viewport.zoom) & (last_zoom >= viewport.zoom)).tolist()
        return seen


def _zooms(name: MapName) -> tuple[float, float]:
    if name.kind == "country":
        return _COUNTRY_ZOOMS
    return _FIRST_ZOOMS[min(name.rank, len(_FIRST_ZOOMS) - 1)], float("inf")


def _write_name(canvas: Canvas, name: MapName, text: str, at: QPointF) -> bool:
    """Write one name with its dot; tell whether there was room for it."""
    colours = canvas.colours
    lettering = _LETTERS.get(name.kind, _LARGE if name.rank <= _LAST_LARGE_RANK else _SMALL)
    width, height, _ = text_size(lettering, text)
    if name.kind == "country":
        box = canvas.labels.place([QRectF(at.x() - width / 2, at.y() - height / 2, width, height)], whole=True)
        if box is not None:
            write(canvas.painter, box, text, lettering, colours.place_quiet, colours.halo)
        return box is not None
    dot = QRectF(at.x() - _DOT_PX, at.y() - _DOT_PX, 2 * _DOT_PX, 2 * _DOT_PX)
    boxes = [*boxes_around(at, width, height, _GAP_PX), *boxes_aslant(at, width, height, _DOT_PX, _DOT_PX)]
    box = canvas.labels.place(boxes, whole=True)
    if box is None:
        return False
    if canvas.labels.is_free(dot):  # else a sign or other writing is there, which says more
        canvas.labels.reserve(dot)
        _draw_dot(canvas, name, dot)
    write(canvas.painter, box, text, lettering, colours.place, colours.halo)
    return True


def _draw_dot(canvas: Canvas, name: MapName, dot: QRectF) -> None:
    canvas.painter.setPen(QPen(QColor(canvas.colours.halo), 1.2))
    if name.kind == "capital":
        canvas.painter.setBrush(QColor(canvas.colours.place))
        canvas.painter.drawRect(dot.adjusted(-1, -1, 1, 1))
    else:
        canvas.painter.setBrush(QColor(canvas.colours.place_quiet))
        canvas.painter.drawEllipse(dot)
