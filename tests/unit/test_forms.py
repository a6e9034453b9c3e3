"""Forms: what a ranger may write, what is still missing, and what the SMART office gets of it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ranger_app.domain import forms
from ranger_app.domain.data_model import (
    Attribute,
    AttributeLink,
    AttributeType,
    Category,
    DataModel,
    ListItem,
    TreeNode,
)
from ranger_app.domain.definitions import DefinitionError
from ranger_app.domain.demo_data import demo
from ranger_app.domain.form_smart import Answers
from ranger_app.importers.data_model import read_data_model, station_model

MODELS = Path(__file__).parents[1] / "data" / "smart" / "models"
SCHEMA_WORDS = {"type", "required", "properties", "items", "enum", "const", "default", "minimum", "minItems", "format"}

POACHING = forms.form_of_kind("poaching")
CONFLICT = forms.form_of_kind("conflict")
OTHER = forms.form_of_kind("other")


def instance(schema: dict[str, Any], *, only_required: bool) -> Any:
    """A document that the schema asks for, the first allowed answer everywhere."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema["type"][0] if isinstance(schema["type"], list) else schema["type"]
    match kind:
        case "object":
            wanted = schema.get("required", []) if only_required else schema.get("properties", {})
            return {key: instance(schema["properties"][key], only_required=only_required) for key in wanted}
        case "array":
            count = max(schema.get("minItems", 0), 0 if only_required else 1)
            return [instance(schema["items"], only_required=only_required) for _ in range(count)]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return {"date": "2026-03-04", "date-time": "2026-03-04T09:15:42+06:00"}.get(
                schema.get("format", ""), "text"
            )


def words_of(schema: Any) -> set[str]:
    """Every keyword that a schema uses."""
    found = set(schema)
    for inner in [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]:
        found |= words_of(inner)
    return found


def missing_of(form: forms.Form, document: dict[str, Any]) -> tuple[str, ...]:
    lines = {line.id: document.get(line.id, []) for line in form.lines}
    return forms.missing(form, document["fields"], lines=lines, envelope=document)


@pytest.mark.parametrize("form", forms.forms(), ids=lambda form: form.id)
@pytest.mark.parametrize("only_required", [True, False])
def test_whoever_follows_the_schema_writes_a_complete_record(form: forms.Form, only_required: bool) -> None:
    document = instance(forms.json_schema(form), only_required=only_required)

    assert forms.check_document(form, document) == ()
    assert missing_of(form, document) == ()
    assert json.loads(json.dumps(document)) == document


@pytest.mark.parametrize("form", forms.forms(), ids=lambda form: form.id)
def test_the_schema_uses_the_agreed_words_only(form: forms.Form) -> None:
    schema = forms.json_schema(form, categories=["animals.carcass."])

    assert words_of(schema) == (SCHEMA_WORDS | {"$schema"}) & words_of(schema)
    assert "fields" in schema["required"]  # type: ignore[operator]
    assert "photos" not in schema["required"]  # type: ignore[operator]


def test_observations_may_be_held_to_the_categories_of_the_office() -> None:
    schema: Any = forms.json_schema(POACHING, categories=["animals.carcass."])

    category = schema["properties"]["observations"]["items"]["properties"]["category"]
    assert category == {"type": "string", "enum": ["animals.carcass."]}


def test_only_a_conflict_has_animal_lines() -> None:
    assert "animals" in forms.json_schema(CONFLICT)["properties"]  # type: ignore[operator]
    assert "animals" not in forms.json_schema(POACHING)["properties"]  # type: ignore[operator]
    assert CONFLICT.record == "conflict"
    assert CONFLICT.lines[0].record == "animal"


