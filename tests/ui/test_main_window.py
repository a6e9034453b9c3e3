"""The window around the pages: messages, panels, panes, search, files that are dropped."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from db.cases import case_ids
from db.incidents import incident, incident_ids
from db.patrol_pages import patrol_ids
from ranger_app.domain.forms import form_of_kind
from tests.service_desk import MORNING, walk, write_gpx, write_photo
from tests.ui.window_room import SNARES, Room
from ui import acts
from ui.banner import BannerPlace
from ui.main_window import MainWindow
from ui.pages.list_page import ListPage
from ui.sheet import Sheet


def choose_first(room: Room, page: str) -> ListPage:
    room.window.go(page)
    found = room.window.page
    assert isinstance(found, ListPage)
    found.list.setCurrentIndex(found.list.records.index(0, 1))
    room.settle()
    return found


def fill(room: Room, label: str, text: str) -> Sheet:
    """Write into the line of the open panel that is called *label*, and press its main button."""
    from PySide6.QtWidgets import QLineEdit

    sheet = room.window.sheet
    assert sheet is not None
    line = next(line for line in sheet.findChildren(QLineEdit) if line.accessibleName() == label)
    line.setText(text)
    sheet.act_button.click()
    return sheet


def drop(window: MainWindow, *paths: Path) -> None:
    """Drop files onto the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)


def test_an_empty_list_says_what_belongs_there_and_offers_one_button(room: Room) -> None:
    page = room.window.page
    assert isinstance(page, ListPage)

    buttons = [button for button in page.findChildren(QPushButton) if button.isVisible()]

    assert [button.text() for button in buttons] == ["Import tracks"]


def test_gpx_files_that_are_dropped_become_patrols(room: Room, tmp_path: Path) -> None:
    path = write_gpx(tmp_path / "walk.gpx", walk(MORNING))

    drop(room.window, path)
    room.until(lambda: "Imported: 1 patrol" in room.told())

    assert len(patrol_ids(room.desk.reader)) == 1
    page = room.window.page
    assert isinstance(page, ListPage)
    assert page.chosen is not None


def test_a_folder_is_all_the_gpx_files_in_it(room: Room, tmp_path: Path) -> None:
    (tmp_path / "walks").mkdir()
    write_gpx(tmp_path / "walks" / "walk.gpx", walk(MORNING))
    (tmp_path / "walks" / "letter.txt").write_text("private")

    room.window.take_files([tmp_path / "walks"])

    room.until(lambda: len(patrol_ids(room.desk.reader)) == 1)


def test_what_is_no_gpx_is_refused_in_words_with_its_code(room: Room, tmp_path: Path) -> None:
    path = tmp_path / "letter.gpx"
    path.write_text("private")

    room.window.take_files([path])
    room.until(lambda: bool(room.told()))

    banner = room.window.banners.banners[0]
    assert banner.kind == "danger"
    assert "letter.gpx" in banner.text


def test_photos_that_are_dropped_belong_to_the_chosen_incident(full_room: Room, tmp_path: Path) -> None:
    page = choose_first(full_room, "incidents")
    path = write_photo(tmp_path / "snare.jpg")

    drop(full_room.window, path)
    record = incident_ids(full_room.desk.reader)[0]
    full_room.until(lambda: len(incident(full_room.desk.reader, record).attachments) == 1)

    assert page.chosen is not None


def test_photos_that_are_dropped_on_a_form_belong_to_its_record(full_room: Room, tmp_path: Path) -> None:
    choose_first(full_room, "incidents")
    full_room.window.run("edit")
    path = write_photo(tmp_path / "snare.jpg")

    full_room.window.take_files([path])
    page = full_room.window.page
    assert isinstance(page, ListPage)
    assert page.form is not None
    photos = page.form.photos
    full_room.until(lambda: photos.list.count() == 1)

    assert photos.list.item(0).text() == "snare.jpg"


def test_photos_without_an_incident_are_kept_for_later(room: Room, tmp_path: Path) -> None:
    path = write_photo(tmp_path / "snare.jpg")

    room.window.run("import_photos")
    fill(room, "Photos", str(path))

    room.until(lambda: "1 photo kept" in room.told())


def test_a_reason_is_needed_to_withdraw_and_undo_is_offered(full_room: Room) -> None:
    choose_first(full_room, "patrols")
    full_room.window.run("withdraw")
    sheet = full_room.window.sheet
    assert sheet is not None
    assert not sheet.act_button.isEnabled()

    fill(full_room, "Reason", "Walked for practice")
    full_room.until(lambda: patrol_ids(full_room.desk.reader) == ())
    full_room.until(lambda: "was withdrawn" in full_room.told())
    undo = next(b for b in full_room.window.banners.findChildren(QPushButton) if b.text() == "Undo")
    undo.click()

    full_room.until(lambda: len(patrol_ids(full_room.desk.reader)) == 1)


