"""A panel never makes the window wider than the smallest screen: what has no room is scrolled to."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
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


def test_the_buttons_of_a_panel_go_on_in_the_next_line(qtbot: QtBot) -> None:
    sheet = Sheet(Words("en"), "Certificate", act="Trust exactly this certificate and no other", on_act=lambda: None)
    qtbot.addWidget(sheet)
    pressed: list[str] = []
    for name in ("Read it once more", "Back to where it was asked"):
        sheet.offer(name, partial(pressed.append, name))
    line = QLineEdit()
    sheet.add("Name", line)
    room = max(one.sizeHint().width() for one in sheet.findChildren(QPushButton)) + MARGINS_PX

    assert sheet.minimumSizeHint().width() <= room
    sheet.resize(room, 400)
    sheet.show()
    qtbot.waitExposed(sheet)

    buttons = sheet.findChildren(QPushButton)
    assert len({one.y() for one in buttons}) > 1
    assert all(sheet.rect().contains(one.geometry()) for one in buttons)
    assert all(one.size() == one.sizeHint() for one in buttons)
    for button in buttons:
        if button.text().startswith("Read"):
            button.animateClick()
    qtbot.waitUntil(lambda: pressed == ["Read it once more"])


def test_a_low_window_scrolls_to_the_note_of_a_panel(qtbot: QtBot) -> None:
    note = "What is shifted here is shifted for all that it timed. " * 12
    sheet = Sheet(Words("en"), "Clock", act="Correct", on_act=lambda: None, note=note)
    qtbot.addWidget(sheet)
    sheet.add("Shift", QLineEdit())

    least = sheet.minimumSizeHint().height()
    sheet.resize(600, least)
    sheet.show()
    qtbot.waitExposed(sheet)

    assert least < 260
    told = next(one for one in sheet.findChildren(QLabel) if one.text() == note)
    assert told.height() >= told.heightForWidth(told.width())
    qtbot.waitUntil(lambda: sheet.area.verticalScrollBar().maximum() > 0)


@pytest.mark.parametrize(("height_px", "is_seen"), [(768, True), (330, False)])
def test_a_low_window_leaves_its_place_to_a_panel(room: Room, height_px: int, is_seen: bool) -> None:
    room.window.resize(1024, height_px)
    room.window.go("patrols")
    room.window.run("import_tracks")
    room.settle()

    assert room.window.sheet is not None
    assert room.window.page.isVisible() == is_seen
    room.window.resize(1024, 768)
    assert room.window.page.isVisible()
    room.window.resize(1024, height_px)
    room.window.run("back")
    assert room.window.page.isVisible()


def test_what_stands_beside_a_form_is_narrower_where_its_fields_have_no_room(full_room: Room) -> None:
    full_room.window.showNormal()
    full_room.window.resize(1024, 600)
    choose_first(full_room, "incidents")
    full_room.window.run("edit")
    full_room.settle()
    form = full_room.window.page.findChild(RecordForm)
    assert form is not None
    side, editor = form.side.width(), form.view.editor("position")
    assert editor is not None

    editor.setMinimumWidth(editor.width() + 40)
    full_room.window.resize(1025, 600)

    full_room.settle()
    full_room.until(lambda: form.side.width() < side)
    full_room.until(lambda: form.view.horizontalScrollBar().maximum() == 0)
