"""What can be wrong in the world: errors with a code and facts, never sentences.

The words for each code stand in :mod:`ranger_app.messages`, so that every error can be said in every language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeAlias

if TYPE_CHECKING:
    from ranger_app.problem import Problem

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
