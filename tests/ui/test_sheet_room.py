"""A panel never makes the window wider than the smallest screen: what has no room is scrolled to."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from ranger_app.i18n import Words
from tests.ui.window_room import Room, choose_first
from ui.forms.record_form import RecordForm
from ui.sheet import MOST_LEAST_PX, Sheet

WIDE_PX = 2_000
MARGINS_PX = 100


def test_a_panel_with_wide_fields_and_a_long_heading_fits_a_small_window(qtbot: QtBot) -> None:
    sheet = Sheet(Words("en"), "A heading that goes on and on " * 9, act="Write", on_act=lambda: None)
    qtbot.addWidget(sheet)
    line = QLineEdit()
    line.setMinimumWidth(WIDE_PX)
    sheet.add_whole(line)

    assert sheet.minimumSizeHint().width() <= MOST_LEAST_PX + MARGINS_PX

    sheet.resize(700, 400)
    sheet.show()
    qtbot.waitExposed(sheet)
    seen = sheet.area.viewport()
    qtbot.waitUntil(lambda: sheet.area.horizontalScrollBar().maximum() > WIDE_PX - 700)
    qtbot.waitUntil(lambda: line.mapTo(seen, line.rect().bottomLeft()).y() <= seen.height())


def test_what_a_form_tells_of_its_draft_may_be_cut_with_dots(full_room: Room) -> None:
    choose_first(full_room, "incidents")
    full_room.window.run("edit")
    full_room.settle()
    form = full_room.window.page.findChild(RecordForm)
    assert form is not None
    before = form.minimumSizeHint().width()

    form.state.set_text("typing is kept as a draft " * 20)

    assert form.minimumSizeHint().width() <= before
    assert form.state.toolTip() == form.state.text()
