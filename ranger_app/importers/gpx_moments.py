"""Times that stand in the bytes of a file as ``2026-03-04T09:15:42Z``, with or without decimals, read by the thousand.

A walk has thousands of times and one or two dates: each date is read once, and only the clock for every fix. Any time
of another shape, and any that needs a word to be said about it, is left to ``gpx_time``.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from ranger_app.importers.gpx_digits import ZEROS, Ints, Mask, Words, are_digits, digits_value
from ranger_app.importers.gpx_time import GPS_EPOCH_US, LAST_PLAUSIBLE_US, regular_times

_SECOND_US = 1_000_000
_DAY_US = 86_400 * _SECOND_US
_FIRST_DAY, _DAY_AFTER_LAST = GPS_EPOCH_US // _DAY_US, LAST_PLAUSIBLE_US // _DAY_US
_EPOCH = dt.date(1970, 1, 1).toordinal()
_NO_DAY = -1
_SHORTEST, _LONGEST = 20, 29
_SHORTEST_ODD, _LONGEST_ODD = 19, 40
_Z, _DOT = np.uint8(ord("Z")), np.uint8(ord("."))
_FRACTION_AT = 20

_DATE_TAIL = np.uint64(0xFFFFFF)
_SECONDS_WORD = np.uint64(0xFFFFFF)
_CLOCK = np.frombuffer(b"00:00:00", "<u8")[0]
_OVER_CLOCK = np.frombuffer(bytes((0x7D, 0x76, 0x7F, 0x7A, 0x76, 0x7F, 0x7A, 0x76)), "<u8")[0]
"""Added to the values of ``hh:mm:ss``, lifts to 128 what is over 29:59:59, and any colon that is none."""
_HIGHS = np.uint64(0x8080808080808080)
_TEN, _EIGHT, _LOW_BYTE = np.uint64(10), np.uint64(8), np.uint64(0xFF)
_AT_MINUTE, _AT_SECOND, _AT_DAY, _TO_SECONDS = np.uint64(24), np.uint64(48), np.uint64(24), np.uint64(40)
_KEPT = np.array([(1 << (8 * count)) - 1 for count in range(9)], np.uint64)


def times_at(window: Words, content: NDArray[np.uint8], starts: Ints, ends: Ints) -> tuple[Ints, Mask, Mask]:
    """Read the times that stand from *starts* up to, not including, *ends*.

    Args:
        window: The words of *content*.

    Returns:
        Microseconds since 1970 UTC, cut off after six decimals; which are certain: those of the usual shape, of years
        in which there is GPS; and which of these have no zone. The value of any other means nothing.
    """
    date, middle, end = window[starts], window[starts + 8], window[starts + 16]
    length = ends - starts
    certain = (length >= _SHORTEST) & (length <= _LONGEST) & (content[ends - 1] == _Z)
    days = _days(date, middle & _DATE_TAIL)
    clock = ((middle >> _AT_DAY) | ((end & _SECONDS_WORD) << _TO_SECONDS)) ^ _CLOCK
    certain &= (days != _NO_DAY) & (((clock + _OVER_CLOCK) | clock) & _HIGHS == 0)
    pairs = clock * _TEN + (clock >> _EIGHT)
    hour, minute, second = pairs & _LOW_BYTE, (pairs >> _AT_MINUTE) & _LOW_BYTE, (pairs >> _AT_SECOND) & _LOW_BYTE
    certain &= hour < 24
    seconds = (hour * np.uint64(3600) + minute * np.uint64(60) + second).view(np.int64)
    time_us = days * _DAY_US + seconds * _SECOND_US
    rows = (length != _SHORTEST).nonzero()[0]
    if len(rows):
        added_us, certain_fraction = _fractions(window, content, starts[rows], length[rows])
        time_us[rows] += added_us
        certain[rows] &= certain_fraction
    without_zone = np.zeros(len(certain), np.bool_)
    rows = (~certain & (length >= _SHORTEST_ODD) & (length <= _LONGEST_ODD)).nonzero()[0]
    if len(rows):
        time_us[rows], certain[rows], without_zone[rows] = _odd(content, starts[rows], length[rows])
    return time_us, certain, without_zone


def _odd(content: NDArray[np.uint8], starts: Ints, lengths: Ints) -> tuple[Ints, Mask, Mask]:
    """Times of the same shape in another zone or none, or with more decimals: as `times_at` answers."""
    count = len(starts)
    time_us, certain, zoneless = np.zeros(count, np.int64), np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    for length in np.unique(lengths).tolist():
        rows = (lengths == length).nonzero()[0]
        taken, values, without_zone = regular_times(content[starts[rows][:, np.newaxis] + np.arange(length)])
        time_us[rows] = values
        certain[rows] = taken & (values >= GPS_EPOCH_US) & (values < LAST_PLAUSIBLE_US)
        zoneless[rows] = without_zone
    return time_us, certain, certain & zoneless


def _fractions(window: Words, content: NDArray[np.uint8], starts: Ints, length: Ints) -> tuple[Ints, Mask]:
    """Microseconds after the dot, of one to eight decimals, and which are certain."""
    decimals = length - _FRACTION_AT - 1
    word = (window[starts + _FRACTION_AT] ^ ZEROS) & _KEPT[np.clip(decimals, 0, 8)]
    certain = (decimals >= 1) & (decimals <= 8) & (content[starts + _FRACTION_AT - 1] == _DOT) & are_digits(word)
    return (digits_value(word) // np.uint64(100)).view(np.int64), certain


def _days(date: Words, tail: Words) -> Ints:
    """Days since 1970 for each date; those that stand beside each other and are the same are read once."""
    changes = ((date[1:] != date[:-1]) | (tail[1:] != tail[:-1])).nonzero()[0] + 1
    if not len(changes):
        return np.full(len(date), _day(date[0].tobytes() + tail[0].tobytes()[:3]), np.int64)
    firsts = np.concatenate((np.zeros(1, np.int64), changes))
    known: dict[bytes, int] = {}
    days: list[int] = []
    for first in firsts.tolist():
        text = date[first].tobytes() + tail[first].tobytes()[:3]
        if text not in known:
            known[text] = _day(text)
        days.append(known[text])
    return np.repeat(np.array(days, np.int64), np.diff(firsts, append=len(date)))


def _day(text: bytes) -> int:
    """Days from 1970 to a date written as ``2026-03-04T``; `_NO_DAY` when it is none, or none of a receiver."""
    year, month, day = text[:4], text[5:7], text[8:10]
    is_shaped = text[4:5] == text[7:8] == b"-" and text[10:] == b"T" and (year + month + day).isdigit()
    if not is_shaped:
        return _NO_DAY
    try:
        found = dt.date(int(year), int(month), int(day)).toordinal() - _EPOCH
    except ValueError:
        return _NO_DAY
    return found if _FIRST_DAY <= found < _DAY_AFTER_LAST else _NO_DAY
