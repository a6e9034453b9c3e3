"""What the window shows when our own code failed: nothing is hidden, nothing is lost, and it can be copied."""

from __future__ import annotations

import datetime as dt
import platform
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from ranger_app import __version__
from ranger_app.i18n import Words
from ui import theme
from ui.button import Button

LARGEST_LOG = 1_000_000
"""Bytes after which the log of crashes is begun anew."""


def report_of(error: BaseException, trace: TracebackType | None) -> str:
    """Everything a programmer needs, without anything from the records."""
    lines = traceback.format_exception(type(error), error, trace)
    return (
        f"Ranger App {__version__}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}\n"
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC\n\n{''.join(lines)}"
    )


def write_log(home: Path, report: str) -> Path | None:
    """Append *report* to the log of crashes; ``None`` when the disk refuses."""
    path = home / "crashes.log"
    try:
        home.mkdir(parents=True, exist_ok=True)
        mode = "a" if path.exists() and path.stat().st_size < LARGEST_LOG else "w"
        with path.open(mode, encoding="utf-8") as stream:
            stream.write(f"{report}\n{'-' * 80}\n")
    except OSError:
        return None
    return path


class CrashPage(QWidget):
    """Says what failed and that records are safe, with a button that copies the report."""

    def __init__(self, words: Words, report: str, log: Path | None) -> None:
        super().__init__()
        self.setWindowTitle(words.say("Something in the program failed"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 480)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[4],) * 4)
        column.setSpacing(theme.SPACES_PX[2])
        title = QLabel(words.say("Something in the program failed"))
        theme.set_kind(title, "title")
        told = QLabel(
            words.say(
                "What was saved is safe. Copy the report below and send it to whoever looks after this program; then"
                " close this window, look whether the form you were in still shows what you typed, and go on."
            )
        )
        told.setWordWrap(True)
        self.text = QPlainTextEdit(report)
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(words.say("Report"))
        where = QLabel(words.say("Also written to {path}", path=str(log)) if log else "")
        where.setWordWrap(True)
        theme.set_kind(where, "caption")
        copy = Button(words.say("Copy the report"))
        theme.set_kind(copy, "primary")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        close = Button(words.say("Close"))
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addWidget(close)
        buttons.addStretch(1)
        for widget in (title, told):
            column.addWidget(widget)
        column.addWidget(self.text, 1)
        column.addWidget(where)
        column.addLayout(buttons)
        copy.setFocus()
