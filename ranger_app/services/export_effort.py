"""The effort of all patrols leaves as a table of cells."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from db.blobs import Blobs
from db.reader import Reader
from db.track_effort import effort_found
from exporters.effort_csv import effort_csv
from exporters.safe_write import make_folder, write_bytes
from ranger_app.jobs import JobContext
from ranger_app.services.export_smart import NothingToExportError

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_US = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortExported:
    """What was written.

    Attributes:
        parallel_deg: Where the cells are square.
        untimed: Tracks left out because days were asked for and none of their fixes has a time.
        unread: Ids of track records of which something is not here or damaged.
    """

    file: Path
    cells: int
    parallel_deg: int
    distance_m: float
    hours: float
    untimed: int
    unread: tuple[str, ...]


class ExportEffort:
    """Write kilometres, visits and hours of each cell as CSV."""

    def __init__(self, reader: Reader, blobs: Blobs) -> None:
        self._reader, self._blobs = reader, blobs

    def __call__(
        self,
        out: Path,
        *,
        cell_m: float,
        from_us: int | None = None,
        to_us: int | None = None,
        context: JobContext,
    ) -> EffortExported:
        """Write the cells in which patrols were, within a span of microseconds since 1970 UTC.

        Raises:
            NothingToExportError, FileNotWrittenError: Nothing is written.
        """
        found = effort_found(self._reader, self._blobs, cell_m, from_us=from_us, to_us=to_us, context=context)
        grid = found.grid
        if not len(grid):
            raise NothingToExportError
        make_folder(out.absolute().parent)
        write_bytes(out, effort_csv(grid))
        return EffortExported(
            file=out.absolute(), cells=len(grid), parallel_deg=grid.cells.parallel_deg,
            distance_m=float(grid.metres.sum()), hours=float(grid.hours.sum()), untimed=grid.untimed,
            unread=found.unread,
        )  # fmt: skip


def span_of_days(date_from: dt.date | None, date_to: dt.date | None, zone: ZoneInfo) -> tuple[int | None, int | None]:
    """First and last moment of some days in *zone*, microseconds since 1970 UTC; open where no day is given."""
    from_us = None if date_from is None else _midnight_us(date_from, zone)
    to_us = None if date_to is None else _midnight_us(date_to + dt.timedelta(days=1), zone) - 1
    return from_us, to_us


def _midnight_us(day: dt.date, zone: ZoneInfo) -> int:
    return (dt.datetime.combine(day, dt.time(), zone) - _EPOCH) // _US
