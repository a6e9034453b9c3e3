"""The program's command line as a whole: from arguments to an exit code, never a traceback."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from ranger_app.cli.answers import Answer, ExitCode, one_line, put, put_error
from ranger_app.cli.crash_log import CrashLog
from ranger_app.cli.desk import Desk, StationTroubleError
from ranger_app.cli.progress import shown_progress
from ranger_app.errors import RangerAppError
from ranger_app.paths import user_data

if TYPE_CHECKING:
    from ranger_app.domain.map_request import MapPainter


def main(
    argv: Sequence[str] | None = None,
    *,
    open_window: Callable[[Path | None], int],
    map_painter: Callable[[], MapPainter],
) -> int:
    """Run one command, or the window without one.

    Args:
        argv: Arguments without the program's name; those of the process when ``None``.
        open_window: Opens the window on a station's folder and returns its exit code when it is closed.
        map_painter: Makes the painter of maps in dossiers.

    Returns:
        The exit code of the command line's contract.
    """
    desk = Desk(user_data(), open_window=open_window, map_painter=map_painter)
    with CrashLog(desk) as crash, _stopped_by_interrupt(desk):
        return int(_run(desk, argv))
    return crash.code


def _run(desk: Desk, argv: Sequence[str] | None) -> int:
    words = sys.argv[1:] if argv is None else argv
    try:
        if not words:
            # The window's way: the library that reads arguments would only cost time.
            return desk.open_window(desk.station)
        from ranger_app.cli.root import run_command

        with shown_progress(desk):
            try:
                answer = run_command(desk, argv)
            except StationTroubleError as error:
                if not error.is_mended:
                    raise
                answer = run_command(desk, argv)
    except RangerAppError as error:
        put_error(one_line([*desk.error_lines(error), *desk.notices]))
        return ExitCode.REFUSED
    except OSError as error:
        facts = {"file": str(error.filename or "–"), "reason": error.strerror or str(error)}
        put_error(one_line([desk.said("system-refused", facts), *desk.notices]))
        return ExitCode.REFUSED
    if isinstance(answer, Answer):
        return _told(desk, answer)
    return answer if isinstance(answer, int) else ExitCode.DONE


def _told(desk: Desk, answer: Answer) -> ExitCode:
    """Say what was done; where nobody can be told, that needs a look, and what was done stays done."""
    try:
        put(answer, is_json=desk.is_json, notices=desk.notices)
    except OSError as error:
        put_error(desk.said("answer-not-written", {"reason": error.strerror or str(error)}))
        return max(answer.code, ExitCode.NEEDS_A_LOOK)
    return answer.code


@contextmanager
def _stopped_by_interrupt(desk: Desk) -> Iterator[None]:
    """Let the first Ctrl+C stop long work between two steps, where nothing is half done; the second ends it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        if desk.context.is_cancelled:
            raise KeyboardInterrupt
        desk.context.cancel()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
