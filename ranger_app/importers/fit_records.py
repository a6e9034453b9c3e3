"""The records of a FIT file, one a fix, as columns."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from fitdecode import profile
from numpy.typing import NDArray

from ranger_app.domain.track import NO_TIME

SEMICIRCLE_DEG: Final = 180.0 / 2**31
FIT_EPOCH_S: Final = 631_065_600
"""1989-12-31 UTC, when the time of FIT begins."""

FIRST_DATE_S: Final = 0x1000_0000
"""Smaller times of FIT count from when the device was switched on: it knew no date."""

_FIELDS: Final = (
    "position_lat", "position_long", "timestamp", "altitude", "enhanced_altitude", "speed", "enhanced_speed",
    "heart_rate", "cadence", "fractional_cadence", "temperature", "gps_accuracy",
)  # fmt: skip
_RECORD_FIELDS: Final = {field.name: field for field in profile.MESSAGE_TYPES[20].fields.values()}
_PLACES: Final[dict[object, int]] = {_RECORD_FIELDS[name]: place for place, name in enumerate(_FIELDS)}
_PLACES[profile.FIELD_TYPE_TIMESTAMP] = _FIELDS.index("timestamp")
_BLANK: Final = [float("nan")] * len(_FIELDS)
_NUMBERS: Final = frozenset({int, float})


@dataclass(frozen=True, slots=True, kw_only=True)
class FitColumns:
    """All records of a file, NaN and ``NO_TIME`` where the device wrote none."""

    latitude_deg: NDArray[np.float64]
    longitude_deg: NDArray[np.float64]
    elevation_m: NDArray[np.float64]
    time_us: NDArray[np.int64]
    extras: dict[str, NDArray[np.float64]]


class FitRecords:
    """Collects records as rows of numbers.

    Attributes:
        count: Records taken so far.
    """

    def __init__(self) -> None:
        self.count = 0
        self._rows = array("d")

    def take(self, fields: Iterable[Any]) -> None:
        """Take one record, given the fields that fitdecode found in it.

        What the device wrote counts more than what fitdecode derives from a coarser field, which has no definition.
        """
        row, place_of = _BLANK.copy(), _PLACES.get
        for field in fields:
            place = place_of(field.field)
            if place is None:
                continue
            value = field.value
            if type(value) in _NUMBERS and (field.field_def is not None or row[place] != row[place]):
                row[place] = value
        self._rows.extend(row)
        self.count += 1

    def columns(self) -> FitColumns:
        """All records taken."""
        rows = np.frombuffer(self._rows, np.float64).reshape(-1, len(_FIELDS))
        column = {name: rows[:, place].copy() for place, name in enumerate(_FIELDS)}
        speed, altitude = column["enhanced_speed"], column["enhanced_altitude"]
        return FitColumns(
            latitude_deg=column["position_lat"] * SEMICIRCLE_DEG,
            longitude_deg=column["position_long"] * SEMICIRCLE_DEG,
            elevation_m=np.where(np.isnan(altitude), column["altitude"], altitude),
            time_us=_times_us(column["timestamp"]),
            extras={
                "speed_mps": np.where(np.isnan(speed), column["speed"], speed),
                "accuracy_m": column["gps_accuracy"],
                "heart_rate_bpm": column["heart_rate"],
                "cadence_rpm": column["cadence"] + np.nan_to_num(column["fractional_cadence"]),
                "temperature_c": column["temperature"],
            },
        )


def time_us_from_fit(seconds: float) -> int:
    """A time of FIT in microseconds since 1970; without a date it stays near 1970, where nothing can have been seen."""
    return round(seconds + (FIT_EPOCH_S if seconds >= FIRST_DATE_S else 0)) * 1_000_000


def _times_us(seconds: NDArray[np.float64]) -> NDArray[np.int64]:
    known = seconds + np.where(seconds >= FIRST_DATE_S, FIT_EPOCH_S, 0)
    usable = np.abs(known) < 1e11
    times = np.full(len(seconds), NO_TIME, np.int64)
    times[usable] = np.rint(known[usable]).astype(np.int64) * 1_000_000
    return times
