"""The paper of a printed map: how large it is, which way it lies, and what land is seen on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ranger_app.domain.map_request import MARGIN_MM, PAPERS_MM, Mark
from ranger_app.services.map_refused import Bounds

if TYPE_CHECKING:
    from ranger_app.domain.track import Track


def bounds_of(marks: Sequence[Mark], tracks: Sequence[Track]) -> Bounds | None:
    """What holds all of them; ``None`` where there is nothing."""
    boxes = [(mark.longitude_deg, mark.latitude_deg) * 2 for mark in marks]
    boxes += [box for track in tracks if (box := track.bounds()) is not None]
    if not boxes:
        return None
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def size_mm(paper: str, bounds: Bounds, *, is_page: bool) -> tuple[float, float]:
    """Width and height of the page, or of the picture within its margins; lying where the land is wider than high."""
    west, south, east, north = bounds
    shape = (east - west) * math.cos(math.radians((south + north) / 2))
    longer, shorter = PAPERS_MM[paper]
    width, height = (longer, shorter) if shape >= north - south else (shorter, longer)
    return (width, height) if is_page else (width - 2 * MARGIN_MM, height - 2 * MARGIN_MM)


def seen_on(size: tuple[float, float], bounds: Bounds) -> Bounds:
    """About what a sheet shows, which has another shape than the bounds."""
    west, south, east, north = bounds
    cosine = math.cos(math.radians((south + north) / 2))
    width, height = (east - west) * cosine, north - south
    wide = max(height * size[0] / size[1] - width, 0.0) / cosine / 2
    high = max(width * size[1] / size[0] - height, 0.0) / 2
    return west - wide, south - high, east + wide, north + high
