"""In which encoding a text is written that does not say so."""

from __future__ import annotations

import codecs
import io
import re
from typing import BinaryIO

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOK_BYTES = 64
_PIECE_BYTES = 1 << 18
_HIGH_PAIRS = re.compile(rb"[\xa8\xb8\xc0-\xff]{2,}")
_HIGH_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_DOS = re.compile(rb"[\x80-\xaf]")
_WINDOWS = re.compile(rb"[\xc0-\xdf\xf0-\xff]")


def encoding_of(head: bytes) -> str:
    """UTF-8 and UTF-16 by their marks and rules, else the Russian or Western encoding that fits best."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[:_LOOK_BYTES:2], head[1:_LOOK_BYTES:2]
    if b"\x00" in odd and b"\x00" not in even:
        return "utf-16-le"
    if b"\x00" in even and b"\x00" not in odd:
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _one_byte_encoding(head)
    return "utf-8"


def encoding_of_file(file: BinaryIO, guessed: str) -> str:
    """*guessed*, which fits the beginning of a file, or another when what follows is not in it."""
    if guessed not in {"utf-8", "utf-8-sig"}:
        return guessed
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0, io.SEEK_SET)
    while piece := file.read(_PIECE_BYTES):
        try:
            decoder.decode(piece)
        except UnicodeDecodeError:
            return guessed if guessed == "utf-8-sig" else _one_byte_encoding(piece)
    return guessed


def decoded(content: bytes, encoding: str) -> str:
    """Text with U+FFFD for what is not in *encoding*."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(content)


def _one_byte_encoding(some: bytes) -> str:
    """Cyrillic letters stand in rows, accented Latin ones mostly alone; old DOS has Cyrillic elsewhere than Windows."""
    in_rows = sum(map(len, _HIGH_PAIRS.findall(some)))
    if len(_DOS.findall(some)) > len(_WINDOWS.findall(some)):
        return "cp866"
    return "cp1251" if in_rows > 2 * len(_HIGH_ALONE.findall(some)) else "cp1252"
