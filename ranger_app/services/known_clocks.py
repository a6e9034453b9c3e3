"""Every clock that timed something here: a receiver or a camera, how much it timed and when, card by card."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter

from db.fields import moment
from db.journal import act_of
from db.reader import Entry, Reader
from ranger_app.domain.track_edits import CLOCK, Shift
from ranger_app.services.clocks import act_of_create, clock_name, clock_of

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A track or a photo as its clock timed it.

    Attributes:
        span: First and last moment by the clock itself; ``None`` where it told none.
        shift: The correction of that clock that stands; ``None`` for none.
    """

    id: str
    kind: str
    clock: str
    span: Span | None
    shift: Shift | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What came in at once of one clock: a card, a receiver that was read.

    Attributes:
        came_in: By the laptop's clock; ``None`` where that is not known.
        tracks, photos: Ids.
        span: Of all of them, by the clock itself.
    """

    came_in: dt.datetime | None
    tracks: tuple[str, ...]
    photos: tuple[str, ...]
    span: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClock:
    """A receiver or a camera.

    Attributes:
        clock: Its key in the fields ``clock/<key>``.
        is_camera: Whether it took photos; else it recorded tracks.
        name: Make and model, or what a receiver is called; empty for a camera that does not tell.
        serial: Of a camera; empty where it does not tell.
        parts: The last one that came in first.
        shift: The correction of all it timed; ``None`` where there is none, or they are several.
    """

    clock: str
    is_camera: bool
    name: str
    serial: str
    parts: tuple[Part, ...]
    shift: Shift | None

    @property
    def whole(self) -> Part:
        """All that it timed."""
        return Part(
            came_in=None,
            tracks=tuple(one for part in self.parts for one in part.tracks),
            photos=tuple(one for part in self.parts for one in part.photos),
            span=joined(part.span for part in self.parts),
        )


def joined(spans: Iterable[Span | None]) -> Span | None:
    """From the first moment to the last one of all."""
    known = [span for span in spans if span is not None]
    return (min(first for first, _ in known), max(last for _, last in known)) if known else None


def timed(reader: Reader, entry: Entry) -> Timed:
    """What the clock of a track or a photo told of it."""
    clock = clock_of(reader, entry)
    shift = Shift.parse(entry.values.get(f"{CLOCK}{clock}"))
    return Timed(id=entry.id, kind=entry.kind, clock=clock, span=_span(entry), shift=shift)


def _span(entry: Entry) -> Span | None:
    if entry.kind == "attachment":
        taken = moment(entry.values.get("taken_at"))
        return None if taken is None else (taken, taken)
    ends = [entry.values.get(name) for name in ("start_us", "end_us")]
    first, last = (one if isinstance(one, int) else None for one in ends)
    if first is None or last is None:
        return None
    return _EPOCH + dt.timedelta(microseconds=first), _EPOCH + dt.timedelta(microseconds=last)


def known_clocks(reader: Reader, *, stop: Callable[[int, int], None] = lambda _done, _total: None) -> list[KnownClock]:
    """Every clock, cameras last, each by its name.

    Args:
        stop: Told how many of how many were looked at; raises to end it.
    """
    entries = [*reader.entries("track"), *(one for one in reader.entries("attachment") if one.values.get("taken_at"))]
    of_clock: dict[str, dict[str, list[Timed]]] = {}
    firsts: dict[str, Entry] = {}
    for number, entry in enumerate(entries):
        stop(number, len(entries))
        told = timed(reader, entry)
        firsts.setdefault(told.clock, entry)
        of_clock.setdefault(told.clock, {}).setdefault(act_of_create(reader, entry), []).append(told)
    found = [_clock(reader, firsts[clock], clock, imports) for clock, imports in of_clock.items()]
    return sorted(found, key=attrgetter("is_camera", "name", "serial", "clock"))


def _clock(reader: Reader, first: Entry, clock: str, imports: dict[str, list[Timed]]) -> KnownClock:
    shifts = {one.shift for part in imports.values() for one in part}
    is_camera = first.kind == "attachment"
    parts = [_part(reader, ref, members) for ref, members in imports.items()]
    parts.sort(key=lambda part: part.came_in or _EPOCH, reverse=True)
    return KnownClock(
        clock=clock,
        is_camera=is_camera,
        name=str(first.values.get("camera") or "") if is_camera else clock_name(reader, first),
        serial=str(first.values.get("camera_serial") or "") if is_camera else "",
        parts=tuple(parts),
        shift=next(iter(shifts)) if len(shifts) == 1 else None,
    )


def _part(reader: Reader, ref: str, members: list[Timed]) -> Part:
    stored = reader.journal.by_ref(ref)
    at = act_of(stored).at if stored is not None else 0
    return Part(
        came_in=dt.datetime.fromtimestamp(at / 1000, dt.UTC) if at else None,
        tracks=tuple(one.id for one in members if one.kind == "track"),
        photos=tuple(one.id for one in members if one.kind == "attachment"),
        span=joined(one.span for one in members),
    )
