"""JSON that people and scripts hand in, read strictly: what is ambiguous is refused, never guessed."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, NoReturn

from ranger_app.errors import RangerAppError

LARGEST_BYTES = 8 * 1024 * 1024
"""No record that a person wrote is larger."""


MOST_DIGITS = 4000
"""Python reads a few more, and refuses what is beyond in words of its own."""


class JsonUnreadableError(RangerAppError):
    """The disk does not give the file."""

    code = "json-unreadable"


class JsonTooLargeError(RangerAppError):
    """The file is larger than any record."""

    code = "json-too-large"


class JsonNotUtf8Error(RangerAppError):
    """The file is not UTF-8 text."""

    code = "json-not-utf8"


class JsonIllFormedError(RangerAppError):
    """The file is not JSON, or JSON whose meaning depends on who reads it."""

    code = "json-ill-formed"


class JsonNotAnObjectError(RangerAppError):
    """The file is JSON, but not an object."""

    code = "json-not-an-object"


def read_json_object(path: Path) -> dict[str, Any]:
    """The object in the file at *path*.

    Raises:
        JsonUnreadableError, JsonTooLargeError, JsonNotUtf8Error, JsonIllFormedError, JsonNotAnObjectError: None is.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise JsonUnreadableError(file=str(path), reason=error.strerror or type(error).__name__) from error
    if len(content) > LARGEST_BYTES:
        raise JsonTooLargeError(file=str(path), most_mb=LARGEST_BYTES // 2**20)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise JsonNotUtf8Error(file=str(path), place=error.start) from error
    document = _parsed(path, text)
    if not isinstance(document, dict):
        raise JsonNotAnObjectError(file=str(path))
    return document


def _parsed(path: Path, text: str) -> object:
    try:
        document = json.loads(
            text, object_pairs_hook=_without_twins, parse_constant=_no_constant, parse_float=_finite,
            parse_int=_whole,
        )  # fmt: skip
        # A lone surrogate can be escaped in JSON, and never be written again.
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        reason = f"{error.msg}, line {error.lineno}, column {error.colno}"
        raise JsonIllFormedError(file=str(path), reason=reason) from error
    except UnicodeEncodeError as error:
        raise JsonIllFormedError(file=str(path), reason="half of a surrogate pair") from error
    except (ValueError, RecursionError) as error:
        raise JsonIllFormedError(file=str(path), reason=str(error)[:120]) from error
    return document


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'the key "{twin[:40]}" stands there twice')
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is too large a number")
    return number


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"{text[:40]} is too large a number")
    return int(text)
