"""The panel in which a place is read off the map: pressed with the pointer, or aimed at with the keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout

from ranger_app.coordinates import tell_dd, tell_place
from ranger_app.i18n import Words
from ui import telling, theme
from ui.map_pane import MapPane, Spot
from ui.sheet import Sheet

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.map import Bounds, Canvas, Layer, MapView, Viewport

DOUBT_PX = 5.0
"""A place that is pressed is meant no more exactly than this."""

NEAR_ZOOM = 13.0
"""A place that is known is looked at from here: about 14 metres to a pixel."""

LAST_LATITUDE = 85.05
"""Where the map ends."""

DIGITS = 6
"""Decimals of a degree of a place off the map: 0.1 m, and what is shown is what is stored."""

HIGH_PX = 520
"""A window that is lower, in ordinary type, has no room for the heading of this panel."""

RING_PX = (13.0, 2.5)
"""Radius and width of the ring around what is chosen."""

FINE_PX = 8.0
_STEPS = {
    Qt.Key.Key_Left: (-FINE_PX, 0.0), Qt.Key.Key_Right: (FINE_PX, 0.0),
    Qt.Key.Key_Up: (0.0, -FINE_PX), Qt.Key.Key_Down: (0.0, FINE_PX),
}  # fmt: skip
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class Ground:
    """What is shown around a place that is looked for.

    Attributes:
        layer: The tracks that lead there; ``None`` for none.
        boxes: What to look at while no place is known.
        is_bare: Nothing is known of the record's own day or patrol; all the boxes are those of the station.
    """

    layer: Layer | None
    boxes: tuple[Bounds, ...] = ()
    spots: tuple[Spot, ...] = ()
    is_bare: bool = False


class PlaceOnMapSheet(Sheet):
    """Asks for a place on the map; what was pressed is told in words before it is taken.

    Enter marks the middle of the map, and once more takes what is marked. The arrow keys move the map, with Shift by
    little.

    Args:
        notation: In which places are shown.
        on_place: Called with latitude, longitude, and the radius of doubt in metres.
        place: Latitude and longitude that are known so far.
        desk: Whose own map files and grid are shown; none without it.
        bare: What is said above the map where nothing is known around and no place so far.
    """

    is_large = True

    def __init__(
        self,
        words: Words,
        notation: str,
        *,
        on_place: Callable[[float, float, float], None],
        place: tuple[float, float] | None = None,
        desk: Desk | None = None,
        bare: str = "",
    ) -> None:
        super().__init__(words, words.say("Place on the map"), act=words.say("Take this place"), on_act=self._take)
        self._notation = notation
        self._on_place = on_place
        self._known = place
        self._chosen: tuple[float, float] | None = None
        self._is_in_sight = False
        self.accuracy_m = 0.0
        self.map = MapPane(words, desk)
        self.map.show_base()
        self.bare = QLabel(bare)
        self.bare.setWordWrap(True)
        self.bare.hide()
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setMinimumHeight(2 * self.told.fontMetrics().lineSpacing())
        self._draw()
        view = self.view
        view.setAccessibleDescription(
            words.say("Enter marks the middle of the map, and once more takes what is marked.")
        )
        view.clicked.connect(self._press)
        view.hovered.connect(self._hover)
        view.viewChanged.connect(self._moved)
        view.set_overlay(self._draw_mark)
        view.installEventFilter(self)
        self._first = self.map
        if place is not None:
            view.set_view(place[1], place[0], NEAR_ZOOM)
        self.ready_when(lambda: self._chosen is not None)
        self._tell()

    def _draw(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.setSpacing(theme.SPACES_PX[1])
        column.insertWidget(column.indexOf(self.area), self.bare)
        column.insertWidget(column.indexOf(self.area), self.map, 1)
        self.area.hide()
        self._foot.setStretch(0, 0)
        self._foot.addWidget(self.told, 1)

    def minimumSizeHint(self) -> QSize:
        return QFrame.minimumSizeHint(self)

    @property
    def view(self) -> MapView:
        """The map itself."""
        assert self.map.view is not None
        return self.map.view

    @property
    def chosen(self) -> tuple[float, float] | None:
        """Latitude and longitude that would be taken."""
        return self._chosen

    # What is shown

    def show_ground(self, ground: Ground) -> None:
        """Show tracks and places around; look at them while no place is known."""
        if ground.layer is not None:
            self.map.add_layer(ground.layer)
        spots = list(ground.spots)
        if self._known is not None:
            name = self._words.say("so far")
            spots.append(
                Spot(id="~known", kind="known", latitude_deg=self._known[0], longitude_deg=self._known[1], label=name)
            )
        self.map.show_spots(spots)
        self.bare.setVisible(ground.is_bare and self._known is None and bool(self.bare.text()))
        if self._known is None and self._chosen is None and (ground.boxes or ground.spots):
            self.map.look_at_all(ground.boxes, ground.spots)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.heading.setVisible(self.window().height() >= theme.beside_type(HIGH_PX))

    # Choosing

    def _press(self, longitude: float, latitude: float, button: Qt.MouseButton, _modifiers: object) -> None:
        if button != Qt.MouseButton.LeftButton:
            return
        place = round(latitude, DIGITS), round(longitude, DIGITS)
        if place == (0.0, 0.0) or abs(place[1]) > 180.0 or abs(place[0]) >= LAST_LATITUDE:
            return  # beside the world, or where receivers without a fix say they are
        self._chosen = place
        self._is_in_sight = True
        self.accuracy_m = doubt_m(self.view.viewport)
        self.view.update()
        self.look()
        self._tell()
        self.view.setAccessibleDescription(self.told.text())

    def _draw_mark(self, canvas: Canvas) -> None:
        """A ring around what would be taken."""
        if self._chosen is None:
            return
        painter, colours = canvas.painter, canvas.colours
        at = QPointF(*canvas.viewport.project(self._chosen[1], self._chosen[0]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((colours.halo, RING_PX[1] * 2), (colours.incident, RING_PX[1])):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawEllipse(at, RING_PX[0], RING_PX[0])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.incident))
        painter.drawEllipse(at, RING_PX[1], RING_PX[1])

    def _hover(self, longitude: float, latitude: float) -> None:
        if self._chosen is None:
            self._tell_place((latitude, longitude), doubt_m(self.view.viewport))

    def _moved(self, viewport: Viewport) -> None:
        self._is_in_sight = False
        if self._chosen is None:
            self._tell_place((viewport.center_lat, viewport.center_lon), doubt_m(viewport))

    def _tell(self) -> None:
        if self._chosen is not None:
            self._tell_place(self._chosen, self.accuracy_m)
        else:
            told = self._words.say("Press the place, or move the map with the arrow keys and press Enter.")
            self.told.setText(told)
            theme.set_kind(self.told, "quiet")

    def _tell_place(self, place: tuple[float, float], accuracy_m: float) -> None:
        self.told.setText(place_words(self._words, self._notation, place, accuracy_m))
        theme.set_kind(self.told, "" if self._chosen is not None else "quiet")

    def _take(self) -> bool | None:
        if self._chosen is None:
            return False
        self._on_place(*self._chosen, self.accuracy_m)
        return None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.map.view and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in _ENTER and self._is_in_sight:
                self.press()
                return True
            if key in _STEPS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                seen = self.view.viewport.panned(*_STEPS[key])
                self.view.set_view(seen.center_lon, seen.center_lat, seen.zoom)
                return True
        return super().eventFilter(watched, event)


def doubt_m(viewport: Viewport) -> float:
    """How exactly a press on a map is meant, in metres of two figures; from the middle of what is seen."""
    metres = max(viewport.scale * DOUBT_PX, 1.0)
    step = 10 ** max(len(str(int(metres))) - 2, 0)
    return float(max(round(metres / step), 1) * step)


def place_words(words: Words, notation: str, place: Sequence[float], accuracy_m: float) -> str:
    """A place in the notation of the window and in degrees, and how exactly it is known."""
    own, degrees = tell_place(place[0], place[1], notation), tell_dd(place[0], place[1])
    told = [telling.isolated(own)] if own == degrees else [telling.isolated(own), telling.isolated(degrees)]
    return " · ".join([*told, f"±\u00a0{words.say('{count} m', count=telling.number(words, accuracy_m))}"])
