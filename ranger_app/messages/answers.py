"""What a server answered, for people: its own words, and ours where none were heard."""

from __future__ import annotations

import re
from typing import Final

from ranger_app.i18n import Words
from ranger_app.messages import TEXTS, say_code

_OURS: Final = re.compile(r"\[([a-z][a-z-]*)((?: [a-z]+=\d+)*)\]")
"""A line that stands for a sentence: a code and its numbers."""


def say_answer(words: Words, answer: str) -> str:
    """An answer with our own lines in the reader's language."""
    return "\n".join(_said(words, line) for line in answer.split("\n"))


def _said(words: Words, line: str) -> str:
    found = _OURS.fullmatch(line)
    if found is None or found[1] not in TEXTS:
        return line
    facts = dict(one.split("=") for one in found[2].split())
    return say_code(words, found[1], facts)
