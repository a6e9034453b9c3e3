"""What leaves follows edits and corrected clocks: SMART files, and a dossier that says how a track was edited."""

from __future__ import annotations

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import lxml.etree
import pikepdf
import pypdfium2

from db.patrols import patrol
from exporters.smart_schema import schema_errors
from exporters.smart_track import decode_wkb
from ranger_app.geodesy import length_m
from ranger_app.services.attach_photos import AttachPhotos
from ranger_app.services.correct_clock import CorrectClock
from ranger_app.services.edit_track import EditTrack, GiveDay, Hide, Pause
from ranger_app.services.export_smart import ExportSmart
from ranger_app.services.import_tracks import ImportTracks
from ranger_app.services.open_case import OpenCase
from ranger_app.services.record_incident import RecordIncident
from ranger_app.services.seal_dossier import SealDossier
from ranger_app.services.split_patrol import SplitPatrol
from tests.dossier_samples import PillowPainter
from tests.service_desk import MORNING, POACHING, Desk, walk, write_gpx, write_photo


def with_patrol(desk: Desk, **more: Any) -> tuple[str, str]:
    """Ids of a patrol and of its track."""
    path = write_gpx(desk.out / "walk.gpx", walk(MORNING, 40, **more))
    record = ImportTracks(desk.store)([path], officer=desk.officer, context=desk.context).patrols[0]
    return record, desk.store.reader.entries("track")[0].id


def smart_days(desk: Desk, record: str) -> list[tuple[str, str, str, float, list[int]]]:
    """Date, start, end, kilometres and points of each part, of every leg day of a valid SMART file."""
    done = ExportSmart(desk.store)(
        desk.out / "smart", officer=desk.officer, patrols=[record], force=True, context=desk.context
    )
    content = Path(done.files[-1]).read_bytes()
    assert schema_errors(content) == ()
    found = []
    for day in lxml.etree.fromstring(content).iter("{*}days"):
        track = day.find("{*}track")
        assert track is not None
        _, parts = decode_wkb(str(track.get("geom")))
        found.append(
            (str(day.get("date")), str(day.get("startTime")), str(day.get("endTime")),
             float(str(track.get("distance"))), [len(part) for part in parts])
        )  # fmt: skip
    return found


def test_smart_gets_the_edited_track_and_its_length(desk: Desk) -> None:
    record, track = with_patrol(desk)
    EditTrack(desk.store)(track, [Hide(0, 4), Pause(10, 20)], officer=desk.officer)

    ((date, start, end, km, parts),) = smart_days(desk, record)

    assert (date, start, end, parts) == ("2026-03-04", "08:05:00", "08:39:00", [6, 20])
    shown = patrol(desk.store.reader, record)
    assert km * 1000 == shown.distance_m
    told = patrol(desk.store.reader, record, blobs=desk.store.blobs).legs[0].days[0].track
    assert told is not None
    lengths = [length_m(told.longitude_deg[first:stop], told.latitude_deg[first:stop]) for first, stop in told.parts()]
    assert abs(sum(lengths) - shown.distance_m) < 0.01


def test_smart_gets_fixes_after_midnight_on_the_day_that_was_given(desk: Desk) -> None:
    record, track = with_patrol(desk, step_s=1800)
    EditTrack(desk.store)(track, [GiveDay(32, 39, dt.date(2026, 3, 4))], officer=desk.officer)

    assert [(date, start, end, sum(parts)) for date, start, end, _, parts in smart_days(desk, record)] == [
        ("2026-03-04", "08:00:00", "23:59:59", 40)
    ]


def test_smart_gets_both_halves_of_a_split_patrol(desk: Desk) -> None:
    record, track = with_patrol(desk)
    parted = SplitPatrol(desk.store)(track, 25, officer=desk.officer)
    CorrectClock(desk.store)(tracks=[parted.track], shift_s=3600, reason="zone", officer=desk.officer)

    assert [(start, parts) for _, start, _, _, parts in smart_days(desk, record)] == [("08:00:00", [25])]
    assert [(start, parts) for _, start, _, _, parts in smart_days(desk, parted.patrol)] == [("09:25:00", [15])]


def test_a_dossier_says_how_a_track_was_edited_and_a_clock_corrected(desk: Desk) -> None:
    record, track = with_patrol(desk)
    document = {**copy.deepcopy(POACHING), "patrol_id": record, "photos": []}
    incident = RecordIncident(desk.store)("poaching", document, officer=desk.officer).incident_id
    photo = write_photo(desk.out / "snare.jpg", taken="2026:03:04 02:10:00")
    kept = AttachPhotos(desk.store)([photo], officer=desk.officer, parent=("incident", incident), context=desk.context)
    plain = dossier_files(desk, incident)
    EditTrack(desk.store)(track, [Hide(5, 6)], officer=desk.officer, reason="Deep gorge")
    CorrectClock(desk.store)(photos=[kept[0].id], shift_s=21600, reason="UTC", officer=desk.officer)

    files = dossier_files(desk, incident)

    assert "edits" not in plain["records.json"]
    assert "clock_shift_s" not in plain["records.json"]
    (leg,) = json.loads(files["records.json"])["patrols"][0]["legs"]
    assert [(one["what"], one["first"], one["last"], one["value"]) for one in leg["edits"]] == [
        ("hide", 5, 6, "Deep gorge")
    ]
    assert files["track.gpx"].count("<trkpt") == 38
    assert "points 5 to 6 are left out (Deep gorge)" in files["pages"]
    assert "Corrected time" in files["pages"]
    assert "+21600 s" in files["pages"]


def dossier_files(desk: Desk, incident: str) -> dict[str, str]:
    """What is embedded in a draft of a case, and the words on its ``pages``."""
    case = OpenCase(desk.store)("Snares", [incident], officer=desk.officer)
    out = desk.out / f"{case}.pdf"
    SealDossier(desk.store, PillowPainter())(case, out, officer=desk.officer, is_draft=True, context=desk.context)
    with pikepdf.open(out) as pdf:
        inside = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    with pypdfium2.PdfDocument(out) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    told = {name: content.decode("utf-8", "replace") for name, content in inside.items()}
    return {**told, "pages": " ".join(" ".join(pages).split())}
