"""Photos of a record as small pictures; drop more onto them, or press the button."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QIcon, QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ranger_app.jobs import JobContext
from ui import telling, theme
from ui.button import Button
from ui.clock_words import ClockWords
from ui.icons import icon
from ui.path_line import PathLine
from ui.qt_types import make_types

if TYPE_CHECKING:
    from ranger_app.domain.records import Attachment
    from ui.desk import Desk
    from ui.store_thread import ReadJob, Sight

THUMB_PX = 96
ENDINGS = ("jpg", "jpeg", "png", "heic", "tif", "tiff")


def thumbnail(data: bytes, side_px: int) -> QImage:
    """A small picture of *data*; null when it is no picture that Qt reads."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(QSize(side_px, side_px), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


class PhotoList(QWidget):
    """The photos of one record.

    Args:
        add: Called with files that are to be kept; ``None`` where nothing can be added.
    """

    def __init__(self, desk: Desk, add: Callable[[Sequence[Path]], None] | None) -> None:
        super().__init__()
        self._desk = desk
        self._add = add
        words = desk.words
        self.list = QListWidget()
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setIconSize(QSize(THUMB_PX, THUMB_PX))
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setWordWrap(True)
        self.list.setSpacing(theme.SPACES_PX[0])
        self.list.setAccessibleName(words.say("Photos"))
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACES_PX[0],) * 4)
        column.addWidget(self.list, 1)
        self._shown: tuple[str, ...] = ()
        if add is not None:
            self.setAcceptDrops(True)
            self.hint = QLabel(words.say("Drop photos here, or name them:"))
            self.hint.setWordWrap(True)
            theme.set_kind(self.hint, "caption")
            self.line = PathLine(words, "files", name=words.say("Photos to add"), filters=ENDINGS)
            self.button = Button(words.say("Add photos"))
            self.button.setIcon(icon("photo"))
            self.button.clicked.connect(self._press)
            self.line.line.returnPressed.connect(self._press)
            for widget in (self.hint, self.line, self.button):
                column.addWidget(widget)

    def show_photos(self, attachments: Sequence[Attachment]) -> None:
        """Show exactly these photos; the small pictures come a little later."""
        ids = tuple(f"{one.id} {one.clock_shift_s}" for one in attachments)
        if ids == self._shown:
            return
        self._shown = ids
        self.list.clear()
        for one in attachments:
            item = QListWidgetItem(icon("photo"), one.name)
            item.setToolTip("\n".join(part for part in (one.name, self._taken(one), f"SHA-256 {one.sha256}") if part))
            item.setSizeHint(QSize(THUMB_PX + 2 * theme.SPACES_PX[2], THUMB_PX + 3 * theme.SPACES_PX[3]))
            self.list.addItem(item)
        self._desk.ask(self._thumbnails(attachments), lambda images: self._take(ids, images), owner=self)

    def _taken(self, one: Attachment) -> str:
        """When it was taken, and how the camera's clock was corrected."""
        if one.taken_at is None:
            return ""
        words, zone = self._desk.words, self._desk.zone
        told = telling.moment(words, one.taken_at.astimezone(zone))
        if not one.clock_shift_s:
            return told
        recorded = one.taken_at - dt.timedelta(seconds=one.clock_shift_s)
        return f"{told}; {ClockWords(words, zone).shifted(recorded, Decimal(str(one.clock_shift_s)))}"

    @staticmethod
    def _thumbnails(attachments: Sequence[Attachment]) -> ReadJob[list[QImage]]:
        make_types()

        def work(sight: Sight, context: JobContext) -> list[QImage]:
            from db.blobs import BlobMissingError

            images = []
            for number, one in enumerate(attachments):
                context.step(number, len(attachments), "reading-photos")
                try:
                    images.append(thumbnail(sight.blobs.get(one.derivative_sha256 or one.sha256), THUMB_PX))
                except BlobMissingError:
                    images.append(QImage())  # the check of the records names what is missing
            return images

        return work

    def _take(self, ids: tuple[str, ...], images: list[QImage]) -> None:
        if ids != self._shown:
            return
        for place, image in enumerate(images):
            if not image.isNull():
                self.list.item(place).setIcon(QIcon(QPixmap.fromImage(image)))

    def _press(self) -> None:
        paths = self.line.paths()
        if paths and self._add is not None:
            self.line.set_paths(())
            self._add(paths)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths and self._add is not None:
            self._add(paths)
        event.acceptProposedAction()
