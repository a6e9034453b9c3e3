"""Whether XML is cut off: the rest of a file was never written, or never came over."""

from __future__ import annotations

from lxml import etree

_NEAR = 2
"""Signs before the end at which libxml2 may still say that something is wrong."""


def is_cut(error: etree.XMLSyntaxError, newlines: int, tail: bytes) -> bool:
    """Whether what is wrong is that the document stops.

    Args:
        newlines: How many there are in the document.
        tail: Its last bytes.
    """
    if error.code == etree.ErrorTypes.ERR_TAG_NOT_FINISHED:
        return True
    line, column = error.position
    last = tail.rpartition(b"\n")[2].decode("utf-8", "replace")
    is_whole = len(last) < len(tail.decode("utf-8", "replace"))
    return line == newlines + 1 and is_whole and column >= len(last) - _NEAR and not last.rstrip().endswith(">")
