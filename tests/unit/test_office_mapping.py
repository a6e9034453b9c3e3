"""Records in the office's words: what people mapped, and coarser categories where the office lacks ours."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranger_app.domain.data_model import DataModel
from ranger_app.domain.office_mapping import FALL_BACKS, Rules, mapped
from ranger_app.domain.preflight import preflight
from ranger_app.domain.preflight_findings import Remedy, with_blurs
from ranger_app.domain.records import Incident, Observation, Patrol, Value
from ranger_app.importers.data_model import read_data_model, station_model
from tests import strategies
from tests.smart_samples import AIBEK, GULNARA, default_model, naryn_office, sample_incident, sample_patrol

MODEL = default_model()
NAMIBIA = read_data_model(
    Path(__file__).parent.parent / "data" / "smart" / "models" / "site_namibia_waterberg_1.1.xml"
).model
OFFICE = naryn_office()._replace(members=(AIBEK, GULNARA))
LOSS = "humanwildlifeconflict.livestockloss."
HERD = "humanactivity.domesticanimals."


def seen(category: str, **attributes: Value) -> Incident:
    observation = Observation(id="5" * 32, category=category, attributes=attributes)
    return dataclasses.replace(sample_incident(), observations=(observation,))


def told(incident: Incident, rules: Rules, model: DataModel = MODEL) -> tuple[str, dict[str, Value]]:
    [one] = mapped(incident, rules, model, OFFICE).observations
    return one.category, dict(one.attributes)


def test_without_rules_a_record_stays_as_it_is() -> None:
    walk = sample_patrol()

    assert mapped(walk, Rules(), MODEL, OFFICE).record == walk


def test_a_patrol_is_told_in_the_words_of_the_offices_lists() -> None:
    [leg] = sample_patrol().legs
    own = dataclasses.replace(GULNARA, id="a9" * 16, employee_id="", role="ranger")
    walk = dataclasses.replace(
        sample_patrol(), team="ours", station="post", mandate="picnic", custom={"wx": "sun"},
        legs=(dataclasses.replace(leg, transport="hoof", mandate="picnic", members=(AIBEK, own), leader=own.id),),
    )  # fmt: skip
    rules = Rules({
        "transport": {"hoof": "foot"}, "mandate": {"picnic": "antipoaching"}, "team": {"ours": "mobileteam1"},
        "station": {"post": "main"}, "member": {own.id: GULNARA.id}, "patrol_attribute": {"wx": "weather"},
    })  # fmt: skip

    record = mapped(walk, rules, MODEL, OFFICE).record

    assert isinstance(record, Patrol)
    assert preflight(record, MODEL, OFFICE).clean == 1
    [leg] = record.legs
    assert (leg.transport, leg.mandate, leg.leader) == ("foot", "antipoaching", own.id)
    assert leg.members == (AIBEK, dataclasses.replace(GULNARA, id=own.id, role="ranger"))
    assert (record.team, record.station, record.mandate, record.custom) == (
        "mobileteam1", "main", "antipoaching", {"weather": "sun"},
    )  # fmt: skip


def test_an_observer_is_told_as_the_office_has_him() -> None:
    own = dataclasses.replace(AIBEK, id="a9" * 16, employee_id="7")
    incident = seen("humanactivity.")
    [one] = incident.observations
    incident = dataclasses.replace(incident, observations=(dataclasses.replace(one, observer=own),))

    [one] = mapped(incident, Rules({"member": {own.id: AIBEK.id}}), MODEL, OFFICE).observations

    assert one.observer == dataclasses.replace(AIBEK, id=own.id)


def test_categories_attributes_and_answers_are_told_in_the_words_of_the_offices_model() -> None:
    rules = Rules({
        "category": {"snares.": "humanactivity.weaponsequipment.trap."},
        "attribute": {"kind": "typeoftrap", "howmany": "numberofweaponsequipment"},
        "option": {"kind/noose": "typeoftrap/wiresnare"},
    })  # fmt: skip

    category, values = told(seen("snares.", kind="noose", howmany="2.5"), rules)

    assert category == "humanactivity.weaponsequipment.trap."
    assert values == {"typeoftrap": "wiresnare", "numberofweaponsequipment": Decimal("2.5")}


def test_an_attribute_that_the_office_has_in_the_category_keeps_its_name() -> None:
    rules = Rules({"attribute": {"species": "haswater"}})

    assert told(seen("animals.carcass.", species="x."), rules)[1] == {"species": "x."}
    assert told(seen("features.waterhole.", species="x."), rules)[1] == {"haswater": "x."}


def test_an_answer_may_be_another_attributes_and_one_of_several() -> None:
    rules = Rules({"option": {
        "how/dead": "causeofdeath/illegal.", "parts/pelt": "partremoved/skin",
        "causeofdeath/old": "causeofdeath/unknown.",
    }})  # fmt: skip

    _, values = told(seen("animals.carcass.", how="dead", parts=("meat", "pelt")), rules)
    _, tree = told(seen("animals.carcass.", causeofdeath="old."), rules)

    assert values == {"causeofdeath": "illegal.", "partremoved": ("meat", "skin")}
    assert tree == {"causeofdeath": "unknown."}


def test_two_values_of_one_name_are_one_and_the_loss_is_named() -> None:
    rules = Rules({"attribute": {"kind": "typeoftrap"}})

    done = mapped(
        seen("humanactivity.weaponsequipment.trap.", typeoftrap="other", kind="wiresnare"), rules, MODEL, OFFICE
    )

    [one] = done.observations
    assert one.attributes == {"typeoftrap": "other"}
    [finding] = done.findings
    assert (finding.code, finding.where) == ("smart-attribute-twice", "observation 1")
    assert finding.facts == {"attribute": "typeoftrap", "ours": "kind"}
    assert with_blurs(preflight(sample_patrol(), MODEL, OFFICE), done.findings).clean == 0


def test_a_mapping_of_a_mapping_is_followed_and_a_circle_ends() -> None:
    rules = Rules({"mandate": {"a": "b", "b": "c", "x": "y", "y": "x"}})

    assert rules.theirs("mandate", "a") == "c"
    assert rules.theirs("mandate", "x") in ("x", "y")
    assert rules.theirs("team", "a") == "a"


# Fall-backs


def test_livestock_that_the_office_has_no_category_for_is_told_as_domestic_animals() -> None:
    incident = seen(LOSS, typeofdomesticanimal="sheep", numberofdomesticanimals=2, hwcwitnessed="heard")

    done = mapped(incident, Rules(), MODEL, OFFICE)

    [one] = done.observations
    assert (one.category, one.attributes) == (
        HERD, {"typeofdomesticanimal": "other", "numberofdomesticanimals": 2},
    )  # fmt: skip
    [finding] = done.findings
    assert (finding.code, finding.where, finding.record_id) == ("smart-category-blurred", "observation 1", incident.id)
    assert finding.facts == {
        "category": LOSS, "instead": HERD, "lost": "typeofdomesticanimal=sheep, hwcwitnessed",
    }  # fmt: skip
    assert (finding.mend.remedy, finding.mend.what, finding.mend.ours) == (Remedy.MAP, "category", LOSS)
    assert HERD in finding.mend.candidates
    assert preflight(incident, MODEL, OFFICE, observations=done.observations).clean == 1


@pytest.mark.parametrize("model", [NAMIBIA, station_model()], ids=["a site with conflicts", "our own extension"])
def test_nothing_falls_back_where_the_office_has_the_category(model: DataModel) -> None:
    done = mapped(seen(LOSS, typeofdomesticanimal="sheep"), Rules(), model, OFFICE)

    assert (done.observations[0].category, done.findings) == (LOSS, ())


def test_a_persons_mapping_goes_before_a_fall_back() -> None:
    rules = Rules({"category": {LOSS: "animals.carcass."}})

    assert told(seen(LOSS), rules) == ("animals.carcass.", {})


def test_damage_to_crops_is_never_told_as_livestock() -> None:
    incident = seen("humanwildlifeconflict.cropdamage.")

    done = mapped(incident, Rules(), MODEL, OFFICE)

    assert done.findings == ()
    assert done.observations == incident.observations
    assert [one.code for one in preflight(incident, MODEL, OFFICE).lossy] == ["smart-category-unknown"]


def test_every_fall_back_stands_in_for_a_category_of_our_own_model() -> None:
    ours = station_model()

    for rule in FALL_BACKS:
        assert ours.category(rule.category) is not None
        assert ours.category(rule.instead) is not None


def test_a_place_on_a_patrol_names_its_waypoint() -> None:
    [place] = sample_patrol().waypoints
    lost = Observation(id="5" * 32, category=LOSS)
    walk = dataclasses.replace(
        sample_patrol(), waypoints=(dataclasses.replace(place, observations=(*place.observations, lost)),)
    )

    [finding] = mapped(walk, Rules(), MODEL, OFFICE).findings

    assert finding.where == "waypoint 1, observation 2"


KEYS = ("typeoftrap", "sex", "kind", "species", "partremoved", "numberofdomesticanimals")


@given(
    st.lists(strategies.observations(default_model(), odd=True), max_size=3),
    st.dictionaries(st.sampled_from(KEYS), st.sampled_from(KEYS), max_size=3),
    st.dictionaries(st.sampled_from(("nothing.of.the.kind.", LOSS)), st.sampled_from((HERD, "animals.carcass."))),
)
def test_mapping_keeps_every_observation_and_names_every_value_that_it_loses(
    observations: list[Observation], attributes: dict[str, str], categories: dict[str, str]
) -> None:
    incident = dataclasses.replace(sample_incident(), observations=(*observations, *sample_incident().observations))

    done = mapped(incident, Rules({"attribute": attributes, "category": categories}), MODEL, OFFICE)

    assert len(done.observations) == len(incident.observations)
    pairs = zip(incident.observations, done.observations, strict=True)
    for number, (before, after) in enumerate(pairs, 1):
        assert (before.id, before.attachments) == (after.id, after.attachments)
        if len(after.attributes) < len(before.attributes):
            assert [one for one in done.findings if one.where == f"observation {number}"]
