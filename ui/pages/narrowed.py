"""A list narrowed to some records: what is said above it, and its rows a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ranger_app.i18n import Words
from ui import theme
from ui.button import Button
from ui.elided_label import ElidedLabel
from ui.record_list import ListRow


class Narrowed(QWidget):
    """Says that a list shows some records only, and lets it show all of them.

    Attributes:
        records: The records, in the order of the list; empty while it shows all.
    """

    def __init__(self, words: Words, show_all: Callable[[], None]) -> None:
        super().__init__()
        self._words = words
        self.records: tuple[str, ...] = ()
        self._told = ElidedLabel()
        whole = Button(words.say("Show all"))
        whole.clicked.connect(lambda _is_checked=False: show_all())
        row = QHBoxLayout(self)
        gap = theme.SPACES_PX[1]
        row.setContentsMargins(gap, theme.SPACES_PX[0], gap, theme.SPACES_PX[0])
        row.addWidget(self._told, 1)
        row.addWidget(whole)
        self.hide()

    def narrow(self, records: Sequence[str]) -> None:
        """The list shows these records from now on; all of them when there are none."""
        self.records = tuple(records)
        self._told.set_text(
            self._words.say_count(
                "The list shows {count} record that was chosen on the map.",
                "The list shows {count} records that were chosen on the map.",
                len(self.records),
            )
        )
        self.setVisible(bool(self.records))

    def rows(self, before: Any, limit: int, row_of: Callable[[str], ListRow | None]) -> list[ListRow]:
        """The next rows of a narrowed list; records that are not shown any more are passed over."""
        first = 0 if before is None else int(before) + 1
        found: list[ListRow] = []
        for place in range(first, len(self.records)):
            row = row_of(self.records[place])
            if row is not None:
                found.append(row._replace(place=place))
            if len(found) == limit:
                break
        return found
