"""The program's command line as a whole: from arguments to an exit code, never a traceback."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from ranger_app import __version__
from ranger_app.cli.answers import Answer, ExitCode, put, put_error
from ranger_app.cli.crash_log import CrashLog
from ranger_app.cli.desk import Desk
from ranger_app.cli.options import Family
from ranger_app.cli.progress import shown_progress
from ranger_app.errors import RangerAppError
from ranger_app.messages import say_code
from ranger_app.paths import user_data

if TYPE_CHECKING:
    from ranger_app.domain.map_request import MapPainter

PROGRAM = "ranger-app"

COMMANDS = {
    "station": "station:station", "officer": "station:officer", "demo": "trial:demo", "import": "imports:importing",
    "patrol": "patrols:patrol", "incident": "incidents:incident", "retract": "records:retract",
    "history": "records:history", "undo": "records:undo", "case": "cases:case", "export": "exports:export",
    "dossier": "cases:dossier", "verify": "verification:verify", "self-test": "trial:self_test",
}  # fmt: skip
"""Each command, and the module of this folder with the function behind it."""


@click.group(
    cls=Family, invoke_without_command=True,
    later={name: f"ranger_app.cli.{place}" for name, place in COMMANDS.items()},
)  # fmt: skip
@click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> int | None:
    """Patrols, incidents, livestock conflict and evidence dossiers. Without a command the window opens."""
    if ctx.invoked_subcommand is not None:
        return None
    desk: Desk = ctx.obj
    return desk.open_window(desk.station)


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
    try:
        with shown_progress(desk):
            answer = cli.main(
                args=None if argv is None else list(argv), prog_name=PROGRAM, obj=desk, standalone_mode=False
            )
    except click.UsageError as error:
        put_error(usage_line(desk, error))
        return ExitCode.WRONG_USAGE
    except click.exceptions.Abort:
        put_error(f"[cancelled] {say_code(desk.words, 'cancelled', {})}")
        return ExitCode.REFUSED
    except RangerAppError as error:
        for line in desk.error_lines(error):
            put_error(line)
        return ExitCode.REFUSED
    except OSError as error:
        facts = {"file": str(error.filename or "–"), "reason": error.strerror or str(error)}
        put_error(f"[system-refused] {say_code(desk.words, 'system-refused', facts)}")
        return ExitCode.REFUSED
    if isinstance(answer, Answer):
        put(answer, is_json=desk.is_json)
        return answer.code
    return answer if isinstance(answer, int) else ExitCode.DONE


def usage_line(desk: Desk, error: click.UsageError) -> str:
    """What is wrong with the arguments, and where to read more; the help itself when a family was named alone."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    path = error.ctx.command_path if error.ctx is not None else PROGRAM
    told = " ".join(error.format_message().split())
    return f"[wrong-usage] {told} " + desk.words.say("See {command} --help.", command=path)


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
