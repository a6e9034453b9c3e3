"""Texts that people type and files bring, as a change can carry them."""

from __future__ import annotations

import re
import unicodedata

_HALF = re.compile("[\ud800-\udfff]")


def typed_text(text: str) -> str:
    """What a person typed in the one spelling in which it is stored: composed (NFC), without space around it."""
    return unicodedata.normalize("NFC", text).strip()


def is_whole_text(text: str) -> bool:
    """Whether every character is whole: a name typed in another encoding arrives with halves of characters."""
    return _HALF.search(text) is None


def whole_text(text: str) -> str:
    """*text* with each half of a character shown as the replacement character."""
    return _HALF.sub("\ufffd", text)
