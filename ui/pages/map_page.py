"""The map of everything: all tracks, incidents and conflicts; a press opens the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ranger_app.jobs import JobContext
from ui import telling, theme
from ui.button import Button
from ui.commands import command
from ui.desk import Desk
from ui.elided_label import ElidedLabel
from ui.go_to_sheet import GoToSheet
from ui.icons import icon
from ui.map_pane import MapPane, Spot
from ui.pages.page import Page
from ui.shell import Shell
from ui.tracks_in_view import TracksInView, TracksSeen, tracks_seen

if TYPE_CHECKING:
    from ui.map import Viewport
    from ui.store_thread import Sight

MOST_SPOTS = 20_000
NEAR_ZOOM = 12.0
"""A place that was asked for is looked at from here or nearer."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that has a place."""

    tracks: TracksSeen
    spots: list[Spot]


def everything(sight: Sight, context: JobContext, view: Viewport | None) -> Seen:
    """Read all places, and the tracks for a view or all of them from far away, beside the window."""
    from db.incidents import incident_page

    tracks = tracks_seen(sight, context, view)
    spots = [
        Spot(
            id=row.id, kind="conflict" if row.kind == "conflict" else "incident", latitude_deg=row.latitude_deg,
            longitude_deg=row.longitude_deg, label=row.number[-6:],
        )
        for row in incident_page(sight.reader, limit=MOST_SPOTS)
        if row.latitude_deg is not None and row.longitude_deg is not None
    ]  # fmt: skip
    return Seen(tracks, spots)


class MapPage(Page):
    """The map with a line below that says where the pointer is."""

    name = "map"
    kinds = frozenset({"patrol", "track", "incident", "conflict"})

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        words = self.words
        self._notation = desk.notation
        self.acts["go_to_place"] = self._ask_place
        self.map = MapPane(words)
        self.map.picked.connect(shell.open_record)
        self.map.show_base()
        self.where = ElidedLabel(words.say("Press a track or a sign to open its record."))
        theme.set_kind(self.where, "quiet")
        whole = Button(words.say("Show everything"))
        whole.setIcon(icon("fit"))
        whole.clicked.connect(self._fit)
        place = Button(words.say(command("go_to_place").label))
        place.setIcon(icon("place"))
        place.setToolTip(words.say(command("go_to_place").help))
        place.clicked.connect(lambda: shell.run("go_to_place"))
        foot = QHBoxLayout()
        gap = theme.SPACES_PX[1]
        foot.setSpacing(gap)
        foot.setContentsMargins(gap, theme.SPACES_PX[0], gap, theme.SPACES_PX[0])
        foot.addWidget(self.where, 1)
        foot.addWidget(place)
        foot.addWidget(whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.map, 1)
        column.addLayout(foot)
        self._is_first = True
        view = self.map.view
        assert view is not None
        view.hovered.connect(self._tell_place)
        self._tracks = TracksInView(desk, view, self.isVisible, self)

    @property
    def title(self) -> str:
        return self.words.say("Map")

    def panes(self) -> Sequence[QWidget]:
        return (self.map,)

    def refresh(self) -> None:
        view = None if self._is_first or self.map.view is None else self.map.view.viewport
        self.desk.ask(lambda sight, context: everything(sight, context, view), self._show)

    def _show(self, seen: Seen) -> None:
        self._tracks.show(seen.tracks)
        self.map.show_spots(seen.spots)
        if self._is_first:
            self.map.look_at_all(seen.tracks.bounds, seen.spots)
        self._is_first = False

    def _fit(self) -> None:
        if self.map.view is not None:
            self.map.view.fit_layers()

    def _tell_place(self, longitude: float, latitude: float) -> None:
        self.where.set_text(telling.place(self._notation, latitude, longitude))

    def _ask_place(self) -> None:
        self.shell.ask(GoToSheet(self.words, self.desk.notation, on_place=self.look_at))

    def look_at(self, latitude: float, longitude: float) -> None:
        """Show a place with a mark on it, as near as the map was or nearer."""
        view = self.map.view
        assert view is not None
        self.map.mark(latitude, longitude)
        view.set_view(longitude, latitude, max(view.viewport.zoom, NEAR_ZOOM))
        self._tell_place(longitude, latitude)
        view.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_back(self) -> bool:
        if not self.map.is_marked:
            return False
        self.map.clear_mark()
        return True
