"""The editor of a position: coordinates typed as text, the radius of doubt, and how it became known."""

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
from ui.typed_text import read_coordinates, read_number, typed_coordinates


class PositionEditor(Editor):
    """Latitude and longitude in decimal degrees, WGS 84."""

    def __init__(self, field: Field, words: Words) -> None:
        super().__init__(field, words)
        self._stored: dict[str, object] | None = None
        self.line = QLineEdit()
        self.line.setPlaceholderText("41.201111, 74.501234")
        self.line.setAccessibleName(self.label)
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
        grid.addWidget(self.line, 0, 0, 1, 4)
        grid.addWidget(QLabel("±"), 1, 0)
        grid.addWidget(self.accuracy, 1, 1)
        grid.addWidget(QLabel(words.say("m, known by")), 1, 2)
        grid.addWidget(self.source, 1, 3)
        grid.setColumnStretch(3, 1)
        for line in (self.line, self.accuracy):
            line.textEdited.connect(lambda _: self.edited.emit())
        self.source.activated.connect(lambda _: self.edited.emit())
        self.line.editingFinished.connect(self._tidy)
        self.setFocusProxy(self.line)

    def target(self) -> QWidget:
        return self.line

    def _coordinates(self) -> tuple[float, float] | None:
        return read_coordinates(self.line.text())

    def value(self) -> object:
        place = self._coordinates()
        if place is None:
            return None
        if self._stored is not None and self.line.text() == self._typed_of(self._stored):
            place = float(str(self._stored["latitude_deg"])), float(str(self._stored["longitude_deg"]))
        accuracy = read_number(self.accuracy.text())
        metres = None if accuracy is None else Decimal(accuracy)
        return {
            "latitude_deg": place[0],
            "longitude_deg": place[1],
            "accuracy_m": None if metres is None else int(metres) if metres == int(metres) else float(metres),
            "source": self.source.key() or "gps",
        }

    def set_value(self, value: object) -> None:
        self._stored = dict(value) if isinstance(value, Mapping) else None
        told = self._stored or {}
        self.line.setText(self._typed_of(told) if told else "")
        accuracy = told.get("accuracy_m")
        self.accuracy.setText("" if accuracy is None else f"{float(str(accuracy)):g}")
        self.source.set_key(str(told.get("source") or "gps"))

    @staticmethod
    def _typed_of(stored: Mapping[str, object]) -> str:
        return typed_coordinates(float(str(stored["latitude_deg"])), float(str(stored["longitude_deg"])))

    def problem(self) -> str:
        if self.line.text().strip() and self._coordinates() is None:
            return self.words.say("Latitude, longitude in decimal degrees, such as 41.201111, 74.501234.")
        accuracy = self.accuracy.text().strip()
        if accuracy and (read_number(accuracy) is None or accuracy.startswith("-")):
            return self.words.say("The accuracy is a number of metres.")
        return ""

    def typed(self) -> str:
        return self.line.text()

    def set_typed(self, text: str) -> None:
        self.line.setText(text)

    def _tidy(self) -> None:
        place = self._coordinates()
        if place is not None:
            self.line.setText(typed_coordinates(*place))
