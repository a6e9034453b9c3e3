"""Work that talks to others beside the store: in pieces, and never in the way of closing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from db.store import Store
from ranger_app.errors import RangerAppError
from ranger_app.jobs import Cancelled, JobContext
from ranger_app.services.at_store import AtStore
from tests.ui.window_room import Room
from ui.network_thread import NetworkThread


class BridgeGoneError(RangerAppError):
    """Something in the world."""

    code = "bridge-gone"


def slow(step: threading.Event) -> Callable[[AtStore, JobContext], str]:
    """Talks until *step*, and asks the store before and after."""

    def work(run: AtStore, _context: JobContext) -> str:
        before = run(lambda store: store.station_id)
        assert step.wait(10)
        assert run(lambda store: store.station_id) == before
        return before

    return work


def test_the_store_does_other_work_while_somebody_talks(room: Room) -> None:
    network, step = NetworkThread(room.desk.station_thread), threading.Event()
    answers: list[str] = []
    network.submit(slow(step), on_done=answers.append)

    room.settle()
    assert answers == []
    step.set()
    room.until(lambda: bool(answers))

    assert answers == [room.desk.station_id]
    network.close()


def test_what_the_store_refuses_is_raised_where_it_was_asked(room: Room) -> None:
    network = NetworkThread(room.desk.station_thread)
    errors: list[RangerAppError] = []

    def refuse(_store: Store) -> None:
        raise BridgeGoneError(name="Naryn")

    network.submit(lambda run, _context: run(refuse), on_error=errors.append)
    room.until(lambda: bool(errors))

    assert isinstance(errors[0], BridgeGoneError)
    network.close()


def test_closing_writes_down_what_was_heard_last(room: Room) -> None:
    network, began = NetworkThread(room.desk.station_thread), threading.Event()
    written: list[str] = []

    def work(run: AtStore, context: JobContext) -> None:
        began.set()
        while not context.is_cancelled:
            time.sleep(0.01)
        run(lambda store: written.append(store.station_id))

    network.submit(work, on_error=lambda _error: None)
    assert began.wait(5)
    network.close()

    assert written == [room.desk.station_id]


def test_somebody_who_waits_for_an_answer_from_far_away_does_not_hold_the_window(room: Room) -> None:
    network, began, answer = NetworkThread(room.desk.station_thread), threading.Event(), threading.Event()
    told: list[object] = []

    def work(_run: AtStore, _context: JobContext) -> None:
        began.set()
        answer.wait(30)

    network.submit(work, on_done=told.append, on_error=told.append)
    assert began.wait(5)
    before = time.monotonic()
    network.close()

    assert time.monotonic() - before < 2.5
    answer.set()
    room.qtbot.wait(100)
    assert told == []


def test_nobody_waits_for_a_store_that_is_closed(room: Room) -> None:
    network, began, asked = NetworkThread(room.desk.station_thread), threading.Event(), threading.Event()
    errors: list[BaseException] = []

    def work(run: AtStore, _context: JobContext) -> None:
        began.set()
        assert asked.wait(10)
        with pytest.raises(Cancelled) as caught:
            run(lambda store: store.station_id)
        errors.append(caught.value)

    network.submit(work, on_error=lambda _error: None)
    assert began.wait(5)
    network.close()
    room.desk.station_thread.close()
    asked.set()
    room.until(lambda: bool(errors))

    assert isinstance(errors[0], Cancelled)
