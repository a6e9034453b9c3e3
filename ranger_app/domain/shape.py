"""Lines and areas of observations: from well-known binary to GeoJSON."""

from __future__ import annotations

import struct
from typing import Any, Final

_LINE: Final = 2
_POLYGON: Final = 3
_SINGLE_OF: Final = {_LINE: _LINE, _POLYGON: _POLYGON, 5: _LINE, 6: _POLYGON}
"""Numbers of well-known binary, and what each of one part is; 5 and 6 have several parts."""

_HAS_Z: Final = 0x80000000
_HAS_M: Final = 0x40000000
_HAS_SRID: Final = 0x20000000

Coordinates = list[list[float]]


class _Reading:
    """Reads one geometry; ``struct.error`` or ``ValueError`` where it is none."""

    def __init__(self, wkb: bytes) -> None:
        self._wkb = wkb
        self._at = 0

    def geometry(self) -> dict[str, Any]:
        kind, order, ordinates = self._head()
        single = _SINGLE_OF[kind]
        parts = [self._part(single, order, ordinates)] if kind == single else []
        for _ in range(self._number(order) if kind != single else 0):
            inner, inner_order, inner_ordinates = self._head()
            if inner != single:
                raise ValueError(f"a part of kind {inner}")
            parts.append(self._part(single, inner_order, inner_ordinates))
        if len(parts) != 1 or self._at != len(self._wkb):
            raise ValueError("not exactly one shape")
        return {"type": "LineString" if single == _LINE else "Polygon", "coordinates": parts[0]}

    def _head(self) -> tuple[int, str, int]:
        """Kind, byte order, and numbers a point."""
        order = "<" if self._wkb[self._at : self._at + 1] == b"\x01" else ">"
        self._at += 1
        told = self._number(order)
        if told & _HAS_SRID:
            self._at += 4
        thousands, kind = divmod(told & 0x1FFFFFFF, 1000)
        ordinates = 2 + (bool(told & _HAS_Z) or thousands in (1, 3)) + (bool(told & _HAS_M) or thousands in (2, 3))
        if kind not in _SINGLE_OF:
            raise ValueError(f"kind {kind}")
        return kind, order, ordinates

    def _part(self, single: int, order: str, ordinates: int) -> Coordinates | list[Coordinates]:
        if single == _LINE:
            return self._points(order, ordinates)
        return [self._points(order, ordinates) for _ in range(self._number(order))]

    def _number(self, order: str) -> int:
        (number,) = struct.unpack_from(f"{order}I", self._wkb, self._at)
        self._at += 4
        return int(number)

    def _points(self, order: str, ordinates: int) -> Coordinates:
        count = self._number(order)
        if count * ordinates * 8 > len(self._wkb) - self._at:
            raise ValueError("more points than bytes")
        values = struct.unpack_from(f"{order}{count * ordinates}d", self._wkb, self._at)
        self._at += count * ordinates * 8
        points = [[values[at], values[at + 1]] for at in range(0, len(values), ordinates)]
        if any(not (abs(x) <= 180 and abs(y) <= 90) for x, y in points):
            raise ValueError("not on the earth")
        return points


def shape_from(wkb: bytes) -> dict[str, Any] | None:
    """The GeoJSON geometry of a line or an area; ``None`` where it is neither, or has not exactly one part."""
    try:
        return _Reading(wkb).geometry()
    except (struct.error, ValueError):
        return None
