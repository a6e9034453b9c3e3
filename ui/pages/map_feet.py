"""The lines below the map: what was drawn or chosen, and where the pointer is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import telling, theme
from ui.button import Button
from ui.commands import command
from ui.desk import Desk
from ui.elided_label import ElidedLabel
from ui.flow_row import FlowRow
from ui.icons import icon
from ui.map import Tool
from ui.pages.map_choice import LISTED, choice_told, count_told
from ui.pages.map_tools import TOOLS

ROOMY_PX = 300
"""Width, in ordinary type, that the words need beside the buttons."""

REST_MS = 150
"""The height of a place is looked up when the pointer rests so long."""


class MapFeet(QWidget):
    """What was done on the map with what can be done next, and a line with the place under the pointer.

    Signals: ``cleared``: what was drawn or chosen is to be put away; ``listed``: the kind of the chosen records whose
    list is wanted.
    """

    cleared = Signal()
    listed = Signal(str)

    def __init__(self, desk: Desk, run: Callable[[str], None]) -> None:
        super().__init__()
        self._desk, self._words = desk, desk.words
        words = desk.words
        self._drawn = self._chosen = ""
        self._notation = "dd"
        self._missing = 0
        self._is_asking = False
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.copy = self._button("copy_drawn", run)
        self.lists = {kind: self._list_button(kind) for kind in LISTED}
        self.clear = Button(words.say("Put away"))
        self.clear.setIcon(icon("cancel"))
        self.clear.clicked.connect(lambda _is_checked=False: self.cleared.emit())
        self.where = ElidedLabel()
        self.missing = ElidedLabel()
        for label in (self.where, self.missing):
            theme.set_kind(label, "quiet")
        self.missing.hide()
        self._deed = QWidget()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._deed)
        self._lay()
        self._place = (0.0, 0.0)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask_height)
        self.tell_choice({})

    def _button(self, name: str, run: Callable[[str], None]) -> Button:
        told = command(name)
        button = Button(self._words.say(told.label))
        button.setIcon(icon(told.icon))
        button.setToolTip(f"{self._words.say(told.help)} ({told.key})")
        button.clicked.connect(partial(_run, run, name))
        return button

    def _list_button(self, kind: str) -> Button:
        button = Button()
        told = command("list_chosen")
        button.setIcon(icon(told.icon))
        button.setToolTip(f"{self._words.say(told.help)} ({told.key})")
        button.clicked.connect(lambda _is_checked=False: self.listed.emit(kind))
        return button

    def _lay(self) -> None:
        gap = theme.SPACES_PX[1]
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(gap)
        self._row.addWidget(self.told, 1)
        self._buttons = FlowRow(self.copy, *self.lists.values(), self.clear)
        self._row.addLayout(self._buttons)
        place = QHBoxLayout()
        place.setSpacing(gap)
        place.addWidget(self.where, 3)
        place.addWidget(self.missing, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(gap, theme.SPACES_PX[0], gap, theme.SPACES_PX[0])
        column.setSpacing(theme.SPACES_PX[0])
        column.addWidget(self._deed)
        column.addLayout(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The buttons stand beside the words where that leaves room for the words."""
        left = self.width() - self._buttons.sizeHint().width()
        way = QBoxLayout.Direction
        self._row.setDirection(way.LeftToRight if left >= theme.beside_type(ROOMY_PX) else way.TopToBottom)

    # What was done

    def tell_drawing(self, text: str) -> None:
        """Tell what was drawn; nothing where it was put away."""
        self._drawn = text
        self._show_deed()

    def tell_choice(self, records: Mapping[str, Sequence[str]]) -> None:
        """Tell how many records of each kind are chosen; each kind has a button for its list."""
        self._chosen = choice_told(self._words, records)
        for kind, button in self.lists.items():
            count = len(records.get(kind, ()))
            button.setText(self._words.say("List: {records}", records=count_told(self._words, kind, count)))
            button.setVisible(bool(count))
        self._show_deed()

    def _show_deed(self) -> None:
        self.told.setText(self._drawn or self._chosen)
        self.copy.setVisible(bool(self._drawn))
        self._deed.setVisible(bool(self._drawn or self._chosen))
        self._arrange()

    # Where the pointer is

    def tell_tool(self, tool: Tool) -> None:
        """Say how the tool in hand is used, until the pointer moves."""
        name = next(name for name, one in TOOLS.items() if one is tool)
        self.say(self._words.say(command(name).help))

    def say(self, text: str) -> None:
        """Say something in the line of the place, until the pointer moves."""
        self._rest.stop()
        self.where.set_text(text)

    def say_facts(self, facts: Mapping[str, str]) -> None:
        """Say what is known of a boundary, until the pointer moves."""
        if facts:
            self.say(" · ".join(f"{name}: {text}" for name, text in facts.items()))

    def take_notation(self, notation: str) -> None:
        """Tell places in this notation from now on: what it needs is loaded."""
        self._notation = notation

    def point_at(self, longitude: float, latitude: float) -> None:
        """Tell the place under the pointer; its height a moment later, where somebody knows it."""
        self._place = (latitude, longitude)
        self.where.set_text(telling.place(self._notation, latitude, longitude))
        if self._desk.maps.knows_heights:
            self._rest.start()

    def _ask_height(self) -> None:
        if self._is_asking:
            self._rest.start()
            return
        self._is_asking = True
        self._desk.maps.ask_height(*self._place, self._tell_height)

    def _tell_height(self, answer: tuple[float, float, float | None]) -> None:
        self._is_asking = False
        latitude, longitude, height_m = answer
        if (latitude, longitude) != self._place or height_m is None:
            return
        told = telling.place(self._notation, latitude, longitude)
        height = self._words.say("{count} m above the sea", count=telling.number(self._words, height_m))
        self.where.set_text(f"{told} · {height}")

    def begin_picture(self) -> None:
        """The map is painted anew."""
        self._missing = 0

    def tell_missing(self, count: int) -> None:
        """So many tiles of the new picture are nowhere."""
        self._missing = count

    def end_picture(self) -> None:
        """The new picture is shown: say whether a map lacks a part of it."""
        is_missing = bool(self._missing)
        self.missing.set_text(self._words.say("A map of yours ends here, or goes no nearer.") if is_missing else "")
        self.missing.setVisible(is_missing)


def _run(run: Callable[[str], None], name: str, _is_checked: bool = False) -> None:
    run(name)
