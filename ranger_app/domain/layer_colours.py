"""The colours that layers of a station's own get, one after the other, and what people call them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from ranger_app.i18n import marked

COLOUR_NAMES: Final = {
    "#009E73": marked("Green"),
    "#D55E00": marked("Orange"),
    "#0072B2": marked("Blue"),
    "#E69F00": marked("Amber"),
    "#CC79A7": marked("Pink"),
    "#56B4E9": marked("Sky blue"),
    "#5A3A78": marked("Violet"),
    "#33382F": marked("Black"),
}
"""The first six are those of M. Okabe and K. Ito ("Color Universal Design", 2008), which people with any kind of colour
blindness tell apart; the last two are darker than all. They are called what they look like."""

LAYER_COLOURS: Final = tuple(COLOUR_NAMES)


def next_colour(taken: Iterable[object]) -> str:
    """The first of the colours that is used least."""
    used = Counter(one for one in taken if isinstance(one, str))
    return min(LAYER_COLOURS, key=lambda colour: used[colour])
