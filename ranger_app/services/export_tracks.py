"""Patrols and incidents leave for GIS programs and receivers, as GPX or GeoJSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from db.incidents import RECORD_KINDS, incident, incident_ids
from db.patrol_pages import find_patrol, patrol_ids
from db.patrols import patrol
from db.store import Store
from exporters.geojson import write_geojson
from exporters.gpx import gpx_bytes
from exporters.safe_write import make_folder, replacing, write_bytes
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
        self.patrols = list(dict.fromkeys(find_patrol(reader, name) or name for name in patrols))
        self.incidents = list(dict.fromkeys(incidents))
        if takes_all:
            self.patrols, self.incidents = list(patrol_ids(reader)), list(incident_ids(reader))
        for record in self.patrols:
            refuse_taken_back(reader.entry(record, "patrol"))
        for record in self.incidents:
            refuse_taken_back(reader.entry(record, *RECORD_KINDS))
        if self._is_dated:
            self.patrols = [one for one in self.patrols if self._has_patrol(one)]
            self.incidents = [one for one in self.incidents if self._has_incident(one)]
        if not self.patrols and not self.incidents:
            raise NothingToExportError

    def load_patrols(self, context: JobContext) -> Iterator[Patrol]:
        for number, record in enumerate(self.patrols):
            context.step(number, len(self.patrols), "reading-records")
            yield loaded_patrol(self._store.reader, record, self._model, self._store.blobs)

    def load_incidents(self) -> Iterator[Incident]:
        for record in self.incidents:
            yield loaded_incident(self._store.reader, record, self._model)

    def _has_patrol(self, record: str) -> bool:
        found = patrol(self._store.reader, record)
        return found.start is not None and found.end is not None and self._is_inside(found.start, found.end)

    def _has_incident(self, record: str) -> bool:
        at = incident(self._store.reader, record).occurred_at
        day = at.astimezone(self._zone).date() if at is not None else None
        return day is not None and self._is_inside(day, day)

    def _is_inside(self, start: dt.date, end: dt.date) -> bool:
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
        found = gpx_bytes(list(selection.load_patrols(context)), list(selection.load_incidents()))
        make_folder(out.absolute().parent)
        write_bytes(out, found)
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
        make_folder(out.absolute().parent)
        with replacing(out) as stream:
            write_geojson(stream, selection.load_patrols(context), selection.load_incidents())
        return (out.absolute(),)
