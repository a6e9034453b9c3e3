"""Walks through every screen and names what is cut off and what has no name; a program of its own.

The size of type and its direction belong to a whole application, so tests start this beside themselves: folder of the
demo station, language, width, height, the type in per cent, ``mirrored`` or ``plain``, and a folder for pictures where
somebody wants to see them.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.pictures.gallery import SCREENS, open_window
from tests.pictures.waiting import settle
from tests.ui.clipping import clipped, nameless
from ui import theme
from ui.application import OBJECTS_BETWEEN_COLLECTIONS
from ui.garbage import Collector

LONGEST_S = 5.0
"""A slow machine may take so long to lay a screen out."""


def main(
    folder: Path, language: str, size: tuple[int, int], *, percent: int, is_mirrored: bool, pictures: Path | None
) -> dict[str, list[str]]:
    """What is wrong, by screen."""
    app = QApplication([])
    collector = Collector(OBJECTS_BETWEEN_COLLECTIONS)  # garbage found by another thread may be Qt's, and crash
    collector.begin()
    theme.BASE_POINTS *= percent / 100
    if is_mirrored:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    whole, window = open_window(folder, language, size)
    if is_mirrored:
        window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    found = {}
    for screen in SCREENS:
        screen.act(window)
        until = time.monotonic() + LONGEST_S
        while True:
            settle(0.2)
            told = wrong_in(window, size)
            if not told or time.monotonic() > until:
                break
        if told:
            found[screen.name] = told
        if pictures is not None:
            window.grab().save(str(pictures / f"{screen.name}.png"))
        window.go_back()
        window.go_back()
    whole.close()
    settle(0.05)
    collector.stop()
    return found


def wrong_in(window: QWidget, size: tuple[int, int]) -> list[str]:
    """What is wrong with the screen that *window* shows now."""
    told = [*clipped(window), *nameless(window)]
    if (window.width(), window.height()) != size:
        told.append(f"the window grew to {window.width()}x{window.height()}")
    return told


if __name__ == "__main__":
    place, speech, width, height, type_size, direction, *seen = sys.argv[1:]
    wrong = main(
        Path(place), speech, (int(width), int(height)), percent=int(type_size), is_mirrored=direction == "mirrored",
        pictures=Path(seen[0]) if seen else None,
    )  # fmt: skip
    print(json.dumps(wrong, ensure_ascii=False))
