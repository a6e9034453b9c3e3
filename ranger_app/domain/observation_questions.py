"""What a data model asks about an observation: its category's attributes, and what an old record says beyond them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ranger_app.domain.data_model import Attribute, AttributeType, DataModel
from ranger_app.domain.form_values import is_empty

SHAPES: Final = frozenset({AttributeType.LINE, AttributeType.POLYGON})
"""Kinds of values that are drawn on a map and not typed."""

LONGEST_CHECKED: Final = 100
"""Letters of a text that are held against a pattern; SMART itself looks at longer ones."""

MOST_REPEATS: Final = 4
"""Parts of a pattern that repeat without end; each more multiplies the time by the length of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One attribute of an observation.

    Attributes:
        attribute: As the model has it; ``None`` when the model does not know it.
        is_in_use: Whether it is still asked; otherwise it only stands there because the record says something.
        is_required: Whether a complete observation says something.
    """

    key: str
    attribute: Attribute | None
    is_in_use: bool = True
    is_required: bool = False


def questions(model: DataModel, category: str, told: Collection[str] = ()) -> tuple[Question, ...]:
    """What is asked of an observation of *category*, inherited attributes first, then what only the record says.

    Args:
        category: Its hkey; of an unknown one only what the record says is there.
        told: Keys of attributes that the record has values of.
    """
    asked = [
        Question(key=one.key, attribute=one, is_required=one.is_required)
        for one in model.attributes_of(category, in_use=True)
        if one.type not in SHAPES or one.key in told
    ]
    known = {question.key for question in asked}
    rest = [Question(key=key, attribute=model.attribute(key), is_in_use=False) for key in told if key not in known]
    return (*asked, *rest)


def lacking(model: DataModel, observations: Sequence[Mapping[str, object]]) -> Iterator[tuple[int, str]]:
    """Required attributes that observations say nothing of: place of the observation, key of the attribute."""
    for place, one in enumerate(observations):
        told = one.get("attributes")
        said = told if isinstance(told, Mapping) else {}
        for question in questions(model, str(one.get("category") or "")):
            if question.is_required and is_empty(said.get(question.key)):
                yield place, question.key


def fits(pattern: str | None, text: str) -> bool:
    """Whether *text* as a whole has the form that a TEXT attribute asks for.

    A pattern that is no regular expression here, or one that could take for ever, has nothing against any text.
    """
    if not pattern or len(text) > LONGEST_CHECKED or not _is_quick(pattern):
        return True
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return True


_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d+\}|\{\d*,\d*\}|.", re.DOTALL)


def _is_quick(pattern: str) -> bool:
    """Whether few parts repeat and none of them is repeated itself: other patterns take time beyond measure."""
    repeats, count = [False], 0
    closed: bool | None = None
    for token in _TOKEN.findall(pattern):
        is_repeat = token in ("*", "+") or (token[0] == "{" and token.endswith(",}"))
        count += is_repeat
        if count > MOST_REPEATS or (is_repeat and closed):
            return False
        closed = None
        match token:
            case "(":
                repeats.append(False)
            case ")" if len(repeats) > 1:
                closed = repeats.pop()
                repeats[-1] = repeats[-1] or closed
            case _ if is_repeat or token == "|":
                repeats[-1] = True
    return True