def test_what_was_withdrawn_is_brought_back_with_a_reason(full_room: Room) -> None:
    record = patrol_ids(full_room.desk.reader)[0]
    full_room.desk.do(acts.take_back("patrol", record, "practice", officer=full_room.desk.officer_id))
    full_room.until(lambda: patrol_ids(full_room.desk.reader) == ())
    full_room.window.go("patrols")

    full_room.window.run("bring_back")
    table = full_room.window.page.panes()[0]
    QTest.keyClick(table, Qt.Key.Key_Return)
    fill(full_room, "Reason", "It was no practice")

    full_room.until(lambda: len(patrol_ids(full_room.desk.reader)) == 1)


def test_the_history_tells_who_changed_what(full_room: Room) -> None:
    from ui.pages.history import HistoryPage

    choose_first(full_room, "incidents")

    full_room.window.run("history")
    page = full_room.window.page
    assert isinstance(page, HistoryPage)
    full_room.until(lambda: page.table.texts.rowCount() == 1)

    when, who, act, what = page.table.texts.row(0).texts
    assert who == "Toktosunov, Aibek"
    assert act == "Recorded"
    assert "Species: Argali" in what
    assert when


def test_a_case_is_opened_for_ticked_incidents_and_edited(full_room: Room) -> None:
    from PySide6.QtWidgets import QListWidget

    full_room.window.go("cases")
    full_room.window.run("new")
    sheet = full_room.window.sheet
    assert sheet is not None
    listed = sheet.findChild(QListWidget)
    assert isinstance(listed, QListWidget)
    listed.item(0).setCheckState(Qt.CheckState.Checked)
    fill(full_room, "Title", "Snares")
    full_room.until(lambda: len(case_ids(full_room.desk.reader)) == 1)
    full_room.until(lambda: full_room.window.can("edit"))
    full_room.window.run("edit")
    fill(full_room, "Title", "Snares at Kichi-Naryn")

    case = case_ids(full_room.desk.reader)[0]
    full_room.until(lambda: full_room.desk.reader.entry(case, "case").values.get("title") == "Snares at Kichi-Naryn")
    assert (
        full_room.desk.reader.entry(case, "case").values[f"incidents/{incident_ids(full_room.desk.reader)[0]}"] is True
    )


def test_sealing_wants_the_case_number_typed(full_room: Room, tmp_path: Path) -> None:
    from PySide6.QtWidgets import QCheckBox, QLineEdit

    record = incident_ids(full_room.desk.reader)[0]
    full_room.desk.do(acts.open_case("Snares", [record], officer=full_room.desk.officer_id))
    full_room.until(lambda: len(case_ids(full_room.desk.reader)) == 1)
    full_room.settle()
    choose_first(full_room, "cases")
    full_room.window.run("dossier")
    sheet = full_room.window.sheet
    assert sheet is not None
    seal = sheet.findChild(QCheckBox)
    assert isinstance(seal, QCheckBox)
    assert sheet.act_button.isEnabled()

    seal.click()
    assert not sheet.act_button.isEnabled()
    number = str(full_room.desk.reader.entry(case_ids(full_room.desk.reader)[0], "case").values["number"])
    typed = next(line for line in sheet.findChildren(QLineEdit) if line.placeholderText() == number)
    typed.setText(number)

    assert sheet.act_button.isEnabled()


@pytest.mark.parametrize(("command", "ending"), [("export_gpx", "gpx"), ("export_geojson", "geojson")])
def test_the_chosen_patrol_leaves_as_a_file(full_room: Room, tmp_path: Path, command: str, ending: str) -> None:
    choose_first(full_room, "patrols")
    out = tmp_path / f"walk_out.{ending}"

    full_room.window.run(command)
    fill(full_room, "File to write", str(out))

    full_room.until(lambda: "Written" in full_room.told())
    assert out.stat().st_size > 100


def test_what_smart_would_drop_is_named_and_nothing_is_written(full_room: Room, tmp_path: Path) -> None:
    document = {**SNARES, "observations": [{"category": "animals.unicorn.", "attributes": {}}]}
    officer = full_room.desk.officer_id
    full_room.desk.do(acts.record_incident("poaching", document, officer=officer, record="a" * 32))
    full_room.until(lambda: len(incident_ids(full_room.desk.reader)) == 2)
    full_room.settle()
    full_room.window.open_record("incident", "a" * 32)
    out = tmp_path / "snares.zip"

    full_room.window.run("export_smart")
    fill(full_room, "File to write", str(out))

    full_room.until(lambda: "Nothing was written" in full_room.told())
    assert not out.exists()


def test_records_are_checked_and_the_strip_tells_it(full_room: Room) -> None:
    assert "not checked" in full_room.window.strip.intact.text()

    full_room.window.run("check")

    full_room.until(lambda: "Records intact" in full_room.window.strip.intact.text())


def test_tables_are_made_anew_and_the_lists_read_again(full_room: Room) -> None:
    page = choose_first(full_room, "patrols")

    full_room.window.run("rebuild")

    full_room.until(lambda: "they are the same" in full_room.told())
    assert full_room.desk.is_readable
    assert page.list.records.rowCount() == 1


