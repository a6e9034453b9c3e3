"""The own map files of an open station: what is on its shelf, and the layers made of it, all beside the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from ranger_app.domain.layer_order import own_id
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ui.job_runner import Job, JobRunner

if TYPE_CHECKING:
    from ranger_app.maps.elevation import ElevationFile
    from ranger_app.services.maps import MapEntry, MapShelf
    from ui.map import Layer, VectorStyle

Answer = TypeVar("Answer")

PATIENCE_S = 3.0
"""So long closing waits for a file that is being converted."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnMaps:
    """What was found on the shelf.

    Attributes:
        layers: By their ids; a map without one cannot be shown.
        problems: Name of a map to what is wrong with it.
        heights: Files that tell how high a place is.
        stamps: What each layer was made of, so that it need not be made again.
    """

    entries: tuple[MapEntry, ...] = ()
    layers: Mapping[str, Layer] = field(default_factory=dict)
    problems: Mapping[str, RangerAppError] = field(default_factory=dict)
    heights: tuple[ElevationFile, ...] = ()
    stamps: Mapping[str, object] = field(default_factory=dict)

    def shows_other_than(self, before: OwnMaps) -> bool:
        """Whether somebody who showed what was before has to show something else."""
        codes, were = ({name: one.code for name, one in maps.problems.items()} for maps in (self, before))
        return self.entries != before.entries or self.layers != before.layers or codes != were


class CannotShowError(RangerAppError):
    """A map on the shelf is there and cannot be shown."""

    def __init__(self, code: str, file: str) -> None:
        self.code = code  # type: ignore[misc]
        super().__init__(file=file)


class MapKeeper(QObject):
    """Reads, adds and removes map files in threads of its own, so that records can be saved meanwhile.

    Attributes:
        jobs: What takes long and may be cancelled.
        maps: What was read last.

    Signals:
        changed: There are other maps, or one can be shown that could not, or not any more.
        trouble: An error that nobody waits for.
    """

    changed = Signal()
    trouble = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self.jobs = JobRunner(self, patience_s=PATIENCE_S)
        self._looks = JobRunner(self, patience_s=PATIENCE_S)
        self.maps = OwnMaps()

    @cached_property
    def shelf(self) -> MapShelf:
        """The station's shelf; asked in the threads of this object alone."""
        from ranger_app.services.maps import MapShelf

        return MapShelf(self._folder)

    # Looking

    def look(self) -> None:
        """Read the shelf again."""
        before = self.maps
        self._submit(self._looks, lambda _context: _read(self.shelf, before), self._take)

    def _take(self, maps: OwnMaps) -> None:
        before, self.maps = self.maps, maps
        if maps.shows_other_than(before):
            self.changed.emit()

    @property
    def knows_heights(self) -> bool:
        """Whether a file of heights is on the shelf."""
        return bool(self.maps.heights)

    def ask_height(
        self, latitude_deg: float, longitude_deg: float, on_told: Callable[[tuple[float, float, float | None]], None]
    ) -> None:
        """Tell how high a place is, in metres; ``None`` where no file knows it."""
        heights = self.maps.heights

        def work(_context: JobContext) -> tuple[float, float, float | None]:
            for one in heights:
                west, south, east, north = one.bounds
                if west <= longitude_deg <= east and south <= latitude_deg <= north:
                    try:
                        found = one.elevation_m(latitude_deg, longitude_deg)
                    except (OSError, RangerAppError):
                        continue
                    if found is not None:
                        return latitude_deg, longitude_deg, found
            return latitude_deg, longitude_deg, None

        self._submit(self._looks, work, on_told)

    # Changing

    def add(
        self, source: Path, *, title: str, name: str, is_kept: bool, datum: str, owner: QObject,
        on_done: Callable[[MapEntry], None], on_error: Callable[[RangerAppError], None],
    ) -> None:  # fmt: skip
        """Put a file on the shelf; the status strip shows how far it is, and can cancel it.

        Args:
            owner: Wants to hear of it; when it is gone the map is a layer all the same.
        """

        def done(entry: MapEntry) -> None:
            self.look()
            if isValid(owner):
                on_done(entry)

        def failed(error: RangerAppError) -> None:
            if isValid(owner):
                on_error(error)
            else:
                self.trouble.emit(error)

        def work(context: JobContext) -> MapEntry:
            return self.shelf.add(source, name=name, keep=is_kept, context=context, datum=datum)

        self.jobs.submit(Job(work, title, done, failed, owner=self))

    def remove(self, name: str) -> None:
        """Take a map off the shelf, and off the map before its file is closed."""
        kept = {layer: one for layer, one in self.maps.layers.items() if layer != own_id(name)}
        entries = tuple(one for one in self.maps.entries if one.name != name)
        self._take(replace(self.maps, entries=entries, layers=kept))
        self._submit(self._looks, lambda _context: self.shelf.remove(name), lambda _: self.look())

    def change(self, name: str, **shown: Any) -> None:
        """Write down how a map is shown; nothing is read again."""
        self._submit(self._looks, lambda _context: self.shelf.change(name, **shown), self._take_entry)

    def _take_entry(self, entry: MapEntry) -> None:
        others = [one for one in self.maps.entries if one.name != entry.name]
        others.insert(min(entry.order, len(others)), entry)
        self.maps = replace(self.maps, entries=tuple(others))

    def restyle(self, name: str, style: VectorStyle) -> None:
        """Draw a layer of lines and areas otherwise, and write it down."""
        from ui.map import VectorLayer

        layer = self.maps.layers.get(own_id(name))
        if isinstance(layer, VectorLayer):
            self._submit(self._looks, lambda _context: layer.styled(style), self._take_layer)
            self.change(name, style=style.as_json())

    def _take_layer(self, layer: Layer) -> None:
        self.maps = replace(self.maps, layers={**self.maps.layers, layer.id: layer})
        self.changed.emit()

    def _submit(
        self, jobs: JobRunner, work: Callable[[JobContext], Answer], on_done: Callable[[Answer], None]
    ) -> Job[Answer]:
        return jobs.submit(Job(work, "", on_done, self.trouble.emit, owner=self))

    def close(self) -> None:
        """Stop what is being converted, and end."""
        self.jobs.close()
        self._looks.close()


