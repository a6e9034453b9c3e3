"""What text SMART and XML can carry."""

from __future__ import annotations

import re
from typing import Final

LONGEST_COMMENT: Final = 32_700
"""UTF-16 units of a patrol's comment that SMART keeps."""

LONGEST_OBJECTIVE: Final = 8_192
"""UTF-16 units of a patrol's objective that SMART keeps."""

LONGEST_WAYPOINT_COMMENT: Final = 4_096
"""UTF-16 units of the comment of a waypoint or incident that SMART keeps."""

LONGEST_NUMBER: Final = 256
"""UTF-16 units of a patrol's, waypoint's or incident's id that SMART keeps."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def is_xml_text(text: str) -> bool:
    """Whether XML 1.0 can carry every character of *text*."""
    return (text.isascii() and text.isprintable()) or _NOT_XML.search(text) is None


def xml_text(text: str) -> str:
    """*text* with U+FFFD in the place of every character that XML 1.0 cannot carry (control characters, mostly)."""
    return text if text.isascii() and text.isprintable() else _NOT_XML.sub("\ufffd", text)


def utf16_length(text: str) -> int:
    """Length as SMART counts it: a character outside the basic plane is two."""
    return len(text) + sum(sign > "\uffff" for sign in text)
