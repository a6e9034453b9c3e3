"""Where a panel stands, above the page; one that can wait does so while another page is in sight, and comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from ui import theme

if TYPE_CHECKING:
    from ui.pages.page import Page
    from ui.sheet import Sheet


class PanelPlace(QVBoxLayout):
    """Room for one panel, and those that wait out of sight.

    Args:
        on_change: Called when a panel was opened or went.
        on_closed: Called when the open panel was closed, with or without its act.
    """

    def __init__(self, *, on_change: Callable[[], None], on_closed: Callable[[], None]) -> None:
        super().__init__()
        self.addStretch(0)  # room that a panel in the page's place leaves
        self.sheet: Sheet | None = None
        self._waiting: dict[Page, Sheet] = {}
        self._on_change = on_change
        self._on_closed = on_closed

    def ask(self, sheet: Sheet) -> None:
        """Show a new panel, in the place of an open one."""
        self.close_sheet()
        sheet.closed.connect(lambda: self._closed(sheet))
        self._show(sheet)
        sheet.take_focus()

    def close_sheet(self) -> None:
        """Close the open panel, if there is one, without its act."""
        if self.sheet is not None:
            self.sheet.close_sheet()

    def leave(self, page: Page) -> None:
        """Another page comes into sight than *page*: words typed into a panel that waits are kept for it alone."""
        if self.sheet is None:
            return
        if page.has_form or not (self.sheet.waits and self.sheet.holds_typed):
            self.close_sheet()
            return
        self._waiting[page] = self.sheet
        self.sheet.hide()
        self._take_away(self.sheet)

    def come_back(self, page: Page) -> None:
        """A page is in sight again: what waited for it is shown as it was left."""
        if page in self._waiting:
            self._show(self._waiting.pop(page))
            self.take_focus()

    def take_focus(self) -> None:
        """Put the cursor into the open panel, where it was last, unless it is there."""
        if self.sheet is None:
            return
        last = self.sheet.focusWidget()
        if last is None:
            self.sheet.take_focus()
        elif not last.hasFocus():
            last.setFocus(Qt.FocusReason.OtherFocusReason)  # for other reasons its words would be chosen

    def with_words(self) -> Sheet | None:
        """A panel that holds words which are stored nowhere, in sight or not."""
        if self.sheet is not None and self.sheet.holds_typed:
            return self.sheet
        return next(iter(self._waiting.values()), None)

    def _show(self, sheet: Sheet) -> None:
        self.sheet = sheet
        gap = theme.SPACES_PX[2]
        self.setContentsMargins(gap, theme.SPACES_PX[1], gap, theme.SPACES_PX[1])
        self.insertWidget(0, sheet, 1)
        self._on_change()
        sheet.show()

    def _take_away(self, sheet: Sheet) -> None:
        self.sheet = None
        self.removeWidget(sheet)
        self.setContentsMargins(0, 0, 0, 0)
        self._on_change()

    def _closed(self, sheet: Sheet) -> None:
        if self.sheet is sheet:
            self._take_away(sheet)
            self._on_closed()
        else:
            self._waiting = {page: one for page, one in self._waiting.items() if one is not sheet}
        sheet.deleteLater()
