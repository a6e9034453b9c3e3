"""Everything in sight: of the days that are looked at, first what lies on the base map, then really all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.commands import command
from ui.desk import Desk
from ui.pages.map_data import Extent, Seen, extent_of_days
from ui.tracks_in_view import Span

if TYPE_CHECKING:
    from ui.map import MapView, Viewport


class FitAll:
    """Looks at all that is recorded.

    A fix on the wrong side of the Earth would make everything else a dot: what lies off the base map is left out, which
    is said, until the same is asked for once more.

    Args:
        say: Shows words below the map.
    """

    def __init__(self, desk: Desk, view: MapView, say: Callable[[str], None]) -> None:
        self._desk, self._view, self._say = desk, view, say
        self._near: Viewport | None = None

    def fit(self, seen: Seen | None, window: Span | None) -> None:
        """Look at all that was read, or at what of it happened in some days."""
        if seen is None or window is None:
            self._fit(seen.extent if seen is not None else Extent(None, None))
            return
        places = seen.places
        self._desk.ask(
            lambda sight, context: extent_of_days(sight, context, places, window), self._fit, owner=self._view
        )

    def _fit(self, extent: Extent) -> None:
        """Where nothing is recorded, look at all layers."""
        if extent.near is None or extent.whole is None:
            self._view.fit_layers()
            return
        was_near, self._near = self._near == self._view.viewport, None
        if extent.near == extent.whole or was_near:
            self._view.fit_bounds(extent.whole)
            return
        self._view.fit_bounds(extent.near)
        self._near = self._view.viewport
        words, key = self._desk.words, command("show_all").key
        self._say(words.say("Something lies far away, and is left out: {key} once more shows all.", key=key))
