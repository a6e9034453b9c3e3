"""What SMART does with an imperfect file, row by row: our preflight says it first, and a clean one hides nothing.

The other opinion is :mod:`tests.smart_reader`, which reads the written files as SMART is known to do.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import struct
import tempfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.smart_incident import incident_xml
from exporters.smart_patrol import patrol_xml
from exporters.smart_values import SmartRefusedError, incident_attachments, patrol_attachments
from exporters.smart_zip import write_package
from ranger_app.domain.data_model import Attribute, AttributeLink, AttributeType, Category, DataModel, TreeNode
from ranger_app.domain.lists import taxon
from ranger_app.domain.preflight import preflight
from ranger_app.domain.preflight_findings import Findings, Remedy
from ranger_app.domain.preflight_mends import option_mend
from ranger_app.domain.records import Attachment, Incident, Leg, Member, Observation, Patrol, Value, Waypoint
from ranger_app.domain.smart_office import Choice, Office
from tests import strategies
from tests.smart_reader import Area, Reading, read_smart
from tests.smart_samples import (
    AIBEK,
    GULNARA,
    SAMPLES,
    default_model,
    naryn_office,
    photo,
    sample_incident,
    sample_patrol,
)

PATROL_VERSIONS = ("1.4", "1.3", "1.2")
INCIDENT_VERSIONS = ("2.3", "2.2", "2.0")
SHAPES = Category(key="shapes", links=tuple(AttributeLink(key=key) for key in ("fence", "plot", "hour", "day")))


def model_with_every_type() -> DataModel:
    """SMART's default with the kinds of values that it has no attribute of."""
    model = default_model()
    kinds = {
        "fence": AttributeType.LINE, "plot": AttributeType.POLYGON, "hour": AttributeType.TIME,
        "day": AttributeType.DATE,
    }  # fmt: skip
    more = tuple(Attribute(key=key, type=kind) for key, kind in kinds.items())
    return dataclasses.replace(model, attributes=(*model.attributes, *more), categories=(*model.categories, SHAPES))


MODEL = model_with_every_type()
OFFICE = naryn_office()._replace(members=(AIBEK, GULNARA), patrol_attributes={})
TRAP = "humanactivity.weaponsequipment.trap."

NAMED_BY = {
    "team-unknown": {"smart-team-unknown"},
    "station-unknown": {"smart-station-unknown"},
    "patrol-attribute-unknown": {"smart-patrol-attribute-unknown"},
    "member-by-id": {"smart-member-differs"},
    "member-by-names": {"smart-member-differs"},
    "member-dropped": {"smart-member-unknown"},
    "observer-dropped": {"smart-observer-unknown"},
    "category-unknown": {"smart-category-unknown"},
    "attribute-unknown": {"smart-attribute-unknown"},
    "attribute-not-linked": {"smart-attribute-not-linked"},
    # Several keys for a value that takes one are of the wrong type; older versions carry the first of them alone.
    "choice-unknown": {"smart-choice-unknown", "smart-value-wrong-type"},
    "value-wrong": {"smart-value-wrong-type"},
    "too-long": {"smart-text-too-long"},
}
"""What the reader warns of, and the findings that name it before."""


def area_of(office: Office, *, numbers: Iterable[str] = ()) -> Area:
    """The database of the office that receives the file."""

    def labels(choices: Iterable[Choice]) -> frozenset[tuple[str, str]]:
        return frozenset(item for choice in choices for item in choice.labels.items())

    people = None if office.members is None else [(m.employee_id, m.given_name, m.family_name) for m in office.members]
    return Area(
        model=MODEL,
        transports={key: labels([choice]) for key, choice in office.transports.items()},
        mandates=labels(office.mandates.values()),
        stations=labels(office.stations.values()),
        teams=labels(office.teams.values()),
        people=None if people is None else frozenset(people),
        patrol_attributes=None if office.patrol_attributes is None else frozenset(office.patrol_attributes),
        numbers=frozenset(numbers),
    )


def package(xml: bytes, attachments: Iterable[tuple[str, Attachment]]) -> bytes:
    """The file as it leaves: with attachments a zip."""
    with tempfile.TemporaryDirectory() as folder:
        blob = Path(folder, "blob")
        blob.write_bytes(b"jpg")
        out = Path(folder, "out")
        write_package(out, "record.xml", xml, [(name, blob) for name, _ in attachments])
        return out.read_bytes()


