"""What the review asks the core to do with tracks: one function an act, each answering work for the store thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from ranger_app.jobs import JobContext

if TYPE_CHECKING:
    from db.store import Store
    from ranger_app.services.edit_track import TrackAct
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
