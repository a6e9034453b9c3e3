from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from exporters.smart_patrol import patrol_xml
from exporters.smart_schema import schema_errors
from ranger_app.domain.track import Track
from tests.smart_samples import SAMPLES, default_model, naryn_office, sample_patrol


@pytest.mark.parametrize(
    "name",
    [
        "patrol_1.2.xml",
        "patrol_1.3.xml",
        "patrol_1.4.xml",
        "incident_2.0.xml",
        "incident_2.2.xml",
        "incident_2.3.xml",
        "SMART_000006_001.xml",
    ],
)
def test_good_files_of_every_version_are_valid(name: str) -> None:
    assert schema_errors((SAMPLES / name).read_bytes()) == ()


def test_what_breaks_the_schema_is_told_with_its_line() -> None:
    xml = (SAMPLES / "patrol_1.4.xml").read_bytes().replace(b'isPilot="false"', b'isPilot="nein"', 1)

    [error, *_] = schema_errors(xml)

    assert error.startswith("line 10: ")
    assert "isPilot" in error


@pytest.mark.parametrize(
    "xml", [b"<a/>", (SAMPLES / "patrol_1.4.xml").read_bytes().replace(b"1.4/patrol", b"9.9/patrol")]
)
def test_a_file_of_no_known_kind_has_no_schema(xml: bytes) -> None:
    [error] = schema_errors(xml)

    assert error.startswith("no schema")


def test_a_day_of_very_many_fixes_is_one_long_attribute_and_valid() -> None:
    count = 250_000
    track = Track(
        time_us=1772590500_000_000 + np.arange(count, dtype=np.int64) * 250_000,
        longitude_deg=np.linspace(74.5, 74.9, count),
        latitude_deg=np.linspace(41.2, 41.4, count),
        elevation_m=np.full(count, np.nan),
        part_starts=np.array([0, 1000], np.int64),
    )
    [leg] = sample_patrol().legs
    day = dataclasses.replace(leg.days[0], track=track, points=count, date=dt.date(2026, 3, 4))
    patrol = dataclasses.replace(sample_patrol(), legs=(dataclasses.replace(leg, days=(day,)),))

    xml = patrol_xml(patrol, default_model(), naryn_office())

    assert schema_errors(xml) == ()
    assert len(xml) > 48 * count
