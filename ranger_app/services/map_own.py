"""The station's own maps on a printed map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ranger_app.domain.map_request import MapNotShownError, MapSheet
from ranger_app.errors import RangerAppError
from ranger_app.i18n import Words
from ranger_app.services.map_gaps import GAP_NOTES, Missing
from ranger_app.services.map_refused import Bounds


class MapListDoubtfulError(RangerAppError):
    """The list of maps is damaged: what lies in the station's folder is shown, maps elsewhere are forgotten."""

    code = "map-list-damaged"


class MapListUnreadError(RangerAppError):
    """The disk does not give the list of maps."""

    code = "map-list-unread"


def own_notes(words: Words, left_out: Iterable[Missing]) -> Iterator[str]:
    """What the sheet says of own maps that are not on it."""
    for name, error in left_out:
        if isinstance(error, MapListDoubtfulError | MapListUnreadError):
            yield words.say("The station's list of maps is damaged: own maps may be missing here.")
        else:
            yield words.say(GAP_NOTES[MapNotShownError.code], name=name)


def own_sheets(folder: Path | None, bounds: Bounds) -> tuple[tuple[MapSheet, ...], tuple[Missing, ...]]:
    """The station's own maps that are shown and reach into the bounds, the lowest first, and what cannot be read.

    Args:
        folder: Of the station; ``None`` where its maps are not wanted.
    """
    if folder is None:
        return (), ()
    from ranger_app.services.maps import MapShelf

    shelf = MapShelf(folder)
    try:
        entries = shelf.entries()
        left_out: list[Missing] = [("", MapListDoubtfulError()) for _ in shelf.problems()]
    except OSError as error:
        return (), (("", MapListUnreadError(told=error.strerror or type(error).__name__)),)
    sheets: list[MapSheet] = []
    for entry in sorted(entries, key=lambda one: one.order):
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
