"""Bytes as text, piece by piece, where nothing tells their encoding: UTF-8, or Windows-1251 of Cyrillic programs."""

from __future__ import annotations

import codecs
from typing import Final

_CYRILLIC: Final = "cp1251"
_LOST: Final = "\ufffd"


class GuessedText:
    """UTF-8 until bytes come that cannot be that, and that look more like letters of Windows-1251.

    Attributes:
        has_lost: Whether some bytes were text in neither.
    """

    def __init__(self) -> None:
        self._decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._is_sure = False
        self.has_lost = False

    def decode(self, piece: bytes, *, is_last: bool) -> str:
        """The text of the next piece; a letter whose bytes are not all there yet comes with the piece after it."""
        waiting = self._decoder.getstate()[0]
        try:
            text = self._decoder.decode(piece, is_last)
        except UnicodeDecodeError:
            name = "utf-8" if self._is_sure or _is_mostly_utf8(waiting + piece) else _CYRILLIC
            self._decoder, self._is_sure = codecs.getincrementaldecoder(name)("replace"), True
            text = self._decoder.decode(waiting + piece, is_last)
        self._is_sure = self._is_sure or not text.isascii()
        self.has_lost = self.has_lost or (self._decoder.errors == "replace" and _LOST in text)
        return text


def _is_mostly_utf8(piece: bytes) -> bool:
    text = piece.decode("utf-8", "replace")
    lost = text.count(_LOST)
    return sum(not sign.isascii() for sign in text) - lost > lost
