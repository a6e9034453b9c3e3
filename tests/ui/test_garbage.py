"""Widgets that hold each other are cleared away in the window's thread, whoever made the garbage."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from pytestqt.qtbot import QtBot

from ui.garbage import LOOK_EVERY_MS, YOUNG_ROUNDS, Collector

FEW = 2_000


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    gc.collect()
    threshold = gc.get_threshold()
    gc.set_threshold(FEW)
    gc.enable()
    made = Collector(FEW)
    made.begin()
    yield made
    made.stop()
    gc.disable()
    gc.unfreeze()
    gc.set_threshold(*threshold)


def drop_a_ring(gone_in: list[int]) -> None:
    """Make an object that holds itself, and let go of it."""
    one = QObject()
    one.destroyed.connect(lambda: gone_in.append(threading.get_ident()), Qt.ConnectionType.DirectConnection)
    one.setObjectName("ring")
    ring: list[object] = [one]
    ring.append(ring)


def make_much() -> None:
    kept = [[number] for number in range(20 * FEW)]
    assert kept


def test_another_thread_that_makes_much_clears_no_widget_away(qtbot: QtBot, collector: Collector) -> None:
    gone_in: list[int] = []
    drop_a_ring(gone_in)
    busy = threading.Thread(target=make_much)
    busy.start()
    busy.join()
    assert gone_in == []

    kept = [[number] for number in range(20 * FEW)]
    qtbot.waitUntil(lambda: bool(gone_in), timeout=5 * LOOK_EVERY_MS)
    assert kept
    assert gone_in == [threading.get_ident()]


def test_old_garbage_goes_too(collector: Collector) -> None:
    gone_in: list[int] = []
    one = QObject()
    one.destroyed.connect(lambda: gone_in.append(1), Qt.ConnectionType.DirectConnection)
    ring: list[object] = [one]
    ring.append(ring)
    gc.collect(1)
    del one, ring
    kept: list[list[int]] = []
    for _ in range(YOUNG_ROUNDS):
        assert gone_in == []
        kept += [[number] for number in range(2 * FEW)]
        collector.collect_when_due()
    assert gone_in == [1]


def test_python_collects_again_when_the_window_is_gone(collector: Collector) -> None:
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
