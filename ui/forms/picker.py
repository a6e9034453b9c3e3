"""A line in which an answer of a long list or a large tree is found: by typing, or by walking through the levels."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from ranger_app.domain.forms import Field
from ranger_app.domain.model_search import Hit, Index
from ranger_app.i18n import Words
from ui import theme
from ui.forms.editors import Editor
from ui.forms.pick_model import ARROW, PickModel
from ui.forms.pick_popup import PickPopup
from ui.icons import icon


def anything(_hit: Hit) -> bool:
    """Every answer may be picked."""
    return True


class PickLine(QLineEdit):
    """Typing lists what holds the words, in any language of the model and by key; Down or F4 opens the levels.

    Enter takes the answer under the cursor, Escape closes the list. What an old record names is shown whatever the
    model says of it now.

    Args:
        is_pickable: Which answers may be picked; see :class:`PickModel`.
        keeps_nothing: The line is emptied when something was picked, and Enter does not go on: it picks to add.

    Signals: ``picked`` tells the key that a person chose; ``changed`` that the line is another now and nobody is
    typing in it any more.
    """

    picked = Signal(str)
    changed = Signal()

    def __init__(
        self,
        name: str,
        words: Words,
        *,
        is_pickable: Callable[[Hit], bool] = anything,
        keeps_nothing: bool = False,
    ) -> None:
        super().__init__()
        self._words = words
        self._is_pickable = is_pickable
        self._keeps_nothing = keeps_nothing
        self._index: Index | None = None
        self._key = ""
        self._said = ""
        self._has_walked = False
        self._is_typing = False
        self.popup: PickPopup | None = None
        self.setAccessibleName(name)
        self.setPlaceholderText(words.say("Type to find, F4 shows all"))
        self.open_act = QAction(icon("list"), words.say("Show all answers (F4)"), self)
        self.open_act.triggered.connect(self.toggle)
        self.addAction(self.open_act, QLineEdit.ActionPosition.TrailingPosition)
        self.textEdited.connect(self._type)
        self.editingFinished.connect(self.settle)

    def offer(self, index: Index) -> None:
        """Offer the answers of *index*."""
        self._index = index
        self.close_popup()
        self.set_key(self._key)

    # What it says

    def key(self) -> str | None:
        """The answer that the line names; empty for nothing, ``None`` for text that names none."""
        text = self.text().strip()
        if not text:
            return ""
        return self._key if self._key and text == self._said else None

    def hit(self) -> Hit | None:
        """The chosen answer; ``None`` when none is chosen, or the model does not know it."""
        return self.known(self._key) if self.key() else None

    def known(self, key: str) -> Hit | None:
        """What is offered under this key."""
        return self._index.get(key, self._words.language) if self._index is not None else None

    def set_key(self, key: str) -> None:
        """Show the answer of this key without telling anybody."""
        self._key = key
        self._said = self._told(key).strip()
        self.setText(self._said)
        self.setCursorPosition(0)

    def _told(self, key: str) -> str:
        if not key:
            return ""
        hit = self.known(key)
        if hit is None:
            return self._words.say("{key} (not in the data model)", key=key) if self._index is not None else key
        return hit.label if hit.is_active else self._words.say("{answer} (no longer in use)", answer=hit.label)

    # Typing and choosing

    def _type(self, text: str) -> None:
        self._is_typing = True
        if text.strip():
            popup = self._opened()
            if popup is not None:
                popup.show_found(text)
                popup.place()
        else:
            self.close_popup()
            self._say_changed()
        self._has_walked = False

    def _say_changed(self) -> None:
        self._is_typing = False
        self.changed.emit()

    def _opened(self) -> PickPopup | None:
        if self.popup is None and self._index is not None:
            model = PickModel(self._index, self._words.language, self._is_pickable)
            self.popup = PickPopup(self, model, self._words)
            model.setParent(self.popup)
            self.popup.picked.connect(self._pick)
            self.popup.show()
            for area in self._areas():
                area.verticalScrollBar().valueChanged.connect(self._follow)
        return self.popup

    def _areas(self) -> list[QScrollArea]:
        found: list[QScrollArea] = []
        above: QWidget | None = self.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                found.append(above)
            above = above.parentWidget()
        return found

    def _follow(self) -> None:
        if self.popup is not None:
            self.popup.place()

    def open_levels(self) -> None:
        """Show all answers by levels, at the chosen one."""
        popup = self._opened()
        if popup is not None:
            hit = self.hit()
            popup.show_tree(hit.hkey if hit is not None else "")
            self.selectAll()
            popup.place()
            self._has_walked = False

    def toggle(self) -> None:
        """Open the levels, or close what is open."""
        if self.popup is not None and self.popup.answers.is_tree:
            self.close_popup()
        else:
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.open_levels()

    def close_popup(self) -> None:
        """Close the list; the line stays as it is."""
        popup, self.popup = self.popup, None
        if popup is not None:
            for area in self._areas():
                area.verticalScrollBar().valueChanged.disconnect(self._follow)
            popup.put_away()

    def _pick(self, key: str) -> None:
        self.close_popup()
        self.set_key("" if self._keeps_nothing else key)
        self._say_changed()
        self.picked.emit(key)

    def enter(self) -> bool:
        """Take the answer under the cursor; whether Enter has done its work here and shall not go on."""
        if self.popup is None:
            return False
        key = self.popup.chosen()
        if key:
            self._pick(key)
            return self._keeps_nothing
        if self.popup.answers.is_tree:
            self.popup.open_level()
        return True

    def settle(self) -> None:
        """The line is left: the only answer that was found is taken, and so is the one that somebody walked to."""
        key = ""
        if self.popup is not None and self.key() is None and not self._keeps_nothing:
            key = self.popup.meant(self.text()) or (self.popup.chosen() if self._has_walked else "")
        self.close_popup()
        if key:
            self._pick(key)
        elif self._is_typing:
            self._say_changed()

    # Keys and focus

    def event(self, event: QEvent) -> bool:
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if event.type() == QEvent.Type.ShortcutOverride and is_escape and self.popup is not None:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        has_modifier = bool(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier)
        if key == Qt.Key.Key_F4 and not has_modifier:
            self.toggle()
        elif self.popup is None:
            if key == Qt.Key.Key_Down and not has_modifier:
                self.open_levels()
            else:
                super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape:
            self._escape()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enter()
        elif not has_modifier and self.popup.walk(key):
            self._has_walked = True
        else:
            super().keyPressEvent(event)

    def _escape(self) -> None:
        """Close the list; text that names nothing gives way to what was chosen before."""
        self.close_popup()
        if self.key() is None:
            self.set_key(self._key)
            self._say_changed()
        self.selectAll()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        had_focus = self.hasFocus()
        super().mousePressEvent(event)
        if not had_focus:
            self.selectAll()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._index is not None:
            # now, so that the first key press need not wait for it
            QTimer.singleShot(0, self, self._index.prepare)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.settle()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.close_popup()
        super().hideEvent(event)


class PickEditor(Editor):
    """One answer of a list or tree of the data model; the names above it stand below the line."""

    def __init__(self, field: Field, words: Words, index: Index) -> None:
        super().__init__(field, words)
        self.line = PickLine(self.label, words)
        self.line.offer(index)
        self.path = QLabel()
        self.path.setWordWrap(True)
        theme.set_kind(self.path, "caption")
        self.path.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.line)
        column.addWidget(self.path)
        self.setFocusProxy(self.line)
        self.line.changed.connect(self._hear)

    def _hear(self) -> None:
        self._show_path()
        self.edited.emit()

    def _show_path(self) -> None:
        hit = self.line.hit()
        self.path.setText(ARROW.join(hit.path) if hit is not None else "")
        self.path.setVisible(bool(self.path.text()))

    def target(self) -> QWidget:
        return self.line

    def value(self) -> object:
        return self.line.key() or None

    def set_value(self, value: object) -> None:
        self.line.set_key("" if value is None else str(value))
        self._show_path()

    def problem(self) -> str:
        if self.line.key() is None:
            return self.words.say("Not in the list. Type a part of an answer, or press F4.")
        return ""

    def typed(self) -> str:
        return self.line.text()

    def set_typed(self, text: str) -> None:
        self.line.setText(text)
        self._show_path()
