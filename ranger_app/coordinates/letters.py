"""Text as it comes from keyboards and chats, brought to few signs: quotes, degree signs, digits, look-alikes."""

from __future__ import annotations

import re
import unicodedata

_SIGNS = {
    **dict.fromkeys("°º˚ᵒ∘◦", "°"),
    **dict.fromkeys("'′’‘ʹʼ´`‵＇׳‛", "'"),
    **dict.fromkeys('"″”“„‟ʺ˝〃＂״‶«»', '"'),
    **dict.fromkeys("−–—‒‐‑﹣－", "-"),
    **dict.fromkeys("٫．", "."),
    **dict.fromkeys("،，、", ","),
    **dict.fromkeys("؛；", ";"),
    **dict.fromkeys("：", ":"),
    **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff", ""),
    **dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""),
}  # fmt: skip

LATIN = str.maketrans("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS")
"""Cyrillic capitals to the Latin ones that look the same."""

SOUNDS = str.maketrans("ДФГЛПЗЙҒ", "DFGLPZJF")
"""Cyrillic capitals that look like no Latin one, to those that sound the same."""

_PICTURES = frozenset({"So", "Mn", "Cf"})
"""Categories of pictures, and of what changes how they look."""

_DOUBLED = re.compile(r"''")
_SPACES = re.compile(r"[^\S\n]+")


def plain(text: str) -> str:
    """*text* with one sign for each kind of quote, dash, space and digit; capitals and lines stay."""
    told = "".join(_SIGNS.get(sign, sign) for sign in unicodedata.normalize("NFC", text))
    told = "".join(_digit(sign) for sign in told)
    told = _DOUBLED.sub('"', told)
    return _SPACES.sub(" ", told).strip()


def _digit(sign: str) -> str:
    """A digit of any script as ours; no picture, such as the pin that chats put before a place."""
    if sign.isascii() or sign == "°":
        return sign
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    return "" if unicodedata.category(sign) in _PICTURES else sign
