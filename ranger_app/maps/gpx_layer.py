"""GPX as a layer: tracks and routes become lines, waypoints points; on a map nothing needs a time."""

from __future__ import annotations

import math
from array import array
from pathlib import Path

from ranger_app.importers.gpx_problems import GpxNotGpxError, ProblemList
from ranger_app.importers.sniff import FileKind
from ranger_app.importers.tracks_xml import walk_xml
from ranger_app.jobs import JobContext
from ranger_app.maps.columns import Value
from ranger_app.maps.errors import MapNotAMapError
from ranger_app.maps.vector_file import LINE, POINT
from ranger_app.maps.vector_maker import VectorMaker

_KINDS = {"trk": "track", "rte": "route", "wpt": "waypoint"}
_FIELDS = {"name": "name", "cmt": "comment", "desc": "description"}


def read_gpx_layer(path: Path, maker: VectorMaker, *, context: JobContext) -> None:
    """Give all tracks, routes and waypoints of a file to *maker*.

    Raises:
        FileRefusedError: It is hostile, too large, or the disk does not give it.
    """

    def content(_problems: ProblemList) -> GpxLayer:
        return GpxLayer()

    try:
        found, problems = walk_xml(path, content, kind=FileKind.GPX, name=path.name, context=context)
    except GpxNotGpxError as error:
        raise MapNotAMapError(path.name) from error
    found.give(maker)
    maker.note_problems(problems.rows())


class GpxLayer:
    """What the elements of a GPX file are told to."""

    texts = frozenset(_FIELDS)
    pieces: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self._lines: list[tuple[str, list[array[float]], dict[str, Value]]] = []
        self._waypoints: list[tuple[str, list[array[float]], dict[str, Value]]] = []
        self._unreadable: list[str] = []
        self._counts = dict.fromkeys(_KINDS, 0)
        self._where = ""
        self._parts: list[array[float]] = []
        self._values: dict[str, Value] = {}

    def begin(self, name: str, _parent: str, attributes: dict[str, str]) -> None:
        if name in _KINDS:
            self._counts[name] += 1
            self._where = f"{_KINDS[name]} {self._counts[name]}"
            self._parts, self._values = [array("d")], {}
        elif name == "trkseg":
            self._parts.append(array("d"))
        if name in {"trkpt", "rtept", "wpt"} and self._where:
            self._take(attributes)

    def piece(self, text: str) -> None:
        """Nothing is read in pieces."""

    def end(self, name: str, parent: str, text: str) -> None:
        if name in _FIELDS and parent in _KINDS:
            self._values[_FIELDS[name]] = text.strip() or None
        elif name in _KINDS and self._where:
            kept = self._waypoints if name == "wpt" else self._lines
            kept.append((self._where, self._parts, self._values))
            self._where = ""

    def finish(self) -> None:
        """Keep the line in whose middle the file ends."""
        if self._where and any(self._parts):
            self._lines.append((self._where, self._parts, self._values))

    def give(self, maker: VectorMaker) -> None:
        """Give lines, then points, which are drawn above them, to *maker*."""
        for shape, found in ((LINE, self._lines), (POINT, self._waypoints)):
            for where, parts, values in found:
                maker.feature(shape, parts, values, where=where)
        for where in self._unreadable:
            maker.note("map-place-unreadable", where=where)

    def _take(self, attributes: dict[str, str]) -> None:
        try:
            place = float(attributes["lon"]), float(attributes["lat"])
        except (KeyError, ValueError):
            place = (math.nan, math.nan)
        if math.isfinite(place[0]) and math.isfinite(place[1]):
            self._parts[-1].extend(place)
        else:
            self._unreadable.append(self._where)
