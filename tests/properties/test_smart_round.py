"""Made-up patrols and incidents go out, come in at another station and go out again in every version of SMART's files.

What comes back is what went out, but for what a version cannot say: and that the preflight had named.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from exporters.smart_incident import incident_xml
from exporters.smart_patrol import patrol_xml
from exporters.smart_schema import schema_errors
from exporters.smart_values import incident_attachments, patrol_attachments
from exporters.smart_zip import write_package
from ranger_app.domain.data_model import AttributeType
from ranger_app.domain.preflight_versions import FORMATS, INDEPENDENT, is_whole_id, whole_id
from ranger_app.domain.records import Attachment, Incident, Patrol, Value
from ranger_app.domain.smart_office import training_office
from ranger_app.domain.typed_text import decimal_in
from ranger_app.importers.data_model import station_model
from ranger_app.importers.smart_package import opened_package
from ranger_app.importers.smart_parts import SmartFileName, SmartObservation, SmartPatrol, SmartPlace, SmartValue
from ranger_app.services.export_smart import VERSIONS, ExportSmart
from ranger_app.services.import_smart import ImportSmart
from ranger_app.services.smart_content import content_pieces
from tests import strategies
from tests.service_desk import Desk, new_desk
from tests.smart_round import document

WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""Making a failing example smaller would take minutes: each opens a station."""

