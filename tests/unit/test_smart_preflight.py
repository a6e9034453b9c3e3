from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import struct
from decimal import Decimal

import pytest
from hypothesis import given

from ranger_app.domain.data_model import Attribute, AttributeLink, AttributeType, Category, DataModel
from ranger_app.domain.preflight import FATAL_CODES, LOSSY_CODES, Finding, Findings, joined, preflight, zone_named
from ranger_app.domain.preflight_values import check_values, is_of_type
from ranger_app.domain.records import Incident, Leg, Observation, Patrol, Value
from ranger_app.domain.smart_office import Choice
from ranger_app.domain.smart_text import LONGEST_COMMENT, LONGEST_OBJECTIVE, LONGEST_WAYPOINT_COMMENT
from ranger_app.domain.track import NO_TIME
from tests import strategies
from tests.smart_samples import AIBEK, GULNARA, default_model, naryn_office, photo, sample_incident, sample_patrol

MODEL = default_model()
OFFICE = naryn_office()
TRAP = "humanactivity.weaponsequipment.trap."


def patrol(**changes: object) -> Patrol:
    return dataclasses.replace(sample_patrol(), **changes)  # type: ignore[arg-type]


def with_leg(**changes: object) -> Patrol:
    [leg] = sample_patrol().legs
    return patrol(legs=(dataclasses.replace(leg, **changes),))  # type: ignore[arg-type]


def with_waypoint(**changes: object) -> Patrol:
    [place] = sample_patrol().waypoints
    return patrol(waypoints=(dataclasses.replace(place, **changes),))  # type: ignore[arg-type]


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


def seen(category: str = TRAP, **attributes: Value) -> Observation:
    return Observation(id="5" * 32, category=category, attributes=attributes)


def test_a_patrol_that_smart_takes_as_it_is_is_clean() -> None:
    assert preflight(sample_patrol(), MODEL, OFFICE) == Findings(clean=1)


def test_the_findings_of_several_records_are_told_together() -> None:
    good = preflight(sample_patrol(), MODEL, OFFICE)
    bad = preflight(with_leg(transport="balloon", mandate="picnic"), MODEL, OFFICE)
    odd = preflight(patrol(team="nobody"), MODEL, OFFICE)

    together = joined([good, bad, odd, good])

    assert codes(together.fatal) == ["smart-transport-unknown", "smart-mandate-unknown"]
    assert codes(together.lossy) == ["smart-team-unknown"]
    assert together.clean == 2
    assert together.fatal[0].facts == {"key": "balloon"}
    assert (together.fatal[0].where, together.fatal[0].record_id) == ("leg 1", sample_patrol().id)


STRANGER = dataclasses.replace(AIBEK, given_name="Bakyt", employee_id="R-9999")
LEG: Leg = sample_patrol().legs[0]


