"""Observations of incidents and of a patrol's waypoints, written in their forms and stored."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from db.incidents import incident, incident_ids
from db.patrol_pages import patrol_ids
from db.patrols import patrol
from ranger_app.domain.records import Waypoint
from ranger_app.services.edit_patrol import EditPatrol
from tests.ui.window_room import Room, choose_first
from ui.forms.observations import ObservationsEditor
from ui.forms.record_form import RecordForm
from ui.forms.waypoints import WaypointsEditor
from ui.pages.list_page import ListPage

TRAP = "humanactivity.weaponsequipment.trap."
CARCASS = "animals.carcass."


def open_form(room: Room, page: str) -> RecordForm:
    choose_first(room, page)
    room.window.run("edit")
    room.settle()
    found = room.window.page.findChild(RecordForm)
    assert isinstance(found, RecordForm)
    return found


def waypoint(room: Room) -> Waypoint:
    reader = room.desk.reader
    return patrol(reader, patrol_ids(reader)[0]).waypoints[0]


def press(*keys: Qt.Key | str) -> None:
    for key in keys:
        focused = QApplication.focusWidget()
        assert focused is not None
        if isinstance(key, str):
            QTest.keyClicks(focused, key)
        else:
            QTest.keyClick(focused, key)
        QApplication.processEvents()


def answer(editor: ObservationsEditor, key: str) -> QWidget:
    return editor._rows[key].editor


def waypoints(form: RecordForm) -> WaypointsEditor:
    found = form.view.editor("waypoints")
    assert isinstance(found, WaypointsEditor)
    return found


def test_an_answer_added_to_a_stored_observation_is_stored(full_room: Room) -> None:
    form = open_form(full_room, "incidents")
    editor = form.view.editor("observations")
    assert isinstance(editor, ObservationsEditor)

    answer(editor, "numberofweaponsequipment").setFocus()
    press("3", Qt.Key.Key_Return)
    full_room.window.run("save")
    full_room.settle()

    reader = full_room.desk.reader
    [seen] = incident(reader, incident_ids(reader)[0]).observations
    assert seen.attributes == {"typeoftrap": "wiresnare", "numberofweaponsequipment": 3}


def test_what_was_seen_at_a_waypoint_is_written_in_the_patrols_form(full_room: Room) -> None:
    form = open_form(full_room, "patrols")
    editor = waypoints(form)
    full_room.until(lambda: bool(form.session.desk.model))

    form.view.focus_section("waypoints")
    editor.observed.picker.setFocus()
    press("trap", Qt.Key.Key_Return)
    QApplication.processEvents()
    answer(editor.observed, "typeoftrap").setFocus()
    press("wire", Qt.Key.Key_Return)
    full_room.window.run("save")
    full_room.settle()

    [seen] = waypoint(full_room).observations
    assert (seen.category, dict(seen.attributes)) == (TRAP, {"typeoftrap": "wiresnare"})
    assert waypoint(full_room).comment == "snare"
    answer(editor.observed, "isactive").setFocus()
    press("yes", Qt.Key.Key_Return)
    full_room.window.run("save")
    full_room.settle()
    [again] = waypoint(full_room).observations
    assert again.id == seen.id
    assert dict(again.attributes) == {"typeoftrap": "wiresnare", "isactive": True}
    assert not form.session.is_dirty


def see(room: Room, *groups: int) -> None:
    """Carcasses at the waypoint, as a SMART file in groups brought them."""
    told = [{"category": CARCASS, "attributes": {"numberofcarcasses": n}, "group": n} for n in groups]
    document = {"waypoints": [{"id": waypoint(room).id, "observations": told}]}
    officer = room.desk.officer_id
    room.desk.do(lambda store, _context: EditPatrol(store)(patrol_ids(store.reader)[0], document, officer=officer))
    room.settle()


def test_groups_of_a_waypoint_stay_when_one_of_its_observations_is_edited(full_room: Room) -> None:
    see(full_room, 1, 2)
    form = open_form(full_room, "patrols")
    editor = waypoints(form)
    full_room.until(lambda: editor.observed.list.count() == 2)
    assert editor.observed.list.item(1).text().startswith("Group 2")

    editor.observed.list.setCurrentRow(1)
    answer(editor.observed, "sex").setFocus()
    press("fem", Qt.Key.Key_Return)
    editor.observed.picker.setFocus()
    press("trap", Qt.Key.Key_Return)
    full_room.window.run("save")
    full_room.settle()

    seen = waypoint(full_room).observations
    assert [(one.category, one.group) for one in seen] == [(CARCASS, 1), (CARCASS, 2), (TRAP, 2)]
    assert seen[1].attributes["sex"] == "female"


def test_a_number_that_cannot_be_read_at_a_waypoint_is_kept_as_a_draft(full_room: Room) -> None:
    see(full_room, 1)
    form = open_form(full_room, "patrols")
    full_room.until(lambda: "numberofcarcasses" in waypoints(form).observed._rows)
    number = answer(waypoints(form).observed, "numberofcarcasses")

    number.setFocus()
    press("about 5", Qt.Key.Key_Return)
    full_room.window.run("save")
    full_room.until(lambda: "please put right" in full_room.told())
    page = full_room.window.page
    assert isinstance(page, ListPage)
    page.close_form()
    full_room.settle()
    form = open_form(full_room, "patrols")

    again = waypoints(form).observed._rows["numberofcarcasses"].editor
    assert again.typed() == "about 51"
    assert again.problem() == "A number, such as 12.5."


def test_required_answers_are_told_as_missing_and_block_no_save(full_room: Room) -> None:
    from tests.large_model import large_model

    full_room.desk.model = large_model()
    form = open_form(full_room, "incidents")
    editor = form.view.editor("observations")
    assert isinstance(editor, ObservationsEditor)
    editor.picker.setFocus()
    press("carcass", Qt.Key.Key_Return)

    told = [form.missing.item(n).text() for n in range(form.missing.count())]
    assert "Observations 2: Species (required)" in told
    full_room.window.run("save")
    full_room.settle()

    reader = full_room.desk.reader
    assert len(incident(reader, incident_ids(reader)[0]).observations) == 2
    form.missing.setCurrentRow(told.index("Observations 2: Species (required)"))
    form.missing.itemActivated.emit(form.missing.currentItem())
    QApplication.processEvents()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert answer(editor, "species").isAncestorOf(focused)


def test_what_cannot_be_read_is_named_in_the_models_words_and_gets_the_cursor(full_room: Room) -> None:
    told = [{"category": TRAP, "attributes": {}}, {"category": CARCASS, "attributes": {"numberofcarcasses": 1}}]
    document = {"waypoints": [{"id": waypoint(full_room).id, "observations": told}]}
    record, officer = patrol_ids(full_room.desk.reader)[0], full_room.desk.officer_id
    full_room.desk.do(lambda store, _context: EditPatrol(store)(record, document, officer=officer))
    full_room.settle()
    form = open_form(full_room, "patrols")
    seen = waypoints(form).observed
    full_room.until(lambda: seen.list.count() == 2)
    seen.list.setCurrentRow(1)
    answer(seen, "numberofcarcasses").setFocus()
    press(Qt.Key.Key_End, "many")
    seen.list.setCurrentRow(0)
    assert "numberofcarcasses" not in seen._rows

    full_room.window.run("save")
    full_room.settle()

    [banner] = [one for one in full_room.window.banners.banners if "please put right" in one.text]
    shown = " ".join(label.text() for label in banner.findChildren(QLabel))
    assert "Waypoints 1: Observations 2: Number of Carcasses" in shown
    full_room.until(lambda: has_cursor(seen, "numberofcarcasses"))
    seen.list.setCurrentRow(0)
    form.view.focus_key("comment")
    next(one for one in banner.findChildren(QPushButton) if one.text() == "Go to the field").click()
    full_room.until(lambda: has_cursor(seen, "numberofcarcasses"))


def has_cursor(editor: ObservationsEditor, key: str) -> bool:
    focused = QApplication.focusWidget()
    return key in editor._rows and focused is not None and answer(editor, key).isAncestorOf(focused)


@pytest.mark.parametrize("width", range(1000, 1060, 10))
def test_questions_keep_their_height_when_observations_are_added(full_room: Room, width: int) -> None:
    full_room.window.showNormal()
    full_room.window.resize(width, 600)
    form = open_form(full_room, "incidents")
    editor = form.view.editor("observations")
    assert isinstance(editor, ObservationsEditor)

    for _ in range(3):
        editor.add_category(TRAP)
        full_room.qtbot.wait(20)
        full_room.until(lambda: editor._fields.height() >= editor._fields.heightForWidth(editor._fields.width()))
