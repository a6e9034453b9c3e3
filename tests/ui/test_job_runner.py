"""Long work beside the window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from ranger_app.errors import RangerAppError
from ranger_app.jobs import Cancelled, JobContext, Progress
from ui.job_runner import Job, JobRunner


class RiverInFloodError(RangerAppError):
    """Something in the world that is not as it should be."""

    code = "cancelled"


@pytest.fixture
def runner() -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    made.close()


def test_work_runs_beside_the_window_and_its_answer_comes_back_into_it(runner: JobRunner, qtbot: QtBot) -> None:
    threads: list[int] = []
    answers: list[tuple[int, int]] = []

    def work(_context: JobContext) -> int:
        threads.append(threading.get_ident())
        return 7

    runner.submit(Job(work, on_done=lambda found: answers.append((found, threading.get_ident()))))
    qtbot.waitUntil(lambda: bool(answers))

    assert answers == [(7, threading.get_ident())]
    assert threads != [threading.get_ident()]


def test_jobs_are_done_one_after_the_other(runner: JobRunner, qtbot: QtBot) -> None:
    order: list[int] = []

    def remember(number: int, _context: JobContext) -> None:
        order.append(number)

    for number in range(20):
        runner.submit(Job(partial(remember, number)))
    qtbot.waitUntil(lambda: not runner.is_busy)

    assert order == list(range(20))


def test_what_is_wrong_in_the_world_is_told_to_whoever_asked(runner: JobRunner, qtbot: QtBot) -> None:
    errors: list[RangerAppError] = []

    def work(_context: JobContext) -> None:
        raise RiverInFloodError(name="Naryn")

    runner.submit(Job(work, on_error=errors.append))
    qtbot.waitUntil(lambda: bool(errors))

    assert isinstance(errors[0], RiverInFloodError)


def test_a_cancelled_job_stops_at_its_next_step(runner: JobRunner, qtbot: QtBot) -> None:
    errors: list[RangerAppError] = []
    began = threading.Event()

    def work(context: JobContext) -> None:
        for step in range(1_000_000):
            began.set()
            context.step(step, 1_000_000, "walking")

    job = runner.submit(Job(work, on_error=errors.append))
    assert began.wait(5)
    job.cancel()
    qtbot.waitUntil(lambda: bool(errors))

    assert isinstance(errors[0], Cancelled)


def test_progress_is_told_now_and_then_and_at_the_end(runner: JobRunner, qtbot: QtBot) -> None:
    told: list[Progress] = []

    def work(context: JobContext) -> None:
        for step in range(1, 5001):
            context.step(step, 5000, "walking")

    runner.submit(Job(work, on_progress=told.append))
    qtbot.waitUntil(lambda: not runner.is_busy)

    assert told[-1] == Progress(5000, 5000, "walking")
    assert len(told) < 100


def test_a_mistake_of_ours_is_never_swallowed(runner: JobRunner, qtbot: QtBot) -> None:
    def work(_context: JobContext) -> None:
        raise ZeroDivisionError("ours")

    with qtbot.captureExceptions() as caught:
        runner.submit(Job(work))
        qtbot.waitUntil(lambda: bool(caught))

    assert caught[0][0] is ZeroDivisionError


def test_closing_waits_for_what_saves_typing_and_cancels_the_rest(qtbot: QtBot) -> None:
    runner = JobRunner()
    saved: list[bool] = []
    began = threading.Event()

    def walk(context: JobContext) -> None:
        began.set()
        while True:
            context.step(0, None, "walking")

    runner.submit(Job(walk))
    runner.submit(Job(lambda _context: saved.append(True), is_urgent=True))
    assert began.wait(5)
    runner.close()

    assert saved == [True]


def test_who_waits_for_somebody_else_is_woken_when_a_stop_is_asked_for(runner: JobRunner, qtbot: QtBot) -> None:
    answer, began = threading.Event(), threading.Event()
    errors: list[RangerAppError] = []

    def work(context: JobContext) -> None:
        with context.woken_by(answer.set):
            began.set()
            assert answer.wait(10)
        context.step(0, None, "walking")

    job = runner.submit(Job(work, on_error=errors.append))
    assert began.wait(5)
    job.cancel()
    qtbot.waitUntil(lambda: bool(errors))

    assert isinstance(errors[0], Cancelled)
