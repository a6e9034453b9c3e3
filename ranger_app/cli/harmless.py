"""Text from records on a terminal: what would steer it, rather than be shown, stands there as its code."""

from __future__ import annotations

import re

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"
"""Without tab and line feed, which tables and texts are made of."""

_ORDER = "\u202a-\u202e\u2066-\u2069"
"""What turns the order of the letters after it, so that a line reads as another one."""

_STEERING = re.compile(f"[{_CONTROLS}{_ORDER}]")
_STEERING_OR_BREAK = re.compile(f"[{_CONTROLS}{_ORDER}\n]")
_LEFT_BY_JSON = re.compile(f"[\x7f-\x9f\u2028\u2029{_ORDER}]")


def harmless(text: str) -> str:
    """*text* whose lines stay lines."""
    return _STEERING.sub(_code, text)


def harmless_line(text: str) -> str:
    """*text* as one line."""
    return _STEERING_OR_BREAK.sub(_code, text)


def harmless_json(document: str) -> str:
    """A JSON document that means the same; JSON itself escapes only what is below a space."""
    return _LEFT_BY_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", document)


def _code(found: re.Match[str]) -> str:
    code = ord(found[0])
    return "\\n" if code == 10 else f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
