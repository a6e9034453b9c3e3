"""What tiles of a database reach: asked through its index, so that a file of gigabytes is open in a blink."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ranger_app.maps.errors import MapNotAMapError
from ranger_app.maps.foreign_database import LONGEST_S, ForeignDatabase, TooSlowError
from ranger_app.maps.tiles import Box

LOOKING_S: Final = 0.5
"""How long one look for edges may take; without an index the whole file would be read."""

QUICK_S: Final = 0.01
"""How long a tile may take on a map that is to be shown. The clock is looked at only where thousands of rows are read,
so that a stick which has to wake up is not taken for a table without an index."""

_MOST_COLUMNS: Final = 256
"""Columns of tiles that are asked one by one for their first and last row."""


@dataclass(frozen=True, slots=True)
class TileTable:
    """A table of tiles and what its columns are called."""

    database: ForeignDatabase
    z: str
    x: str
    y: str
    data: str
    table: str = "tiles"

    def tile(self, z: int, x: int, y: int, *, longest_s: float = LONGEST_S) -> bytes | None:
        """The picture with these very numbers; ``None`` when there is none.

        Raises:
            OSError: See :meth:`ForeignDatabase.rows`.
        """
        found = self.database.rows(
            f"SELECT {self.data} FROM {self.table} WHERE {self.z} = ? AND {self.x} = ? AND {self.y} = ? LIMIT 1",
            (z, x, y),
            longest_s=longest_s,
        )
        picture = found[0][0] if found else None
        return picture if isinstance(picture, bytes) and picture else None

    def require_quick(self) -> None:
        """Do nothing where tiles are found through an index: one that is there, and one that is not.

        Raises:
            MapNotAMapError: Each would take far too long.
            OSError: The file is gone.
        """
        try:
            for z, x, y in [(0, -1, -1), *self.some()[:1]]:
                self.tile(z, x, y, longest_s=QUICK_S)
        except TooSlowError as error:
            raise MapNotAMapError(str(self.database.path), reason="map-too-slow") from error
        except OSError:
            # Damage is told by the tiles that it hit.
            self.database.require_there()

    def zooms(self) -> tuple[int, int] | None:
        """The lowest and the highest number in the column of zooms; ``None`` when there is no tile.

        Raises:
            TooSlowError: There is no index for it.
        """
        numbers = [self._first(f"{self.z} {order}") for order in ("ASC", "DESC")]
        least, most = numbers
        return None if least is None or most is None else (least, most)

    def _first(self, order: str) -> int | None:
        question = f"SELECT {self.z} FROM {self.table} ORDER BY {order} LIMIT 1"
        found = self.database.rows(question, longest_s=LOOKING_S)
        return found[0][0] if found and isinstance(found[0][0], int) else None

    def some_of(self, z: int) -> list[tuple[int, int]]:
        """Column and row of a few tiles with the number *z*; none where they cannot be asked quickly."""
        question = f"SELECT {self.x}, {self.y} FROM {self.table} WHERE {self.z} = ?"
        try:
            found = self.database.rows(question, (z,), most=20, longest_s=QUICK_S)
        except OSError:
            return []
        return [(x, y) for x, y in found if isinstance(x, int) and isinstance(y, int)]

    def some(self) -> list[tuple[int, int, int]]:
        """Zoom, column and row of a few tiles, wherever they lie."""
        question = f"SELECT {self.z}, {self.x}, {self.y} FROM {self.table}"
        found = self.database.rows(question, most=20, longest_s=LOOKING_S)
        return [(z, x, y) for z, x, y in found if all(isinstance(one, int) for one in (z, x, y))]

    def first_bytes(self) -> list[bytes]:
        """How a few tiles begin; none where the first ones are damaged."""
        try:
            found = self.database.rows(f"SELECT {self.data} FROM {self.table}", most=5, longest_s=LOOKING_S)
        except OSError:
            return []
        return [picture[:16] for (picture,) in found if isinstance(picture, bytes)]

    def box(self, z: int, zoom: int) -> Box | None:
        """First and last column and row of the tiles with the number *z*, which is the zoom *zoom*."""
        # Said as a range of columns too, since the index of RMaps begins with them.
        question = (
            f"SELECT min({self.x}), max({self.x}), min({self.y}), max({self.y}) FROM {self.table}"
            f" WHERE {self.z} = ? AND {self.x} >= 0 AND {self.x} < ?"
        )
        return _box(self.database.rows(question, (z, 1 << zoom), longest_s=LOOKING_S))

    def finer_box(self, z: int, first_x: int, last_x: int) -> Box | None:
        """The same of a finer zoom, by asking each column between two for its rows.

        Raises:
            TooSlowError: There is no index for it, or there are far too many tiles.
        """
        question = f"SELECT min({self.y}), max({self.y}) FROM {self.table} WHERE {self.z} = ? AND {self.x} = ?"
        boxes: list[Box] = []
        for x in range(first_x, last_x + 1):
            found = self.database.rows(question, (z, x), longest_s=LOOKING_S / 10)
            box = _box([(x, x, *found[0])]) if found else None
            if box is not None:
                boxes.append(box)
        if not boxes:
            return None
        firsts, lasts, lows, highs = zip(*boxes, strict=True)
        return min(firsts), max(lasts), min(lows), max(highs)


def _box(found: list[tuple[object, ...]]) -> Box | None:
    numbers = [number for number in found[0] if isinstance(number, int)] if found else []
    return (numbers[0], numbers[1], numbers[2], numbers[3]) if len(numbers) == 4 else None


def sharpest_box(table: TileTable, zooms: tuple[int, int], *, z_of_zoom: int, sign: int) -> tuple[int, Box] | None:
    """The rectangle of tiles of the finest zoom for which it can be found quickly, and that zoom.

    Args:
        zooms: The lowest and the highest zoom.
        z_of_zoom: The number that zoom 0 has in the table; *sign* is 1 where numbers grow with the zoom, else -1.

    Returns:
        ``None`` when no rectangle was found in time; rows as the table counts them.
    """
    least, most = zooms
    try:
        box = table.box(z_of_zoom + sign * least, least)
    except OSError:
        return None
    if box is None:
        return None
    finer = least
    while finer < most and (box[1] - box[0] + 1) << (finer + 1 - least) <= _MOST_COLUMNS:
        finer += 1
    if finer == least:
        return least, box
    steps = finer - least
    try:
        sharp = table.finer_box(z_of_zoom + sign * finer, box[0] << steps, ((box[1] + 1) << steps) - 1)
    except OSError:
        sharp = None
    return (finer, sharp) if sharp is not None else (least, box)
