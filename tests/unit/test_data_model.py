"""Data models: read in all versions, joined, asked, written, and hostile ones refused."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from exporters.data_model import VERSIONS, ModelUnwritableError, data_model_xml, newer_types
from ranger_app.domain.data_model import (
    Attribute,
    AttributeLink,
    AttributeType,
    Category,
    DataModel,
    ListItem,
    TreeNode,
    is_legal_key,
    is_legal_name,
    matching_node,
)
from ranger_app.domain.model_merging import ModelClashError, merged
from ranger_app.errors import RangerAppError
from ranger_app.importers.data_model import (
    ModelBrokenError,
    data_model_from_bytes,
    read_data_model,
    station_model,
)
from ranger_app.importers.model_file import (
    LARGEST_MODEL_BYTES,
    MOST_TAGS,
    MOST_XML_ATTRIBUTES,
    ModelTooLargeError,
    ModelWithDoctypeError,
    NotADataModelError,
)
from ranger_app.importers.safe_zip import MOST_ENTRIES, ZipDamagedError, ZipTooLargeError, ZipUnsafeError
from ranger_app.paths import resource

MODELS = Path(__file__).parents[1] / "data" / "smart" / "models"
NAMESPACE = "http://www.smartconservationsoftware.org/xml/1.2/datamodel"


def model_xml(inside: str, *, namespace: str = NAMESPACE) -> bytes:
    return f'<DataModel xmlns="{namespace}"><languages><languages code="en"/></languages>{inside}</DataModel>'.encode()


def attribute_xml(key: str, kind: str = "TEXT", inside: str = "") -> str:
    names = '<names language_code="en" value="Name"/>'
    return f'<attribute key="{key}" isrequired="false" type="{kind}">{names}{inside}</attribute>'


def category_xml(key: str, inside: str = "") -> str:
    names = '<names language_code="en" value="Name"/>'
    return f'<category key="{key}" ismultiple="true" isactive="true">{names}{inside}</category>'


@pytest.mark.parametrize(
    ("name", "version", "categories", "attributes", "languages"),
    [
        ("default_datamodel_7.4.1.xml", "1.0", 47, 81, ("ka", "en")),
        ("default_datamodel_7.5.9-8.0.6.xml", "1.1", 47, 81, ("ka", "en")),
        ("default_datamodel_8.1.3.xml", "1.2", 47, 81, ("en",)),
        ("site_namibia_waterberg_1.1.xml", "1.1", 100, 218, ("es_MX", "en")),
    ],
)
def test_the_models_of_real_offices_are_read_whole(
    name: str, version: str, categories: int, attributes: int, languages: tuple[str, ...]
) -> None:
    reading = read_data_model(MODELS / name)

    assert reading.problems == ()
    assert (reading.model.version, reading.model.languages) == (version, languages)
    assert (len(reading.model.hkeys()), len(reading.model.attributes)) == (categories, attributes)


def test_the_official_model_is_written_again_byte_for_byte() -> None:
    original = (MODELS / "default_datamodel_8.1.3.xml").read_bytes()

    assert data_model_xml(data_model_from_bytes(original).model) == original


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("path", sorted(MODELS.glob("*.xml")), ids=lambda path: path.stem)
def test_every_model_is_written_in_a_version_that_the_schema_takes_and_comes_back(path: Path, version: str) -> None:
    schema = etree.XMLSchema(etree.parse(resource("smart", "xsd", f"SmartDataModel-{version}-corrected.xsd")))
    model = read_data_model(path).model

    written = data_model_xml(model, version=version)

    schema.assertValid(etree.fromstring(written))
    reading = data_model_from_bytes(written)
    assert (reading.problems, reading.broken) == ((), ())
    assert reading.model.version == version
    assert (reading.model.languages, reading.model.attributes) == (model.languages, model.attributes)
    assert reading.model.hkeys() == model.hkeys()
    for hkey in model.hkeys():
        assert reading.model.links(hkey) == model.links(hkey)
        assert reading.model.path(hkey)[-1].names == model.path(hkey)[-1].names


def test_what_a_category_inherits_is_written_out_in_1_2_only() -> None:
    switched_off = AttributeLink(key="b", is_active=False, is_root=False)
    inner = Category(key="inner", links=(AttributeLink(key="a", is_root=False), switched_off))
    outer = Category(key="outer", links=(AttributeLink(key="a"), AttributeLink(key="b")), children=(inner,))
    attributes = tuple(Attribute(key=key, type=AttributeType.TEXT) for key in "ab")
    model = DataModel(languages=("en",), attributes=attributes, categories=(outer,))

    links = {
        version: [
            [
                (link.get("attributekey"), link.get("isroot"), link.get("isactive"))
                for link in category.iterchildren("{*}attributes")
            ]
            for category in etree.fromstring(data_model_xml(model, version=version)).iter("{*}category")
        ]
        for version in VERSIONS
    }

    assert links["1.2"] == [
        [("a", "true", "true"), ("b", "true", "true")],
        [("a", "false", "true"), ("b", "false", "false")],
    ]
    assert links["1.1"] == [[("a", None, "true"), ("b", None, "true")], [("b", None, "false")]]


def test_a_model_with_ill_formed_keys_is_kept_and_not_written() -> None:
    species = attribute_xml("species", "TREE", _node("felidae_rl", _node("ssp.saxicolor", tag="children")))
    sizes = attribute_xml("sizes", "LIST", _item("2XL"))
    reading = data_model_from_bytes(
        model_xml(f"<attributes>{species}{sizes}</attributes><categories>{category_xml('a-b')}</categories>")
    )
    reading.refuse_broken("")

    with pytest.raises(ModelUnwritableError) as raised:
        data_model_xml(reading.model)

    assert raised.value.facts == {"count": 3}
    assert [(problem.where, problem.facts["key"]) for problem in raised.value.problems] == [
        ("attribute species, answer felidae_rl.ssp.saxicolor.", "ssp.saxicolor"),
        ("attribute sizes, answer 2XL", "2XL"),
        ("category a-b.", "a-b"),
    ]


def test_types_that_an_older_smart_lacks_are_told() -> None:
    kinds = (AttributeType.TIME, AttributeType.LINE, AttributeType.TEXT)
    model = DataModel(languages=("en",), attributes=tuple(Attribute(key=kind.lower(), type=kind) for kind in kinds))

    assert [problem.facts for problem in newer_types(model, "1.1")] == [
        {"key": "time", "type": "TIME", "since": "8.1"},
        {"key": "line", "type": "LINE", "since": "8.0"},
    ]
    assert list(newer_types(model, "1.2")) == []


def test_what_has_no_name_is_written_under_its_key() -> None:
    schema = etree.XMLSchema(etree.parse(resource("smart", "xsd", "SmartDataModel-1.2-corrected.xsd")))
    model = DataModel(languages=("ru", "en"), categories=(Category(key="camp"),))

    written = data_model_xml(model)

    schema.assertValid(etree.fromstring(written))
    assert b'<names language_code="ru" value="camp"/>' in written


def test_a_zip_with_icons_is_read_like_the_bare_file() -> None:
    bare = (MODELS / "default_datamodel_8.1.3.xml").read_bytes()
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("icons/action.svg", "<svg/>")
        files.writestr("model.xml", bare)

    assert data_model_from_bytes(package.getvalue()).model == data_model_from_bytes(bare).model


def test_a_category_has_the_attributes_of_the_categories_above_it() -> None:
    model = station_model()

    keys = [attribute.key for attribute in model.attributes_of("humanactivity.weaponsequipment.trap.")]

    assert keys == [
        "threat", "infraction", "numberofweaponsequipment", "actiontaken_items", "evidencebagnumber", "isactive",
        "typeoftrap",
    ]  # fmt: skip
    links = {link.key: link.is_root for link in model.links("humanactivity.weaponsequipment.trap.")}
    assert links["threat"] is False
    assert links["typeoftrap"] is True
    assert [category.key for category in model.path("humanactivity.weaponsequipment.trap.")] == [
        "humanactivity", "weaponsequipment", "trap"
    ]  # fmt: skip


def test_an_unknown_category_has_nothing() -> None:
    model = station_model()

    assert model.category("animals.carcass") is None
    assert model.path("no.such.") == ()
    assert model.attributes_of("no.such.") == ()
    assert model.attribute("nosuch") is None


def test_a_category_may_switch_off_an_inherited_attribute() -> None:
    inner = Category(key="inner", links=(AttributeLink(key="colour", is_active=False),))
    outer = Category(key="outer", links=(AttributeLink(key="colour"),), children=(inner,))
    model = DataModel(
        languages=("en",), attributes=(Attribute(key="colour", type=AttributeType.TEXT),), categories=(outer,)
    )

    assert model.attributes_of("outer.", in_use=True) != ()
    assert model.attributes_of("outer.inner.") != ()
    assert model.attributes_of("outer.inner.", in_use=True) == ()
    assert [link.is_root for link in model.links("outer.inner.")] == [False]


def test_a_model_without_a_language_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="language"):
        DataModel(languages=())


@pytest.mark.parametrize(
    ("names", "language", "label"),
    [
        ((("en", "Trap"), ("ru", "Капкан")), "ru", "Капкан"),
        ((("en_CA", "Trap"),), "en", "Trap"),
        ((("en", "Trap"), ("ka", "ხაფანგი")), "ru", "ხაფანგი"),
        ((("mn", "Хавх"),), "ru", "Хавх"),
        ((("en", ""),), "en", "trap"),
        ((), "en", "trap"),
    ],
)
def test_a_label_falls_back_until_there_is_one(names: tuple[tuple[str, str], ...], language: str, label: str) -> None:
    model = DataModel(languages=("ka", "en"))

    assert model.label(Category(key="trap", names=names), language) == label


@pytest.mark.parametrize("key", ["trap", "a1_b", "x" * 128])
def test_smart_takes_these_keys(key: str) -> None:
    assert is_legal_key(key)


@pytest.mark.parametrize("key", ["", "1a", "Trap", "a.b", "a-b", "and", "equals", "капкан", "x" * 129, "a\n"])
def test_smart_refuses_these_keys(key: str) -> None:
    assert not is_legal_key(key)


def test_names_may_have_letters_of_any_script_and_few_signs() -> None:
    assert is_legal_name("Браконьерство: капкан (№)".replace("№", "1"))
    assert is_legal_name("हाथी, د")
    assert not is_legal_name("50 % off!")
    assert not is_legal_name("x" * 1025)


def test_joining_keeps_the_office_words_and_adds_ours() -> None:
    office = DataModel(
        languages=("ru",),
        attributes=(
            Attribute(key="animal", type=AttributeType.LIST, names=(("ru", "Животное"),), items=(ListItem(key="dog"),)),
            Attribute(
                key="species", type=AttributeType.TREE, nodes=(TreeNode(key="a", children=(TreeNode(key="b"),)),)
            ),
        ),
        categories=(Category(key="people", links=(AttributeLink(key="animal"),)),),
    )
    ours = DataModel(
        languages=("en",),
        attributes=(
            Attribute(
                key="animal",
                type=AttributeType.LIST,
                names=(("en", "Animal"), ("ru", "иначе")),
                items=(ListItem(key="yak"), ListItem(key="dog")),
            ),
            Attribute(
                key="species", type=AttributeType.TREE, nodes=(TreeNode(key="a", children=(TreeNode(key="c"),)),)
            ),
            Attribute(key="new", type=AttributeType.TEXT),
        ),
        categories=(
            Category(key="people", links=(AttributeLink(key="new"),), children=(Category(key="herders"),)),
            Category(key="conflict"),
        ),
    )

    both = merged(office, ours)

    assert both.languages == ("ru", "en")
    animal, species = both.attribute("animal"), both.attribute("species")
    assert animal is not None
    assert species is not None
    assert [item.key for item in animal.items] == ["dog", "yak"]
    assert animal.names == (("ru", "Животное"), ("en", "Animal"))
    assert [hkey for hkey, _ in species.walk()] == ["a.", "a.b.", "a.c."]
    assert both.hkeys() == ("people.", "people.herders.", "conflict.")
    assert [link.key for link in both.links("people.")] == ["animal", "new"]


def test_joining_refuses_one_key_with_two_types() -> None:
    office = DataModel(languages=("en",), attributes=(Attribute(key="species", type=AttributeType.TEXT),))
    ours = DataModel(languages=("en",), attributes=(Attribute(key="species", type=AttributeType.TREE),))

    with pytest.raises(ModelClashError):
        merged(office, ours)


def test_a_species_is_found_in_a_pruned_tree() -> None:
    tree = Attribute(
        key="species",
        type=AttributeType.TREE,
        nodes=(
            TreeNode(
                key="mammals",
                children=(
                    TreeNode(key="pantherauncia_rl22732"),
                    TreeNode(key="wolf", names=(("en", "Canis lupus (Grey Wolf)"),)),
                    TreeNode(key="jackal", names=(("en", "Canis lupusoides"),)),
                ),
            ),
        ),
    )

    assert matching_node(tree, "mammals.wolf", "") == "mammals.wolf."
    assert matching_node(tree, "a.b.pantherauncia_rl22732.") == "mammals.pantherauncia_rl22732."
    assert matching_node(tree, "a.canislupus_rl3746.", "Canis lupus") == "mammals.wolf."
    assert matching_node(tree, "a.lynxlynx_rl12519.", "Lynx lynx") is None


def test_what_breaks_no_rule_of_the_whole_is_named_and_read_all_the_same() -> None:
    content = model_xml(
        f"<attributes>{attribute_xml('Bad')}{attribute_xml('good')}\n"
        f"{attribute_xml('n', 'NUMERIC', '<qa_minmax><MinValue>one</MinValue><MaxValue>1e400</MaxValue></qa_minmax>')}"
        "</attributes>\n<categories>"
        "<category key='c'><names language_code='en' value='50 %'/>"
        "<attribute attributekey='good'/><attributes attributekey='good'/></category>\n"
        "<category key='d'/></categories>",
        namespace="http://www.smartconservationsoftware.org/xml/9.9/datamodel",
    )

    reading = data_model_from_bytes(content, file="office.xml")

    found = {problem.code: (problem.where, problem.count) for problem in reading.problems}
    assert found == {
        "model-version-unknown": ("line 1", 1),
        "model-key-illegal": ("line 1, attribute Bad", 1),
        "model-bound-wrong": ("line 2, attribute n", 2),
        "model-name-illegal": ("line 3, category c.", 1),
        "model-link-twice": ("line 3, category c.", 1),
        "model-name-missing": ("line 4, category d.", 1),
    }
    assert {problem.file for problem in reading.problems} == {"office.xml"}
    reading.refuse_broken("office.xml")
    assert [attribute.key for attribute in reading.model.attributes] == ["Bad", "good", "n"]
    assert [link.key for link in reading.model.links("c.")] == ["good"]


def _item(key: str) -> str:
    return f'<values key="{key}" isactive="true"><names language_code="en" value="A"/></values>'


def _node(key: str, inside: str = "", *, tag: str = "tree") -> str:
    return f'<{tag} key="{key}" isactive="true"><names language_code="en" value="A"/>{inside}</{tag}>'


LINKED = "<categories>" + category_xml("c", '<attributes attributekey="a" isactive="true"/>') + "</categories>"
BOTTOMLESS = (
    "".join(f'<category key="c{n}"><names language_code="en" value="A"/>' for n in range(70)) + "</category>" * 70
)


@pytest.mark.parametrize(
    ("inside", "code", "where", "facts"),
    [
        (
            f"<attributes>\n{attribute_xml('a')}\n{attribute_xml('a')}</attributes>",
            "model-key-duplicate", "line 3, attribute a", {"key": "a"},
        ),
        (
            f"<attributes>\n{attribute_xml('a', 'LIST', _item('x') + _item('x'))}</attributes>",
            "model-key-duplicate", "line 2, attribute a, answer x", {"key": "x"},
        ),
        (
            "<attributes>\n"
            + attribute_xml("a", "TREE", _node("x", _node("y", tag="children") + "\n" + _node("y", tag="children")))
            + "</attributes>",
            "model-key-duplicate", "line 3, attribute a, answer x.y.", {"key": "y"},
        ),
        (
            f"<categories>{category_xml('c', category_xml('d') + category_xml('d'))}</categories>",
            "model-key-duplicate", "line 1, category c.d.", {"key": "d"},
        ),
        (
            f"<attributes>{attribute_xml('a', 'COLOUR')}</attributes>" + LINKED,
            "model-type-unknown", "line 1, attribute a", {"type": "COLOUR"},
        ),
        (
            f"<attributes>{attribute_xml('a', 'text')}</attributes>",
            "model-type-unknown", "line 1, attribute a", {"type": "text"},
        ),
        (
            "<categories>\n\n"
            + category_xml("c", category_xml("d", '\n<attributes attributekey="gone" isactive="true"/>'))
            + "</categories>",
            "model-link-broken", "line 4, category c.d.", {"key": "gone"},
        ),
        (f"<categories>{BOTTOMLESS}</categories>", "model-too-deep", None, {"level": 64}),
        (f"<attributes>{attribute_xml('k' * 2000)}</attributes>", "model-key-long", "line 1", {"length": 2000}),
    ],
    ids=[
        "attribute-twice", "answer-twice", "node-twice", "category-twice", "type", "type-in-small-letters", "link",
        "bottomless", "endless-key",
    ],
)  # fmt: skip
def test_a_model_that_smart_refuses_as_a_whole_is_refused_with_line_path_and_rule(
    inside: str, code: str, where: str | None, facts: dict[str, object]
) -> None:
    reading = data_model_from_bytes(model_xml(inside), file="office.xml")

    with pytest.raises(ModelBrokenError) as raised:
        reading.refuse_broken("office.xml")

    (problem,) = raised.value.problems
    assert (problem.code, problem.facts) == (code, facts)
    assert where is None or problem.where == where
    assert raised.value.facts == {"file": "office.xml", "count": 1}


def test_of_very_many_broken_rules_some_are_told_and_all_are_counted() -> None:
    reading = data_model_from_bytes(model_xml(f"<attributes>{attribute_xml('a', 'X') * 500}</attributes>"))

    assert (len(reading.broken), reading.broken_count) == (20, 500)


def test_a_model_that_names_no_language_is_read_as_english() -> None:
    reading = data_model_from_bytes(f'<x:DataModel xmlns:x="{NAMESPACE}"/>'.encode())

    assert reading.model.languages == ("en",)
    assert [problem.code for problem in reading.problems] == ["model-root-prefixed", "model-languages-missing"]


def test_icons_come_back_as_they_were() -> None:
    icon = (
        '<icons key="trap" issystem="true"><icons iconset="black" file="trap.svg"/>'
        '<names language_code="en" value="Trap"/></icons>'
    )
    model = data_model_from_bytes(model_xml(icon)).model

    assert model.icons[0].files == (("black", "trap.svg"),)
    assert data_model_from_bytes(data_model_xml(model)).model == model


def test_keys_of_old_official_trees_hold_dots_and_are_found_nevertheless() -> None:
    old = _node("panthera_rl", _node("pantherapardusssp.saxicolor_rl15961", _node("x", tag="children"), tag="children"))
    reading = data_model_from_bytes(model_xml(f"<attributes>{attribute_xml('species', 'TREE', old)}</attributes>"))
    tree = reading.model.attribute("species")

    assert [problem.code for problem in reading.problems] == ["model-key-illegal"]
    assert tree is not None
    for hkey, node in tree.walk():
        assert tree.node(hkey) is node
        assert tree.node(hkey.removesuffix(".")) is node
    assert tree.node("panthera_rl.pantherapardusssp.") is None
    newer = Attribute(
        key="species",
        type=AttributeType.TREE,
        nodes=(TreeNode(key="cats", children=(TreeNode(key="pantherapardusssp_saxicolor_rl_15961"),)),),
    )
    assert (
        matching_node(newer, "panthera_rl.pantherapardusssp.saxicolor_rl15961.")
        == "cats.pantherapardusssp_saxicolor_rl_15961."
    )


def test_a_model_without_languages_speaks_those_of_its_names() -> None:
    reading = data_model_from_bytes(
        b'<DataModel><categories><category key="c"><names language_code="es_MX" value="C"/></category></categories>'
        b"</DataModel>"
    )

    assert reading.model.languages == ("es_MX",)
    assert [problem.code for problem in reading.problems] == ["model-version-unknown", "model-languages-missing"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-5"])
def test_marks_stylesheets_and_line_ends_of_other_systems_change_nothing(encoding: str) -> None:
    bare = (MODELS / "default_datamodel_7.4.1.xml").read_text(encoding="utf-8")
    name = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16"}.get(encoding, encoding)
    top = f'encoding="{name}"?>\n<?xml-stylesheet href="s.xslt"?><!--x-->'
    text = bare.replace('encoding="UTF-8" standalone="yes"?>', top)
    content = text.replace("\n", "\r\n").encode(encoding, errors="xmlcharrefreplace")

    reading = data_model_from_bytes(content)

    assert reading.problems == ()
    assert reading.model == data_model_from_bytes(bare.encode()).model


def _zip_of(name: str, content: bytes) -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr(name, content)
    return package.getvalue()


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE DataModel [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(ord("b"), ord("k")))
    + b"]><DataModel>&j;</DataModel>"
)
OUTSIDE = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><DataModel>&x;</DataModel>'


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", NotADataModelError),
        (b"\xff\xd8\xff\xe0 a photo", NotADataModelError),
        (b"<gpx/>", NotADataModelError),
        (b"<DataModel>", NotADataModelError),
        (b"PK\x03\x04 cut off", ZipDamagedError),
        (_zip_of("model.xml", b"x" * 100)[:-30], ZipDamagedError),
        (_zip_of("inner/model.xml", b"<DataModel/>"), NotADataModelError),
        (_zip_of("photo.jpg", b""), NotADataModelError),
        (_zip_of("model.xml", b" " * (LARGEST_MODEL_BYTES + 1)), ZipTooLargeError),
        (_zip_of("bomb.svg", b" " * 50_000_000), ZipTooLargeError),
        (_zip_of("../model.xml", b"<DataModel/>"), ZipUnsafeError),
        (_zip_of("..\\model.xml", b"<DataModel/>"), ZipUnsafeError),
        (_zip_of("/etc/model.xml", b"<DataModel/>"), ZipUnsafeError),
        (_zip_of("CON.xml", b"<DataModel/>"), ZipUnsafeError),
        (_zip_of("icons/aux", b""), ZipUnsafeError),
        (_zip_of("model\u202elmx.xml", b"<DataModel/>"), ZipUnsafeError),
        (b"<DataModel " + b'a="' + b"x" * 20_000_000 + b'"/>', ModelTooLargeError),
        (b"<DataModel>" + b"<a/>" * (MOST_TAGS + 1), ModelTooLargeError),
        (b"<DataModel " + b"a=''" * (MOST_XML_ATTRIBUTES + 1), ModelTooLargeError),
        (b" " * (LARGEST_MODEL_BYTES + 1), ModelTooLargeError),
        (BOMB, ModelWithDoctypeError),
        (OUTSIDE, ModelWithDoctypeError),
        (b"<a>" * 5000 + b"</a>" * 5000, ModelTooLargeError),
    ],
    ids=[
        "empty", "photo", "gpx", "cut-xml", "cut-zip", "damaged-zip", "inner-folder", "no-xml", "zip-bomb",
        "zip-bomb-in-a-picture", "slip", "slip-of-windows", "slip-to-root", "reserved", "reserved-in-folder",
        "right-to-left", "huge-attribute", "many-tags", "many-attributes", "too-large", "entity-bomb",
        "outside-entity", "very-deep",
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_by_name_and_at_once(content: bytes, error: type[RangerAppError]) -> None:
    began = time.process_time()

    with pytest.raises(error) as raised:
        data_model_from_bytes(content, file="hostile")

    assert raised.value.facts["file"] == "hostile"
    assert time.process_time() - began < 2.0


def test_an_empty_name_of_the_first_language_is_named_and_a_missing_translation_is_not() -> None:
    content = (
        b"<DataModel xmlns='http://www.smartconservationsoftware.org/xml/1.2/datamodel'>"
        b"<languages><languages code='es'/><languages code='en'/></languages><categories>"
        b"<category key='a'><names language_code='es' value=' '/><names language_code='en' value='A'/></category>"
        b"<category key='b'><names language_code='es' value='B'/><names language_code='en' value=''/></category>"
        b"<category key='c'><names language_code='en' value='C'/></category></categories></DataModel>"
    )

    reading = data_model_from_bytes(content)

    told = [(problem.code, problem.where, problem.count, problem.facts) for problem in reading.problems]
    assert told == [("model-name-empty", "line 1, category a.", 1, {"language": "es"})]


def test_what_stands_in_several_blocks_is_read_and_what_contradicts_itself_is_named() -> None:
    name = "<names language_code='en' value='A'/>"
    bounds = "<qa_minmax><MinValue>9</MinValue><MaxValue>1</MaxValue></qa_minmax>"
    content = (
        "<DataModel xmlns='http://www.smartconservationsoftware.org/xml/1.2/datamodel'>"
        "<languages><languages code='en'/></languages>"
        f"<attributes><attribute key='a' type='NUMERIC'>{bounds}{name}</attribute></attributes>"
        f"<attributes><attribute key='b' type='TEXT'>{name * 2}</attribute></attributes>"
        f"<categories><category key='c'>{name}</category></categories>"
        f"<categories><category key='d'>{name}</category></categories></DataModel>"
    ).encode()

    reading = data_model_from_bytes(content)

    assert [one.key for one in reading.model.attributes] == ["a", "b"]
    assert reading.model.hkeys() == ("c.", "d.")
    assert [(problem.code, problem.where) for problem in reading.problems] == [
        ("model-bounds-crossed", "line 1, attribute a"), ("model-name-twice", "line 1, attribute b"),
    ]  # fmt: skip


def test_a_mark_that_is_neither_true_nor_false_is_named_and_hides_nothing() -> None:
    content = (
        b"<DataModel xmlns='http://www.smartconservationsoftware.org/xml/1.2/datamodel'>"
        b"<languages><languages code='en'/></languages><categories>"
        b"<category key='a' isactive='yes' ismultiple=' 0 '><names language_code='en' value='A'/></category>"
        b"</categories></DataModel>"
    )

    reading = data_model_from_bytes(content)

    told = [(problem.code, problem.where, problem.facts) for problem in reading.problems]
    assert told == [("model-flag-wrong", "line 1, category a.", {"name": "isactive", "value": "yes"})]
    assert [(one.is_active, one.is_multiple) for one in reading.model.categories] == [(True, False)]


def test_a_zip_with_too_many_files_is_refused() -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as files:
        for number in range(MOST_ENTRIES + 1):
            files.writestr(f"{number}.txt", "")

    with pytest.raises(ZipTooLargeError):
        data_model_from_bytes(package.getvalue())


def test_a_name_with_a_zero_byte_or_twice_in_a_zip_is_refused() -> None:
    hidden = _zip_of("modelQ.exe.xml", b"<DataModel/>").replace(b"modelQ.exe.xml", b"model\0.exe.xml")
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as files:
        files.writestr("a.xml", "<DataModel/>")
        files.writestr("b.xml", "<DataModel/>")

    for content in (hidden, twice.getvalue().replace(b"b.xml", b"a.xml")):
        with pytest.raises(ZipUnsafeError):
            data_model_from_bytes(content)


def test_of_several_xml_files_the_data_model_is_taken() -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as files:
        files.writestr("about.xml", "<about/>")
        files.writestr("office.xml", '<DataModel><languages><languages code="ru"/></languages></DataModel>')

    assert data_model_from_bytes(package.getvalue()).model.languages == ("ru",)
