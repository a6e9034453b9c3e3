"""Names that a receiver can show: short, each once, in Latin letters where it has no others."""

from __future__ import annotations

import unicodedata

from ranger_app.domain.smart_text import xml_text

SHORTEST = 4
"""Fewer letters hold no number that keeps names apart."""

_PAIRS = (
    "аa бb вv гg дd еe ёyo жzh зz иi йy кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ ыy ь эe юyu яya "
    "өo үu ңng ғgh қq ұu әa іi һh ўo ҳh ҷj ӣi ӯu ҡq"
)
LATIN_LETTERS = {pair[0]: pair[1:] for pair in _PAIRS.split()}
"""Cyrillic letters of Russian and of Central Asia's languages to Latin ones, as English readers say them."""


def in_latin(text: str) -> str:
    """*text* in ASCII: Cyrillic letters spelt out, marks dropped; other letters are left out."""
    told = []
    for sign in text:
        small = LATIN_LETTERS.get(sign.lower())
        if small is None:
            told.append("".join(one for one in unicodedata.normalize("NFKD", sign) if one.isascii()))
        else:
            told.append(small.capitalize() if sign != sign.lower() else small)
    return "".join(told)


class DeviceNames:
    """Gives every point a name that no other has, whatever the case of its letters.

    Args:
        longest: Letters that the receiver shows; at least :data:`SHORTEST`.
        is_ascii: Spell in Latin letters.
    """

    def __init__(self, longest: int, *, is_ascii: bool) -> None:
        if longest < SHORTEST:
            raise ValueError(f"names of {longest} letters cannot be kept apart")
        self._longest = longest
        self._is_ascii = is_ascii
        self._taken: set[str] = set()

    def name(self, wanted: str, otherwise: str = "") -> str:
        """*wanted*, shortened and numbered where it has to be; *otherwise* where nothing of it can be shown."""
        told = self._short(wanted) or self._short(otherwise) or "P"
        found, number = told, 1
        while found.casefold() in self._taken:
            number += 1
            end = f" {number}"
            found = told[: self._longest - len(end)].rstrip() + end
        self._taken.add(found.casefold())
        return found

    def _short(self, text: str) -> str:
        told = xml_text(text)
        told = " ".join((in_latin(told) if self._is_ascii else told).split())
        return told[: self._longest].rstrip()
