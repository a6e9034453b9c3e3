"""GeoJSON as a layer, feature by feature, so that a file of a gigabyte does not become ten in memory."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from ranger_app.importers.opened import opened
from ranger_app.jobs import JobContext
from ranger_app.maps.columns import Value
from ranger_app.maps.errors import MapDamagedError, MapNotAMapError, MapOtherProjectionError, MapTooLargeError
from ranger_app.maps.guessed_text import GuessedText
from ranger_app.maps.projections import to_wgs84_from
from ranger_app.maps.vector_file import AREA, LINE, POINT
from ranger_app.maps.vector_maker import VectorMaker

STAGE = "reading-map-layer"
LARGEST_BYTES = 4 << 30
LARGEST_VALUE = 1 << 26
"""Signs of one feature: two million points."""

DEEPEST = 8
"""Collections inside collections."""

_PIECE_BYTES = 1 << 18
_BLANK = re.compile(r"[\s\x1e\ufeff]*")
_SHAPES = {
    "Point": (POINT, 0), "MultiPoint": (POINT, 1), "LineString": (LINE, 1), "MultiLineString": (LINE, 2),
    "Polygon": (AREA, 2), "MultiPolygon": (AREA, 3),
}  # fmt: skip
"""Type of a geometry to what it is, and how deep its positions stand in lists."""

_WGS_84 = re.compile(r"(?:CRS:?:?84|EPSG:(?:[\d.]*:)?(?:4326|4979))$", re.IGNORECASE)


def read_geojson(path: Path, maker: VectorMaker, *, context: JobContext) -> None:
    """Give all features of a file to *maker*: a collection, one feature, one geometry, or one feature a line.

    Raises:
        MapFileRefusedError: It is no GeoJSON, breaks off, or a single feature is absurdly large.
        FileRefusedError: The disk does not give it, or it is too large.
    """
    with opened(path, name=path.name, largest=LARGEST_BYTES) as (file, size):
        text = _Text(file, size, path.name, context)
        while text.next_sign():
            _read_object(text, maker, path.name)
        if text.has_lost_signs:
            maker.note("map-words-damaged")


def _read_object(text: _Text, maker: VectorMaker, file: str) -> None:
    """One object of the outermost level; only its list of features is read piece by piece."""
    told: dict[str, Any] = {}
    had_features = False
    if text.next_sign() != "{":
        raise MapNotAMapError(file)
    for name in text.members():
        if name == "features" and text.next_sign() == "[":
            if told.get("crs"):
                _set_projection(told["crs"], maker, file)
            had_features = True
            for feature in text.elements():
                _take(feature, maker)
            continue
        value = text.value()
        if name == "crs" and had_features and not maker.to_wgs84 and not _is_wgs84(value):
            # Only after the features does it say that they were meant otherwise.
            raise MapOtherProjectionError(file, projection=_crs_name(value)[:60])
        if name in {"type", "crs", "geometry", "geometries", "properties", "coordinates", "id"}:
            told[name] = value
    if had_features:
        return
    if told.get("type") == "Feature" or told.get("type") in _SHAPES or told.get("type") == "GeometryCollection":
        if told.get("crs"):
            _set_projection(told["crs"], maker, file)
        _take(told, maker)
    elif told.get("type") != "FeatureCollection":
        raise MapNotAMapError(file)


def _take(feature: object, maker: VectorMaker) -> None:
    maker.begin()
    if not isinstance(feature, dict):
        maker.note("map-feature-unreadable", where=maker.where)
        return
    is_feature = feature.get("type") == "Feature" or "geometry" in feature
    values = _values(feature) if is_feature else {}
    geometry = feature.get("geometry") if is_feature else feature
    if geometry is None:
        maker.note("map-feature-without-place", where=maker.where)
        return
    try:
        found = list(_shapes_of(geometry, DEEPEST))
    except (TypeError, ValueError, KeyError, IndexError, OverflowError):
        maker.note("map-feature-unreadable", where=maker.where)
        return
    for shape, parts in found:
        maker.feature(shape, parts, values)


def _shapes_of(geometry: Mapping[str, Any], deepest: int) -> Iterator[tuple[int, list[array[float]]]]:
    """What a geometry is and its parts; a collection is one of each kind, its members one after the other."""
    kind = geometry["type"]
    if kind == "GeometryCollection":
        if not deepest:
            raise ValueError("collections within collections")
        for member in geometry["geometries"]:
            yield from _shapes_of(member, deepest - 1)
        return
    shape, depth = _SHAPES[kind]
    places = geometry["coordinates"]
    if depth == 0:
        places = [places] if places else []
    lists = chain.from_iterable(places) if depth == 3 else places if depth == 2 else [places]
    yield shape, [_flat(part) for part in lists]


def _flat(positions: list[Any]) -> array[float]:
    """x, y, x, y… of a list of positions, without heights."""
    if not isinstance(positions, list):
        raise TypeError("no list of positions")
    if set(map(len, positions)) != {2}:
        positions = [(position[0], position[1]) for position in positions]
    return array("d", chain.from_iterable(positions))


def _values(feature: Mapping[str, Any]) -> dict[str, Value]:
    properties = feature.get("properties")
    return {str(name): _value(value) for name, value in properties.items()} if isinstance(properties, dict) else {}


def _value(value: object) -> Value:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300:
        return float(value)
    return json.dumps(value, ensure_ascii=False)


def _crs_name(crs: object) -> str:
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return str(properties.get("name", "")) if isinstance(properties, dict) else ""


def _is_wgs84(crs: object) -> bool:
    name = _crs_name(crs)
    return not name or bool(_WGS_84.search(name))


def _set_projection(crs: object, maker: VectorMaker, file: str) -> None:
    """GeoJSON of 2008 could be in other projections, and programs still write it so."""
    if not _is_wgs84(crs) and maker.is_empty:
        maker.to_wgs84 = to_wgs84_from(_crs_name(crs), file=file)


class _Text:
    """JSON that is read as it is needed."""

    def __init__(self, file: BinaryIO, size: int, name: str, context: JobContext) -> None:
        self._stream, self._size, self._name, self._context = file, size, name, context
        self._decode = json.JSONDecoder().raw_decode
        self._signs = GuessedText()
        self._text = ""
        self._at = self._done = 0
        self._has_ended = False

    @property
    def has_lost_signs(self) -> bool:
        """Whether some bytes were no text."""
        return self._signs.has_lost

    def next_sign(self) -> str:
        """The sign that follows blanks, which are passed over; empty at the end."""
        while True:
            found = _BLANK.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def members(self) -> Iterator[str]:
        """Names of an object's members; whoever asks reads each value."""
        for sign in self._between("{", "}"):
            name = self.value() if sign == '"' else None
            if not isinstance(name, str):
                raise MapDamagedError(self._name)
            self._take(":")
            self.next_sign()
            yield name

    def elements(self) -> Iterator[object]:
        """Values of a list."""
        for _ in self._between("[", "]"):
            yield self.value()

    def value(self) -> Any:
        """The next value, whole."""
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - 16
                if not is_cut or not self._more():
                    raise MapDamagedError(self._name) from error
            except (RecursionError, ValueError) as error:
                raise MapDamagedError(self._name) from error
            else:
                # A number that ends where the text does may go on.
                if end < len(self._text) or not self._more():
                    self._at = end
                    return value

    def _between(self, first: str, last: str) -> Iterator[str]:
        """The sign that begins each thing between two brackets and commas."""
        self._take(first)
        sign = self.next_sign()
        while sign != last:
            yield sign
            sign = self.next_sign()
            if sign == ",":
                self._at += 1
                sign = self.next_sign()
            elif sign != last:
                raise MapDamagedError(self._name)
        self._at += 1

    def _take(self, sign: str) -> None:
        if self.next_sign() != sign:
            raise MapDamagedError(self._name)
        self._at += 1

    def _more(self) -> bool:
        """Read on, the more the longer what is begun has become; ``False`` at the end."""
        if self._has_ended:
            return False
        rest = self._text[self._at :]
        if len(rest) > LARGEST_VALUE:
            raise MapTooLargeError(self._name)
        piece = self._stream.read(max(_PIECE_BYTES, len(rest)))
        self._has_ended = not piece
        self._text, self._at = rest + self._signs.decode(piece, is_last=self._has_ended), 0
        self._done += len(piece)
        self._context.step(self._done, self._size, STAGE)
        return True