def read_patrol(
    patrol: Patrol, office: Office = OFFICE, *, version: str = "1.4", numbers: Iterable[str] = ()
) -> Reading:
    content = package(patrol_xml(patrol, MODEL, office, version=version), patrol_attachments(patrol))
    return read_smart(content, area_of(office, numbers=numbers), "patrol")


def read_incident(incident: Incident, office: Office = OFFICE, *, version: str = "2.3") -> Reading:
    xml = incident_xml(incident, incident.observations, MODEL, office, version=version)
    content = package(xml, incident_attachments(incident, incident.observations))
    return read_smart(content, area_of(office), "incident")


def patrol(**changes: object) -> Patrol:
    return dataclasses.replace(sample_patrol(), **changes)  # type: ignore[arg-type]


LEG: Leg = sample_patrol().legs[0]


def with_leg(**changes: object) -> Patrol:
    return patrol(legs=(dataclasses.replace(LEG, **changes),))  # type: ignore[arg-type]


def with_waypoint(**changes: object) -> Patrol:
    [place] = sample_patrol().waypoints
    return patrol(waypoints=(dataclasses.replace(place, **changes),))  # type: ignore[arg-type]


def seen(category: str = TRAP, *, observer: Member | None = None, **attributes: Value) -> Patrol:
    observation = Observation(id="5" * 32, category=category, attributes=attributes, observer=observer)
    return with_waypoint(observations=(observation,))


# The reader itself


def test_the_reader_takes_what_smart_takes() -> None:
    reading = read_smart((SAMPLES / "patrol_1.4.xml").read_bytes(), area_of(OFFICE), "patrol")
    assert (reading.failed, reading.observations, reading.values) == ([], 1, 3)
    assert reading.codes() <= {"attachment-missing"}

    assert read_smart((SAMPLES / "smart_patrol_sample.malformed.xml").read_bytes(), area_of(OFFICE), "patrol").failed


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<ns2:patrol", "<!-- ours --><ns2:patrol", "not-smart"),
        ("xml/1.4/patrol", "xml/9.9/patrol", "not-smart"),
        (' isArmed="false"', "", "missing"),
        (' isLeader="true"', "", "missing"),
        (' isPilot="false"', "", "missing"),
        (' restMinutes="30.0"', "", "missing"),
        (' startTime="08:15:00"', "", "missing"),
        (' endTime="16:05:30"', "", "missing"),
        ('startTime="08:15:00"', 'startTime="08:15:00+06:00"', "offset"),
        (' distance="0.10059481580056778"', "", "missing"),
        ("<ns2:bValue>true</ns2:bValue>", "", "missing"),
        ('transportTypeKey="foot"', 'transportTypeKey="hoof"', ""),
        ('languageCode="en" value="Anti-poaching"', 'languageCode="en" value="anti-poaching"', "mandate-unknown"),
        ('value="Mobile Team 1"', 'value="Mobile Team"', "team-unknown"),
        ('value="Main Station"', 'value="HQ 2"', "station-unknown"),
        ('employeeId="R-0019"', 'employeeId="R-0020"', "member-by-names"),
        ('givenName="Gulnara"', 'givenName="Gulya"', "member-by-id"),
        ("humanactivity.weaponsequipment.trap.", "humanactivity.weaponsequipment.trap", "category-unknown"),
        ('attributeKey="typeoftrap"', 'attributeKey="sex"', "attribute-not-linked"),
        ('attributeKey="typeoftrap"', 'attributeKey="colour"', "attribute-unknown"),
        ('attributeKey="typeoftrap"', 'attributeKey="isactive"', "missing"),
        (">wiresnare<", ">WireSnare<", "choice-unknown"),
        (">3.0<", ">three<", "value-wrong"),
        ("IMG_0001.jpg", "IMG_0003.jpg", "attachment-missing"),
        ('legs startDate="2026-03-04"', 'legs startDate="2026-03-05"', "day-outside-leg"),
    ],
)
def test_the_reader_stumbles_over_each_thing_that_smart_stumbles_over(old: str, new: str, code: str) -> None:
    walk = sample_patrol()
    xml = patrol_xml(walk, MODEL, OFFICE).decode()
    assert old in xml

    content = package(xml.replace(old, new).encode(), patrol_attachments(walk))

    assert read_smart(content, area_of(OFFICE), "patrol").codes() == ({code} if code else set())


