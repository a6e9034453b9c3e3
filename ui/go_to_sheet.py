"""The panel that asks where to look on the map: a place in any notation, or a link."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer

from ranger_app.i18n import Words
from ui.forms.place_line import PlaceLine
from ui.sheet import Sheet

REST_MS = 800
"""What is typed and is no place is complained of when the keys rest so long."""


class GoToSheet(Sheet):
    """Asks for a place, and looks there.

    Args:
        notation: In which places are shown.
        on_place: Called with latitude and longitude.
    """

    is_soon_filled = True

    def __init__(self, words: Words, notation: str, *, on_place: Callable[[float, float], None]) -> None:
        self._on_place = on_place
        self._is_refused = False
        super().__init__(
            words, words.say("Go to a place"), act=words.say("Show on the map"), on_act=self._press,
            note=words.say("Degrees, UTM, MGRS, SK-42, SK-95, Kyrg-06, Kalianpur, or a link to a map."),
        )  # fmt: skip
        self.place = PlaceLine(words, words.say("Place"), notation)
        self.place.edited.connect(self._changed)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._tell)
        self.add(words.say("Place"), self.place)
        self.ready_when(lambda: bool(self.place.line.text().strip()) and not self._is_refused)

    def _changed(self) -> None:
        self.complain("")
        self._is_refused = False
        self._rest.start()
        self.look()

    def _tell(self) -> None:
        """Say why what was typed is no place, when the keys rest so long that it is perhaps whole."""
        problem = self.place.problem()
        self._is_refused = bool(problem)
        self.complain("" if self.place.choices else problem)
        self.look()

    def _press(self) -> bool | None:
        self.place.settle()
        place = self.place.place()
        if place is None:
            self._tell()
            self.complain(self.place.problem())
            return False
        self._on_place(*place)
        return None
