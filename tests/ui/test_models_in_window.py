"""The data models of the station in the window: which are here, which is in use, and one for the office."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from ranger_app.domain.data_model import DataModel
from ranger_app.importers.data_model import read_data_model
from ranger_app.paths import resource
from ranger_app.services.models import known_models
from tests.ui.window_room import Room, fill
from ui.pages.model_list import ModelList
from ui.pages.station import StationPage

DEFAULT = resource("models", "default_datamodel_8.1.3.xml")


def in_use(room: Room) -> str:
    return next((one.name for one in known_models(room.desk.reader, room.desk.station_id) if one.is_current), "")


def import_default(room: Room) -> None:
    room.window.run("import_model")
    fill(room, "Data model (XML or zip)", str(DEFAULT))
    room.until(lambda: "Data model read" in room.told())


def models(room: Room) -> ModelList:
    room.window.go("station")
    room.settle()
    found = room.window.page.findChild(ModelList)
    assert isinstance(found, ModelList)
    return found


def rows(listed: ModelList) -> list[tuple[str, ...]]:
    texts = listed.table.texts
    return [texts.row(place).texts for place in range(texts.rowCount())]


def choose(room: Room, name: str, answer: str) -> None:
    """Choose in a list of the open panel."""
    sheet = room.window.sheet
    assert sheet is not None
    box = next(box for box in sheet.findChildren(QComboBox) if box.accessibleName() == name)
    place = box.findText(answer, Qt.MatchFlag.MatchContains)
    assert place >= 0
    box.setCurrentIndex(place)


def test_after_an_import_the_list_of_models_stays_in_sight_and_its_use_is_said(room: Room) -> None:
    room.window.resize(1024, 600)
    listed = models(room)
    page = room.window.page
    assert isinstance(page, StationPage)
    bar = page.text.verticalScrollBar()
    room.until(lambda: bar.maximum() > 300)
    bar.setValue(bar.maximum() - 100)
    before = bar.value()

    import_default(room)
    room.settle()

    assert "in use from now on" in room.told()
    room.until(lambda: page.text.findChild(ModelList) not in (None, listed) and bar.value() >= before - 100)
    shown = page.text.findChild(ModelList)
    assert isinstance(shown, ModelList)
    assert not shown.visibleRegion().isEmpty()


def test_another_language_leaves_one_on_the_page_where_it_was_chosen(room: Room) -> None:
    room.window.resize(1024, 600)
    models(room)
    before, page = room.window, room.window.page
    assert isinstance(page, StationPage)
    bar = page.text.verticalScrollBar()
    room.until(lambda: bar.maximum() > 300)
    bar.setValue(bar.maximum())

    page._choose("window/language", "ru")

    room.until(lambda: room.whole.window is not before)
    after = room.window.page
    assert isinstance(after, StationPage)
    assert room.window.rail.is_chosen("station")
    room.until(lambda: after.text.verticalScrollBar().value() > 200)


def test_a_new_station_follows_the_model_that_the_program_brings(room: Room) -> None:
    assert rows(models(room)) == [("SMART's own model with our extension", "1.2", "", "Yes")]


def test_the_models_of_the_station_are_told_and_another_is_taken_by_keyboard(room: Room) -> None:
    import_default(room)
    listed = models(room)
    assert [row[0] for row in rows(listed)] == ["SMART's own model with our extension", DEFAULT.name]
    assert [row[3] for row in rows(listed)] == ["", "Yes"]
    assert not listed.use_button.isEnabled()

    listed.table.setFocus()
    QTest.keyClick(listed.table, Qt.Key.Key_Up)
    assert listed.use_button.isEnabled()
    QTest.keyClick(listed.table, Qt.Key.Key_Return)
    room.until(lambda: in_use(room) == "default")

    room.until(lambda: "is in use" in room.told())
    assert [row[3] for row in rows(models(room))] == ["Yes", ""]


def test_another_model_is_taken_by_its_command(room: Room) -> None:
    import_default(room)
    room.window.run("use_model")
    choose(room, "Data model", "our extension")
    assert room.window.sheet is not None
    room.window.sheet.act_button.click()

    room.until(lambda: in_use(room) == "default")
    asked: list[DataModel] = []
    room.settle()
    room.desk.with_model(asked.append)
    room.until(lambda: bool(asked))
    assert asked[0].category("humanwildlifeconflict.") is not None


def test_undo_of_a_choice_gives_the_forms_the_model_of_before(room: Room) -> None:
    import_default(room)
    room.desk.with_model(lambda _: None)
    room.until(lambda: room.desk.model is not None)

    room.window.run("undo")

    room.until(lambda: in_use(room) == "default")
    room.settle()
    assert room.desk.model is None or room.desk.model.languages != ("en",)


@pytest.mark.parametrize(
    ("part", "version", "lacks"),
    [
        ("as it is", "1.2", "humanwildlifeconflict."),
        ("our extension in it", "1.1", ""),
        ("Our extension alone", "1.2", "features."),
    ],
)
def test_a_model_is_written_for_the_office(room: Room, tmp_path: Path, part: str, version: str, lacks: str) -> None:
    import_default(room)
    out = tmp_path / "model.xml"
    room.window.run("export_model")
    choose(room, "What is written", part)
    choose(room, "Format", version)

    fill(room, "File to write", str(out))
    room.until(lambda: "Written" in room.told())

    model: DataModel = read_data_model(out).model
    assert model.version == version
    expected = {"animals.carcass.", "humanwildlifeconflict."} - {lacks}
    assert expected <= set(model.hkeys())
    assert lacks not in model.hkeys()


def test_observations_are_asked_by_the_model_that_is_taken(room: Room) -> None:
    from ui.forms.observations import ObservationsEditor

    import_default(room)
    asked: list[DataModel] = []
    room.desk.with_model(asked.append)
    room.until(lambda: bool(asked))
    editor = ObservationsEditor(room.desk.words)
    room.qtbot.addWidget(editor)
    editor.set_model(asked[0])

    editor.show()
    editor.picker.open_levels()
    QApplication.processEvents()

    assert editor.picker.popup is not None
    assert editor.picker.popup.answers.rowCount() == len(asked[0].categories)
