"""How a layer grows while its file is read: feature by feature, in blocks that bound what Python's own objects take."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ranger_app.errors import Fact
from ranger_app.maps.columns import ColumnMaker, Value
from ranger_app.maps.errors import MapNotAMapError, MapTooLargeError
from ranger_app.maps.vector_file import AREA, MOST_FEATURES, MOST_FIELDS, MOST_POINTS, VectorMap
from ranger_app.problem import Problem

Degrees: TypeAlias = NDArray[np.float64]
ToWgs84: TypeAlias = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]
"""Turns columns of eastings and northings into longitudes and latitudes."""

_BLOCK_FEATURES = 20_000
_BLOCK_NUMBERS = 400_000
_LEAST_OF_AREA = 6
"""Numbers of a ring of three points; with fewer it encloses nothing."""

_EDGE_DEG = 1e-6
"""What rounding may put beyond a pole or the date line: a tenth of a metre."""


class VectorMaker:
    """Takes features in the order of a file and makes a :class:`VectorMap` of them.

    Attributes:
        to_wgs84: Where the file is not on WGS 84 already; may be set until the first feature is taken.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self.to_wgs84: ToWgs84 | None = None
        self._xy = array("d")
        self._lengths: list[int] = []
        self._owners: list[int] = []
        self._shapes: list[int] = []
        self._rows: list[Mapping[str, Value]] = []
        self._columns: dict[str, ColumnMaker] = {}
        self._longitudes: list[Degrees] = []
        self._latitudes: list[Degrees] = []
        self._part_lengths: list[NDArray[np.int64]] = []
        self._part_owners: list[NDArray[np.int64]] = []
        self._kinds: list[NDArray[np.int8]] = []
        self._points = self._features = 0
        self._noted: Counter[str] = Counter()
        self._firsts: dict[str, tuple[str, dict[str, Fact]]] = {}
        self._number = 0
        self._places: list[str] = []

    @property
    def is_empty(self) -> bool:
        """Whether no feature was taken yet."""
        return not self._features and not self._shapes

    def begin(self) -> None:
        """Count the next shape of the file, by whose number is told what could not be taken of it."""
        self._number += 1

    @property
    def where(self) -> str:
        """Which shape of the file it is now."""
        return f"shape {self._number}" if self._number else ""

    def feature(
        self, shape: int, parts: Iterable[array[float]], values: Mapping[str, Value], *, where: str = ""
    ) -> None:
        """Take one feature.

        Args:
            parts: Each as x, y, x, y…; one without a point is passed over, and an area's one of less than three.
            values: What it has in its fields.
            where: Where it stands in the file; without it, the number that :meth:`begin` counted.

        Raises:
            MapTooLargeError: It is one too many.
        """
        count, where = 0, where or self.where
        is_flat = False
        for part in parts:
            if shape == AREA and 0 < len(part) < _LEAST_OF_AREA:
                is_flat = True
            elif part:
                self._xy.extend(part)
                self._lengths.append(len(part) // 2)
                self._owners.append(len(self._shapes))
                count += 1
        if is_flat:
            self.note("map-area-flat", where=where)
        elif not count:
            self.note("map-feature-without-place", where=where)
        if not count:
            return
        self._shapes.append(shape)
        self._places.append(where)
        self._rows.append(values)
        if len(self._rows) >= _BLOCK_FEATURES or len(self._xy) >= _BLOCK_NUMBERS:
            self.flush()

    def note(self, code: str, *, where: str = "", count: int = 1, **facts: Fact) -> None:
        """Remember what could not be taken as it stands, and where that was for the first time."""
        self._noted[code] += count
        self._firsts.setdefault(code, (where, facts))

    def note_problems(self, problems: Iterable[Problem]) -> None:
        """Remember what a reader of the file found."""
        for problem in problems:
            self.note(problem.code, where=problem.where, count=problem.count, **problem.facts)

    def vectors(self, name: str) -> VectorMap:
        """All that was taken.

        Raises:
            MapNotAMapError: There was nothing in the file that a map could show.
        """
        self.flush()
        if not self._features:
            reason = "map-layer-outside" if self._noted["map-feature-outside"] else "map-layer-empty"
            raise MapNotAMapError(self._file, reason=reason)
        lengths = np.concatenate(self._part_lengths)
        attributes = {}
        for field_name in list(self._columns):
            attributes[field_name] = self._columns.pop(field_name).column()
        return VectorMap(
            name=name,
            longitude_deg=_taken(self._longitudes),
            latitude_deg=_taken(self._latitudes),
            starts=np.cumsum(lengths) - lengths,
            owners=np.concatenate(self._part_owners),
            shapes=np.concatenate(self._kinds),
            attributes=attributes,
            problems=tuple(
                Problem(
                    code=code, file=self._file, where=self._firsts[code][0], count=count, facts=self._firsts[code][1]
                )
                for code, count in self._noted.items()
            ),
        )

    def flush(self) -> None:
        """Turn what was taken since the last time into columns, by the projection that is set."""
        if not self._shapes:
            return
        points = np.array(self._xy, np.float64).reshape(-1, 2)
        owners = np.array(self._owners, np.int64)
        lengths = np.array(self._lengths, np.int64)
        longitude, latitude = self._placed(points)
        is_good = self._good_features(longitude, latitude, np.repeat(owners, lengths))
        if not is_good.all():
            first = self._places[int(np.argmin(is_good))]
            self.note("map-feature-outside", where=first, count=int((~is_good).sum()))
            keeps = np.repeat(is_good[owners], lengths)
            longitude, latitude = longitude[keeps], latitude[keeps]
            lengths, owners = lengths[is_good[owners]], owners[is_good[owners]]
        self._keep(np.clip(longitude, -180, 180), np.clip(latitude, -90, 90), lengths, owners, is_good)
        self._xy, self._lengths, self._owners, self._shapes, self._rows = array("d"), [], [], [], []
        self._places = []

    def _placed(self, points: NDArray[np.float64]) -> tuple[Degrees, Degrees]:
        x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
        return self.to_wgs84(x, y) if self.to_wgs84 else (x, y)

    def _good_features(self, longitude: Degrees, latitude: Degrees, owners: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which features lie on Earth with all their points; NaN is nowhere."""
        is_placed = (np.abs(longitude) <= 180 + _EDGE_DEG) & (np.abs(latitude) <= 90 + _EDGE_DEG)
        is_good = np.ones(len(self._shapes), np.bool_)
        is_good[owners[~is_placed]] = False
        return is_good

    def _keep(
        self,
        longitude: Degrees,
        latitude: Degrees,
        lengths: NDArray[np.int64],
        owners: NDArray[np.int64],
        is_good: NDArray[np.bool_],
    ) -> None:
        numbers = np.cumsum(is_good) - 1 + self._features
        self._longitudes.append(longitude)
        self._latitudes.append(latitude)
        self._part_lengths.append(lengths)
        self._part_owners.append(numbers[owners])
        self._kinds.append(np.array(self._shapes, np.int8)[is_good])
        rows = [row for row, good in zip(self._rows, is_good.tolist(), strict=True) if good]
        self._keep_values(rows)
        self._points += len(longitude)
        self._features += len(rows)
        if self._points > MOST_POINTS or self._features > MOST_FEATURES:
            raise MapTooLargeError(self._file)

    def _keep_values(self, rows: list[Mapping[str, Value]]) -> None:
        for name in dict.fromkeys(name for row in rows for name in row):
            if name in self._columns:
                continue
            if len(self._columns) >= MOST_FIELDS:
                self.note("map-field-left-out", field=name[:60])
                continue
            self._columns[name] = ColumnMaker()
            self._columns[name].add_nothing(self._features)
        for name, column in self._columns.items():
            column.add([row.get(name) for row in rows])


def _taken(blocks: list[Degrees]) -> Degrees:
    """All blocks as one, which are let go."""
    whole = np.concatenate(blocks)
    blocks.clear()
    return whole
