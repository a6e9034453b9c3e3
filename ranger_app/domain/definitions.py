"""Reading shipped definitions strictly: every key is asked for by name, and one nobody asked for is an error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias, TypeVar

from ranger_app.errors import RangerAppError

Scalar: TypeAlias = str | int | bool

_Kind = TypeVar("_Kind", str, int, bool)
_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


class DefinitionError(RangerAppError):
    """A definition file does not say what its reader knows."""

    code = "definition-wrong"

    def __init__(self, file: str, where: str, reason: str) -> None:
        super().__init__(file=file, where=where, reason=reason)


class Table:
    """A table whose keys are taken one by one; :meth:`done` refuses what nobody took.

    The dots of *where* lead a person to the place in the file.
    """

    def __init__(self, content: dict[str, object], *, file: str, where: str = "") -> None:
        self._left = dict(content)
        self._file = file
        self._where = where

    def wrong(self, reason: str) -> DefinitionError:
        """The error to raise when what stands here makes no sense."""
        return DefinitionError(self._file, self._where or "top", reason)

    def has(self, key: str) -> bool:
        return key in self._left

    def text(self, key: str, otherwise: str | None = None) -> str:
        return self._take(key, str, otherwise)

    def word(self, key: str, otherwise: str | None = None) -> str:
        """A text that is an id: small letters, digits and underscores."""
        word = self.text(key, otherwise)
        if word != otherwise and _ID.fullmatch(word) is None:
            raise self.wrong(f"{key} = {word!r} is not an id")
        return word

    def number(self, key: str, otherwise: int | None = None) -> int:
        value = self._take(key, int, otherwise)
        if isinstance(value, bool):
            raise self.wrong(f"{key} is not a number")
        return value

    def flag(self, key: str, otherwise: bool | None = None) -> bool:
        return self._take(key, bool, otherwise)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when absent."""
        values = self._left.pop(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self.wrong(f"{key} is not a list of texts")
        return tuple(values)

    def scalar(self, key: str) -> Scalar:
        value = self._left.pop(key, None)
        if not isinstance(value, str | int | bool):
            raise self.wrong(f"{key} is not a text, a whole number or a truth")
        return value

    def pairs(self, key: str) -> tuple[tuple[str, Scalar], ...]:
        """A table of plain values as pairs in the order of the file; empty when absent."""
        inner = self._left.pop(key, {})
        if not isinstance(inner, dict) or not all(isinstance(value, str | int | bool) for value in inner.values()):
            raise self.wrong(f"{key} is not a table of plain values")
        return tuple(inner.items())

    def table(self, key: str) -> Table | None:
        """A table inside; ``None`` when absent."""
        inner = self._left.pop(key, None)
        if inner is None:
            return None
        if not isinstance(inner, dict):
            raise self.wrong(f"{key} is not a table")
        return Table(inner, file=self._file, where=self._at(key))

    def tables(self, key: str) -> Iterator[Table]:
        """The tables of a list; nothing when absent."""
        inner = self._left.pop(key, [])
        if not isinstance(inner, list) or not all(isinstance(entry, dict) for entry in inner):
            raise self.wrong(f"{key} is not a list of tables")
        for place, entry in enumerate(inner):
            name = entry.get("id", entry.get("key", place + 1))
            yield Table(entry, file=self._file, where=self._at(f"{key}[{name}]"))

    def done(self) -> None:
        """Refuse every key that is still there."""
        if self._left:
            raise self.wrong(f"unknown key {', '.join(sorted(self._left))}")

    def _at(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key

    def _take(self, key: str, kind: type[_Kind], otherwise: _Kind | None) -> _Kind:
        value = self._left.pop(key, otherwise)
        if not isinstance(value, kind):
            raise self.wrong(f"{key} is missing" if value is None else f"{key} is not of type {kind.__name__}")
        return value


def definition(path: Path) -> Table:
    """The whole of a definition file as one table: TOML, or JSON for what is large and read at every start.

    Raises:
        DefinitionError: It is not what its suffix says.
    """
    try:
        text = path.read_text(encoding="utf-8")
        read = json.loads(text) if path.suffix == ".json" else _from_toml(text)
    except ValueError as error:
        raise DefinitionError(path.name, "top", str(error)) from error
    if not isinstance(read, dict):
        raise DefinitionError(path.name, "top", "it is no table")
    return Table(read, file=path.name)


def _from_toml(text: str) -> object:
    import tomllib  # the window's first page reads none

    return tomllib.loads(text)