def test_an_unknown_kind_has_no_form() -> None:
    with pytest.raises(KeyError):
        forms.form_of_kind("common")


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"fields": {"animal_count": -1}}, "field-below-minimum", "fields.animal_count"),
        ({"fields": {"animal_count": 1.5}}, "field-type", "fields.animal_count"),
        ({"fields": {"animal_count": "3"}}, "field-type", "fields.animal_count"),
        ({"fields": {"animal_count": True}}, "field-type", "fields.animal_count"),
        ({"fields": {"trap_set": "yes"}}, "field-type", "fields.trap_set"),
        ({"fields": {"species": "unicorn"}}, "field-option-unknown", "fields.species"),
        ({"fields": {"species": 7}}, "field-type", "fields.species"),
        ({"fields": {"weapons": "knife"}}, "field-type", "fields.weapons"),
        ({"fields": {"weapons": ["knife", "sword"]}}, "field-option-unknown", "fields.weapons"),
        ({"fields": {"persons": 3}}, "field-type", "fields.persons"),
        ({"fields": {"discovered_at": "4 March"}}, "field-not-a-moment", "fields.discovered_at"),
        ({"fields": {"discovered_at": "2026-03-04"}}, "field-not-a-moment", "fields.discovered_at"),
        ({"fields": {"discovered_at": "2026-02-30T09:00:00+06:00"}}, "field-not-a-moment", "fields.discovered_at"),
        ({"fields": {"discovered_at": "2026-03-04T09:00:00"}}, "field-without-offset", "fields.discovered_at"),
        ({"fields": {"informant": "a name"}}, "field-unknown", "fields.informant"),
        ({"fields": []}, "field-type", "fields"),
        ({"kind": "conflict"}, "document-kind", "kind"),
        ({"occurred_at": "yesterday"}, "field-not-a-moment", "occurred_at"),
        ({"position": {"latitude_deg": 0, "longitude_deg": 0.0}}, "position-zero", "position"),
        ({"position": {"latitude_deg": 91, "longitude_deg": 74}}, "position-out-of-range", "position.latitude_deg"),
        ({"position": {"latitude_deg": 41, "longitude_deg": -181}}, "position-out-of-range", "position.longitude_deg"),
        ({"position": {"latitude_deg": "41", "longitude_deg": 74}}, "field-type", "position.latitude_deg"),
        ({"position": {"latitude_deg": float("nan"), "longitude_deg": 7}}, "field-type", "position.latitude_deg"),
        ({"position": {"latitude_deg": 41}}, "field-type", "position.longitude_deg"),
        ({"position": [41, 74]}, "field-type", "position"),
        (
            {"position": {"latitude_deg": 41, "longitude_deg": 74, "accuracy_m": -1}},
            "field-type",
            "position.accuracy_m",
        ),
        (
            {"position": {"latitude_deg": 41, "longitude_deg": 74, "source": "guess"}},
            "field-option-unknown",
            "position.source",
        ),
        ({"position": {"latitude_deg": 41, "longitude_deg": 74, "x": 1}}, "document-key-unknown", "position.x"),
        ({"photos": "a.jpg"}, "field-type", "photos"),
        ({"suspects": []}, "document-key-unknown", "suspects"),
        ({"observations": {}}, "field-type", "observations"),
        ({"observations": ["trap"]}, "field-type", "observations[1]"),
        ({"observations": [{"attributes": {}}]}, "field-type", "observations[1].category"),
        ({"observations": [{"category": "a.", "attributes": []}]}, "field-type", "observations[1].attributes"),
        (
            {"observations": [{"category": "a.", "attributes": {"n": {"x": 1}}}]},
            "field-type",
            "observations[1].attributes.n",
        ),
        (
            {"observations": [{"category": "a.", "attributes": {"n": [1]}}]},
            "field-type",
            "observations[1].attributes.n",
        ),
        (
            {"observations": [{"category": "a.", "attributes": {"n": float("inf")}}]},
            "field-type",
            "observations[1].attributes.n",
        ),
    ],
)
def test_what_is_wrong_in_a_document_is_named_with_its_place(change: dict[str, Any], code: str, where: str) -> None:
    problems = forms.check_document(POACHING, {"kind": "poaching", "fields": {}, **change})

    assert [(problem.code, problem.where) for problem in problems] == [(code, where)]


def test_a_document_is_an_object() -> None:
    assert [problem.code for problem in forms.check_document(POACHING, [1])] == ["document-not-an-object"]


def test_what_is_wrong_in_a_line_is_named_with_its_line() -> None:
    document: dict[str, Any] = {"animals": [{"species": "sheep"}, {"species": "dragon"}, {"horns": 2}, 5]}

    problems = forms.check_document(CONFLICT, document)

    assert [(problem.code, problem.where) for problem in problems] == [
        ("field-option-unknown", "animals[2].species"),
        ("field-unknown", "animals[3].horns"),
        ("field-type", "animals[4]"),
    ]
    assert forms.check_document(CONFLICT, {"animals": {}})[0].where == "animals"


