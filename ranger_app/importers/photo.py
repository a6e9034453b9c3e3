"""Photos: what the camera wrote into them, and the smaller picture that pages print.

Only formats on the list are opened, by their content; pixels are capped before they are decoded.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from dataclasses import dataclass
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

_MAKE, _MODEL, _EXIF, _GPS = 0x010F, 0x0110, 0x8769, 0x8825
_TAKEN, _OFFSET, _SUBSECOND = 0x9003, 0x9011, 0x9291


class NotAPhotoError(RangerAppError):
    """A file is not a picture of a kind that is read here."""

    code = "photo-not-a-photo"


class PhotoTooLargeError(RangerAppError):
    """A picture has more pixels or bytes than any camera makes."""

    code = "photo-too-large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """What a photo says of itself.

    Attributes:
        taken_at: By the camera's clock; aware only when the camera wrote its offset.
        position: From the camera's own GPS.
        derivative: JPEG of at most 1600 px on the longer side, upright, without the camera's data.
    """

    mime: str
    width_px: int
    height_px: int
    camera: str
    taken_at: dt.datetime | None
    position: Position | None
    derivative: bytes


def read_photo(path: Path) -> Photo:
    """Read *path*.

    Raises:
        NotAPhotoError: It is no picture, a damaged one, or cannot be read.
        PhotoTooLargeError: It is larger than is safe to decode.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        if path.stat().st_size > LARGEST_PHOTO_BYTES:
            raise PhotoTooLargeError(file=str(path))
        with Image.open(path, formats=OPENED) as image:
            if image.width * image.height > MOST_PIXELS:
                raise PhotoTooLargeError(file=str(path))
            exif = image.getexif()
            mime = FORMATS[str(image.format)]
            size = image.size
            image.draft("RGB", (DERIVATIVE_PX, DERIVATIVE_PX))
            upright = ImageOps.exif_transpose(image)
            derivative = _derivative(upright)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise NotAPhotoError(file=str(path)) from error
    details = exif.get_ifd(_EXIF)
    camera = " ".join(dict.fromkeys(part for tag in (_MAKE, _MODEL) if (part := _text(exif.get(tag)))))
    return Photo(
        mime=mime, width_px=size[0], height_px=size[1], camera=camera[:120], taken_at=_taken(details),
        position=_position(exif.get_ifd(_GPS)), derivative=derivative,
    )  # fmt: skip


def _derivative(image: Image.Image) -> bytes:
    picture = image.convert("RGB")
    picture.thumbnail((DERIVATIVE_PX, DERIVATIVE_PX))
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=DERIVATIVE_QUALITY)
    return kept.getvalue()


def _text(value: object) -> str:
    return "".join(sign for sign in str(value or "") if sign.isprintable()).strip()


def _taken(details: dict[int, Any]) -> dt.datetime | None:
    try:
        moment = dt.datetime.strptime(_text(details.get(_TAKEN)), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - as written
    except ValueError:
        return None
    fraction = _text(details.get(_SUBSECOND))
    if fraction.isdigit():
        moment = moment.replace(microsecond=int(fraction[:6].ljust(6, "0")))
    try:
        return dt.datetime.fromisoformat(moment.isoformat() + _text(details.get(_OFFSET)))
    except ValueError:
        return moment


def _position(gps: dict[int, Any]) -> Position | None:
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
