"""The bar of time: both ends, a moment, a replay; by pointer and keyboard, and for who reads from right to left."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ranger_app.i18n import Words
from ui.pages.map_time import SPEEDS, TimeBar
from ui.pages.map_time_scale import DAY_US, TimeScale, day_begin_us, moment_of

BISHKEK = ZoneInfo("Asia/Bishkek")
LEFT = Qt.MouseButton.LeftButton
KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier


def us(day: int, hour: int = 0, minute: int = 0) -> int:
    """A moment of March 2026 in Bishkek."""
    return int(dt.datetime(2026, 3, day, hour, minute, tzinfo=BISHKEK).timestamp()) * 1_000_000


FIRST, LAST = us(1, 8, 15), us(20, 17, 30)
WHOLE = us(1), us(21) - 1


@pytest.fixture
def bar(qtbot: QtBot) -> TimeBar:
    bar = TimeBar(Words(), BISHKEK)
    qtbot.addWidget(bar)
    bar.resize(1000, 60)
    bar.set_span(FIRST, LAST)
    bar.show()
    qtbot.waitExposed(bar)
    return bar


def drag(scale: TimeScale, begin_us: int, end_us: int, *, down: float | None = None) -> None:
    y = round(scale._line_y() if down is None else down)
    begin, end = (QPoint(round(scale.x_of(one)), y) for one in (begin_us, end_us))
    QTest.mousePress(scale, LEFT, pos=begin)
    QTest.mouseMove(scale, (begin + end) / 2)
    QTest.mouseMove(scale, end)
    QTest.mouseRelease(scale, LEFT, pos=end)


def test_the_span_is_taken_to_whole_days_where_the_station_is(bar: TimeBar) -> None:
    assert bar.scale.window_us == WHOLE
    assert bar.window_us is None
    assert bar.moment.text() == "1 Mar 2026 to 20 Mar 2026"
    assert not bar.whole.isEnabled()


def test_an_end_that_is_dragged_narrows_what_is_looked_at_to_days(qtbot: QtBot, bar: TimeBar) -> None:
    with qtbot.waitSignal(bar.windowChanged) as heard:
        drag(bar.scale, WHOLE[0], us(5, 12))
        drag(bar.scale, WHOLE[1], us(9, 12))

    assert heard.args == [us(5), us(10) - 1]
    assert bar.window_us == (us(5), us(10) - 1)
    assert bar.moment.text() == "5 Mar 2026 to 9 Mar 2026"
    bar.show_all()
    with qtbot.waitSignal(bar.windowChanged) as heard:
        pass
    assert heard.args == [None, None]


def test_ends_do_not_pass_each_other(bar: TimeBar) -> None:
    drag(bar.scale, WHOLE[0], us(30))
    assert bar.scale.window_us == (us(20), us(21) - 1)

    bar.set_window(us(5), us(8))
    drag(bar.scale, us(9) - 1, us(2))
    assert bar.scale.window_us == (us(5), us(6) - 1)


def test_a_press_between_the_ends_shows_that_moment(qtbot: QtBot, bar: TimeBar) -> None:
    told: list[object] = []
    bar.replayed.connect(told.append)
    x = round(bar.scale.x_of(us(10, 12)))

    QTest.mouseClick(bar.scale, LEFT, pos=QPoint(x, 5))

    assert told == [bar.scale.moment_at(x)]
    assert moment_of(told[0], BISHKEK).date() == dt.date(2026, 3, 10)  # type: ignore[arg-type]
    assert "+06:00" in bar.moment.text()
    assert bar.whole.isEnabled()


def test_the_moment_can_be_taken_from_above_where_an_end_stands(bar: TimeBar) -> None:
    bar.scale.set_moment(WHOLE[0])

    drag(bar.scale, WHOLE[0], us(6, 12), down=3.0)

    assert bar.scale.window_us == WHOLE
    assert bar.moment_us is not None
    assert moment_of(bar.moment_us, BISHKEK).day == 6


def test_keys_move_the_moment_and_the_ends(bar: TimeBar) -> None:
    scale = bar.scale
    QTest.keyClick(scale, KEY.Key_End)
    assert bar.moment_us == WHOLE[1]
    QTest.keyClick(scale, KEY.Key_Home)
    assert bar.moment_us == WHOLE[0]
    QTest.keyClick(scale, KEY.Key_Right)
    step = bar.moment_us - WHOLE[0]
    assert step == (WHOLE[1] - WHOLE[0]) // 100 // 60_000_000 * 60_000_000
    QTest.keyClick(scale, KEY.Key_Left)
    assert bar.moment_us == WHOLE[0]

    QTest.keyClick(scale, KEY.Key_Right, MODIFIER.ShiftModifier)
    QTest.keyClick(scale, KEY.Key_Left, MODIFIER.ControlModifier)
    assert scale.window_us == (us(2), us(20) - 1)
    assert bar.moment_us == us(2)

    QTest.keyClick(scale, KEY.Key_Escape)
    assert bar.moment_us is None
    assert scale.window_us == (us(2), us(20) - 1)


def test_page_keys_move_further(bar: TimeBar) -> None:
    scale = bar.scale
    bar.set_span(us(1), us(1) + 400 * DAY_US)
    QTest.keyClick(scale, KEY.Key_PageDown, MODIFIER.ShiftModifier)
    QTest.keyClick(scale, KEY.Key_PageUp, MODIFIER.ControlModifier)
    QTest.keyClick(scale, KEY.Key_PageDown)

    assert scale.window_us == (us(1) + 30 * DAY_US, us(1) + 371 * DAY_US - 1)
    assert bar.moment_us is not None
    assert bar.moment_us > us(1) + 100 * DAY_US


def test_from_right_to_left_time_runs_as_one_reads(bar: TimeBar) -> None:
    bar.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    scale = bar.scale

    assert scale.x_of(WHOLE[0]) > scale.x_of(WHOLE[1])
    assert scale.moment_at(scale.x_of(us(10))) == pytest.approx(us(10), abs=DAY_US)
    QTest.keyClick(scale, KEY.Key_Home)
    QTest.keyClick(scale, KEY.Key_Left)
    assert bar.moment_us is not None
    assert bar.moment_us > WHOLE[0]
    layout = bar.layout()
    assert layout is not None
    layout.activate()
    assert bar.play.x() > scale.x() > bar.moment.x()


def test_space_plays_and_pauses_at_the_speed_that_was_chosen(qtbot: QtBot, bar: TimeBar) -> None:
    told: list[int] = []
    bar.replayed.connect(told.append)
    bar.speed.setCurrentIndex(SPEEDS.index(3600))

    QTest.keyClick(bar.scale, KEY.Key_Space)
    assert bar.is_playing
    assert bar.play.text() == "Pause"
    qtbot.waitUntil(lambda: len(told) > 5, timeout=5_000)
    QTest.keyClick(bar.scale, KEY.Key_Space)

    assert not bar.is_playing
    assert told[0] == WHOLE[0]
    assert told == sorted(told)
    seconds = (told[-1] - told[0]) / 1e6 / 3600
    assert 0.1 < seconds < 4
    assert bar.moment_us == told[-1]


def test_a_replay_ends_at_the_last_moment_and_begins_again_from_the_first(qtbot: QtBot, bar: TimeBar) -> None:
    bar.set_window(us(5), us(5))
    bar.speed.setCurrentIndex(SPEEDS.index(86_400))
    bar.scale.set_moment(us(5, 23, 50))

    bar.play.click()
    qtbot.waitUntil(lambda: not bar.is_playing, timeout=5_000)

    assert bar.moment_us == us(6) - 1
    told: list[int] = []
    bar.replayed.connect(told.append)
    bar.play.click()
    bar.pause()
    assert told == [us(5)]


def test_silences_are_passed_over_and_reading_is_waited_for(qtbot: QtBot, bar: TimeBar) -> None:
    told: list[int] = []
    bar.replayed.connect(told.append)
    bar.skip = lambda moment_us: max(moment_us, us(9))
    bar.set_waiting(True, "Reading tracks")

    bar.toggle()
    qtbot.wait(200)
    assert told == [WHOLE[0]]
    assert bar.moment.text() == "Reading tracks"

    bar.set_waiting(False)
    qtbot.waitUntil(lambda: len(told) > 1, timeout=5_000)
    bar.pause()
    assert told[1] == us(9)


def test_all_days_ends_the_replay(qtbot: QtBot, bar: TimeBar) -> None:
    bar.set_window(us(5), us(6))
    bar.toggle()
    told: list[int | None] = []
    bar.replayed.connect(told.append)

    bar.whole.click()

    assert told == [None]
    assert not bar.is_playing
    assert bar.scale.window_us == WHOLE
    assert bar.moment.text() == "1 Mar 2026 to 20 Mar 2026"


def test_new_tracks_lengthen_the_span_and_leave_what_was_chosen(bar: TimeBar) -> None:
    bar.set_span(FIRST, us(25, 3))
    assert bar.scale.window_us == (us(1), us(26) - 1)

    bar.set_window(us(5), us(6))
    bar.set_span(us(3), us(28))
    assert bar.scale.window_us == (us(5), us(7) - 1)


def test_without_times_nothing_can_be_played(bar: TimeBar) -> None:
    bar.set_span(None, None)

    assert not bar.play.isEnabled()
    assert bar.moment.text() == "No track here has times."
    bar.toggle()
    bar.set_window(us(1), us(2))
    QTest.keyClick(bar.scale, KEY.Key_Space)
    assert bar.moment_us is None
    bar.grab()


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_days_below_the_ends_never_lie_on_each_other(bar: TimeBar, direction: Qt.LayoutDirection) -> None:
    bar.setLayoutDirection(direction)
    for first, last in ((1, 20), (1, 1), (1, 2), (10, 11), (19, 20), (20, 20)):
        bar.set_window(us(first), us(last))
        bar.scale.setFocus()
        assert not bar.grab().isNull()


def test_days_begin_where_the_station_is_even_when_clocks_are_changed() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    noon = int(dt.datetime(2026, 3, 29, 12, tzinfo=berlin).timestamp()) * 1_000_000

    assert day_begin_us(noon, berlin, 1) - day_begin_us(noon, berlin) == 23 * 3_600_000_000
