"""What a layer is, and what it is handed to paint on."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, TypeVar

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from ui.map.labels import LabelPlacer
from ui.map.viewport import Bounds, Viewport
from ui.map.words import MapWords
from ui.theme import MapColours

AnyLayer = TypeVar("AnyLayer", bound="Layer")


class Stale(Exception):
    """The picture being painted is not wanted any more."""


@dataclass(slots=True)
class Canvas:
    """Everything a layer needs to paint one picture; lives as long as the painting.

    Attributes:
        painter: Draws in units of 1/96 inch; the layer leaves it as it found it.
        viewport: What the picture shows, in the same units.
        selected: Ids of the layer's chosen features.
        labels: Keeps writing from lying on writing.
        missing_tiles: How many tiles a source did not have.
        source_errors: What could not be drawn, as (layer id, error code); each once a picture.
        remarks: What paper has to say of what is drawn, as (layer id, code): on a screen one looks closer.
        has_pictures: Whether tiles of any colours lie below: writing needs a ground of its own.
        band_px: Width of the band around the map in which numbers of a grid stand; 0 has them on the map.
    """

    painter: QPainter
    viewport: Viewport
    colours: MapColours
    words: MapWords
    labels: LabelPlacer
    selected: frozenset[str] = frozenset()
    is_stale: Callable[[], bool] = lambda: False
    missing_tiles: int = 0
    source_errors: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    band_px: float = 0.0
    has_pictures: bool = False

    def check(self) -> None:
        """Give up when nobody waits for this picture any more; called between long steps."""
        if self.is_stale():
            raise Stale


class LegendEntry(NamedTuple):
    """One kind of line or sign.

    Attributes:
        kind: Names the word in ``MapWords.kinds``; a kind without a word is left out.
        draw: Draws the sign into a rectangle.
        width_px: How wide the rectangle should be.
        word: Stands in place of the kind's word: a class of numbers, or a value of an attribute.
        is_directed: Whether it goes from less to more, in the direction in which one reads.
    """

    kind: str
    draw: Callable[[QPainter, QRectF, MapColours], None]
    width_px: float = 16.0
    word: str = ""
    is_directed: bool = False

    def draw_in(self, painter: QPainter, box: QRectF, colours: MapColours, *, right_to_left: bool) -> None:
        """Draw the sign as somebody sees it who reads in this direction; the painter stays as it was."""
        painter.save()
        if right_to_left and self.is_directed:
            painter.translate(2 * box.center().x(), 0)
            painter.scale(-1, 1)
        self.draw(painter, box, colours)
        painter.restore()


class Layer(ABC):
    """One kind of thing on the map; a snapshot that never changes, so that any thread may paint it.

    Attributes:
        kind: What is drawn: tiles, tracks, points, polygons, graticule, labels or hillshade.
        id: Names the layer in a map; a layer with the same id replaces it.
        attribution: Names of the sources, as their licences ask.
        is_base: Whether it is painted under every layer that is not.
    """

    kind: ClassVar[str]

    def __init__(
        self,
        layer_id: str,
        *,
        visible: bool = True,
        opacity: float = 1.0,
        attribution: tuple[str, ...] = (),
        is_base: bool = False,
    ) -> None:
        if not 0.0 <= opacity <= 1.0:
            raise ValueError(f"opacity {opacity} is not within 0..1")
        self.id = layer_id
        self.visible = visible
        self.opacity = opacity
        self.attribution = attribution
        self.is_base = is_base

    def shown(self: AnyLayer, *, visible: bool | None = None, opacity: float | None = None) -> AnyLayer:
        """The same layer, shown differently; shares everything heavy with this one."""
        other = copy.copy(self)
        if visible is not None:
            other.visible = visible
        if opacity is not None:
            other.opacity = opacity
        return other

    @abstractmethod
    def paint(self, canvas: Canvas) -> None:
        """Draw lines, areas and signs."""

    def paint_labels(self, canvas: Canvas) -> None:  # noqa: B027 - most layers write nothing
        """Write names; called after every layer was painted, the uppermost layer first."""

    def paint_edge(self, canvas: Canvas) -> None:  # noqa: B027 - most layers have nothing there
        """Write what stands at the picture's edge and does not move with the map; has to be quick."""

    def hit(self, viewport: Viewport, at: QPointF, reach_px: float) -> tuple[str, ...]:
        """Ids of the features within *reach_px* of the pixel *at*, the nearest first."""
        return ()

    def within(self, bounds: Bounds) -> tuple[str, ...]:
        """Ids of the features that lie in *bounds*, wholly or with one of their points."""
        return ()

    def bounds(self, feature_id: str | None = None) -> Bounds | None:
        """Where the layer's data, or one feature, lies; ``None`` when it is nowhere or everywhere."""
        return None

    def legend(self) -> tuple[LegendEntry, ...]:
        """The kinds of lines and signs that this layer draws."""
        return ()
