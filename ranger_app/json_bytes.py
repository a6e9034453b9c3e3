"""JSON in the one spelling that the journal uses, by orjson: every save and every derived record passes here."""

from __future__ import annotations

from typing import Any

import orjson


def dumped(value: object) -> bytes:
    """*value* with sorted keys and without spaces, in UTF-8; it must hold nothing but JSON, its keys plain texts.

    Raises:
        TypeError: It holds something else.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def loaded(data: bytes | str) -> Any:
    """What *data* says. Of a key that stands twice the last is taken, and integers beyond 64 bits become floats.

    Raises:
        ValueError: It is not JSON.
    """
    return orjson.loads(data)
