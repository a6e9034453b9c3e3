"""Where one reads from right to left: facts stand beside their names, and pictures apart from their words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ui import theme
from ui.facts_view import FactsView
from ui.icons import icon

ROOM_PX = 4


@pytest.fixture
def mirrored(qapp: QApplication) -> Iterator[None]:
    before = qapp.layoutDirection()
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(before)


def ink(image: QImage) -> set[int]:
    """Columns in which anything is drawn."""
    ground = image.pixel(image.width() // 2, 0)
    return {x for x in range(image.width()) for y in range(image.height()) if image.pixel(x, y) != ground}


@pytest.mark.usefixtures("mirrored")
@pytest.mark.parametrize("value", ["DEMO_DWJX_000001", "41.201108, 74.501239", "Нарын", "نارین"])
def test_a_fact_stands_at_the_side_of_its_name_whatever_its_letters_are(qtbot: QtBot, value: str) -> None:
    view = FactsView("facts")
    qtbot.addWidget(view)
    view.resize(700, 200)
    view.fact("Number", value)
    view.show()

    told = next(label for label in view.findChildren(QLabel) if label.text() == value)

    assert told.width() > 300
    assert min(ink(told.grab().toImage())) > told.width() / 2


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("is_mirrored", [False, True])
def test_the_room_beside_a_picture_is_on_the_side_of_its_word(*, is_mirrored: bool) -> None:
    image = (
        icon("map", is_mirrored=is_mirrored, room_px=ROOM_PX).pixmap(theme.ICON_PX + ROOM_PX, theme.ICON_PX).toImage()
    )

    drawn = {x for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha()}

    left, right = min(drawn), image.width() - 1 - max(drawn)
    assert (left > right) == is_mirrored
