"""A page of a paper booklet, and the keys with which it is typed."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

PAGE: tuple[tuple[str, ...], ...] = (
    ("0801", "arg", "7"),
    ("0802", "ibe", "12"),
    ("", "wol", "1"),
    ("0803", "snare", "3"),
    ("0804", "arg", "4"),
    ("", "", "2"),
    ("0805", "leop", ""),
    ("0807", "marm", "20"),
    ("0808", "camp", ""),
    ("0809", "carc", "1"),
)
"""Time, what was seen, how many; what is empty is as above."""

WHERE = {6: ("NE", "150")}
"""Row to the bearing and the distance that it tells."""


@dataclass
class KeyCounter(QObject):
    """Counts keys pressed, and panels that stood over the page.

    Attributes:
        dialogs: Names of the panels and windows that were opened.
    """

    keys: int = 0
    dialogs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def press(self, key: Qt.Key) -> None:
        """Press a key where the cursor is."""
        focused = QApplication.focusWidget()
        assert focused is not None, "nothing has the focus"
        self.keys += 1
        QTest.keyClick(focused, key)

    def write(self, text: str) -> None:
        """Type a text, a key a letter."""
        focused = QApplication.focusWidget()
        assert focused is not None, "nothing has the focus"
        self.keys += len(text)
        QTest.keyClicks(focused, text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - as Qt calls it
        is_over = isinstance(watched, QWidget) and (watched.isWindow() or type(watched).__name__ == "Sheet")
        if event.type() == QEvent.Type.Show and is_over:
            self.dialogs.append(type(watched).__name__)
        return False


def type_page(counter: KeyCounter) -> None:
    """Type the whole page; the cursor stands in the time of an empty row."""
    for number, (time, seen, count) in enumerate(PAGE):
        counter.write(time)
        counter.press(Qt.Key.Key_Return)
        counter.write(seen)
        counter.press(Qt.Key.Key_Return)
        counter.write(count)
        if number in WHERE:
            bearing, distance = WHERE[number]
            counter.press(Qt.Key.Key_Tab)
            counter.press(Qt.Key.Key_Tab)
            counter.write(distance)
            counter.press(Qt.Key.Key_Tab)
            counter.write(bearing)
        counter.press(Qt.Key.Key_Return)
