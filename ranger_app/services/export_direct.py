"""A patrol or an incident as the transactions that go straight into the office's database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from db.office import employee_ids
from db.patrols import with_tracks
from db.store import Store
from exporters.safe_write import flush_file, writing
from exporters.smart_json import Receiver, incident_steps, incident_transactions, patrol_steps, patrol_transactions
from ranger_app.domain.direct_file import write_steps
from ranger_app.domain.direct_office import Employees, incident_type, takes_direct
from ranger_app.domain.places import Place, smart_version
from ranger_app.domain.preflight import Findings
from ranger_app.domain.preflight_direct import direct_findings
from ranger_app.domain.records import Attachment, Patrol
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.services.export_smart import SmartExported
from ranger_app.services.incident_types import incident_types
from ranger_app.services.smart_parcels import Parcel, SmartParcels


class DirectNotTakenError(RangerAppError):
    """The office's server cannot be sent JSON, or nobody knows whether it can: files go through its data queue."""

    code = "direct-not-taken"


class ExportDirect:
    """Write one record as direct JSON of SMART Connect 7.5 and later."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self, out: Path, record: str, *, is_patrol: bool, place: Place, gone: Collection[str] = (), force: bool,
        officer: str, context: JobContext,
    ) -> SmartExported:  # fmt: skip
        """Write the file, unless the preflight stops it.

        Args:
            record: Id of a patrol, with which its incidents travel, or of an incident.
            gone: Incidents that the office has by themselves: they do not travel with their patrol.
            force: Write although something of it will be lost; what is fatal is never written.

        Raises:
            DirectNotTakenError: The place does not take it.
            FileNotWrittenError: The disk is full.
        """
        made, parcel = self._parcel(record, is_patrol, place, gone, officer, context)
        receiver = self._receiver(made, place)
        findings = self._found(made, parcel, receiver, place, context)
        if findings.fatal or (findings.lossy and not force):
            return SmartExported((), findings, False, made.along)
        if isinstance(parcel.record, Patrol):
            steps = patrol_steps(parcel.record, receiver)
            transactions = patrol_transactions(parcel.record, receiver, self._content)
        else:
            # One that came from SMART keeps the clock that it came with.
            zone = None if parcel.record.smart_type else made.zone
            said = parcel.observations
            steps = incident_steps(parcel.record, receiver)
            transactions = incident_transactions(parcel.record, said, receiver, self._content, zone=zone)
        with writing(out) as stream:
            write_steps(stream, steps, transactions)
        flush_file(out)
        return SmartExported((out,), findings, True, made.along)

    def check(
        self, record: str, *, is_patrol: bool, place: Place, gone: Collection[str] = (), officer: str,
        context: JobContext,
    ) -> Findings:  # fmt: skip
        """What the preflight finds; nothing is written.

        Raises:
            DirectNotTakenError: The place does not take it.
        """
        made, parcel = self._parcel(record, is_patrol, place, gone, officer, context)
        return self._found(made, parcel, self._receiver(made, place), place, context)

    def _parcel(
        self, record: str, is_patrol: bool, place: Place, gone: Collection[str], officer: str, context: JobContext
    ) -> tuple[SmartParcels, Parcel]:
        """The record with its tracks, in the office's words."""
        if not takes_direct(place.told_version):
            raise DirectNotTakenError(name=place.name, version=place.told_version)
        made = SmartParcels(self._store, officer)
        patrols, incidents = ([record], []) if is_patrol else ([], [record])
        parcel = made(patrols, incidents, context, gone=gone)[0]
        if isinstance(parcel.record, Patrol):
            parcel = replace(parcel, record=with_tracks(self._store.reader, parcel.record, self._store.blobs))
        return made, parcel

    def _receiver(self, made: SmartParcels, place: Place) -> Receiver:
        people = Employees(employee_ids(self._store.reader))
        types = {one.key for one in incident_types(self._store.reader)}
        return Receiver(
            area=place.area, model=made.model, office=made.office, people=people, incident_type=incident_type(types)
        )  # fmt: skip

    def _found(
        self, made: SmartParcels, parcel: Parcel, to: Receiver, place: Place, context: JobContext
    ) -> Findings:  # fmt: skip
        of_files = made.found([parcel], smart_version(place.told_version), context)
        said = None if isinstance(parcel.record, Patrol) else parcel.observations
        return direct_findings(
            parcel.record, of_files, to.model, to.office, to.people, observations=said, incident_type=to.incident_type
        )

    def _content(self, attachment: Attachment) -> bytes:
        return self._store.blobs.get(attachment.sha256)
