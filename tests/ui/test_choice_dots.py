"""A choice that has no room ends with three dots, in whatever direction the window is read."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionComboBox
from pytestqt.qtbot import QtBot

from ui import theme
from ui.choice_box import AROUND_PX, LEFT_TO_RIGHT, RIGHT_TO_LEFT, ChoiceBox

LONG = "Сетка: СК-42 (Пулково 1942, Гаусс-Крюгер)"
URDU = "شبکہ: پلکووو ۱۹۴۲ کے درجے اور منٹ، گاؤس کروگر"


def box(qtbot: QtBot, text: str, *, icon: QIcon | None = None) -> ChoiceBox:
    theme.apply(QApplication.instance())  # type: ignore[arg-type]
    made = ChoiceBox()
    qtbot.addWidget(made)
    made.addItem(icon or QIcon(), text)
    made.resize(180, made.sizeHint().height())
    made.show()
    return made


def said(made: ChoiceBox) -> str:
    option = QStyleOptionComboBox()
    made.initStyleOption(option)
    return option.currentText


def room_px(made: ChoiceBox) -> int:
    option = QStyleOptionComboBox()
    made.initStyleOption(option)
    kind, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
    return made.style().subControlRect(kind, option, part, made).width()


@pytest.mark.parametrize("touch", [False, True])
def test_the_style_takes_no_more_room_around_words_than_is_reckoned_with(qtbot: QtBot, touch: bool) -> None:
    made = box(qtbot, LONG)
    theme.apply(QApplication.instance(), touch=touch)  # type: ignore[arg-type]
    QApplication.processEvents()

    assert made.width() - room_px(made) <= AROUND_PX


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_a_long_choice_shows_its_beginning_and_dots(qtbot: QtBot, direction: Qt.LayoutDirection) -> None:
    made = box(qtbot, LONG)
    made.setLayoutDirection(direction)

    text = said(made)

    assert text.startswith("Сетка: СК-42")
    assert text.endswith("…" + LEFT_TO_RIGHT)
    assert made.fontMetrics().horizontalAdvance(text) <= room_px(made)
    assert made.currentText() == LONG


def test_words_that_are_read_from_the_right_end_with_dots_on_the_left(qtbot: QtBot) -> None:
    text = said(box(qtbot, URDU))

    assert text.startswith(URDU[:6])
    assert text.endswith("…" + RIGHT_TO_LEFT)


def test_what_has_room_is_told_whole(qtbot: QtBot) -> None:
    assert said(box(qtbot, "Без сетки")) == "Без сетки"


def test_a_picture_beside_the_words_takes_its_room(qtbot: QtBot) -> None:
    patch = QPixmap(16, 16)
    patch.fill(QColor("#0072B2"))

    made = box(qtbot, LONG, icon=QIcon(patch))

    assert made.fontMetrics().horizontalAdvance(said(made)) + made.iconSize().width() <= room_px(made)


def test_the_box_is_painted_with_its_dots(qtbot: QtBot) -> None:
    whole, cut = box(qtbot, LONG), box(qtbot, LONG[:60])
    cut.setItemText(0, said(whole))

    assert picture(whole) == picture(cut)


def picture(made: ChoiceBox) -> QImage:
    return made.grab().toImage()
