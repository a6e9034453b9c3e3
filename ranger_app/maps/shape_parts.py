"""What a shapefile's files say of themselves: whether its shapes are all there, and what its words are written in."""

from __future__ import annotations

import codecs
import re
import struct
from pathlib import Path

from ranger_app.maps.errors import MapDamagedError

_HEAD_BYTES = 100
_LARGEST_SIZE_WORD = 1 << 20
_SAMPLE_BYTES = 1 << 20

_BY_NUMBER = {0x26: "CP866", 0x65: "CP866", 0x64: "CP852", 0xC9: "CP1251", 0xC8: "CP1250", 0x03: "CP1252"}
"""Language numbers in the 30th byte of a table; 0x57 says only that somebody's Windows had one."""


def require_whole_shapes(path: Path) -> None:
    """Compare a shapefile with the length that it tells.

    Raises:
        MapDamagedError: It is shorter.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        size = path.stat().st_size
    except OSError as error:
        raise MapDamagedError(path.name) from error
    if len(head) < _HEAD_BYTES or size < 2 * int(struct.unpack_from(">i", head, 24)[0]):
        raise MapDamagedError(path.name)


def encoding_of_table(table: Path, told: Path | None) -> str:
    """What the words of a table are written in: as told where that can be, else by a look at them.

    Args:
        told: The file ``.cpg`` beside it.
    """
    try:
        sample = _sample(table)
        words = told.read_text("ascii", "replace")[:64] if told else ""
    except OSError:
        sample, words = b"", ""
    for name in (_named(words), _BY_NUMBER.get(_language(table), "")):
        if name and _can_be(sample, name):
            return name
    return "UTF-8" if _can_be(sample, "UTF-8") else "CP1251"


def _named(words: str) -> str:
    """The encoding that a ``.cpg`` names, as GDAL calls it; empty when it names none."""
    plain = words.strip().strip('"').upper()
    if re.fullmatch(r"(?:ANSI[ _-]?|WINDOWS[ _-]?|CP)?(125\d|866|437|85\d)", plain):
        return "CP" + re.sub(r"\D", "", plain)
    if re.fullmatch(r"(?:UTF[-_ ]?8|65001)", plain):
        return "UTF-8"
    try:
        return codecs.lookup(plain).name.upper() if plain else ""
    except LookupError:
        return ""


def _can_be(sample: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)().decode(sample)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _language(table: Path) -> int:
    try:
        with table.open("rb") as file:
            head = file.read(32)
    except OSError:
        return 0
    return head[29] if len(head) == 32 else 0


def _sample(table: Path) -> bytes:
    """Words of the first rows, without the head, whose numbers are no text."""
    with table.open("rb") as file:
        head = file.read(32)
        if len(head) < 32:
            return b""
        file.seek(min(int.from_bytes(head[8:10], "little"), _LARGEST_SIZE_WORD))
        content = file.read(_SAMPLE_BYTES)
    width = int.from_bytes(head[10:12], "little")
    # A row that the sample cuts may be cut within a letter.
    return content[: len(content) // width * width] if width else content
