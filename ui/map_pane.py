"""A map inside a page: the base map, and what the page hands in; made when it is first shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ranger_app.i18n import Words
from ui.map import MapView, MapWords

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ranger_app.domain.track import Track
    from ui.desk import Desk
    from ui.map import Bounds, Layer, PointsLayer, TracksLayer

MOST_NEARER = 4.0
"""A press on places that are drawn as one brings them so many zooms nearer, and no more."""

APART_PX = 24.0
"""Places that would not be so far from each other then are not looked at: the nearest opens."""

MOST_ALONE = 30
"""Places up to this number are each shown, however near to each other; more are gathered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place to be shown.

    Attributes:
        kind: ``incident``, ``conflict``, ``waypoint``, ``photo`` or ``exhibit``.
    """

    id: str
    kind: str
    latitude_deg: float
    longitude_deg: float
    label: str = ""


def window_words(words: Words) -> MapWords:
    """The words of a map in the window: those of paper, shorter where there is less room."""
    from ranger_app.domain.map_words import map_words

    return MapWords.from_mapping(map_words(words))._replace(
        name=words.say("Map. Arrow keys move it, plus and minus zoom, Home shows everything."),
        attribution=words.say("Map: {sources}", sources="{sources}"),
        not_authoritative=words.say("Boundaries are not authoritative."),
        area_ha=words.say("{count} ha", count="{count}"),
        area_km2=words.say("{count} km²", count="{count}"),
    )


class MapPane(QWidget):
    """Base map, tracks and places; ``picked`` tells (kind, id) of what was pressed.

    Args:
        desk: Whose own map files and grid are shown too, as they are chosen on the map page; none without it.
    """

    picked = Signal(str, str)

    def __init__(self, words: Words, desk: Desk | None = None) -> None:
        super().__init__()
        self._words = words
        self._desk = desk
        self.view: MapView | None = None
        self._kinds: dict[str, str] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setMinimumSize(160, 120)

    def _made(self) -> MapView:
        if self.view is None:
            from ui.map import GraticuleLayer, base_map_layers

            self.view = MapView(window_words(self._words))
            script = "cyrillic" if self._words.language in {"ru", "ky", "kk", "tg"} else "latin"
            self.view.set_layers([*base_map_layers(script), GraticuleLayer("graticule")])  # type: ignore[arg-type]
            self.view.featuresPicked.connect(self._pick)
            if self._desk is not None:
                from ui.map_ground import MapGround

                MapGround(self._desk, self.view)
            self.view.setMinimumSize(self.minimumSize())
            self._column.addWidget(self.view)
            self.setFocusProxy(self.view)
        return self.view

    def show_base(self) -> None:
        """Show the base map alone, when nothing else is known."""
        self._made()

    def show_things(self, tracks: Sequence[tuple[str, Track]], spots: Sequence[Spot], *, fit: bool = True) -> None:
        """Show exactly these tracks and places.

        Args:
            tracks: Id of the patrol, and the fixes.
            fit: Look at all of them; keep the view otherwise.
        """
        from ui.map import TracksLayer

        self._made().update_layer(TracksLayer("tracks", list(_map_tracks(tracks))))
        self.show_spots(spots)
        if fit:
            self.look_at_all([box for _, track in tracks if (box := _box(track)) is not None], spots)

    def show_spots(self, spots: Sequence[Spot], layer: PointsLayer | None = None) -> None:
        """Show exactly these places; the tracks stay.

        Args:
            layer: What :func:`spots_layer` made of them, where that was done beside the window.
        """
        self._kinds = {spot.id: spot.kind for spot in spots}
        self._made().update_layer(layer or spots_layer(spots))

    def look_at_all(self, tracks: Sequence[Bounds], spots: Sequence[Spot]) -> None:
        """Look at all boxes of tracks and places that lie on the base map; at everything when none does."""
        from ui.map import COVERAGE

        west, south, east, north = COVERAGE
        boxes = [*tracks, *((spot.longitude_deg, spot.latitude_deg) * 2 for spot in spots)]
        inside = [b for b in boxes if b[0] >= west and b[2] <= east and b[1] >= south and b[3] <= north]
        assert self.view is not None
        if not inside:
            self.view.fit_layers()
            return
        lefts, bottoms, rights, tops = zip(*inside, strict=True)
        self.view.fit_bounds((min(lefts), min(bottoms), max(rights), max(tops)))

    def mark(self, latitude_deg: float, longitude_deg: float) -> None:
        """Show where something would be; another such place is shown no more."""
        self._made().update_layer(mark_layer(latitude_deg, longitude_deg))

    @property
    def is_marked(self) -> bool:
        """Whether such a place is shown."""
        return self.view is not None and any(layer.id == "mark" for layer in self.view.layers)

    def clear_mark(self) -> None:
        """Show no such place."""
        if self.view is not None and self.is_marked:
            self.view.remove_layer("mark")

    def clear_beside(self) -> None:
        """Show nothing beside the tracks."""
        if self.view is not None and any(layer.id == "beside" for layer in self.view.layers):
            self.view.remove_layer("beside")

    def show_beside(self, tracks: Sequence[tuple[str, Track]]) -> None:
        """Show exactly these lines beside the tracks, thinner and dashed: a companion's, or a planned way."""
        from ui.map import TracksLayer

        self._made().update_layer(TracksLayer("beside", list(_map_tracks(tracks)), is_quiet=True, is_dashed=True))

    def add_layer(self, layer: Layer) -> None:
        """Show one more layer."""
        self._made().update_layer(layer)

    def _pick(self, picked: list[tuple[str, str]]) -> None:
        places = [feature for layer, feature in picked if layer == "places" and feature in self._kinds]
        if len(places) > 1 and len(self._kinds) > MOST_ALONE and self._go_nearer(places):
            return
        for layer, feature in picked:
            if layer == "tracks":
                self.picked.emit("patrol", feature.partition("/")[0])
                return
            if layer == "places" and feature in self._kinds:
                self.picked.emit(self._kinds[feature], feature)
                return

    def _go_nearer(self, places: Sequence[str]) -> bool:
        """Look at places that are drawn as one, so that each is seen; whether that shows more of them."""
        view = self._made()
        layer = next(one for one in view.layers if one.id == "places")
        boxes = [box for place in places if (box := layer.bounds(place)) is not None]
        lefts, bottoms, rights, tops = zip(*boxes, strict=True)
        bounds = min(lefts), min(bottoms), max(rights), max(tops)
        nearer = view.viewport.fit(bounds, most_zoom=view.viewport.zoom + MOST_NEARER)
        if nearer.zoom <= view.viewport.zoom:
            return False
        x, y = nearer.project(bounds[2], bounds[3])
        other_x, other_y = nearer.project(bounds[0], bounds[1])
        if abs(x - other_x) + abs(y - other_y) < APART_PX:
            return False
        view.set_view(nearer.center_lon, nearer.center_lat, nearer.zoom)
        return True


