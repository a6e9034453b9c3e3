"""A line for files and folders: typed, completed while typing, dropped or chosen; no box that takes the window away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDir, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QFileDialog, QFileSystemModel, QHBoxLayout, QLineEdit, QWidget

from ranger_app.i18n import Words
from ui import theme
from ui.button import Button
from ui.typing_list import HandsBack

SEPARATOR = "; "


class PathLine(QWidget):
    """Where something is read from or written to.

    Args:
        purpose: ``files``, ``file``, ``folder`` or ``save``.
        name: What a screen reader calls the line.
        filters: File endings that Browse offers, such as ``("gpx",)``.
    """

    changed = Signal()

    def __init__(
        self, words: Words, purpose: str, *, name: str, filters: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._purpose = purpose
        self._filters = tuple(filters)
        self._chosen: tuple[Path, ...] = ()
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setMinimumWidth(self.line.fontMetrics().averageCharWidth() * 16)
        self.line.textChanged.connect(self.changed)
        self.line.installEventFilter(self)
        self.browse = Button(words.say("Browse…"))
        self.browse.setAccessibleName(words.say("Browse for {what}", what=name))
        self.browse.clicked.connect(self._browse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACES_PX[1])
        row.addWidget(self.line, 1)
        row.addWidget(self.browse)
        self.setFocusProxy(self.line)
        self.setAcceptDrops(True)

    def paths(self) -> tuple[Path, ...]:
        """What is meant; empty when nothing was given."""
        text = self.line.text().strip()
        if self._chosen and text == self._joined(self._chosen):
            return self._chosen
        parts = text.split(SEPARATOR.strip()) if self._purpose == "files" else [text]
        return tuple(Path(part.strip().strip('"')).expanduser() for part in parts if part.strip())

    def path(self) -> Path | None:
        """The one file or folder that is meant; ``None`` when nothing was given."""
        found = self.paths()
        return found[0] if found else None

    def set_paths(self, paths: Sequence[Path]) -> None:
        """Put *paths* into the line."""
        self._chosen = tuple(paths)
        self.line.setText(self._joined(self._chosen))

    @staticmethod
    def _joined(paths: Sequence[Path]) -> str:
        return SEPARATOR.join(str(path) for path in paths)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and event.type() == QEvent.Type.KeyPress and self.line.completer() is None:
            self._complete()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._is_whole(watched, event):
            completer = self.line.completer()
            assert completer is not None
            popup = completer.popup()
            assert popup is not None
            # The name is whole: Enter is for the panel, not for the list below the line.
            popup.hide()
            again = QKeyEvent(QEvent.Type.KeyPress, event.key(), event.modifiers(), event.text())
            QCoreApplication.sendEvent(self.line, again)
            return True
        return super().eventFilter(watched, event)

    def _is_whole(self, watched: QObject, event: QKeyEvent) -> bool:
        """Whether Enter was pressed while names are offered and none of them is chosen."""
        completer = self.line.completer()
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or completer is None:
            return False
        popup = completer.popup()
        return popup is not None and watched is popup and popup.isVisible() and not popup.currentIndex().isValid()

    def ask_for(self, purpose: str, filters: Sequence[str] = ()) -> None:
        """Take something else from now on; the same words as when the line was made."""
        self._purpose, self._filters = purpose, tuple(filters)
        self.line.setCompleter(None)  # type: ignore[arg-type]

    def _complete(self) -> None:
        """Offer names from the disk; begun with the first key, because it starts a thread of Qt's own."""
        files = QFileSystemModel(self)
        files.setRootPath("")
        wanted = QDir.Filter.AllDirs | QDir.Filter.NoDotAndDotDot
        files.setFilter(wanted if self._purpose == "folder" else wanted | QDir.Filter.Files)
        completer = QCompleter(files, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.line.setCompleter(completer)
        HandsBack(completer, self.line)
        popup = completer.popup()
        assert popup is not None
        popup.installEventFilter(self)

    def _browse(self) -> None:
        dialog = QFileDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        mode = QFileDialog.FileMode
        dialog.setFileMode(
            {"files": mode.ExistingFiles, "file": mode.ExistingFile, "folder": mode.Directory}.get(
                self._purpose, mode.AnyFile
            )
        )
        if self._purpose == "save":
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        if self._filters:
            endings = " ".join(f"*.{ending} *.{ending.upper()}" for ending in self._filters)
            dialog.setNameFilters([f"{endings} ({endings})", f"{self._words.say('All files')} (*)"])
        start = self.path()
        if start is not None:
            dialog.setDirectory(str(start if start.is_dir() else start.parent))
        dialog.filesSelected.connect(lambda names: self.set_paths([Path(name) for name in names]))
        dialog.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.set_paths([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()
