"""How a layer of one's own is drawn: one colour, or colours by what a field says; and names beside its features."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Value = str | float | None

LEAST_WIDTH_PX, MOST_WIDTH_PX = 0.5, 12.0
MOST_COLOURS = 64
MOST_PROPOSED = 8
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_DIGITS = re.compile(r"(\d+)")
_LOOKED_AT = 100_000
"""So many values are looked at for a proposal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorStyle:
    """How points, lines and areas are drawn.

    Attributes:
        colour: ``#RRGGBB``; the map's own colour of areas when empty.
        width_px: How wide lines and edges are.
        fill_opacity: How strong the ground of areas is: 0 leaves it out.
        by: The field whose value decides the colour; empty for none.
        colours: Values of that field as text, with the colour of each; every other value has *colour*.
        label: The field that is written beside features; empty for none.
    """

    colour: str = ""
    width_px: float = 1.8
    fill_opacity: float = 0.12
    by: str = ""
    colours: tuple[tuple[str, str], ...] = ()
    label: str = ""

    def __post_init__(self) -> None:
        if self.colour and not _COLOUR.fullmatch(self.colour):
            raise ValueError(f"{self.colour!r} is no colour")
        if not LEAST_WIDTH_PX <= self.width_px <= MOST_WIDTH_PX:
            raise ValueError(f"a width of {self.width_px} is not within {LEAST_WIDTH_PX}..{MOST_WIDTH_PX}")
        if not 0.0 <= self.fill_opacity <= 1.0:
            raise ValueError(f"an opacity of {self.fill_opacity} is not within 0..1")
        if len(self.colours) > MOST_COLOURS or not all(_COLOUR.fullmatch(colour) for _, colour in self.colours):
            raise ValueError("not the colours of values")

    def as_json(self) -> dict[str, Any]:
        """The style as JSON keeps it; only what differs from the ordinary one."""
        plain = VectorStyle()
        told: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("colour", "width_px", "fill_opacity", "by", "label")
            if getattr(self, name) != getattr(plain, name)
        }
        if self.colours:
            told["colours"] = dict(self.colours)
        return told

    @classmethod
    def from_json(cls, told: object) -> VectorStyle:
        """Read what :meth:`as_json` wrote.

        Raises:
            ValueError: It says something else; names that are not known are passed over.
        """
        if not isinstance(told, Mapping):
            raise ValueError("a style is not an object")
        kinds: dict[str, tuple[type, ...]] = {
            "colour": (str,),
            "width_px": (int, float),
            "fill_opacity": (int, float),
            "by": (str,),
            "label": (str,),
        }
        known = {name: told[name] for name in kinds if name in told}
        if any(not isinstance(value, kinds[name]) or isinstance(value, bool) for name, value in known.items()):
            raise ValueError("a part of a style is of another kind")
        colours = told.get("colours", {})
        if not isinstance(colours, Mapping) or not all(isinstance(colour, str) for colour in colours.values()):
            raise ValueError("not the colours of values")
        return cls(**known, colours=tuple((str(value), colour) for value, colour in colours.items()))


def value_text(value: Value) -> str:
    """A value as styles name it: whole numbers without a fraction; empty for none."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def proposed_colours(values: Sequence[Value], colours: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Give the commonest values of a field a colour each; they stand in the order in which people count.

    Args:
        values: The field.
        colours: What there is to choose from.
    """
    counted = Counter(value_text(values[number]) for number in range(min(len(values), _LOOKED_AT)))
    counted.pop("", None)
    commonest = sorted(counted, key=lambda text: (-counted[text], text))[: min(len(colours), MOST_PROPOSED)]
    return tuple(zip(sorted(commonest, key=_counting_order), colours, strict=False))


def _counting_order(text: str) -> tuple[float, list[tuple[int, str]]]:
    """Numbers before words, 2 before 10, and "Sector 2" before "Sector 10"."""
    number = _number(text)
    if number is not None and not math.isnan(number):
        return number, []
    words = _DIGITS.split(text.casefold())
    # Digits as text, the longer the larger: a name may have more of them than a number can.
    words[1::2] = [digits.lstrip("0") for digits in words[1::2]]
    return math.inf, [(len(word) if place % 2 else 0, word) for place, word in enumerate(words)]


def classes_of(values: Sequence[Value], style: VectorStyle) -> NDArray[np.uint8]:
    """Which of a style's colours each value has, counted from 1; 0 for that of all others."""
    import numpy as np

    from ranger_app.maps.columns import NumberColumn, column_of

    column = column_of(values)
    wanted = {text: number for number, (text, _) in enumerate(style.colours, start=1)}
    classes = np.zeros(len(column), np.uint8)
    if isinstance(column, NumberColumn):
        for text, number in wanted.items():
            if (value := _number(text)) is not None:
                classes[column.numbers == value] = number
        return classes
    # one more at the end, which is what features without words find
    of_words = np.zeros(len(column.ends) + 1, np.uint8)
    lengths = np.diff(column.ends, prepend=0)
    sizes = [len(text.encode()) for text in wanted]
    for code in np.flatnonzero(np.isin(lengths, sizes)).tolist():
        of_words[code] = wanted.get(column.words(code), 0)
    return np.asarray(of_words[column.codes], np.uint8)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
