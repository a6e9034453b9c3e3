"""Texts that people type and files bring, as a change can carry them."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from decimal import Decimal

LONGEST_TOLD = 80
"""Characters of a wrong value that a sentence tells."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_NUMBER = re.compile(r"[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,3})?", re.ASCII)
_HALF = re.compile("[\ud800-\udfff]")


def typed_text(text: str) -> str:
    """What a person typed in the one spelling in which it is stored: composed (NFC), without space around it."""
    return composed(text).strip()


def composed(text: str) -> str:
    """*text* in NFC without control characters, which no page, no XML and no terminal can show."""
    return _CONTROL.sub("", unicodedata.normalize("NFC", text))


def has_unshown(text: str) -> bool:
    """Whether :func:`composed` leaves something of *text* out, other than how another system ends its lines."""
    return _CONTROL.search(text.replace("\r\n", "\n")) is not None


def decimal_in(text: str) -> Decimal | None:
    """The number that *text* is, written as a file or a person writes one; ``None`` for nan, infinity and all else."""
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        return None
    return Decimal(text)


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
