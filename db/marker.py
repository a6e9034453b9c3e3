"""The marker: what the user's own folder remembers of a station folder.

A restored backup, a copied folder or a virtual machine set back would let one log go on in two places. The marker lies
outside the station folder; when it does not fit, the next write begins a new log.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from db.keys_file import write_private


def folder_identity(folder: Path) -> str:
    """What a copy of the folder does not have: device and inode (volume and file id on Windows)."""
    facts = folder.stat()
    return f"{facts.st_dev:x}-{facts.st_ino:x}"


def machine_identity() -> str:
    """A name for this machine that says nothing about it."""
    return hashlib.sha256(b"ranger-machine-v1\0" + uuid.getnode().to_bytes(8, "big")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Marker:
    """Newest change of each own log, as it was after the last commit here.

    Attributes:
        heads: Log id to (seq, change id), all in hex.
    """

    station: str
    machine: str
    folder: str
    heads: dict[str, tuple[int, str]]


class MarkerFile:
    """The marker of one station folder.

    Args:
        home: The user's data folder.
    """

    def __init__(self, home: Path, station: str, folder: Path) -> None:
        self._station = station
        self._folder = folder_identity(folder)
        self._machine = machine_identity()
        name = hashlib.sha256(f"{station}/{self._folder}/{folder.resolve()}".encode()).hexdigest()[:24]
        self._path = home / "markers" / f"{name}.json"
        self._stream: IO[bytes] | None = None
        self._size = 0
        who = {"station": station, "machine": self._machine, "folder": self._folder}
        self._who = json.dumps(who)[:-1] + ', "heads": '

    def read(self) -> Marker | None:
        """The marker for exactly this folder on this machine; ``None`` when there is none."""
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            heads = {str(log): (int(seq), str(identity)) for log, (seq, identity) in told["heads"].items()}
            found = Marker(told["station"], told["machine"], told["folder"], heads)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        mine = (found.station, found.machine, found.folder) == (self._station, self._machine, self._folder)
        return found if mine else None

    def write(self, heads: dict[str, tuple[int, str]]) -> None:
        """Remember the newest changes; not durable, being behind by some changes is harmless.

        Where the user's folder cannot be written, nothing is remembered: the next session then begins a log of its own.
        """
        told = ", ".join(f'"{log}": [{seq}, "{identity}"]' for log, (seq, identity) in heads.items())
        with contextlib.suppress(OSError):
            if self._stream is None:
                self._stream = self._opened()
                self._size = os.fstat(self._stream.fileno()).st_size
            # In place and at once: a program that is killed leaves the old text or the new one; what a power cut
            # leaves may be torn, and then reads as no marker.
            data = f"{self._who}{{{told}}}}}".encode().ljust(self._size)
            self._stream.seek(0)
            self._stream.write(data)
            self._size = len(data)

    def _opened(self) -> IO[bytes]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not self._path.exists():
            write_private(self._path, "", durable=False)
        return self._path.open("r+b", buffering=0)

    def close(self) -> None:
        """Let go of the file."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
