"""Patrols and incidents leave for GIS programs and receivers, as GPX or GeoJSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from db.incidents import RECORD_KINDS, incident_ids
from db.patrols import find_patrol, patrol_ids
from db.store import Store
from exporters.geojson import write_geojson
from exporters.gpx import gpx_bytes
from exporters.safe_write import replacing, write_bytes
from ranger_app.domain.records import Incident, Patrol
from ranger_app.jobs import JobContext
from ranger_app.services.export_smart import NothingToExportError
from ranger_app.services.loading import loaded_incident, loaded_patrol
from ranger_app.services.models import office_model
from ranger_app.services.stations import station_of
from ranger_app.services.take_back import refuse_taken_back


class _Selection:
    """Which records leave."""

    def __init__(
        self,
        store: Store,
        patrols: Sequence[str],
        incidents: Sequence[str],
        date_from: dt.date | None,
        date_to: dt.date | None,
    ) -> None:
        self._store = store
        self._from, self._to = date_from or dt.date.min, date_to or dt.date.max
        self._is_dated = date_from is not None or date_to is not None
        self._model = office_model(store.reader, store.blobs, store.station_id)
        self._zone = ZoneInfo(station_of(store).timezone)
        reader = store.reader
        takes_all = not patrols and not incidents
        self.patrols = [find_patrol(reader, name) or name for name in patrols]
        self.incidents = list(incidents)
        if takes_all:
            self.patrols, self.incidents = list(patrol_ids(reader)), list(incident_ids(reader))
        for record in self.patrols:
            refuse_taken_back(reader.entry(record, "patrol"))
        for record in self.incidents:
            refuse_taken_back(reader.entry(record, *RECORD_KINDS))

    def load_patrols(self, context: JobContext) -> Iterator[Patrol]:
        for number, record in enumerate(self.patrols):
            context.step(number, len(self.patrols), "reading-records")
            found = loaded_patrol(self._store.reader, record, self._model, self._store.blobs)
            if self._is_inside(found.start, found.end):
                yield found

    def load_incidents(self) -> Iterator[Incident]:
        for record in self.incidents:
            found = loaded_incident(self._store.reader, record, self._model)
            day = found.occurred_at.astimezone(self._zone).date() if found.occurred_at else None
            if self._is_inside(day, day):
                yield found

    def _is_inside(self, start: dt.date | None, end: dt.date | None) -> bool:
        if start is None or end is None:
            return not self._is_dated
        return start <= self._to and end >= self._from


class ExportGpx:
    """Write tracks, waypoints and incidents as GPX 1.1."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        out: Path,
        *,
        patrols: Sequence[str] = (),
        incidents: Sequence[str] = (),
        date_from: dt.date | None = None,
        date_to: dt.date | None = None,
        context: JobContext,
    ) -> tuple[Path, ...]:
        """Write the records named, or all of them, within the days given.

        Raises:
            NothingToExportError, RecordMissingError, FileNotWrittenError: Nothing is written.
        """
        selection = _Selection(self._store, patrols, incidents, date_from, date_to)
        found_patrols, found_incidents = list(selection.load_patrols(context)), list(selection.load_incidents())
        if not found_patrols and not found_incidents:
            raise NothingToExportError
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        write_bytes(out, gpx_bytes(found_patrols, found_incidents))
        return (out.absolute(),)


class ExportGeojson:
    """Write tracks, waypoints and incidents as GeoJSON."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        out: Path,
        *,
        patrols: Sequence[str] = (),
        incidents: Sequence[str] = (),
        date_from: dt.date | None = None,
        date_to: dt.date | None = None,
        context: JobContext,
    ) -> tuple[Path, ...]:
        """Write the records named, or all of them, within the days given; one patrol in memory at a time.

        Raises:
            NothingToExportError, RecordMissingError, FileNotWrittenError: Nothing is written.
        """
        selection = _Selection(self._store, patrols, incidents, date_from, date_to)
        if not selection.patrols and not selection.incidents:
            raise NothingToExportError
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        with replacing(out) as stream:
            write_geojson(stream, selection.load_patrols(context), selection.load_incidents())
        return (out.absolute(),)
