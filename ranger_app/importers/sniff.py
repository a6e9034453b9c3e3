"""What a file is, by its first bytes and never by its name: in the wild, everything is called .gpx."""

from __future__ import annotations

import re
from enum import StrEnum

HEAD_BYTES = 4096
"""As much of a file's beginning as `kind_of_file` wants to see."""


class FileKind(StrEnum):
    """Kinds of files that people hand in as tracks; the value is the part of a code that names it."""

    GPX = "gpx"
    KML = "kml"
    TCX = "tcx"
    HTML = "html"
    OTHER_XML = "xml"
    FIT = "fit"
    NMEA = "nmea"
    CSV = "csv"
    JSON = "json"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"
    ZIP = "zip"
    SEVEN_ZIP = "7z"
    TAR = "tar"
    RAR = "rar"
    JPEG = "jpeg"
    PNG = "png"
    HEIF = "heif"
    PICTURE = "picture"
    VIDEO = "video"
    PDF = "pdf"
    SQLITE = "sqlite"
    OFFICE = "office"
    EMPTY = "empty"
    UNKNOWN = "unknown"


_BEGINNINGS: tuple[tuple[bytes, FileKind], ...] = (
    (b"\x1f\x8b", FileKind.GZIP),
    (b"BZh", FileKind.BZIP2),
    (b"\xfd7zXZ\x00", FileKind.XZ),
    (b"PK\x03\x04", FileKind.ZIP),
    (b"PK\x05\x06", FileKind.ZIP),
    (b"7z\xbc\xaf\x27\x1c", FileKind.SEVEN_ZIP),
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"%PDF-", FileKind.PDF),
    (b"SQLite format 3\x00", FileKind.SQLITE),
    (b"Rar!\x1a\x07", FileKind.RAR),
    (b"GIF8", FileKind.PICTURE),
    (b"II*\x00", FileKind.PICTURE),
    (b"MM\x00*", FileKind.PICTURE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind.OFFICE),
    (b"OggS", FileKind.VIDEO),
    (b"\x1aE\xdf\xa3", FileKind.VIDEO),
)
_AT: tuple[tuple[int, bytes, FileKind], ...] = (
    (8, b".FIT", FileKind.FIT),
    (257, b"ustar", FileKind.TAR),
    (4, b"ftyphei", FileKind.HEIF),
    (4, b"ftypmif1", FileKind.HEIF),
    (4, b"ftyp", FileKind.VIDEO),
    (8, b"AVI ", FileKind.VIDEO),
    (8, b"WEBP", FileKind.PICTURE),
)
_ROOTS = {
    "gpx": FileKind.GPX,
    "kml": FileKind.KML,
    "trainingcenterdatabase": FileKind.TCX,
    "html": FileKind.HTML,
}
_TEXT_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_PROLOG = re.compile(r"<\?.*?(?:\?>|\Z)|<!--.*?(?:-->|\Z)|<!(?!--)[^>]*(?:>|\Z)", re.DOTALL)
_START_TAG = re.compile(r"<(?:[^\s<>/:]*:)?([^\s<>/:]+)")
_SENTENCE = re.compile(r"[$!][A-Z]{2}[A-Z0-9]{2,4},")
_SENTENCE_OF_PLACE = re.compile(r"\$[A-OQ-Z][A-Z](?:RMC|GGA|GLL|GSA|GSV|ZDA|VTG|GNS),")
_NO_TEXT = re.compile(r"[\x01-\x08\x0e-\x1f]")
"""Signs that no table has; zeros are left in a text by a power cut."""

_DELIMITERS = ";\t,|"
_LINES_OF_TABLE = 3


def kind_of_file(head: bytes) -> FileKind:
    """Say what a file is from its first `HEAD_BYTES` bytes; ``UNKNOWN`` when nothing fits."""
    if not head.strip(b"\x00 \t\r\n"):
        return FileKind.EMPTY
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    for at, mark, kind in _AT:
        if head[at : at + len(mark)] == mark:
            return kind
    return _kind_of_text(_text(head).lstrip("\ufeff \t\r\n"))


def kind_of_root(name: str) -> FileKind:
    """Say what an XML file is from the name of its outermost element, with or without a prefix."""
    return _ROOTS.get(name.rpartition(":")[2].lower(), FileKind.OTHER_XML)


def _text(head: bytes) -> str:
    encoding = next((encoding for mark, encoding in _TEXT_MARKS if head.startswith(mark)), "latin-1")
    return head.decode(encoding, "replace")


def _kind_of_text(text: str) -> FileKind:
    if text.startswith("<"):
        tag = _START_TAG.match(_PROLOG.sub("", text).lstrip())
        return kind_of_root(tag.group(1)) if tag else FileKind.OTHER_XML
    if _SENTENCE.match(text) or _SENTENCE_OF_PLACE.search(text):
        return FileKind.NMEA
    if text.startswith(("{", "[")):
        return FileKind.JSON
    return FileKind.CSV if _is_table(text) else FileKind.UNKNOWN


def _is_table(text: str) -> bool:
    """Whether some lines one after the other hold the same number of the same delimiter."""
    if _NO_TEXT.search(text):
        return False
    lines = [line for line in text.splitlines() if line.strip()]
    wanted = min(_LINES_OF_TABLE, len(lines))
    for delimiter in _DELIMITERS:
        counts = [line.count(delimiter) for line in lines]
        starts = range(len(counts) - wanted + 1)
        if wanted > 1 and any(counts[at] and len(set(counts[at : at + wanted])) == 1 for at in starts):
            return True
    return False
