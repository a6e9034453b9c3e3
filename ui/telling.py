"""Days, moments, lengths and numbers as the reader of the window writes them; Qt's own locale, nothing to load."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QDate, QLocale

from ranger_app.i18n import Words

MEGABYTE = 1_000_000


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


def length(words: Words, metres: float) -> str:
    """A distance walked, in kilometres with one decimal."""
    return words.say("{count} km", count=number(words, metres / 1000, 1))


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
