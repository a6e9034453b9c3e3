"""What people type, read forgivingly: moments, days, numbers; places by ``ranger_app.coordinates``. No Qt here."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

_DAY_FIRST = re.compile(r"(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[./\-](\d{1,2})[./\-](\d{1,2})")
_DAY_MONTH = re.compile(r"(\d{1,2})[./](\d{1,2})\.?")
_CLOCK = re.compile(r"(\d{1,2})[:.hч](\d{2})(?:[:.](\d{2}))?")
_OFFSET = re.compile(r"(?:Z|UTC|[+-]\d{2}:?\d{2})$")

_SHIFT_CLOCK = re.compile(r"(\d{1,6}):(\d{2})(?::(\d{2}(?:\.\d{1,3})?))?")
_SHIFT_PART = re.compile(
    r"(\d{1,9}(?:\.\d{1,3})?)\s*(days?|d|дн(?:я|ей|\.)?|день|hours?|hrs?|h|час(?:а|ов)?|ч\.?|minutes?|mins?\.?|m"
    r"|минут[аы]?|мин\.?|м|seconds?|secs?\.?|s|секунд[аы]?|сек\.?|с|)(?=[\s\d]|$)\s*"
)
_SHIFT_UNITS = {"d": 86_400, "д": 86_400, "h": 3600, "ч": 3600, "m": 60, "м": 60, "s": 1, "с": 1, "": 1}
"""Seconds of a unit by its first letter."""


def read_day(text: str, *, today: dt.date) -> dt.date | None:
    """A calendar day: ``04.03.2026``, ``4.3.26``, ``2026-03-04``, or ``4.3`` of this year; ``None`` when it is none."""
    text = text.strip()
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, match.groups())
        year += 2000 if year < 100 else 0
    elif match := _DAY_MONTH.fullmatch(text):
        day, month, year = int(match[1]), int(match[2]), today.year
    else:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def read_clock(text: str) -> dt.time | None:
    """A time of day: ``9:15``, ``09.15``, ``09:15:42``; ``None`` when it is none."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return dt.time(hour, minute, second)
    except ValueError:
        return None


def read_moment(text: str, *, zone: dt.tzinfo, now: dt.datetime) -> dt.datetime | None:
    """A day and a time in the station's zone; a time alone is today's, an offset that is written counts.

    A day without a time is not a moment: guessing midnight would put a false time into evidence.
    """
    text = " ".join(text.replace("T", " ").replace(",", " ").split())
    offset = _OFFSET.search(text)
    if offset is not None and (time := text[: offset.start()].strip()) and ":" in time:
        mark = offset[0] if offset[0][0] in "+-" else "+00:00"
        return read_moment(time, zone=dt.timezone(_offset(mark)), now=now)
    day_text, _, clock_text = text.rpartition(" ")
    clock = read_clock(clock_text)
    if clock is None:
        return None
    day = read_day(day_text, today=now.date()) if day_text else now.date()
    return None if day is None else dt.datetime.combine(day, clock, zone)


def _offset(mark: str) -> dt.timedelta:
    digits = mark[1:].replace(":", "")
    told = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -told if mark[0] == "-" else told


def read_shift(text: str) -> Decimal | None:
    """Seconds by which a clock is to be put forward: ``+1:00:00``, ``-7 min``, ``1 h 5 min``, ``45``; ``None``: none.

    Two numbers with a colon are hours and minutes, a number alone is seconds.
    """
    text = text.strip().replace("\u2212", "-").replace("\u2013", "-").replace(",", ".").casefold()
    sign, text = (-1 if text.startswith("-") else 1), text.lstrip("+-").strip()
    if match := _SHIFT_CLOCK.fullmatch(text):
        hours, minutes, seconds = (Decimal(part or 0) for part in match.groups())
        return sign * (hours * 3600 + minutes * 60 + seconds) if minutes < 60 and seconds < 60 else None
    parts = _SHIFT_PART.findall(text)
    if not parts or _SHIFT_PART.sub("", text).strip():
        return None
    if any(not unit for _, unit in parts) and len(parts) > 1:
        return None
    return sign * sum((Decimal(count) * _SHIFT_UNITS[unit[:1]] for count, unit in parts), Decimal(0))


def typed_moment(moment: dt.datetime, zone: dt.tzinfo) -> str:
    """A moment as it is typed in the station's zone: ``04.03.2026 09:15``, with seconds where they are not zero."""
    local = moment.astimezone(zone)
    return f"{local:%d.%m.%Y %H:%M:%S}" if local.second else f"{local:%d.%m.%Y %H:%M}"


def typed_day(date: dt.date) -> str:
    """A day as it is typed: ``04.03.2026``."""
    return f"{date:%d.%m.%Y}"


def typed_coordinates(latitude_deg: float, longitude_deg: float) -> str:
    """A place as it is typed: latitude, longitude."""
    return f"{latitude_deg:.6f}, {longitude_deg:.6f}"


def read_number(text: str) -> str | None:
    """A plain decimal number as text with a point: spaces between thousands and a decimal comma are understood."""
    compact = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
    return compact if re.fullmatch(r"[+-]?\d+(\.\d+)?", compact) else None
