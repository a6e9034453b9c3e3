"""The simple style of own lines, areas and places: one colour, or colours by a field, and names from a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from ranger_app.domain.layer_colours import LAYER_COLOURS
from ranger_app.i18n import Words
from ui import theme
from ui.choice_box import ChoiceBox
from ui.map import VectorStyle, proposed_colours

COLOURS = LAYER_COLOURS
"""Told apart by name too."""


class StyleBox(QWidget):
    """Three choices for one layer; what was chosen is told as a style."""

    styled = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._style = VectorStyle()
        self._attributes: Mapping[str, Sequence[str | float | None]] = {}
        self.colour, self.by, self.label = ChoiceBox(), ChoiceBox(), ChoiceBox()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.SPACES_PX[1])
        grid.setVerticalSpacing(theme.SPACES_PX[0])
        told = ((words.say("Colour"), self.colour), (words.say("Colours by"), self.by),
                (words.say("Names from"), self.label))  # fmt: skip
        for place, (text, box) in enumerate(told):
            caption = QLabel(text)
            caption.setBuddy(box)
            box.setAccessibleName(text)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            box.activated.connect(self._choose)
            grid.addWidget(caption, place, 0)
            grid.addWidget(box, place, 1)
        grid.setColumnStretch(1, 1)
        self._fill_colours()
        self.hide()

    def _fill_colours(self) -> None:
        words = self._words
        names = (
            words.say("Green"), words.say("Red"), words.say("Blue"), words.say("Orange"), words.say("Pink"),
            words.say("Sky blue"), words.say("Violet"), words.say("Black"),
        )  # fmt: skip
        self.colour.addItem(words.say("As on the map"), "")
        for name, colour in zip(names, COLOURS, strict=True):
            self.colour.addItem(_swatch(colour), name, colour)

    def show_style(self, style: VectorStyle, attributes: Mapping[str, Sequence[str | float | None]]) -> None:
        """Show the style of a layer whose features have these fields."""
        self._style, self._attributes = style, attributes
        self.colour.setCurrentIndex(max(self.colour.findData(style.colour), 0))
        for box, nothing, chosen in (
            (self.by, self._words.say("one colour"), style.by), (self.label, self._words.say("no names"), style.label),
        ):  # fmt: skip
            box.clear()
            box.addItem(nothing, "")
            for field in attributes:
                box.addItem(field, field)
            box.setCurrentIndex(max(box.findData(chosen), 0))
        self.show()

    def _choose(self, _place: int) -> None:
        by = str(self.by.currentData() or "")
        self._style = VectorStyle(
            colour=str(self.colour.currentData() or ""),
            width_px=self._style.width_px,
            fill_opacity=self._style.fill_opacity,
            by=by,
            colours=proposed_colours(self._attributes[by], COLOURS) if by else (),
            label=str(self.label.currentData() or ""),
        )
        self.styled.emit(self._style)


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(theme.ICON_PX, theme.ICON_PX)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
