"""What is new of a clock that was corrected before: the same correction is proposed, and made by a person alone.

The rule. A clock is a camera of one serial number, or of one make and model where it tells no number, or a receiver
by the name that its files tell. For what came in and bears no correction, that one is proposed which was made for the
nearest times by the clock itself: times about the new moment, or not farther from it than :data:`NEAR_DAYS`. A clock
may have been set since: where something that the same clock timed, that was here before and was left as it was, lies
between or at the new moment, nothing is proposed; nor where two corrections by different shifts are equally near.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from db.journal import act_of
from db.reader import Reader
from ranger_app.domain.track_edits import Shift
from ranger_app.services.clocks import ClockCorrection, clock_key, clock_name, corrections
from ranger_app.services.known_clocks import Span, Timed, timed

NEAR_DAYS = 31
"""Days from what was corrected, by the clock itself, within which a clock is taken to be wrong by the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockProposal:
    """A correction that stands, for things of the same clock that came in since.

    Attributes:
        clock: Key of the clock.
        name: The receiver, or the make and model of the camera.
        corrected_at: When somebody made the correction.
        tracks, photos: Ids of what is new.
    """

    clock: str
    is_camera: bool
    name: str
    shift_s: Decimal
    reason: str
    corrected_at: dt.datetime | None
    tracks: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()

    @property
    def shift(self) -> Shift:
        return Shift(self.shift_s, self.reason)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Things of one clock that follow each other, all corrected alike, or none of them."""

    span: Span
    correction: ClockCorrection | None


def came_in(reader: Reader, records: Iterable[tuple[str, str]], *, after: int) -> dict[str, list[str]]:
    """Tracks and photos among *records* (kind and id) that were written after change number *after*, by kind."""
    found: dict[str, list[str]] = {"track": [], "attachment": []}
    for kind, record in records:
        if kind in found and reader.has(record):
            entry = reader.entry(record, kind)
            stored = reader.journal.by_ref(entry.origin)
            if not entry.is_hidden and stored is not None and stored.n > after:
                found[kind].append(record)
    return found


def new_proposals(reader: Reader, *, after: int) -> tuple[ClockProposal, ...]:
    """What is proposed for all that came in after change number *after*."""
    records = [
        (op.get("kind"), op.get("record")) for stored in reader.journal.stored(after=after) for op in act_of(stored).ops
    ]
    told = ((kind, record) for kind, record in records if isinstance(kind, str) and isinstance(record, str))
    found = came_in(reader, dict.fromkeys(told), after=after)
    return proposals(reader, tracks=found["track"], photos=found["attachment"])


def proposals(reader: Reader, *, tracks: Sequence[str] = (), photos: Sequence[str] = ()) -> tuple[ClockProposal, ...]:
    """Corrections that what came in now, named by id, may need too; nothing is changed."""
    standing = corrections(reader)
    if not standing:
        return ()
    entries = [reader.entry(one, "track") for one in tracks] + [reader.entry(one, "attachment") for one in photos]
    clocks = {one.clock for one in standing}
    new = [told for told in (timed(reader, entry) for entry in entries) if told.clock in clocks]
    ids = {told.id for told in new}
    found: dict[tuple[str, Decimal, str], tuple[ClockCorrection, list[Timed]]] = {}
    known = {clock: _stretches(reader, clock, standing, ids) for clock in {told.clock for told in new}}
    for told in new:
        one = _fitting(known[told.clock], told.span) if told.span is not None and told.shift is None else None
        if one is not None:
            found.setdefault((one.clock, one.shift_s, one.reason), (one, []))[1].append(told)
    return tuple(_proposal(reader, one, members) for one, members in found.values())


def proposal_for_camera(
    reader: Reader, *, camera: str, serial: str, taken: Iterable[dt.datetime]
) -> ClockProposal | None:
    """The correction that photos which are not stored yet may need, where it is the same for all of them."""
    standing = corrections(reader)
    clock = clock_key("camera", serial or camera)
    if not (serial or camera) or clock not in {one.clock for one in standing}:
        return None
    known = _stretches(reader, clock, standing, ())
    fitting = [_fitting(known, (one, one)) for one in taken]
    one = fitting[0] if fitting else None
    if one is None or any(other is None or other.shift_s != one.shift_s for other in fitting):
        return None
    return ClockProposal(
        clock=clock, is_camera=True, name=camera or serial, shift_s=one.shift_s, reason=one.reason,
        corrected_at=one.corrected_at,
    )  # fmt: skip


def _stretches(reader: Reader, clock: str, standing: Sequence[ClockCorrection], new: Collection[str]) -> list[_Stretch]:
    """What was here of a clock before *new*, in the order of its times."""
    by_shift = {(one.shift_s, one.reason): one for one in standing if one.clock == clock}
    known: list[tuple[Span, ClockCorrection | None]] = []
    for kind in ("track", "attachment"):
        for entry in reader.entries(kind):
            told = timed(reader, entry) if entry.id not in new else None
            if told is not None and told.clock == clock and told.span is not None:
                shift = told.shift
                known.append((told.span, by_shift.get((shift.seconds, shift.reason)) if shift is not None else None))
    found: list[_Stretch] = []
    for span, correction in sorted(known, key=lambda one: one[0]):
        if found and found[-1].correction is correction:
            before = found.pop().span
            span = before[0], max(before[1], span[1])
        found.append(_Stretch(span, correction))
    return found


def _fitting(stretches: Sequence[_Stretch], span: Span) -> ClockCorrection | None:
    near = [(_apart(span, one.span), one.span, one.correction) for one in stretches if one.correction is not None]
    least = min((apart for apart, _, _ in near), default=None)
    if least is None or least > dt.timedelta(days=NEAR_DAYS):
        return None
    nearest = [(other, one) for apart, other, one in near if apart == least]
    if len({one.shift_s for _, one in nearest}) > 1:
        return None
    other, found = nearest[0]
    first, last = min(span[0], other[1]), max(span[1], other[0])
    is_set_since = any(one.correction is None and one.span[0] <= last and one.span[1] >= first for one in stretches)
    return None if is_set_since else found


def _apart(one: Span, other: Span) -> dt.timedelta:
    return max(one[0] - other[1], other[0] - one[1], dt.timedelta(0))


def _proposal(reader: Reader, one: ClockCorrection, members: list[Timed]) -> ClockProposal:
    first = reader.entry(members[0].id)
    is_camera = first.kind == "attachment"
    return ClockProposal(
        clock=one.clock, is_camera=is_camera,
        name=str(first.values.get("camera") or "") or one.name if is_camera else clock_name(reader, first),
        shift_s=one.shift_s, reason=one.reason, corrected_at=one.corrected_at,
        tracks=tuple(told.id for told in members if told.kind == "track"),
        photos=tuple(told.id for told in members if told.kind == "attachment"),
    )  # fmt: skip
