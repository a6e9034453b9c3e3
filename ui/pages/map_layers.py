"""The panel of layers: what the map shows, in which order, how strongly, and in which style."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from ranger_app.coordinates import NOTATIONS
from ranger_app.i18n import Words
from ranger_app.services.shown_layers import DEGREES, LEAST_OPACITY, NO_GRID
from ui import telling, theme
from ui.button import Button
from ui.choice_box import ChoiceBox, QuietSlider
from ui.commands import command
from ui.flow_row import FlowRow
from ui.icons import icon
from ui.pages.layer_row import LayerRow
from ui.pages.map_style import StyleBox

LEAST_ROWS = 4
"""So many layers are in sight however low the window is."""

EDGE_PX = 1
"""Of a row."""

STEP_PERCENT = 10
SETTLED_MS = 120
"""The map is painted anew when a slider rests so long."""

_UP_KEYS, _DOWN_KEYS = (Qt.Key.Key_Up,), (Qt.Key.Key_Down,)


class LayerList(QListWidget):
    """The layers, the uppermost first: Space shows or hides, Ctrl+Up and Ctrl+Down move, the pointer drags."""

    moved = Signal(str, int)
    ordered = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setUniformItemSizes(False)
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.model().rowsMoved.connect(self._tell_order)

    def _tell_order(self, _parent: QModelIndex, _first: int, _last: int, _to: QModelIndex, _row: int) -> None:
        # the list is laid anew by whoever hears it, which must not happen within the move
        QTimer.singleShot(0, self, lambda: self.ordered.emit(self.ids()))

    def ids(self) -> list[str]:
        """The layers in the order in which they stand."""
        return [str(self.item(place).data(Qt.ItemDataRole.UserRole)) for place in range(self.count())]

    def current_id(self) -> str:
        """The layer under the cursor; empty without one."""
        item = self.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.keep_in_sight()
        is_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if is_control and event.key() in (*_UP_KEYS, *_DOWN_KEYS) and self.current_id():
            self.moved.emit(self.current_id(), -1 if event.key() in _UP_KEYS else 1)
            event.accept()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        # what is below it stays in sight; it takes what room is left
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def changeEvent(self, event: object) -> None:
        super().changeEvent(event)  # type: ignore[arg-type]
        self.keep_room()

    def keep_room(self) -> None:
        """Be high enough for the least number of rows of one line."""
        line_px = self.fontMetrics().height() + 2 * (theme.SPACES_PX[1] + EDGE_PX)
        rows_px = min((self.sizeHintForRow(row) for row in range(self.count())), default=line_px)
        self.setMinimumHeight(LEAST_ROWS * max(line_px, rows_px) + 2 * self.frameWidth())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.keep_in_sight()

    def keep_in_sight(self) -> None:
        """Show the layer under the cursor: keys act on it."""
        if self.currentItem() is not None:
            self.scrollToItem(self.currentItem())


class LayerPanel(QWidget):
    """The list of layers and, below it, what can be done with the one under the cursor.

    Args:
        run: Does a command.

    Signals: each tells the layer and what was chosen for it; ``ordered`` the layers, the uppermost first; ``styled``
    a style as :class:`ui.map.VectorStyle` writes it.
    """

    visible_chosen = Signal(str, bool)
    opacity_chosen = Signal(str, float)
    ordered = Signal(list)
    moved = Signal(str, int)
    grid_chosen = Signal(str)
    styled = Signal(str, object)
    attributed = Signal(str, str)
    current_changed = Signal(str)

    def __init__(self, words: Words, run: Callable[[str], None]) -> None:
        super().__init__()
        self._words = words
        self._run = run
        self._rows: dict[str, LayerRow] = {}
        self.setAccessibleName(words.say("Layers of the map"))
        self.grid = self._grid_line()
        self.list = LayerList()
        self.list.setAccessibleName(words.say("Layers, the uppermost first"))
        self.list.setToolTip(words.say("Space shows or hides a layer, Ctrl+Up and Ctrl+Down move it."))
        self.list.itemChanged.connect(self._check)
        self.list.currentItemChanged.connect(lambda _now, _before: self._show_current())
        self.list.moved.connect(self.moved)
        self.list.ordered.connect(self.ordered)
        self.up = self._sign(words.say("Up"), "up", lambda: self.moved.emit(self.list.current_id(), -1))
        self.down = self._sign(words.say("Down"), "down", lambda: self.moved.emit(self.list.current_id(), 1))
        adding = command("add_map_file")
        add = self._sign(words.say(adding.label), "add", lambda: run("add_map_file"))
        add.setText(words.say(adding.label))
        add.setToolTip(f"{words.say(adding.help)} ({adding.key})")
        removing = command("remove_map_file")
        self.remove = self._sign(words.say(removing.label), "withdraw", lambda: run("remove_map_file"))
        self.remove.setToolTip(f"{words.say(removing.label)} ({removing.key})\n{words.say(removing.help)}")
        self.note = QLabel()
        self.note.setWordWrap(True)
        theme.set_kind(self.note, "quiet")
        self.strength = QLabel()
        self.slider = self._slider()
        self.style_box = StyleBox(words)
        self.style_box.styled.connect(lambda told: self.styled.emit(self.list.current_id(), told))
        self.owner = QLineEdit()
        self.owner.setAccessibleName(words.say("Whose map it is"))
        self.owner.setPlaceholderText(words.say("Whose map it is"))
        self.owner.setToolTip(words.say("Stands on every picture and on paper, as the licence of the map asks."))
        self.owner.editingFinished.connect(self._tell_owner)
        buttons = FlowRow(self.up, self.down, self.remove, add)
        self._lay(buttons)
        self._rest = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._rest.timeout.connect(self._tell_opacity)
        self._show_current()

    def _grid_line(self) -> QComboBox:
        words = self._words
        box = ChoiceBox()
        box.setAccessibleName(words.say("Grid"))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(10)
        box.addItem(words.say("No grid"), NO_GRID)
        box.addItem(words.say("Grid: {name}", name=words.say("Degrees")), DEGREES)
        for one in NOTATIONS:
            if not one.is_degrees and one.id != "mgrs":
                box.addItem(words.say("Grid: {name}", name=words.say(one.label)), one.id)
        for place in range(box.count()):
            box.setItemData(place, box.itemText(place), Qt.ItemDataRole.ToolTipRole)
        box.currentTextChanged.connect(box.setToolTip)
        box.activated.connect(lambda _place: self.grid_chosen.emit(str(box.currentData())))
        return box

    def _sign(self, text: str, name: str, act: Callable[[], None]) -> Button:
        """A button with a picture; its words stand in the tool tip, and are said to a screen reader."""
        button = Button()
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setIcon(icon(name))
        button.clicked.connect(lambda _is_checked=False: act())
        return button

    def _slider(self) -> QSlider:
        slider = QuietSlider(Qt.Orientation.Horizontal)
        slider.setRange(round(LEAST_OPACITY * 100), 100)
        slider.setSingleStep(STEP_PERCENT)
        slider.setPageStep(2 * STEP_PERCENT)
        slider.setMinimumHeight(theme.TARGET_PX)
        slider.setAccessibleName(self._words.say("How strongly the layer is shown"))
        slider.valueChanged.connect(self._slide)
        return slider

    def _lay(self, buttons: FlowRow) -> None:
        gap = theme.SPACES_PX[1]
        strength = QHBoxLayout()
        strength.setSpacing(gap)
        strength.addWidget(self.strength)
        strength.addWidget(self.slider, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(gap, gap, gap, gap)
        column.setSpacing(gap)
        column.addWidget(self.grid)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        column.addWidget(self.note)
        column.addLayout(strength)
        column.addWidget(self.style_box)
        column.addWidget(self.owner)

    # What is shown

    def show_rows(self, rows: Sequence[LayerRow], grid: str) -> None:
        """Show these layers, the uppermost first; the cursor stays on its layer."""
        current = self.list.current_id()
        self._rows = {row.id: row for row in rows}
        with QSignalBlocker(self.list):
            self.list.clear()
            for row in rows:
                self.list.addItem(self._item(row))
            ids = self.list.ids()
            self.list.setCurrentRow(ids.index(current) if current in ids else 0)
        self.list.keep_room()
        self.list.keep_in_sight()
        self.grid.setCurrentIndex(max(self.grid.findData(grid), 0))
        self._show_current()

    def _item(self, row: LayerRow) -> QListWidgetItem:
        item = QListWidgetItem(row.name)
        flag = Qt.ItemFlag
        item.setFlags(
            flag.ItemIsUserCheckable | flag.ItemIsSelectable | flag.ItemIsEnabled | flag.ItemIsDragEnabled
            | flag.ItemNeverHasChildren
        )  # fmt: skip
        item.setCheckState(Qt.CheckState.Checked if row.visible else Qt.CheckState.Unchecked)
        item.setData(Qt.ItemDataRole.UserRole, row.id)
        if row.has_problem:
            item.setIcon(icon("warning", colour=theme.current().warning))
        told = ", ".join(part for part in (row.name, row.note) if part)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, told)
        item.setToolTip(told)
        return item

    @property
    def current(self) -> LayerRow | None:
        """The layer under the cursor."""
        return self._rows.get(self.list.current_id())

    def _show_current(self) -> None:
        row = self.current
        self.up.setEnabled(self._can_move(-1))
        self.down.setEnabled(self._can_move(1))
        self.remove.setEnabled(row is not None and row.is_own)
        self.note.setText(row.note if row is not None else "")
        self.note.setVisible(bool(row is not None and row.note))
        theme.set_kind(self.note, "warning" if row is not None and row.has_problem else "quiet")
        self.owner.setVisible(row is not None and row.is_own)
        self.owner.setText(row.attribution if row is not None else "")
        with QSignalBlocker(self.slider):
            self.slider.setValue(round((row.opacity if row is not None else 1.0) * 100))
        self.slider.setEnabled(row is not None)
        self._tell_strength()
        self.current_changed.emit(row.id if row is not None else "")

    def _can_move(self, step: int) -> bool:
        """Whether the layer under the cursor may change places with its neighbour: ground stays below the rest."""
        other = self.list.item(self.list.currentRow() + step)
        row = self.current
        return (
            row is not None and other is not None
            and self._rows[str(other.data(Qt.ItemDataRole.UserRole))].is_ground == row.is_ground
        )  # fmt: skip

    def choose(self, layer: str) -> None:
        """Put the cursor on a layer."""
        ids = self.list.ids()
        if layer in ids:
            self.list.setCurrentRow(ids.index(layer))

    # What is chosen

    def _check(self, item: QListWidgetItem) -> None:
        is_shown = item.checkState() == Qt.CheckState.Checked
        self.visible_chosen.emit(str(item.data(Qt.ItemDataRole.UserRole)), is_shown)

    def _tell_owner(self) -> None:
        row = self.current
        if row is not None and row.is_own and self.owner.text().strip() != row.attribution:
            self.attributed.emit(row.id, self.owner.text().strip())

    def _slide(self, _percent: int) -> None:
        self._tell_strength()
        self._rest.start()

    def _tell_strength(self) -> None:
        percent = telling.number(self._words, self.slider.value())
        self.strength.setText(self._words.say("Strength {percent} %", percent=percent))

    def _tell_opacity(self) -> None:
        if self.list.current_id():
            self.opacity_chosen.emit(self.list.current_id(), self.slider.value() / 100)