def test_the_reader_asks_when_a_number_is_known_and_when_an_incident_is_of_no_kind() -> None:
    assert read_patrol(sample_patrol(), numbers=[sample_patrol().number]).codes() == {"number-known"}
    xml = incident_xml(sample_incident(), (), MODEL, OFFICE)
    bare = dataclasses.replace(sample_incident(), attachments=())
    assert read_incident(bare).codes() == {"category-unknown"}
    assert read_smart(xml.replace(b'type="INDINC"', b'type="ODD"'), area_of(OFFICE), "incident").failed
    assert read_smart(xml.replace(b".000", b""), area_of(OFFICE), "incident").failed


# Row by row


def test_what_smart_takes_whole_is_clean() -> None:
    assert preflight(sample_patrol(), MODEL, OFFICE) == Findings(clean=1)
    reading = read_patrol(sample_patrol())
    assert (reading.codes(), reading.observations, reading.values) == (set(), 1, 3)


STRANGER = Member(id="a3" * 16, given_name="Bakyt", family_name="Osmonov", employee_id="R-9")
NAMESAKE = dataclasses.replace(GULNARA, employee_id="R-9")
RENAMED = dataclasses.replace(GULNARA, family_name="Toktosunova")


@pytest.mark.parametrize(
    ("walk", "code", "where", "about", "remark", "mend"),
    [
        (patrol(station="nowhere"), "smart-station-unknown", "", {"key": "nowhere"}, "station-unknown",
         ("station", "nowhere", "main")),
        (patrol(team="nobody"), "smart-team-unknown", "", {"key": "nobody"}, "team-unknown",
         ("team", "nobody", "communityteam1")),
        (with_leg(members=(AIBEK, RENAMED)), "smart-member-differs", "leg 1",
         {"person": "Toktosunova, Gulnara", "employee": "R-0019"}, "member-by-id", ("member", GULNARA.id, GULNARA.id)),
        (with_leg(members=(AIBEK, NAMESAKE)), "smart-member-differs", "leg 1",
         {"person": "Asanova, Gulnara", "employee": "R-9"}, "member-by-names", ("member", GULNARA.id, GULNARA.id)),
        (with_leg(members=(AIBEK, STRANGER)), "smart-member-unknown", "leg 1",
         {"person": "Osmonov, Bakyt", "employee": "R-9"}, "member-dropped", ("member", STRANGER.id, None)),
        (seen(observer=NAMESAKE), "smart-observer-unknown", "waypoint 1, observation 1",
         {"person": "Asanova, Gulnara", "employee": "R-9"}, "observer-dropped", ("member", GULNARA.id, GULNARA.id)),
        (seen("humanactivity.snare."), "smart-category-unknown", "waypoint 1, observation 1",
         {"category": "humanactivity.snare."}, "category-unknown", ("category", "humanactivity.snare.", None)),
        (seen(TRAP.rstrip(".")), "smart-category-unknown", "waypoint 1, observation 1", {"category": TRAP[:-1]},
         "category-unknown", ("category", TRAP[:-1], TRAP)),
        (seen(colour="red"), "smart-attribute-unknown", "waypoint 1, observation 1", {"attribute": "colour"},
         "attribute-unknown", ("attribute", "colour", None)),
        (seen("humanactivity.people.", actiontakenpeople="arrested"), "smart-attribute-unknown",
         "waypoint 1, observation 1", {"attribute": "actiontakenpeople"}, "attribute-unknown",
         ("attribute", "actiontakenpeople", "actiontaken_people")),
        (seen(sex="male"), "smart-attribute-not-linked", "waypoint 1, observation 1",
         {"attribute": "sex", "category": TRAP}, "attribute-not-linked", ("attribute", "sex", None)),
        (seen(typeoftrap="wire_snare"), "smart-choice-unknown", "waypoint 1, observation 1",
         {"attribute": "typeoftrap", "choice": "wire_snare"}, "choice-unknown",
         ("option", "typeoftrap/wire_snare", "typeoftrap/wiresnare")),
        (seen("animals.carcass.", causeofdeath="illegal.noose."), "smart-choice-unknown", "waypoint 1, observation 1",
         {"attribute": "causeofdeath", "choice": "illegal.noose."}, "choice-unknown",
         ("option", "causeofdeath/illegal.noose.", "causeofdeath/illegal.")),
        (seen("animals.carcass.", partremoved=("skin", "soul")), "smart-choice-unknown", "waypoint 1, observation 1",
         {"attribute": "partremoved", "choice": "soul"}, "choice-unknown",
         ("option", "partremoved/soul", None)),
    ],
)  # fmt: skip
def test_what_smart_warns_of_is_lossy_with_its_place_its_reason_and_its_mend(
    walk: Patrol, code: str, where: str, about: dict[str, str], remark: str, mend: tuple[str, str, str | None]
) -> None:
    findings = preflight(walk, MODEL, OFFICE)

    [finding] = findings.lossy
    assert (findings.fatal, findings.clean) == ((), 0)
    assert (finding.record_id, finding.code, finding.where, finding.facts) == (walk.id, code, where, about)
    assert read_patrol(walk).codes() == {remark}
    what, ours, first = mend
    assert (finding.mend.remedy, finding.mend.what, finding.mend.ours) == (Remedy.MAP, what, ours)
    assert first is None or finding.mend.candidates[0] == first


