"""Many short texts, held in little more memory than their letters take."""

from __future__ import annotations

from collections.abc import Iterator

BLOCK_TEXTS = 16_384
"""Texts that are handed out together."""


class Texts:
    """Texts in the order they came: a block of them is one string, as one string a text takes thrice the memory."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._blocks: list[str] = []

    def __len__(self) -> int:
        return len(self._blocks) * BLOCK_TEXTS + len(self._waiting)

    def append(self, text: str) -> None:
        """Add one text, with blanks for its line breaks."""
        self._waiting.append(" ".join(text.split("\n")))
        if len(self._waiting) == BLOCK_TEXTS:
            self._blocks.append("\n".join(self._waiting))
            self._waiting = []

    def blocks(self) -> Iterator[list[str]]:
        """All texts, at most `BLOCK_TEXTS` at once."""
        for block in self._blocks:
            yield block.split("\n")
        if self._waiting:
            yield self._waiting
