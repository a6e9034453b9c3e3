"""The panel that asks where to look on the map: a place in any notation, or a link."""

from __future__ import annotations

from collections.abc import Callable

from ranger_app.i18n import Words
from ui.forms.place_line import PlaceLine
from ui.sheet import Sheet


class GoToSheet(Sheet):
    """Asks for a place, and looks there.

    Args:
        notation: In which places are shown.
        on_place: Called with latitude and longitude.
    """

    def __init__(self, words: Words, notation: str, *, on_place: Callable[[float, float], None]) -> None:
        self._on_place = on_place
        super().__init__(
            words, words.say("Go to a place"), act=words.say("Show on the map"), on_act=self._press,
            note=words.say("Degrees, UTM, MGRS, SK-42, SK-95, Kyrg-06, Kalianpur, or a link to a map."),
        )  # fmt: skip
        self.place = PlaceLine(words, words.say("Place"), notation)
        self.place.edited.connect(self._changed)
        self.add(words.say("Place"), self.place)
        self.ready_when(lambda: bool(self.place.line.text().strip()))

    def _changed(self) -> None:
        self.complain("")
        self.look()

    def _press(self) -> bool | None:
        self.place.settle()
        place = self.place.place()
        if place is None:
            self.complain(self.place.problem())
            return False
        self._on_place(*place)
        return None
