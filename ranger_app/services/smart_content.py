"""Whether two SMART files say the same, however they are written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal

from ranger_app.importers.smart_parts import SmartLabel, SmartPatrol, SmartPlace, SmartTrack

_NUMBERS = frozenset({"longitude", "latitude", "direction", "distance", "distance_km"})


def content_digest(told: SmartPatrol | SmartPlace, attachments: Mapping[str, str]) -> str:
    """Digest of what a file says: spelling of numbers, prefixes and versions of the format do not count.

    Args:
        attachments: Name in the package to the digest of its bytes.
    """
    digest = hashlib.sha256()
    for piece in content_pieces(told):
        digest.update(len(piece).to_bytes(8, "big") + piece)
    for name, sha256 in sorted(attachments.items()):
        digest.update(f"{name}\0{sha256}\n".encode())
    return digest.hexdigest()


def content_pieces(told: object, name: str = "") -> Iterator[bytes]:
    """What a record says, piece by piece, each value in one spelling."""
    if isinstance(told, SmartTrack):
        # Not how it is drawn: as one line or as several of one.
        yield b"track"
        for part in told.parts:
            yield part.astype(">f8").tobytes()
        yield from content_pieces(told.distance_km, "distance_km")
    elif is_dataclass(told) and not isinstance(told, type):
        yield type(told).__name__.encode()
        # Versions before 1.4 have no keys of transports, those before 2.2 no kinds of incidents.
        left_out = {"key"} if isinstance(told, SmartLabel) and told.text else {"kind"}
        for field in (one for one in fields(told) if one.name not in left_out):
            yield field.name.encode()
            yield from content_pieces(getattr(told, field.name), field.name)
    elif isinstance(told, tuple):
        yield b"(%d" % len(told)
        for one in told:
            yield from content_pieces(one)
    elif isinstance(told, Decimal) or (name in _NUMBERS and told):
        yield repr(float(str(told))).encode()
    else:
        yield f"{type(told).__name__} {told}".encode()
