"""The window around the pages: messages, panels, panes, search, files that are dropped."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from db.incidents import incident, incident_ids
from db.log_room import ROOM_BYTES
from db.patrol_pages import patrol_ids
from ranger_app.i18n import Words
from tests.service_desk import MORNING, walk, write_gpx, write_photo
from tests.ui.window_room import Room, choose_first, fill
from ui import banner
from ui.banner import Banner, BannerPlace
from ui.main_window import MainWindow
from ui.pages.list_page import ListPage


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


@pytest.mark.parametrize(("language", "typed"), [("en", "data model import"), ("ru", "импорт модел")])
def test_search_finds_commands_by_their_words_below_the_records(full_room: Room, language: str, typed: str) -> None:
    full_room.desk.words = Words(language)
    line = full_room.window.title_bar.search
    full_room.window.run("search")

    line.setText(typed)
    line.search()
    full_room.until(lambda: bool(line._found))
    line._open([command for _, command, _ in line._found].index("import_model"))

    assert full_room.window.sheet is not None
    assert full_room.window.sheet.accessibleName() == Words(language).say("Import data model")


def test_the_list_of_the_search_is_away_when_a_command_was_chosen(full_room: Room) -> None:
    line = full_room.window.title_bar.search
    full_room.window.run("search")
    line.setText("Places")
    line.search()
    full_room.until(lambda: ("command", "places") in [one[:2] for one in line._found])
    place = [one[:2] for one in line._found].index(("command", "places"))
    line.search()  # Enter asks once more, and is answered when the command was chosen already
    line._open(place)
    full_room.settle()

    assert full_room.window.page.name == "places"
    assert not line.close_list()
    assert not line.hasFocus()


def test_search_names_records_before_commands_and_no_command_that_cannot_act(full_room: Room) -> None:
    line = full_room.window.title_bar.search
    full_room.window.run("search")

    QTest.keyClicks(line, "a")
    line.search()
    full_room.until(lambda: bool(line._found))

    kinds = [kind for kind, _, _ in line._found]
    assert kinds == sorted(kinds, key=lambda kind: kind == "command")
    assert kinds.count("command") <= 8
    assert all(full_room.window.can(name) for kind, name, _ in line._found if kind == "command")


@pytest.mark.parametrize("command", ["back", "go_reports"])
def test_what_was_found_is_put_away_by_escape_and_by_another_page(full_room: Room, command: str) -> None:
    full_room.window.run("search")
    line = full_room.window.title_bar.search
    QTest.keyClicks(line, "nowhere to be found")
    line.search()
    full_room.until(lambda: "_completer" in line.__dict__)
    popup = line._completer.popup()
    assert popup is not None
    full_room.until(popup.isVisible)

    full_room.window.run(command)

    assert not popup.isVisible()
    full_room.window.run("back")
    assert not line.hasFocus()
    assert not line.text() or command != "back"


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

    assert [banner.text for banner in room.window.banners.banners] == ["Message 4", "Message 3"]
    assert len(room.window.banners.banners) <= BannerPlace.MOST


def test_what_was_told_leaves_when_the_next_act_begins_and_a_question_stays(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = room.window.banners
    place.show_banner(Banner(room.window.words, "information", "Unfinished?", acts=(("Go", print),), is_question=True))
    room.window.say("information", "Data model read.")
    room.window.say("danger", "It is damaged.")
    assert [one.text for one in place.banners] == ["It is damaged.", "Unfinished?"]

    room.window.run("search")
    assert len(place.banners) == 2
    room.window.run("go_incidents")
    assert len(place.banners) == 2, "an error of this moment was not read yet"
    monkeypatch.setattr(banner, "SEEN_MS", 0)
    room.window.run("go_patrols")

    assert [one.text for one in place.banners] == ["Unfinished?"]


def test_an_old_message_does_not_stay_below_a_later_one(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.window.say("information", "Data model read.")
    monkeypatch.setattr(banner, "SEEN_MS", 0)

    room.window.say("danger", "It is no data model.")

    assert [one.text for one in room.window.banners.banners] == ["It is no data model."]


def test_a_warning_that_has_no_place_of_its_own_is_said_along(room: Room) -> None:
    for text in ("One.", "Two.", "Three."):
        room.window.say("warning", text)

    lines = [line.text() for line in room.window.banners.banners[0].findChildren(QLabel)]
    assert "One." in lines
    assert len(room.window.banners.banners) == BannerPlace.MOST


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
    full_room.until(lambda: page.stack.has("incident"))
    record = incident_ids(full_room.desk.reader)[0]

    page.view.featuresPicked.emit([("incident", record)])

    assert full_room.window.page.name == "incidents"


def test_reports_count_by_month(full_room: Room) -> None:
    from ui.record_table import ShortTable

    full_room.window.go("reports")

    def by_month() -> list[ShortTable]:
        tables = full_room.window.page.findChildren(ShortTable)
        return [one for one in tables if one.accessibleName() == "Counts by month"]

    full_room.until(lambda: bool(by_month()))
    table = by_month()[0]

    assert table.texts.row(0).texts[:2] == ("March 2026", "1")


def test_saves_have_room_ahead_in_the_log_of_the_journal(room: Room) -> None:
    room.settle()

    room.until(lambda: (room.folder / "journal.db-wal").stat().st_size >= ROOM_BYTES)


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
