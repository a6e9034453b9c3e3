"""A long text as a flowable that breaks its lines once.

reportlab breaks all that is left of a paragraph again on each page, in a time that grows with its square.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle

_WORD = re.compile(r"[^ ]+| +")


class LongText(Flowable):
    """A text in letters that need no shaping, from the left.

    Args:
        text: Already checked for glyphs; a line feed begins a new line.
        style: Font, size, leading, colour and space around.
    """

    def __init__(self, text: str, style: ParagraphStyle) -> None:
        super().__init__()
        self.text = text
        self.style = style
        self._lines: list[str] | None = None

    def getSpaceBefore(self) -> float:  # noqa: N802
        return float(self.style.spaceBefore)

    def getSpaceAfter(self) -> float:  # noqa: N802
        return float(self.style.spaceAfter)

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803
        if self._lines is None or self.width != aW:
            self.width = aW
            self._lines = [line for paragraph in self.text.split("\n") for line in self._broken(paragraph, aW)]
        self.height = len(self._lines) * self.style.leading
        return self.width, self.height

    def split(self, aW: float, aH: float) -> list[Flowable]:  # noqa: N803
        """Two texts, of which the first fits *aH*; none when not even a line does."""
        self.wrap(aW, aH)
        assert self._lines is not None
        fitting = int(aH // self.style.leading)
        if fitting <= 0 or len(self._lines) <= 1:
            return []
        if fitting >= len(self._lines):
            return [self]
        return [self._with(self._lines[:fitting]), self._with(self._lines[fitting:])]

    def _with(self, lines: list[str]) -> LongText:
        part = LongText(self.text, self.style)
        part.width, part._lines = self.width, lines
        return part

    def _broken(self, paragraph: str, width: float) -> Iterator[str]:
        """Lines of one paragraph; spaces where a line ends are not printed."""
        line, used = "", 0.0
        for piece in self._pieces(paragraph, width):
            needed = self._width(piece)
            if used + needed > width and piece[0] != " ":
                yield line.rstrip(" ")
                line, used = "", 0.0
            if line or piece[0] != " ":
                line, used = line + piece, used + needed
        yield line.rstrip(" ")

    def _pieces(self, paragraph: str, width: float) -> Iterator[str]:
        """Words and the spaces between them; a word wider than a line in parts that fit."""
        for found in _WORD.finditer(paragraph):
            word = found[0]
            if word[0] == " " or len(word) < 20 or self._width(word) <= width:
                yield word
                continue
            part, used = "", 0.0
            for letter in word:
                needed = self._width(letter)
                if part and used + needed > width:
                    yield part
                    part, used = "", 0.0
                part, used = part + letter, used + needed
            yield part

    def _width(self, text: str) -> float:
        return float(stringWidth(text, self.style.fontName, self.style.fontSize))

    def draw(self) -> None:
        assert self._lines is not None
        self.canv.setFillColor(self.style.textColor)
        pen = self.canv.beginText(0, self.height - self.style.fontSize)
        pen.setFont(self.style.fontName, self.style.fontSize, self.style.leading)
        for line in self._lines:
            pen.textLine(line)
        self.canv.drawText(pen)
