"""The editor of a position: a place in any notation, the radius of doubt, and how it became known."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from ranger_app.domain.forms import Field
from ranger_app.domain.lists import option_list
from ranger_app.i18n import Words
from ui import theme
from ui.forms.choices import FindBox
from ui.forms.editors import Editor
from ui.forms.place_line import PlaceLine
from ui.typed_text import read_number


class PositionEditor(Editor):
    """Latitude and longitude, stored in decimal degrees, WGS 84, whatever they are typed in.

    Args:
        notation: In which places are shown.
    """

    def __init__(self, field: Field, words: Words, notation: str = "dd") -> None:
        super().__init__(field, words)
        self.place = PlaceLine(words, self.label, notation)
        self.line = self.place.line
        self.accuracy = QLineEdit()
        self.accuracy.setAccessibleName(words.say("Accuracy in metres"))
        self.accuracy.setMaximumWidth(self.accuracy.fontMetrics().averageCharWidth() * 10)
        self.source = FindBox()
        self.source.offer([(one.key, words.say(one.label)) for one in option_list("position_sources").options])
        self.source.setAccessibleName(words.say("How the position is known"))
        self.source.set_key("gps")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.SPACES_PX[1])
        grid.setVerticalSpacing(theme.SPACES_PX[0])
        grid.addWidget(self.place, 0, 0, 1, 4)
        grid.addWidget(QLabel("±"), 1, 0)
        grid.addWidget(self.accuracy, 1, 1)
        grid.addWidget(QLabel(words.say("m, known by")), 1, 2)
        grid.addWidget(self.source, 1, 3)
        grid.setColumnStretch(3, 1)
        self.place.edited.connect(self.edited)
        self.place.redrawn.connect(self.redrawn)
        self.accuracy.textEdited.connect(lambda _: self.edited.emit())
        self.source.activated.connect(lambda _: self.edited.emit())
        self.line.editingFinished.connect(self.place.settle)
        self.setFocusProxy(self.line)

    def target(self) -> QWidget:
        return self.line

    def value(self) -> object:
        place = self.place.place()
        if place is None:
            return None
        accuracy = read_number(self.accuracy.text())
        metres = None if accuracy is None else Decimal(accuracy)
        typed, operation = self.place.how()
        told = {
            "latitude_deg": place[0],
            "longitude_deg": place[1],
            "accuracy_m": None if metres is None else int(metres) if metres == int(metres) else float(metres),
            "source": self.source.key() or "gps",
        }
        return told | {name: text for name, text in (("typed", typed), ("operation", operation)) if text}

    def set_value(self, value: object) -> None:
        told = dict(value) if isinstance(value, Mapping) else {}
        has_place = "latitude_deg" in told and "longitude_deg" in told
        where = (float(str(told["latitude_deg"])), float(str(told["longitude_deg"]))) if has_place else None
        self.place.set_place(where, (str(told.get("typed") or ""), str(told.get("operation") or "")))
        accuracy = told.get("accuracy_m")
        self.accuracy.setText("" if accuracy is None else f"{float(str(accuracy)):g}")
        self.source.set_key(str(told.get("source") or "gps"))

    def take_from_map(self, latitude_deg: float, longitude_deg: float, accuracy_m: float) -> None:
        """Take a place that a person read off the map, and how exactly."""
        self.place.set_place((latitude_deg, longitude_deg))
        self.accuracy.setText(f"{accuracy_m:g}")
        self.source.set_key("map")
        self.edited.emit()

    def problem(self) -> str:
        told = self.place.problem()
        if told:
            return told
        accuracy = self.accuracy.text().strip()
        if accuracy and (read_number(accuracy) is None or accuracy.startswith("-")):
            return self.words.say("The accuracy is a number of metres.")
        return ""

    def typed(self) -> str:
        return self.line.text()

    def set_typed(self, text: str) -> None:
        self.place.set_text(text)
