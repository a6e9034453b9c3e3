"""Canonical JSON of a change's payload: RFC 8785 for everything that is accepted, and most things are not.

What two programs could write differently is refused where it is made: floats, integers that a double cannot hold,
keys outside a small alphabet, lone surrogates. Text is not normalised here; forms bring typed text to NFC before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from ranger_app.json_bytes import dumped, loaded

Json: TypeAlias = str | int | bool | Sequence["Json"] | Mapping[str, "Json"] | None

LARGEST_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly."""

DEEPEST = 16
"""Nesting beyond this is no payload of ours."""

_KEY = re.compile(r"[a-z0-9_./~-]+")


class NotCanonicalError(ValueError):
    """A value that canonical JSON does not carry, or bytes that are not canonical JSON."""


def encode(value: Json) -> bytes:
    """*value* as canonical UTF-8 JSON.

    Raises:
        NotCanonicalError: For floats, integers beyond ±(2^53-1), keys outside ``[a-z0-9_./~-]``, lone surrogates,
            nesting deeper than :data:`DEEPEST`, and anything that is not JSON.
    """
    _refuse(value, DEEPEST)
    return _written(value)


def encode_and_read(value: Json) -> tuple[bytes, Any]:
    """What :func:`encode` gives, and what :func:`decode` will say to it: for whoever needs both.

    Raises:
        NotCanonicalError: As :func:`encode`.
    """
    read = _as_read(value, DEEPEST)
    return _written(read), read


def _written(value: object) -> bytes:
    try:
        return dumped(value)
    except TypeError as error:  # a lone surrogate, or a key that is more than a text
        raise NotCanonicalError(str(error)) from error


def _as_read(value: object, depth: int) -> Any:
    """A copy in which every tuple is a list; what cannot be carried is refused."""
    if depth == 0 and value and isinstance(value, (dict, list, tuple)):
        raise NotCanonicalError("nested too deeply")
    if isinstance(value, dict):
        if not _known_keys.issuperset(value):
            _learn_keys(value)
        return {key: one if one.__class__ is str else _as_read(one, depth - 1) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [one if one.__class__ is str else _as_read(one, depth - 1) for one in value]
    _refuse_plain(value)
    if isinstance(value, str):
        return str.__str__(value)  # an enumeration's member is read as its text
    return value if value is None or isinstance(value, bool) else int(value)  # type: ignore[call-overload]


def _refuse(value: object, depth: int) -> None:
    if depth == 0 and value and isinstance(value, (dict, list, tuple)):
        raise NotCanonicalError("nested too deeply")
    if isinstance(value, dict):
        if not _known_keys.issuperset(value):
            _learn_keys(value)
        inner: Iterable[object] = value.values()
    elif isinstance(value, (list, tuple)):
        inner = value
    else:
        _refuse_plain(value)
        return
    for one in inner:
        if one.__class__ is not str:  # the usual case needs no call
            _refuse(one, depth - 1)


def _refuse_plain(value: object) -> None:
    if value is None or isinstance(value, (bool, str)):
        return  # a lone surrogate cannot be written, and is refused there
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise NotCanonicalError(f"{value} is beyond 2^53-1")
    else:
        raise NotCanonicalError(f"{type(value).__name__} has no canonical form")


_known_keys: set[str] = set()
_MOST_KNOWN_KEYS = 10_000
_DEEP = (b"[]", b"{}")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonicalError("a key stands twice")
    if not _known_keys.issuperset(found):
        _learn_keys(found)
    return found


def _learn_keys(keys: Mapping[str, Any]) -> None:
    """Refuse keys outside the alphabet; remember the others, so that each is looked at once."""
    for key in keys:
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise NotCanonicalError(f'"{key}" is no key')
    if len(_known_keys) > _MOST_KNOWN_KEYS:
        _known_keys.clear()
    _known_keys.update(keys)


def _no_float(text: str) -> Any:
    raise NotCanonicalError(f"{text} is not an integer")


def _integer(text: str) -> int:
    value = int(text)
    if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        raise NotCanonicalError(f"{value} is beyond 2^53-1")
    return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_no_float, parse_constant=_no_float, parse_int=_integer
)


def decode(data: bytes) -> Any:
    """The value that *data* says: always one that :func:`encode` would take.

    Raises:
        NotCanonicalError: When *data* is not UTF-8 JSON, has a key twice, or carries what :func:`encode` refuses.
    """
    try:
        value = loaded(data)
        is_ours = dumped(value) == data  # else keys stand twice or unsorted, there are spaces, numbers were rounded
    except (ValueError, TypeError):
        is_ours = False
    if not is_ours:
        return _decoded_strictly(data)
    _refuse(value, DEEPEST)
    return value


def _decoded_strictly(data: bytes) -> Any:
    """What is valid and not as we would write it; with a reason for what is not valid."""
    try:
        text = data.decode()
        value, end = _DECODER.raw_decode(text)
    except NotCanonicalError:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonicalError(str(error)) from error
    if end != len(text):
        raise NotCanonicalError("more than one value, or spaces around it")
    if _may_be_deep(data):
        _refuse(value, DEEPEST)
    if "\\u" in text and _SURROGATE_ESCAPE.search(text):
        _written(value)  # refuses one that stands alone
    return value


def _may_be_deep(data: bytes) -> bool:
    """Whether brackets nest deeper than allowed, or might: brackets inside a text can look so."""
    if data.count(b"[") + data.count(b"{") <= DEEPEST:
        return False
    brackets = data.translate(None, _NOT_BRACKETS)
    for _ in range(DEEPEST):
        for pair in _DEEP:
            brackets = brackets.replace(pair, b"")
    return bool(brackets)