@pytest.mark.parametrize(
    ("walk", "remark"),
    [
        (seen(numberofweaponsequipment="3"), "value-wrong"),
        (seen(typeoftrap=3), "value-wrong"),
        (seen(typeoftrap=("wiresnare", "other")), "value-wrong"),
        (seen("animals.carcass.", partremoved="skin"), ""),
        (seen("humanactivity.people.", nameornames=True), "value-wrong"),
    ],
)
def test_a_value_of_the_wrong_kind_is_lossy(walk: Patrol, remark: str) -> None:
    [finding] = preflight(walk, MODEL, OFFICE).lossy

    assert (finding.code, finding.mend.remedy) == ("smart-value-wrong-type", Remedy.EDIT)
    assert read_patrol(walk).codes() == ({remark} if remark else set())


def test_a_species_is_looked_for_by_its_key_and_by_its_latin_name() -> None:
    known = taxon("snow_leopard")
    assert known is not None
    by_key = TreeNode(key=known.smart.removesuffix(".").rpartition(".")[2].replace("_rl", "_rl_"))
    by_name = TreeNode(key="irbis", names=(("en", f"{known.scientific} - Snow leopard"),))

    for node in (by_key, by_name):
        tree = Attribute(key="species", type=AttributeType.TREE, nodes=(TreeNode(key="cats", children=(node,)),))
        mend = option_mend(tree, known.smart)
        assert mend.candidates == (f"species/cats.{node.key}.",)


def test_custom_attributes_of_a_patrol_are_checked_once_the_office_told_them() -> None:
    weather = Choice(key="weather", labels={}, type="LIST", options=("rain", "sun"))
    depth = Choice(key="depth", labels={}, type="NUMERIC")
    office = OFFICE._replace(patrol_attributes={"weather": weather, "depth": depth})
    good: dict[str, Value] = {"weather": "sun", "depth": Decimal("1.5")}

    assert preflight(patrol(custom=good), MODEL, office).clean == 1
    assert preflight(patrol(custom={"any": "x"}), MODEL, OFFICE._replace(patrol_attributes=None)).clean == 1
    found = preflight(patrol(custom={"any": "x", "weather": "hail", "depth": "deep"}), MODEL, office).lossy
    assert [(one.code, one.mend.what, one.mend.ours) for one in found] == [
        ("smart-patrol-attribute-unknown", "patrol_attribute", "any"),
        ("smart-choice-unknown", "option", "weather/hail"),
        ("smart-value-wrong-type", "depth", ""),
    ]
    [fatal] = preflight(patrol(custom={"depth": Decimal("NaN")}), MODEL, office).fatal
    assert fatal.code == "smart-value-unwritable"


