"""The words a map writes around itself, handed in by whoever knows the reader's language."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

NO_BREAK = "\u00a0"
"""Stands between groups of three figures, as in every language here."""


class MapWords(NamedTuple):
    """The furniture's words; what is empty is not drawn.

    Attributes:
        name: What a screen reader says the map is.
        attribution: Introduces the sources, such as ``Map data: {sources}``; without the place, those that it does not
            name follow it.
        not_authoritative: Says that boundaries are not authoritative.
        north, south, east, west: The letters of the four directions, for the arrow and the graticule.
        scale_m, scale_km: A distance of whole metres or kilometres, such as ``{count} km`` or ``km``.
        area_ha, area_km2: An area of hectares or square kilometres, such as ``{count} ha``.
        decimal_mark: Stands between whole kilometres and the rest.
        scale: How much smaller the map is than the ground, such as ``Scale 1 : {count}``; on paper alone.
        direction: ``rtl`` where reading begins on the right.
        kinds: What the kinds of lines and signs are called in the legend: ``track``, ``incident``, ``conflict``, …
    """

    name: str = ""
    attribution: str = ""
    not_authoritative: str = ""
    north: str = ""
    south: str = ""
    east: str = ""
    west: str = ""
    scale_m: str = ""
    scale_km: str = ""
    area_ha: str = ""
    area_km2: str = ""
    decimal_mark: str = "."
    scale: str = ""
    direction: str = ""
    kinds: Mapping[str, str] = {}

    @classmethod
    def from_mapping(cls, words: Mapping[str, str]) -> MapWords:
        """Take words by the names of the attributes; every other name is the word of a kind."""
        own = {*cls._fields} - {"kinds"}
        known = {name: word for name, word in words.items() if name in own}
        return cls(**known, kinds={name: word for name, word in words.items() if name not in own})

    @property
    def right_to_left(self) -> bool:
        """Whether reading begins on the right."""
        return self.direction == "rtl"

    def scale_in_words(self, times: float) -> str:
        """How much smaller the map is, to three figures."""
        digits = max(math.floor(math.log10(max(times, 1.0))) - 2, 0)
        number = f"{round(times / 10**digits) * 10**digits:,}".replace(",", NO_BREAK)
        return self.scale.replace("{count}", number)

    def distance(self, metres: float) -> str:
        """A round distance in words; empty when there is no word for it."""
        word, count = (self.scale_km, metres / 1000) if metres >= 1000 else (self.scale_m, metres)
        if not word:
            return ""
        return self._counted(word, f"{count:.6g}")

    def area(self, metres2: float) -> str:
        """An area to three figures, in hectares, from a hundred of them in square kilometres."""
        word, count = (self.area_km2, metres2 / 1e6) if metres2 >= 1e6 else (self.area_ha, metres2 / 1e4)
        digits = 0 if count >= 100 else 1 if count >= 10 else 2
        return self._counted(word, f"{count:.{digits}f}") if word else ""

    def _counted(self, word: str, count: str) -> str:
        number = count.replace(".", self.decimal_mark)
        return word.replace("{count}", number) if "{count}" in word else f"{number} {word}"

    def sources(self, names: list[str]) -> str:
        """The line that names the sources and warns about boundaries."""
        if "{sources}" in self.attribution:
            listed = self.attribution.replace("{sources}", self._in_a_row(names))
        else:
            rest = [name for name in names if name not in self.attribution]
            listed = " ".join([self.attribution, self._in_a_row(rest)])
        return " · ".join(part for part in (listed.strip(), self.not_authoritative) if part)

    def _in_a_row(self, names: list[str]) -> str:
        """Names one after the other in the direction in which one reads, each in its own order."""
        return "، ".join(f"\u2068{name}\u2069" for name in names) if self.right_to_left else ", ".join(names)
