"""Track files of other formats than GPX, made for tests out of fixes that are known."""

from __future__ import annotations

import datetime as dt
import functools
import operator
import struct
from collections.abc import Iterable, Sequence

FIT_EPOCH_S = 631_065_600
Field = tuple[int, str, int | float | bytes | None]
"""Number, letter of `struct` and value of one field; no value is FIT's way of saying none."""

_BASE_TYPES = {"B": 0x02, "H": 0x84, "I": 0x86, "i": 0x85, "b": 0x01, "s": 0x07, "E": 0x00, "Z": 0x8C}
_INVALID = {"B": 0xFF, "H": 0xFFFF, "I": 0xFFFFFFFF, "i": 0x7FFFFFFF, "b": 0x7F, "E": 0xFF, "Z": 0}
_LETTERS = {"E": "B", "Z": "I"}

FILE_ID, EVENT, RECORD, LOCATION, COURSE, COURSE_POINT = 0, 21, 20, 29, 31, 32


def fit_message(number: int, fields: Sequence[Field], *, endian: str = "<") -> bytes:
    """A definition and the one message that uses it."""
    definition = struct.pack(f"{endian}BBBHB", 0x40, 0, int(endian == ">"), number, len(fields))
    values = b"\x00"
    for place, letter, value in fields:
        if letter == "s":
            content = (value if isinstance(value, bytes) else b"") + b"\x00"
        else:
            content = struct.pack(endian + _LETTERS.get(letter, letter), _INVALID[letter] if value is None else value)
        definition += struct.pack("BBB", place, len(content), _BASE_TYPES[letter])
        values += content
    return definition + values


def fit_file(*messages: bytes, has_sum: bool = True) -> bytes:
    """Header, messages and checksum."""
    body = b"".join(messages)
    whole = struct.pack("<BBHI4s", 12, 0x20, 2100, len(body), b".FIT") + body
    return whole + struct.pack("<H", fit_sum(whole) if has_sum else 0)


def fit_sum(content: bytes) -> int:
    """The checksum of FIT, bit by bit."""
    crc = 0
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def record(second: int | None, latitude: int | None, longitude: int | None, *more: Field, endian: str = "<") -> bytes:
    """A fix: seconds since 1970, and semicircles."""
    time = None if second is None else second - FIT_EPOCH_S
    fields: list[Field] = [(253, "I", time), (0, "i", latitude), (1, "i", longitude), *more]
    return fit_message(RECORD, fields, endian=endian)


def sentence(body: str) -> str:
    """An NMEA sentence with its checksum."""
    return f"${body}*{functools.reduce(operator.xor, body.encode(), 0):02X}\r\n"


def minutes(ten_thousandths: int, width: int, sides: str) -> str:
    """An angle of NMEA, given in ten thousandths of a minute: degrees and minutes together, and the side."""
    size = abs(ten_thousandths)
    degrees, rest = divmod(size, 600_000)
    return f"{degrees:0{width}}{rest // 10_000:02}.{rest % 10_000:04},{sides[ten_thousandths < 0]}"


def rmc(moment: dt.datetime, latitude: int, longitude: int, *, status: str = "A", talker: str = "GN") -> str:
    """Date, time and place; angles in ten thousandths of a minute."""
    place = f"{minutes(latitude, 2, 'NS')},{minutes(longitude, 3, 'EW')}"
    return sentence(f"{talker}RMC,{moment:%H%M%S.%f},{status},{place},1.5,90.0,{moment:%d%m%y},,")


def gga(moment: dt.datetime, latitude: int, longitude: int, *, quality: int = 1, height: str = "2100.5") -> str:
    """Time, place, quality and height; angles in ten thousandths of a minute."""
    place = f"{minutes(latitude, 2, 'NS')},{minutes(longitude, 3, 'EW')}"
    return sentence(f"GPGGA,{moment:%H%M%S.%f},{place},{quality},08,0.9,{height},M,-40.0,M,,")


def gx_track(fixes: Iterable[tuple[str, str, str, str]]) -> str:
    """A gx:Track of times, longitudes, latitudes and heights."""
    rows = list(fixes)
    whens = "".join(f"<when>{time}</when>" for time, _, _, _ in rows)
    coords = "".join(f"<gx:coord>{longitude} {latitude} {height}</gx:coord>" for _, longitude, latitude, height in rows)
    return f"<gx:Track><altitudeMode>absolute</altitudeMode>{whens}{coords}</gx:Track>"


def kml(*placemarks: str) -> bytes:
    """A document of placemarks."""
    spaces = 'xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"'
    inside = "".join(f"<Placemark>{placemark}</Placemark>" for placemark in placemarks)
    return f'<?xml version="1.0" encoding="UTF-8"?><kml {spaces}><Document>{inside}</Document></kml>'.encode()


def trackpoint(time: str, latitude: str, longitude: str, more: str = "") -> str:
    """A point of TCX."""
    place = f"<LatitudeDegrees>{latitude}</LatitudeDegrees><LongitudeDegrees>{longitude}</LongitudeDegrees>"
    return f"<Trackpoint><Time>{time}</Time><Position>{place}</Position>{more}</Trackpoint>"


def tcx(inside: str) -> bytes:
    """A file of TCX."""
    spaces = (
        'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" '
        'xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2"'
    )
    return f"<TrainingCenterDatabase {spaces}>{inside}</TrainingCenterDatabase>".encode()
