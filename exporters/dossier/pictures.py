"""Pictures on the page: photos whose bytes stand unchanged in the PDF, maps, and QR codes drawn as lines."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reportlab.lib.colors import black
from reportlab.pdfbase.pdfdoc import PDFDocument, PDFName, PDFObject, PDFStream
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from exporters.dossier.paper import RULE
from ranger_app.errors import RangerAppError

COLOURS = {"L": "DeviceGray", "RGB": "DeviceRGB"}
"""A JPEG for print inks has no place beside the sRGB output intent."""


class PhotoChangedError(RangerAppError):
    """The picture that a page would print is not the one that its attachment names."""

    code = "dossier-photo-changed"

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class _Image(PDFObject):
    """An image named by its content; its bytes are fetched when the file is written."""

    def __init__(
        self, name: str, size: tuple[int, int], colours: str, coding: str, content: Callable[[], bytes]
    ) -> None:
        self.name = name
        self.width, self.height = size
        self._colours = colours
        self._coding = coding
        self._content = content

    def format(self, document: PDFDocument) -> bytes:
        stream = PDFStream(content=self._content())
        entries: dict[str, object] = {
            "Type": PDFName("XObject"),
            "Subtype": PDFName("Image"),
            "Width": self.width,
            "Height": self.height,
            "BitsPerComponent": 8,
            "ColorSpace": PDFName(self._colours),
            "Filter": PDFName(self._coding),
        }
        for name, value in entries.items():
            stream.dictionary[name] = value
        return stream.format(document)


class Picture(Flowable):
    """An image scaled into a box, its proportions kept.

    Args:
        image: What is drawn.
        box: Largest width and height, in points.
        has_line: Draw a thin line around it.
    """

    def __init__(self, image: _Image, box: tuple[float, float], *, has_line: bool = True) -> None:
        super().__init__()
        self._image = image
        self._has_line = has_line
        scale = min(box[0] / image.width, box[1] / image.height)
        self.width, self.height = image.width * scale, image.height * scale

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803
        return self.width, self.height

    def draw(self) -> None:
        canvas: Canvas = self.canv
        _make_known(canvas, self._image)
        canvas.saveState()
        canvas.transform(self.width, 0, 0, self.height, 0, 0)
        canvas.doForm(self._image.name)
        canvas.restoreState()
        if self._has_line:
            canvas.setStrokeColor(RULE)
            canvas.setLineWidth(0.5)
            canvas.rect(0, 0, self.width, self.height)


def _make_known(canvas: Canvas, image: _Image) -> None:
    if not canvas.hasForm(image.name):
        document: Any = canvas._doc  # type: ignore[attr-defined]
        document.Reference(image, document.getXObjectName(image.name))
        document.addForm(image.name, image)


def photo(path: Path, sha256: str, name: str, box: tuple[float, float]) -> Picture:
    """The JPEG at *path* as it is.

    Args:
        path: The derivative.
        sha256: What its digest must be.
        name: What people call the photo, for the error.
        box: Largest width and height, in points.

    Raises:
        PhotoChangedError: The file is not the one that was recorded, or no JPEG in grey or RGB.
    """
    from PIL import Image, UnidentifiedImageError

    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise PhotoChangedError(name)
        try:
            with Image.open(file, formats=["JPEG"]) as header:
                size, mode = header.size, header.mode
        except UnidentifiedImageError as error:
            raise PhotoChangedError(name) from error
    if mode not in COLOURS:
        raise PhotoChangedError(name)
    return Picture(_Image(f"photo-{sha256}", size, COLOURS[mode], "DCTDecode", path.read_bytes), box)


def map_picture(png: bytes, box: tuple[float, float]) -> Picture:
    """The painted map, which has its own frame; transparent places become white."""
    from PIL import Image

    with Image.open(io.BytesIO(png), formats=["PNG"]) as painted:
        rgba = painted.convert("RGBA")
    sheet = Image.new("RGB", rgba.size, "white")
    sheet.paste(rgba, mask=rgba.getchannel("A"))
    rgb = sheet.tobytes()
    name = hashlib.sha256(rgb).hexdigest()
    image = _Image(f"map-{name}", sheet.size, "DeviceRGB", "FlateDecode", lambda: zlib.compress(rgb, 6))
    return Picture(image, box, has_line=False)


class QrCode(Flowable):
    """A QR code as filled squares, sharp at any size.

    Args:
        text: What a reader gets.
        size: Width and height in points, quiet zone included.
    """

    def __init__(self, text: str, size: float) -> None:
        super().__init__()
        import segno

        self._rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix_iter(border=4)]
        self.width = self.height = size

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803
        return self.width, self.height

    def draw(self) -> None:
        step = self.width / len(self._rows)
        path = self.canv.beginPath()
        for number, row in enumerate(self._rows):
            y = self.height - (number + 1) * step
            for start, stop in _dark_runs(row):
                path.rect(start * step, y, (stop - start) * step, step)
        self.canv.setFillColor(black)
        self.canv.drawPath(path, stroke=0, fill=1)


def _dark_runs(row: bytes) -> list[tuple[int, int]]:
    """First and last-but-one column of each unbroken dark stretch."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for column, is_dark in enumerate([*row, 0]):
        if is_dark and start is None:
            start = column
        elif not is_dark and start is not None:
            runs.append((start, column))
            start = None
    return runs
