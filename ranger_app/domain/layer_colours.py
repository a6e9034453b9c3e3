"""The colours that layers of a station's own get, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

LAYER_COLOURS = ("#009E73", "#D55E00", "#0072B2", "#E69F00", "#CC79A7", "#56B4E9", "#5A3A78", "#33382F")
"""Green, red, blue, orange, pink, sky blue, violet, black. The first six are those of M. Okabe and K. Ito ("Color
Universal Design", 2008), which people with any kind of colour blindness tell apart; the last two are
darker than all."""


def next_colour(taken: Iterable[object]) -> str:
    """The first of the colours that is used least."""
    used = Counter(one for one in taken if isinstance(one, str))
    return min(LAYER_COLOURS, key=lambda colour: used[colour])
