from __future__ import annotations

import dataclasses
import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from lxml import etree

from exporters.smart_incident import incident_xml
from exporters.smart_values import SmartRefusedError, SmartVersionError
from ranger_app.domain.data_model import DataModel
from ranger_app.domain.preflight import preflight
from ranger_app.domain.records import Incident, Observation
from ranger_app.domain.smart_office import training_office
from ranger_app.importers.data_model import read_data_model
from ranger_app.paths import resource
from tests import strategies
from tests.smart_samples import SAMPLES, default_model, sample_incident

NS = "{http://www.smartconservationsoftware.org/xml/2.3/independentincident}"
NAMIBIA = read_data_model(SAMPLES.parent / "models" / "site_namibia_waterberg_1.1.xml").model
DEFAULT = default_model()
OFFICE = training_office()


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=resource("smart", "xsd", "SmartIndependentIncident-2.3.xsd"))


def written(incident: Incident, model: DataModel = NAMIBIA) -> bytes:
    xml = incident_xml(incident, incident.observations, model, OFFICE)
    schema().assertValid(etree.fromstring(xml))
    return xml


def test_the_sample_incident_is_reproduced_from_equal_records_byte_for_byte() -> None:
    assert written(sample_incident()).decode() == (SAMPLES / "incident_2.3.xml").read_text("utf-8")


@given(strategies.incidents(DEFAULT))
def test_any_incident_with_a_moment_and_a_place_is_valid(incident: Incident) -> None:
    assert not preflight(incident, DEFAULT, OFFICE).fatal

    root = etree.fromstring(written(incident, DEFAULT))

    assert len(root.findall(f".//{NS}observations")) == len(incident.observations)
    assert dt.datetime.strptime(root.get("dateTime") or "", "%Y-%m-%d %H:%M:%S.%f")
    assert root.get("type") == "INDINC"


@given(strategies.incidents(DEFAULT, odd=True))
def test_an_incident_with_strange_words_is_refused_or_still_valid(incident: Incident) -> None:
    if preflight(incident, DEFAULT, OFFICE).fatal:
        with pytest.raises(SmartRefusedError):
            written(incident, DEFAULT)
    else:
        written(incident, DEFAULT)


def test_the_moment_is_the_wall_clock_of_the_place() -> None:
    incident = dataclasses.replace(
        sample_incident(), occurred_at=dt.datetime(2026, 10, 25, 0, 30, 1, 987_654, tzinfo=dt.UTC)
    )

    own = etree.fromstring(written(incident))
    berlin = etree.fromstring(incident_xml(incident, (), NAMIBIA, OFFICE, zone=ZoneInfo("Europe/Berlin")))

    assert own.get("dateTime") == "2026-10-25 00:30:01.987"
    assert berlin.get("dateTime") == "2026-10-25 02:30:01.987"


def test_the_observations_handed_over_are_the_ones_written() -> None:
    told = Observation(id="9" * 32, category="humanactivity.domesticanimals.")

    root = etree.fromstring(incident_xml(sample_incident(), (told,), DEFAULT, OFFICE))

    assert [element.get("categoryKey") for element in root.iter(f"{NS}observations")] == [told.category]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"occurred_at": None}, "smart-incident-without-moment"),
        ({"position": None}, "smart-incident-without-position"),
        ({"number": ""}, "smart-number-missing"),
    ],
)
def test_an_incident_that_smart_cannot_place_is_refused_by_name(change: dict[str, None], code: str) -> None:
    incident = dataclasses.replace(sample_incident(), **change)  # type: ignore[arg-type]

    with pytest.raises(SmartRefusedError) as refused:
        written(incident)

    assert refused.value.facts["finding"] == code
    assert [finding.code for finding in refused.value.findings.fatal] == [code]


def test_another_version_is_refused() -> None:
    with pytest.raises(SmartVersionError):
        incident_xml(sample_incident(), (), NAMIBIA, OFFICE, version="1.0")
