"""What a map for paper should show; painted by whoever can paint, behind :class:`MapPainter`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ranger_app.domain.track import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A labelled place on the map.

    Attributes:
        kind: ``incident``, ``conflict``, ``waypoint`` or ``photo``; decides the sign.
    """

    label: str
    longitude_deg: float
    latitude_deg: float
    kind: str = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRequest:
    """One map for paper.

    Attributes:
        bounds: West, south, east, north in degrees; ``None`` fits tracks and marks.
        size_mm: Width and height on paper.
        words: The furniture's words by name: ``attribution``, ``not_authoritative``, ``north``, ``scale_m``,
            ``scale_km``.
    """

    size_mm: tuple[float, float]
    bounds: tuple[float, float, float, float] | None = None
    dpi: int = 200
    tracks: tuple[Track, ...] = ()
    marks: tuple[Mark, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)


class MapPainter(Protocol):
    """Paints maps for paper."""

    def paint(self, request: MapRequest) -> bytes:
        """The map as PNG; equal requests give equal bytes."""
        ...
