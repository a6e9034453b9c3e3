"""Editors of a form: forgiving to read, plain about what they cannot take, at home on the keyboard."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ranger_app.domain.forms import Field, FieldType, LineForm, Option, form_of_kind
from ranger_app.i18n import Words
from ranger_app.importers.data_model import station_model
from ui.forms.choices import ChoiceEditor, ChoicesEditor, FindBox
from ui.forms.editors import Editor, json_equal
from ui.forms.fields import make_editor
from ui.forms.form_view import Drawn, DrawnSection, FormView
from ui.forms.lines import LinesEditor
from ui.forms.observations import ObservationsEditor

BISHKEK = ZoneInfo("Asia/Bishkek")
WORDS = Words("en")
HORSES = (Option(key="foot", label="Foot"), Option(key="horse", label="Horse"), Option(key="vehicle", label="Vehicle"))
PLACE = {"latitude_deg": 41.2011114, "longitude_deg": 74.501234, "accuracy_m": 8, "source": "gps"}


def field(kind: FieldType, **more: Any) -> Field:
    return Field(id="asked", label="Asked", type=kind, **more)


def editor(qtbot: QtBot, kind: FieldType, **more: Any) -> Editor:
    made = make_editor(field(kind, **more), WORDS, BISHKEK)
    qtbot.addWidget(made)
    return made


def write(made: Editor, text: str) -> None:
    """Type *text* into the editor's own line and leave it."""
    made.show()
    target = made.target()
    QTest.keyClicks(target, text)
    target.clearFocus()


VALUES: list[tuple[FieldType, object]] = [
    (FieldType.TEXT, "Kichi-Naryn"),
    (FieldType.LONG_TEXT, "Two ewes.\nOne lamb."),
    (FieldType.INTEGER, 3),
    (FieldType.DECIMAL, 12.5),
    (FieldType.DECIMAL, 12),
    (FieldType.BOOLEAN, True),
    (FieldType.BOOLEAN, False),
    (FieldType.DATE, "2026-03-04"),
    (FieldType.DATETIME, "2026-03-04T09:15:42+06:00"),
    (FieldType.DATETIME, "2026-03-04T09:15:42.250000+05:00"),
    (FieldType.CHOICE, "horse"),
    (FieldType.CHOICES, ["foot", "horse"]),
    (FieldType.POSITION, PLACE),
]


@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_what_is_stored_comes_out_of_the_form_as_it_went_in(qtbot: QtBot, kind: FieldType, value: object) -> None:
    made = editor(qtbot, kind, options=HORSES)

    made.set_value(value)

    assert made.value() == value
    assert made.problem() == ""
    made.set_value(None)
    assert made.value() is None
    assert made.problem() == ""


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FieldType.INTEGER, "1 200", 1200),
        (FieldType.DECIMAL, "12,5", 12.5),
        (FieldType.DATE, "4.3.26", "2026-03-04"),
        (FieldType.DATETIME, "4.3.2026 9:15", "2026-03-04T09:15:00+06:00"),
        (FieldType.POSITION, "41,201111 74,501234",
         {"latitude_deg": 41.201111, "longitude_deg": 74.501234, "accuracy_m": None, "source": "gps"}),
    ],
)  # fmt: skip
def test_what_is_typed_is_understood(qtbot: QtBot, kind: FieldType, text: str, value: object) -> None:
    made = editor(qtbot, kind)

    write(made, text)

    assert made.value() == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (FieldType.INTEGER, "3.5"), (FieldType.INTEGER, "three"), (FieldType.DECIMAL, "much"),
        (FieldType.DATE, "31.02.2026"), (FieldType.DATETIME, "04.03.2026"),
        (FieldType.POSITION, "by the river"), (FieldType.CHOICE, "camel"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_is_no_value(qtbot: QtBot, kind: FieldType, text: str) -> None:
    made = editor(qtbot, kind, options=HORSES)

    write(made, text)

    assert made.value() is None
    assert made.problem()
    assert made.typed() == text
    other = editor(qtbot, kind, options=HORSES)
    other.set_typed(text)
    assert other.problem()


def test_a_number_outside_its_bounds_is_said(qtbot: QtBot) -> None:
    made = editor(qtbot, FieldType.INTEGER, minimum=Decimal(1), maximum=Decimal(9))

    made.set_value(0)
    assert made.problem() == "At least 1."
    made.set_value(10)
    assert made.problem() == "At most 9."


def test_a_moment_keeps_its_own_offset_until_somebody_changes_it(qtbot: QtBot) -> None:
    made = editor(qtbot, FieldType.DATETIME)
    made.set_value("2026-03-04T08:15:42+05:00")

    assert made.value() == "2026-03-04T08:15:42+05:00"
    assert made.typed() == "04.03.2026 09:15:42"


def test_a_position_keeps_every_decimal_until_somebody_changes_it(qtbot: QtBot) -> None:
    made = editor(qtbot, FieldType.POSITION)
    made.set_value(PLACE)

    value = made.value()
    assert isinstance(value, dict)
    assert value["latitude_deg"] == 41.2011114


def test_a_part_of_a_word_finds_the_answer(qtbot: QtBot) -> None:
    made = ChoiceEditor(field(FieldType.CHOICE, options=HORSES), WORDS)
    qtbot.addWidget(made)
    told: list[bool] = []
    made.edited.connect(lambda: told.append(True))
    made.show()

    line = made.box.lineEdit()
    assert line is not None
    QTest.keyClicks(line, "ors")
    line.editingFinished.emit()

    assert made.value() == "horse"
    assert told


def test_the_wheel_changes_no_answer(qtbot: QtBot) -> None:
    box = FindBox()
    qtbot.addWidget(box)
    box.offer([("foot", "Foot"), ("horse", "Horse")])
    box.set_key("foot")

    turn = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, turn)

    assert box.key() == "foot"


