"""The station's own maps on a printed map."""

from __future__ import annotations

from pathlib import Path

from ranger_app.domain.map_request import MapSheet
from ranger_app.services.map_gaps import Missing
from ranger_app.services.map_refused import Bounds


def own_sheets(folder: Path | None, bounds: Bounds) -> tuple[tuple[MapSheet, ...], tuple[Missing, ...]]:
    """The station's own maps that are shown and reach into the bounds, the lowest first, and those that cannot be read.

    Args:
        folder: Of the station; ``None`` where its maps are not wanted.
    """
    if folder is None:
        return (), ()
    from ranger_app.services.maps import MapShelf

    shelf = MapShelf(folder)
    sheets: list[MapSheet] = []
    left_out: list[Missing] = []
    for entry in sorted(shelf.entries(), key=lambda one: one.order):
        if not entry.visible or not _touch(entry.bounds, bounds):
            continue
        problem = shelf.problem_of(entry)
        if problem is not None:
            left_out.append((entry.name, problem))
            continue
        sheets.append(
            MapSheet(
                name=entry.name, kind=entry.kind, path=entry.path, attribution=entry.attribution,
                bounds=entry.bounds, zooms=entry.zooms, opacity=entry.opacity, style=entry.style,
            )
        )  # fmt: skip
    return tuple(sheets), tuple(left_out)


def _touch(one: Bounds, other: Bounds) -> bool:
    return one[0] <= other[2] and one[2] >= other[0] and one[1] <= other[3] and one[3] >= other[1]
