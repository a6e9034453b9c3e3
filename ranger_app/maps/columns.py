"""Columns of what features of a map are called and have: numbers, and words that are kept once each as UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

Value = str | float | None

LONGEST_WORDS = 1000
"""Signs of one value; the rest is cut off."""

_MOST_KNOWN_WORDS = 1 << 16
"""Different values of a column that are recognised when they come again; later ones are kept twice."""


class NumberColumn(Sequence[Value]):
    """Numbers of features, NaN where a feature has none."""

    kind = "numbers"

    def __init__(self, numbers: NDArray[np.float64]) -> None:
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, index: int) -> Value: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Value]: ...

    def __getitem__(self, index: int | slice) -> Value | Sequence[Value]:
        if isinstance(index, slice):
            return NumberColumn(self.numbers[index])
        number = float(self.numbers[index])
        return None if number != number else number


class WordsColumn(Sequence[Value]):
    """Words of features.

    Attributes:
        codes: int32, number of each feature's words among the different ones; -1 where a feature has none.
        ends: int64, where in *letters* the words of each number end.
        letters: uint8, all words one after the other as UTF-8.
    """

    kind = "words"

    def __init__(self, codes: NDArray[np.int32], ends: NDArray[np.int64], letters: NDArray[np.uint8]) -> None:
        self.codes = codes
        self.ends = ends
        self.letters = letters

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, index: int) -> Value: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Value]: ...

    def __getitem__(self, index: int | slice) -> Value | Sequence[Value]:
        if isinstance(index, slice):
            return WordsColumn(self.codes[index], self.ends, self.letters)
        code = int(self.codes[index])
        return None if code < 0 else self.words(code)

    def words(self, code: int) -> str:
        """The words of one number."""
        start = int(self.ends[code - 1]) if code else 0
        return self.letters[start : int(self.ends[code])].tobytes().decode("utf-8", "replace")


Column = NumberColumn | WordsColumn


class ColumnMaker:
    """One field of a file as its features are read; it holds numbers until the first word comes."""

    def __init__(self) -> None:
        self._numbers: list[NDArray[np.float64]] = []
        self._codes: list[NDArray[np.int32]] = []
        self._known: dict[str, int] = {}
        self._ends: list[int] = []
        self._letters = bytearray()
        self._is_words = False
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, values: Sequence[Value]) -> None:
        """Take the values of the next features."""
        self._count += len(values)
        if not self._is_words and any(isinstance(value, str) for value in values):
            self._turn_into_words()
        if self._is_words:
            codes = (-1 if value is None else self._code_of(_text(value)) for value in values)
            self._codes.append(np.fromiter(codes, np.int32, len(values)))
        else:
            self._numbers.append(np.array([np.nan if value is None else value for value in values], np.float64))

    def add_numbers(self, numbers: NDArray[np.float64]) -> None:
        """Take the numbers of the next features, NaN where there is none."""
        if self._is_words:
            self.add([None if number != number else number for number in numbers.tolist()])
            return
        self._count += len(numbers)
        self._numbers.append(numbers)

    def add_nothing(self, count: int) -> None:
        """Let the next *count* features have no value."""
        self._count += count
        if self._is_words:
            self._codes.append(np.full(count, -1, np.int32))
        else:
            self._numbers.append(np.full(count, np.nan))

    def column(self) -> Column:
        """All that was taken."""
        if not self._is_words:
            return NumberColumn(np.concatenate([np.empty(0), *self._numbers]))
        letters = np.frombuffer(bytes(self._letters), np.uint8)
        codes = np.concatenate([np.empty(0, np.int32), *self._codes])
        return WordsColumn(codes, np.array(self._ends, np.int64), letters)

    def _turn_into_words(self) -> None:
        self._is_words = True
        numbers, self._numbers = self._numbers, []
        for block in numbers:
            codes = (-1 if number != number else self._code_of(_text(number)) for number in block.tolist())
            self._codes.append(np.fromiter(codes, np.int32, len(block)))

    def _code_of(self, words: str) -> int:
        code = self._known.get(words)
        if code is None:
            self._letters += words.encode("utf-8", "replace")
            code = len(self._ends)
            self._ends.append(len(self._letters))
            if len(self._known) < _MOST_KNOWN_WORDS:
                self._known[words] = code
        return code


def column_of(values: Iterable[Value]) -> Column:
    """The column of *values*; as it is where it is one."""
    if isinstance(values, NumberColumn | WordsColumn):
        return values
    maker = ColumnMaker()
    maker.add(tuple(values))
    return maker.column()


def _text(value: str | float) -> str:
    if isinstance(value, str):
        return value if len(value) <= LONGEST_WORDS else value[: LONGEST_WORDS - 1] + "…"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
