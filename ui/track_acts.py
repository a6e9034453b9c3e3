"""What the review asks the core to do with tracks: one function an act, each answering work for the store thread."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from ranger_app.jobs import JobContext

if TYPE_CHECKING:
    from db.store import Store
    from ranger_app.services.clocks import ClockCorrection
    from ranger_app.services.edit_track import TrackAct
    from ranger_app.services.flag_tracks import TrackFlag
    from ranger_app.services.split_patrol import Parted
    from ui.store_thread import StoreJob

TrackActs: TypeAlias = "Sequence[tuple[str, Sequence[TrackAct]]]"
"""Acts by the id of their track."""


def edit_tracks(told: TrackActs, *, reason: str, officer: str) -> StoreJob[bool]:
    """Change what is told of some tracks; answers whether anything is told otherwise now."""

    def work(store: Store, context: JobContext) -> bool:
        from ranger_app.services.edit_track import EditTrack

        is_other = False
        for number, (track, acts) in enumerate(told):
            context.step(number, len(told), "storing-patrols")
            is_other |= EditTrack(store)(track, acts, officer=officer, reason=reason)
        return is_other

    return work


def split_patrol(
    track: str,
    index: int,
    *,
    into_leg: bool,
    reason: str,
    officer: str,
    transport: str = "",
    mandate: str = "",
    number: str = "",
) -> StoreJob[Parted]:
    """Let a patrol end before an original fix; what comes after is a new patrol, or a new leg.

    Args:
        transport, mandate: Of the new leg; those of the old one when empty.
        number: Of the new patrol; the next one when empty.
    """

    def work(store: Store, _context: JobContext) -> Parted:
        from ranger_app.services.split_patrol import SplitPatrol

        return SplitPatrol(store)(
            track, index, officer=officer, into_leg=into_leg, reason=reason, transport=transport, mandate=mandate,
            number=number,
        )  # fmt: skip

    return work


def join_patrols(into: str, others: Sequence[str], *, reason: str, officer: str) -> StoreJob[str]:
    """Make one patrol of several."""

    def work(store: Store, _context: JobContext) -> str:
        from ranger_app.services.join_patrols import JoinPatrols

        return JoinPatrols(store)(into, others, officer=officer, reason=reason)

    return work


def move_waypoint(
    waypoint: str, latitude_deg: float, longitude_deg: float, *, on_track: bool, reason: str, officer: str
) -> StoreJob[bool]:
    """Correct where something was; answers whether it stands elsewhere now.

    Args:
        on_track: Whether the place is that of a fix; else a person stated it.
    """

    def work(store: Store, _context: JobContext) -> bool:
        from ranger_app.domain.records import Position, PositionSource
        from ranger_app.services.move_waypoint import MoveWaypoint

        source = PositionSource.TRACK if on_track else PositionSource.STATED
        place = Position(latitude_deg=latitude_deg, longitude_deg=longitude_deg, source=source)
        return MoveWaypoint(store)(waypoint, place, officer=officer, reason=reason)

    return work


def correct_clock(track: str, patrol: str, shift_s: Decimal, *, reason: str, officer: str) -> StoreJob[ClockCorrection]:
    """Add seconds to all times of a patrol that the clock of a track told, in the place of an earlier correction."""

    def work(store: Store, _context: JobContext) -> ClockCorrection:
        from ranger_app.services.clocks import clock_of
        from ranger_app.services.correct_clock import CorrectClock

        reader = store.reader
        clock = clock_of(reader, reader.entry(track, "track"))
        of_clock = [
            one.id
            for leg in reader.entries("leg", parent=patrol)
            for one in reader.entries("track", parent=leg.id)
            if clock_of(reader, one) == clock
        ]
        return CorrectClock(store)(tracks=of_clock, shift_s=shift_s, reason=reason, officer=officer)

    return work


def let_flag_be(one: TrackFlag, *, reason: str | None, officer: str) -> StoreJob[bool]:
    """Keep with a flag why it is let be; without a reason it is raised again."""

    def work(store: Store, _context: JobContext) -> bool:
        from ranger_app.services.flag_tracks import DismissFlag

        told = one.flag
        return DismissFlag(store)(one.track, told.kind, told.first, told.last, officer=officer, reason=reason)

    return work
