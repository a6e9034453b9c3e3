"""The bytes of an XML file: the encoding it claims, where they are not in it, and how it ends."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

PIECE_BYTES = 1 << 18
"""As much as is read at once."""

CUT_OFF = frozenset(
    expat.errors.codes[words]
    for words in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
"""Errors of a file that breaks off."""

LONGEST_DECLARATION = 1024
"""Bytes at the beginning within which an XML declaration ends."""

_UTF_16_BEGINNINGS = frozenset({b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"})
_DECLARATION = re.compile(
    rb"(?:\xef\xbb\xbf)?(?P<blanks>[ \t\r\n]*)"
    rb"""<\?xml\s[^<>]*?(?:encoding\s*=\s*["'](?P<encoding>[^"'<>]*)["'][^<>]*)?\?>"""
)
_UTF_16_TOLD = re.compile(r"utf-?16", re.IGNORECASE)


def told_wrongly(beginning: bytes) -> tuple[bytes, str | None] | None:
    """See through an XML declaration that a strict parser stops at, though nothing in the file is in doubt.

    Programs write blanks before it (Strava's TCX), save as UTF-8 what says that it is UTF-16 (.NET), or as UTF-16
    what says that it is UTF-8 (redirections of PowerShell).

    Returns:
        The beginning as it can be parsed, of the same length and lines, and the encoding that overrules what it says;
        ``None`` where it can be parsed as it is.
    """
    if beginning[:2] in _UTF_16_BEGINNINGS:
        return beginning, "utf-16"
    found = _DECLARATION.match(beginning)
    if found is None:
        return None
    encoding = (found["encoding"] or b"").decode("ascii", "replace") or None
    if encoding is not None and _UTF_16_TOLD.match(encoding):
        encoding = "utf-8"
    elif not found["blanks"]:
        return None
    hidden = re.sub(rb"[^\r\n]", b" ", found[0])
    return hidden + beginning[found.end() :], encoding


def claimed_encoding(file: BinaryIO, declared: str | None) -> str:
    """The encoding a file claims by its first bytes or its declaration, by Python's name for it."""
    file.seek(0)
    return "utf-16" if file.read(2) in _UTF_16_BEGINNINGS else codecs.lookup(declared or "utf-8").name


def first_bad_line(file: BinaryIO, encoding: str) -> int:
    """The line where bytes are not in *encoding*; 0 when there is none."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    line = 1
    while piece := file.read(PIECE_BYTES):
        try:
            decoder.decode(piece)
        except UnicodeDecodeError as error:
            return line + piece.count(b"\n", 0, error.start)
        line += piece.count(b"\n")
    return 0


def mended(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """UTF-8 with a replacement character for each byte that is none."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for piece in pieces:
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", True).encode()


def rest_is_empty(file: BinaryIO, offset: int) -> bool:
    """Whether only zeros and blanks follow, as a power cut leaves them."""
    file.seek(max(offset, 0))
    while piece := file.read(PIECE_BYTES):
        if piece.strip(b"\x00 \t\r\n"):
            return False
    return True
