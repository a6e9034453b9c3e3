"""A place is typed or pasted in any notation, seen before it is taken, and asked about where it is not clear."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from db.incidents import incident, incident_ids
from ranger_app.domain.forms import Field, FieldType
from ranger_app.i18n import Words
from tests.ui.test_form_session import new_form
from tests.ui.window_room import Room, choose_first, form_of
from ui.forms.place_line import PlaceLine
from ui.forms.position import PositionEditor
from ui.go_to_sheet import GoToSheet
from ui.pages.list_page import ListPage
from ui.pages.map_page import MapPage
from ui.sheet import Sheet
from ui.telling import ISOLATE_END, LEFT_TO_RIGHT

WORDS = Words("en")
PLACE = {"latitude_deg": 41.2011114, "longitude_deg": 74.501234, "accuracy_m": 8, "source": "gps"}


@pytest.fixture
def beside(qtbot: QtBot) -> QWidget:
    """A window with room for a line and for a field after it."""
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window)
    window.show()
    return window


def put(window: QWidget, *widgets: QWidget) -> None:
    layout = window.layout()
    assert layout is not None
    for widget in widgets:
        layout.addWidget(widget)
    window.activateWindow()
    QApplication.processEvents()


def line_in(window: QWidget, notation: str = "dd", text: str = "") -> tuple[PlaceLine, QLineEdit]:
    """A line of a place with the cursor in it, and a field after it."""
    made, after = PlaceLine(WORDS, "Where", notation), QLineEdit()
    put(window, made, after)
    made.line.editingFinished.connect(made.settle)
    made.line.setFocus()
    QTest.keyClicks(made.line, text)
    return made, after


def told(made: PlaceLine) -> str:
    return made.told.text().replace(LEFT_TO_RIGHT, "").replace(ISOLATE_END, "")


def offered(made: PlaceLine) -> list[str]:
    return [button.accessibleName() for button in made.choices]


def test_what_was_understood_is_seen_before_it_is_taken(qtbot: QtBot, beside: QWidget) -> None:
    made, after = line_in(beside, text="43T 458181 4561203")

    qtbot.waitUntil(made.told.isVisible)

    assert told(made) == "41.201115, 74.501238 · UTM · zone 43T"
    assert made.line.text() == "43T 458181 4561203"
    after.setFocus()
    assert made.line.text() == "41.201115, 74.501238"
    assert made.place() == (41.2011148, 74.5012375)
    assert told(made) == "41.201115, 74.501238 · UTM · zone 43T"


def test_a_station_that_sees_sk_42_sees_decimal_degrees_too(qtbot: QtBot, beside: QWidget) -> None:
    made, after = line_in(beside, "sk42", "41.201111, 74.501234")

    qtbot.waitUntil(made.told.isVisible)

    assert told(made) == "SK-42 X 4563082 Y 13458215 · 41.201111, 74.501234 · Decimal degrees"
    after.setFocus()
    assert made.line.text() == "SK-42 X 4563082 Y 13458215"
    assert made.place() == (41.201111, 74.501234)


def test_two_meanings_are_offered_and_none_is_taken(qtbot: QtBot, beside: QWidget) -> None:
    made, after = line_in(beside, text="5963078 13458235")

    qtbot.waitUntil(lambda: len(made.choices) == 2)

    assert offered(made) == [
        "53.792714, 74.365397 SK-42 (Pulkovo 1942, Gauss-Krueger) · zone 13 · EPSG:15865, ± 4.5 m",
        "53.792654, 74.365405 SK-95 (Pulkovo 1995, Gauss-Krueger) · zone 13 · EPSG:5043, ± 1 m",
    ]
    after.setFocus()
    assert made.place() is None
    assert made.problem() == "This can mean more than one place. Choose the one that is meant."
    assert made.line.text() == "5963078 13458235"


def test_the_keys_choose_among_meanings(qtbot: QtBot, beside: QWidget) -> None:
    made, _after = line_in(beside, text="5963078 13458235")
    qtbot.waitUntil(lambda: len(made.choices) == 2)

    QTest.keyClick(made.line, Qt.Key.Key_Down)
    QTest.keyClick(made.choices[0], Qt.Key.Key_Down)
    QTest.keyClick(made.choices[1], Qt.Key.Key_Return)

    assert made.place() == (53.7926543, 74.3654052)
    assert made.line.text() == "53.792654, 74.365405"
    assert made.choices == ()
    assert made.line.hasFocus()
    assert "SK-95" in told(made)


def test_a_press_on_the_words_of_a_meaning_chooses_it(qtbot: QtBot, beside: QWidget) -> None:
    made, after = line_in(beside, text="74.501234, 41.201111")
    qtbot.waitUntil(lambda: len(made.choices) == 2)

    QTest.mouseClick(made._labels[1], Qt.MouseButton.LeftButton)

    assert made.choices[1].isChecked()
    assert made.place() == (41.201111, 74.501234)
    after.setFocus()
    assert made.line.text() == "41.201111, 74.501234"


def test_the_notation_of_the_station_decides_between_meanings_and_says_so(qtbot: QtBot, beside: QWidget) -> None:
    made, _after = line_in(beside, "sk42", "5963078 13458235")

    qtbot.waitUntil(lambda: len(made.choices) == 2)

    assert [one.isChecked() for one in made.choices] == [True, False]
    assert made.place() == (53.7927139, 74.3653974)


def test_the_middle_of_a_map_in_a_link_is_a_place_only_when_it_is_chosen(qtbot: QtBot, beside: QWidget) -> None:
    made, _after = line_in(beside, text="https://yandex.ru/maps/?ll=74.5%2C41.2&z=15")
    qtbot.waitUntil(lambda: len(made.choices) == 1)

    assert made.place() is None
    assert made.problem() == "This is perhaps not the place that is meant. Choose it if it is."
    QTest.keyClick(made.line, Qt.Key.Key_Down)
    QTest.keyClick(made.choices[0], Qt.Key.Key_Return)

    assert made.place() == (41.2, 74.5)


def test_a_place_that_was_copied_replaces_what_stands_in_the_line(qtbot: QtBot, beside: QWidget) -> None:
    made, _after = line_in(beside)
    made.set_place((41.0, 74.0))
    QApplication.clipboard().setText("  https://maps.google.com/?q=41.2,74.5\n")

    QTest.keyClick(made.line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    assert made.place() == (41.2, 74.5)
    assert told(made) == "41.200000, 74.500000 · Decimal degrees · from a link"


def test_a_part_of_a_place_that_was_copied_goes_where_the_cursor_is(qtbot: QtBot, beside: QWidget) -> None:
    made, _after = line_in(beside, text="41.2, ")
    QApplication.clipboard().setText("74.5")

    QTest.keyClick(made.line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    assert made.line.text() == "41.2, 74.5"


def test_what_is_wrong_with_a_place_is_said_in_words(beside: QWidget) -> None:
    made, after = line_in(beside, text="N95.5 E74.5")

    after.setFocus()

    assert made.place() is None
    assert made.problem() == "95.5 is no latitude: it is beyond the pole. Latitudes go from -90 to 90."
    assert made.line.text() == "N95.5 E74.5"


def test_a_shortened_reference_says_how_wide_its_square_is(qtbot: QtBot, beside: QWidget) -> None:
    made, _after = line_in(beside, text="43TDF5861")

    qtbot.waitUntil(made.told.isVisible)

    assert told(made) == "41.203806, 74.505022 · MGRS · zone 43T · the middle of a square of 1 km"


@pytest.mark.parametrize("notation", ["dd", "dms", "utm", "mgrs", "sk42", "kyrg06"])
def test_a_stored_position_is_not_changed_by_being_shown(qtbot: QtBot, notation: str) -> None:
    made = PositionEditor(Field(id="where", label="Where", type=FieldType.POSITION), WORDS, notation)
    qtbot.addWidget(made)
    made.show()

    made.set_value(PLACE)
    made.place.settle()

    assert made.value() == PLACE


def test_signs_of_a_chat_are_not_kept_beside_a_place(beside: QWidget) -> None:
    made, after = line_in(beside)
    made.set_text("\U0001f4cd СК-42 4563082\u202f13458215\u200e")

    after.setFocus()
    made.settle()

    assert made.how() == ("СК-42 4563082 13458215", "EPSG:15865")


def test_what_was_typed_stays_with_the_place_until_another_is_typed(qtbot: QtBot) -> None:
    made = PositionEditor(Field(id="where", label="Where", type=FieldType.POSITION), WORDS, "sk42")
    qtbot.addWidget(made)
    made.show()
    stored = PLACE | {"typed": "4563082 13458215", "operation": "EPSG:15865"}

    made.set_value(stored)
    made.place.settle()
    assert made.value() == stored

    made.set_typed("41.5, 74.6")
    made.place.settle()
    value = made.value()
    assert isinstance(value, dict)
    assert value["latitude_deg"] == 41.5
    assert not {"typed", "operation"} & set(value)


def test_an_incident_found_on_a_soviet_map_is_stored_in_degrees(room: Room) -> None:
    form = new_form(room)
    editor = form.view.editor("position")
    assert isinstance(editor, PositionEditor)
    editor.setFocus()
    QTest.keyClicks(editor.line, "4563082 13458215")
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    QTest.keyClick(room.window.focusWidget() or editor, Qt.Key.Key_Tab)

    form_of(room).save()
    room.until(lambda: len(incident_ids(room.desk.reader)) == 1)

    where = incident(room.desk.reader, incident_ids(room.desk.reader)[0]).position
    assert where is not None
    assert (where.latitude_deg, where.longitude_deg) == pytest.approx((41.201111, 74.501234), abs=1e-5)
    assert (where.typed, where.operation) == ("4563082 13458215", "EPSG:15865")


def test_the_notation_of_the_window_is_chosen_where_its_looks_are(full_room: Room) -> None:
    full_room.window.go("station")
    full_room.settle()
    box = next(
        one for one in full_room.window.page.findChildren(QComboBox)
        if one.accessibleName() == "Notation in which places are shown"
    )  # fmt: skip

    box.setCurrentIndex(box.findData("mgrs"))
    box.activated.emit(box.currentIndex())
    full_room.settle()

    assert full_room.desk.notation == "mgrs"
    page = choose_first(full_room, "incidents")
    full_room.until(lambda: "43T DF 58180 61202" in details(page))
    page = choose_first(full_room, "patrols")
    full_room.until(lambda: "43T DF 58076 61079" in details(page))


def details(page: ListPage) -> str:
    """All that the page tells, in its own words and in those of its tables."""
    from PySide6.QtWidgets import QLabel, QTableView

    texts = [label.text() for label in page.findChildren(QLabel)]
    for table in page.findChildren(QTableView):
        model = table.model()
        texts += [
            str(model.index(row, column).data() or "")
            for row in range(model.rowCount())
            for column in range(model.columnCount())
        ]
    return " ".join(texts)


def go_to(room: Room, text: str) -> Sheet:
    """Type a place into the panel of the map, and press Enter; answers the panel."""
    room.window.go("map")
    room.window.run("go_to_place")
    sheet = room.window.sheet
    assert sheet is not None
    line = sheet.focusWidget()
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    return sheet


def test_the_map_goes_to_a_place_by_keyboard(full_room: Room) -> None:
    go_to(full_room, "43T 458181 4561203")

    page = full_room.window.page
    assert isinstance(page, MapPage)
    assert page.map.view is not None
    seen = page.map.view.viewport
    assert (seen.center_lat, seen.center_lon) == pytest.approx((41.201115, 74.501238), abs=1e-5)
    assert page.map.is_marked
    assert full_room.window.sheet is None


def test_the_map_says_why_it_cannot_go_there(full_room: Room) -> None:
    sheet = go_to(full_room, "0, 0")

    assert full_room.window.sheet is sheet
    assert "0, 0" in sheet.message.text()


def test_a_text_that_is_no_place_is_told_when_the_keys_rest_and_is_not_gone_to(full_room: Room) -> None:
    full_room.window.go("map")
    full_room.window.run("go_to_place")
    sheet = full_room.window.sheet
    assert isinstance(sheet, GoToSheet)

    QTest.keyClicks(sheet.place.line, "43T 123")
    assert sheet.message.text() == ""
    full_room.until(lambda: bool(sheet.message.text()))

    assert "43T 123" in sheet.message.text()
    assert not sheet.act_button.isEnabled()
    QTest.keyClicks(sheet.place.line, "456 4561203")
    assert (sheet.message.text(), sheet.act_button.isEnabled()) == ("", True)
