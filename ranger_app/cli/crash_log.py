"""A fault of our own: one line for the person, everything else in a file for whoever mends it."""

from __future__ import annotations

import datetime as dt
import logging
from types import TracebackType

from ranger_app.cli.answers import ExitCode, put_error
from ranger_app.cli.desk import Desk
from ranger_app.messages import say_code

LOG = logging.getLogger("ranger_app.crash")
NAME = "crash.log"


class CrashLog:
    """Catches what no command should let through, and writes its traceback into the user's own folder.

    Attributes:
        code: The exit code of a run that crashed.
    """

    code = ExitCode.REFUSED

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __enter__(self) -> CrashLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        facts = {"error": type(error).__name__, "log": self._write(error)}
        put_error(f"[internal-error] {say_code(self._desk.words, 'internal-error', facts)}")
        return True

    def _write(self, error: Exception) -> str:
        """Append the traceback to the log; returns its path, or a dash when the disk does not take it."""
        path = self._desk.home / NAME
        handler: logging.Handler = logging.NullHandler()
        told = "–"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handler = logging.FileHandler(path, encoding="utf-8")
            told = str(path)
        except OSError:
            pass
        LOG.addHandler(handler)
        try:
            LOG.error("%s", dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), exc_info=error)
        finally:
            LOG.removeHandler(handler)
            handler.close()
        return told
