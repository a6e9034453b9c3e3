"""Acts with what goes to the office: ask what is to go where, send it, see what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ui.choice_box import ChoiceBox
from ui.desk import Desk
from ui.export_acts import STEMS
from ui.file_acts import Leaving
from ui.pages.to_send_words import HOW_SENTENCES
from ui.queueing import Queueing
from ui.sheet import Sheet

if TYPE_CHECKING:
    from ranger_app.domain.places import Place
    from ui.main_window import MainWindow


class SendActs:
    """Ask, send, show."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        self._desk = desk
        self._window = window
        self._words = desk.words
        self.acts: dict[str, Callable[[], None]] = {
            "to_send": self.show,
            "send_to_office": self.ask,
            "send_now": self.send,
            "places": self.show_places,
        }

    # Pages

    def show(self) -> None:
        """Show what waits and what became of the rest."""
        from ui.pages.to_send import ToSendPage

        if not isinstance(self._window.page, ToSendPage):
            self._window.page.leave()
            self._window.show_view(ToSendPage(self._desk, self._window))

    def show_places(self) -> None:
        """Show the offices that this device knows."""
        from ui.pages.places import PlacesPage

        if not isinstance(self._window.page, PlacesPage):
            self._window.page.leave()
            self._window.show_view(PlacesPage(self._desk, self._window))

    # Into the outbox

    def ask(self) -> None:
        """Ask to which office the marked records go; without one, begin with the assistant."""
        self._window.page.leave()
        records = self._marked()
        words = self._words
        if not records:
            self._window.say("information", words.say("Choose a patrol or an incident first."))
            return
        places = self._desk.sending.places
        if not places:
            from ui.place_sheets import PlaceSheets

            PlaceSheets(self._desk, self._window).add(then=lambda _: self.ask())
            return
        self._ask_place(records, places)

    def _marked(self) -> tuple[str, ...]:
        marks = self._window.page.marked()
        if marks.kind not in STEMS:
            return ()
        if marks.is_all:
            ids = Leaving(kinds=(marks.kind,)).ids(self._desk.reader)
            return (*ids["patrols"], *ids["incidents"])
        return tuple(row.id for row in marks.rows if row.kind in STEMS)

    def _ask_place(self, records: tuple[str, ...], places: Sequence[Place]) -> None:
        words = self._words
        where = ChoiceBox()
        for place in places:
            where.addItem(place.name, place)
        last = self._desk.settings.get(f"send/{self._desk.station_id}/place")
        where.setCurrentIndex(max(where.findText(last), 0))

        def act() -> None:
            place: Place = where.currentData()
            self._desk.settings.put(f"send/{self._desk.station_id}/place", place.name)
            Queueing(self._desk, self._window).queue(place, records)

        note = words.say_count(
            "{count} record is checked against the office's data model, and then waits in the outbox until it is sent.",
            "{count} records are checked against the office's data model, and then wait in the outbox until they are"
            " sent.",
            len(records),
        )
        note = f"{note} {words.say(HOW_SENTENCES[self._desk.sending.how])}"
        title = words.say("Send to the office")
        sheet = Sheet(words, title, act=words.say("Put into the outbox"), on_act=act, note=note)
        sheet.add(words.say("Where to"), where)
        self._window.ask(sheet)

    # Out of it

    def send(self) -> None:
        """Send now what waits, to every office."""
        sender, words = self._desk.sending, self._words
        if not sender.places:
            self._window.say(
                "information", words.say("No office is known yet to which something could be sent."),
                acts=[(words.say("Add a place"), lambda: self._window.run("places"))],
            )  # fmt: skip
        else:
            sender.send()
