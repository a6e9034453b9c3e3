"""The profile of a walk: what it shows of a million fixes, and how the keyboard moves in it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ranger_app.domain.track import NO_TIME, Track
from ranger_app.i18n import Words
from ui.profile_columns import Axis, profile_of, thinned
from ui.profile_paint import Mark, nice_step
from ui.profile_view import ProfileView

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
MORNING_US = 1_772_600_000_000_000


def a_walk(count: int, *, step_s: float = 5.0, parts: tuple[int, ...] = (0,), timed: bool = True) -> Track:
    """Due east at 4.2 km/h and uphill, one fix after the other."""
    seconds = np.arange(count) * step_s
    return Track(
        time_us=(MORNING_US + seconds * 1e6).astype(np.int64) if timed else np.full(count, NO_TIME, np.int64),
        longitude_deg=75.0 + seconds * 1.1667 / 83_800,
        latitude_deg=np.full(count, 41.4),
        elevation_m=2_400.0 + seconds / 100,
        part_starts=np.array(parts, np.int64),
    )


def with_spike(track: Track, at: int) -> Track:
    latitude = np.array(track.latitude_deg)
    latitude[at] += 0.2
    return Track(
        time_us=track.time_us,
        longitude_deg=track.longitude_deg,
        latitude_deg=latitude,
        elevation_m=track.elevation_m,
        part_starts=track.part_starts,
    )


@pytest.fixture
def view(qtbot: QtBot) -> ProfileView:
    """A profile of 500 fixes, wide enough that every one has its pixel."""
    made = ProfileView(Words("en"), dt.UTC)
    qtbot.addWidget(made)
    made.resize(900, 240)
    made.set_profile(profile_of(a_walk(500)))
    made.show()
    made.setFocus()
    return made


# What it shows


def test_speed_and_distance_are_those_of_the_walk() -> None:
    profile = profile_of(a_walk(100))

    assert profile.speed_kmh.values[50] == pytest.approx(4.2, rel=0.01)
    assert profile.metres[-1] == pytest.approx(99 * 5 * 1.1667, rel=0.01)
    assert np.isnan(profile.speed_kmh.values[0])


def test_what_lies_between_parts_is_neither_a_speed_nor_a_distance() -> None:
    whole, broken = profile_of(a_walk(100)), profile_of(a_walk(100, parts=(0, 50)))

    assert np.isnan(broken.speed_kmh.values[50])
    assert broken.metres[-1] < whole.metres[-1]


def test_a_night_between_two_days_takes_little_of_the_picture() -> None:
    track = a_walk(1_000, parts=(0, 500))
    times = np.array(track.time_us)
    times[500:] += 14 * 3_600_000_000
    two_days = Track(
        time_us=times, longitude_deg=track.longitude_deg, latitude_deg=track.latitude_deg,
        elevation_m=track.elevation_m, part_starts=track.part_starts,
    )  # fmt: skip

    profile = profile_of(two_days)

    assert profile.seconds is not None
    assert profile.clock_s is not None
    assert profile.clock_s[500] - profile.clock_s[499] > 14 * 3_600
    assert (profile.seconds[500] - profile.seconds[499]) / profile.seconds[-1] < 0.05


def test_a_million_fixes_become_two_values_a_pixel_and_a_spike_among_them_stays() -> None:
    profile = profile_of(with_spike(a_walk(1_000_000, step_s=1.0), 654_321))
    along = profile.along(Axis.TIME)

    seen = thinned(profile.speed_kmh, along, (0.0, float(along[-1])), 900)

    assert len(seen.place) <= 900
    assert np.nanmax(seen.greatest) == pytest.approx(np.nanmax(profile.speed_kmh.values))
    assert abs(int(np.nanargmax(seen.greatest)) - 654_321 / 1_000_000 * 900) <= 2


@pytest.mark.parametrize("count", [60, 2_000])
def test_a_single_spike_does_not_flatten_everything_else(count: int) -> None:
    profile = profile_of(with_spike(a_walk(count), 30))

    assert profile.top_kmh < 15


def test_a_walk_without_times_is_drawn_over_distance_alone(qtbot: QtBot) -> None:
    view = ProfileView(Words("en"))
    qtbot.addWidget(view)
    view.set_profile(profile_of(a_walk(50, timed=False)))

    assert view.axis is Axis.DISTANCE
    assert view.profile is not None
    assert view.profile.axes == (Axis.DISTANCE,)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_shortest_walks_can_be_drawn(qtbot: QtBot, count: int) -> None:
    view = ProfileView(Words("en"))
    qtbot.addWidget(view)
    view.set_profile(profile_of(a_walk(count, parts=(0,) if count else ())))

    assert not view.grab().isNull()


def test_flags_pauses_and_edges_can_be_drawn(view: ProfileView) -> None:
    before = view.grab().toImage()

    view.set_marks([
        Mark(first=100, last=100, kind="grave"), Mark(first=150, last=200, kind="pause"),
        Mark(first=220, last=221, kind="flag"), Mark(first=300, last=420, kind="note"),
        Mark(first=250, last=250, kind="edge"),
    ])  # fmt: skip

    assert view.grab().toImage() != before


def test_numbers_of_a_scale_are_round() -> None:
    assert [nice_step(one) for one in (0.7, 1.0, 3.0, 14.0, 60.0)] == [1, 1, 5, 20, 100]


def test_the_nearest_fix_of_a_place_is_found_in_a_long_track() -> None:
    track = a_walk(300_000, step_s=1.0)
    profile = profile_of(track)

    found = profile.near(float(track.longitude_deg[123_456]), 41.4001)

    assert found is not None
    assert abs(found[0] - 123_456) <= 1


# Keys


def press(view: ProfileView, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, times: int = 1) -> None:
    for _ in range(times):
        QTest.keyClick(view, key, modifiers)


def test_arrow_keys_walk_along_the_track(view: ProfileView) -> None:
    moved: list[int] = []
    view.cursorMoved.connect(moved.append)

    press(view, Qt.Key.Key_Right, times=3)
    press(view, Qt.Key.Key_Left)

    assert moved == [1, 2, 3, 2]


def test_in_a_mirrored_window_the_walk_begins_at_the_right(view: ProfileView) -> None:
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)

    press(view, Qt.Key.Key_Left, times=2)

    assert view.cursor_fix == 2


def test_one_press_moves_by_a_pixel_and_ctrl_by_a_fix(qtbot: QtBot) -> None:
    view = ProfileView(Words("en"))
    qtbot.addWidget(view)
    view.resize(600, 200)
    view.set_profile(profile_of(a_walk(100_000)))

    press(view, Qt.Key.Key_Right)
    by_pixel = view.cursor_fix
    press(view, Qt.Key.Key_Right, CTRL)

    assert by_pixel > 100
    assert view.cursor_fix == by_pixel + 1


def test_shift_with_arrows_chooses_a_stretch_and_moving_on_gives_it_up(view: ProfileView) -> None:
    told: list[object] = []
    view.stretchChanged.connect(told.append)
    press(view, Qt.Key.Key_Right, times=10)

    press(view, Qt.Key.Key_Right, SHIFT, times=2)
    press(view, Qt.Key.Key_Right)

    assert told == [(10, 11), (10, 12), None]


def test_shift_end_chooses_up_to_the_end(view: ProfileView) -> None:
    press(view, Qt.Key.Key_Right, times=5)

    press(view, Qt.Key.Key_End, SHIFT)

    assert view.stretch == (5, 499)


def test_the_view_follows_the_cursor_when_one_looks_closely(view: ProfileView) -> None:
    press(view, Qt.Key.Key_Plus, times=4)
    closely = view.grab().toImage()

    press(view, Qt.Key.Key_End)

    assert view.cursor_fix == 499
    assert view.grab().toImage() != closely


def test_zero_shows_everything_again(view: ProfileView) -> None:
    whole = view.grab().toImage()
    press(view, Qt.Key.Key_Plus, times=3)

    press(view, Qt.Key.Key_0)

    assert view.grab().toImage() == whole


def test_enter_is_passed_on(view: ProfileView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.entered):
        press(view, Qt.Key.Key_Return)


def test_a_key_that_means_nothing_here_goes_to_whoever_holds_the_profile(view: ProfileView) -> None:
    press(view, Qt.Key.Key_F9)

    assert view.cursor_fix == 0


def test_a_screen_reader_is_told_what_stands_at_the_cursor(view: ProfileView) -> None:
    view.tell("09:15 · 4.2 km/h")

    assert view.accessibleDescription() == "09:15 · 4.2 km/h"
    assert "Arrow keys" in view.accessibleName()


# Pointer


def test_dragging_chooses_a_stretch(view: ProfileView) -> None:
    QTest.mousePress(view, Qt.MouseButton.LeftButton, NONE, QPoint(300, 100))
    begun = view.cursor_fix
    there, held = QPointF(420, 100), Qt.MouseButton.LeftButton
    moved = QMouseEvent(QEvent.Type.MouseMove, there, view.mapToGlobal(there), Qt.MouseButton.NoButton, held, NONE)
    QApplication.sendEvent(view, moved)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, NONE, QPoint(420, 100))

    assert view.stretch is not None
    assert view.stretch[0] == begun
    assert view.stretch[1] > begun + 50


def test_a_press_puts_the_cursor_there(view: ProfileView) -> None:
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, NONE, QPoint(450, 100))

    assert 200 < view.cursor_fix < 300


def test_an_edit_keeps_the_view_and_gives_up_the_choice(view: ProfileView) -> None:
    view.choose((10, 40))

    view.set_profile(profile_of(a_walk(480)))

    assert view.stretch is None
    assert view.cursor_fix == 40


def test_a_view_that_lost_the_cursor_shows_everything_again(view: ProfileView) -> None:
    view.set_cursor(400)
    view.show_stretch((390, 410))
    closer = view._span
    view.set_profile(profile_of(a_walk(500)))
    assert view._span == closer

    view.set_profile(profile_of(a_walk(450)))
    view.set_cursor(0, follow=False)
    view.set_profile(profile_of(a_walk(500)))

    assert view._span == view._whole()
