"""Pickers and the questions of the data model, by keyboard alone, with a tree of seven thousand species."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ranger_app.domain.data_model import DataModel
from ranger_app.domain.forms import Field, FieldType
from ranger_app.domain.model_search import Index, index_of
from ranger_app.i18n import Words
from tests.large_model import LEOPARD, large_model
from ui.forms.attributes import KeptEditor, PicksEditor
from ui.forms.form_view import Drawn, DrawnSection, FormView
from ui.forms.observations import ObservationsEditor
from ui.forms.pick_model import PickModel
from ui.forms.picker import PickEditor, PickLine, anything

CARCASS = "animals.carcass."
FIRST, LAST = "Animals", "Classis3"


@pytest.fixture(scope="module")
def model() -> DataModel:
    return large_model()


def species(model: DataModel) -> Index:
    attribute = model.attribute("species")
    assert attribute is not None
    return index_of(attribute, model.languages)


@pytest.fixture(params=["en"])
def form(request: pytest.FixtureRequest, qtbot: QtBot, model: DataModel) -> FormView:
    """A form that asks for a species and for observations."""
    words = Words(request.param)
    picker = PickEditor(Field(id="species", label="Species", type=FieldType.TEXT), words, species(model))
    observed = ObservationsEditor(words)
    observed.set_model(model)
    drawn = (Drawn("species", picker), Drawn("observations", observed, is_wide=True))
    made = FormView((DrawnSection("one", "One", drawn),), "Form")
    qtbot.addWidget(made)
    made.resize(900, 560)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.focus_key("species")
    return made


def press(*keys: Qt.Key | str) -> None:
    """Press keys, and write texts, wherever the cursor is."""
    for key in keys:
        if isinstance(key, str):
            for letter in key:
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    # QTest has keys for ASCII alone
                    QApplication.sendEvent(focused(), QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))
        else:
            QTest.keyClick(focused(), key)
        QApplication.processEvents()


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def picker(form: FormView) -> PickEditor:
    found = form.editor("species")
    assert isinstance(found, PickEditor)
    return found


def observed(form: FormView) -> ObservationsEditor:
    found = form.editor("observations")
    assert isinstance(found, ObservationsEditor)
    return found


def shown(line: PickLine) -> list[str]:
    """What stands in the open list, from the top."""
    assert line.popup is not None
    answers = line.popup.answers
    return [str(answers.index(row, 0).data()) for row in range(answers.rowCount())]


# One answer


@pytest.mark.parametrize(
    "typed", ["snow", "SNOW LEO", "Panthera u", "барс", "снежный", "pantherauncia_rl22732", "felidae snow"]
)
def test_a_species_is_found_in_any_language_by_key_and_by_its_latin_name(form: FormView, typed: str) -> None:
    press(typed, Qt.Key.Key_Return)

    assert picker(form).value() == LEOPARD
    assert picker(form).line.text() == "Panthera uncia - Snow Leopard"
    assert picker(form).path.text() == "Mammalia › Carnivora › Felidae › Panthera"
    assert form.focused_key() == "observations"


@pytest.mark.parametrize("form", ["ru"], indirect=True)
def test_an_answer_found_by_its_english_name_is_told_in_the_readers_language(form: FormView) -> None:
    press("snow leopard")
    assert picker(form).line.popup is not None

    press(Qt.Key.Key_Return)

    assert picker(form).line.text() == "Снежный барс"
    assert picker(form).path.text() == "Млекопитающие › Хищные › Кошачьи › Пантеры"


def test_what_is_found_is_told_with_its_path(form: FormView) -> None:
    press("uncia")

    popup = picker(form).line.popup
    assert popup is not None
    assert popup.answers.data(popup.answers.index(0, 0), Qt.ItemDataRole.UserRole).startswith("Mammalia › Carnivora")
    assert popup.isVisible()
    assert form.rect().contains(popup.geometry())


def test_the_tree_is_walked_level_by_level_with_the_arrow_keys(form: FormView) -> None:
    down, right, left = Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Left
    press(Qt.Key.Key_F4)
    assert shown(picker(form).line) == ["Mammalia", "Classis0", "Classis1", "Classis2", "Classis3"]

    press(right, right, right, right, right, right, right, right, down, Qt.Key.Key_Up, left)
    popup = picker(form).line.popup
    assert popup is not None
    assert popup.chosen() == LEOPARD.removesuffix("pantherauncia_rl22732.")
    press(down, Qt.Key.Key_Return)

    assert picker(form).value() == LEOPARD


def test_the_levels_open_at_what_is_chosen(form: FormView) -> None:
    picker(form).set_value(LEOPARD)

    press(Qt.Key.Key_Down)

    popup = picker(form).line.popup
    assert popup is not None
    assert popup.chosen() == LEOPARD


def test_escape_closes_the_list_and_leaves_the_answer_as_it_was(form: FormView) -> None:
    picker(form).set_value(LEOPARD)
    picker(form).line.selectAll()

    press("wolf", Qt.Key.Key_Escape)

    assert picker(form).line.popup is None
    assert picker(form).value() == LEOPARD
    assert picker(form).problem() == ""
    assert picker(form).line.hasFocus()


def test_an_emptied_line_says_nothing(form: FormView) -> None:
    picker(form).set_value(LEOPARD)
    picker(form).line.selectAll()

    press(Qt.Key.Key_Delete)

    assert picker(form).value() is None
    assert picker(form).problem() == ""


def test_leaving_the_line_takes_the_only_answer_and_says_what_names_none(form: FormView) -> None:
    press("uncia", Qt.Key.Key_Tab)
    assert picker(form).value() == LEOPARD

    form.focus_key("species")
    picker(form).line.selectAll()
    press("unicorn", Qt.Key.Key_Tab)

    assert picker(form).value() is None
    assert picker(form).problem() == "Not in the list. Type a part of an answer, or press F4."
    assert picker(form).typed() == "unicorn"


def test_typing_tells_nobody_until_an_answer_is_chosen(form: FormView) -> None:
    told: list[object] = []
    picker(form).edited.connect(lambda: told.append(picker(form).value()))

    press("snow leo")
    assert told == []
    press(Qt.Key.Key_Return)

    assert told == [LEOPARD]


def test_what_is_switched_off_is_not_offered_and_still_shown_and_kept(form: FormView) -> None:
    old = LEOPARD.replace("pantherauncia_rl22732", "pantheraold_rl1")
    press("antiqua")
    assert shown(picker(form).line) == []
    press(Qt.Key.Key_Escape)

    picker(form).set_value(old)
    assert picker(form).line.text() == "Panthera antiqua (no longer in use)"
    assert (picker(form).value(), picker(form).problem()) == (old, "")
    picker(form).set_value("dragon_rl.")
    assert picker(form).line.text() == "dragon_rl. (not in the data model)"
    assert (picker(form).value(), picker(form).problem()) == ("dragon_rl.", "")


def test_a_mouse_opens_the_levels_and_picks(form: FormView, qtbot: QtBot) -> None:
    line = picker(form).line
    line.open_act.trigger()
    popup = line.popup
    assert popup is not None
    place = popup.answers.index(4, 0)

    QTest.mouseClick(
        popup.tree.viewport(), Qt.MouseButton.LeftButton, pos=popup.tree.visualRect(place).center()
    )  # fmt: skip

    assert picker(form).value() == "classis3_rl."
    assert line.hasFocus()


def test_qt_finds_no_fault_with_the_model_of_a_picker(model: DataModel, qapp: QApplication) -> None:
    answers = PickModel(species(model), "en", anything)
    QAbstractItemModelTester(answers, QAbstractItemModelTester.FailureReportingMode.Fatal, answers)

    answers.show_tree()
    place = answers.place_of(LEOPARD)
    assert place.parent().data() == "Panthera"
    answers.show_found("classis2")
    assert answers.rowCount() == 100
    answers.show_found("nothing at all")
    assert answers.rowCount() == 0


# Observations


def add(form: FormView, typed: str) -> None:
    form.focus_key("observations")
    press(typed, Qt.Key.Key_Return)


def row(form: FormView, key: str) -> QWidget:
    return observed(form)._rows[key].editor


def test_a_category_is_found_in_any_language_and_its_first_question_gets_the_cursor(form: FormView) -> None:
    add(form, "труп")

    assert observed(form).value() == [{"category": CARCASS, "attributes": {}}]
    QApplication.processEvents()
    assert row(form, "species").isAncestorOf(focused())
    assert list(observed(form)._rows)[:2] == ["species", "numeric"]
    assert "line" not in observed(form)._rows


def test_categories_are_walked_by_levels_and_one_that_only_groups_is_not_picked(form: FormView) -> None:
    form.focus_key("observations")
    press(Qt.Key.Key_F4)
    assert shown(observed(form).picker) == ["Animals"]

    press(Qt.Key.Key_Return)
    assert observed(form).value() == []
    press(Qt.Key.Key_Down, Qt.Key.Key_Return)

    assert observed(form).value() == [{"category": CARCASS, "attributes": {}}]


def test_a_closed_category_is_not_offered(form: FormView) -> None:
    form.focus_key("observations")

    press("closed")

    assert shown(observed(form).picker) == []


def write(form: FormView, key: str, text: str) -> None:
    row(form, key).setFocus()
    QApplication.processEvents()
    press(text, Qt.Key.Key_Tab)


def said(form: FormView) -> dict[str, object]:
    told = observed(form).value()
    assert isinstance(told, list)
    attributes = told[0]["attributes"]
    assert isinstance(attributes, dict)
    return attributes


def test_each_kind_of_attribute_is_answered_by_keyboard(form: FormView) -> None:
    add(form, "carcass")
    press("snow", Qt.Key.Key_Return)

    for key, text in {
        "numeric": "12,5", "text": "KG-12", "boolean": "yes", "date": "4.3.2026", "time": "9:15", "list": "skin",
        "places": "Place 7",
    }.items():  # fmt: skip
        if key == "places":
            row(form, key).setFocus()
            press(text, Qt.Key.Key_Return, "39", Qt.Key.Key_Return)
        else:
            write(form, key, text)
    row(form, "mlist").setFocus()
    press(Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space)

    assert said(form) == {
        "species": LEOPARD, "numeric": 12.5, "text": "KG-12", "boolean": True, "date": "2026-03-04",
        "time": "09:15:00", "list": "skin", "places": ["place39", "place7"], "mlist": ["meat", "skin"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("numeric", "101", "At most 100."), ("numeric", "many", "A number, such as 12.5."),
        ("text", "12", "Not in the form that the data model asks for: [A-Z]{2}-[0-9]+"),
        ("date", "31.2.2026", "A day, such as 04.03.2026."), ("time", "25:00", "A time, such as 09:15."),
        ("list", "tail", "Not in the list. Type a part of an answer, or press F4."),
    ],
)  # fmt: skip
def test_what_the_model_does_not_take_is_said_in_words(form: FormView, key: str, text: str, words: str) -> None:
    add(form, "carcass")

    write(form, key, text)

    assert observed(form)._rows[key].editor.problem() == words
    assert list(form.unreadable().values()) == [text]


OLD = {
    "list": "oldpart", "mlist": ["gone", "oldpart", "skin"], "species": "dragon_rl.", "unheard": "of",
    "places": ["place1", "placeold"], "line": "GPS_AUTO:AAAAAAIAAAAA", "boolean": "perhaps", "numeric": "about 3",
}  # fmt: skip


def test_old_answers_that_nobody_may_pick_any_more_are_shown_and_kept(form: FormView) -> None:
    stored = [{"id": "a" * 32, "category": CARCASS, "attributes": OLD, "group": 2}]

    form.set_values({"observations": stored})
    assert observed(form).value() == stored
    write(form, "text", "KG-1")

    assert said(form) == {**OLD, "text": "KG-1"}
    told = observed(form).list.item(0).text()
    assert "Old part (no longer in use)" not in told
    assert "Drawn on a map (GPS_AUTO), 9 bytes" in told


def test_another_box_is_ticked_and_the_old_answers_stay(form: FormView) -> None:
    form.set_values({"observations": [{"category": CARCASS, "attributes": OLD}]})

    boxes = row(form, "mlist").findChildren(QWidget)
    meat = next(box for box in boxes if getattr(box, "text", str)() == "Meat")
    meat.setFocus()
    press(Qt.Key.Key_Space)
    long_list = row(form, "places")
    assert isinstance(long_list, PicksEditor)
    long_list.list.setFocus()
    long_list.list.setCurrentRow(0)
    press(Qt.Key.Key_Delete)

    assert said(form)["mlist"] == ["gone", "meat", "oldpart", "skin"]
    assert said(form)["places"] == ["placeold"]


def test_what_the_model_does_not_know_can_be_taken_out(form: FormView) -> None:
    form.set_values({"observations": [{"category": CARCASS, "attributes": OLD}]})
    kept = row(form, "unheard")
    assert isinstance(kept, KeptEditor)

    kept.take_out.setFocus()
    press(Qt.Key.Key_Space)

    assert "unheard" not in said(form)


def test_an_observation_of_an_unknown_category_is_shown_and_kept(form: FormView) -> None:
    stored = [{"category": "gone.", "attributes": {"numeric": 3}}]

    form.set_values({"observations": stored})

    assert observed(form).list.item(0).text().startswith("gone. (not in the data model) · Numeric: 3")
    assert observed(form).value() == stored


def test_observations_stay_in_their_groups_and_a_new_one_joins_the_chosen_ones(form: FormView) -> None:
    stored: list[dict[str, object]] = [{"category": CARCASS, "attributes": {}, "group": n} for n in (1, 2)]
    form.set_values({"observations": stored})
    assert [observed(form).list.item(n).text() for n in range(2)] == ["Group 1 · Carcass", "Group 2 · Carcass"]

    observed(form).list.setCurrentRow(1)
    add(form, "carcass")

    assert observed(form).value() == [*stored, {"category": CARCASS, "attributes": {}, "group": 2}]


@pytest.mark.parametrize("form", ["ru"], indirect=True)
def test_the_questions_are_asked_in_the_readers_language(form: FormView) -> None:
    add(form, "carcass")

    labels = [one.editor.label for one in observed(form)._rows.values()]
    assert labels[:2] == ["Вид (обязательно)", "Поле numeric"]
