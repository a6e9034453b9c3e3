"""What a map of tiles is, whichever file holds it, and what the bytes of a tile are."""

from __future__ import annotations

import math
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Literal

from ranger_app.maps.errors import MapNotAMapError, MapVectorTilesError

MOST_TILE_BYTES: Final = 4 << 20
"""A tile of 1024 pixels that nothing could compress; no reader asks the disk for more."""

MOST_ZOOM: Final = 24
"""A tile of this zoom is two metres wide."""

MOST_LATITUDE_DEG: Final = 85.0511287798066
"""Where Web Mercator's square ends."""

Kind = Literal["mbtiles", "rmaps", "xyz"]
Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees of WGS 84."""

Box = tuple[int, int, int, int]
"""First and last column, first and last row of tiles, rows counted from the north."""

WORLD: Final[Bounds] = (-180.0, -MOST_LATITUDE_DEG, 180.0, MOST_LATITUDE_DEG)

_SIGNS: Final = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x1f\x8b", "pbf"),
    (b"\x1a", "pbf"),
)
"""First bytes and what they mean; vector tiles are layers of protocol buffers, nearly always gzipped."""


class TileFile(ABC):
    """Pictures of the world cut into squares of Web Mercator; may be asked from several threads.

    Attributes:
        path: The file or folder.
        name: What the file calls itself; else its own name.
        bounds: What it covers: west, south, east, north.
        zooms: The lowest and the highest zoom that has tiles.
        attribution: Whose map it is, as plain text; has to be written on every picture of it.
    """

    kind: Kind

    def __init__(self, path: Path, *, name: str, bounds: Bounds, zooms: tuple[int, int], attribution: str) -> None:
        self.path = path
        self.name = name
        self.bounds = bounds
        self.zooms = zooms
        self.attribution = attribution

    @abstractmethod
    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """One tile as the file of a picture, y counted from the north; ``None`` where there is none.

        Raises:
            OSError: The file cannot be read any more, is damaged there, or the tile is absurdly large.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the file; tiles cannot be read afterwards."""

    def __enter__(self) -> TileFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def picture_kind(head: bytes) -> str:
    """What a tile is by its first bytes: a kind of picture, ``pbf`` for a vector tile, empty when nobody knows."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return next((kind for sign, kind in _SIGNS if head.startswith(sign)), "")


def require_pictures(heads: Iterable[bytes], *, file: str) -> None:
    """Refuse a map by the first bytes of a few of its tiles; one of them may be damaged.

    Raises:
        MapVectorTilesError: They are vector tiles.
        MapNotAMapError: None is a picture that is drawn here.
    """
    kinds = [picture_kind(head) for head in heads]
    if "pbf" in kinds and not {"png", "jpg", "webp"} & set(kinds):
        raise MapVectorTilesError(file)
    if kinds and not any(kinds):
        raise MapNotAMapError(file, reason="map-no-pictures")


def is_on_earth(z: int, x: int, y: int) -> bool:
    """Whether there is such a tile in a world of zoom *z*."""
    return 0 <= z <= MOST_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z


def bounds_of_tiles(zoom: int, box: Box) -> Bounds:
    """What a rectangle of tiles covers."""
    first_x, last_x, first_y, last_y = box
    count = 1 << zoom
    return (
        first_x / count * 360.0 - 180.0,
        _latitude_deg((last_y + 1) / count),
        (last_x + 1) / count * 360.0 - 180.0,
        _latitude_deg(first_y / count),
    )


def is_touching(one: Bounds, other: Bounds) -> bool:
    """Whether two boxes have at least an edge in common."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _latitude_deg(share: float) -> float:
    """Latitude of a horizontal line, by its distance from the north edge of a world that is 1 high."""
    return math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * share))))


class Presence:
    """Whether a path is still the very file or folder that was opened: a stick is pulled out, a map is replaced.

    An open file of Linux outlives its name; a map that is gone should say so, and not after the next start.

    Raises:
        OSError: It is not there now.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = self._seen()

    def _seen(self) -> tuple[int, int]:
        found = os.stat(self._path)
        return found.st_dev, found.st_ino

    def check(self) -> None:
        """Do nothing while it is there.

        Raises:
            OSError: It is gone, or another file has its name.
        """
        if self._seen() != self._known:
            raise FileNotFoundError(f"{self._path} was replaced")
