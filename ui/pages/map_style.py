"""The simple style of own lines, areas and places: one colour, or colours by a field, and names from a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from ranger_app.domain.layer_colours import COLOUR_NAMES, LAYER_COLOURS
from ranger_app.i18n import Words
from ui import theme
from ui.choice_box import ChoiceBox
from ui.map import VectorStyle, proposed_colours

LONGEST_VALUE = 40
"""So much of a value stands in the legend."""

PATCH = "\u25a0"
NO_BREAK = "\u00a0"


class StyleBox(QWidget):
    """Three choices for one layer, and what its colours mean; what was chosen is told as a style."""

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
            box.currentTextChanged.connect(box.setToolTip)
            row = place if box is not self.label else place + 1
            grid.addWidget(caption, row, 0)
            grid.addWidget(box, row, 1)
        self.legend = QLabel()
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setWordWrap(True)
        grid.addWidget(self.legend, 2, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        self._fill_colours()
        self.hide()

    def _fill_colours(self) -> None:
        self.colour.addItem(self._words.say("As on the map"), "")
        for colour, name in COLOUR_NAMES.items():
            self.colour.addItem(_swatch(colour), self._words.say(name), colour)

    def show_style(
        self, style: VectorStyle, attributes: Mapping[str, Sequence[str | float | None]], *, has_others: bool = False
    ) -> None:
        """Show the style of a layer whose features have these fields.

        Args:
            has_others: Whether some of its features have a value without a colour, or none.
        """
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
        self._show_legend(style, has_others=has_others)
        self.show()

    def _show_legend(self, style: VectorStyle, *, has_others: bool) -> None:
        """Say which value has which colour, on the screen as on paper."""
        others = [(self._words.say("other values"), style.colour or theme.current().map.area)] if has_others else []
        told = [(_shortened(value), colour) for value, colour in (*style.colours, *others)] if style.by else []
        self.legend.setVisible(bool(told))
        self.legend.setAccessibleName(", ".join(value for value, _ in told))
        self.legend.setText(
            f"{NO_BREAK}{NO_BREAK} ".join(
                f'<span style="color:{colour}">{PATCH}</span>{NO_BREAK}{escape(value).replace(" ", NO_BREAK)}'
                for value, colour in told
            )
        )

    def _choose(self, _place: int) -> None:
        by = str(self.by.currentData() or "")
        self._style = VectorStyle(
            colour=str(self.colour.currentData() or ""),
            width_px=self._style.width_px,
            fill_opacity=self._style.fill_opacity,
            by=by,
            colours=proposed_colours(self._attributes[by], LAYER_COLOURS) if by else (),
            label=str(self.label.currentData() or ""),
        )
        self.styled.emit(self._style)


def _shortened(value: str) -> str:
    return value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1].rstrip() + "…"


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(theme.ICON_PX, theme.ICON_PX)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