def test_arrows_walk_through_boxes_to_tick(qtbot: QtBot) -> None:
    made = ChoicesEditor(field(FieldType.CHOICES, options=HORSES), WORDS)
    qtbot.addWidget(made)
    made.resize(200, 200)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    boxes = made.findChildren(QCheckBox)

    boxes[0].setFocus()
    QTest.keyClick(boxes[0], Qt.Key.Key_Down)
    QTest.keyClick(boxes[1], Qt.Key.Key_Space)

    assert made.value() == ["horse"]


# The form as a whole


def view(qtbot: QtBot, width: int = 700) -> FormView:
    kinds = (FieldType.TEXT, FieldType.INTEGER, FieldType.CHOICE, FieldType.DATETIME)
    drawn = tuple(
        Drawn(
            kind.value, make_editor(Field(id=kind.value, label=kind.value, type=kind, options=HORSES), WORDS, BISHKEK)
        )
        for kind in kinds
    )
    made = FormView((DrawnSection("one", "One", drawn[:2]), DrawnSection("two", "Two", drawn[2:])), "Form")
    qtbot.addWidget(made)
    made.resize(width, 400)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def test_enter_goes_to_the_next_field_and_shift_enter_back(qtbot: QtBot) -> None:
    made = view(qtbot)
    made.focus_key("text")

    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert made.focused_key() == "integer"
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert made.focused_key() == "choice"
    QTest.keyClick(focused(), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert made.focused_key() == "integer"


def test_a_field_says_what_is_wrong_when_it_is_left(qtbot: QtBot) -> None:
    made = view(qtbot)
    made.focus_key("integer")

    QTest.keyClicks(focused(), "many")
    assert made.unreadable() == {"integer": "many"}
    QTest.keyClick(focused(), Qt.Key.Key_Return)

    assert made._rows["integer"].has_problem
    assert made.show_problems() == ("integer",)


def test_labels_stand_above_the_fields_where_there_is_little_room(qtbot: QtBot) -> None:
    made = view(qtbot, width=300)

    wide = made._labels[0].maximumWidth()
    made.resize(900, 400)

    assert wide > made._labels[0].maximumWidth()


def test_every_field_has_a_name_for_a_screen_reader(qtbot: QtBot) -> None:
    made = view(qtbot)

    for key in made.keys:
        found = made.editor(key)
        assert found is not None
        assert found.target().accessibleName() == key


# Lines


def test_lines_are_added_filled_and_taken_out(qtbot: QtBot) -> None:
    animals = form_of_kind("conflict").line("animals")
    assert isinstance(animals, LineForm)
    made = LinesEditor(animals, WORDS)
    qtbot.addWidget(made)
    told: list[bool] = []
    made.edited.connect(lambda: told.append(True))

    made.add()
    made._rows["count_dead"].editor.set_value(2)
    made._take("count_dead")
    made.add()
    made._rows["species"].editor.set_value("sheep")
    made._take("species")

    assert made.value() == [{"count_dead": 2}, {"species": "sheep"}]
    assert len(told) == 4
    QTest.keyClick(made.list, Qt.Key.Key_Delete)
    assert made.value() == [{"count_dead": 2}]


def test_an_observation_is_found_by_typing_and_its_attributes_are_asked(qtbot: QtBot) -> None:
    made = ObservationsEditor(WORDS)
    qtbot.addWidget(made)
    made.set_model(station_model())
    made.show()
    trap = "humanactivity.weaponsequipment.trap."

    made.add_category(trap)
    made._rows["typeoftrap"].editor.set_value("wiresnare")
    made._take("typeoftrap")

    assert made.value() == [{"category": trap, "attributes": {"typeoftrap": "wiresnare"}}]
    assert "Wire" in made.list.item(0).text()
    made.take_ids([{"id": "a" * 32, "category": trap}])
    assert made.value() == [{"category": trap, "attributes": {"typeoftrap": "wiresnare"}, "id": "a" * 32}]
    made.remove()
    assert made.value() == []


def test_a_stored_observation_is_asked_for_its_attributes_when_the_model_comes_later(qtbot: QtBot) -> None:
    made = ObservationsEditor(WORDS)
    qtbot.addWidget(made)
    made.set_value([{"category": "animals.carcass.", "attributes": {"numberofcarcasses": 2}}])

    made.set_model(station_model())

    assert made._rows["numberofcarcasses"].editor.value() == 2


def test_documents_that_mean_the_same_are_the_same() -> None:
    assert json_equal({"a": 1, "b": None}, {"a": 1.0})
    assert json_equal([], None)
    assert not json_equal(True, 1)
    assert not json_equal([1], [1, 2])


def test_an_ampersand_of_the_office_stands_in_its_label(qtbot: QtBot) -> None:
    asked = make_editor(Field(id="asked", label="Weapons & traps", type=FieldType.TEXT), WORDS, BISHKEK)
    made = FormView((DrawnSection("one", "One", (Drawn("asked", asked),)),), "Form")
    qtbot.addWidget(made)

    assert "Weapons && traps" in [label.text() for label in made.findChildren(QLabel)]  # as Qt wants it written
