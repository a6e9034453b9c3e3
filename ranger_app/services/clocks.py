"""Which clock timed what: receivers and cameras by name, what came in together, and what was corrected."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from db.fields import moment
from db.journal import act_of
from db.reader import Entry, Reader
from db.schema import VISIBLE
from ranger_app.domain.track_edits import CLOCK, Shift
from ranger_app.domain.typed_text import composed
from ranger_app.errors import RangerAppError


class ShiftRefusedError(RangerAppError):
    """A clock is not wrong by so much, or there is no time to compare."""

    code = "shift-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockCorrection:
    """What stands of the correction of one clock.

    Attributes:
        clock: Its key in the fields ``clock/<key>``.
        name: The device or camera; the file where a track does not tell its device.
        shift_s: Seconds that are added.
        tracks, waypoints, photos: Ids of what it timed.
        corrected_at: When somebody corrected it, by that laptop's clock; ``None`` while it is not known.
    """

    clock: str
    name: str
    shift_s: Decimal
    reason: str
    tracks: tuple[str, ...] = ()
    waypoints: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    corrected_at: dt.datetime | None = None


def clock_name(reader: Reader, entry: Entry) -> str:
    """The device of a track, or the camera of a photo; the file of a track that does not tell its device."""
    if entry.kind == "attachment":
        return str(entry.values.get("camera_serial") or entry.values.get("camera") or "")
    file = str(entry.values.get("file", ""))
    told = reader.entry(file).values if file and reader.has(file) else {}
    return str(entry.values.get("device") or told.get("device") or told.get("name") or entry.id)


def clock_of(reader: Reader, entry: Entry) -> str:
    """Key of the clock that timed a track or a photo, the same on all laptops."""
    return clock_key("camera" if entry.kind == "attachment" else "device", clock_name(reader, entry))


def clock_key(kind: str, name: str) -> str:
    """Key of a ``camera`` or a ``device`` by its name."""
    return hashlib.sha256(f"{kind}\0{name}".encode()).hexdigest()[:16]


def tracks_of_device(reader: Reader, device: str, *, file: str = "") -> tuple[str, ...]:
    """Ids of the tracks that a device recorded.

    Args:
        device: Its serial number or name, as the tracks or their files tell it.
        file: Id or name of a file, where only what came from that one is meant; the device may then be empty.
    """
    wanted = _folded(device)
    found = []
    for track in reader.entries("track"):
        origin = str(track.values.get("file", ""))
        told = reader.entry(origin).values if origin and reader.has(origin) else {}
        names = {_folded(track.values.get("device")), _folded(told.get("device"))} - {""}
        if (not file or file in (origin, told.get("name"))) and (wanted in names if wanted else bool(file)):
            found.append(track.id)
    return tuple(found)


def photos_of_camera(reader: Reader, camera: str) -> tuple[str, ...]:
    """Ids of the photos that a camera took, by its serial number or its make and model."""
    wanted = _folded(camera)
    return tuple(
        one.id
        for one in reader.entries("attachment")
        if wanted and wanted in (_folded(one.values.get("camera_serial")), _folded(one.values.get("camera")))
    )


def photos_of_card(reader: Reader, photo_id: str) -> tuple[str, ...]:
    """Ids of the photos that came in together with this one and were taken by the same camera, itself among them.

    Raises:
        RecordMissingError: There is no such photo.
    """
    photo = reader.entry(photo_id, "attachment")
    import_of = partial(act_of_create, reader)
    same = ("camera", "camera_serial")
    return tuple(
        one.id
        for one in reader.entries("attachment")
        if all(one.values.get(name) == photo.values.get(name) for name in same) and import_of(one) == import_of(photo)
    )


def shift_by_photo(reader: Reader, photo_id: str, shown: dt.datetime | dt.time, zone: ZoneInfo) -> Decimal:
    """Seconds by which a camera was behind, from a photo of a screen that shows the time.

    Args:
        shown: What the screen shows; of a time without a day the one nearest to the camera's.
        zone: The zone of a screen that names none.

    Raises:
        RecordMissingError: There is no such photo.
        ShiftRefusedError: The camera wrote no time.
    """
    taken = moment(reader.entry(photo_id, "attachment").values.get("taken_at"))
    if taken is None:
        raise ShiftRefusedError(seconds="")
    if isinstance(shown, dt.datetime):
        right = shown if shown.tzinfo is not None else shown.replace(tzinfo=zone)
        return _seconds(right - taken)
    day = taken.astimezone(shown.tzinfo or zone).date()
    near = [
        dt.datetime.combine(day + dt.timedelta(days=days), shown, shown.tzinfo or zone) - taken for days in (-1, 0, 1)
    ]
    return _seconds(min(near, key=abs))


def corrections(reader: Reader) -> tuple[ClockCorrection, ...]:
    """Every correction of a clock that stands, by name."""
    found: dict[tuple[str, str, Shift], dict[str, list[str]]] = {}
    names: dict[str, str] = {}
    for entry in _corrected(reader):
        for name, value in entry.values.items():
            shift = Shift.parse(value) if name.startswith(CLOCK) else None
            if shift is not None:
                clock = name[len(CLOCK) :]
                key = (clock, shift.reason, shift)
                found.setdefault(key, {}).setdefault(entry.kind, []).append(entry.id)
                if entry.kind != "waypoint":
                    names.setdefault(clock, clock_name(reader, entry))
    listed = [
        ClockCorrection(
            clock=clock, name=names.get(clock, ""), shift_s=shift.seconds, reason=reason,
            tracks=tuple(parts.get("track", ())), waypoints=tuple(parts.get("waypoint", ())),
            photos=tuple(parts.get("attachment", ())), corrected_at=_corrected_at(reader, parts, f"{CLOCK}{clock}"),
        )
        for (clock, reason, shift), parts in found.items()
    ]  # fmt: skip
    return tuple(sorted(listed, key=lambda one: (one.name, one.clock, one.shift_s)))


def _corrected_at(reader: Reader, parts: dict[str, list[str]], name: str) -> dt.datetime | None:
    """When the field *name* of the first of these records was written."""
    record = next(iter(parts.values()))[0]
    for ref in reader.state(record).heads_of(name):
        stored = reader.journal.by_ref(ref)
        if stored is not None:
            return dt.datetime.fromtimestamp(act_of(stored).at / 1000, dt.UTC)
    return None


def _corrected(reader: Reader) -> Iterator[Entry]:
    rows: Iterable[tuple[bytes, str]] = reader.derived.execute(
        f"SELECT id, kind FROM record WHERE kind IN ('track', 'waypoint', 'attachment') AND {VISIBLE}"
        f" AND instr(extra, '\"{CLOCK}') ORDER BY no"
    ).fetchall()
    for raw, kind in rows:
        yield reader.entry(raw.hex(), kind)


def act_of_create(reader: Reader, entry: Entry) -> str:
    """Names the act in which a record came in, with all that came in with it."""
    stored = reader.journal.by_ref(entry.origin)
    return entry.origin if stored is None else str(act_of(stored).more.get("with", entry.origin))


def _seconds(span: dt.timedelta) -> Decimal:
    return Decimal(round(span.total_seconds()))


def _folded(name: object) -> str:
    return composed(str(name or "")).casefold().strip()
