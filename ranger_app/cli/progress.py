"""A progress bar on a terminal, and none anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ranger_app.cli.desk import Desk
from ranger_app.jobs import JobContext, Progress
from ranger_app.messages import say_code

SLOW_S = 1.0
"""A job has to last so long before a bar appears."""


@contextmanager
def shown_progress(desk: Desk) -> Iterator[None]:
    """Show on standard error how far the desk's long work is, when somebody sits there."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    bar = _Bar(desk)
    desk.context = JobContext(bar.report)
    try:
        yield
    finally:
        bar.close()


class _Bar:
    """The bar is made with the first report that comes late enough: most commands end sooner than rich loads."""

    def __init__(self, desk: Desk) -> None:
        import time

        self._desk = desk
        self._clock = time.monotonic
        self._begin = self._clock()
        self._rich: _RichBar | None = None

    def report(self, progress: Progress) -> None:
        if self._rich is None and self._clock() - self._begin > SLOW_S:
            self._rich = _RichBar()
        if self._rich is not None:
            self._rich.show(say_code(self._desk.words, progress.stage, {}), progress)

    def close(self) -> None:
        if self._rich is not None:
            self._rich.close()


class _RichBar:
    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
        self._bars = Bars(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bars.add_task("", total=None)
        self._stage = ""
        self._bars.start()

    def show(self, stage: str, progress: Progress) -> None:
        is_new, self._stage = stage != self._stage, stage
        self._bars.update(self._task, description=stage, completed=progress.done, total=progress.total, refresh=is_new)

    def close(self) -> None:
        self._bars.stop()
