"""Patrols and incidents leave for the SMART office, each as one file, after a preflight that names every loss."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path

from db.patrols import with_tracks
from db.store import Store
from exporters.safe_write import FileNotWrittenError, FileTooLargeError, flush_file, make_folder, placed
from exporters.smart_incident import incident_xml
from exporters.smart_patrol import patrol_xml_pieces
from exporters.smart_values import file_name
from exporters.smart_zip import Source, write_package
from ranger_app.domain.preflight import Findings
from ranger_app.domain.records import Patrol
from ranger_app.errors import RangerAppError
from ranger_app.jobs import JobContext
from ranger_app.services.smart_parcels import VERSIONS as VERSIONS
from ranger_app.services.smart_parcels import Parcel, SmartParcels


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
        gone: Collection[str] = (),
        officer: str,
        context: JobContext,
    ) -> SmartExported:
        """Write the records named, or all of them when none is.

        An incident made on a patrol travels as a waypoint of that patrol, unless it is asked for by name. Of a patrol
        that is asked for, those travel that happened on one of its days; the others are files of their own.

        Args:
            out: A name ending in ``.zip`` or ``.xml`` for exactly one record, else a folder.
            force: Write although SMART would drop something; what is fatal is never written.
            gone: Incidents that the office has by themselves: they do not travel with their patrol.

        Raises:
            SmartVersionUnknownError, NothingToExportError, OneFileOneRecordError, OutIsAFileError: Nothing is written.
        """
        if version not in VERSIONS:
            raise SmartVersionUnknownError(version=version)
        self._made = made = SmartParcels(self._store, officer)
        parcels = made(patrols, incidents, context, gone=gone)
        if not parcels:
            raise NothingToExportError
        is_one_file = out.suffix.lower() in (".zip", ".xml")
        if is_one_file and len(parcels) > 1:
            raise OneFileOneRecordError(count=len(parcels))
        if not is_one_file and out.exists() and not out.is_dir():
            raise OutIsAFileError(file=str(out))
        findings = made.found(parcels, version, context)
        if findings.fatal or (findings.lossy and not force):
            return SmartExported((), findings, False, made.along)
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
        return SmartExported(files, findings, True, made.along)

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
        self._made = made = SmartParcels(self._store, officer)
        parcels = made(patrols, incidents, context)
        if not parcels:
            raise NothingToExportError
        return SmartExported((), made.found(parcels, version, context), False, made.along)

    # Writing

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
            xml = patrol_xml_pieces(record, self._made.model, self._made.office, version=patrol_version)
        else:
            incident, said = parcel.record, parcel.observations
            # One that came from SMART keeps the clock that it came with.
            zone = None if incident.smart_type else self._made.zone
            xml = incident_xml(incident, said, self._made.model, self._made.office, version=incident_version, zone=zone)
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
