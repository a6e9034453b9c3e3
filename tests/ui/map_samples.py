"""A small piece of the field for the map's tests."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage

from ui.map import MapPoint, MapTrack, MapWords, PointsLayer, TracksLayer, Viewport

ENGLISH = MapWords(
    name="Map of patrols",
    attribution="Map data: {sources}",
    not_authoritative="Boundaries are not authoritative",
    north="N",
    south="S",
    east="E",
    west="W",
    scale_m="{count} m",
    scale_km="{count} km",
    kinds={"track": "Track", "incident": "Incident"},
)

NARYN = Viewport(76.0, 41.4, 11.0, 640, 480)

DISTRICTS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"district": name, "keeper": keeper},
            "geometry": {"type": "Polygon", "coordinates": [[[x, 41.0], [x + 0.4, 41.0], [x + 0.4, 41.4], [x, 41.0]]]},
        }
        for x, name, keeper in ((74.0, "Naryn", "Asanov"), (74.5, "At-Bashy", "Asanov"), (75.0, "Jumgal", "Bekova"))
    ],
}
"""Three areas with two fields each."""


def walk_east(track_id: str = "walk", *, latitude_deg: float = 41.4, part_starts: tuple[int, ...] = (0,)) -> MapTrack:
    """A walk along a parallel, through the middle of :data:`NARYN` unless told otherwise."""
    lon = np.linspace(75.9, 76.1, 201)
    return MapTrack(
        id=track_id, longitude_deg=lon, latitude_deg=np.full_like(lon, latitude_deg), part_starts=part_starts
    )


def tracks_layer(*tracks: MapTrack) -> TracksLayer:
    return TracksLayer("tracks", tracks or (walk_east(),))


def snares(*points: MapPoint, grouped: bool = True) -> PointsLayer:
    places = points or (MapPoint(id="snare", longitude_deg=76.0, latitude_deg=41.4, kind="incident"),)
    return PointsLayer("incidents", places, grouped=grouped)


def colour_at(image: QImage, x: float, y: float) -> str:
    """The colour of a pixel, as ``#RRGGBB``."""
    return image.pixelColor(round(x * image.devicePixelRatio()), round(y * image.devicePixelRatio())).name().upper()


def colours_in(image: QImage) -> set[str]:
    """Every colour of a picture."""
    pixels = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(image.height(), -1)[:, : image.width()]
    return {QColor.fromRgb(int(pixel)).name().upper() for pixel in np.unique(pixels)}
