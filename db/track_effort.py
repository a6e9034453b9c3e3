"""The effort of all patrols of a station, counted chunk by chunk from the fixes themselves."""

from __future__ import annotations

from dataclasses import dataclass

from db.blobs import Blobs
from db.reader import Reader
from db.track_walks import Walks, whole_box
from ranger_app.domain.effort import EffortGrid, EffortSum
from ranger_app.domain.effort_cells import Cells, parallel_between
from ranger_app.jobs import JobContext


@dataclass(frozen=True, slots=True, eq=False)
class EffortFound:
    """Effort, and what of it is not known.

    Attributes:
        unread: Ids of track records of which something is not here or damaged.
    """

    grid: EffortGrid
    unread: tuple[str, ...]


def effort_found(
    reader: Reader,
    blobs: Blobs,
    cell_m: float,
    *,
    from_us: int | None = None,
    to_us: int | None = None,
    context: JobContext | None = None,
) -> EffortFound:
    """Kilometres, visits and hours in each cell, of the tracks that lists show, as they are told.

    A visit is a patrol; a track without one counts as a patrol of its own. A companion's track is a visit too, but its
    way and its hours are those of the track it goes beside.

    Args:
        from_us, to_us: Only ways that begin in this span, microseconds since 1970 UTC, both included.

    Raises:
        Cancelled: A person asked to stop.
    """
    box = whole_box(reader)
    cells = Cells(cell_m, parallel_between(box[1], box[3]) if box is not None else 0)
    walks = Walks(reader, blobs, from_us=from_us, to_us=to_us, context=context)
    found = EffortSum(cells, from_us=from_us, to_us=to_us)
    owners: dict[str, int] = {}
    for walk in walks:
        owner = owners.setdefault(walk.patrol or walk.record, len(owners))
        columns = walk.time_us, walk.longitude_deg, walk.latitude_deg, walk.begins
        found.add(owner, *columns, is_counted=not walk.is_companion)
    return EffortFound(found.total(), tuple(walks.unread))
