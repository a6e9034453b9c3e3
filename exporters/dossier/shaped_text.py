"""Text in which letters join or run from right to left, as a flowable of our own.

Order by the Unicode bidirectional algorithm (UAX #9: levels from fpdf2, line rules L1 and L2 here), shapes by HarfBuzz.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reportlab.platypus import Flowable

from exporters.dossier.fonts import ARABIC_OF, FILES, PRIVATE_AREA, SPACES, font, has_glyph, is_invisible
from ranger_app.paths import resource

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle

LONGEST_WORD = 200
"""More letters without a space are taken for several words, so that no line is looked for in all of them."""

LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE = "\u2066", "\u2069"

_ISLAND = re.compile(
    r"""(?:[+\-−]?\d{1,3}\.\d+°?[ ]*[,;]?[ ]*[+\-−]?\d{1,3}\.\d+°?)   # latitude, longitude
      | (?:(?=[A-Za-z_\-/.:×]*\d)[A-Za-z0-9](?:[A-Za-z0-9_\-/.:,+×]*[A-Za-z0-9])?)  # id, date, time, calibre
    """,
    re.VERBOSE,
)


def isolated(text: str) -> str:
    """*text* with coordinates, dates, ids and calibres each in an isolate that reads from left to right.

    Without it a right-to-left line prints a longitude where a latitude is read.
    """
    if LEFT_TO_RIGHT_ISOLATE in text:
        return text
    return _ISLAND.sub(lambda found: f"{LEFT_TO_RIGHT_ISOLATE}{found[0]}{POP_ISOLATE}", text)


@dataclass(frozen=True, slots=True)
class Letter:
    """A character in its place: what it is, how deep it is embedded (odd: right to left), which font prints it."""

    character: str
    level: int
    font: str


@dataclass(frozen=True, slots=True)
class Glyph:
    """A shaped glyph; distances in thousandths of the font size.

    Attributes:
        character: Stands for the glyph in the private area of its font.
    """

    character: str
    advance: float
    right: float
    up: float


def letters(text: str, font_name: str, *, is_right_to_left: bool | None = None) -> list[Letter]:
    """The printed characters of one paragraph in logical order, with their levels and fonts."""
    from fpdf.bidi import BidiParagraph, auto_detect_base_direction
    from fpdf.enums import TextDirection

    base = auto_detect_base_direction(text)
    if is_right_to_left is not None:
        base = TextDirection.RTL if is_right_to_left else TextDirection.LTR
    found: list[Letter] = []
    current = font_name
    text = text.replace("\t", " ")
    for placed in BidiParagraph(text, base).get_characters():
        character = placed.character
        if is_invisible(character):
            continue
        if character in SPACES:
            character = " "
        current = _font_for(character, current, font_name)
        found.append(Letter(character, placed.embedding_level, current))
    return found


def _font_for(character: str, current: str, plain: str) -> str:
    """The font that goes on, where it can; else the plain one, else its Arabic partner."""
    if current != plain and not character.isascii() and has_glyph(current, character):
        return current
    return plain if has_glyph(plain, character) else ARABIC_OF[plain]


def visual_runs(line: list[Letter], base_level: int) -> list[tuple[str, str, bool]]:
    """Runs of one line from left to right: text in logical order, font, whether it runs from right to left."""
    runs: list[tuple[int, str, list[str]]] = []
    for letter in line:
        if runs and runs[-1][0] == letter.level and runs[-1][1] == letter.font:
            runs[-1][2].append(letter.character)
        else:
            runs.append((letter.level, letter.font, [letter.character]))
    deepest = max((level for level, _, _ in runs), default=base_level)
    for level in range(deepest, 0, -1):
        runs = list(_reversed_from(runs, level))
    return [("".join(characters), name, bool(level % 2)) for level, name, characters in runs]


def _reversed_from(runs: list[tuple[int, str, list[str]]], level: int) -> Iterator[tuple[int, str, list[str]]]:
    """Rule L2 for one level: each unbroken sequence of runs at *level* or deeper is turned round."""
    deeper: list[tuple[int, str, list[str]]] = []
    for run in runs:
        if run[0] >= level:
            deeper.append(run)
            continue
        yield from reversed(deeper)
        deeper.clear()
        yield run
    yield from reversed(deeper)


@lru_cache(maxsize=4096)
def shape(text: str, font_name: str, is_right_to_left: bool) -> tuple[Glyph, ...]:
    """The glyphs of one run from left to right; registers each glyph in its font's private area."""
    import uharfbuzz

    face = font(font_name).face
    harfbuzz = _harfbuzz(font_name)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if is_right_to_left else "ltr"
    uharfbuzz.shape(harfbuzz, buffer, {"kern": True, "liga": True})
    scale = 1000 / harfbuzz.face.upem
    glyphs = []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        code = PRIVATE_AREA.start + info.codepoint
        face.charToGlyph[code] = info.codepoint
        face.charWidths[code] = harfbuzz.get_glyph_h_advance(info.codepoint) * scale
        right, up = position.x_offset * scale, position.y_offset * scale
        glyphs.append(Glyph(chr(code), position.x_advance * scale, right, up))
    return tuple(glyphs)