def test_answers_may_be_left_out_or_cleared() -> None:
    document: dict[str, Any] = {
        "kind": "poaching",
        "position": None,
        "occurred_until": None,
        "number": "KG-NAR_K7QD_000031",
        "observations": [{"category": "a.", "attributes": {"n": 1.5, "s": "x", "b": True, "m": ["x", "y"]}}],
        "photos": ["a.jpg"],
        "fields": {"animal_count": None, "persons": "", "weapons": [], "discovered_at": "2026-03-04T03:00:00Z"},
    }

    assert forms.check_document(POACHING, document, ignored=["number"]) == ()


def test_a_record_without_anything_names_all_it_needs() -> None:
    assert forms.missing(POACHING, {}, envelope={}) == (
        "occurred_at", "position", "place", "reported_by", "summary",
        "type", "source_kind", "discovered_at", "time_basis", "species", "animal_count", "specimen_kind", "cause",
        "suspects_known",
    )  # fmt: skip


def test_a_reason_stands_in_for_a_position() -> None:
    assert "position" not in forms.missing(POACHING, {}, envelope={"no_position_reason": "GPS was empty"})


def test_one_answer_makes_another_necessary() -> None:
    assert "trap_kind" not in forms.missing(POACHING, {"type": "fire"})
    assert "trap_kind" in forms.missing(POACHING, {"type": "snare_trap"})
    assert "trap_count" in forms.missing(POACHING, {"trap_kind": "pit"})
    assert "species_other" in forms.missing(POACHING, {"species": "other"})
    assert "suspect_count" in forms.missing(POACHING, {"suspects_known": "seen"})


def test_a_conflict_needs_a_line_with_an_animal_and_a_number() -> None:
    assert "animals" in forms.missing(CONFLICT, {}, lines={})
    lacking = forms.missing(CONFLICT, {}, lines={"animals": [{"species": "yak", "count_dead": 0}, {"sex": "male"}]})
    assert [name for name in lacking if name.startswith("animals")] == ["animals.species", "animals.count_dead"]


def test_answers_are_stored_in_one_spelling() -> None:
    answers = {
        "canine_spacing_mm": 42.5,
        "evidence_signs": ["tracks", "hair", "tracks"],
        "claimant_name": "\u0418\u0306",
        "carcass_notes": "",
        "reported_at": "2026-03-05T08:32:30+06:00",
        "nothing": "of this form",
    }

    assert forms.typed_values(CONFLICT.fields, answers) == {
        "canine_spacing_mm": Decimal("42.5"),
        "evidence_signs": ("hair", "tracks"),
        "claimant_name": "\u0419",
        "carcass_notes": None,
        "reported_at": "2026-03-05T08:32:30+06:00",
    }
    assert forms.typed_values(POACHING.fields, {"animal_count": 3.0, "trap_set": False}) == {
        "animal_count": 3,
        "trap_set": False,
    }
    assert [forms.json_value(value) for value in (Decimal("42.5"), ("a", "b"), None, 3)] == [42.5, ["a", "b"], None, 3]


def test_a_decimal_may_be_written_as_text_and_nothing_else() -> None:
    assert forms.check_document(CONFLICT, {"fields": {"canine_spacing_mm": "42.5"}}) == ()
    for wrong in ("wide", "NaN", True, [1]):
        problems = forms.check_document(CONFLICT, {"fields": {"canine_spacing_mm": wrong}})
        assert [problem.code for problem in problems] == ["field-type"]


def test_a_snare_becomes_a_trap_for_smart() -> None:
    values: Answers = {"trap_kind": "wire_neck_snare", "trap_count": 3, "trap_set": True, "specimen_kind": "none"}

    assert forms.smart_observations(POACHING, values) == (
        (
            "humanactivity.weaponsequipment.trap.",
            {"typeoftrap": "wiresnare", "numberofweaponsequipment": 3, "isactive": True},
        ),
    )


def test_a_shot_argali_becomes_a_carcass_and_each_gun_an_observation() -> None:
    values: Answers = {
        "species": "argali",
        "animal_count": 2,
        "specimen_kind": "carcass",
        "cause": "gunshot",
        "weapons": ("hunting_rifle", "knife", "smoothbore"),
    }

    found = forms.smart_observations(POACHING, values, model=station_model())

    assert [category for category, _ in found] == [
        "animals.carcass.",
        "humanactivity.weaponsequipment.firearmsammunition.firearms.",
        "humanactivity.weaponsequipment.firearmsammunition.firearms.",
    ]
    assert found[0][1]["causeofdeath"] == "illegal.gunshot."
    assert str(found[0][1]["species"]).endswith(".ovisammon_rl15733.")
    assert [told["typeoffirearm"] for _, told in found[1:]] == ["other", "shotgun"]


