"""The tools of the map: one row of buttons, and what was drawn with them told in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from ranger_app.i18n import Words
from ui import telling, theme
from ui.commands import command
from ui.flow_row import FlowRow
from ui.icons import draw_later, icon
from ui.map import Canvas, Drawing, Sketch, Tool, sides_cross

TOOLS = {
    "map_pan": Tool.PAN,
    "map_select": Tool.SELECT,
    "map_box": Tool.BOX,
    "map_measure": Tool.MEASURE,
    "map_point": Tool.POINT,
    "map_line": Tool.LINE,
    "map_area": Tool.POLYGON,
}
"""Command to the tool that it takes up."""

LOW_PX = 560
"""Height of the page, in ordinary type, below which all buttons are pictures rather than take a second row."""

METRES_UNTIL = 10_000
"""Shorter lengths are told in metres."""


class ToolBar(QWidget):
    """A button for each tool, one of them pressed, and for each act beside them.

    Args:
        run: Does a command.
        acts: Commands after the tools.
        toggles: Those of them that show or hide something.
    """

    def __init__(
        self, words: Words, run: Callable[[str], None], *, acts: Sequence[str], toggles: Sequence[str]
    ) -> None:
        super().__init__()
        self._words = words
        self._run = run
        self.setAccessibleName(words.say("Tools of the map"))
        self._group = QButtonGroup(self)
        self._worded = -1
        self.buttons: dict[str, QToolButton] = {}
        flow = FlowRow()
        flow.setSpacing(theme.SPACES_PX[0])
        for name in (*TOOLS, *acts):
            button = self._button(name)
            button.setCheckable(name in TOOLS or name in toggles)
            if name in TOOLS:
                self._group.addButton(button)
            self.buttons[name] = button
            flow.addWidget(button)
        column = QVBoxLayout(self)
        gap = theme.SPACES_PX[0]
        column.setContentsMargins(2 * gap, gap, 2 * gap, gap)
        column.addLayout(flow)
        self._margins_px = 4 * gap
        self._is_low = False
        self._flow = flow
        self._widths: dict[int, int] = {}
        self._give_words(len(self.buttons))

    def _button(self, name: str) -> QToolButton:
        told = command(name)
        button = QToolButton()
        button.setText(self._words.say(told.label))
        draw_later(button, partial(icon, told.icon))
        key = f" ({told.key})" if told.key else ""
        button.setToolTip(f"{self._words.say(told.label)}{key}\n{self._words.say(told.help)}")
        button.setAccessibleName(self._words.say(told.label))
        button.setAccessibleDescription(self._words.say(told.help))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(partial(self._press, name))
        return button

    def _press(self, name: str, _is_checked: bool = False) -> None:
        self._run(name)

    def show_tool(self, tool: Tool) -> None:
        """Show which tool is in hand."""
        for name, one in TOOLS.items():
            self.buttons[name].setChecked(one is tool)

    def show_open(self, name: str, *, is_open: bool) -> None:
        """Show whether what a button opens is open."""
        self.buttons[name].setChecked(is_open)

    def set_low(self, is_low: bool) -> None:
        """Say whether the page is so low that a second row of buttons takes too much of it."""
        self._is_low = is_low
        self._lay()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._widths = {}

    def _lay(self) -> None:
        """Give all buttons words where they have room in one row, else the acts; on a low page perhaps none."""
        acts = len(self.buttons) - len(TOOLS)
        room = self.width() - self._margins_px
        fitting = (one for one in (len(self.buttons), acts) if self._width(one) <= room)
        self._give_words(next(fitting, 0 if self._is_low else acts))

    def _width(self, worded: int) -> int:
        """Of all buttons in one row, so many of which, the last ones, have words."""
        if worded not in self._widths:
            now = self._worded
            self._give_words(worded)
            self._widths[worded] = self._flow.sizeHint().width()
            self._give_words(now)
        return self._widths[worded]

    def _give_words(self, worded: int) -> None:
        if worded == self._worded:
            return
        self._worded = worded
        beside, alone = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        for place, button in enumerate(self.buttons.values()):
            button.setToolButtonStyle(beside if place >= len(self.buttons) - worded else alone)


class KeptDrawing:
    """What was drawn last and stays on the map until it is put away; call it to paint."""

    def __init__(self) -> None:
        self.drawing: Drawing | None = None
        self._sketch = Sketch(Tool.PAN)

    def keep(self, drawing: Drawing | None) -> None:
        """Show this drawing and no other."""
        self.drawing = drawing
        self._sketch = Sketch(drawing.tool if drawing is not None else Tool.PAN)
        if drawing is not None:
            self._sketch.places = list(drawing.places)

    def __call__(self, canvas: Canvas) -> None:
        self._sketch.paint(canvas)


def drawing_told(words: Words, drawing: Drawing, notation: str) -> str:
    """What was drawn, with its size; a point with its place."""
    corners = words.say_count("{count} corner", "{count} corners", len(drawing.places))
    if drawing.tool is Tool.POINT:
        longitude, latitude = drawing.places[0]
        return words.say("Point: {place}", place=telling.place(notation, latitude, longitude))
    if drawing.tool is Tool.POLYGON and sides_cross(drawing.places):
        return words.say(
            "The sides of the area cross, so it cannot be measured. Around it: {length}, {corners}",
            length=length_told(words, drawing.length_m), corners=corners,
        )  # fmt: skip
    if drawing.tool is Tool.POLYGON:
        return words.say(
            "Area: {area}, around it {length}, {corners}",
            area=area_told(words, drawing.area_m2), length=length_told(words, drawing.length_m), corners=corners,
        )  # fmt: skip
    return words.say("Length: {length}, {corners}", length=length_told(words, drawing.length_m), corners=corners)


def length_told(words: Words, metres: float) -> str:
    """A measured length: whole metres, above ten kilometres two decimals of a kilometre."""
    if metres < METRES_UNTIL:
        return words.say("{count} m", count=telling.number(words, metres))
    return words.say("{count} km", count=telling.number(words, metres / 1000, 2))


def area_told(words: Words, metres2: float) -> str:
    """A measured area: square metres below a hectare, from a hundred hectares square kilometres."""
    if metres2 < 1e4:
        return words.say("{count} m²", count=telling.number(words, metres2))
    if metres2 < 1e6:
        return words.say("{count} ha", count=telling.number(words, metres2 / 1e4, 2))
    return words.say("{count} km²", count=telling.number(words, metres2 / 1e6, 2))


def corners_told(drawing: Drawing, notation: str) -> str:
    """The corners, one a line, in a notation that can be read again."""
    from ranger_app.coordinates import tell_place

    return "\n".join(tell_place(latitude, longitude, notation) for longitude, latitude in drawing.places)
