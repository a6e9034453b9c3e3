"""The offices to which this station sends, as this device knows them, and when things are sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFormLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.button import Button
from ui.choice_box import ChoiceBox
from ui.desk import Desk
from ui.empty_place import EmptyPlace
from ui.flow_row import FlowRow
from ui.pages.page import Page
from ui.pages.to_send_words import HOW_WORDS
from ui.panes import scrolled
from ui.place_sheets import SHORT_HOW_WORDS, PlaceSheets
from ui.record_table import ShortTable, TableRow
from ui.sending import HOWS
from ui.shell import Shell

if TYPE_CHECKING:
    from ranger_app.domain.places import Place


NO_BREAK = "\u00a0"


class PlacesPage(Page):
    """A table of places; below it what can be done with the chosen one, and when things are sent."""

    name = "places"
    bar = ("new",)

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        self.acts = {"new": self.add, "edit": self.change, "withdraw": self.remove}
        self._sheets = PlaceSheets(desk, shell)
        self._places: dict[str, Place] = {}
        self._build()
        desk.sending.places_changed.connect(self.refresh)

    def _build(self) -> None:
        words = self.words
        headings = [words.say("Name"), words.say("Address"), words.say("Area"), words.say("SMART"), words.say("User"),
                    words.say("Goes")]  # fmt: skip
        self.table = ShortTable(headings, words.say("Places; Enter changes the chosen one"), stretch=1, is_short=False)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.opened.connect(lambda _: self.change())
        buttons = []
        for label, act in (
            (words.say("Add"), self.add), (words.say("Change"), self.change), (words.say("Read again"), self.read),
            (words.say("Remove"), self.remove),
        ):  # fmt: skip
            button = Button(label)
            button.clicked.connect(act)
            buttons.append(button)
        self.how = ChoiceBox()
        self.how.setAccessibleName(words.say("When things are sent"))
        for how in HOWS:
            self.how.addItem(words.say(HOW_WORDS[how]), how)
        self.how.setCurrentIndex(HOWS.index(self.desk.sending.how))
        self.how.setMinimumContentsLength(16)
        self.how.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.how.activated.connect(lambda _: self.desk.sending.choose(str(self.how.currentData())))
        note = QLabel(words.say(
            "Places and passwords stay on this device: passwords in the key store of the system where there is one,"
            " else encrypted. What was read from an office is in the station, and needs no network."
        ))  # fmt: skip
        note.setWordWrap(True)
        theme.set_kind(note, "quiet")
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(words.say("Send"), self.how)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACES_PX[1])
        column.addWidget(self.table, 1)
        column.addLayout(FlowRow(*buttons))
        column.addLayout(form)
        column.addWidget(note)
        self._empty = EmptyPlace(words.say(
            "The office's SMART Connect servers stand here: the office gives you an address, a user and a password."
        ), words.say("Add a place"), self.add)  # fmt: skip
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(whole)
        top = QVBoxLayout(self)
        top.setContentsMargins(*(theme.SPACES_PX[2],) * 4)
        top.addWidget(scrolled(self._stack))

    @property
    def title(self) -> str:
        return self.words.say("Places")

    def panes(self) -> Sequence[QWidget]:
        return (self.table,) if self._places else (self._empty,)

    def can(self, command: str) -> bool:
        return command == "new" or (command in self.acts and self.chosen is not None)

    @property
    def chosen(self) -> Place | None:
        """The chosen place."""
        return self._places.get(self.table.current_id())

    def refresh(self) -> None:
        chosen = self.table.current_id()
        self._places = {place.name: place for place in self.desk.sending.places}
        rows = [self._row(place) for place in self._places.values()]
        self.table.set_rows(rows)
        self.table.resizeRowsToContents()
        self._stack.setCurrentIndex(1 if rows else 0)
        if rows:
            names = list(self._places)
            self.table.selectRow(names.index(chosen) if chosen in names else 0)
        self.changed.emit()

    def _row(self, place: Place) -> TableRow:
        words = self.words
        area = next((one.label for one in place.areas if one.id == place.area), "") or words.say("not chosen")
        address = f"{place.url} ({words.say('certificate pinned')})" if place.pin else place.url
        version = place.told_version or place.version or words.say("not known")
        how = words.say(SHORT_HOW_WORDS.get(place.how, place.how))
        return TableRow(place.name, (place.name.replace(" ", NO_BREAK), address, area, version, place.user, how))

    # Acts

    def add(self) -> None:
        """Ask for a new place."""
        self._sheets.add()

    def change(self) -> None:
        """Ask for everything about the chosen place again."""
        if self.chosen is not None:
            self._sheets.change(self.chosen)

    def read(self) -> None:
        """Read the chosen place again."""
        if self.chosen is not None:
            self._sheets.read(self.chosen)

    def remove(self) -> None:
        """Forget the chosen place."""
        if self.chosen is not None:
            self._sheets.remove(self.chosen)
