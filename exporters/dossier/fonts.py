"""The bundled fonts: registered once, under names of our own, and asked whether they have a character.

Fonts of the system are never used: two fonts of one PostScript name collide without a word, and a character without a
glyph prints as nothing.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, cast

from ranger_app.errors import RangerAppError
from ranger_app.paths import resource

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

SANS = "RangerSans"
SANS_BOLD = "RangerSans-Bold"
NASKH = "RangerNaskh"
NASKH_BOLD = "RangerNaskh-Bold"

FILES = {
    SANS: "NotoSans-Regular.ttf",
    SANS_BOLD: "NotoSans-Bold.ttf",
    NASKH: "NotoNaskhArabic-Regular.ttf",
    NASKH_BOLD: "NotoNaskhArabic-Bold.ttf",
}

ARABIC_OF = {SANS: NASKH, SANS_BOLD: NASKH_BOLD}
"""The font that takes over where the text is in Arabic letters."""

PRIVATE_AREA = range(0xE000, 0xF900)
"""Where shaped glyphs stand, by glyph number, so that their numbering knows no order; texts have no business here."""

SHOWN_AROUND = 30
"""Characters before and after one that cannot be printed that an error tells."""

SPACES = frozenset(" \n\t\u00a0")
RIGHT_TO_LEFT_CLASSES = frozenset({"R", "AL", "AN"})


class GlyphMissingError(RangerAppError):
    """A text holds a character that none of the bundled fonts can print.

    Args:
        text: Where it stands; a long one is told by what is around the character.
        where: Record and field in which somebody wrote it; empty when nobody knows.
    """

    code = "glyph-missing"

    def __init__(self, character: str, text: str, where: str = "") -> None:
        name = unicodedata.name(character, "without a name")
        start = max(0, text.find(character) - SHOWN_AROUND)
        self.character, self.text = character, text
        super().__init__(
            character=character, codepoint=f"U+{ord(character):04X}", name=name,
            text=text[start : start + 2 * SHOWN_AROUND], where=where,
        )  # fmt: skip


@cache
def register_fonts() -> None:
    """Make the bundled fonts known to reportlab, each under its own name."""
    from reportlab.lib.fonts import addMapping
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(resource("fonts", file)), shapable=False))
    for regular, bold in ((SANS, SANS_BOLD), (NASKH, NASKH_BOLD)):
        for is_italic in (0, 1):
            addMapping(regular, 0, is_italic, regular)
            addMapping(regular, 1, is_italic, bold)


def font(name: str) -> TTFont:
    """The registered font *name*."""
    from reportlab.pdfbase import pdfmetrics

    register_fonts()
    return cast("TTFont", pdfmetrics.getFont(name))


@cache
def _letters(name: str) -> frozenset[int]:
    return frozenset(code for code in font(name).face.charToGlyph if code not in PRIVATE_AREA)


def has_glyph(name: str, character: str) -> bool:
    """Whether the font *name* can print *character*."""
    return ord(character) in _letters(name)


def is_invisible(character: str) -> bool:
    """Whether *character* only steers how others are shown (joiners, isolates, soft hyphens) and prints nothing."""
    return unicodedata.category(character) == "Cf"


def is_right_to_left(text: str) -> bool:
    """Whether *text* has a letter that is written from right to left."""
    return any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT_CLASSES for character in text)


def checked(text: str, name: str = SANS) -> str:
    """*text* composed (NFC) and without surprises: each character can be printed by *name* or by its Arabic partner.

    Raises:
        GlyphMissingError: Names the first character that cannot.
    """
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    for character in composed:
        if character in SPACES or is_invisible(character):
            continue
        if not has_glyph(name, character) and not has_glyph(ARABIC_OF[name], character):
            raise GlyphMissingError(character, composed)
    return composed


def named(text: str) -> str:
    """*text* that nobody can correct, such as a file's name: a character that no font has stands as ``[U+1F406]``."""
    return "".join(
        character if _is_printed(character) else f"[U+{ord(character):04X}]"
        for character in unicodedata.normalize("NFC", text)
    )


def _is_printed(character: str) -> bool:
    return character == " " or is_invisible(character) or has_glyph(SANS, character) or has_glyph(NASKH, character)


def needs_shaping(text: str) -> bool:
    """Whether plain left-to-right setting would lose or misplace something of *text*."""
    return is_right_to_left(text) or any(
        character not in SPACES and not is_invisible(character) and not has_glyph(SANS, character) for character in text
    )
