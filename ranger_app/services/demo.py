"""The demo: a station of its own on which the whole main job is done with the shipped sample data."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.patrols import patrol
from db.store import Store
from ranger_app.domain.demo_data import demo
from ranger_app.domain.map_request import MapPainter
from ranger_app.jobs import JobContext
from ranger_app.services.export_smart import ExportSmart
from ranger_app.services.export_tracks import ExportGeojson, ExportGpx
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.officers import AddOfficer
from ranger_app.services.open_case import OpenCase
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.seal_dossier import SealDossier
from ranger_app.services.stations import create_station, open_station
from ranger_app.services.verify_file import verify

STATION, SMART, DOSSIER = "station", "smart", "dossier.pdf"


@dataclass(frozen=True, slots=True)
class DemoMade:
    """What the demo left in its folder.

    Attributes:
        verdict: What verification says of the dossier.
    """

    station: Path
    smart_files: tuple[Path, ...]
    dossier: Path
    gpx: Path
    geojson: Path
    verdict: str
    patrols: int
    incidents: int
    pages: int

    @property
    def verified(self) -> bool:
        return self.verdict == "verified"


def make_demo(folder: Path, *, home: Path, painter: MapPainter, language: str = "en", context: JobContext) -> DemoMade:
    """Do the main job in *folder*: GPX in, incidents, SMART out, a dossier sealed and verified.

    Raises:
        StationExistsError: There is a demo already.
    """
    sample = demo()
    station = sample.station
    created = create_station(
        folder / STATION, name=station.name, area_id=station.area_id, area_name=station.area_name,
        officer_name=sample.officers[0].name, role=sample.officers[0].role, language=language,
        timezone=station.timezone, is_encrypted=False, home=home,
    )  # fmt: skip
    officer = created.officer_id
    with open_station(folder / STATION, home=home) as store:
        for other in sample.officers[1:]:
            AddOfficer(store)(other.name, other.role, other.employee_id, officer=officer)
        patrols: list[str] = []
        for track in sample.tracks:
            done = ImportTracks(store)(
                [track.file], officer=officer, transport=track.transport, mandate=track.mandate,
                leader=sample.officers[0].name, context=context,
            )  # fmt: skip
            patrols += done.patrols
        incidents = {}
        for one in sample.incidents:
            document = json.loads(one.file.read_text(encoding="utf-8"))
            document["patrol_id"] = _patrol_of_that_day(store, patrols, document) if one.kind == "poaching" else None
            recorded = RecordIncident(store)(
                one.kind, document, officer=officer, photo_folder=one.file.parent, context=context
            )
            incidents[one.file] = recorded.incident_id
        smart = ExportSmart(store)(folder / SMART, officer=officer, context=context)
        gpx = ExportGpx(store)(folder / "tracks.gpx", context=context)
        geojson = ExportGeojson(store)(folder / "tracks.geojson", context=context)
        case = OpenCase(store)(sample.case_title, [incidents[path] for path in sample.case_incidents], officer=officer)
        sealed = SealDossier(store, painter)(
            case, folder / DOSSIER, officer=officer, language=language, context=context
        )
        verdict = verify(sealed.path, store=store, home=home, context=context).verdict
    return DemoMade(
        station=(folder / STATION).absolute(), smart_files=smart.files, dossier=sealed.path, gpx=gpx[0],
        geojson=geojson[0], verdict=verdict, patrols=len(patrols), incidents=len(incidents), pages=sealed.pages,
    )  # fmt: skip


def _patrol_of_that_day(store: Store, patrols: Sequence[str], document: Mapping[str, Any]) -> str | None:
    """The patrol that was walked when the incident was over; found in the shipped sample only by its day."""
    day = dt.datetime.fromisoformat(document["occurred_until"]).date()
    for record in patrols:
        walked = patrol(store.reader, record)
        if walked.start and walked.end and walked.start <= day <= walked.end:
            return record
    return None
