"""Stands behind every slot and thread: what nobody caught is logged and shown; loads nothing until then."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from ranger_app.i18n import Words

if TYPE_CHECKING:
    from ui.crash import CrashPage


class CrashGuard:
    """Catches what nobody caught, in slots too: logs it and shows it, one page at a time."""

    def __init__(self, words: Words, home: Path) -> None:
        self.words = words
        self._home = home
        self.page: CrashPage | None = None

    def install(self) -> None:
        """Be called for every error that nobody caught."""
        sys.excepthook = self

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        import logging

        from ui.crash import CrashPage, report_of, write_log

        report = report_of(error, trace)
        logging.getLogger(__name__).error("%s", report)
        log = write_log(self._home, report)
        if self.page is not None:
            self.page.text.appendPlainText(f"\n{report}")
            self._bring_forward()
            return
        self.page = CrashPage(self.words, report, log)
        self.page.destroyed.connect(self._forget)
        self.page.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.page.show()
        self._bring_forward()

    def _bring_forward(self) -> None:
        if self.page is not None:
            self.page.raise_()
            self.page.activateWindow()

    def _forget(self) -> None:
        self.page = None
