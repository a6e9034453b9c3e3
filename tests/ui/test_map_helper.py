"""Squares of a picture are made by two threads, and the picture is the same."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtGui import QImage

from tests.made_maps import picture
from ui.map import TilesLayer, Viewport, helper, render_map
from ui.map.helper import Helped
from ui.map.layer import Stale

MANY = range(40)
VIEW = Viewport(76.0, 41.4, 10.0, 1200, 800)


class Coloured:
    """A tile everywhere, each of its own colour, and who asked for it."""

    bounds = (-180.0, -85.0, 180.0, 85.0)
    zooms = (0, 12)
    attribution = ""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        self.asked.append(threading.current_thread().name)
        return picture(z, x, y)


@pytest.fixture
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper, "_processors", lambda: 2)


@pytest.mark.usefixtures("two_processors")
def test_the_helper_comes_from_the_end_until_it_meets_the_caller() -> None:
    made: list[int] = []
    is_half = threading.Event()

    def make(one: int) -> None:
        made.append(one)
        if len(made) == len(MANY) // 2:
            is_half.set()
            reached_end.wait(5)

    reached_end = threading.Event()
    with Helped(MANY, make) as help_:
        help_.reached(0)
        help_.reached(1)
        assert is_half.wait(5)
        for one in MANY[2 : len(MANY) // 2]:
            help_.reached(one)
        reached_end.set()

    assert made == list(reversed(MANY[len(MANY) // 2 :]))


@pytest.mark.usefixtures("two_processors")
def test_the_helper_begins_when_the_caller_has_made_one_and_ends_with_it() -> None:
    made: list[int] = []
    has_begun, goes_on = threading.Event(), threading.Event()

    def make(one: int) -> None:
        made.append(one)
        has_begun.set()
        goes_on.wait(5)

    with Helped(MANY, make) as help_:
        help_.reached(0)
        rest()
        assert not made
        help_.reached(1)
        assert has_begun.wait(5)
        threading.Timer(0.05, goes_on.set).start()

    assert made == [MANY[-1]]
    rest()
    assert made == [MANY[-1]]


@pytest.mark.usefixtures("two_processors")
def test_a_picture_nobody_waits_for_stops_the_helper_too() -> None:
    made: list[int] = []

    def make(one: int) -> None:
        made.append(one)
        raise Stale

    with Helped(MANY, make) as help_:
        help_.reached(0)
        help_.reached(1)
        rest()

    assert made == [MANY[-1]]


def rest() -> None:
    """Until the helper has nothing to do."""
    helper._helper().submit(int).result(5)


@pytest.mark.parametrize(("processors", "wanted"), [(1, MANY), (2, MANY[:3]), (2, MANY[:0])])
def test_the_caller_works_alone_where_help_would_not_pay(
    monkeypatch: pytest.MonkeyPatch, processors: int, wanted: range
) -> None:
    monkeypatch.setattr(helper, "_processors", lambda: processors)
    monkeypatch.setattr(helper, "_helper", lambda: pytest.fail("a thread was begun"))

    with Helped(wanted, lambda _: None) as help_:
        for one in wanted:
            help_.reached(one)


def test_two_threads_paint_the_picture_that_one_paints(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures: list[QImage] = []
    for processors in (1, 2):
        monkeypatch.setattr(helper, "_processors", lambda count=processors: count)
        source = Coloured()
        pictures.append(render_map([TilesLayer("sheet", source)], VIEW))
        assert len(set(source.asked)) <= processors

    assert pictures[0] == pictures[1]