@pytest.mark.parametrize(
    ("walk", "code", "where"),
    [
        (patrol(station="nowhere"), "smart-station-unknown", ""),
        (patrol(team="nobody"), "smart-team-unknown", ""),
        (patrol(attachments=(photo("permit.pdf"),)), "smart-attachment-on-patrol", ""),
        (patrol(number="N" * 257), "smart-text-too-long", "number"),
        (patrol(comment="б" * (LONGEST_COMMENT + 1)), "smart-text-too-long", "comment"),
        (patrol(objective="🐆" * (LONGEST_OBJECTIVE // 2 + 1)), "smart-text-too-long", "objective"),
        (patrol(objective="\x00"), "text-not-xml", "objective"),
        (with_waypoint(comment="б" * (LONGEST_WAYPOINT_COMMENT + 1)), "smart-text-too-long", "waypoint 1"),
        (with_waypoint(direction_deg=12.0), "smart-offset-incomplete", "waypoint 1"),
        (with_waypoint(direction_deg=12.0, distance_m=float("nan")), "smart-offset-incomplete", "waypoint 1"),
        (with_leg(leader="f" * 32), "smart-leader-not-member", "leg 1"),
        (with_leg(pilot="f" * 32), "smart-pilot-not-member", "leg 1"),
        (with_waypoint(observations=(seen("no.such."),)), "smart-category-unknown", "waypoint 1, observation 1"),
    ],
)
def test_what_smart_would_drop_is_lossy_and_has_a_place(walk: Patrol, code: str, where: str) -> None:
    findings = preflight(walk, MODEL, OFFICE)

    assert not findings.fatal
    assert [(finding.code, finding.where) for finding in findings.lossy] == [(code, where)]
    assert findings.clean == 0


def test_texts_of_just_the_greatest_length_are_clean() -> None:
    walk = patrol(comment="б" * LONGEST_COMMENT, objective="🐆" * (LONGEST_OBJECTIVE // 2), number="N" * 256)

    assert preflight(walk, MODEL, OFFICE).clean == 1


def test_a_waypoint_on_a_day_nobody_walked_stops_the_file() -> None:
    late = with_waypoint(at=dt.datetime(2026, 3, 5, 19, 0, tzinfo=dt.UTC))
    elsewhere = with_waypoint(leg_id="e" * 32)

    assert [(finding.code, finding.facts) for finding in preflight(late, MODEL, OFFICE).fatal] == [
        ("smart-waypoint-outside", {"date": "2026-03-06"})
    ]
    assert codes(preflight(elsewhere, MODEL, OFFICE).fatal) == ["smart-waypoint-outside"]


def test_a_leg_day_told_twice_stops_the_file() -> None:
    walk = with_leg(days=(*LEG.days, LEG.days[0]))

    assert codes(preflight(walk, MODEL, OFFICE).fatal) == ["smart-leg-day-twice"]


def test_fixes_without_a_time_go_with_the_fix_before_them_and_lose_nothing() -> None:
    day = LEG.days[0]
    assert day.track is not None
    times = day.track.time_us.copy()
    times[1] = NO_TIME
    walk = with_leg(days=(dataclasses.replace(day, track=dataclasses.replace(day.track, time_us=times)), LEG.days[1]))

    assert preflight(walk, MODEL, OFFICE).clean == 1


def test_people_are_looked_for_as_smart_does_it_when_the_roster_is_known() -> None:
    office = OFFICE._replace(members=(AIBEK, dataclasses.replace(GULNARA, family_name="Асанова")))

    findings = preflight(with_leg(members=(AIBEK, GULNARA, STRANGER)), MODEL, office)

    assert [(finding.code, finding.facts["person"]) for finding in findings.lossy] == [
        ("smart-member-differs", "Asanova, Gulnara"),
        ("smart-member-unknown", "Toktosunov, Bakyt"),
    ]


def test_an_observer_must_be_in_the_roster_word_for_word() -> None:
    office = OFFICE._replace(members=(dataclasses.replace(AIBEK, employee_id="R-1"), GULNARA))

    assert codes(preflight(sample_patrol(), MODEL, office).lossy) == ["smart-member-differs", "smart-observer-unknown"]


def test_an_attachment_whose_bytes_are_gone_stops_the_file() -> None:
    gone = {photo("IMG_0002.jpg").sha256, photo("IMG_0009.jpg").sha256}

    [of_patrol] = preflight(sample_patrol(), MODEL, OFFICE, missing_blobs=gone).fatal
    [of_incident] = preflight(sample_incident(), MODEL, OFFICE, observations=(), missing_blobs=gone).fatal

    assert (of_patrol.code, of_patrol.where, of_patrol.facts) == (
        "smart-attachment-missing",
        "waypoint 1, observation 1",
        {"file": "IMG_0002.jpg"},
    )
    assert (of_incident.code, of_incident.where) == ("smart-attachment-missing", "")


@pytest.mark.parametrize(
    ("observation", "told"),
    [
        (seen("trap"), [("smart-category-unknown", {"category": "trap"})]),
        (seen(TRAP.rstrip(".")), [("smart-category-unknown", {"category": TRAP.rstrip(".")})]),
        (seen(colour="red"), [("smart-attribute-unknown", {"attribute": "colour"})]),
        (seen(nameornames="x"), [("smart-attribute-not-linked", {"attribute": "nameornames", "category": TRAP})]),
        (seen(threat="x."), [("smart-choice-unknown", {"attribute": "threat", "choice": "x."})]),
        (seen(typeoftrap="WireSnare"), [("smart-choice-unknown", {"attribute": "typeoftrap", "choice": "WireSnare"})]),
        (seen(typeoftrap=3), [("smart-value-wrong-type", {"attribute": "typeoftrap", "type": "LIST"})]),
        (
            seen(numberofweaponsequipment="3"),
            [("smart-value-wrong-type", {"attribute": "numberofweaponsequipment", "type": "NUMERIC"})],
        ),
        (seen(isactive=True, typeoftrap="wiresnare", numberofweaponsequipment=Decimal("1.5")), []),
        (
            seen("animals.carcass.", partremoved=("skin", "soul")),
            [("smart-choice-unknown", {"attribute": "partremoved", "choice": "soul"})],
        ),
        (seen("humanactivity.people.", nameornames="a\x00"), [("text-not-xml", {"attribute": "nameornames"})]),
    ],
)
def test_each_value_is_judged_by_the_offices_model(
    observation: Observation, told: list[tuple[str, dict[str, str]]]
) -> None:
    found = list(check_values(observation, MODEL))

    assert [(value.code, value.facts) for value in found] == told
    assert not any(value.is_fatal for value in found)


@pytest.mark.parametrize(
    "observation",
    [
        seen(isactive="yes"),
        seen("no.such.", isactive=1),
        seen(numberofweaponsequipment=Decimal("NaN")),
        seen(numberofweaponsequipment=Decimal("sNaN")),
        seen(colour=Decimal("1e999")),
        seen(colour=10**400),
    ],
)
def test_a_value_at_which_smarts_reader_fails_stops_the_file(observation: Observation) -> None:
    incident = dataclasses.replace(sample_incident(), observations=(observation,))

    [finding] = preflight(incident, MODEL, OFFICE).fatal

    assert (finding.code, finding.where) == ("smart-value-unwritable", "observation 1")


def test_an_inherited_attribute_is_linked_to_the_category_below() -> None:
    tree = next(attribute for attribute in MODEL.attributes if attribute.key == "threat")
    hkey, _ = next(tree.walk())

    assert list(check_values(seen(threat=hkey, infraction="illegalentry"), MODEL)) == []


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (AttributeType.NUMERIC, 3, True),
        (AttributeType.NUMERIC, Decimal("-0.5"), "3"),
        (AttributeType.BOOLEAN, False, 0),
        (AttributeType.MLIST, (), "skin"),
        (AttributeType.LIST, "skin", ("skin",)),
        (AttributeType.DATE, "2026-02-28", "2026-02-30"),
        (AttributeType.DATE, "2026-02-28", "20260228"),
        (AttributeType.TIME, "08:15:00", "08:15"),
        (AttributeType.TIME, "23:59:59", "24:00:01"),
        (AttributeType.TEXT, "", 7),
        (AttributeType.TREE, "a.b.", False),
    ],
)
def test_each_kind_of_attribute_holds_its_own_kind_of_value(kind: AttributeType, good: Value, bad: Value) -> None:
    attribute = Attribute(key="a", type=kind)

    assert is_of_type(attribute, good)
    assert not is_of_type(attribute, bad)


FENCE = base64.b64encode(struct.pack(">BIIdddd", 0, 2, 2, 74.5, 41.2, 74.6, 41.2)).decode()
FIELD = base64.b64encode(struct.pack("<BIIIdddddd", 1, 3, 1, 3, 0, 0, 1, 0, 0, 0)).decode()


@pytest.mark.parametrize(
    ("kind", "value", "is_good"),
    [
        (AttributeType.LINE, f"GPS_AUTO:{FENCE}", True),
        (AttributeType.POLYGON, f"MANUAL_DRAW:{FIELD}", True),
        (AttributeType.POLYGON, f"MANUAL_DRAW:{FENCE}", False),
        (AttributeType.LINE, f"BY_HAND:{FENCE}", False),
        (AttributeType.LINE, "GPS_AUTO:no base64", False),
        (AttributeType.LINE, "LINESTRING", False),
        (AttributeType.LINE, 3, False),
    ],
)
def test_a_shape_is_told_by_its_source_and_its_bytes(kind: AttributeType, value: Value, is_good: bool) -> None:
    attribute = Attribute(key="fence", type=kind)
    category = Category(key="a", links=(AttributeLink(key="fence"),))
    model = DataModel(languages=("en",), attributes=(attribute,), categories=(category,))

    found = list(check_values(seen("a.", fence=value), model))

    assert [(one.code, one.is_fatal) for one in found] == ([] if is_good else [("smart-value-wrong-type", False)])


def test_an_incident_is_looked_at_with_the_observations_that_will_be_written() -> None:
    incident: Incident = sample_incident()

    assert codes(preflight(incident, MODEL, OFFICE).lossy) == ["smart-category-unknown"]
    assert preflight(incident, MODEL, OFFICE, observations=()).clean == 1


@pytest.mark.parametrize("name", ["Asia/Nowhere", "", "../etc/passwd", "/etc/localtime", "Europe", "a\x00b"])
def test_a_zone_that_is_none_is_answered_by_nothing(name: str) -> None:
    assert zone_named(name) is None


@given(strategies.patrols(MODEL, OFFICE, odd=True))
def test_every_finding_has_a_known_code_and_names_its_record(walk: Patrol) -> None:
    findings = preflight(walk, MODEL, OFFICE)

    assert (findings.clean == 1) == (not findings.fatal and not findings.lossy)
    assert {finding.record_id for finding in (*findings.fatal, *findings.lossy)} <= {walk.id}
    assert set(codes(findings.fatal)) <= FATAL_CODES
    assert set(codes(findings.lossy)) <= LOSSY_CODES


def test_an_answer_that_the_model_asks_for_and_nobody_gave_is_noted_and_stops_nothing() -> None:
    asking = dataclasses.replace(
        MODEL,
        attributes=tuple(
            dataclasses.replace(one, is_required=True) if one.key == "typeoftrap" else one for one in MODEL.attributes
        ),
    )
    walk = with_waypoint(observations=(seen(), seen(typeoftrap="wiresnare"), seen("animals.carcass.")))

    found = preflight(walk, asking, OFFICE)

    assert (found.fatal, found.lossy, found.clean) == ((), (), 1)
    empty = [one for one in found.notes if one.code == "smart-required-empty"]
    assert [(one.where, dict(one.facts)) for one in empty] == [
        (f"waypoint {walk.waypoints[0].number}, observation 1", {"attribute": "typeoftrap", "category": TRAP})
    ]
    assert empty[0].mend.what == "typeoftrap"
    assert "smart-required-empty" not in codes(preflight(walk, MODEL, OFFICE).notes)


def test_a_pilot_is_asked_for_where_the_office_or_the_kind_of_transport_does() -> None:
    def noted(**told: object) -> list[str]:
        transports = {"boat": Choice(key="boat", labels={"en": "Boat"}, **told)}  # type: ignore[arg-type]
        office = OFFICE._replace(transports=transports)
        return [one.where for one in preflight(with_leg(transport="boat", pilot=""), MODEL, office).notes
                if one.code == "smart-pilot-missing"]  # fmt: skip

    assert noted() == []
    assert noted(patrol_type="MARINE") == ["leg 1"]
    assert noted(patrol_type="MARINE", needs_pilot=False) == []
    assert noted(needs_pilot=True) == ["leg 1"]
