"""Photos: what the camera wrote into them, and the smaller picture that pages print.

Only formats on the list are opened, by their content; pixels are capped before they are decoded.
"""

from __future__ import annotations

import datetime as dt
import io
import logging
import math
import stat
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ranger_app.domain.records import Position, PositionSource
from ranger_app.errors import RangerAppError

if TYPE_CHECKING:
    from PIL import Image

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "TIFF": "image/tiff", "WEBP": "image/webp", "MPO": "image/jpeg"}
"""Formats that are read, by Pillow's name; MPO is a JPEG with a second picture behind it, and opened as JPEG."""

OPENED = tuple(name for name in FORMATS if name != "MPO")

MOST_PIXELS = 100_000_000
DERIVATIVE_PX = 1600
DERIVATIVE_QUALITY = 85
LARGEST_PHOTO_BYTES = 200 * 1024 * 1024

SPOILT = (OSError, ValueError, SyntaxError, TypeError, LookupError, AttributeError, ArithmeticError, EOFError,
          MemoryError, struct.error, zlib.error)  # fmt: skip
"""What Pillow raises on bytes that pretend to be a picture."""

_MAKE, _MODEL, _ORIENTATION, _EXIF, _GPS = 0x010F, 0x0110, 0x0112, 0x8769, 0x8825
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
"""EXIF orientation to Pillow's transposition that sets the picture upright."""

_TAKEN, _OFFSET, _SUBSECOND, _SERIAL = 0x9003, 0x9011, 0x9291, 0xA431

_SWITCH = threading.Lock()


class NotAPhotoError(RangerAppError):
    """A file is not a picture of a kind that is read here."""

    code = "photo-not-a-photo"


class PhotoUnreadableError(NotAPhotoError):
    """The disk does not give the file: it is not there, or nobody may read it."""

    code = "file-unreadable"


