"""What can be wrong in the world: errors with a code and facts, never sentences.

The words for each code stand in :mod:`ranger_app.messages`, so that every error can be said in every language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

Fact: TypeAlias = str | int | float | None


class RangerAppError(Exception):
    """Something in the world is not as it should be; nothing was changed.

    Attributes:
        code: Stable name, words joined by hyphens; a key of ``messages.TEXTS``.
        facts: What a reader needs to know, by the names the sentence uses.
        others: Why other files of the same request were refused, where all of them were.
    """

    code: ClassVar[str] = "error"
    others: tuple[Problem, ...] = ()

    def __init__(self, **facts: Fact) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in sorted(self.facts.items()))
        return f"[{self.code}] {told}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in a file that could not be taken as it stands; the rest of the file was read.

    Attributes:
        code: Stable name; a key of ``messages.TEXTS``.
        file: The file's name as it was given; empty when the reader was handed bytes.
        where: Place inside the file in words a person can follow ("point 17", "line 3"); the first one when there
            are several.
        count: How many times the same happened in this file.
        facts: Values for the sentence.
    """

    code: str
    where: str = ""
    file: str = ""
    count: int = 1
    facts: dict[str, Fact] = field(default_factory=dict)