def spots_layer(spots: Sequence[Spot]) -> PointsLayer:
    """What the map draws of some places; any thread may make it."""
    from ui.map import MapPoint, PointsLayer

    points = [
        MapPoint(id=s.id, longitude_deg=s.longitude_deg, latitude_deg=s.latitude_deg, kind=s.kind, label=s.label)
        for s in spots
    ]
    return PointsLayer("places", points, grouped=len(points) > MOST_ALONE)


def mark_layer(latitude_deg: float, longitude_deg: float) -> PointsLayer:
    """A mark on one place."""
    from ui.map import MapPoint, PointsLayer

    point = MapPoint(id="mark", longitude_deg=longitude_deg, latitude_deg=latitude_deg, kind="mark")
    return PointsLayer("mark", [point], grouped=False)


def tracks_layer(tracks: Sequence[tuple[str, Track]]) -> TracksLayer:
    """What the map draws of some tracks; any thread may make it."""
    from ui.map import TracksLayer

    return TracksLayer("tracks", list(_map_tracks(tracks)))


def _map_tracks(tracks: Sequence[tuple[str, Track]]) -> Iterable[Any]:
    from ui.map import MapTrack

    for number, (patrol, track) in enumerate(tracks):
        yield MapTrack(
            id=f"{patrol}/{number}",
            longitude_deg=track.longitude_deg,
            latitude_deg=track.latitude_deg,
            part_starts=track.part_starts,
        )


def _box(track: Track) -> tuple[float, float, float, float] | None:
    """West, south, east, north of a track; ``None`` when it has no fixes."""
    if not len(track.longitude_deg):
        return None
    lon, lat = track.longitude_deg, track.latitude_deg
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
