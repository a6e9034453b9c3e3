"""Names of stored fields: elements of sets, and keys in letters that a change takes; loaded when a window opens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_OUTSIDE = re.compile(r"[^a-z0-9_.-]")
_ESCAPED = re.compile(r"(?:~[0-9a-f]{2})+")


def field_key(key: str) -> str:
    """*key* in the letters that names of fields are made of: others become ``~`` and two digits for each byte."""
    return _OUTSIDE.sub(lambda sign: "".join(f"~{byte:02x}" for byte in sign[0].encode()), key)


def key_of_field(name: str) -> str:
    """What :func:`field_key` made a name of; a name that it did not make stays as it is."""
    if "~" not in name:
        return name
    try:
        return _ESCAPED.sub(lambda found: bytes.fromhex(found[0].replace("~", "")).decode(), name)
    except UnicodeDecodeError:
        return name


def chosen(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The elements of a plain set such as ``members/<id>``, sorted."""
    prefix = name + "/"
    return tuple(
        sorted(key[len(prefix) :] for key, value in values.items() if key.startswith(prefix) and value is True)
    )
