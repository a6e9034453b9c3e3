"""The whole main job with painted maps: the demo in both languages, and the program's proof of itself."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pikepdf
import pytest

from db.incidents import incident, incident_ids
from db.patrols import patrol
from db.store import StationExistsError
from exporters.smart_schema import schema_errors
from ranger_app.domain.map_request import MapRequest
from ranger_app.importers.gpx import read_gpx
from ranger_app.jobs import Cancelled, JobContext
from ranger_app.services.demo import make_demo
from ranger_app.services.seal_dossier import SealDossier
from ranger_app.services.self_test import self_test
from ranger_app.services.stations import check_station, open_station, rebuild_station
from ranger_app.services.verify_file import verify
from tests.service_desk import CancelAt
from ui.map_painter import QtMapPainter


class RememberingPainter(QtMapPainter):
    """The painter of the program, and what it was asked to paint."""

    def __init__(self) -> None:
        self.requests: list[MapRequest] = []

    def paint(self, request: MapRequest) -> bytes:
        self.requests.append(request)
        return super().paint(request)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_demo_does_the_whole_main_job(tmp_path: Path, language: str) -> None:
    painter, context = RememberingPainter(), JobContext()

    made = make_demo(tmp_path / "demo", home=tmp_path / "home", painter=painter, language=language, context=context)

    assert made.verified
    assert (made.patrols, made.incidents) == (2, 2)
    for path in made.smart_files:
        content = path.read_bytes()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as package:
                content = package.read(next(name for name in package.namelist() if "/" not in name))
        assert schema_errors(content) == ()
    assert read_gpx(made.gpx, name="tracks.gpx").point_count > 100
    assert any(request.tracks for request in painter.requests)
    with pikepdf.open(made.dossier) as pdf:
        assert str(pdf.Root.Lang) == language
        assert len(pdf.pages) == made.pages
        assert any(name.endswith(".gpx") for name in pdf.attachments)
    with open_station(made.station, home=tmp_path / "home") as store:
        assert verify(made.dossier, store=store, home=tmp_path / "home", context=context).verdict == "verified"
        assert check_station(store, context).bad == ()
        assert rebuild_station(store, context).identical is True
        told = [incident(store.reader, one) for one in incident_ids(store.reader)]
        assert all(one.missing == () for one in told)
        poaching = next(one for one in told if one.kind == "poaching")
        assert patrol(store.reader, poaching.patrol_id).points
        (dossier,) = store.reader.entries("dossier")
        unsigned = SealDossier(store, painter).again(str(dossier.values["seal"]), tmp_path / "again.pdf")
        assert made.dossier.read_bytes().startswith(unsigned.read_bytes())
    assert verify(made.dossier, store=None, home=tmp_path / "home", context=context).verdict == "unknown_signer"


def test_a_second_demo_leaves_the_first_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "demo" / "station").mkdir(parents=True)
    (tmp_path / "demo" / "station" / "letter").write_text("keep me")

    with pytest.raises(StationExistsError):
        make_demo(tmp_path / "demo", home=tmp_path / "home", painter=QtMapPainter(), context=JobContext())

    assert [path.name for path in (tmp_path / "demo").rglob("*")] == ["station", "letter"]


def test_a_demo_that_is_stopped_leaves_a_station_that_opens(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        make_demo(tmp_path / "demo", home=tmp_path / "home", painter=QtMapPainter(), context=CancelAt(4))

    with open_station(tmp_path / "demo" / "station", home=tmp_path / "home") as store:
        assert check_station(store, JobContext()).bad == ()


def test_the_program_proves_itself() -> None:
    steps = self_test(painter=QtMapPainter, context=JobContext())

    assert [(step.code, step.is_ok, step.error) for step in steps] == [
        (code, True, "") for code in ("resources", "main-job", "smart-files", "dossier", "station")
    ]
    assert all(step.detail for step in steps)
