"""A year of a reserve goes to the SMART office: a thousand patrols of five thousand fixes, each a zip with a photo."""

from __future__ import annotations

import json
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.gpx_import import new_station
from tests.benchmarks.light import peak_mb
from tests.benchmarks.measuring import Row, in_own_process, seconds

if TYPE_CHECKING:
    from ranger_app.domain.data_model import DataModel
    from ranger_app.domain.records import Patrol
    from ranger_app.domain.smart_office import Office

PATROLS = 1000
FIXES = 5000
LOOKED_AT = 200
"""Patrols whose packing alone is taken, one by one beside zlib."""

ZIP_LEVEL = 6
BATCH = 100

PATROL = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<p:patrol xmlns:p="http://www.smartconservationsoftware.org/xml/1.4/patrol" patrolType="GROUND" \
startDate="2026-06-01" endDate="2026-06-01" isArmed="false" id="KG-BENCH-{number:04}">
<p:legs startDate="2026-06-01" endDate="2026-06-01" id="1" transportTypeKey="foot">
<p:transportType languageCode="en" value="Foot"/>
<p:members givenName="Aibek" familyName="Toktosunov" employeeId="R-0012" isPilot="false" isLeader="true"/>
<p:days date="2026-06-01" startTime="08:00:00" endTime="18:00:00" restMinutes="30.0">
<p:waypoints id="1" x="75.9" y="41.4" time="09:15:42"><p:comment>3 wire snares</p:comment>
<p:attachments filename="IMG_{number:04}.jpg"/></p:waypoints>
<p:track geom="{geometry}" distance="{distance}"/></p:days>
<p:mandate languageCode="en" value="Anti-poaching"/></p:legs></p:patrol>
"""


def run() -> list[Row]:
    """Take the patrols in, and send all of them."""
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as folder:
        in_own_process("tests.benchmarks.smart_thousand", "prepare", folder)
        told = in_own_process("tests.benchmarks.smart_thousand", "export", folder)
        packing = in_own_process("tests.benchmarks.smart_thousand", "pack", folder)
    return [
        Row(
            what=f"{LOOKED_AT} of {PATROLS:,} patrols of {FIXES:,} fixes are packed, one SMART zip a patrol: write and "
            "pack; beside zlib that only packs these bytes",
            ours=f"{packing['package_s']:.2f} s", peer=f"{packing['deflate_s']:.2f} s",
            measured=packing["package_s"] / packing["deflate_s"], limit=1.2,
        ),
        Row(
            what=f"all {PATROLS:,} leave the station in one export: find, load, preflight, write, pack, onto the disk",
            ours=f"{told['export_s']:.1f} s", peer=f"{told['deflate_s']:.1f} s",
            measured=told["export_s"] / told["deflate_s"], limit=1.6,
        ),
        Row(
            what="memory that export takes on top of the running program",
            ours=f"{told['grown_mb']:.0f} MB", measured=told["grown_mb"], limit=150.0, unit="MB",
        ),
    ]  # fmt: skip


def prepare(folder: Path) -> dict[str, Any]:
    """A station that took in the patrols, a hundred files at a time."""
    from ranger_app.jobs import JobContext
    from ranger_app.services.import_smart import ImportSmart
    from ranger_app.services.stations import open_station

    officer = new_station(folder)
    with open_station(folder / "station", home=folder / "home") as store:
        for first in range(0, PATROLS, BATCH):
            paths = [_write(folder / f"{number}.zip", number) for number in range(first, first + BATCH)]
            done = ImportSmart(store)(paths, officer=officer, context=JobContext())
            assert len(done.patrols) == BATCH, done.problems
            for path in paths:
                path.unlink()
    (folder / "officer.txt").write_text(officer, encoding="utf-8")
    return {}


def _write(path: Path, number: int) -> Path:
    import numpy as np

    from ranger_app.domain.wkb import WkbKind, encode_wkb
    from ranger_app.geodesy import track_length_m

    rng = np.random.default_rng(number)
    heading = np.cumsum(rng.normal(0.0, 0.06, FIXES))
    points = np.empty((FIXES, 3))
    points[:, 0] = np.round(75.9 + np.cumsum(np.cos(heading)) * 1e-5 + rng.normal(0.0, 3e-6, FIXES), 7)
    points[:, 1] = np.round(41.4 + np.cumsum(np.sin(heading)) * 1e-5 + rng.normal(0.0, 3e-6, FIXES), 7)
    points[:, 2] = 1_780_300_800_000 + np.arange(FIXES) * 7_000
    length = track_length_m(points[:, 0].copy(), points[:, 1].copy(), np.zeros(1, np.int64))
    geometry = encode_wkb(WkbKind.MULTI_LINE_STRING, [points])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("patrol.xml", PATROL.format(number=number, geometry=geometry, distance=length / 1000))
        package.writestr(f"attachments/IMG_{number:04}.jpg", rng.bytes(1000))
    return path


def export(folder: Path) -> dict[str, Any]:
    """The whole export, its memory, and what zlib alone needs for the same documents."""
    from ranger_app.jobs import JobContext
    from ranger_app.services.export_smart import ExportSmart
    from ranger_app.services.stations import open_station

    officer = (folder / "officer.txt").read_text(encoding="utf-8")
    with open_station(folder / "station", home=folder / "home") as store:
        job = ExportSmart(store)
        from db.patrol_pages import patrol_ids

        first = patrol_ids(store.reader)[:1]
        job(folder / "warm", patrols=first, force=True, officer=officer, context=JobContext())
        before = peak_mb()
        began = time.perf_counter()
        done = job(folder / "out", force=True, officer=officer, context=JobContext())
        export_s = time.perf_counter() - began
        grown_mb = peak_mb() - before
    assert len(done.files) == PATROLS, done.findings
    deflate_s = 0.0
    for path in done.files:
        deflate_s += _deflated(path)
    return {"export_s": export_s, "deflate_s": deflate_s, "grown_mb": grown_mb}


def _deflated(path: Path) -> float:
    with zipfile.ZipFile(path) as package:
        xml = package.read(package.namelist()[0])
    began = time.perf_counter()
    zlib.compress(xml, ZIP_LEVEL)
    return time.perf_counter() - began


def pack(folder: Path) -> dict[str, Any]:
    """Write and pack loaded patrols one by one, each beside zlib."""
    from db.patrol_pages import patrol_ids
    from exporters.smart_patrol import patrol_xml
    from exporters.smart_values import patrol_attachments
    from ranger_app.services.loading import loaded_patrol
    from ranger_app.services.models import office_model
    from ranger_app.services.office import office_of
    from ranger_app.services.stations import open_station

    taken = [0.0, 0.0]
    with open_station(folder / "station", home=folder / "home") as store:
        model = office_model(store.reader, store.blobs, store.station_id)
        office = office_of(store.reader, store.station_id)
        for place, record in enumerate(patrol_ids(store.reader)[:LOOKED_AT]):
            patrol = loaded_patrol(store.reader, record, model, store.blobs)
            ((name, photo),) = patrol_attachments(patrol)
            source = folder / "photo"
            source.write_bytes(store.blobs.get(photo.sha256))
            xml, target = patrol_xml(patrol, model, office), folder / "packed.zip"
            acts: list[Callable[[], object]] = [
                partial(_package, target, patrol, model, office, [(name, source)]),
                partial(zlib.compress, xml, ZIP_LEVEL),
            ]
            # In turns: who comes second finds the document in the processor's memory.
            for which in (0, 1) if place % 2 else (1, 0):
                taken[which] += seconds(acts[which])
            target.unlink()
    return {"package_s": taken[0], "deflate_s": taken[1]}


def _package(path: Path, patrol: Patrol, model: DataModel, office: Office, photos: list[tuple[str, Path]]) -> None:
    from exporters.smart_patrol import patrol_xml_pieces
    from exporters.smart_zip import write_package

    write_package(path, "patrol.xml", patrol_xml_pieces(patrol, model, office), photos, is_in_private=True)


if __name__ == "__main__":
    print(json.dumps({"prepare": prepare, "export": export, "pack": pack}[sys.argv[1]](Path(sys.argv[2]))))