def test_what_a_person_observed_is_not_said_twice() -> None:
    values: Answers = {"trap_kind": "pit", "trap_count": 1}

    assert forms.smart_observations(POACHING, values, written=["humanactivity.weaponsequipment.trap."]) == ()


def test_a_species_without_a_place_in_the_tree_is_left_out() -> None:
    values: Answers = {"specimen_kind": "carcass", "species": "not_known", "animal_count": 1}

    ((_, told),) = forms.smart_observations(POACHING, values, model=station_model())

    assert told == {"numberofcarcasses": 1}


def test_a_lost_yak_is_told_in_the_words_of_each_office() -> None:
    values: Answers = {"predator": "wolf", "classification": "probable"}
    lines: dict[str, list[Answers]] = {
        "animals": [{"species": "yak", "count_dead": 2}, {"species": "goat", "count_dead": 1, "sex": "female"}]
    }

    def told(model: DataModel | None) -> list[tuple[str, object, object]]:
        found = forms.smart_observations(CONFLICT, values, lines, model=model)
        return [(category, said["typeofdomesticanimal"], said.get("hwcpredator")) for category, said in found]

    namibia = read_data_model(MODELS / "site_namibia_waterberg_1.1.xml").model
    plain = read_data_model(MODELS / "default_datamodel_8.1.3.xml").model
    loss, fallback = "humanwildlifeconflict.livestockloss.", "humanactivity.domesticanimals."
    assert told(None) == [(loss, "yak", "wolf"), (loss, "goat", "wolf")]
    assert told(station_model()) == [(loss, "yak", "wolf"), (loss, "goat", "wolf")]
    assert told(namibia) == [(loss, "other", None), (loss, "goat", None)]
    assert told(plain) == [(fallback, "other", None), (fallback, "goat", None)]


def test_a_predator_is_found_under_the_name_that_the_office_uses() -> None:
    wolf = TreeNode(key="our_wolf", names=(("en", "Canis lupus"),))
    model = DataModel(
        languages=("en",),
        attributes=(
            Attribute(key="species", type=AttributeType.TREE, nodes=(wolf,)),
            Attribute(key="hwcsigns", type=AttributeType.MLIST, items=(ListItem(key="hair"),)),
        ),
        categories=(
            Category(
                key="humanwildlifeconflict",
                children=(
                    Category(key="livestockloss", links=(AttributeLink(key="species"), AttributeLink(key="hwcsigns"))),
                ),
            ),
        ),
    )
    values: Answers = {"predator": "wolf", "evidence_signs": ("hair", "tracks")}

    ((_, told),) = forms.smart_observations(CONFLICT, values, {"animals": [{"count_dead": 1}]}, model=model)

    assert told == {"species": "our_wolf.", "hwcsigns": ("hair",), "numberofdomesticanimals": 1}


def test_the_sample_incidents_are_complete_and_known_to_smart() -> None:
    for incident in demo().incidents:
        form = forms.form_of_kind(incident.kind)
        document = json.loads(incident.file.read_text(encoding="utf-8"))

        assert forms.check_document(form, document) == ()
        assert missing_of(form, document) == ()
        for observation in document["observations"]:
            assert station_model().category(observation["category"]) is not None


FORM = """
id = "form"
version = 1
kind = "other"
label = "Form"
sections = [{ id = "one", label = "One" }]
fields = [
  { id = "a", label = "A", type = "text", section = "one" },
  { id = "b", label = "B", type = "choices", section = "one", options = [{ key = "x", label = "X" }] },
]
"""


def read_text(tmp_path: Path, text: str) -> forms.Form:
    path = tmp_path / "form.toml"
    path.write_text(text, encoding="utf-8")
    return forms.read_form(path)


