"""Decimal numbers that stand in the bytes of a file, read by the thousand: exactly the float64 that float() gives.

Eight characters are one 64-bit word, the first in its lowest byte, and one operation of an array works on the words of
all numbers. A number is certain when every byte of it is known to be a minus sign, a digit or the one dot, and when its
float64 is proven to be the nearest; any other is left to `float()`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

PADDING = bytes(1024)
"""Must follow the last byte that is read: words and literals are looked for where they do not fit any more."""

ZEROS = np.uint64(0x3030303030303030)
"""The character 0, eight times: without it a digit is its value."""

_DOTS = np.uint64(0x2E2E2E2E2E2E2E2E)
_ONES = np.uint64(0x0101010101010101)
_HIGHS = np.uint64(0x8080808080808080)
_OVER_NINE = np.uint64(0x7676767676767676)
_ONE, _EIGHT, _LOW_BYTE = np.uint64(1), np.uint64(8), np.uint64(0xFF)
_MINUS = np.uint64(ord("-"))
_LOW_FOUR = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(2561), np.uint64(8)
_LOW_EIGHT = np.uint64(0x00FF00FF00FF00FF), np.uint64(6553601), np.uint64(16)
_LOW_SIXTEEN = np.uint64(0x0000FFFF0000FFFF), np.uint64(42949672960001), np.uint64(32)
_POWERS = 10 ** np.arange(18, dtype=np.uint64)
_FLOAT_POWERS = 10.0 ** np.arange(18)
_LARGEST = np.uint64(18_000_000_000_000_000_000)
_MOST_DECIMALS = 32
_SPLIT = 134_217_729.0
_CERTAINTY = 2.0**-95


def windows(content: bytes) -> Words:
    """The eight bytes from each byte of *content* on, as words; nothing is copied.

    Args:
        content: Ends in `PADDING`.
    """
    return np.ndarray((len(content) - 7,), "<u8", buffer=content, strides=(1,))


def digits_value(words: Words) -> Words:
    """The numbers of eight digits that stand in *words* as values 0 to 9, the first digit in the lowest byte."""
    value = words
    for mask, factor, shift in (_LOW_FOUR, _LOW_EIGHT, _LOW_SIXTEEN):
        value = ((value & mask) * factor) >> shift
    return value


def are_digits(*columns: Words) -> Mask:
    """Whether all eight bytes of each word of each column are values 0 to 9."""
    found = columns[0] | (columns[0] + _OVER_NINE)
    for words in columns[1:]:
        found |= words | (words + _OVER_NINE)
    are: Mask = found & _HIGHS == 0
    return are


def numbers_at(window: Words, starts: Ints, ends: Ints) -> tuple[Floats, Mask]:
    """Read the numbers that stand from *starts* up to, not including, *ends*.

    Returns:
        Their values, and which are certain: an optional minus, one to eight digits, and perhaps a dot with up to 32
        more. The value of any other means nothing.
    """
    first = window[starts]
    is_negative = (first & _LOW_BYTE) == _MINUS
    signs = is_negative.astype(np.int64)
    first >>= signs.view(np.uint64) * _EIGHT
    dots = first ^ _DOTS
    found = (dots - _ONES) & ~dots & _HIGHS
    characters = ends - starts - signs
    # Eight where there is no dot; then nothing may stand after them.
    before_dot = (np.bitwise_count((found & (~found + _ONE)) - _ONE) >> 3).astype(np.int64)
    whole = np.minimum(before_dot, characters)
    decimals = np.maximum(characters - whole - 1, 0)
    decimals_at = starts + signs + whole + 1
    whole_word = _right(first ^ ZEROS, whole)
    next_word = _right(window[decimals_at] ^ ZEROS, np.minimum(decimals, 8))
    certain = (whole >= 1) & ((before_dot < 8) | (characters <= 8)) & are_digits(whole_word, next_word)
    numerator = digits_value(whole_word) * _POWERS[np.minimum(decimals, 8)] + digits_value(next_word)
    values = numerator.astype(np.float64) / _FLOAT_POWERS[np.minimum(decimals, 8)]
    rows = (decimals > 8).nonzero()[0]
    if len(rows):
        values[rows], certain_long = _long(window, numerator[rows], decimals_at[rows] + 8, decimals[rows] - 8)
        certain[rows] &= certain_long
    return np.where(is_negative, -values, values), certain


def _right(words: Words, count: Ints) -> Words:
    """The first *count* bytes of each word, moved to its end, with digits 0 before them."""
    # A shift by all 64 bits leaves nothing, as NumPy defines it.
    shifted: Words = words << ((8 - count) * 8).view(np.uint64)
    return shifted


def _long(window: Words, numerator: Words, starts: Ints, decimals: Ints) -> tuple[Floats, Mask]:
    """Numbers with more than eight decimals, of which *numerator* holds the digits before *starts*."""
    used = np.minimum(decimals, 8)
    word = _right(window[starts] ^ ZEROS, used)
    certain = are_digits(word) & (decimals <= _MOST_DECIMALS - 8) & (numerator < _LARGEST // _POWERS[used])
    for further in range(8, min(int(decimals.max()), _MOST_DECIMALS - 8), 8):
        rest = _right(window[starts + further] ^ ZEROS, np.clip(decimals - further, 0, 8))
        certain &= are_digits(rest)
    whole = np.where(certain, numerator, 0) * _POWERS[used] + digits_value(word)
    values, proven = _nearest(whole, _FLOAT_POWERS[used + 8], cut_off=decimals > 8)
    return values, certain & proven


def _nearest(numerator: Words, divisor: Floats, *, cut_off: Mask) -> tuple[Floats, Mask]:
    """The float64 nearest to *numerator* / *divisor*, and where it is proven to be that.

    The quotient is computed to about 106 bits as a sum of two numbers; it is proven when all that it can be, less or
    more by its own error and by the digits that were cut off, rounds to the same float64.

    Args:
        divisor: A power of ten that a float64 holds exactly.
        cut_off: Where further digits were left out of *numerator*, which is then up to one too small.
    """
    high = numerator.astype(np.float64)
    low = (numerator - high.astype(np.uint64)).view(np.int64).astype(np.float64)
    quotient = high / divisor
    product = quotient * divisor
    remainder = (high - product) - _product_error(quotient, divisor, product) + low
    correction = remainder / divisor
    values = quotient + correction
    error = quotient * _CERTAINTY
    most = correction + np.where(cut_off, 1.0 / divisor, 0.0)
    return values, (quotient + (correction - error) == values) & (quotient + (most + error) == values)


def _product_error(left: Floats, right: Floats, product: Floats) -> Floats:
    """What *product*, the rounded left * right, lacks; exact (Dekker 1971)."""
    left_high = left * _SPLIT - (left * _SPLIT - left)
    right_high = right * _SPLIT - (right * _SPLIT - right)
    left_low, right_low = left - left_high, right - right_high
    missing: Floats = ((left_high * right_high - product) + left_high * right_low + left_low * right_high) + (
        left_low * right_low
    )
    return missing
