"""The maps of a station: files of other programs, kept in its folder ``maps`` or used from where they are.

They are no records: nothing of them goes into the journal, the blobs, a backup or a bundle, and a station without them
is whole.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from exporters.safe_write import FileNotWrittenError, make_folder
from ranger_app.domain.layer_colours import next_colour
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.maps.errors import (
    MapDamagedError,
    MapFileMissingError,
    MapFileRefusedError,
    MapNameTakenError,
    MapNameUnknownError,
    MapNotAMapError,
    MapOwnFileError,
    MapThereAlreadyError,
)
from ranger_app.maps.writing import being_written, is_full, not_written
from ranger_app.paths import is_special
from ranger_app.problem import Problem
from ranger_app.services.map_list import (
    LONGEST_NAME,
    MapEntry,
    MapListDamagedError,
    in_bands,
    one_line,
    put_aside,
    read_list,
    shown_changes,
    write_list,
)
from ranger_app.services.map_source import source_mark

__all__ = ["FOLDER", "MapEntry", "MapShelf"]

FOLDER: Final = "maps"

_NEW: Final = ".new-"
_OF_THE_LIST: Final = re.compile(r"maps(?:\.damaged-\d+)?\.json")
_GOING: Final = threading.RLock()
"""The list is read, changed and written by one thread at a time."""

_MAKING: Final[set[str]] = set()
"""Folders of copies that are being made by threads of this process; others were left by one that was killed."""


class MapShelf:
    """The maps of one station.

    Args:
        folder: The station's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(os.path.abspath(folder)) / FOLDER

    def entries(self) -> tuple[MapEntry, ...]:
        """Every map, the lowest first; where the list is damaged, those whose files lie in the station's folder.

        Raises:
            OSError: The disk does not give the list.
        """
        try:
            return read_list(self.folder)
        except MapListDamagedError:
            return self._found_again()

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the list itself."""
        try:
            read_list(self.folder)
        except MapListDamagedError:
            return (Problem(code="map-list-damaged"),)
        return ()

    def unlisted(self) -> tuple[Problem, ...]:
        """Files in the station's folder of maps that are no map of the list, and take room that nobody sees."""
        known = {os.path.normcase(entry.path) for entry in self.entries()}
        found = []
        for path in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if path.name.startswith(".") or _OF_THE_LIST.fullmatch(path.name) or os.path.normcase(path) in known:
                continue
            if path.is_file():
                size_mb = round(path.stat().st_size / 1_000_000, 1)
                found.append(Problem(code="map-file-unlisted", facts={"name": path.name, "size_mb": size_mb}))
        return tuple(found)

    def problem_of(self, entry: MapEntry) -> RangerAppError | None:
        """Why *entry* cannot be shown now, such as a stick that was pulled out; ``None`` when nothing is wrong."""
        from ranger_app.services.map_taking import require_there

        try:
            require_there(entry.kind, entry.path)
        except RangerAppError as error:
            return error
        return None

    def add(self, source: Path, *, name: str = "", keep: bool = True, context: JobContext, datum: str = "") -> MapEntry:
        """Take a map in: a copy into the station's folder, or the place where it is.

        Layers and scanned maps are always converted into a copy. Nothing stays of a copy that was not finished, and the
        source is only read.

        Args:
            name: How it is called; else what it calls itself, with a number where that is taken.
            keep: Whether tiles and heights are copied.
            datum: What a scanned map's bare datum means, where it asked.

        Raises:
            MapFileRefusedError: It is no map that can be shown, *name* is taken, or the same file is a map
                and no *name* was given.
            RangerAppError: The disk does not take it; the job was stopped.
        """
        source = Path(os.path.abspath(source))
        named = one_line(name)
        if named and any(entry.name == named for entry in self.entries()):
            raise MapNameTakenError(str(source), name=named)
        if is_special(source):
            raise MapNotAMapError(str(source), reason="map-no-file")
        context.step(0, None, "map-opening")
        try:
            if not source.exists():
                raise MapFileMissingError(str(source))
            return self._added(source, named, context, keep=keep, datum=datum)
        except FileNotWrittenError:
            raise
        except OSError as error:
            if is_full(error) or error.errno == errno.EROFS:
                # Reading fills no disk.
                raise not_written(error, str(source), self.folder) from error
            told = error.strerror or str(error)
            if not os.path.lexists(source):
                raise MapFileMissingError(str(source)) from error
            raise MapDamagedError(str(source), reason="map-unreadable", told=told) from error

    def _refuse_twice(self, source: Path, mark: str) -> None:
        """Refuse a file that is a map already, and can be shown."""
        for entry in self.entries():
            is_same = (mark and entry.source == mark) or (not entry.is_kept and entry.path == source)
            if is_same and self.problem_of(entry) is None:
                raise MapThereAlreadyError(source.name, name=entry.name)

    def _added(self, source: Path, named: str, context: JobContext, *, keep: bool, datum: str) -> MapEntry:
        from ranger_app.services.map_taking import looked_at, make_copy, way_of

        way = way_of(source)
        is_copied = keep or way not in ("tiles", "elevation")
        if not is_copied and source.resolve().is_relative_to(self.folder.resolve()):
            raise MapOwnFileError(str(source))
        mark = source_mark(source)
        if not named:
            self._refuse_twice(source, mark)
        if not is_copied:
            return self._listed(replace(looked_at(way, source), source=mark), named)
        make_folder(self.folder)
        with self._workshop(source) as room:
            made = make_copy(way, source, room, named, context, datum)
            context.step(0, None, "map-opening")
            return self._placed(replace(made, source=mark), named, str(source))

    def _placed(self, made: MapEntry, named: str, file: str) -> MapEntry:
        """Move a finished copy to its place and list it; it is gone again when the list cannot be written."""
        with _GOING:
            if self.problems():
                # Before the new file lies there, or it would be found again too.
                self._write(self.entries())
            path = _free(self.folder, made.path.name)
            with being_written(file, self.folder):
                made.path.replace(path)
            with ExitStack() as undone:
                undone.callback(path.unlink, missing_ok=True)
                listed = self._listed(replace(made, path=path), named)
                undone.pop_all()
            return listed

    def _listed(self, entry: MapEntry, named: str) -> MapEntry:
        with _GOING:
            entries = self.entries()
            taken = {one.name for one in entries}
            if named in taken:
                raise MapNameTakenError(str(entry.path), name=named)
            name, style = named or _free_name(entry.name, taken), _first_style(entry, entries)
            listed = in_bands((*entries, replace(entry, name=name, style=style)))
            self._write(listed)
            return next(one for one in listed if one.name == name)

    def remove(self, name: str) -> None:
        """Take a map off the list, and the station's own copy of it off the disk; a file elsewhere stays.

        Raises:
            MapNameUnknownError: No map has this name.
            RangerAppError: The disk does not take the change.
        """
        with _GOING:
            entry = self._named(name)
            self._write([one for one in self.entries() if one.name != entry.name])
        if entry.is_kept:
            try:
                entry.path.unlink(missing_ok=True)
            except OSError:
                # Windows holds a file that is being shown; it goes when the next map comes.
                self._set_aside(entry.path)

    def change(self, name: str, **shown: Any) -> MapEntry:
        """Change how a map is shown: ``visible``, ``opacity``, ``order`` (others move), ``style``, ``attribution``.

        Raises:
            MapNameUnknownError: No map has this name.
            RangerAppError: The disk does not take the change.
        """
        changes = shown_changes(shown)
        with _GOING:
            entry = self._named(name)
            place = int(changes.pop("order", entry.order))
            others = [one for one in self.entries() if one.name != entry.name]
            others.insert(min(max(place, 0), len(others)), replace(entry, **changes))
            self._write(others)
            return self._named(entry.name)

    def _named(self, name: str) -> MapEntry:
        for entry in self.entries():
            if entry.name in (name, one_line(name)):
                return entry
        raise MapNameUnknownError(name, name=name)

    def _write(self, entries: Sequence[MapEntry]) -> None:
        make_folder(self.folder)
        if self.problems():
            put_aside(self.folder)
        write_list(self.folder, entries)

    @contextmanager
    def _workshop(self, source: Path) -> Iterator[Path]:
        """A folder for a copy that is being made, gone afterwards; what a killed program left is gone as well."""
        room = self.folder / f"{_NEW}{secrets.token_hex(4)}"
        _MAKING.add(room.name)
        try:
            for left in self.folder.glob(f"{_NEW}*"):
                if left.name not in _MAKING:
                    shutil.rmtree(left, ignore_errors=True)
            with being_written(str(source), self.folder):
                room.mkdir()
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)
            _MAKING.discard(room.name)

    def _set_aside(self, path: Path) -> None:
        room = self.folder / f"{_NEW}{secrets.token_hex(4)}"
        try:
            room.mkdir()
            path.rename(room / path.name)
        except OSError:
            return

    def _found_again(self) -> tuple[MapEntry, ...]:
        """What lies in the station's folder, for a list that is lost."""
        from ranger_app.services.map_taking import kind_of_kept, looked_at

        entries: list[MapEntry] = []
        for path in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            kind = kind_of_kept(path)
            if kind is None:
                continue
            try:
                entry = looked_at(kind, path)
            except MapFileRefusedError:
                continue
            name = _free_name(entry.name, {one.name for one in entries})
            style = _first_style(entry, entries)
            entries.append(replace(entry, name=name, is_kept=True, style=style))
        return in_bands(entries)


def _first_style(entry: MapEntry, others: Sequence[MapEntry]) -> Mapping[str, Any]:
    """The style of a new map: a layer of shapes gets a colour that no other has, as far as there are colours."""
    if entry.style or entry.kind != "vectors":
        return entry.style
    return {"colour": next_colour(one.style.get("colour") for one in others)}


def _free_name(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return _numbered(lambda number: f"{name[: LONGEST_NAME - 6]} {number}", taken.__contains__)


def _free(folder: Path, name: str) -> Path:
    """A path in *folder* that nothing has yet; the name of heights, which tells where they are, stays its beginning."""
    if not os.path.lexists(folder / name):
        return folder / name
    stem, dot, ending = name.partition(".")
    found = _numbered(lambda number: f"{stem}-{number}{dot}{ending}", lambda one: os.path.lexists(folder / one))
    return folder / found


def _numbered(called: Callable[[int], str], is_taken: Callable[[str], bool]) -> str:
    number = 2
    while is_taken(called(number)):
        number += 1
    return called(number)
