"""One program at a time on a station folder; the lock says who."""

from __future__ import annotations

import getpass
import os
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from ranger_app.errors import RangerAppError

PATIENCE_S = 2.0
"""How long a command waits for another one that is just finishing."""


class StationLockedError(RangerAppError):
    """Another program works on this station now."""

    code = "station-locked"


def _try_lock(stream: IO[str]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            stream.seek(0)
            getattr(msvcrt, "locking")(stream.fileno(), getattr(msvcrt, "LK_NBLCK"), 1)  # noqa: B009
        else:
            import fcntl

            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def is_held(folder: Path) -> bool:
    """Whether another program works on this station now, asked without writing."""
    try:
        with (folder / "lock").open(encoding="utf-8") as stream:
            return not _try_lock(stream)
    except OSError:
        return False


def boot_identity() -> str:
    """What changes when the machine is started anew; empty where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


class StationLock:
    """Held from opening to closing; the system lets go of it when the program dies.

    Attributes:
        was_cut_off: The machine went down, or may have, while the last program held the lock: what that program did
            not wait for the disk to keep is in doubt.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        if not self._path.exists():
            self._path.touch()
        # whoever wrote anything else into it locks nobody out of his records
        self._stream = self._path.open("r+", encoding="utf-8", errors="replace")
        until = time.monotonic() + PATIENCE_S
        while not _try_lock(self._stream):
            if time.monotonic() > until:
                holder = self._said()[:1]
                self._stream.close()
                raise StationLockedError(folder=str(folder), holder="".join(holder))
            time.sleep(0.05)
        boot = boot_identity()
        said = self._said()
        self.was_cut_off = bool(said) and (not boot or said[1:] != [f"boot {boot}"])
        try:
            self._say(f"{_user()} on {socket.gethostname()}, process {os.getpid()}\nboot {boot}\n")
        except OSError:
            with suppress(OSError):
                self._stream.close()
            raise

    def _said(self) -> list[str]:
        self._stream.seek(0)
        return self._stream.read(400).splitlines()

    def _say(self, text: str) -> None:
        # Over what stands there: on a full disk what a program that was cut off said stays.
        self._stream.seek(0)
        self._stream.write(text)
        self._stream.truncate()
        os.fsync(self._stream.fileno())

    def release(self) -> None:
        """Let others in; what was to be kept must be on the disk by now."""
        self._stream.truncate(0)
        self._stream.close()


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
