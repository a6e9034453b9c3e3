"""A booklet that is being typed, for pictures."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ui.main_window import MainWindow
from ui.pages.booklet import BookletPage


def type_rows(window: MainWindow) -> None:
    """One row stored, the next begun."""
    page = window.page
    assert isinstance(page, BookletPage)
    line = page.line
    day = page._ground.tracks[0].span_us() if page._ground.tracks else None
    moment = page.desk.now() if day is None else page.desk.now().fromtimestamp(day[0] / 1e6, page.desk.zone)
    for seen, count, is_last in (("arg", "7", False), ("wol", "2", True)):
        QTest.keyClicks(line.lines["time"], f"{moment:%H%M}")
        line.go_to("seen")
        QTest.keyClicks(line.seen, seen)
        QTest.keyClick(line.seen, Qt.Key.Key_Return)
        QTest.keyClicks(line.lines["count"], count)
        if not is_last:
            QTest.keyClick(line.lines["count"], Qt.Key.Key_Return)
