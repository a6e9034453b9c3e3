"""The places that this device knows for a station: a small file in the user's own folder, never in the journal."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any, Final

from db.keys_file import write_private
from ranger_app.domain.places import Place, PlaceMissingError, PlaceWrongError, place_from
from ranger_app.errors import RangerAppError
from ranger_app.problem import Problem

FOLDER: Final = "places"
_WRITING: Final = threading.Lock()
"""The window reads a place in a thread of its own while a person changes another."""


class PlacesUnreadableError(RangerAppError):
    """The file of places exists and the disk does not give it: nothing is written over it."""

    code = "places-unreadable"


class Places:
    """Every place of one station, by name; entries that somebody damaged are left alone.

    Args:
        home: The user's data folder; the file is made there when the first place is kept.
        station_id: Whose places they are.
    """

    def __init__(self, home: Path, station_id: str) -> None:
        self.path = home / FOLDER / f"{station_id}.json"

    def all(self) -> tuple[Place, ...]:
        """The places that can be read, in the order in which they were added."""
        return tuple(place for place, _ in self._read() if place is not None)

    def problems(self) -> tuple[Problem, ...]:
        """What in the file cannot be read."""
        damaged = [entry for place, entry in self._read() if place is None]
        file = str(self.path)
        return tuple(Problem(code="place-damaged", file=file, facts={"name": _name_in(entry)}) for entry in damaged)

    def get(self, name: str) -> Place:
        """The place of this name.

        Raises:
            PlaceMissingError: There is none.
        """
        for place in self.all():
            if place.name == name:
                return place
        raise PlaceMissingError(name=name)

    def put(self, place: Place) -> None:
        """Keep *place*, in place of the one of the same name.

        Raises:
            OSError: The disk does not take it; what was there stays.
        """
        with _WRITING:
            entries = self._read()
            kept = [place.as_json() if _name_in(entry) == place.name else entry for _, entry in entries]
            if place.name not in map(_name_in, kept):
                kept.append(place.as_json())
            self._write(kept)

    def remove(self, name: str) -> None:
        """Forget the place of this name, a damaged one too.

        Raises:
            PlaceMissingError: There is none.
            OSError: The disk does not take it; what was there stays.
        """
        with _WRITING:
            entries = [entry for _, entry in self._read()]
            kept = [entry for entry in entries if _name_in(entry) != name]
            if len(kept) == len(entries):
                raise PlaceMissingError(name=name)
            self._write(kept)

    def _read(self) -> list[tuple[Place | None, Any]]:
        """Each entry as a place, ``None`` where it is none, and as it stands in the file."""
        try:
            told = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return []
        except (ValueError, RecursionError) as error:
            raise PlacesUnreadableError(file=str(self.path), reason=type(error).__name__) from error
        except OSError as error:
            raise PlacesUnreadableError(file=str(self.path), reason=error.strerror or "") from error
        if not isinstance(told, list):
            raise PlacesUnreadableError(file=str(self.path), reason=type(told).__name__)
        return [(_place_in(entry), entry) for entry in told]

    def _write(self, entries: list[Any]) -> None:
        write_privately(self.path, json.dumps(entries, indent=1, ensure_ascii=False))


def _place_in(entry: Any) -> Place | None:
    try:
        return place_from(entry)
    except PlaceWrongError:
        return None


def _name_in(entry: Any) -> str:
    return str(entry.get("name", "")) if isinstance(entry, dict) else ""


def write_privately(path: Path, text: str) -> None:
    """Write a file, in a folder of its own, that only this person may read, whole or not at all.

    Raises:
        OSError: The disk does not take it; what was there stays.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, text)
