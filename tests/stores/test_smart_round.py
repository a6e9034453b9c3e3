"""A SMART file comes in and goes out: the same, element by element, or its loss was named."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporters.smart_schema import schema_errors
from ranger_app.services.export_smart import ExportSmart, SmartExported
from ranger_app.services.import_smart import ImportSmart, SmartImported
from tests.service_desk import Desk, photo_bytes
from tests.smart_round import document, told_by, zipped

SAMPLES = Path(__file__).parents[1] / "data" / "smart" / "samples"
REAL = SAMPLES / "SMART_000006_001.xml"
SMART = {"1.2": "6", "1.3": "7", "1.4": "8", "2.0": "6", "2.2": "7", "2.3": "8"}


def taken_in(desk: Desk, *paths: Path, update: bool = False) -> SmartImported:
    return ImportSmart(desk.store)(paths, officer=desk.officer, update=update, context=desk.context)


def sent(desk: Desk, name: str, version: str = "8", **more: list[str]) -> SmartExported:
    return ExportSmart(desk.store)(
        desk.out / name, version=version, force=True, officer=desk.officer, context=desk.context, **more
    )


def test_a_real_patrol_comes_back_as_it_came(desk: Desk) -> None:
    done = taken_in(desk, REAL)

    out = sent(desk, "out", "7")

    assert (len(done.patrols), done.problems) == (1, [])
    assert told_by(out.files[0]) == told_by(REAL)
    assert schema_errors(out.files[0].read_bytes()) == ()


@pytest.mark.parametrize("sample", ["patrol_1.2", "patrol_1.3", "patrol_1.4", "incident_2.2", "incident_2.3"])
def test_every_sample_comes_back_with_its_photos(desk: Desk, sample: str, tmp_path: Path) -> None:
    photos = {f"IMG_000{number}.jpg": photo_bytes(size=(64 + number, 48)) for number in (1, 2, 9)}
    named = {name: photo for name, photo in photos.items() if name in (SAMPLES / f"{sample}.xml").read_text("utf-8")}
    package = zipped(SAMPLES / f"{sample}.xml", tmp_path / f"{sample}.zip", named)

    done = taken_in(desk, package)
    out = sent(desk, "out", SMART[sample.partition("_")[2]])

    assert done.problems == []
    assert told_by(out.files[0]) == told_by(package)


def test_the_oldest_incident_comes_back_without_its_kind_which_that_version_has_not(desk: Desk) -> None:
    done = taken_in(desk, SAMPLES / "incident_2.0.xml")

    out = sent(desk, "out", "6")

    assert [problem.code for problem in done.problems] == ["smart-attachment-not-found"]
    name, attributes, text, children = told_by(SAMPLES / "incident_2.0.xml")
    there = tuple(child for child in children if child[0] != "attachments")
    assert told_by(out.files[0]) == (name, attributes, text, there)
    assert document(out.files[0]).get("id") == "31"
