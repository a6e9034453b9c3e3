"""A long patrol goes to the SMART office: our whole export beside zlib packing the same bytes."""

from __future__ import annotations

import json
import struct
import sys
import tempfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.device_file import write_device_file
from tests.benchmarks.gpx_import import new_station
from tests.benchmarks.light import peak_mb
from tests.benchmarks.measuring import Row, in_own_process, medians

if TYPE_CHECKING:
    from ranger_app.domain.track import Track

FIXES = 600_000
"""A week of a fix a second."""
WARM_UP_FIXES = 500
ROUNDS = 3
ZIP_LEVEL = 6


def run() -> list[Row]:
    """Pack one patrol, and export it from the station."""
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as folder:
        _ask("prepare", folder)
        told = _ask("export", folder)
    alone = f"{told['deflate_s']:.2f} s"
    return [
        Row(
            what=f"a patrol of {FIXES:,} fixes becomes a SMART zip of {told['xml_mb']:.0f} MB XML: write and pack; "
            "beside zlib that only packs these bytes",
            ours=f"{told['package_s']:.2f} s", peer=alone,
            measured=told["package_s"] / told["deflate_s"], limit=1.2,
        ),
        Row(
            what="the whole export from the station: find, load, cut into days, preflight, write, pack",
            ours=f"{told['export_s']:.2f} s", peer=alone,
            measured=told["export_s"] / told["deflate_s"], limit=1.5,
        ),
        Row(
            what="the XML alone, beside a loop that packs one fix after the other with struct",
            ours=f"{told['xml_s'] * 1000:.0f} ms", peer=f"{told['struct_s'] * 1000:.0f} ms",
            measured=told["struct_s"] / told["xml_s"], limit=3.0, is_least=True,
        ),
        Row(
            what="memory the whole export takes on top of the running program",
            ours=f"{told['grown_mb']:.0f} MB", measured=told["grown_mb"], limit=150.0, unit="MB",
        ),
    ]  # fmt: skip


def _ask(what: str, folder: str) -> dict[str, Any]:
    return in_own_process("tests.benchmarks.smart", what, folder)


def prepare(folder: Path) -> dict[str, Any]:
    """A station with a short and a long patrol."""
    from ranger_app.jobs import JobContext
    from ranger_app.services.import_tracks import ImportTracks
    from ranger_app.services.stations import open_station

    officer, patrols = new_station(folder), []
    with open_station(folder / "station", home=folder / "home") as store:
        for number, fixes in ((40, WARM_UP_FIXES), (1, FIXES)):
            path = folder / f"{number}.gpx"
            write_device_file(path, fixes, number=number)
            patrols += ImportTracks(store)([path], officer=officer, context=JobContext()).patrols
    (folder / "patrols.json").write_text(json.dumps({"officer": officer, "patrols": patrols}), encoding="utf-8")
    return {}


def export(folder: Path) -> dict[str, Any]:
    """Export from the station, pack the loaded patrol, write its XML, and what zlib and a loop need, in turns."""
    from exporters.smart_patrol import patrol_xml, patrol_xml_pieces
    from exporters.smart_zip import write_package
    from ranger_app.domain.smart_office import training_office
    from ranger_app.jobs import JobContext
    from ranger_app.services.export_smart import ExportSmart
    from ranger_app.services.loading import loaded_patrol
    from ranger_app.services.models import office_model
    from ranger_app.services.stations import open_station

    told = json.loads((folder / "patrols.json").read_text(encoding="utf-8"))
    short, long = told["patrols"]
    with open_station(folder / "station", home=folder / "home") as store:

        def whole(patrol: str = long) -> None:
            done = ExportSmart(store)(
                folder / "out.zip", patrols=[patrol], force=True, officer=told["officer"], context=JobContext()
            )
            assert done.is_written, done.findings

        whole(short)
        mb_before = peak_mb()
        whole()
        grown_mb = peak_mb() - mb_before
        model, office = office_model(store.reader, store.blobs, store.station_id), training_office()
        loaded = loaded_patrol(store.reader, long, model, store.blobs)
        loaded = replace(loaded, legs=tuple(replace(leg, mandate="surveillance") for leg in loaded.legs))
        xml = patrol_xml(loaded, model, office)

        def package() -> None:
            write_package(folder / "packed.zip", "patrol.xml", patrol_xml_pieces(loaded, model, office))

        times = medians(
            ROUNDS, whole, package, lambda: zlib.compress(xml, ZIP_LEVEL), lambda: patrol_xml(loaded, model, office),
            lambda: [packed_one_by_one(day.track) for leg in loaded.legs for day in leg.days if day.track is not None],
        )  # fmt: skip
    named = dict(zip(("export_s", "package_s", "deflate_s", "xml_s", "struct_s"), times, strict=True))
    return {**named, "grown_mb": grown_mb, "xml_mb": len(xml) / 1e6}


def packed_one_by_one(track: Track) -> str:
    """The geometry of *track* as a plain loop makes it."""
    point = struct.Struct(">3d")
    columns = (track.longitude_deg.tolist(), track.latitude_deg.tolist(), track.time_us.tolist())
    head = struct.pack(">BII", 0, 0x80000002, len(track))
    return (head + b"".join(point.pack(x, y, at // 1000) for x, y, at in zip(*columns, strict=True))).hex()


if __name__ == "__main__":
    print(json.dumps({"prepare": prepare, "export": export}[sys.argv[1]](Path(sys.argv[2]))))