FEW = settings(
    max_examples=25,
    deadline=None,
    phases=WITHOUT_SHRINKING,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
HARMLESS = {"smart-position-zero"}


@st.composite
def foreign_patrols(draw: st.DrawFn) -> Patrol:
    """A patrol with all that only SMART's files say."""
    patrol = draw(strategies.patrols(station_model(), training_office(), odd=draw(st.booleans())))
    waypoints = []
    for place, waypoint in enumerate(patrol.waypoints):
        groups = sorted(draw(st.lists(st.integers(0, 1), min_size=len(waypoint.observations), max_size=3)))
        observations = tuple(
            replace(one, group=group) for one, group in zip(waypoint.observations, groups, strict=False)
        )
        kinds = draw(st.sampled_from(("", "ranger")))
        attachments = tuple(replace(one, signature_type=kinds) for one in waypoint.attachments)
        name = draw(st.sampled_from(("", "A-1", str(place + 7), "Ж")))
        waypoints.append(replace(waypoint, observations=observations, attachments=attachments, smart_id=name))
    names = st.sampled_from(("weather", "fuel", "Ж"))
    custom: dict[str, Value] = draw(st.dictionaries(names, st.sampled_from(("sun", 3)), max_size=2))
    longer = dt.timedelta(days=draw(st.integers(0, 40)))
    return replace(
        patrol,
        waypoints=tuple(waypoints),
        custom=custom,
        patrol_type=draw(st.sampled_from(("", "AIR", "MARINE"))),
        ends_on=patrol.end + longer if patrol.end and longer else None,
        legs=tuple(replace(leg, smart_id=draw(st.sampled_from(("", "1", "leg A")))) for leg in patrol.legs),
    )


def written(folder: Path, record: Patrol | Incident) -> Path:
    """The file that another station makes of *record*; every attachment says its own name."""
    named: Sequence[tuple[str, Attachment]]
    if isinstance(record, Patrol):
        xml, named = patrol_xml(record, station_model(), training_office()), patrol_attachments(record)
    else:
        named = incident_attachments(record, record.observations)
        xml = incident_xml(record, record.observations, station_model(), training_office())
    sources = []
    for number, (name, _) in enumerate(named):
        source = folder / f"source{number}"
        source.write_text(name, encoding="utf-8")
        sources.append((name, source))
    path = folder / "in.zip"
    write_package(path, "record.xml", xml, sources)
    return path


def read(path: Path) -> SmartPatrol | SmartPlace:
    with opened_package(path) as package:
        (reading,) = package.readings()
    assert {problem.code for problem in reading.problems} <= HARMLESS
    return reading.record


def as_said(told: SmartPatrol | SmartPlace, version: str) -> tuple[SmartPatrol | SmartPlace, set[str]]:
    """What a version of the format can say of a record, and what the preflight has to name."""
    lost: set[str] = set()
    can = FORMATS[version]
    if isinstance(told, SmartPlace):
        place = _place(told, version, lost)
        if not can.has_text_ids and not is_whole_id(told.smart_id):
            lost.add("smart-version-id")
            place = replace(place, smart_id=str(whole_id(told.smart_id)))
        if not can.has_kinds and told.kind != INDEPENDENT:
            lost.add("smart-version-kind")
        return replace(place, kind=INDEPENDENT), lost
    if told.custom and not can.has_kinds:
        lost.add("smart-version-custom")
        told = replace(told, custom=())
    legs = []
    for leg in told.legs:
        days = []
        for day in leg.days:
            waypoints = []
            for waypoint in day.waypoints:
                kept = _place(waypoint, version, lost)
                if not can.has_text_ids and not is_whole_id(waypoint.smart_id):
                    lost.add("smart-version-id")
                    kept = replace(kept, smart_id="")
                waypoints.append(kept)
            days.append(replace(day, waypoints=tuple(waypoints)))
        legs.append(replace(leg, days=tuple(days)))
    return replace(told, legs=tuple(legs)), lost


def _place(told: SmartPlace, version: str, lost: set[str]) -> SmartPlace:
    can = FORMATS[version]
    if not can.has_groups and len({one.group for one in told.observations}) > 1:
        lost.add("smart-version-groups")
    observations = tuple(_observation(one, version, lost) for one in told.observations)
    return replace(told, observations=observations, files=_files(told.files, version, lost))


def _observation(told: SmartObservation, version: str, lost: set[str]) -> SmartObservation:
    can = FORMATS[version]
    values = []
    for one in told.values:
        if not can.has_several_keys and isinstance(one.value, tuple) and len(one.value) > 1:
            lost.add("smart-version-choices")
            one = replace(one, value=one.value[0])
        values.append(_mended(one))
    group = told.group if can.has_groups else 0
    return replace(told, values=tuple(values), group=group, files=_files(told.files, version, lost))


def _mended(told: SmartValue) -> SmartValue:
    """A number that was written as a text is one for us, where the model wants a number: SMART would drop it."""
    attribute = station_model().attribute(told.key)
    if attribute is None or attribute.type is not AttributeType.NUMERIC or not isinstance(told.value, str):
        return told
    number = decimal_in(told.value)
    return told if number is None else replace(told, element="dValue", value=number)


def _files(told: tuple[SmartFileName, ...], version: str, lost: set[str]) -> tuple[SmartFileName, ...]:
    if FORMATS[version].has_kinds:
        return told
    if any(one.signature_type for one in told):
        lost.add("smart-version-signature")
    return tuple(replace(one, signature_type="") for one in told)


def without_changed_ids(told: SmartPatrol | SmartPlace, before: SmartPatrol | SmartPlace) -> SmartPatrol | SmartPlace:
    """A patrol whose waypoints have no ids where *before* has none."""
    if isinstance(told, SmartPlace) or isinstance(before, SmartPlace):
        return told
    legs = []
    for leg, leg_before in zip(told.legs, before.legs, strict=True):
        days = []
        for day, day_before in zip(leg.days, leg_before.days, strict=True):
            pairs = zip(day.waypoints, day_before.waypoints, strict=True)
            days.append(replace(day, waypoints=tuple(
                one if known.smart_id else replace(one, smart_id="") for one, known in pairs
            )))  # fmt: skip
        legs.append(replace(leg, days=tuple(days)))
    return replace(told, legs=tuple(legs))


def assert_comes_back(desk: Desk, record: Patrol | Incident, folder: Path) -> None:
    source = written(folder, record)
    told = read(source)

    done = ImportSmart(desk.store)([source], officer=desk.officer, context=desk.context)

    if any(problem.code == "smart-person-twice" for problem in done.problems):
        return  # two made-up people of one name are one person
    assert {problem.code for problem in done.problems} <= HARMLESS
    for smart, versions in VERSIONS.items():
        version = versions[isinstance(record, Incident)]
        out = ExportSmart(desk.store)(
            folder / f"out{smart}", version=smart, force=True, officer=desk.officer, context=desk.context
        )
        assert schema_errors(_bytes(out.files[0])) == ()
        expected, lost = as_said(told, version)
        assert {one.code for one in out.findings.lossy if one.code.startswith("smart-version-")} == lost
        back = without_changed_ids(read(out.files[0]), expected)
        assert list(content_pieces(back)) == list(content_pieces(expected))


def _bytes(path: Path) -> bytes:
    from lxml import etree

    return etree.tostring(document(path))


@FEW
@given(foreign_patrols(), st.sampled_from(("Asia/Bishkek", "Europe/Berlin", "Pacific/Chatham")))
def test_a_patrol_comes_back_but_for_what_was_named(record: Patrol, timezone: str) -> None:
    with tempfile.TemporaryDirectory(prefix="ranger-test-") as name:
        folder = Path(name)
        desk = new_desk(folder / "desk", timezone=timezone)
        try:
            assert_comes_back(desk, record, folder)
        finally:
            desk.store.close()


@FEW
@given(
    strategies.incidents(station_model()),
    st.none() | st.tuples(st.floats(0, 360), st.floats(0, 5000)),
    st.sampled_from(("", "INTEGRATE")),
)
def test_an_incident_comes_back_but_for_what_was_named(
    record: Incident, offset: tuple[float, float] | None, kind: str
) -> None:
    direction, distance = offset or (None, None)
    record = replace(record, direction_deg=direction, distance_m=distance, smart_type=kind)
    with tempfile.TemporaryDirectory(prefix="ranger-test-") as name:
        folder = Path(name)
        desk = new_desk(folder / "desk", timezone="Europe/Berlin")
        try:
            assert_comes_back(desk, record, folder)
        finally:
            desk.store.close()
