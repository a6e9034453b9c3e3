"""The strip at the foot: what matters most stays whole however narrow the window is and whatever is running."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget

from tests.ui.clipping import clipped
from tests.ui.window_room import Room
from ui.status_strip import StatusStrip


@pytest.fixture
def strip(room: Room) -> Iterator[StatusStrip]:
    """A strip of its own, that may be as narrow as a test wants."""
    around = QWidget()
    room.qtbot.addWidget(around)
    made = StatusStrip(room.desk, check=lambda: None, show_outbox=lambda: None)
    made.setParent(around)
    around.resize(1600, 60)
    around.show()
    yield made
    around.hide()


def at_rest(room: Room, strip: StatusStrip) -> list[str]:
    room.until(lambda: bool(strip.clock.text()))  # told a moment after the strip was made
    room.qtbot.wait(50)
    return list(clipped(strip))


def test_a_wide_strip_shows_everything(room: Room, strip: StatusStrip) -> None:
    strip.resize(1600, strip.sizeHint().height())

    assert at_rest(room, strip) == []
    assert strip.backup.isVisible()
    assert strip.intact.isVisible()


@pytest.mark.parametrize("width", range(460, 900, 40))
def test_a_longer_text_takes_the_room_of_what_matters_less(room: Room, strip: StatusStrip, width: int) -> None:
    strip.resize(width, strip.sizeHint().height())
    room.qtbot.wait(20)

    strip.to_send.setText("To send 1,204 · 17 refused")
    assert at_rest(room, strip) == []


@pytest.mark.parametrize("width", [600, 900, 1366, 1600])
def test_work_that_is_running_takes_the_room_of_what_matters_less_and_gives_it_back(
    room: Room, strip: StatusStrip, width: int
) -> None:
    strip.resize(width, strip.sizeHint().height())
    at_rest(room, strip)
    before = strip.backup.isVisible(), strip.intact.isVisible()
    is_over = threading.Event()
    room.desk.do(lambda _store, _context: is_over.wait(20), title="Reading 1,204 files of a receiver's card")
    try:
        room.until(strip.job.isVisible)
        assert at_rest(room, strip) == []
        assert strip.job.bar.isVisible() == (width > 600)
    finally:
        is_over.set()
    room.until(lambda: not strip.job.isVisible())

    assert at_rest(room, strip) == []
    assert (strip.backup.isVisible(), strip.intact.isVisible()) == before