def _read(shelf: MapShelf, before: OwnMaps) -> OwnMaps:
    """Look at every map of the shelf; what was made of a file before is used again while the file is the same."""
    entries = shelf.entries()
    layers: dict[str, Layer] = {}
    problems: dict[str, RangerAppError] = {}
    heights: list[ElevationFile] = []
    stamps: dict[str, object] = {}
    known = {str(one.path): one for one in before.heights}
    for entry in entries:
        layer_id, problem = own_id(entry.name), shelf.problem_of(entry)
        if problem is not None:
            problems[entry.name] = problem
            continue
        stamp = _stamp(entry)
        stamps[layer_id] = stamp
        if before.stamps.get(layer_id) == stamp and layer_id in before.layers:
            layers[layer_id] = before.layers[layer_id]
        else:
            _make(entry, layers, problems)
        if entry.kind == "elevation" and entry.name not in problems:
            heights.append(known.get(str(entry.path)) or _heights(entry.path))
    return OwnMaps(entries, layers, problems, tuple(heights), stamps)


def _make(entry: MapEntry, layers: dict[str, Layer], problems: dict[str, RangerAppError]) -> None:
    from ui.map import own_layers

    made, wrong = own_layers([entry])
    for _name, code in wrong:
        problems[entry.name] = CannotShowError(code, str(entry.path))
    layers.update({layer.id: layer for layer in made})


def _stamp(entry: MapEntry) -> object:
    """What tells one state of a file from another."""
    try:
        told = entry.path.stat()
    except OSError:
        return None
    return str(entry.path), told.st_mtime_ns, told.st_size, entry.attribution, repr(sorted(entry.style.items()))


def _heights(path: Path) -> ElevationFile:
    from ranger_app.maps.elevation import ElevationFile

    return ElevationFile(path)
