"""Patrols and incidents leave for the SMART office, each as one file, after a preflight that names every loss."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from db.incidents import RECORD_KINDS, incident_ids
from db.naming import has_namesake
from db.officers import member, members
from db.patrol_pages import find_patrol, patrol_ids
from db.patrols import with_tracks
from db.store import Store
from exporters.safe_write import FileNotWrittenError, FileTooLargeError, flush_file, make_folder, placed
from exporters.smart_incident import incident_xml
from exporters.smart_patrol import patrol_xml_pieces
from exporters.smart_values import file_name, incident_attachments, patrol_attachments
from exporters.smart_zip import Source, write_package
from ranger_app.domain.form_values import moment_of
from ranger_app.domain.office_mapping import mapped
from ranger_app.domain.preflight import Findings, joined, preflight
from ranger_app.domain.preflight_findings import Finding, Mend, Remedy, with_blurs
from ranger_app.domain.preflight_mends import edit
from ranger_app.domain.records import Attachment, Incident, Leg, Member, Observation, Patrol, Waypoint
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.services.loading import loaded_incident, loaded_patrol, office_observations
from ranger_app.services.models import office_model
from ranger_app.services.office import office_of, office_rules
from ranger_app.services.stations import station_of
from ranger_app.services.take_back import refuse_taken_back

VERSIONS = {"8": ("1.4", "2.3"), "7": ("1.3", "2.2"), "6": ("1.2", "2.0")}
"""SMART version of the receiving office to the patrol and incident formats that it reads."""


class SmartVersionUnknownError(RangerAppError):
    """Files for this SMART version cannot be written yet."""

    code = "smart-version-unknown"


class NothingToExportError(RangerAppError):
    """There is no patrol and no incident to write."""

    code = "nothing-to-export"


class OneFileOneRecordError(RangerAppError):
    """A single file was asked for, and there is more than one record to write."""

    code = "one-file-one-record"


class OutIsAFileError(RangerAppError):
    """A folder was needed where a file lies."""

    code = "out-is-a-file"


@dataclass(frozen=True, slots=True)
class SmartExported:
    """What was written, and what the preflight said.

    Attributes:
        is_written: False when the preflight stopped it; then there are no files.
        along: Patrol and number of a waypoint of its file to the incident that travels as this waypoint.
    """

    files: tuple[Path, ...]
    findings: Findings
    is_written: bool
    along: Mapping[tuple[str, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One record ready for SMART.

    Attributes:
        record: In the office's words.
        attachments: File names in the package with what they stand for.
        blurs: What was blurred on the way to the office's words.
    """

    record: Patrol | Incident
    observations: tuple[Observation, ...]
    attachments: tuple[tuple[str, Attachment], ...]
    blurs: tuple[Finding, ...]


