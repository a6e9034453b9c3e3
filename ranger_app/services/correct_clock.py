"""The clock of a device or of a camera was wrong: corrected once for all that it timed, with the reason.

The times that were recorded stay. A track and a photo get a field ``clock/<clock>`` that says what is to be added, a
waypoint the corrected time as well; photos that a track placed, or could not place, are placed again. A correction is
the whole of what is added: the next one for the same clock takes its place, and one of 0 s ends it. Two laptops that
correct one clock alike have nothing to decide, and what they do differently is a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from db.store import Store
from ranger_app.domain.track_edits import LONGEST_SHIFT_S, Shift
from ranger_app.domain.typed_text import typed_text
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.services.clock_plan import plan_correction
from ranger_app.services.clocks import ClockCorrection, ShiftRefusedError, clock_name, clock_of
from ranger_app.services.stations import station_of
from ranger_app.services.take_back import ReasonMissingError, refuse_taken_back


class ClockUnknownError(RangerAppError):
    """Nothing here was timed by such a device or camera."""

    code = "clock-unknown"


class CorrectClock:
    """Add seconds to all times that a clock told."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        *,
        shift_s: Decimal | int,
        reason: str,
        officer: str,
        tracks: Sequence[str] = (),
        photos: Sequence[str] = (),
        context: JobContext | None = None,
    ) -> ClockCorrection:
        """Correct what *tracks* and *photos* (ids) were timed by; one act, undone like any other.

        Waypoints of the files that the tracks came from follow, unless a person noted their time since; so do the days
        of tracks, and the places of photos that have none of their own.

        Args:
            shift_s: What is added to the recorded times in all; 0 takes a correction back.

        Raises:
            RecordMissingError, RecordTakenBackError, ReasonMissingError, ShiftRefusedError, ClockUnknownError,
                BlobMissingError, TrackChunkDamagedError: Nothing is changed.
        """
        reason, shift, context = typed_text(reason), Shift(Decimal(shift_s), ""), context or JobContext()
        if not reason:
            raise ReasonMissingError
        if not shift.seconds.is_finite() or abs(shift.seconds) > LONGEST_SHIFT_S:
            raise ShiftRefusedError(seconds=str(shift.seconds))
        if not tracks and not photos:
            raise ClockUnknownError(name="")
        shift = shift._replace(reason=reason)
        reader = self._store.reader
        corrected = [reader.entry(one, "track") for one in dict.fromkeys(tracks)]
        taken = [reader.entry(one, "attachment") for one in dict.fromkeys(photos)]
        for entry in (*corrected, *taken):
            refuse_taken_back(entry)
        zone = ZoneInfo(station_of(self._store).timezone)
        plan = plan_correction(self._store, zone, shift, tracks=corrected, photos=taken, context=context)
        with self._store.transaction(officer) as transaction:
            transaction.spread(plan.writes)
            for audience, writes in plan.photo_writes.items():
                transaction.spread(writes, audience)
        first = (*corrected, *taken)[0]
        return ClockCorrection(
            clock=clock_of(reader, first), name=clock_name(reader, first), shift_s=shift.seconds, reason=reason,
            tracks=tuple(plan.tracks), waypoints=tuple(plan.moments), photos=tuple(one.id for one in taken),
        )  # fmt: skip
