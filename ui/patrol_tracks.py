"""The tracks of a patrol, read beside the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ranger_app.jobs import JobContext

if TYPE_CHECKING:
    from ranger_app.domain.track import Track
    from ui.store_thread import ReadJob, Sight


def tracks_of(patrol: str) -> ReadJob[list[Track]]:
    """Every track of a patrol as it stands now."""

    def work(sight: Sight, context: JobContext) -> list[Track]:
        from db.patrols import tracks_of_leg

        found: list[Track] = []
        legs = sight.reader.entries("leg", parent=patrol)
        for number, leg in enumerate(legs):
            context.step(number, len(legs), "reading-tracks")
            found += tracks_of_leg(sight.reader, leg.id, sight.blobs)
        return found

    return work