class ExportSmart:
    """Write patrols and incidents as SMART's XML, zipped with their attachments."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self,
        out: Path,
        *,
        patrols: Sequence[str] = (),
        incidents: Sequence[str] = (),
        version: str = "8",
        force: bool = False,
        officer: str,
        context: JobContext,
    ) -> SmartExported:
        """Write the records named, or all of them when none is.

        An incident made on a patrol travels as a waypoint of that patrol, unless it is asked for by name. Of a patrol
        that is asked for, those travel that happened on one of its days; the others are files of their own.

        Args:
            out: A name ending in ``.zip`` or ``.xml`` for exactly one record, else a folder.
            force: Write although SMART would drop something; what is fatal is never written.

        Raises:
            SmartVersionUnknownError, NothingToExportError, OneFileOneRecordError, OutIsAFileError: Nothing is written.
        """
        if version not in VERSIONS:
            raise SmartVersionUnknownError(version=version)
        parcels = self._parcels(patrols, incidents, officer, context)
        if not parcels:
            raise NothingToExportError
        is_one_file = out.suffix.lower() in (".zip", ".xml")
        if is_one_file and len(parcels) > 1:
            raise OneFileOneRecordError(count=len(parcels))
        if not is_one_file and out.exists() and not out.is_dir():
            raise OutIsAFileError(file=str(out))
        findings = self._found(parcels, version, context)
        if findings.fatal or (findings.lossy and not force):
            return SmartExported((), findings, False, self._along)
        out = out.absolute()
        make_folder(out.parent)
        # While one file is packed, the next patrol is loaded.
        into = out.parent if is_one_file else out
        with _beside(out, into) as work, ThreadPoolExecutor(1) as packing:
            taken: set[str] = set()
            written: list[Path] = []
            waiting: list[Future[Path]] = []
            for number, parcel in enumerate(parcels):
                context.step(number, len(parcels), "writing-smart")
                path = work / (out.name if is_one_file else self._name(parcel, taken))
                waiting.append(packing.submit(self._ready(path, parcel, version)))
                written += [one.result() for one in waiting[:-1]]
                del waiting[:-1]
            written += [one.result() for one in waiting]
            files = placed(written, into)
        return SmartExported(files, findings, True, self._along)

    def check(
        self,
        *,
        patrols: Sequence[str] = (),
        incidents: Sequence[str] = (),
        version: str = "8",
        officer: str,
        context: JobContext,
    ) -> SmartExported:
        """Say what the preflight finds in the same records; nothing is written.

        Raises:
            SmartVersionUnknownError, NothingToExportError: There is nothing to look at.
        """
        if version not in VERSIONS:
            raise SmartVersionUnknownError(version=version)
        parcels = self._parcels(patrols, incidents, officer, context)
        if not parcels:
            raise NothingToExportError
        return SmartExported((), self._found(parcels, version, context), False, self._along)

    # What travels

    def _parcels(
        self, patrols: Sequence[str], incidents: Sequence[str], officer: str, context: JobContext
    ) -> list[Parcel]:
        reader = self._store.reader
        self._model = office_model(reader, self._store.blobs, self._store.station_id)
        self._office = office_of(reader, self._store.station_id)
        self._rules = office_rules(reader, self._office)
        self._officer = member(reader, officer)
        self._people = members(reader)
        station = station_of(self._store)
        self._zone, self._mandate = ZoneInfo(station.timezone), station.default_mandate
        takes_all = not patrols and not incidents
        named = list(dict.fromkeys(find_patrol(reader, name) or name for name in patrols))
        wanted = named or list(patrol_ids(reader))
        found_patrols = []
        for number, record in enumerate(wanted if patrols or takes_all else ()):
            context.step(number, len(wanted), "reading-records")
            refuse_taken_back(reader.entry(record, "patrol"))
            found_patrols.append(loaded_patrol(reader, record, self._model))
        found_incidents = []
        for record in self._chosen(incidents, named, takes_all=takes_all):
            refuse_taken_back(reader.entry(record, *RECORD_KINDS))
            found_incidents.append(loaded_incident(reader, record, self._model))
        by_patrol: dict[str, list[Incident]] = {}
        alone = []
        self._apart: tuple[Finding, ...] = ()
        self._along: dict[tuple[str, int], str] = {}
        patrols_by_id = {one.id: one for one in found_patrols}
        for one in found_incidents:
            is_named = one.id in incidents
            on = patrols_by_id.get(one.patrol_id)
            if is_named or on is None or _place_on(one, on) is None:
                if is_named or takes_all:
                    alone.append(one)
                elif on is not None:
                    self._apart += (_apart(one, on),)
            else:
                by_patrol.setdefault(one.patrol_id, []).append(one)
        parcels = [self._patrol_parcel(one, by_patrol.get(one.id, [])) for one in found_patrols]
        return [*parcels, *(self._incident_parcel(one) for one in alone)]

    def _chosen(self, incidents: Sequence[str], patrols: Iterable[str], *, takes_all: bool) -> list[str]:
        """The incidents asked for, and those that may come along with the patrols asked for."""
        if takes_all:
            return list(incident_ids(self._store.reader))
        along = [one for patrol in patrols for one in incident_ids(self._store.reader, patrol=patrol)]
        return list(dict.fromkeys([*incidents, *along]))

    def _patrol_parcel(self, found: Patrol, incidents: list[Incident]) -> Parcel:
        legs = tuple(self._complete_leg(leg, found) for leg in found.legs)
        number = max((waypoint.number for waypoint in found.waypoints), default=0)
        extra = []
        for place, one in enumerate(incidents, start=number + 1):
            place_on = _place_on(one, found)
            assert place_on is not None
            assert one.position is not None
            self._along[found.id, place] = one.id
            extra.append(
                Waypoint(
                    id=one.id, leg_id=place_on[0], number=place, at=place_on[1], position=one.position,
                    comment="\n".join(part for part in (one.number, one.summary) if part),
                    observations=office_observations(one, self._model), attachments=one.attachments,
                )
            )  # fmt: skip
        whole = replace(found, legs=legs, waypoints=(*found.waypoints, *extra))
        told = mapped(whole, self._rules, self._model, self._office)
        assert isinstance(told.record, Patrol)
        return Parcel(told.record, (), patrol_attachments(told.record), told.findings)

    def _complete_leg(self, leg: Leg, found: Patrol) -> Leg:
        """SMART wants a mandate and members: the station's default and the officer stand in.

        A leg that came from SMART stays without a leader when it came so.
        """
        assumed = set(leg.assumed)
        people: tuple[Member, ...] = leg.members
        if not people and self._officer is not None:
            people = (self._officer,)
            assumed.add("members")
        leader = leg.leader if any(one.id == leg.leader for one in people) else ""
        if not leader and people and not (leg.members and leg.starts_on):
            leader = people[0].id
            assumed.add("leader")
        mandate = leg.mandate or found.mandate
        if not mandate:
            mandate = self._mandate
            assumed.add("mandate")
        return replace(leg, members=people, leader=leader, mandate=mandate, assumed=tuple(sorted(assumed)))

    def _incident_parcel(self, found: Incident) -> Parcel:
        said = office_observations(found, self._model)
        told = mapped(found, self._rules, self._model, self._office, observations=said)
        return Parcel(found, told.observations, incident_attachments(found, told.observations), told.findings)

    # Preflight and writing

    def _found(self, parcels: Sequence[Parcel], version: str, context: JobContext) -> Findings:
        found = []
        for number, parcel in enumerate(parcels):
            context.step(number, len(parcels), "checking-smart")
            found.append(self._preflight(parcel, version))
        return joined([*found, Findings(notes=(*self._apart, *self._unfinished(parcels)))])

    def _unfinished(self, parcels: Sequence[Parcel]) -> Iterator[Finding]:
        """What somebody typed into forms of these records, and nobody stored."""
        waiting = self._store.drafts.records()
        travelling = [(one.record.id, "", one.record.id) for one in parcels]
        travelling += [(patrol, f"waypoint {n}", incident) for (patrol, n), incident in self._along.items()]
        for record, where, form_of in travelling:
            if form_of in waiting:
                yield Finding(code="smart-draft-waiting", record_id=record, where=where)

    def _preflight(self, parcel: Parcel, version: str) -> Findings:
        missing = {one.sha256 for _, one in parcel.attachments if not self._store.blobs.has(one.sha256)}
        said = parcel.observations if isinstance(parcel.record, Incident) else None
        found = preflight(
            parcel.record, self._model, self._office, observations=said, missing_blobs=missing,
            version=VERSIONS[version][0 if said is None else 1],
        )  # fmt: skip
        return with_blurs(found, (*parcel.blurs, *self._namesakes(parcel.record)))

    def _namesakes(self, record: Patrol | Incident) -> Iterator[Finding]:
        """SMART asks a person when it has the number already, and may give another."""
        kind = "patrol" if isinstance(record, Patrol) else "incident"
        if record.number and has_namesake(self._store.reader, kind, record.id, record.number):
            mend = Mend(remedy=Remedy.EDIT, what="number", ours=record.number)
            facts = {"number": record.number}
            yield Finding(code="smart-number-twice", record_id=record.id, where="number", facts=facts, mend=mend)

    def _name(self, parcel: Parcel, taken: set[str]) -> str:
        stem = file_name(parcel.record.number, parcel.record.id)
        kind = "patrol" if isinstance(parcel.record, Patrol) else "incident"
        name = f"{kind}_{stem}"
        while name.casefold() in taken:
            name += "_"
        taken.add(name.casefold())
        return name + (".zip" if parcel.attachments else ".xml")

    def _ready(self, path: Path, parcel: Parcel, version: str) -> Callable[[], Path]:
        """Load what a file is made of; what is answered writes it, in any thread."""
        patrol_version, incident_version = VERSIONS[version]
        xml: bytes | Iterable[bytes]
        if isinstance(parcel.record, Patrol):
            # Loaded now: the tracks of a thousand patrols are too much at once.
            record = with_tracks(self._store.reader, parcel.record, self._store.blobs)
            xml = patrol_xml_pieces(record, self._model, self._office, version=patrol_version)
        else:
            incident, said = parcel.record, parcel.observations
            # One that came from SMART keeps the clock that it came with.
            zone = None if incident.smart_type else self._zone
            xml = incident_xml(incident, said, self._model, self._office, version=incident_version, zone=zone)
        if parcel.attachments and path.suffix.lower() == ".xml":
            path = path.with_suffix(".zip")
        sources: list[tuple[str, Source]] = [(name, self._source(one.sha256)) for name, one in parcel.attachments]
        name = file_name(parcel.record.number, parcel.record.id) + ".xml"
        return partial(_write, path, name, xml, sources)

    def _source(self, digest: str) -> Source:
        own = self._store.blobs.path(digest)
        return own if own.exists() else partial(BytesIO, self._store.blobs.get(digest))


def _write(path: Path, name: str, xml: bytes | Iterable[bytes], sources: Sequence[tuple[str, Source]]) -> Path:
    write_package(path, name, xml, sources, is_in_private=True)
    flush_file(path)
    return path


def _apart(found: Incident, patrol: Patrol) -> Finding:
    facts = {"number": found.number, "patrol": patrol.number}
    return Finding(code="smart-incident-apart", record_id=found.id, facts=facts, mend=edit("patrol_id"))


def _place_on(found: Incident, patrol: Patrol) -> tuple[str, dt.datetime] | None:
    """Leg and moment under which a patrol tells of an incident: when it was found, else when it happened.

    ``None`` when neither was on one of its days, or nobody knows where it was.
    """
    discovered = found.fields.get("discovered_at")
    moments = [moment_of(discovered) if isinstance(discovered, str) else None]
    moments += [found.occurred_at, found.occurred_until] if found.occurred_at is not None else []
    zone = ZoneInfo(patrol.timezone)
    for moment in moments if found.position is not None else ():
        date = moment.astimezone(zone).date() if moment is not None else None
        for leg in patrol.legs:
            if moment is not None and any(day.date == date for day in leg.days):
                return leg.id, moment
    return None


@contextmanager
def _beside(out: Path, into: Path) -> Iterator[Path]:
    """A folder beside *out* in which files are finished before any of them is put *into* its place.

    An error that names a file in it names it where it was to be.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".ranger-", dir=out.parent) as folder:
            try:
                yield Path(folder)
            except (FileNotWrittenError, FileTooLargeError) as error:
                error.facts["path"] = str(error.facts["path"]).replace(folder, str(into))
                raise
    except OSError as error:
        raise FileNotWrittenError(out, error.strerror or str(error)) from error
