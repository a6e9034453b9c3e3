"""Words that stand before and after a place in a message, and say nothing of where it is."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]{2,}|(?<!\w)[аикоуАИКОУ](?= )")
_NAMES = frozenset({"MGRS", "USNG", "МГРС", "UTM"})
"""Names of notations, which are read with the numbers."""

_MEANT = re.compile(
    r"NORTH|SOUTH|EAST|WEST|LAT|LON|LNG|СЕВ|ЮЖ|ЮГ|ВОСТ|ЗАП|ШИР|ДОЛГ|ZON|ЗОН|GRID|NORD|ПУЛКОВ|PULKOV|KALIANPUR|КАЛИАНПУР"
    r"|GAUSS|ГАУСС|DATUM|ДАТУМ|(?:СК|CK|SK|СШ|ЮШ|ВД|ЗД|NAD|ED|ПЗ|PZ|KYRG|KIRG|КЫРГ|КИРГ)$"
)
"""How words begin that tell an axis, a zone or a system: what stands beside them is not read without them."""

_EDGES = " \n,;:.!()"


def without_words(text: str) -> str:
    """*text* without the words before its first digit and after its last; as it is where one of them could matter."""
    digits = [place for place, sign in enumerate(text) if sign.isdigit()]
    if not digits:
        return text
    first, last = digits[0], digits[-1] + 1
    before, after = text[:first], text[last:]
    told = [word.upper() for word in _WORD.findall(f"{before} {after}")]
    if any(_MEANT.match(word) for word in told):
        return text
    kept = _WORD.sub(_kept, before), _WORD.sub(" ", after)
    return re.sub(r"^[-:]+\s", "", f"{kept[0]}{text[first:last]}{kept[1]}".strip(_EDGES)).strip(_EDGES)


def _kept(found: re.Match[str]) -> str:
    return found[0] if found[0].upper() in _NAMES else " "
