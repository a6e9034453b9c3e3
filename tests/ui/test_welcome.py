"""The first start: make a station, open one, look at the demo; and what is said when that is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from db.officers import officers
from tests.ui.window_room import WAIT_MS, make_station, sweep
from ui.application import Application, LastStationGoneError
from ui.main_window import MainWindow
from ui.welcome import WelcomeWindow


@pytest.fixture
def whole(qtbot: QtBot, tmp_path: Path) -> Iterator[Application]:
    """The program at its first start."""
    made = Application(tmp_path / "home")
    made.settings.put("window/language", "en")
    made.look()
    made.welcome()
    yield made
    made.close()
    sweep()


def welcome(whole: Application) -> WelcomeWindow:
    assert isinstance(whole.window, WelcomeWindow)
    return whole.window


def wait_for_station(whole: Application, qtbot: QtBot) -> MainWindow:
    qtbot.waitUntil(lambda: isinstance(whole.window, MainWindow), timeout=WAIT_MS)
    assert isinstance(whole.window, MainWindow)
    return whole.window


def test_a_station_is_made_from_one_page_and_opens(whole: Application, qtbot: QtBot, tmp_path: Path) -> None:
    page = welcome(whole)
    for line, text in ((page.name, "Naryn"), (page.area_id, "KG-NAR"), (page.officer, "Toktosunov, Aibek")):
        QTest.keyClicks(line, text)
    page.folder.set_paths([tmp_path / "station"])
    page.zone.set_key("Asia/Bishkek")

    assert not page.make.isEnabled()
    QTest.keyClick(page.plain, Qt.Key.Key_Space)
    assert page.make.isEnabled()
    QTest.keyClick(page.make, Qt.Key.Key_Space)
    window = wait_for_station(whole, qtbot)

    assert window.desk.station.timezone == "Asia/Bishkek"
    assert [one.name for one in officers(window.desk.reader)] == ["Toktosunov, Aibek"]


def test_what_cannot_be_a_station_is_refused_in_words(whole: Application, qtbot: QtBot, tmp_path: Path) -> None:
    page = welcome(whole)
    page.station_folder.set_paths([tmp_path / "nowhere"])

    page.open_station()
    qtbot.waitUntil(lambda: bool(welcome(whole).banners.banners), timeout=WAIT_MS)

    banner = welcome(whole).banners.banners[0]
    assert banner.kind == "danger"
    assert "nowhere" in banner.text


def test_a_folder_that_is_not_empty_is_refused_and_the_form_stays(
    whole: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter.txt").write_text("private")
    page = welcome(whole)
    for line, text in ((page.name, "Naryn"), (page.area_id, "KG-NAR"), (page.officer, "Toktosunov, Aibek")):
        line.setText(text)
    page.folder.set_paths([tmp_path / "taken"])

    page.create_station()
    qtbot.waitUntil(lambda: bool(page.banners.banners), timeout=WAIT_MS)

    assert page.name.text() == "Naryn"
    assert not page.busy.text()


def test_another_language_begins_the_page_anew(whole: Application, qtbot: QtBot) -> None:
    before = welcome(whole)

    before.language_wanted.emit("ru")
    qtbot.waitUntil(lambda: whole.window is not before, timeout=WAIT_MS)

    assert welcome(whole).words.language == "ru"


def test_a_station_that_cannot_be_seen_at_first_sight_is_opened_all_the_same(qtbot: QtBot, tmp_path: Path) -> None:
    station = make_station(tmp_path)
    (station / "derived.db").unlink()
    whole = Application(tmp_path / "home")
    whole.settings.put("window/language", "en")

    whole.open_station(station)
    window = wait_for_station(whole, qtbot)

    assert "derived" in " ".join(banner.accessibleDescription() + banner.text for banner in window.banners.banners) or (
        window.banners.banners
    )
    whole.close()
    sweep()


def test_a_station_that_is_open_elsewhere_is_refused_in_words(qtbot: QtBot, tmp_path: Path) -> None:
    from ranger_app.services.stations import open_station

    station = make_station(tmp_path)
    whole = Application(tmp_path / "home")
    whole.settings.put("window/language", "en")
    with open_station(station, home=tmp_path / "home"):
        whole.open_station(station)
        qtbot.waitUntil(lambda: isinstance(whole.window, WelcomeWindow), timeout=WAIT_MS)

        assert [banner.kind for banner in welcome(whole).banners.banners] == ["danger"]

    whole.close()
    sweep()


def test_a_zone_that_was_typed_in_part_is_taken_or_refused_and_never_dropped(
    whole: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    page = welcome(whole)
    for line, text in ((page.name, "Naryn"), (page.area_id, "KG-NAR"), (page.officer, "Toktosunov, Aibek")):
        line.setText(text)
    page.folder.set_paths([tmp_path / "station"])
    page.plain.setChecked(True)
    zone = page.zone.lineEdit()
    assert zone is not None

    zone.setText("Mars")
    QTest.keyClick(page.make, Qt.Key.Key_Space)
    assert "Mars" in page.banners.banners[0].text
    assert not (tmp_path / "station").exists()

    zone.setText("Bishk")
    QTest.keyClick(page.make, Qt.Key.Key_Space)
    window = wait_for_station(whole, qtbot)
    assert window.desk.station.timezone == "Asia/Bishkek"


def test_enter_goes_from_field_to_field_and_tab_from_the_last_one_to_the_button(whole: Application) -> None:
    page = welcome(whole)
    page.activateWindow()
    page.name.setFocus()

    walked = []
    for _ in range(6):
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Return)
        walked.append(page.focusWidget())
    page.plain.setChecked(True)
    for line, text in ((page.name, "Naryn"), (page.area_id, "KG-NAR"), (page.officer, "Toktosunov, Aibek")):
        line.setText(text)
    page.plain.setFocus()
    QTest.keyClick(page.plain, Qt.Key.Key_Tab)

    assert walked[:5] == [page.area_id, page.area_name, page.officer, page.role, page.zone]
    assert walked[5] is page.folder.line
    assert page.focusWidget() is page.make


def test_a_station_that_is_gone_is_asked_for_and_no_new_one_is_offered(whole: Application, tmp_path: Path) -> None:
    whole.welcome(LastStationGoneError(folder=str(tmp_path / "stick" / "station")))

    page = welcome(whole)
    assert "stick" in page.banners.banners[0].text
    assert page.tabs.currentIndex() == page.OPEN


def test_an_area_that_cannot_be_one_is_refused_with_the_rule(whole: Application, qtbot: QtBot, tmp_path: Path) -> None:
    page = welcome(whole)
    for line, text in ((page.name, "Naryn"), (page.area_id, "KG NAR/1"), (page.officer, "Toktosunov, Aibek")):
        line.setText(text)
    page.folder.set_paths([tmp_path / "station"])
    page.plain.setChecked(True)

    page.create_station()
    qtbot.waitUntil(lambda: bool(page.banners.banners), timeout=WAIT_MS)

    assert "letters, digits" in page.banners.banners[0].text
