"""Texts that people type and files bring, as a change can carry them."""

from __future__ import annotations

import json
import re
import unicodedata

LONGEST_TOLD = 80
"""Characters of a wrong value that a sentence tells."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HALF = re.compile("[\ud800-\udfff]")


def typed_text(text: str) -> str:
    """What a person typed in the one spelling in which it is stored: composed (NFC), without space around it."""
    return composed(text).strip()


def composed(text: str) -> str:
    """*text* in NFC without control characters, which no page, no XML and no terminal can show."""
    return _CONTROL.sub("", unicodedata.normalize("NFC", text))


def as_written(value: object) -> str:
    """*value* the way a document has it (``null``, ``true``, ``["a"]``), a text as it is, to be told in a sentence."""
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return value[:LONGEST_TOLD]


def is_whole_text(text: str) -> bool:
    """Whether every character is whole: a name typed in another encoding arrives with halves of characters."""
    return _HALF.search(text) is None


def whole_text(text: str) -> str:
    """*text* with each half of a character shown as the replacement character."""
    return _HALF.sub("\ufffd", text)
