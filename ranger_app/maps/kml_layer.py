"""KML and KMZ as a layer: points, lines, areas and tracks with their names and fields; networks are never asked."""

from __future__ import annotations

from array import array
from pathlib import Path

from ranger_app.importers.containers import members
from ranger_app.importers.gpx_problems import GpxNotGpxError, ProblemList
from ranger_app.importers.sniff import FileKind
from ranger_app.importers.tracks_xml import walk_xml
from ranger_app.jobs import JobContext
from ranger_app.maps.columns import Value
from ranger_app.maps.errors import MapNotAMapError
from ranger_app.maps.vector_file import AREA, LINE, POINT
from ranger_app.maps.vector_maker import VectorMaker

_SHAPES = {"Point": POINT, "LineString": LINE, "LinearRing": AREA, "Polygon": AREA, "Track": LINE}


def read_kml_layer(path: Path, maker: VectorMaker, *, context: JobContext) -> None:
    """Give all placemarks of a KML file to *maker*.

    Raises:
        FileRefusedError: It is hostile, too large, or the disk does not give it.
    """
    _read(path, path.name, maker, context)


def read_kmz_layer(path: Path, maker: VectorMaker, *, context: JobContext) -> None:
    """Give all placemarks of the KML files in a KMZ to *maker*.

    Raises:
        RangerAppError: The zip is damaged, unsafe or too large, or a file in it is refused.
    """
    found = False
    for member in members(path, name=path.name):
        if member.name.lower().endswith(".kml"):
            found = True
            with member.open() as file:
                _read(file.read(), path.name, maker, context)
    if not found:
        raise MapNotAMapError(path.name, reason="map-kmz-empty")


def _read(source: Path | bytes, name: str, maker: VectorMaker, context: JobContext) -> None:
    def content(_problems: ProblemList) -> KmlLayer:
        return KmlLayer(maker)

    try:
        found, problems = walk_xml(source, content, kind=FileKind.KML, name=name, context=context)
    except GpxNotGpxError as error:
        raise MapNotAMapError(name) from error
    if found.has_pictures:
        if maker.is_empty:
            raise MapNotAMapError(name, reason="map-kml-pictures")
        maker.note("map-pictures-left-out")
    maker.note_problems(problems.rows())


class KmlLayer:
    """What the elements of a KML file are told to."""

    texts = frozenset({"name", "description", "value", "SimpleData", "coord"})
    pieces = frozenset({"coordinates"})

    def __init__(self, maker: VectorMaker) -> None:
        self.has_pictures = self._is_unreadable = False
        self._maker = maker
        self._is_placemark = False
        self._values: dict[str, Value] = {}
        self._field = ""
        self._parts: dict[int, list[array[float]]] = {}
        self._around: list[str] = []
        self._part = array("d")
        self._tail = ""

    def begin(self, name: str, _parent: str, attributes: dict[str, str]) -> None:
        if name == "Placemark":
            self._maker.begin()
            self._is_unreadable = False
            self._is_placemark, self._values, self._parts, self._around = True, {}, {}, []
        elif name == "GroundOverlay":
            self.has_pictures = True
        elif name in _SHAPES:
            self._around.append(name)
            self._part, self._tail = array("d"), ""
        elif name in {"Data", "SimpleData"}:
            self._field = attributes.get("name", "")

    def piece(self, text: str) -> None:
        """Take coordinates; what follows the last blank may go on in the next piece."""
        text = self._tail + text
        cut = max(text.rfind(blank) for blank in " \n\t\r")
        self._tail = text[cut + 1 :]
        if cut > 0:
            self._part.extend(self._numbers(text[:cut]))

    def end(self, name: str, parent: str, text: str) -> None:
        if name == "Placemark":
            self._finish_placemark()
        elif name == "coordinates":
            self._part.extend(self._numbers(self._tail))
            self._end_part()
        elif name == "coord":
            self._part.extend(self._numbers(",".join(text.split())))
        elif name in _SHAPES and self._around:
            if name == "Track":
                self._end_part()
            self._around.pop()
        elif self._is_placemark and name in {"name", "description"} and parent == "Placemark":
            self._values[name] = text.strip() or None
        elif self._is_placemark and name in {"value", "SimpleData"} and self._field:
            self._values[self._field] = _value(text.strip())

    def finish(self) -> None:
        """A file that breaks off gives what was whole."""

    def _end_part(self) -> None:
        shape = _SHAPES[self._around[0]] if self._around else LINE
        self._parts.setdefault(shape, []).append(self._part)
        self._part, self._tail = array("d"), ""

    def _finish_placemark(self) -> None:
        self._is_placemark = False
        if self._is_unreadable and not any(any(parts) for parts in self._parts.values()):
            self._parts = {}
        elif not self._parts:
            self._maker.note("map-feature-without-place", where=self._maker.where)
        for shape, parts in self._parts.items():
            self._maker.feature(shape, parts, self._values)
        self._values, self._parts = {}, {}

    def _numbers(self, text: str) -> array[float]:
        """x, y, x, y… of tuples with or without heights."""
        found = array("d")
        try:
            for place in text.split():
                x, _, rest = place.partition(",")
                found.append(float(x))
                found.append(float(rest.partition(",")[0]))
        except ValueError:
            self._is_unreadable = True
            self._maker.note("map-feature-unreadable", where=self._maker.where)
            return array("d")
        return found


def _value(text: str) -> Value:
    try:
        return float(text)
    except ValueError:
        return text or None
