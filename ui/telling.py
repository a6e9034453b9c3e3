"""Days, moments, lengths and numbers as the reader of the window writes them; Qt's own locale, nothing to load."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale

from ranger_app.i18n import Words, marked

if TYPE_CHECKING:
    from decimal import Decimal

MINUS = "\u2212"
MEGABYTE = 1_000_000
LEFT_TO_RIGHT, ISOLATE_END = "\u2066", "\u2069"
"""Around coordinates: they read from the left in every script."""


def locale(words: Words) -> QLocale:
    """Qt's locale of the reader's language."""
    return QLocale(words.language)


def number(words: Words, value: float, digits: int = 0) -> str:
    """*value* with the reader's separators and exactly *digits* decimals."""
    return locale(words).toString(float(value), "f", digits)


def day_of_month(words: Words, date: dt.date) -> str:
    """A day without its year, such as ``04 Mar``."""
    return locale(words).toString(QDate(date.year, date.month, date.day), "dd MMM")


def day(words: Words, date: dt.date) -> str:
    """A day, such as ``04 Mar 2026``."""
    return locale(words).toString(QDate(date.year, date.month, date.day), "dd MMM yyyy")


def month(words: Words, date: dt.date) -> str:
    """A month, such as ``March 2026``."""
    name = locale(words).standaloneMonthName(date.month)
    return f"{name[:1].upper()}{name[1:]} {date.year}"


def clock(moment: dt.datetime | dt.time) -> str:
    """Hours and minutes, and seconds where they are not zero."""
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def moment(words: Words, value: dt.datetime) -> str:
    """Day and local time, such as ``04 Mar 2026, 09:15``."""
    return f"{day(words, value.date())}, {clock(value)}"


def shift(words: Words, seconds: Decimal) -> str:
    """By how much a clock is corrected, such as ``+1 h 7 min``."""
    rest = abs(seconds)
    told = []
    for unit, text in (
        (86_400, marked("{count} d")), (3600, marked("{count} h")), (60, marked("{count} min")),
    ):  # fmt: skip
        count, rest = divmod(rest, unit)
        if count:
            told.append(words.say(text, count=int(count)))
    if rest or not told:
        digits = 0 if rest == rest.to_integral_value() else 1
        told.append(words.say("{count} s", count=number(words, float(rest), digits)))
    return f"{'+' if seconds >= 0 else MINUS}{' '.join(told)}"


def length(words: Words, metres: float) -> str:
    """A distance walked, in kilometres with one decimal."""
    return words.say("{count} km", count=number(words, metres / 1000, 1))


def isolated(text: str) -> str:
    """*text* that keeps its own order among letters of any script."""
    return f"{LEFT_TO_RIGHT}{text}{ISOLATE_END}"


def place(notation: str, latitude_deg: float, longitude_deg: float) -> str:
    """A place in a notation of the reader's choice."""
    from ranger_app.coordinates import tell_place

    return isolated(tell_place(latitude_deg, longitude_deg, notation))


def size(words: Words, count: float) -> str:
    """A number of bytes, in kilobytes or megabytes."""
    if count >= MEGABYTE:
        return words.say("{count} MB", count=number(words, count / MEGABYTE, 1))
    return words.say("{count} kB", count=number(words, max(count / 1000, 1)))


def date_from_iso(text: str) -> dt.date | None:
    """The day that an ISO text begins with; ``None`` when it begins with none."""
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def moment_from_iso(text: str) -> dt.datetime | None:
    """The moment of an ISO text; ``None`` when it is none."""
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
