"""The review of a track: map, profile and list follow each other; every edit can be seen, undone and taken back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from db.patrol_pages import patrol_ids
from db.patrols import patrol
from tests.service_desk import MORNING, write_gpx
from tests.ui.walks import card, fixes
from tests.ui.window_room import Room, choose_first, fill, line_of_sheet
from ui.forms.choices import FindBox
from ui.import_summary import ImportSummary
from ui.pages.track_review import TrackReviewPage
from ui.pages.track_review_data import ORIGINAL
from ui.profile_columns import Axis

SHIFT = Qt.KeyboardModifier.ShiftModifier


def import_card(room: Room, folder: Path) -> None:
    room.window.take_files([card(folder)])
    room.settle()
    room.until(lambda: isinstance(room.window.page, ImportSummary))


def shown(room: Room) -> TrackReviewPage:
    page = room.window.page
    assert isinstance(page, TrackReviewPage)
    return page


def ready(room: Room) -> TrackReviewPage:
    """The review in sight, once it stands."""
    room.settle()
    room.until(lambda: shown(room).review is not None)
    return shown(room)


@pytest.fixture
def review(room: Room, tmp_path: Path) -> TrackReviewPage:
    """The review of two imported patrols, the first of them with a spike at its 31st fix."""
    import_card(room, tmp_path)
    room.window.run("review_track")
    return ready(room)


def stretch(page: TrackReviewPage, first: int, last: int) -> None:
    page.profile.set_cursor(first)
    page.profile.set_cursor(last, is_choosing=True)


def told(page: TrackReviewPage) -> list[str]:
    return [line.what for line in page.list.lines]


def answer(room: Room, text: str = "") -> None:
    """Press the main button of the open panel, with another reason when one is given."""
    sheet = room.window.sheet
    assert sheet is not None
    if text:
        next(box for box in sheet.findChildren(QComboBox) if box.isEditable()).setEditText(text)
    sheet.act_button.click()
    room.settle()
    room.settle()


def count(page: TrackReviewPage) -> int:
    assert page.review is not None
    return len(page.review.profile)


# Looking


def test_in_an_empty_station_there_is_nothing_to_review(room: Room) -> None:
    room.window.go("patrols")
    room.settle()

    assert not room.window.can("review_track")


def test_the_whole_patrol_stands_on_map_and_profile(review: TrackReviewPage) -> None:
    assert count(review) == 60
    assert {layer.id for layer in review.view.layers} >= {"tracks", "places"}
    assert "This is 1 of 2." in review.told.text()
    assert review.readout.text().startswith("08:00:00 · 0.0 km")


def test_the_spike_is_flagged_and_f8_shows_it_on_map_and_profile(room: Room, review: TrackReviewPage) -> None:
    assert any("A spike of" in line for line in told(review))

    room.window.run("next_flag")

    assert review.profile.cursor_fix == 30
    assert review.marker.is_in_sight(review.view.viewport)


def test_one_marker_moves_on_both(review: TrackReviewPage) -> None:
    assert review.review is not None
    QTest.keyClick(review.profile, Qt.Key.Key_End)

    assert review.marker.place == pytest.approx((75.0 + 59 * 0.00015, 41.4))
    assert "08:09:50" in review.readout.text()


def test_the_pointer_over_the_map_moves_the_marker_on_the_profile(review: TrackReviewPage) -> None:
    assert review.review is not None

    review.view.hovered.emit(75.0 + 12 * 0.00015, 41.40001)

    assert review.profile.cursor_fix == 12


def test_far_from_the_track_the_pointer_moves_nothing(review: TrackReviewPage) -> None:
    review.view.hovered.emit(76.5, 41.0)

    assert review.profile.cursor_fix == 0


def test_a_stretch_is_told_in_words(review: TrackReviewPage) -> None:
    stretch(review, 0, 6)

    assert review.readout.text() == "Chosen: 08:00:00 to 08:01:00, 0.1 km, 7 fixes"


def test_escape_gives_the_choice_up_before_it_leaves(room: Room, review: TrackReviewPage) -> None:
    stretch(review, 0, 6)

    room.window.run("back")

    assert shown(room) is review
    assert review.profile.stretch is None


def test_the_profile_is_drawn_over_distance_when_wanted(room: Room, review: TrackReviewPage) -> None:
    room.window.run("profile_axis")
    over_distance = review.profile.axis
    room.window.run("profile_axis")

    assert (over_distance, review.profile.axis) == (Axis.DISTANCE, Axis.TIME)


def test_a_patrol_without_a_track_says_so(room: Room, tmp_path: Path) -> None:
    room.window.take_files([write_gpx(tmp_path / "marks.gpx", waypoints=[(41.4, 75.0, MORNING, "snare")])])
    room.settle()
    room.until(lambda: bool(patrol_ids(room.desk.reader)))
    choose_first(room, "patrols")
    room.window.run("review_track")

    page = ready(room)

    assert page.readout.text() == "This patrol has no track."
    assert not room.window.can("hide_fixes")


def test_a_track_without_times_is_reviewed_over_distance(room: Room, tmp_path: Path) -> None:
    room.window.take_files([write_gpx(tmp_path / "walk.gpx", fixes(None))])
    room.settle()
    room.until(lambda: bool(patrol_ids(room.desk.reader)))
    choose_first(room, "patrols")
    room.window.run("review_track")

    page = ready(room)

    assert page.profile.axis is Axis.DISTANCE
    assert page.readout.text().startswith("no time")


def test_another_device_on_the_same_way_is_drawn_beside_and_not_reviewed_as_a_part(room: Room, tmp_path: Path) -> None:
    for name, latitude in (("leader.gpx", 41.4), ("other.gpx", 41.4001)):
        write_gpx(tmp_path / name, fixes(latitude=latitude))
    room.window.take_files([tmp_path / "leader.gpx", tmp_path / "other.gpx"])
    room.settle()
    room.until(lambda: isinstance(room.window.page, ImportSummary))
    room.window.run("review_track")

    page = ready(room)

    assert count(page) == 60
    assert page.review is not None
    assert page.review.beside.bounds() is not None


# Editing


def test_a_spike_is_deleted_with_a_reason_and_the_original_stays(room: Room, review: TrackReviewPage) -> None:
    before = patrol(room.desk.reader, review.patrol).distance_m
    review.profile.set_cursor(30)

    room.window.run("hide_fixes")
    answer(room)

    assert count(review) == 59
    assert "Edited: 1 fix deleted · The receiver jumped." in told(review)
    assert "1 edit; the original is untouched." in review.told.text()
    assert patrol(room.desk.reader, review.patrol).distance_m < before - 40_000
    assert len(review.review.parts[0].original) == 60 if review.review is not None else False


def test_undo_brings_the_fix_back_and_redo_deletes_it_again(room: Room, review: TrackReviewPage) -> None:
    review.profile.set_cursor(30)
    room.window.run("hide_fixes")
    answer(room)

    room.window.run("undo")
    room.settle()
    room.until(lambda: count(review) == 60)
    room.window.run("redo")
    room.settle()
    room.until(lambda: count(review) == 59)


def test_an_edit_is_taken_back_alone_after_others(room: Room, review: TrackReviewPage) -> None:
    for first, last in ((30, 30), (40, 42)):
        stretch(review, first, last) if first != last else review.profile.set_cursor(first)
        room.window.run("hide_fixes")
        answer(room)
    row = next(place for place, line in enumerate(review.list.lines) if "1 fix deleted" in line.what)
    review.list.setCurrentIndex(review.list.texts.index(row, 0))
    review.list.setFocus()

    room.window.run("hide_fixes")
    room.settle()

    room.until(lambda: review.list.edit_count == 1)
    assert any("fixes deleted" in line for line in told(review))


def test_only_what_is_chosen_is_kept(room: Room, review: TrackReviewPage) -> None:
    assert not room.window.can("trim_track")
    stretch(review, 10, 20)
    assert room.window.can("trim_track")

    room.window.run("trim_track")
    answer(room, "The way to the start")

    assert count(review) == 11
    assert sum("The way to the start" in line for line in told(review)) == 2


def test_a_pause_is_marked_and_its_inside_is_not_told(room: Room, review: TrackReviewPage) -> None:
    stretch(review, 0, 24)

    room.window.run("mark_pause")
    answer(room)

    assert count(review) == 60 - 23
    assert any("Pause of 4 minutes · Rest." in line for line in told(review))


def test_a_track_is_cut_and_joined_again(room: Room, review: TrackReviewPage) -> None:
    review.profile.set_cursor(10)

    room.window.run("cut_track")
    room.settle()
    room.until(lambda: review.list.edit_count == 1)
    assert review.review is not None
    assert 10 in review.review.profile.part_starts.tolist()

    review.profile.set_cursor(5)
    room.window.run("join_track")
    room.settle()
    room.until(lambda: review.review is not None and 10 not in review.review.profile.part_starts.tolist())


def test_where_no_part_begins_there_is_nothing_to_join(room: Room, review: TrackReviewPage) -> None:
    review.profile.set_cursor(59)

    room.window.run("join_track")

    assert "No part of this track begins" in room.told()


def test_fixes_are_given_to_another_day(room: Room, review: TrackReviewPage) -> None:
    room.window.run("assign_day")
    sheet, line = line_of_sheet(room, "Day")
    assert line.text() == "04.03.2026"
    line.setText("someday")
    sheet.act_button.click()
    assert "A day" in sheet.message.text()

    line.setText("03.03.2026")
    answer(room)

    assert patrol(room.desk.reader, review.patrol).start == dt.date(2026, 3, 3)


def test_the_original_is_shown_in_grey_below(room: Room, review: TrackReviewPage) -> None:
    review.profile.set_cursor(30)
    room.window.run("hide_fixes")
    answer(room)

    room.window.run("show_original")
    names = [layer.id for layer in review.view.layers]
    assert names.index(ORIGINAL) < names.index("tracks")

    room.window.run("show_original")
    assert ORIGINAL not in {layer.id for layer in review.view.layers}


def test_the_cursor_stays_at_its_fix_through_an_edit(room: Room, review: TrackReviewPage) -> None:
    stretch(review, 2, 5)
    room.window.run("hide_fixes")
    review.profile.set_cursor(50)
    answer(room)

    room.until(lambda: count(review) == 59 or count(review) == 56)
    assert "08:08:20" in review.readout.text()


def test_a_flag_is_let_be_for_a_reason_and_raised_again(room: Room, review: TrackReviewPage) -> None:
    row = next(place for place, line in enumerate(review.list.lines) if "A spike of" in line.what)
    review.list.setCurrentIndex(review.list.texts.index(row, 0))

    room.window.run("let_flag_be")
    answer(room, "We flew there.")
    room.until(lambda: any("Let be: We flew there." in line for line in told(review)))

    review.list.setCurrentIndex(review.list.texts.index(row, 0))
    room.window.run("let_flag_be")
    room.settle()
    room.until(lambda: not any("Let be" in line for line in told(review)))


# Moving


def test_a_patrol_is_split_at_the_cursor_and_the_new_one_is_reviewed_next(room: Room, review: TrackReviewPage) -> None:
    first = review.patrol
    review.profile.set_cursor(40)

    room.window.run("split_patrol")
    answer(room)

    room.until(lambda: len(review.patrols) == 3)
    assert count(review) == 40
    review.confirm()
    page = ready(room)
    assert page.patrol != first
    assert count(page) == 20


def test_a_split_that_is_undone_is_reviewed_no_more(room: Room, review: TrackReviewPage) -> None:
    review.profile.set_cursor(40)
    room.window.run("split_patrol")
    answer(room)
    room.until(lambda: len(review.patrols) == 3)

    room.window.run("undo")
    room.settle()

    room.until(lambda: len(review.patrols) == 2)
    room.until(lambda: count(review) == 60)


def test_a_split_says_what_the_new_leg_was_walked_by(room: Room, review: TrackReviewPage) -> None:
    review.profile.set_cursor(40)
    room.window.run("split_patrol")
    sheet = room.window.sheet
    assert sheet is not None
    what, boxes = sheet.findChildren(QComboBox)[0], sheet.findChildren(FindBox)
    assert all(box.isHidden() for box in boxes)
    what.setCurrentIndex(1)
    assert not any(box.isHidden() for box in boxes)
    other = next(key for key in boxes[0].keys if key not in ("", "foot"))
    boxes[0].set_key(other)

    sheet.press()

    room.until(lambda: len(patrol(room.desk.reader, review.patrol).legs) == 2)
    assert [leg.transport for leg in patrol(room.desk.reader, review.patrol).legs] == ["foot", other]


def test_a_split_says_the_number_of_the_new_patrol(room: Room, review: TrackReviewPage) -> None:
    review.profile.set_cursor(40)
    room.window.run("split_patrol")
    fill(room, "Number of the patrol", "KG-NAR_OTHER")

    room.until(lambda: len(review.patrols) == 3)
    room.until(lambda: any("20 fixes went to KG-NAR_OTHER" in line for line in told(review)))
    assert not any("deleted" in line for line in told(review))
    assert "KG-NAR_OTHER" in {str(one.values["number"]) for one in room.desk.reader.entries("patrol")}


def test_a_split_can_make_another_leg(room: Room, review: TrackReviewPage) -> None:
    review.profile.set_cursor(40)
    room.window.run("split_patrol")
    sheet = room.window.sheet
    assert sheet is not None
    next(box for box in sheet.findChildren(QComboBox) if box.findData("leg") >= 0).setCurrentIndex(1)

    answer(room)

    room.until(lambda: len(patrol(room.desk.reader, review.patrol).legs) == 2)
    assert len(review.patrols) == 2
    assert count(review) == 60


def test_two_patrols_become_one(room: Room, review: TrackReviewPage) -> None:
    room.window.run("join_patrol")
    sheet = room.window.sheet
    assert sheet is not None
    box = next(box for box in sheet.findChildren(QComboBox) if box.accessibleName() == "Patrol")
    box.setCurrentIndex(1)

    answer(room)

    room.until(lambda: len(review.patrols) == 1)
    assert count(review) == 120
    assert len(patrol_ids(room.desk.reader)) == 1


def test_a_waypoint_is_put_at_the_cursor(room: Room, review: TrackReviewPage) -> None:
    review.profile.set_cursor(40)

    room.window.run("move_waypoint")
    answer(room)

    where = patrol(room.desk.reader, review.patrol).waypoints[0].position
    assert (where.longitude_deg, where.latitude_deg) == pytest.approx((75.0 + 40 * 0.00015, 41.4))


def test_the_clock_is_corrected_by_what_it_really_was_at_the_cursor(room: Room, review: TrackReviewPage) -> None:
    room.window.run("correct_clock")
    _, line = line_of_sheet(room, "Really it was")
    assert line.text() == "04.03.2026 08:00"
    line.setText("09:00")

    answer(room)

    room.until(lambda: review.readout.text().startswith("09:00:00"))
    assert any("Clock corrected by +3600 s" in line for line in told(review))


# Going on


def test_enter_confirms_one_patrol_after_the_other_and_then_shows_it_in_the_list(
    room: Room, review: TrackReviewPage
) -> None:
    first, second = review.patrols

    QTest.keyClick(review.profile, Qt.Key.Key_Return)
    assert ready(room).patrol == second
    QTest.keyClick(review.profile, Qt.Key.Key_Return)
    room.settle()

    assert room.window.page.name == "patrols"
    assert [row.id for row in room.window.page.marked().rows] == [second]
    assert set(patrol_ids(room.desk.reader)) == {first, second}


def test_undoing_the_import_closes_the_review(room: Room, review: TrackReviewPage) -> None:
    room.window.run("undo")
    room.settle()

    room.until(lambda: not isinstance(room.window.page, TrackReviewPage))


def test_edits_are_there_after_a_restart(room: Room, review: TrackReviewPage) -> None:
    review.profile.set_cursor(30)
    room.window.run("hide_fixes")
    answer(room)
    record = review.patrol

    room.reopen()
    room.window.open_record("patrol", record)
    room.window.run("review_track")

    page = ready(room)
    assert count(page) == 59
    assert page.list.edit_count == 1
