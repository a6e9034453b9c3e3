"""Two panes stand at once where there is room, and one at a time on tabs where there is not; messages give way too."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ranger_app.i18n import Words
from ui import theme
from ui.banner import Banner
from ui.responsive import PanePair, SidePair


@pytest.mark.parametrize(("kind", "in_front"), [(SidePair, 0), (PanePair, 1)])
def test_only_the_pane_in_front_is_seen_on_tabs(qtbot: QtBot, kind: type[SidePair | PanePair], in_front: int) -> None:
    panes = QLabel("one"), QLabel("other")
    pair = kind(*panes, ("One", "Other"))
    qtbot.addWidget(pair)
    pair.resize(400, 300)
    pair.show()
    QApplication.processEvents()

    assert not pair.is_roomy
    assert [pane.isVisible() for pane in panes] == [place == in_front for place in (0, 1)]
    pair.resize(1600, 900)
    QApplication.processEvents()
    assert pair.is_roomy
    assert all(pane.isVisible() for pane in panes)
    pair.resize(400, 300)
    QApplication.processEvents()
    pair.show_pane(1 - in_front)
    assert [pane.isVisible() for pane in panes] == [place != in_front for place in (0, 1)]


@pytest.mark.parametrize(("width_px", "is_beside"), [(900, True), (480, False)])
def test_buttons_of_a_message_stand_below_its_words_where_it_is_narrow(
    qtbot: QtBot, qapp: QApplication, width_px: int, is_beside: bool
) -> None:
    theme.apply(qapp)
    text = "An unfinished form was left: a livestock conflict, typed on 23 November 2026 at 01:52."
    banner = Banner(Words("en"), "information", text, acts=(("Go on with it", print), ("Do not keep it", print)))
    qtbot.addWidget(banner)
    banner.resize(width_px, 60)
    banner.show()
    QApplication.processEvents()
    banner.resize(width_px, banner.sizeHint().height())
    QApplication.processEvents()

    words = next(one for one in banner.findChildren(QLabel) if one.text() == text)
    buttons = [one for one in banner.findChildren(QPushButton) if one.text()]
    assert all((one.x() > words.geometry().right()) == is_beside for one in buttons)
    assert all((one.y() > words.geometry().bottom()) != is_beside for one in buttons)
    assert words.height() >= words.heightForWidth(words.width())
    assert all(banner.rect().contains(one.geometry()) for one in buttons)
