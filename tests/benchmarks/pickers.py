"""The picker of a form over a tree of seven thousand species, beside Qt's own list of that many texts."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QEvent, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QListView, QListWidget, QMainWindow, QWidget

from ranger_app.domain.model_search import Index
from ranger_app.i18n import Words
from tests.benchmarks.measuring import Row, in_own_process, seconds
from tests.big_tree import big_tree
from ui import theme
from ui.forms.picker import PickLine

NODES = 7_000
ROUNDS = 15
TYPED = ("p", "pa", "pan", "panthe", "a", "зверь 6", "zzz", "pan ra", "mon al ta", "rl77")
LONGEST_KEY_PRESS_MS = 50.0
LANGUAGES = ("en", "ru")

Shown: TypeAlias = QWidget | None


def run() -> list[Row]:
    """Measure in a process of its own: Qt starts once in each."""
    told = in_own_process("tests.benchmarks.pickers", offscreen=True)
    count = f"{told['nodes']:,}"
    return [
        Row(
            what=f"A picker opens a tree of {count} species that it has not seen before, beside a QListWidget that is "
            "filled with as many texts and shown",
            ours=f"{told['open']:.1f} ms", peer=f"{told['list']:.1f} ms",
            measured=told["open"] / told["list"], limit=2.0,
        ),
        Row(
            what=f"It opens at a species five thousand further down, beside a QListView that is given {count} texts "
            "and shown",
            ours=f"{told['deep']:.1f} ms", peer=f"{told['view']:.1f} ms",
            measured=told["deep"] / told["view"], limit=2.0,
        ),
        Row(
            what=f"A key press in it, until what was found is painted (the slowest of {len(TYPED)} texts)",
            ours=f"{told['press']:.1f} ms", measured=told["press"], limit=LONGEST_KEY_PRESS_MS, unit="ms",
        ),
        Row(
            what="The first key press after the cursor came into the line",
            ours=f"{told['first']:.1f} ms", measured=told["first"], limit=LONGEST_KEY_PRESS_MS, unit="ms",
        ),
    ]  # fmt: skip


def measure() -> dict[str, float]:
    """Everything in milliseconds; medians of rounds that alternate."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app)
    tree = big_tree(NODES)
    labels = [node.names[0][1] for _, node in tree.walk()]
    deep = list(tree.walk())[5_000][0]
    window = QMainWindow()
    window.resize(1366, 768)
    line = PickLine("Species", Words("en"))
    line.setParent(window)
    line.setGeometry(300, 100, 600, 32)
    window.show()
    window.activateWindow()
    app.processEvents()

    def filled() -> QWidget:
        shown = QListWidget(window)
        shown.addItems(labels)
        return in_sight(shown)

    def viewed() -> QWidget:
        shown = QListView(window)
        shown.setModel(QStringListModel(labels, shown))
        return in_sight(shown)

    def in_sight(shown: QWidget) -> QWidget:
        shown.setGeometry(300, 132, 600, 320)
        shown.show()
        app.processEvents()
        return shown

    def opened() -> QWidget | None:
        line.offer(Index(tree, LANGUAGES))
        line.open_levels()
        app.processEvents()
        return line.popup

    def opened_deep() -> QWidget | None:
        line.set_key(deep)
        line.open_levels()
        app.processEvents()
        return line.popup

    def close(shown: QWidget | None) -> None:
        line.close_popup()
        if shown is not None:
            shown.hide()
            shown.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        app.processEvents()

    taken = _alternating({"list": filled, "open": opened, "view": viewed, "deep": opened_deep}, close)
    taken["press"] = max(_median(partial(press, line, text), close) for text in TYPED)

    def first() -> float:
        line.clearFocus()
        line.set_key("")
        line.offer(Index(tree, LANGUAGES))
        line.setFocus()
        app.processEvents()
        return press(line, "p")

    taken["first"] = _median(first, close)
    return {name: took * 1000 for name, took in taken.items()} | {"nodes": len(labels)}


def press(line: PickLine, text: str) -> float:
    """How long the last letter of *text* takes, typed after the others, until what was found is painted."""
    line.setText(text[:-1])
    letter = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, text[-1])

    def act() -> None:
        QApplication.sendEvent(line, letter)
        QApplication.processEvents()

    return seconds(act)


def _alternating(acts: Mapping[str, Callable[[], Shown]], close: Callable[[Shown], None]) -> dict[str, float]:
    """The median of each act in seconds; putting away takes none of it, nor does the first round."""
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(ROUNDS + 1):
        for name, act in acts.items():
            gc.collect()
            before = time.perf_counter()
            shown = act()
            taken[name].append(time.perf_counter() - before)
            close(shown)
    return {name: statistics.median(times[1:]) for name, times in taken.items()}


def _median(act: Callable[[], float], close: Callable[[Shown], None]) -> float:
    times = []
    for _ in range(ROUNDS):
        times.append(act())
        close(None)
    return statistics.median(times)


if __name__ == "__main__":
    print(json.dumps(measure()))