@pytest.mark.parametrize(
    ("walk", "code", "where", "mend"),
    [
        (with_leg(transport="balloon"), "smart-transport-unknown", "leg 1", (Remedy.MAP, "transport", "balloon")),
        (with_leg(transport=""), "smart-transport-missing", "leg 1", (Remedy.EDIT, "transport", "")),
        (with_leg(mandate="picnic"), "smart-mandate-unknown", "leg 1", (Remedy.MAP, "mandate", "picnic")),
        (with_leg(mandate=""), "smart-mandate-missing", "leg 1", (Remedy.EDIT, "mandate", "")),
        (seen(isactive="yes"), "smart-value-unwritable", "waypoint 1, observation 1", (Remedy.EDIT, "isactive", "")),
    ],
)
def test_what_fails_smarts_import_is_fatal_and_never_written(
    walk: Patrol, code: str, where: str, mend: tuple[Remedy, str, str]
) -> None:
    findings = preflight(walk, MODEL, OFFICE)

    [finding] = findings.fatal
    assert (finding.record_id, finding.code, finding.where) == (walk.id, code, where)
    assert (finding.mend.remedy, finding.mend.what, finding.mend.ours) == mend
    if mend[1] in ("transport", "mandate"):
        assert set(finding.mend.candidates) == set(OFFICE.choices(mend[1]))
    with pytest.raises(SmartRefusedError):
        patrol_xml(walk, MODEL, OFFICE)


def test_an_attachment_whose_bytes_are_missing_fails_the_export() -> None:
    findings = preflight(sample_patrol(), MODEL, OFFICE, missing_blobs={photo("IMG_0001.jpg").sha256})

    assert [(one.code, one.where) for one in findings.fatal] == [("smart-attachment-missing", "waypoint 1")]


def test_an_incident_of_a_kind_that_smart_has_not_is_fatal() -> None:
    odd = dataclasses.replace(sample_incident(), observations=(), smart_type="ODD")

    assert [one.code for one in preflight(odd, MODEL, OFFICE).fatal] == ["smart-incident-type-unknown"]
    assert preflight(dataclasses.replace(odd, smart_type="INTEGRATE"), MODEL, OFFICE).clean == 1


# A clean preflight hides nothing


@st.composite
def offices(draw: st.DrawFn, people: Iterable[Member]) -> Office:
    """An office that knows some of these people, some of them otherwise, or has told nobody."""
    office = naryn_office()
    if draw(st.booleans()):
        roster: list[Member] = []
        for one in people:
            changed = draw(st.sampled_from((one, None, dataclasses.replace(one, employee_id="X-1"),
                                            dataclasses.replace(one, family_name="X"))))  # fmt: skip
            roster += [changed] if changed is not None else []
        office = office._replace(members=tuple(roster))
    if draw(st.booleans()):
        office = office._replace(patrol_attributes={"weather": Choice(key="weather", labels={})})
    return office


def _with_shapes(place: Waypoint, observations: tuple[Observation, ...]) -> Waypoint:
    return dataclasses.replace(place, observations=(*place.observations, *observations))


FENCE = "GPS_AUTO:" + base64.b64encode(struct.pack(">BIIdddd", 0, 2, 2, 74.5, 41.2, 74.6, 41.2)).decode()
PLOT = "MANUAL_DRAW:" + base64.b64encode(struct.pack("<BIIIdddddd", 1, 3, 1, 3, 0, 0, 1, 0, 0, 0)).decode()


@st.composite
def shapes(draw: st.DrawFn) -> tuple[Observation, ...]:
    """Nothing, or a line, an area, a time and a day, well told or not."""
    if draw(st.integers(0, 3)):
        return ()
    told: dict[str, Value] = {
        "fence": draw(st.sampled_from((FENCE, FENCE, PLOT, "a line"))),
        "plot": draw(st.sampled_from((PLOT, PLOT, "GPS_AUTO:!", "3"))),
        "hour": draw(st.sampled_from(("08:15:00", "08:15:00", "25:00:00", "8:15"))),
        "day": draw(st.sampled_from(("2026-03-04", "2026-03-04", "2026-02-30", "yesterday"))),
    }
    kept = draw(st.sets(st.sampled_from(sorted(told))))
    attributes = {key: told[key] for key in sorted(kept)}
    return (
        Observation(id=draw(strategies.ids), category="shapes.", attributes=attributes, group=draw(st.integers(0, 1))),
    )