@lru_cache(maxsize=8)
def _harfbuzz(font_name: str) -> Any:
    import uharfbuzz

    data = resource("fonts", FILES[font_name]).read_bytes()
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(data)))


class ShapedText(Flowable):
    """A text of one or more paragraphs, aligned to the side where it begins.

    Args:
        text: Already checked for glyphs.
        style: Font, size, leading, colour and space around.
        is_right_to_left: ``None`` lets each paragraph's first strong letter decide.
    """

    def __init__(self, text: str, style: ParagraphStyle, *, is_right_to_left: bool | None = None) -> None:
        super().__init__()
        self.text = text
        self.style = style
        self._base = is_right_to_left
        self._lines: list[tuple[list[Letter], int]] | None = None

    def getSpaceBefore(self) -> float:  # noqa: N802
        return float(self.style.spaceBefore)

    def getSpaceAfter(self) -> float:  # noqa: N802
        return float(self.style.spaceAfter)

    def minWidth(self) -> float:  # noqa: N802
        return float(self.style.fontSize) * 4

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

    def _with(self, lines: list[tuple[list[Letter], int]]) -> ShapedText:
        part = ShapedText(self.text, self.style, is_right_to_left=self._base)
        part.width, part._lines = self.width, lines
        return part

    def _broken(self, paragraph: str, width: float) -> Iterator[tuple[list[Letter], int]]:
        found = letters(isolated(paragraph), self.style.fontName, is_right_to_left=self._base)
        level = self._base_level(paragraph)
        line: list[Letter] = []
        for word in _words(found):
            if line and self._width([*line, *word]) > width:
                yield line, level
                line = []
            line.extend(word)
            while self._width(line) > width and len(line) > 1:
                fitting = self._fitting(line, width)
                yield line[:fitting], level
                line = line[fitting:]
        yield line, level

    def _base_level(self, paragraph: str) -> int:
        from fpdf.bidi import auto_detect_base_direction
        from fpdf.enums import TextDirection

        if self._base is not None:
            return int(self._base)
        return int(auto_detect_base_direction(paragraph) == TextDirection.RTL)

    def _fitting(self, line: list[Letter], width: float) -> int:
        """How many letters of a word that is wider than the line fit on it; at least one."""
        return max(1, next((n for n in range(1, len(line)) if self._width(line[: n + 1]) > width), len(line)))

    def _width(self, line: list[Letter]) -> float:
        runs = visual_runs(_without_end(line), 0)
        advances = (glyph.advance for run in runs for glyph in shape(*run))
        return sum(advances) * self.style.fontSize / 1000

    def draw(self) -> None:
        assert self._lines is not None
        size, leading = self.style.fontSize, self.style.leading
        baseline = self.height - size - (leading - size) / 2 + size * 0.15
        self.canv.setFillColor(self.style.textColor)
        for line, level in self._lines:
            shown = _without_end(line)
            start = self.width - self._width(shown) if level % 2 else 0.0
            self._draw_line(shown, level, start, baseline)
            baseline -= leading

    def _draw_line(self, line: list[Letter], level: int, x: float, y: float) -> None:
        """One line from *x* on, with its text in logical order beside it for those who search and copy."""
        said = "".join(letter.character for letter in line).encode("utf-16-be").hex().upper()
        self.canv.addLiteral(f"/Span <</ActualText <FEFF{said}>>> BDC")
        pen = self.canv.beginText(x, y)
        size = self.style.fontSize
        for text, name, backwards in visual_runs(line, level):
            pen.setFont(name, size)
            for glyph in shape(text, name, backwards):
                pen.setTextOrigin(x + glyph.right * size / 1000, y + glyph.up * size / 1000)
                pen.textOut(glyph.character)
                x += glyph.advance * size / 1000
        self.canv.drawText(pen)
        self.canv.addLiteral("EMC")


def _words(found: list[Letter]) -> Iterator[list[Letter]]:
    """Letters up to and with the spaces after them: where a line may end; what is no word is cut somewhere."""
    word: list[Letter] = []
    for letter in found:
        is_next = bool(word) and word[-1].character == " " and letter.character != " "
        if is_next or len(word) == LONGEST_WORD:
            yield word
            word = []
        word.append(letter)
    if word:
        yield word


def _without_end(line: list[Letter]) -> list[Letter]:
    """The line without the spaces at its end, which rule L1 would put at its outer side."""
    end = len(line)
    while end and line[end - 1].character == " ":
        end -= 1
    return line[:end]