def test_a_small_form_is_read(tmp_path: Path) -> None:
    form = read_text(tmp_path, FORM)

    assert form.field("a") is not None
    assert form.field("c") is None
    assert list(form.words()) == ["Form", "One", "", "A", "", "B", "", "X", ""]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("version = 1", "version = 1\ncolour = 1", "unknown key colour"),
        ("version = 1", "version = true", "version"),
        ("version = 1", "version = 0", "version"),
        ("version = 1", 'version = "1"', "version"),
        ("version = 1", "", "version is missing"),
        ('kind = "other"', 'kind = "strange"', "kind strange"),
        ('id = "form"', 'id = "Form"', "not an id"),
        ('id = "form"', 'id = "from"', "file's name"),
        ('type = "text"', 'type = "colour"', "type colour"),
        ('type = "text"', 'type = "choice"', "a choice has options"),
        ('type = "text"', 'type = "text", minimum = 1', "bounds"),
        ('type = "text"', 'type = "integer", minimum = "low"', "not a number"),
        ('type = "text", section = "one"', 'type = "text", section = "two"', "section two"),
        ('id = "b"', 'id = "a"', "twice"),
        ('id = "a", ', 'id = "a", surprise = true, ', "unknown key surprise"),
        ('type = "text"', 'type = "text", required_when = { field = "z" }', "no field z"),
        ('type = "text"', 'type = "text", required_when = { field = "b", is = "y" }', "no such answer"),
        ('type = "text"', 'type = "text", required_when = 3', "not a table"),
        ('type = "text"', 'type = "text", options = 3', "not a list of tables"),
        ('type = "text"', 'type = "text", taxa = 3', "not a list of texts"),
        ("version = 1", "version = 1\nobservations = [{ category = 'c.', each = 'z' }]", "each z"),
        (
            "version = 1",
            "version = 1\nobservations = [{ category = 'c.', each = 'b', among = ['y'] }]",
            "no such answer",
        ),
        ("version = 1", "version = 1\nobservations = [{ category = 'c.', when = { field = 'q' } }]", "no field q"),
        (
            "version = 1",
            "version = 1\nobservations = [{ category = 'c.', attributes = [{ key = 'k', field = 'q' }] }]",
            "no field q",
        ),
        (
            "version = 1",
            "version = 1\nobservations = [{ category = 'c.', attributes = [{ key = 'k' }] }]",
            "one of field",
        ),
        (
            "version = 1",
            "version = 1\nobservations = [{ category = 'c.', attributes = [{ key = 'k', value = [1] }] }]",
            "value",
        ),
        (
            "version = 1",
            "version = 1\nobservations = [{ category = 'c.', attributes = [{ key = 'k', field = 'b', values = 3 }] }]",
            "plain values",
        ),
        (
            "version = 1",
            "version = 1\nobservations = [{ category = 'c.', attributes = [{ key='k', field='b', values.y='z' }] }]",
            "no such answer",
        ),
        (
            "version = 1",
            "version = 1\nlines = [{ id = 'l', record = 'animal', label = 'L', section = 'two', fields = [] }]",
            "section two",
        ),
        ("version = 1", "version = = 1", "Invalid"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused_with_its_place(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in FORM

    with pytest.raises(DefinitionError) as raised:
        read_text(tmp_path, FORM.replace(old, new, 1))

    assert reason in str(raised.value.facts["reason"])
    assert raised.value.facts["file"] == "form.toml"


NUMBERS_AND_DATES = """
id = "form"
version = 1
kind = "other"
label = "Form"
sections = [{ id = "one", label = "One" }]
fields = [
  { id = "day", label = "Day", type = "date", section = "one" },
  { id = "sure", label = "Sure", type = "integer", section = "one", minimum = 0, maximum = 3 },
  { id = "share", label = "Share", type = "decimal", section = "one", minimum = "0.5", question = false },
]
"""


def test_days_and_bounds_of_numbers_are_checked(tmp_path: Path) -> None:
    form = read_text(tmp_path, NUMBERS_AND_DATES)

    def codes(**fields: object) -> list[str]:
        return [problem.code for problem in forms.check_document(form, {"fields": fields})]

    assert codes(day="2026-03-04", sure=3, share="0.5") == []
    assert codes(day="4.3.2026", sure=4, share="0.4") == [
        "field-not-a-date",
        "field-above-maximum",
        "field-below-minimum",
    ]
    assert codes(day="20260304") == ["field-not-a-date"]
    schema: Any = forms.json_schema(form)
    assert schema["properties"]["fields"]["properties"]["share"] == {"type": "number", "minimum": 0.5}
    assert schema["properties"]["fields"]["properties"]["day"] == {"type": "string", "format": "date"}
    share = form.field("share")
    assert share is not None
    assert not share.is_question


def test_smart_gets_a_bare_word_where_the_office_model_is_not_at_hand() -> None:
    values: Answers = {"specimen_kind": "carcass", "species": "snow_leopard", "cause": "dogs"}

    ((_, told),) = forms.smart_observations(POACHING, values)

    assert told["causeofdeath"] == "unknown."
    assert str(told["species"]).endswith(".pantherauncia_rl22732.")
