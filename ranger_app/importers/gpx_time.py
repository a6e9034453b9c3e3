"""Times of a GPX file: whole columns of ISO 8601 text at once, and one by one what is not of the usual shape."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from ranger_app.domain.track import NO_TIME


class TimeFlag(IntFlag):
    """What is to be said about one time; 0 when nothing is."""

    MISSING = 1
    UNREADABLE = 2
    WITHOUT_ZONE = 4
    LEAP_SECOND = 8
    IMPLAUSIBLE = 16


GPS_EPOCH_US = 315_964_800_000_000
"""1980-01-06 UTC, when GPS time began; no receiver can have taken a fix before."""

LAST_PLAUSIBLE_US = 4_102_444_800_000_000
"""2100-01-01 UTC; a receiver that writes later years has lost its clock."""

_LONGEST_TEXT = 64
_MOST_OFFSET_MINUTES = 14 * 60
_SECOND_US = 1_000_000
_DAY_US = 86_400 * _SECOND_US
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)
_DIGITS = (0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18)
_ODD = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[Tt ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?"
    r"\s*(?:([Zz])|([+\-\u2212])(\d{2})(?::?(\d{2}))?)?",
    re.ASCII,
)

Times = NDArray[np.int64]
Flags = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def times_from_texts(texts: Sequence[str]) -> tuple[Times, Flags]:
    """Read a column of times.

    A time without a zone is UTC, as GPX demands. Digits of a second beyond the sixth are cut off. 24:00:00 is the
    midnight that ends the day; a leap second is the second after it. Times no receiver can have seen are not taken.

    Returns:
        Microseconds since 1970 UTC, ``NO_TIME`` where there is no usable time, and `TimeFlag` bits, in the order given.
    """
    time_us = np.full(len(texts), NO_TIME, np.int64)
    flags = np.zeros(len(texts), np.int64)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    odd = np.ones(len(texts), np.bool_)
    if len(texts):
        joined = np.frombuffer("".join(texts).encode("ascii", "replace"), np.uint8)
        starts = np.cumsum(lengths) - lengths
        for length in np.unique(lengths[(lengths >= 19) & (lengths <= 40)]).tolist():
            rows = np.flatnonzero(lengths == length)
            matrix = joined[starts[rows][:, np.newaxis] + np.arange(length)]
            taken, values, without_zone = regular_times(matrix)
            time_us[rows[taken]] = values[taken]
            flags[rows[taken & without_zone]] |= TimeFlag.WITHOUT_ZONE
            odd[rows[taken]] = False
    for row in np.flatnonzero(odd).tolist():
        time_us[row], flags[row] = _odd_time(texts[row])
    implausible = (time_us != NO_TIME) & ((time_us < GPS_EPOCH_US) | (time_us >= LAST_PLAUSIBLE_US))
    flags[implausible] |= TimeFlag.IMPLAUSIBLE
    time_us[implausible] = NO_TIME
    return time_us, flags


def regular_times(matrix: Bytes) -> tuple[Mask, Times, Mask]:
    """Read rows of bytes of one length as ``YYYY-MM-DDThh:mm:ss[.f…][Z|±hh:mm]``.

    Returns:
        Which rows are exactly of that shape and name a moment, their times, and which of them have no zone.
    """
    digits = matrix[:, _DIGITS] - np.uint8(ord("0"))
    taken: Mask = np.logical_and.reduce(digits <= 9, axis=1)
    for at, mark in ((4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")):
        taken &= matrix[:, at] == ord(mark)
    number = digits.astype(np.int64)
    pair = number[:, 4::2] * 10 + number[:, 5::2]
    year = number[:, 0] * 1000 + number[:, 1] * 100 + number[:, 2] * 10 + number[:, 3]
    month, day, hour, minute, second = (pair[:, column] for column in range(5))
    taken &= (year >= 1) & (month >= 1) & (month <= 12) & (hour <= 23) & (minute <= 59) & (second <= 59)
    taken &= (day >= 1) & (day <= _days_in_month(year, np.where(taken, month, 1)))
    rest_us, rest_taken, without_zone = _fraction_and_zone(matrix[:, 19:])
    seconds = _days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
    return taken & rest_taken, seconds * _SECOND_US + rest_us, without_zone


def _fraction_and_zone(tail: Bytes) -> tuple[Times, Mask, Mask]:
    """Read what follows the seconds: microseconds to add, which rows could be read, which have no zone."""
    rows, width = tail.shape
    is_utc: Mask = np.zeros(rows, np.bool_)
    has_offset: Mask = np.zeros(rows, np.bool_)
    if width:
        is_utc = tail[:, -1] == ord("Z")
    add_us = np.zeros(rows, np.int64)
    taken = np.zeros(rows, np.bool_)
    if width >= 6:
        sign = tail[:, -6]
        has_offset = ((sign == ord("+")) | (sign == ord("-"))) & (tail[:, -3] == ord(":"))
        digits = (tail[:, (-5, -4, -2, -1)] - np.uint8(ord("0"))).astype(np.int64)
        minutes = digits[:, 0] * 600 + digits[:, 1] * 60 + digits[:, 2] * 10 + digits[:, 3]
        has_offset &= (digits <= 9).all(axis=1) & (digits[:, 2] <= 5) & (minutes <= _MOST_OFFSET_MINUTES)
        add_us[has_offset] = (np.where(sign == ord("+"), -1, 1) * minutes * 60 * _SECOND_US)[has_offset]
    without_zone = ~is_utc & ~has_offset
    for kind, zone_width in ((is_utc, 1), (has_offset, 6), (without_zone, 0)):
        if kind.any():
            fraction_us, fraction_taken = _fraction(tail[kind, : width - zone_width])
            add_us[kind] += fraction_us
            taken[kind] = fraction_taken
    return add_us, taken, without_zone


def _fraction(tail: Bytes) -> tuple[Times, Mask]:
    rows, width = tail.shape
    if width == 0:
        return np.zeros(rows, np.int64), np.ones(rows, np.bool_)
    digits = tail[:, 1:] - np.uint8(ord("0"))
    taken: Mask = (tail[:, 0] == ord(".")) & (digits <= 9).all(axis=1)
    if width == 1:
        return np.zeros(rows, np.int64), np.zeros(rows, np.bool_)
    used = digits[:, :6].astype(np.int64)
    weights = 10 ** np.arange(5, 5 - used.shape[1], -1, dtype=np.int64)
    return used @ weights, taken


def _days_in_month(year: Times, month: Times) -> Times:
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days: Times = _MONTH_DAYS[month] + (leap & (month == 2))
    return days


def _days_since_1970(year: Times, month: Times, day: Times) -> Times:
    """Days in the Gregorian calendar, counting years from 1 March so that the leap day comes last."""
    early = month <= 2
    years = year - early
    month_days = (153 * (month + np.where(early, 9, -3)) + 2) // 5
    return years * 365 + years // 4 - years // 100 + years // 400 + month_days + day - 719_469


def _odd_time(text: str) -> tuple[int, int]:
    """Read one time that is not of the usual shape."""
    text = text.strip()
    if not text:
        return NO_TIME, TimeFlag.MISSING
    match = _ODD.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        return NO_TIME, TimeFlag.UNREADABLE
    year, month, day, hour, minute, second = (int(part or 0) for part in match.group(1, 2, 3, 4, 5, 6))
    fraction_us = int((match.group(7) or "0")[:6].ljust(6, "0"))
    utc, sign, offset_hours, offset_minutes = match.group(8, 9, 10, 11)
    offset = int(offset_hours or 0) * 60 + int(offset_minutes or 0)
    ends_the_day = (hour, minute, second, fraction_us) == (24, 0, 0, 0)
    try:
        days = dt.date(year, month, day).toordinal() - dt.date(1970, 1, 1).toordinal()
    except ValueError:
        return NO_TIME, TimeFlag.UNREADABLE
    if (hour > 23 and not ends_the_day) or minute > 59 or second > 60:
        return NO_TIME, TimeFlag.UNREADABLE
    if offset > _MOST_OFFSET_MINUTES or int(offset_minutes or 0) > 59:
        return NO_TIME, TimeFlag.UNREADABLE
    offset = offset if sign == "+" else -offset
    minutes = hour * 60 + minute - offset
    if second == 60 and minutes % 1440 != 1439:
        return NO_TIME, TimeFlag.UNREADABLE
    flags = TimeFlag.LEAP_SECOND if second == 60 else TimeFlag(0)
    if not utc and not sign:
        flags |= TimeFlag.WITHOUT_ZONE
    return days * _DAY_US + (minutes * 60 + second) * _SECOND_US + fraction_us, flags