def test_one_more_officer_can_be_chosen(room: Room) -> None:
    room.window.run("add_officer")
    fill(room, "Name", "Asanov, Daniyar")

    room.until(lambda: room.window.strip.officer.count() == 3)


def test_a_form_is_saved_as_json_schema(room: Room, tmp_path: Path) -> None:
    out = tmp_path / "poaching.json"

    room.window.run("export_schema")
    fill(room, "File to write", str(out))

    room.until(lambda: "Written" in room.told())
    assert form_of_kind("poaching").fields[0].id in out.read_text("utf-8")


def test_search_finds_places_and_opens_the_record(full_room: Room) -> None:
    full_room.window.run("search")
    line = full_room.window.title_bar.search

    QTest.keyClicks(line, "left bank kichi")
    line.search()
    full_room.until(lambda: bool(line._found))
    line._open(0)

    page = full_room.window.page
    assert isinstance(page, ListPage)
    assert page.name == "incidents"
    assert page.chosen is not None
    assert page.chosen.id == incident_ids(full_room.desk.reader)[0]


def test_f6_walks_through_the_panes_and_round_again(full_room: Room) -> None:
    choose_first(full_room, "patrols")
    seen = []
    for _ in range(8):
        QTest.keyClick(QApplication.focusWidget() or full_room.window, Qt.Key.Key_F6)
        focused = QApplication.focusWidget()
        assert focused is not None
        seen.append(focused)

    assert len(set(map(id, seen))) >= 4


def test_escape_closes_what_was_opened_last(full_room: Room) -> None:
    window = full_room.window
    choose_first(full_room, "patrols")
    window.run("help")
    window.run("import_tracks")
    assert window.sheet is not None

    window.run("back")
    assert window.sheet is None
    assert window.page.name == "help"
    window.run("back")
    assert window.page.name == "patrols"


def test_an_act_of_nobody_needs_no_second_window(room: Room) -> None:
    room.window.run("undo")

    room.until(lambda: bool(room.told()))
    assert len([one for one in QApplication.topLevelWidgets() if one.isVisible()]) == 1


def test_the_newest_messages_stay_and_the_same_is_said_once(room: Room) -> None:
    for number in (1, 2, 3, 4, 4):
        room.window.say("information", f"Message {number}")

    assert [banner.text for banner in room.window.banners.banners] == ["Message 4", "Message 3", "Message 2"]
    assert len(room.window.banners.banners) <= BannerPlace.MOST


def test_another_language_makes_the_window_anew_and_keeps_what_was_typed(full_room: Room) -> None:
    before = full_room.window
    page = choose_first(full_room, "incidents")
    full_room.window.run("edit")
    assert page.form is not None
    editor = page.form.view.editor("summary")
    assert editor is not None
    editor.set_value("Four wire snares.")
    editor.edited.emit()

    full_room.desk.settings.put("window/language", "ru")
    full_room.desk.look_changed.emit()
    full_room.until(lambda: full_room.whole.window is not before)

    assert full_room.window.words.language == "ru"
    record = incident_ids(full_room.desk.reader)[0]
    full_room.until(lambda: incident(full_room.desk.reader, record).summary == "Four wire snares.")


def test_a_narrow_window_puts_words_under_the_pictures_and_keeps_every_command_in_the_menu(room: Room) -> None:
    room.window.showNormal()
    room.window.resize(1024, 600)
    QApplication.processEvents()

    shown = [button.text() for button in room.window.title_bar._buttons]

    assert shown == ["Import tracks"]
    assert room.window.rail._is_narrow


def test_the_map_opens_what_is_pressed(full_room: Room) -> None:
    from ui.pages.map_page import MapPage

    full_room.window.go("map")
    page = full_room.window.page
    assert isinstance(page, MapPage)
    full_room.until(lambda: bool(page.map._kinds))
    record = incident_ids(full_room.desk.reader)[0]

    page.map._pick([("places", record)])

    assert full_room.window.page.name == "incidents"


def test_reports_count_by_month(full_room: Room) -> None:
    from ui.record_table import ShortTable

    full_room.window.go("reports")
    full_room.until(lambda: bool(full_room.window.page.findChildren(ShortTable)))
    table = full_room.window.page.findChildren(ShortTable)[0]

    assert table.texts.row(0).texts[:2] == ("March 2026", "1")


def test_running_work_is_shown_with_what_is_left_and_can_be_cancelled(room: Room) -> None:
    from ranger_app.jobs import JobContext

    strip = room.window.strip

    def walk_on(_store: object, context: JobContext) -> None:
        for step in range(10_000_000):
            context.step(step, 10_000_000, "walking")

    room.desk.do(walk_on, title="Walking")
    room.until(strip.job.isVisible)
    room.until(lambda: "left" in strip.job.what.text())
    strip.job.cancel.click()

    room.until(lambda: bool(room.told()))
    assert room.window.banners.banners[0].kind == "information"
    assert not strip.job.isVisible()
