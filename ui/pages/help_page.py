"""What a page is for, and every key: made from the commands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ranger_app.i18n import marked
from ui.commands import command_groups
from ui.desk import Desk
from ui.facts_view import FactsView
from ui.pages.page import Page
from ui.shell import Shell

ABOUT = {
    "patrols": marked(
        "Each patrol comes from the tracks of a walk: legs, days and distances are cut by the program. Look at it,"
        " press F7 to review its track and F2 to say who walked, and export it for SMART."
    ),
    "track_review": marked(
        "Map, profile and list show the same place. Left and Right walk along the track, with Shift they choose a part,"
        " with Ctrl they go fix by fix; plus and minus zoom, 0 shows everything. Enter says that it looks right. What"
        " you change is told on top of the original, which stays, and can be taken back at any time."
    ),
    "import_summary": marked(
        "What became of each file. Everything that is new is stored already; Enter reviews the chosen patrol, or asks"
        " for the columns of a table."
    ),
    "clocks": marked(
        "Receivers and cameras whose clock was corrected. The times that they wrote are kept; Enter takes a correction"
        " back. What they time later is proposed to be corrected too, and never corrected unasked."
    ),
    "incidents": marked(
        "Write down what was found. Nothing stops you from saving: what a case still needs is listed beside the form."
    ),
    "conflict": marked("Write down what the herder lost, and what carcass and signs show. The finding comes last."),
    "cases": marked(
        "A case names its incidents. Its dossier is a PDF for the prosecutor: a draft as often as you like, sealed and"
        " signed once it is complete."
    ),
    "map": marked("All tracks and places. Press one to open its record."),
    "reports": marked("What this station has recorded, counted."),
    "station": marked("Who we are, whether the records are whole, and how this window looks."),
    "form": marked(
        "What you type is kept as a draft at every pause, and becomes a change when you leave the form, press"
        " Ctrl+S, or stop typing for a minute. Enter goes to the next field, Shift+Enter back, F4 opens a list,"
        " Ctrl+D takes the value of the last record."
    ),
}

EVERYWHERE = (
    ("Enter", marked("Open what is chosen; in a form, go to the next field")),
    ("Shift+Enter", marked("In a form, go to the field before")),
    ("F4", marked("Open the list of a field")),
    ("Shift+F6", marked("Move the focus to the part of the window before")),
)


class HelpPage(Page):
    """The help of one page, with the keys of all."""

    name = "help"

    def __init__(self, desk: Desk, shell: Shell, places: Sequence[str]) -> None:
        super().__init__(desk, shell)
        self._places = tuple(places)
        self.text = FactsView(self.words.say("Help"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)

    @property
    def title(self) -> str:
        return self.words.say("Help")

    def panes(self) -> Sequence[QWidget]:
        return (self.text,)

    def refresh(self) -> None:
        words, text = self.words, self.text
        text.clear()
        for place in self._places:
            if place in ABOUT:
                text.note(words.say(ABOUT[place]), "")
        for group in command_groups():
            here = [one for one in group.commands if any(one.acts_on(place) for place in self._places)]
            if here:
                text.heading(words.say(group.label))
                text.facts([(f"{words.say(one.label)}  {one.key}".strip(), words.say(one.help)) for one in here])
        text.heading(words.say("Everywhere"))
        text.facts([(key, words.say(told)) for key, told in EVERYWHERE])
