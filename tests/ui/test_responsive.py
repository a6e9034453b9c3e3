"""Two panes stand at once where there is room, and one at a time on tabs where there is not."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

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
