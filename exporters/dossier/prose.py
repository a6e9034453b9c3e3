"""Texts as flowables: whatever people typed is printed literally, in letters that exist, in the right direction."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from reportlab.platypus import Paragraph

from exporters.dossier.fonts import checked, is_invisible, needs_shaping
from exporters.dossier.long_text import LongText
from exporters.dossier.shaped_text import ShapedText

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Flowable

LONG = 4000
"""Characters from which a text breaks its own lines: more than stand on a page."""


def prose(text: str, style: ParagraphStyle) -> Flowable:
    """*text* as it was typed; markup in it is nothing but characters.

    Raises:
        GlyphMissingError: A character cannot be printed.
    """
    known = checked(text, style.fontName)
    if needs_shaping(known):
        return ShapedText(known, style)
    if len(known) > LONG:
        return LongText(plain(known), style)
    return Paragraph(escape(plain(known)).replace("\n", "<br/>"), style)


def plain(text: str) -> str:
    """*text* without the characters that print nothing and would be taken for missing ones."""
    return "".join(character for character in text if not is_invisible(character)).replace("\t", "    ")


def grouped(digest: str, width: int = 8) -> str:
    """Hex digits in groups, so that two people can compare them aloud."""
    return " ".join(digest[start : start + width] for start in range(0, len(digest), width))
