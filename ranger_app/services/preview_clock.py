"""What a correction of a clock would change, before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from db.reader import Entry
from ranger_app.domain.track_edits import LONGEST_SHIFT_S, Shift
from ranger_app.jobs import JobContext
from ranger_app.services.clock_plan import plan_correction
from ranger_app.services.clocks import ShiftRefusedError
from ranger_app.services.known_clocks import timed
from ranger_app.services.patrol_span import patrol_of_track
from ranger_app.services.photo_places import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysMoved:
    """A patrol that was walked on other days then; ISO days, the empty text for none."""

    patrol: str
    number: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPreview:
    """How much a correction changes.

    Attributes:
        placed: How many photos find another place by the tracks, or none.
        earlier: Corrections that stand on some of it, whose place this one takes.
    """

    tracks: int
    waypoints: int
    photos: int
    placed: int
    days: tuple[DaysMoved, ...]
    earlier: tuple[Shift, ...]


def preview_correction(
    seen: Seen, zone: ZoneInfo, shift_s: Decimal, *, tracks: Sequence[str], photos: Sequence[str], context: JobContext
) -> ClockPreview:
    """Look at what :class:`~ranger_app.services.correct_clock.CorrectClock` would do with the same.

    Args:
        zone: Of the station.

    Raises:
        RecordMissingError, ShiftRefusedError, BlobMissingError, TrackChunkDamagedError: It would be refused.
    """
    if not shift_s.is_finite() or abs(shift_s) > LONGEST_SHIFT_S:
        raise ShiftRefusedError(seconds=str(shift_s))
    reader = seen.reader
    walked = [reader.entry(one, "track") for one in tracks]
    taken = [reader.entry(one, "attachment") for one in photos]
    plan = plan_correction(seen, zone, Shift(shift_s, ""), tracks=walked, photos=taken, context=context)
    moved: dict[str, tuple[Entry, set[str], set[str]]] = {}
    for track in walked:
        if track.id in plan.days:
            patrol = patrol_of_track(reader, track)
            _, before, after = moved.setdefault(patrol.id, (patrol, set(), set()))
            before.update(plan.days[track.id][0])
            after.update(plan.days[track.id][1])
    standing = (timed(reader, one).shift for one in (*walked, *taken))
    return ClockPreview(
        tracks=len(walked), waypoints=len(plan.moments), photos=len(taken), placed=len(plan.placed),
        days=tuple(
            DaysMoved(
                patrol=record, number=str(patrol.values.get("number", "")),
                before=tuple(sorted(before)), after=tuple(sorted(after)),
            )
            for record, (patrol, before, after) in moved.items()
        ),
        earlier=tuple(dict.fromkeys(one for one in standing if one is not None)),
    )  # fmt: skip
