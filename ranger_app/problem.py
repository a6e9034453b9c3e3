"""What can be wrong inside of a file of which the rest was read."""

from __future__ import annotations

from dataclasses import dataclass, field

from ranger_app.errors import Fact


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
