"""Files that wait in a station's outbox, and what this laptop tried with them: neither is a record."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path, PurePath
from typing import Any

from db.keys_file import write_private
from ranger_app.domain.outbox import Attempts, Item

FOLDER = "outbox"
OF_PLACE = "place/"
"""Before the name of a place, where the attempts with the place as a whole are kept."""


def outbox_folder(station: Path) -> Path:
    """Where the files wait; made when it is not there."""
    folder = station / FOLDER
    folder.mkdir(exist_ok=True)
    return folder


def item_path(folder: Path, item: Item) -> Path:
    """The file of an item: named by its id, since its name at the server may change."""
    return folder / f"{item.id}{PurePath(item.name).suffix}"


def clear_out(station: Path, opened: Iterable[Item]) -> None:
    """Remove what no open item names: a killed program left it, or it has arrived."""
    keep = {item_path(station, item).name for item in opened}
    folder = station / FOLDER
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.name not in keep and path.is_file():
            with contextlib.suppress(OSError):
                path.unlink()


class TriedHere:
    """What this laptop tried, by item or by place; kept in the user's own folder and lost without loss.

    Args:
        log: Id of the log that this folder writes; a copied station counts for itself.
    """

    def __init__(self, home: Path, station_id: str, log: str) -> None:
        self._path = home / FOLDER / f"{station_id}-{log[:16]}.json"
        self.all: dict[str, Attempts] = dict(self._read())

    def of(self, name: str) -> Attempts:
        """The attempts with one item or place; those of a new one are kept when they are saved."""
        return self.all.setdefault(name, Attempts())

    def forget(self, name: str) -> None:
        """A success, or a person who wants it tried again."""
        self.all.pop(name, None)

    def save(self) -> None:
        """Keep what was tried; where the folder cannot be written, it is tried again sooner."""
        told = {name: asdict(one) for name, one in self.all.items() if one.count}
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(self._path, json.dumps(told), durable=False)

    def _read(self) -> Iterable[tuple[str, Attempts]]:
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        for name, one in told.items() if isinstance(told, dict) else ():
            with contextlib.suppress(TypeError, ValueError, KeyError):
                yield str(name), _attempts(one)


def _attempts(told: dict[str, Any]) -> Attempts:
    return Attempts(
        count=int(told["count"]), next_at=float(told["next_at"]), code=str(told["code"]), facts=dict(told["facts"]),
        needs_person=bool(told["needs_person"]),
    )  # fmt: skip