class PhotoTooLargeError(RangerAppError):
    """A picture has more pixels or bytes than any camera makes."""

    code = "photo-too-large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """What a photo says of itself.

    Attributes:
        taken_at: By the camera's clock; aware only when the camera wrote its offset.
        position: From the camera's own GPS.
        derivative: JPEG of at most 1600 px on the longer side, upright, without the camera's data; empty where nothing
            could be decoded.
        flaw: Code of what is wrong with the picture; empty when it is whole.
        serial: Serial number of the camera's body, where it wrote one.
    """

    mime: str
    width_px: int
    height_px: int
    camera: str
    taken_at: dt.datetime | None
    position: Position | None
    derivative: bytes
    flaw: str = ""
    serial: str = ""


def read_photo(path: Path) -> Photo:
    """Read *path*; a damaged picture is still evidence, and what can be decoded of it is shown.

    Raises:
        NotAPhotoError: It is no picture, or cannot be read (`PhotoUnreadableError`).
        PhotoTooLargeError: It is larger than is safe to decode.
    """
    from PIL import Image

    try:
        facts = path.stat()
    except OSError as error:
        raise PhotoUnreadableError(file=str(path), reason=error.strerror or type(error).__name__) from error
    except ValueError as error:  # a name with signs that no disk has
        raise NotAPhotoError(file=str(path)) from error
    if not stat.S_ISREG(facts.st_mode):  # reading a pipe would wait for ever
        raise NotAPhotoError(file=str(path))
    try:
        if facts.st_size > LARGEST_PHOTO_BYTES:
            raise PhotoTooLargeError(file=str(path))
        with _unwarned(), Image.open(path, formats=OPENED) as image:
            if image.width * image.height > MOST_PIXELS:
                raise PhotoTooLargeError(file=str(path))
            mime, size, tags = FORMATS[str(image.format)], image.size, _tags(image)
        derivative, flaw = _shown(path, tags.orientation)
    except Image.DecompressionBombError as error:
        raise PhotoTooLargeError(file=str(path)) from error
    except SPOILT as error:
        raise NotAPhotoError(file=str(path)) from error
    return Photo(
        mime=mime, width_px=size[0], height_px=size[1], camera=tags.camera, taken_at=_taken(tags.details),
        position=_position(tags.gps), derivative=derivative, flaw=flaw, serial=_text(tags.details.get(_SERIAL))[:60],
    )  # fmt: skip


def _shown(path: Path, orientation: int) -> tuple[bytes, str]:
    """The derivative of a picture, and the code of what is wrong with it."""
    try:
        return _decoded(path, orientation), ""
    except SPOILT:
        pass
    try:
        with _patient():
            derivative = _decoded(path, orientation)
        if not _is_plain(derivative):
            return derivative, "photo-cut-off"
    except SPOILT:
        pass
    return b"", "photo-undecodable"


def _is_plain(picture: bytes) -> bool:
    """Whether a picture is of one colour: nothing of it could be decoded."""
    from PIL import Image

    with Image.open(io.BytesIO(picture), formats=OPENED) as image:
        return len(image.getcolors(1) or ()) == 1


def _decoded(path: Path, orientation: int) -> bytes:
    from PIL import Image

    with _unwarned(), Image.open(path, formats=OPENED) as image:
        image.draft("RGB", (DERIVATIVE_PX, DERIVATIVE_PX))
        return _derivative(image, orientation)


@contextmanager
def _patient() -> Iterator[None]:
    """Let Pillow leave what is missing of a picture grey; it has one switch for the whole program."""
    from PIL import ImageFile

    with _SWITCH:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False


@contextmanager
def _unwarned() -> Iterator[None]:
    """Pillow warns of every oddity of a file, and logs some; what matters is whether it can be read."""
    logging.getLogger("PIL").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@dataclass(frozen=True, slots=True)
class _Tags:
    """What the camera wrote, as far as it can be read.

    Attributes:
        orientation: How the picture is to be turned, 1 to 8.
    """

    orientation: int = 1
    camera: str = ""
    details: Mapping[int, Any] = field(default_factory=dict)
    gps: Mapping[int, Any] = field(default_factory=dict)


def _tags(image: Image.Image) -> _Tags:
    try:
        exif = image.getexif()
        orientation = exif.get(_ORIENTATION, 1)
        makers = dict.fromkeys(part for tag in (_MAKE, _MODEL) if (part := _text(exif.get(tag))))
        return _Tags(
            orientation if orientation in _TURNS else 1, " ".join(makers)[:120], exif.get_ifd(_EXIF), exif.get_ifd(_GPS)
        )
    except SPOILT:
        return _Tags()


def _derivative(image: Image.Image, orientation: int) -> bytes:
    from PIL import Image

    picture = image.convert("RGB")
    picture.thumbnail((DERIVATIVE_PX, DERIVATIVE_PX))
    if (turn := _TURNS.get(orientation)) is not None:
        picture = picture.transpose(Image.Transpose(turn))
    picture.info.clear()  # comments and places that Pillow would copy
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=DERIVATIVE_QUALITY)
    return kept.getvalue()


def _text(value: object) -> str:
    return "".join(sign for sign in str(value or "") if sign.isprintable()).strip()


def _taken(details: Mapping[int, Any]) -> dt.datetime | None:
    try:
        moment = dt.datetime.strptime(_text(details.get(_TAKEN)), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - as written
    except ValueError:
        return None
    if not dt.MINYEAR < moment.year < dt.MAXYEAR:
        return None  # a clock that was never set; in another zone such a day may lie outside of the calendar
    fraction = _text(details.get(_SUBSECOND))
    if fraction.isascii() and fraction.isdecimal():
        moment = moment.replace(microsecond=int(fraction[:6].ljust(6, "0")))
    try:
        return dt.datetime.fromisoformat(moment.isoformat() + _text(details.get(_OFFSET)))
    except ValueError:
        return moment


def _position(gps: Mapping[int, Any]) -> Position | None:
    try:
        latitude = _degrees(gps[2]) * (-1 if _text(gps.get(1)).upper() == "S" else 1)
        longitude = _degrees(gps[4]) * (-1 if _text(gps.get(3)).upper() == "W" else 1)
        accuracy = float(gps[31]) if 31 in gps else None
        return Position(
            latitude_deg=round(latitude, 8),
            longitude_deg=round(longitude, 8),
            accuracy_m=accuracy if accuracy is not None and math.isfinite(accuracy) and accuracy >= 0 else None,
            source=PositionSource.PHOTO,
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
        return None


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600
