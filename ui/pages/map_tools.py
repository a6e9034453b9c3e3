"""The tools of the map: one row of buttons, and what was drawn with them told in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from ranger_app.i18n import Words
from ui import telling, theme
from ui.commands import command
from ui.flow_row import FlowRow
from ui.icons import draw_later, icon
from ui.map import Canvas, Drawing, Sketch, Tool

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

WORDS_FROM_PX = 1080
"""Width of the page, in ordinary type, from which the tools have words beside their pictures."""

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
        self._has_words: bool | None = None
        self._lay(has_words=True)

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay(has_words=event.size().width() >= theme.beside_type(WORDS_FROM_PX))

    def _lay(self, *, has_words: bool) -> None:
        """Give the tools words where there is room; the acts always have them."""
        if has_words == self._has_words:
            return
        self._has_words = has_words
        beside, alone = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        for name, button in self.buttons.items():
            button.setToolButtonStyle(beside if has_words or name not in TOOLS else alone)


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