@st.composite
def walks(draw: st.DrawFn) -> tuple[Patrol, Office]:
    """A patrol with what SMART would drop, or without, and an office."""
    walk = draw(strategies.patrols(MODEL, naryn_office(), odd=draw(st.booleans())))
    walk = dataclasses.replace(
        walk,
        starts_on=draw(st.none() | st.dates(dt.date(2026, 3, 1), dt.date(2026, 4, 9))),
        legs=tuple(dataclasses.replace(leg, ends_on=draw(st.none() | st.just(leg.days[0].date))) for leg in walk.legs),
        waypoints=tuple(_with_shapes(place, draw(shapes())) for place in walk.waypoints),
    )
    values: st.SearchStrategy[Value] = st.sampled_from(("sun", Decimal(2), True))
    custom = draw(st.dictionaries(st.sampled_from(("weather", "depth")), values))
    people = [one for leg in walk.legs for one in leg.members]
    people += [one.observer for place in walk.waypoints for one in place.observations if one.observer]
    return dataclasses.replace(walk, custom=custom), draw(offices(people))


def assert_named(findings: Findings, reading: Reading) -> None:
    """Whatever the reader stumbled over, a finding had named."""
    assert not reading.failed
    for remark in reading.warned:
        named = [one for one in findings.lossy if one.code in NAMED_BY.get(remark.code, ())]
        if "\ufffd" in remark.about:
            named += [one for one in findings.lossy if one.code == "text-not-xml"]
        assert named, remark


def values_of(observations: Iterable[Observation]) -> int:
    return sum(value != () for one in observations for value in one.attributes.values())


def judged(record: Patrol | Incident, office: Office, version: str) -> Findings:
    """The findings, each of which is whole."""
    findings = preflight(record, MODEL, office, version=version)
    for one in (*findings.fatal, *findings.lossy):
        assert one.record_id == record.id
        assert one.mend.what
        assert one.mend.remedy is not Remedy.MAP or one.mend.ours or one.facts.get("category") == ""
    return findings


@given(walks(), st.sampled_from(PATROL_VERSIONS))
def test_whatever_smart_would_drop_of_a_patrol_the_preflight_has_named(
    told: tuple[Patrol, Office], version: str
) -> None:
    walk, office = told
    findings = judged(walk, office, version)
    if findings.fatal:
        with pytest.raises(SmartRefusedError):
            patrol_xml(walk, MODEL, office, version=version)
        return

    reading = read_patrol(walk, office, version=version)

    assert_named(findings, reading)
    if findings.clean:
        said = [one for place in walk.waypoints for one in place.observations]
        assert (reading.warned, reading.observations, reading.values) == ([], len(said), values_of(said))


def test_several_keys_for_a_value_that_takes_one_are_named_in_every_version() -> None:
    for version in INCIDENT_VERSIONS:
        observation = Observation(id="1" * 32, category="animals.", attributes={"species": ("a", "b")})
        found = dataclasses.replace(sample_incident(), observations=(observation,))
        assert "smart-value-wrong-type" in {one.code for one in judged(found, OFFICE, version).lossy}


@given(st.booleans().flatmap(lambda odd: strategies.incidents(MODEL, odd=odd)), st.data())
def test_whatever_smart_would_drop_of_an_incident_the_preflight_has_named(found: Incident, data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(INCIDENT_VERSIONS))
    found = dataclasses.replace(found, observations=(*found.observations, *data.draw(shapes())))
    office = data.draw(offices([one.observer for one in found.observations if one.observer]))
    findings = judged(found, office, version)
    if findings.fatal:
        with pytest.raises(SmartRefusedError):
            incident_xml(found, found.observations, MODEL, office, version=version)
        return

    reading = read_incident(found, office, version=version)

    assert_named(findings, reading)
    if findings.clean:
        expected = len(found.observations), values_of(found.observations)
        assert (reading.warned, (reading.observations, reading.values)) == ([], expected)
