"""From a receiver's card to a corrected patrol by keyboard alone, and after a restart it is all still there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from db.patrol_pages import patrol_ids
from db.patrols import patrol
from ranger_app.services.stations import create_station
from tests.flows.hands import CTRL, SHIFT, Hands, open_window
from tests.ui.walks import card
from ui.import_summary import ImportSummary
from ui.pages.track_review import TrackReviewPage


def review(hands: Hands) -> TrackReviewPage:
    page = hands.window.page
    assert isinstance(page, TrackReviewPage)
    return page


def until_reviewed(hands: Hands, fixes: int) -> None:
    """Wait until the review shows so many fixes."""
    hands.until(lambda: isinstance(hands.window.page, TrackReviewPage))
    hands.until(lambda: (found := review(hands).review) is not None and len(found.profile) == fixes)


def test_a_card_is_imported_reviewed_and_corrected_by_keyboard_and_stays_so(qtbot: QtBot, tmp_path: Path) -> None:
    home, station = tmp_path / "home", tmp_path / "station"
    create_station(
        station, name="Naryn", area_id="KG-NAR", officer_name="Toktosunov, Aibek", role="ranger",
        timezone="Asia/Bishkek", is_encrypted=False, home=home,
    )  # fmt: skip
    whole, hands = open_window(qtbot, home, station)

    # the folder of the card
    hands.press(Qt.Key.Key_I, CTRL)
    hands.write(str(card(tmp_path)))
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: isinstance(hands.window.page, ImportSummary))
    assert len(patrol_ids(hands.reader)) == 2

    # Enter reviews the first patrol; F8 shows its first flag, the spike
    hands.press(Qt.Key.Key_Return)
    until_reviewed(hands, 60)
    assert hands.field is review(hands).profile
    record = review(hands).patrol
    crooked = patrol(hands.reader, record).distance_m
    hands.press(Qt.Key.Key_F8)
    assert review(hands).profile.cursor_fix == 30

    # Delete asks for a reason that stands there already
    hands.press(Qt.Key.Key_Delete)
    assert hands.field_name == "Reason"
    hands.press(Qt.Key.Key_Return)
    until_reviewed(hands, 59)
    straight = patrol(hands.reader, record).distance_m
    assert straight < crooked - 40_000

    # undone, and deleted again
    hands.press(Qt.Key.Key_Z, CTRL)
    until_reviewed(hands, 60)
    hands.press(Qt.Key.Key_Z, CTRL | SHIFT)
    until_reviewed(hands, 59)

    # the last ten fixes are the way home
    hands.until(lambda: hands.field is review(hands).profile)
    hands.press(Qt.Key.Key_End)
    for _ in range(9):
        hands.press(Qt.Key.Key_Left, CTRL | SHIFT)
    hands.press(Qt.Key.Key_Delete)
    hands.write("The way home.")
    hands.press(Qt.Key.Key_Return)
    until_reviewed(hands, 49)

    # Enter: it looks right; the next patrol, and then the list
    hands.until(lambda: hands.field is review(hands).profile)
    hands.press(Qt.Key.Key_Return)
    until_reviewed(hands, 60)
    hands.press(Qt.Key.Key_Return)
    hands.until(lambda: hands.window.page.name == "patrols")

    whole.close()
    whole, hands = open_window(qtbot, home, station)
    hands.until(lambda: hands.window.page.name == "patrols")
    hands.window.open_record("patrol", record)
    hands.press(Qt.Key.Key_F7)
    until_reviewed(hands, 49)

    assert any("The way home." in line.what for line in review(hands).list.lines)
    assert len(review(hands).review.parts[0].original) == 60  # type: ignore[union-attr]
    hands.press(Qt.Key.Key_Escape)
    assert hands.window.page.name == "patrols"
    whole.close()
